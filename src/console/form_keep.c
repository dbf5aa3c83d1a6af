/*
 * What stands in a form, kept as it is typed: a killed console or a lost line
 * costs the word being typed. Handed in or dropped, it is forgotten.
 */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/form_int.h"
#include "console/popup_int.h"

#define SAVE_EVERY_MS 1000
#define ROWS_KEPT_MAX 200

struct keeping {
	struct form_kept *kept;
	char *what, *texts;
};

void
form_item_key(const struct form_item *it, char *out, size_t out_size)
{
	static const char *const names[] = { [ITEM_FIELD] = "field",
					     [ITEM_TO] = "to",
					     [ITEM_CC] = "cc",
					     [ITEM_SIGNERS] = "signers",
					     [ITEM_NOTE] = "note" };
	const char *name = it->type < ARRAY_LEN(names) ? names[it->type] : NULL;

	out[0] = '\0';
	if (name)
		(void)snprintf(out, out_size, "%s:%s", name, it->dotted);
}

char *
form_texts(const struct form *f)
{
	json_t *all = json_object();
	char key[DOTTED_MAX + 16], *text;

	for (size_t i = 0; i < f->n_items; i++) {
		form_item_key(&f->items[i], key, sizeof(key));
		if (key[0] && f->items[i].edit.len)
			json_object_set_new(all, key,
					    json_string(f->items[i].edit.text));
	}
	text = json_dumps(all, JSON_COMPACT);
	json_decref(all);
	return text;
}

/* The button that adds rows to the list of "field:goods.3.name". */
static size_t
list_of(const struct form *f, const char *key, int64_t *ret_row)
{
	char name[DOTTED_MAX];
	size_t n;

	for (size_t i = 0; i < f->n_items; i++) {
		if (f->items[i].type != ITEM_ADD_ROW)
			continue;
		(void)snprintf(name, sizeof(name), "field:%s.",
			       f->items[i].field->name);
		n = strlen(name);
		if (strncmp(key, name, n) != 0)
			continue;
		(void)snprintf(name, sizeof(name), "%.*s",
			       (int)strcspn(key + n, "."), key + n);
		if (str_to_i64(name, 0, ROWS_KEPT_MAX, ret_row, NULL) == RC_OK)
			return i;
	}
	return SIZE_MAX;
}

void
form_add_rows(struct form *f, json_t *texts)
{
	const char *key;
	json_t *value;

	json_object_foreach(texts, key, value)
	{
		int64_t row;
		size_t at;

		while ((at = list_of(f, key, &row)) != SIZE_MAX &&
		       form_rows(f, f->items[at].field) <= (size_t)row)
			form_add_row(f, at);
	}
}

void
form_take_texts(struct form *f, const char *text)
{
	json_t *texts = json_loads(text, 0, NULL), *content;
	char key[DOTTED_MAX + 16];

	if (!json_is_object(texts)) {
		json_decref(texts);
		return;
	}
	form_add_rows(f, texts);
	for (size_t i = 0; i < f->n_items; i++) {
		const char *value;

		form_item_key(&f->items[i], key, sizeof(key));
		if (!key[0])
			continue;
		value = json_string_value(json_object_get(texts, key));
		edit_set(&f->items[i].edit, value ? value : "");
	}
	json_decref(texts);
	content = form_content(f);
	form_conditions(f, content);
	json_decref(content);
}

/* --- saving ----------------------------------------------------------------
 */

static enum rc
run(struct desk *d, void *arg, struct err *err)
{
	struct keeping *k = arg;

	return writing_save(d, k->what, k->texts, err);
}

static void
say_saved(struct console *c, struct form *f)
{
	char when[SPAN_MAX];
	int64_t now = console_now_ms(c);

	(void)snprintf(f->status, sizeof(f->status), " %s %s ",
		       _("draft saved"), time_text(now, now, when));
}

static void
done(struct console *c, void *take_arg, enum rc rc, const struct err *err)
{
	struct keeping *k = take_arg;
	struct form_kept *kept = k->kept;

	if (rc != RC_OK)
		console_show_err(c, err);
	else if (kept->form && k->texts)
		say_saved(c, kept->form);
	if (--kept->under_way == 0 && !kept->form) {
		(void)xfree(kept->what);
		(void)xfree(kept);
	}
	(void)xfree(k->what);
	(void)xfree(k->texts);
	(void)xfree(k);
}

static void
put(struct form *f, char *take_texts)
{
	struct keeping *k = xcalloc(1, sizeof(*k));
	const struct job job = { run, done, k };

	k->kept = f->kept;
	k->what = xstrdup(f->kept->what);
	k->texts = take_texts;
	f->kept->under_way++;
	job_submit(f->screen.console, &job);
}

/* With what it began with: another may have changed that by the time that one
 * goes on. */
static char *
kept_texts(const struct form *f)
{
	char *now = form_texts(f), *text, key[DOTTED_MAX + 16];
	json_t *all = json_loads(now, 0, NULL);
	json_t *before = json_loads(f->first_texts, 0, NULL);

	/* where he has not chosen yet the other's text is no beginning */
	for (size_t i = 0; i < f->n_items; i++) {
		form_item_key(&f->items[i], key, sizeof(key));
		if (f->items[i].other)
			json_object_set_new(before, key, json_null());
	}
	json_object_set_new(all, "before", before);
	text = json_dumps(all, JSON_COMPACT);
	json_decref(all);
	(void)xfree(now);
	return text;
}

void
form_keep(struct form *f)
{
	f->saved_ms = console_now_ms(f->screen.console);
	if (f->ops->left)
		f->ops->left(f);
	else if (f->kept && !f->busy)
		put(f, kept_texts(f));
}

/* What was kept, and beside it what others changed since. */
static void
take_kept(struct form *f, const char *texts)
{
	json_t *all = json_loads(texts, 0, NULL);
	const json_t *was = json_object_get(all, "before");
	char *before = was ? json_dumps(was, JSON_COMPACT) : NULL;

	form_take_texts(f, texts);
	(void)form_merge(f, before, f->first_texts);
	(void)xfree(before);
	json_decref(all);
}

/* At the end of each word, and of what a slow writer thinks over. */
void
form_keep_word(struct form *f)
{
	if (console_now_ms(f->screen.console) - f->saved_ms >= SAVE_EVERY_MS)
		form_keep(f);
}

void
form_keep_done(struct form *f)
{
	if (f->kept)
		put(f, NULL);
}

void
form_keep_anew(struct form *f, const char *theirs)
{
	(void)xfree(f->first_texts);
	f->first_texts = xstrdup(theirs);
	form_keep(f);
}

static void
begin(struct form *f, const char *what, char *take_first)
{
	f->kept = xcalloc(1, sizeof(*f->kept));
	f->kept->form = f;
	f->kept->what = xstrdup(what);
	(void)xfree(f->first_texts);
	f->first_texts = take_first;
}

void
form_keep_aside(struct form *f, const char *what, const char *theirs)
{
	if (!f->kept)
		begin(f, what, xstrdup(theirs));
	put(f, kept_texts(f));
}

void
form_keep_as(struct form *f, const char *what)
{
	char when[SPAN_MAX], key[64], *texts;
	struct console *c = f->screen.console;
	int64_t saved_ms = 0;

	begin(f, what, form_texts(f));
	texts = writing_get(c->desk, what, &saved_ms);
	if (texts) {
		take_kept(f, texts);
		console_set_message(
			c, ATTR_SOON,
			_("what you wrote until %s is here again; %s drops it"),
			time_text(saved_ms, console_now_ms(c), when),
			keymap_keys(c->keymap, CONTEXT_FORM, ACTION_DROP, " ",
				    key, sizeof(key)));
	}
	(void)xfree(texts);
}

bool
form_keep_leave(struct form *f)
{
	char *now;
	bool same;

	if (!f->kept)
		return f->ops->has_draft && f->ops->has_draft(f);
	now = form_texts(f);
	same = str_eq(now, f->first_texts);
	if (same)
		form_keep_done(f);
	(void)xfree(now);
	return !same;
}

void
form_keep_free(struct form *f)
{
	struct form_kept *kept = f->kept;

	f->first_texts = xfree(f->first_texts);
	f->kept = NULL;
	if (!kept)
		return;
	kept->form = NULL;
	if (kept->under_way > 0)
		return;
	(void)xfree(kept->what);
	(void)xfree(kept);
}

/* --- dropping --------------------------------------------------------------
 */

static void
drop_answered(struct console *c, void *ctx, bool yes)
{
	struct form *f = ctx;

	if (!yes)
		return;
	form_keep_done(f);
	form_take_texts(f, f->first_texts);
	for (size_t i = 0; i < f->n_items; i++) {
		f->items[i].error[0] = '\0';
		f->items[i].changed = false;
	}
	f->status[0] = '\0';
	console_set_message(c, ATTR_PLAIN, "%s",
			    _("dropped; the form is as it was at first"));
}

void
form_keep_ask_drop(struct form *f)
{
	struct confirm_spec spec = { .title = _("drop what was written"),
				     .text = _("All that you typed into this "
					       "form is lost."),
				     .done = drop_answered,
				     .ctx = f };

	if (f->kept)
		confirm_open(f->screen.console, &spec);
}

/* --- what waits at login ---------------------------------------------------
 */

struct waiting {
	size_t n;
	char first[200];
};

static void
count(void *ctx, const char *what, int64_t saved_ms)
{
	struct waiting *w = ctx;
	const char *subject = strchr(what, ' ');

	(void)saved_ms;
	if (w->n++ == 0 && subject)
		(void)snprintf(w->first, sizeof(w->first), "%.*s",
			       (int)strcspn(subject + 1, " "), subject + 1);
}

void
form_keep_tell(struct console *c)
{
	struct waiting w = { 0 };
	char name[300];

	if (writing_each(c->desk, count, &w, NULL) != RC_OK || w.n == 0)
		return;
	console_set_message(c, ATTR_SOON,
			    _("half written: %zu; open it again to go on: %s"),
			    w.n, name_doc(c, w.first, name, sizeof(name)));
	c->message_kept = true;
}
