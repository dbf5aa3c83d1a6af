/* Composing a document: a form whose draft saves itself at every field. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/compose_int.h"
#include "console/order_int.h"
#include "desk/schedule.h"

#define CLASHES_OFFERED 3
#define NAMES_OFFERED	12 /* of addressees, the rest is counted */

static void
confirmed(struct console *c, void *ctx, bool yes)
{
	struct compose *f = ctx;

	(void)c;
	if (!yes)
		return;
	f->issuing = true;
	compose_save(f);
}

/* What clashes is no reason to stop, and nobody should learn of it later. */
static void
add_clashes(struct console *c, const struct doc_ref *ref, struct buf *out)
{
	struct clash_list l = { 0 };

	if (ask_clashes(c->desk, ref, &l, NULL) != RC_OK)
		return;
	for (size_t i = 0; i < l.n_rows && i < CLASHES_OFFERED; i++) {
		char *sentence = clash_sentence(&l.rows[i]);

		(void)buf_addf(out, NULL, "! %s\n", sentence);
		(void)xfree(sentence);
	}
	clash_list_release(&l);
}

/* What the kind calls it: a record is entered, a transfer is sent. */
static const char *
issue_title(const struct kind *k, bool zh)
{
	const struct track_def *owner = kind_track(k, "owner");
	const struct move *m = owner ? track_move(owner, "issue") : NULL;

	return m ? title_in(&m->title, zh) : _("issue");
}

static const char *
what_happens(const struct kind *k)
{
	switch (k->scope) {
	case SCOPE_EXCHANGE:
		return _("It gets its number and goes to the addressees.");
	case SCOPE_REGISTER: return _("It goes to all peers.");
	case SCOPE_LOCAL: break;
	}
	return _("recorded with your name; it cannot be taken back");
}

static const char *
ask_says(const struct compose *f, const struct view *v)
{
	if (f->soft)
		return _("something looks wrong (see the fields); it is issued "
			 "as typed");
	if (v->issue_waits)
		return _("An approver of this desk looks at it first; then it "
			 "gets its number and leaves.");
	return what_happens(f->form.kind);
}

static void
ask_issue(struct compose *f, const struct view *v)
{
	struct console *c = f->form.screen.console;
	struct buf text = { 0 };
	struct confirm_spec spec = {
		.title = v->issue_waits ? _("for approval")
					: issue_title(f->form.kind, c->zh),
		.done = confirmed,
		.ctx = f
	};
	char *to = form_addressees(&f->form, NAMES_OFFERED);

	buf_init(&text, 16384);
	(void)buf_addf(&text, NULL, "%s\n%s %s%s", v->row->title,
		       to[0] ? _("to") : "", to, to[0] ? "\n" : "");
	(void)xfree(to);
	if (v->n_attachments > 0) {
		(void)buf_addf(&text, NULL,
			       ngettext("with %zu attachment",
					"with %zu attachments",
					(unsigned long)v->n_attachments),
			       v->n_attachments);
		(void)buf_adds(&text, "\n", NULL);
	}
	add_clashes(c, &f->draft->ref, &text);
	(void)buf_adds(&text, ask_says(f, v), NULL);
	spec.text = buf_str(&text);
	confirm_open(c, &spec);
	buf_release(&text);
}

/* Issues it, or where the kind has a course of its own before that, shows the
 * steps that the draft may take. */
void
compose_offer(struct compose *f)
{
	struct console *c = f->form.screen.console;
	struct doc_ref ref = f->draft->ref;
	struct view *v = NULL;
	struct err e = ERR_INIT;

	if (ask_view(c->desk, &ref, &v, &e) != RC_OK) {
		console_show_err(c, &e);
		return;
	}
	if (v->may_issue || v->n_moves == 0) {
		ask_issue(f, v);
	} else {
		screen_end(&f->form.screen);
		moves_open(c, &ref);
	}
	(void)view_free(v);
}

static void
left(struct form *form)
{
	compose_save((struct compose *)form);
}

static void
submit(struct form *form, json_t *content, bool has_soft)
{
	struct compose *f = (struct compose *)form;

	(void)content; /* judged already: read anew by the save */
	f->soft = has_soft;
	f->offering = true;
	compose_save(f);
}

static const char *
name(struct form *f)
{
	static char text[256];

	(void)snprintf(text, sizeof(text), "%s %s", _("new:"),
		       title_in(&f->kind->title, f->screen.console->zh));
	return text;
}

static void
free_compose(struct form *form)
{
	struct compose *f = (struct compose *)form;

	compose_leave(f);
}

static bool
doc(const struct form *f, struct doc_ref *out)
{
	const struct compose *own = (const struct compose *)f;

	*out = own->draft->ref;
	return own->draft->exists;
}

/* Of a form in which nothing was typed there is none. */
static bool
has_draft(const struct form *f)
{
	const struct draft *d = ((const struct compose *)f)->draft;

	return d->exists || d->saving;
}

static const struct form_ops ops = {
	.name = name,
	.doc = doc,
	.left = left,
	.submit = submit,
	.choose_files = compose_choose_files,
	.drop_file = compose_drop_file,
	.free = free_compose,
	.has_draft = has_draft,
};

/* What a closed list or a rule demands first, then the order of the kind's
 * form, then everything else it has. */
void
compose_add_fields(struct form *f)
{
	const struct kind *k = f->kind;
	const char **view = k->views.n_form ? k->views.form : k->views.detail;
	size_t n_view = k->views.n_form ? k->views.n_form : k->views.n_detail;
	/* a form that a kind lays out itself is the whole of it: what is
	 * written by its moves is not asked for */
	bool own_form = k->views.form != k->views.detail;
	bool *added = xcalloc(k->n_fields + 1, sizeof(*added));

	for (size_t pass = 0; pass < (own_form ? 2 : 3); pass++)
		for (size_t i = 0; i < (pass == 1 ? n_view : k->n_fields);
		     i++) {
			const char *name =
				pass == 1 ? view[i] : k->fields[i].name;
			const struct field *field =
				name ? kind_field(k, name) : NULL;
			size_t at = field ? (size_t)(field - k->fields) : 0;

			if (!field || at >= k->n_fields || added[at] ||
			    (pass == 0 && field->need != NEED_MUST))
				continue;
			added[at] = true;
			form_add_field(f, field, "", NULL, 0);
		}
	(void)xfree(added);
}

static void
fill(struct compose *f, const struct doc_ref *draft)
{
	struct console *c = f->form.screen.console;
	struct view *v = NULL;
	struct err e = ERR_INIT;
	json_t *content;

	if (!draft) {
		content = json_object();
		content_defaults(f->form.fields, f->form.n_fields, content);
		form_fill(&f->form, content);
		json_decref(content);
		return;
	}
	if (ask_view(c->desk, draft, &v, &e) != RC_OK) {
		console_show_err(c, &e);
		return;
	}
	f->draft->ref = *draft;
	f->draft->exists = true;
	f->draft->version = v->draft_version;
	form_fill_desks(&f->form, ITEM_TO, v->to, v->n_to);
	form_fill_desks(&f->form, ITEM_CC, v->cc, v->n_cc);
	form_fill(&f->form, v->fields);
	form_set_files(&f->form, v->attachments, v->n_attachments);
	(void)view_free(v);
}

struct screen *
compose_read(struct console *c, const char *kind, const struct doc_ref *draft)
{
	struct compose *f = screen_new(c, form_screen_ops(), sizeof(*f));
	struct err e = ERR_INIT;

	form_init(&f->form, &ops);
	if (desk_kind(c->desk, kind, &f->form.kind, &e) != RC_OK) {
		console_show_err(c, &e);
		return xfree(f);
	}
	f->draft = xcalloc(1, sizeof(*f->draft));
	f->draft->form = f;
	f->form.fields = f->form.kind->fields;
	f->form.n_fields = f->form.kind->n_fields;
	form_add_desks(&f->form);
	compose_add_fields(&f->form);
	(void)form_add(&f->form, ITEM_FILE, _("attach files"));
	(void)form_add(&f->form, ITEM_SUBMIT, issue_title(f->form.kind, c->zh));
	(void)form_add(&f->form, ITEM_LATER, _("keep the draft, go back"));
	fill(f, draft);
	f->base = form_texts(&f->form);
	return &f->form.screen;
}

struct screen *
compose_new(struct console *c, const char *kind, const struct doc_ref *draft)
{
	struct screen *s = compose_read(c, kind, draft);
	struct compose *f = (struct compose *)s;
	char what[KEEP_NAME_MAX], *kept;
	int64_t saved_ms;

	if (!s || !draft)
		return s;
	/* what could not be saved since another officer wrote there, too */
	compose_keep_name(f, what);
	kept = writing_get(c->desk, what, &saved_ms);
	if (kept)
		form_keep_as(&f->form, what);
	(void)xfree(kept);
	return s;
}

/* The content of a record of that document: its first list of documents. */
static json_t *
about(const struct kind *k, const struct doc_ref *ref, int64_t now_ms)
{
	json_t *content = json_object(), *row;
	char when[TIME_TEXT_MAX], *subject;

	content_defaults(k->fields, k->n_fields, content);
	for (size_t i = 0; i < k->n_fields; i++) {
		const struct field *f = &k->fields[i];

		if (f->type == FIELD_TIME && f->need == NEED_MUST) {
			time_format(now_ms - now_ms % 60000, when);
			json_object_set_new(content, f->name,
					    json_string(when));
		}
		if (f->type != FIELD_LIST || f->n_sub == 0 ||
		    f->sub[0].type != FIELD_DOC)
			continue;
		subject = xasprintf("%s/%s", ref->owner, ref->id);
		row = json_object();
		json_object_set_new(row, f->sub[0].name, json_string(subject));
		json_object_set_new(content, f->name, json_pack("[o]", row));
		(void)xfree(subject);
		break;
	}
	return content;
}

struct screen *
compose_about(struct console *c, const struct kind *k,
	      const struct doc_ref *ref)
{
	struct compose *f = (struct compose *)compose_new(c, k->name, NULL);
	json_t *content;

	if (!f)
		return NULL;
	content = about(k, ref, console_now_ms(c));
	form_fill(&f->form, content);
	json_decref(content);
	return &f->form.screen;
}
