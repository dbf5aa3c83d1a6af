/* Composing a document: a form whose draft saves itself at every field. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/form_int.h"
#include "console/order_int.h"
#include "desk/schedule.h"

#define CLASHES_OFFERED 3

struct compose;

/* What a save under way and its form share; the last one frees it. */
struct draft {
	struct compose *form; /* NULL when the form is gone */
	struct doc_ref ref;
	bool exists;
	int64_t version;
	bool saving, again;
	struct save *last; /* of a form that is gone: is saved next */
};

struct compose {
	struct form form;
	struct draft *draft;
	bool issuing;  /* confirmed: the next save issues */
	bool offering; /* handed in: what is possible is asked after the save */
	bool soft;     /* something looked wrong when it was handed in */
	char *file;    /* path to be attached with the next save; NULL */
	bool insist;
};

/* One save on the work pool. */
struct save {
	struct draft *draft;
	struct doc_ref ref;
	bool exists, issue, offer;
	int64_t version;
	char kind[NAME_MAX_LEN + 1];
	char *words; /* of to and cc, cut in place */
	const char *to[ADDRESSEES_MAX], *cc[ADDRESSEES_MAX];
	size_t n_to, n_cc;
	json_t *fields;
	char *file; /* to be attached, or NULL */
	bool insist;
	enum new_outcome outcome;
};

static void start_save(struct compose *f);
static void submit_save(struct console *c, struct save *take_s);

static enum rc
run(struct desk *d, void *arg, struct err *err)
{
	struct save *s = arg;
	const char *file = s->file;
	const struct new_doc n = { .kind = s->kind,
				   .to = s->to,
				   .n_to = s->n_to,
				   .cc = s->cc,
				   .n_cc = s->n_cc,
				   .fields = s->fields,
				   .attach = &file,
				   .n_attach = file != NULL,
				   .draft = true,
				   .insist = s->insist };
	enum rc rc;

	s->outcome = NEW_DRAFT;
	if (s->exists)
		rc = act_draft_save(d, &s->ref, &n, s->version, &s->version,
				    err);
	else
		rc = act_new(d, &n, NULL, NULL, &s->ref, &s->outcome, err);
	if (rc == RC_OK && !s->exists)
		s->version = 0; /* known after it is read */
	if (rc == RC_OK)
		s->exists = true;
	if (rc == RC_OK && s->issue)
		rc = act_issue(d, &s->ref, &s->outcome, err);
	return rc;
}

/* The version of a new draft, which act_new() does not tell. */
static void
read_version(struct console *c, struct draft *d)
{
	struct view *v = NULL;

	if (ask_view(c->desk, &d->ref, &v, NULL) == RC_OK)
		d->version = v->draft_version;
	(void)view_free(v);
}

/* The names of the files that the draft has, beside the line for more. */
static void
show_files(struct compose *f, const struct view *v)
{
	struct buf names = { 0 };

	buf_init(&names, 4096);
	for (size_t i = 0; i < v->n_attachments; i++)
		(void)buf_addf(&names, NULL, "%s%s", i ? "  " : "",
			       v->attachments[i].name);
	for (size_t i = 0; i < f->form.n_items; i++)
		if (f->form.items[i].type == ITEM_FILE)
			form_note(&f->form, i, buf_str(&names));
	buf_release(&names);
}

static void
attached(struct console *c, struct compose *f)
{
	struct view *v = NULL;

	if (ask_view(c->desk, &f->draft->ref, &v, NULL) == RC_OK)
		show_files(f, v);
	(void)view_free(v);
	form_clear(&f->form, ITEM_FILE);
	console_set_message(c, ATTR_GOOD, "%s", _("attached"));
}

static void
saved(struct console *c, struct compose *f, const struct save *s)
{
	char when[SPAN_MAX];
	int64_t now = console_now_ms(c);

	if (s->issue) {
		f->draft->again = false; /* it is a draft no more */
		screen_end(&f->form.screen);
		console_set_message(
			c, s->outcome == NEW_ISSUED ? ATTR_GOOD : ATTR_SOON,
			"%s",
			s->outcome == NEW_ISSUED
				? _("issued; it leaves by itself")
				: _("waits for an approver of this "
				    "desk"));
		return;
	}
	(void)snprintf(f->form.status, sizeof(f->form.status), " %s %s ",
		       _("draft saved"), time_text(now, now, when));
	if (s->file)
		attached(c, f);
}

/* The file is at fault: the draft is saved again without it. */
static void
not_attached(struct compose *f, const struct err *err)
{
	for (size_t i = 0; i < f->form.n_items; i++)
		if (f->form.items[i].type == ITEM_FILE)
			item_set_error(&f->form.items[i], "", err->msg, false);
	console_show_err(f->form.screen.console, err);
	f->draft->again = true;
}

static void
confirmed(struct console *c, void *ctx, bool yes)
{
	struct compose *f = ctx;

	(void)c;
	if (!yes)
		return;
	f->issuing = true;
	start_save(f);
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

static void
ask_issue(struct compose *f, const struct view *v)
{
	struct console *c = f->form.screen.console;
	struct buf text = { 0 };
	struct confirm_spec spec = { .title = issue_title(f->form.kind, c->zh),
				     .done = confirmed,
				     .ctx = f };
	char to[600];

	buf_init(&text, 16384);
	(void)text_show_into(to, sizeof(to), form_text_of(&f->form, ITEM_TO));
	(void)buf_addf(&text, NULL, "%s\n%s %s%s", v->row->title,
		       to[0] ? _("to") : "", to, to[0] ? "\n" : "");
	add_clashes(c, &f->draft->ref, &text);
	(void)buf_addf(&text, NULL, "%s",
		       f->soft ? _("something looks wrong (see the fields); "
				   "it is issued as typed")
			       : what_happens(f->form.kind));
	spec.text = buf_str(&text);
	confirm_open(c, &spec);
	buf_release(&text);
}

/* Issues it, or where the kind has a course of its own before that, shows the
 * steps that the draft may take. */
static void
offer(struct compose *f)
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
save_free(struct save *s)
{
	(void)xfree(s->words);
	(void)xfree(s->file);
	json_decref(s->fields);
	(void)xfree(s);
}

static void
done(struct console *c, void *take_arg, enum rc rc, const struct err *err)
{
	struct save *s = take_arg;
	struct draft *d = s->draft;

	/* still saving: the form may end below and must not free d */
	if (s->exists && !d->exists) {
		d->ref = s->ref;
		d->exists = true;
		read_version(c, d);
	} else if (rc == RC_OK) {
		d->version = s->version;
	}
	if (rc != RC_OK && s->offer && d->form)
		form_show_err(&d->form->form, err);
	else if (rc != RC_OK && d->form && s->file)
		not_attached(d->form, err);
	else if (rc != RC_OK && d->form && s->issue)
		form_show_err(&d->form->form, err);
	else if (rc != RC_OK)
		console_show_err(c, err);
	if (rc == RC_OK && d->form)
		saved(c, d->form, s); /* may end the form */
	d->saving = false;
	if (rc == RC_OK && d->form && s->offer && !d->again)
		offer(d->form); /* may end the form, which then frees d */
	else if (d->last)
		submit_save(c, d->last);
	else if (!d->form)
		(void)xfree(d);
	else if (d->again)
		start_save(d->form);
	save_free(s);
	live_look(c);
}

static void
submit_save(struct console *c, struct save *take_s)
{
	struct job job = { run, done, take_s };
	struct draft *d = take_s->draft;

	d->saving = true;
	d->again = false;
	d->last = NULL;
	take_s->ref = d->ref;
	take_s->exists = d->exists;
	take_s->version = d->version;
	job_submit(c, &job);
}

/* What stands in the form now. */
static struct save *
make_save(struct compose *f)
{
	const char *to = form_text_of(&f->form, ITEM_TO);
	struct save *s = xcalloc(1, sizeof(*s));

	s->draft = f->draft;
	s->issue = f->issuing;
	s->insist = true; /* a draft keeps what was typed */
	s->offer = f->offering;
	f->issuing = f->offering = false;
	(void)str_copy(s->kind, sizeof(s->kind), f->form.kind->name, NULL);
	s->words =
		xasprintf("%s%c%s", to, ' ', form_text_of(&f->form, ITEM_CC));
	s->words[strlen(to)] = '\0';
	/* one mistyped must not cost the draft its other fields; who issues
	 * is told of it */
	s->n_to = form_split(s->words, s->issue, s->to, ADDRESSEES_MAX);
	s->n_cc = form_split(s->words + strlen(to) + 1, s->issue, s->cc,
			     ADDRESSEES_MAX);
	s->fields = s->issue ? form_content(&f->form)
			     : form_sound_content(&f->form);
	s->file = f->file;
	f->file = NULL;
	return s;
}

static void
start_save(struct compose *f)
{
	if (f->draft->saving) /* one at a time; the newest is saved then */
		f->draft->again = true;
	else
		submit_save(f->form.screen.console, make_save(f));
}

/* A path is attached once, when its line is left: a half of one never. */
static void
left(struct form *form)
{
	struct compose *f = (struct compose *)form;
	const struct form_item *it = &form->items[form->at];

	if (it->type == ITEM_FILE && !it->changed && it->edit.len) {
		(void)xfree(f->file);
		f->file = xstrdup(it->edit.text);
	}
	start_save(f);
}

static void
submit(struct form *form, json_t *content, bool has_soft)
{
	struct compose *f = (struct compose *)form;

	(void)content; /* judged already: read anew by the save */
	f->soft = has_soft;
	f->offering = true;
	start_save(f);
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

	(void)xfree(f->file);
	if (!f->draft)
		return;
	/* what was typed while it saved outlives the form */
	if (f->draft->saving && f->draft->again)
		f->draft->last = make_save(f);
	f->draft->form = NULL;
	if (!f->draft->saving)
		(void)xfree(f->draft);
}

static bool
doc(const struct form *f, struct doc_ref *out)
{
	const struct compose *own = (const struct compose *)f;

	*out = own->draft->ref;
	return own->draft->exists;
}

static const struct form_ops ops = {
	.name = name,
	.doc = doc,
	.left = left,
	.submit = submit,
	.free = free_compose,
	.has_draft = true,
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
	show_files(f, v);
	(void)view_free(v);
}

struct screen *
compose_new(struct console *c, const char *kind, const struct doc_ref *draft)
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
	if (!c->config->confined)
		(void)form_add(&f->form, ITEM_FILE, _("attach a file"));
	(void)form_add(&f->form, ITEM_SUBMIT, issue_title(f->form.kind, c->zh));
	(void)form_add(&f->form, ITEM_LATER, _("keep the draft, go back"));
	fill(f, draft);
	return &f->form.screen;
}
