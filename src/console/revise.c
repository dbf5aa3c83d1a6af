/*
 * An issued document corrected by its owner: the form that composed it, with
 * the fields that may still change. Before it is signed the officer sees whose
 * confirmation falls by what he changed.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/form_int.h"
#include "console/order_int.h"

struct shared {
	struct revise *form; /* NULL when the form is gone */
	bool under_way;
};

struct revise {
	struct form form;
	struct view *view; /* what is corrected */
	struct shared *shared;
};

static const char *
name(struct form *f)
{
	static char text[256];

	(void)snprintf(text, sizeof(text), "%s %s", _("correct:"),
		       title_in(&f->kind->title, f->screen.console->zh));
	return text;
}

/* May the field change in the state that the owner's track is in? */
static bool
may_edit(const struct view *v, const struct field *f)
{
	const struct doc_track *t = &v->held.doc->tracks[0];

	if (!t->state)
		return false;
	if (f->n_edit == 0)
		return !t->state->end;
	for (size_t i = 0; i < f->n_edit; i++)
		if (str_eq(f->edit[i], t->state->name))
			return true;
	return false;
}

/* Is the field, or a part of it, in the form? */
static bool
asked_for(const struct form *f, const char *name_)
{
	size_t n = strlen(name_);

	for (size_t i = 0; i < f->n_items; i++)
		if (strncmp(f->items[i].dotted, name_, n) == 0 &&
		    (f->items[i].dotted[n] == '\0' ||
		     f->items[i].dotted[n] == '.'))
			return true;
	return false;
}

/* The content as it was, with what the form has in the place of the fields
 * that may change. */
static json_t *
whole_content(const struct revise *r, const json_t *typed)
{
	json_t *all = json_deep_copy(r->view->fields);

	for (size_t i = 0; i < r->form.kind->n_fields; i++) {
		const struct field *f = &r->form.kind->fields[i];
		json_t *value = json_object_get(typed, f->name);

		if (!asked_for(&r->form, f->name))
			continue;
		if (value)
			json_object_set(all, f->name, value);
		else
			json_object_del(all, f->name);
	}
	return all;
}

static bool
falls(const struct revise *r, const json_t *content, const struct doc_track *t)
{
	for (size_t i = 0; i < r->form.kind->n_fields; i++) {
		const struct field *f = &r->form.kind->fields[i];

		for (size_t k = 0; k < f->n_reopens; k++)
			if (str_eq(f->reopens[k], t->name) &&
			    content_differs(r->view->fields, content, f->name))
				return true;
	}
	return false;
}

/* Names of the desks whose confirmation no longer binds. */
static void
add_fallen(const struct revise *r, const json_t *content, struct buf *out)
{
	const struct doc *doc = r->view->held.doc;
	char desk[128];

	for (size_t i = 1; i < doc->n_tracks; i++) {
		const struct doc_track *t = &doc->tracks[i];

		if (t->removed || !t->state || !t->state->falls_back ||
		    !falls(r, content, t))
			continue;
		(void)buf_addf(out, NULL, " %s",
			       name_desk(r->form.screen.console, t->desk, desk,
					 sizeof(desk)));
	}
}

static struct revise *read_form(struct console *c, const struct doc_ref *ref);

/* Another officer corrected it first: his fields come in, where both wrote the
 * officer chooses, and what is handed in then corrects the new revision.
 * false: nobody did. */
static bool
merge(struct console *c, struct revise *r)
{
	struct revise *theirs = read_form(c, &r->view->row->ref);
	struct view *now;
	char *texts;
	bool same;

	if (!theirs) /* said */
		return true;
	texts = form_texts(&theirs->form);
	now = theirs->view;
	theirs->view = r->view;
	r->view = now;
	same = ref_eq(&now->held.doc->current->digest,
		      &theirs->view->held.doc->current->digest);
	theirs->form.screen.ops->free(&theirs->form.screen);
	(void)xfree(theirs);
	if (same) {
		(void)xfree(texts);
		return false;
	}
	if (form_merge(&r->form, r->form.first_texts, texts) == 0 ||
	    !form_conflict_stops(&r->form))
		console_set_message(c, ATTR_SOON, "%s",
				    _("another officer corrected other fields "
				      "first: they are here now; hand it in "
				      "again"));
	form_keep_anew(&r->form, texts);
	(void)xfree(texts);
	return true;
}

static void
after(struct console *c, void *ctx, enum rc rc, const struct err *err)
{
	struct shared *s = ctx;

	s->under_way = false;
	if (!s->form) {
		(void)xfree(s);
		return;
	}
	s->form->form.busy = false;
	if (rc == RC_OK) {
		form_keep_done(&s->form->form);
		screen_end(&s->form->form.screen);
	} else if ((rc != RC_CONFLICT || !merge(c, s->form)) && err) {
		form_show_err(&s->form->form, err);
	}
}

static void
answered(struct console *c, void *ctx, bool yes)
{
	struct order *o = ctx;

	if (yes)
		order_submit(c, o);
	else
		order_drop(c, o);
	(void)xfree(o);
}

static void
submit(struct form *form, json_t *content, bool has_soft)
{
	struct revise *r = (struct revise *)form;
	struct order *o = xcalloc(1, sizeof(*o));
	struct confirm_spec spec = { .title = _("correct"),
				     .done = answered,
				     .ctx = o };
	struct buf text = { 0 }, fallen = { 0 };
	char title[600];

	buf_init(&text, 16384);
	buf_init(&fallen, 8192);
	*o = (struct order){ .type = ORDER_REVISE, .ref = r->view->row->ref };
	order_set_rev(o, r->view);
	o->take_input = whole_content(r, content);
	o->take_a = xstrdup(form_text_of(form, ITEM_TO));
	o->take_b = xstrdup(form_text_of(form, ITEM_CC));
	o->after = after;
	o->ctx = r->shared;
	(void)snprintf(o->said, sizeof(o->said), "%s",
		       _("corrected; the addressees are told"));
	add_fallen(r, o->take_input, &fallen);
	(void)buf_addf(&text, NULL, "%s\n%s\n", r->view->row->number,
		       text_show_into(title, sizeof(title),
				      r->view->row->title));
	if (fallen.len)
		(void)buf_addf(&text, NULL, "%s%s\n",
			       _("must be confirmed anew by:"),
			       buf_str(&fallen));
	if (has_soft)
		(void)buf_addf(&text, NULL, "%s\n",
			       _("something looks wrong (see the fields); it "
				 "is issued as typed"));
	(void)buf_addf(&text, NULL, "%s",
		       _("recorded with your name; it cannot be taken back"));
	spec.text = buf_str(&text);
	r->shared->under_way = true;
	form->busy = true;
	confirm_open(form->screen.console, &spec);
	buf_release(&text);
	buf_release(&fallen);
}

static void
free_form(struct form *form)
{
	struct revise *r = (struct revise *)form;

	r->view = view_free(r->view);
	r->shared->form = NULL;
	if (!r->shared->under_way)
		(void)xfree(r->shared);
}

static const struct form_ops ops = {
	.name = name,
	.submit = submit,
	.free = free_form,
};

/* Fields that may no longer change are not asked for. */
static void
drop_fixed(struct revise *r)
{
	struct form *f = &r->form;
	size_t kept = 0;

	for (size_t i = 0; i < f->n_items; i++) {
		struct form_item *it = &f->items[i];
		char top[NAME_MAX_LEN + 1];
		const struct field *field;

		(void)snprintf(top, sizeof(top), "%.*s",
			       (int)strcspn(it->dotted, "."), it->dotted);
		field = it->field ? kind_field(f->kind, top) : NULL;
		if (field && !may_edit(r->view, field)) {
			item_release(it);
			continue;
		}
		f->items[kept++] = *it;
	}
	f->n_items = kept;
}

bool
may_revise(const struct view *v, struct console *c)
{
	const struct doc *doc = v->held.doc;

	return doc && doc->kind && doc->issued && !doc->withdrawn &&
	       doc->n_tracks && str_eq(doc->owner, desk_get_id(c->desk));
}

static struct revise *
read_form(struct console *c, const struct doc_ref *ref)
{
	struct revise *r;
	struct view *v = NULL;
	struct err e = ERR_INIT;

	if (ask_view(c->desk, ref, &v, &e) != RC_OK) {
		console_show_err(c, &e);
		return NULL;
	}
	if (!may_revise(v, c)) {
		console_set_message(c, ATTR_ERROR, "%s",
				    _("only the desk that issued it corrects "
				      "it, while it is not withdrawn"));
		(void)view_free(v);
		return NULL;
	}
	r = screen_new(c, form_screen_ops(), sizeof(*r));
	form_init(&r->form, &ops);
	r->view = v;
	r->shared = xcalloc(1, sizeof(*r->shared));
	r->shared->form = r;
	r->form.kind = v->held.doc->kind;
	r->form.fields = r->form.kind->fields;
	r->form.n_fields = r->form.kind->n_fields;
	form_add_desks(&r->form);
	compose_add_fields(&r->form);
	(void)form_add(&r->form, ITEM_SUBMIT, _("correct"));
	form_fill_desks(&r->form, ITEM_TO, v->to, v->n_to);
	form_fill_desks(&r->form, ITEM_CC, v->cc, v->n_cc);
	form_fill(&r->form, v->fields);
	drop_fixed(r);
	return r;
}

void
revise_open(struct console *c, const struct doc_ref *ref)
{
	struct revise *r = read_form(c, ref);
	char what[KEEP_NAME_MAX];

	if (!r)
		return;
	(void)snprintf(what, sizeof(what), "revise %s/%s", ref->owner, ref->id);
	form_keep_as(&r->form, what);
	screen_push(c, &r->form.screen);
}
