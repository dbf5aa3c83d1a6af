/* The draft of a document being composed saves itself. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/compose_int.h"

static void submit_save(struct console *c, struct save *take_s);

static size_t
names_of(const json_t *list, const char **out)
{
	const json_t *one;
	size_t i, n = 0;

	json_array_foreach(list, i, one) if (n < ATTACH_MAX_COUNT) out[n++] =
		json_string_value(one);
	return n;
}

static enum rc
run(struct desk *d, void *arg, struct err *err)
{
	struct save *s = arg;
	const char *files[ATTACH_MAX_COUNT], *dropped[ATTACH_MAX_COUNT];
	const struct new_doc n = { .kind = s->kind,
				   .to = s->to,
				   .n_to = s->n_to,
				   .cc = s->cc,
				   .n_cc = s->n_cc,
				   .fields = s->fields,
				   .attach = files,
				   .n_attach = names_of(s->files, files),
				   .in_folder = s->in_folder,
				   .detach = dropped,
				   .n_detach = names_of(s->dropped, dropped),
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

static void
saved(struct console *c, struct compose *f, const struct save *s)
{
	char when[SPAN_MAX];
	int64_t now = console_now_ms(c);
	bool local = f->form.kind->scope == SCOPE_LOCAL;

	if (s->issue) {
		f->draft->again = false; /* it is a draft no more */
		screen_end(&f->form.screen);
		console_set_message(
			c, s->outcome == NEW_ISSUED ? ATTR_GOOD : ATTR_SOON,
			"%s",
			s->outcome == NEW_ISSUED
				? (local ? _("recorded")
					 : _("issued; it leaves by itself"))
				: _("waits for an approver of this "
				    "desk"));
		return;
	}
	(void)snprintf(f->form.status, sizeof(f->form.status), " %s %s ",
		       _("draft saved"), time_text(now, now, when));
	if (s->files || s->dropped)
		compose_files_saved(f, json_array_size(s->files));
}

static void
save_free(struct save *s)
{
	(void)xfree(s->texts);
	(void)xfree(s->words);
	json_decref(s->files);
	json_decref(s->dropped);
	json_decref(s->fields);
	(void)xfree(s);
}

/* The files are at fault, and must not cost what was typed: it is saved again
 * without them, and not handed in. */
static void
without_files(struct console *c, struct save *take_s, const struct err *err)
{
	struct draft *d = take_s->draft;

	d->saving = false;
	live_look(c);
	if (d->form)
		compose_files_failed(d->form, err);
	else
		console_show_err(c, err);
	if (d->form) {
		save_free(take_s);
		compose_save(d->form);
		return;
	}
	json_decref(take_s->files);
	json_decref(take_s->dropped);
	take_s->files = take_s->dropped = NULL;
	if (d->last) {
		save_free(take_s);
		take_s = d->last;
	}
	submit_save(c, take_s);
}

/* Files go with the save that comes after. */
static bool
merge(struct console *c, struct compose *f, struct save *s, enum rc rc)
{
	if ((rc != RC_CONFLICT && rc != RC_NOTFOUND && rc != RC_STATE) ||
	    !compose_merge(c, f, rc, s->offer || s->issue))
		return false;
	compose_files_show(f); /* the other may have attached some */
	if (!f->files && !f->dropped) {
		f->files = s->files;
		f->dropped = s->dropped;
		f->in_folder = s->in_folder;
		s->files = s->dropped = NULL;
	}
	return true;
}

static void
done(struct console *c, void *take_arg, enum rc rc, const struct err *err)
{
	struct save *s = take_arg;
	struct draft *d = s->draft;
	bool merged;

	/* still saving: the form may end below and must not free d */
	if (s->exists && !d->exists) {
		d->ref = s->ref;
		d->exists = true;
		read_version(c, d);
	} else if (rc == RC_OK) {
		d->version = s->version;
	}
	if (s->exists && rc == RC_OK && d->form) {
		(void)xfree(d->form->base);
		d->form->base = s->texts;
		s->texts = NULL;
	}
	merged = d->exists && d->form && merge(c, d->form, s, rc);
	if (rc != RC_OK && !merged && (s->files || s->dropped)) {
		without_files(c, s, err);
		return;
	}
	if (merged)
		; /* said, and saved once all is chosen */
	else if (rc != RC_OK && d->form && (s->offer || s->issue))
		form_show_err(&d->form->form, err);
	else if (rc != RC_OK)
		console_show_err(c, err);
	if (rc == RC_STATE && d->exists && d->form && !d->form->form.kept)
		compose_keep_beside(d->form);
	if (rc == RC_OK && d->form)
		saved(c, d->form, s); /* may end the form */
	d->saving = false;
	if (rc == RC_OK && d->form && s->offer && !d->again)
		compose_offer(
			d->form); /* may end the form, which then frees d */
	else if (d->last)
		submit_save(c, d->last);
	else if (!d->form)
		(void)xfree(d);
	else if (d->again)
		compose_save(d->form);
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
	s->texts = form_texts(&f->form);
	s->files = f->files;
	s->dropped = f->dropped;
	s->in_folder = f->in_folder;
	f->files = f->dropped = NULL;
	return s;
}

void
compose_save(struct compose *f)
{
	if (form_conflicts(&f->form, NULL) > 0) {
		/* never over the other's before he chose; and what he said yes
		 * to was another text */
		f->issuing = f->offering = false;
		compose_keep_beside(f);
		return;
	}
	if (f->form.kept) { /* all is chosen */
		form_keep_done(&f->form);
		form_keep_free(&f->form);
	}
	if (f->draft->saving) /* one at a time; the newest is saved then */
		f->draft->again = true;
	else
		submit_save(f->form.screen.console, make_save(f));
}

void
compose_leave(struct compose *f)
{
	struct draft *d = f->draft;

	if (d && d->saving && d->again)
		d->last = make_save(f);
	json_decref(f->files);
	json_decref(f->dropped);
	(void)xfree(f->base);
	if (!d)
		return;
	d->form = NULL;
	if (!d->saving)
		(void)xfree(d);
}
