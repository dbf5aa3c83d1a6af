/*
 * The difference between two versions of a document, field by field: what
 * stood there and what stands there now, the words that differ in brackets.
 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/changes_int.h"
#include "console/docview_int.h"
#include "console/scroll_int.h"
#include "model/content.h"

#define REVISIONS_MAX 200
#define TEXT_MAX      (256 * 1024)

struct changes {
	struct screen screen;
	struct doc_ref ref;
	struct view *view;
	/* oldest first: the issue and each correction that took effect */
	const struct event *rev[REVISIONS_MAX];
	size_t n, at; /* shown: what rev[at] changed in rev[at - 1] */
	struct doc_lines lines;
	int width;
	struct scroll scroll;
};

/* --- the versions -----------------------------------------------------------
 */

static void
find_revisions(struct changes *s)
{
	const struct event *e = NULL;

	while (s->n < REVISIONS_MAX &&
	       (e = view_version_after(s->view, e)) != NULL)
		s->rev[s->n++] = e;
}

/* --- text of a field --------------------------------------------------------
 */

static void
add_named(struct console *c, struct buf *out, const struct field *f,
	  const json_t *value)
{
	char *text = content_value(f, value, c->zh), named[400];

	(void)buf_adds(out, name_value(c, f, text, named, sizeof(named)), NULL);
	(void)xfree(text);
}

/* "名称: X  数量: 3" */
static void
add_members(struct console *c, struct buf *out, const struct field *f,
	    const json_t *object)
{
	bool first = true;

	for (size_t i = 0; i < f->n_sub; i++) {
		const json_t *value = json_object_get(object, f->sub[i].name);

		if (!value)
			continue;
		(void)buf_addf(out, NULL, "%s%s: ", first ? "" : "  ",
			       title_in(&f->sub[i].title, c->zh));
		add_named(c, out, &f->sub[i], value);
		first = false;
	}
}

static void
field_text(struct console *c, const struct field *f, const json_t *fields,
	   struct buf *out)
{
	const json_t *value = json_object_get(fields, f->name);

	if (!value)
		return;
	if (f->type == FIELD_GROUP) {
		add_members(c, out, f, value);
	} else if (f->type == FIELD_LIST) {
		for (size_t i = 0; i < json_array_size(value); i++) {
			(void)buf_addf(out, NULL, "%s%zu. ", i ? "\n" : "",
				       i + 1);
			add_members(c, out, f, json_array_get(value, i));
		}
	} else {
		add_named(c, out, f, value);
	}
}

static void
desks_text(struct console *c, const json_t *list, struct buf *out)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *id = json_string_value(json_array_get(list, i));
		char name[128];

		if (id)
			(void)buf_addf(out, NULL, "%s%s", i ? " " : "",
				       name_desk(c, id, name, sizeof(name)));
	}
}

/* --- lines ------------------------------------------------------------------
 */

static void
add_pair(struct changes *s, const char *label, const struct buf *was,
	 const struct buf *now)
{
	struct doc_lines *out = &s->lines;
	struct buf a = { 0 }, b = { 0 }, text = { 0 };

	if (strcmp(buf_str(was), buf_str(now)) == 0)
		return;
	buf_init(&a, 2 * TEXT_MAX);
	buf_init(&b, 2 * TEXT_MAX);
	buf_init(&text, 3 * TEXT_MAX);
	words_mark(buf_str(was), buf_str(now), &a, &b);
	(void)buf_addf(&text, NULL, "- %s",
		       a.len ? buf_str(&a) : _("(nothing)"));
	docview_add(out, ATTR_BOLD, label, ATTR_LATE, buf_str(&text));
	buf_reset(&text);
	(void)buf_addf(&text, NULL, "+ %s",
		       b.len ? buf_str(&b) : _("(nothing)"));
	docview_add(out, ATTR_BOLD, "", ATTR_GOOD, buf_str(&text));
	buf_release(&text);
	buf_release(&a);
	buf_release(&b);
}

static void
add_desks(struct changes *s, const char *name, const char *label,
	  const json_t *was, const json_t *now)
{
	struct buf a = { 0 }, b = { 0 };

	buf_init(&a, TEXT_MAX);
	buf_init(&b, TEXT_MAX);
	desks_text(s->screen.console, json_object_get(was, name), &a);
	desks_text(s->screen.console, json_object_get(now, name), &b);
	add_pair(s, label, &a, &b);
	buf_release(&a);
	buf_release(&b);
}

static void
add_fields(struct changes *s, const struct kind *k, const json_t *was,
	   const json_t *now)
{
	struct console *c = s->screen.console;
	const json_t *fields_was = json_object_get(was, "fields");
	const json_t *fields_now = json_object_get(now, "fields");

	for (size_t i = 0; i < k->n_fields; i++) {
		const struct field *f = &k->fields[i];
		struct buf a = { 0 }, b = { 0 };

		buf_init(&a, TEXT_MAX);
		buf_init(&b, TEXT_MAX);
		field_text(c, f, fields_was, &a);
		field_text(c, f, fields_now, &b);
		add_pair(s, title_in(&f->title, c->zh), &a, &b);
		buf_release(&a);
		buf_release(&b);
	}
}

static void
make(struct changes *s)
{
	struct console *c = s->screen.console;
	const struct event *now = s->rev[s->at], *before = s->rev[s->at - 1];
	const struct kind *k = s->view->held.doc->kind;
	json_t *a = event_shown(k, before), *b = event_shown(k, now);
	char when[SPAN_MAX], desk[128];
	size_t first;

	docview_release(&s->lines);
	s->lines = (struct doc_lines){ .width = s->width };
	docview_addf(&s->lines, NULL, ATTR_BOLD,
		     _("version %zu against version %zu    %s  %s"), s->at + 1,
		     s->at, time_text(now->time_ms, console_now_ms(c), when),
		     name_desk(c, now->source, desk, sizeof(desk)));
	docview_rule(&s->lines, "");
	first = s->lines.n;
	add_desks(s, "to", _("to"), a, b);
	add_desks(s, "cc", _("copy to"), a, b);
	if (k)
		add_fields(s, k, a, b);
	if (s->lines.n == first)
		docview_add(&s->lines, ATTR_PLAIN, NULL, ATTR_PLAIN,
			    _("nothing that this desk may see was changed"));
	json_decref(a);
	json_decref(b);
}

/* --- the screen -------------------------------------------------------------
 */

static void
draw(struct screen *screen, struct canvas *cv)
{
	struct changes *s = (struct changes *)screen;
	char place[48];

	if (s->width != cv->cols) {
		s->width = cv->cols;
		make(s);
	}
	scroll_fit(&s->scroll, s->lines.n, frame_body_rows(cv));
	(void)docview_draw(screen->console, &s->lines, s->scroll.top, cv,
			   BODY_Y, 0, s->scroll.rows);
	(void)snprintf(place, sizeof(place), "%zu/%zu", s->at, s->n - 1);
	canvas_put_right(cv, BODY_Y, cv->cols - 12, 12, ATTR_DIM, place);
	canvas_cursor(cv, BODY_Y, 0, false);
}

static bool
act(struct screen *screen, enum action a)
{
	struct changes *s = (struct changes *)screen;

	if (scroll_act(&s->scroll, s->lines.n, a))
		return true;
	if (a == ACTION_NEXT_ITEM || a == ACTION_PREV_ITEM) {
		size_t to = a == ACTION_NEXT_ITEM ? s->at + 1 : s->at - 1;

		if (to >= 1 && to < s->n) {
			s->at = to;
			s->scroll.top = 0;
			s->width = 0;
		} else {
			console_set_message(screen->console, ATTR_PLAIN,
					    _("no further version"));
		}
	} else
		return false;
	return true;
}

static void
name(struct screen *screen, char *out, size_t out_size)
{
	(void)screen;
	(void)snprintf(out, out_size, "%s", _("changes"));
}

static void
changed(struct screen *screen)
{
	((struct changes *)screen)->width = 0; /* the language, perhaps */
}

static void
free_changes(struct screen *screen)
{
	struct changes *s = (struct changes *)screen;

	docview_release(&s->lines);
	s->view = view_free(s->view);
}

static const enum action bar[] = { ACTION_NEXT_ITEM, ACTION_PREV_ITEM,
				   ACTION_PAGE_DOWN, ACTION_HELP,
				   ACTION_BACK,	     ACTION_NONE };

static const struct screen_ops ops = {
	.context = CONTEXT_PAPER,
	.bar = bar,
	.name = name,
	.draw = draw,
	.act = act,
	.changed = changed,
	.free = free_changes,
};

void
changes_open(struct console *c, const struct doc_ref *ref)
{
	struct changes *s;
	struct view *v = NULL;
	struct err e = ERR_INIT;

	if (ask_view(c->desk, ref, &v, &e) != RC_OK) {
		console_show_err(c, &e);
		return;
	}
	s = screen_new(c, &ops, sizeof(*s));
	s->ref = *ref;
	s->view = v;
	if (v->held.doc)
		find_revisions(s);
	if (s->n < 2) {
		console_set_message(c, ATTR_PLAIN,
				    _("there is one version only: nothing was "
				      "corrected"));
		free_changes(&s->screen);
		(void)xfree(s);
		return;
	}
	s->at = s->n - 1;
	screen_push(c, &s->screen);
}
