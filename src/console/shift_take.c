/* Taking a shift over item by item: each thing in hand is confirmed, or said
 * what is wrong with it, before the sheet can be signed. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/grid_int.h"
#include "console/popup_int.h"
#include "console/shift_int.h"

struct item {
	char *doc, *number, *title, *state, *reason;
	char *remark; /* NULL */
	bool ticked, late;
};

struct take_screen {
	struct grid grid;
	struct item *items;
	size_t n_items;
	char *reason; /* in another's place; NULL */
};

static char *
text_of(const json_t *row, const char *name)
{
	const char *s = json_text(row, name);

	return xstrdup(s ? s : "");
}

static void
read_items(struct take_screen *s, const struct doc_ref *sheet)
{
	struct view *v = NULL;
	struct err e = ERR_INIT;
	const json_t *rows, *row;
	size_t i;

	if (ask_view(s->grid.screen.console->desk, sheet, &v, &e) != RC_OK) {
		console_show_err(s->grid.screen.console, &e);
		return;
	}
	rows = json_object_get(v->fields, "open");
	s->n_items = json_array_size(rows);
	s->items = xcalloc(s->n_items + 1, sizeof(*s->items));
	json_array_foreach(rows, i, row)
	{
		s->items[i] = (struct item){
			.doc = text_of(row, "doc"),
			.number = text_of(row, "number"),
			.title = text_of(row, "title"),
			.state = text_of(row, "state"),
			.reason = text_of(row, "reason"),
			.late = json_is_true(json_object_get(row, "late")),
		};
	}
	(void)view_free(v);
}

static size_t
ticked(const struct take_screen *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_items; i++)
		n += s->items[i].ticked;
	return n;
}

/* The keys of this page say other things here than on others. */
static void
say_keys(struct grid *g)
{
	const struct keymap *m = g->screen.console->keymap;
	size_t at = strlen(g->head);
	char mark[64], remark[64], signs[64];

	(void)snprintf(g->head + at, sizeof(g->head) - at,
		       _("   %s confirms  %s remarks  %s signs for the shift"),
		       keymap_keys(m, CONTEXT_SHIFT, ACTION_MARK, " ", mark,
				   sizeof(mark)),
		       keymap_keys(m, CONTEXT_SHIFT, ACTION_LOG_LINE, " ",
				   remark, sizeof(remark)),
		       keymap_keys(m, CONTEXT_SHIFT, ACTION_SIGN, " ", signs,
				   sizeof(signs)));
}

static void
load(struct grid *g)
{
	struct take_screen *s = (struct take_screen *)g;
	char text[1000];

	grid_column(g, _("confirmed"), 9, false);
	grid_column(g, _("state"), 10, false);
	grid_column(g, _("title"), 0, false);
	grid_column(g, _("number"), 15, false);
	grid_column(g, _("remark"), 0, false);
	for (size_t i = 0; i < s->n_items; i++) {
		const struct item *it = &s->items[i];
		struct grid_row *row = grid_add(g);

		(void)name_subject(it->doc, &row->ref);
		row->attr = it->late ? ATTR_LATE : ATTR_PLAIN;
		grid_cell(row, 0, "%s", it->ticked ? "[x]" : "[ ]");
		grid_cell(row, 1, "%s", it->late ? _("late") : it->state);
		grid_cell(row, 2, "%s",
			  text_show_into(text, sizeof(text), it->title));
		grid_cell(row, 3, "%s", name_number(it->number, NUMBER_COLS));
		grid_cell(row, 4, "%s%s%s", it->reason,
			  it->reason[0] && it->remark ? "; " : "",
			  it->remark ? it->remark : "");
	}
	(void)snprintf(g->head, sizeof(g->head), _("confirmed %zu of %zu"),
		       ticked(s), s->n_items);
	say_keys(g);
	(void)snprintf(g->empty, sizeof(g->empty), "%s",
		       _("nothing is in hand"));
}

static void
remarked(struct console *c, void *ctx, const char *text)
{
	struct take_screen *s = ctx;
	struct item *it = &s->items[s->grid.at];

	(void)c;
	if (!text || s->grid.at >= s->n_items)
		return;
	(void)xfree(it->remark);
	it->remark = text[0] ? xstrdup(text) : NULL;
	it->ticked = true;
	grid_reload(&s->grid);
}

static void
sign(struct take_screen *s)
{
	struct console *c = s->grid.screen.console;
	char key[64], *reason;
	json_t *rows;

	if (ticked(s) < s->n_items) {
		console_set_message(
			c, ATTR_LATE,
			_("%zu not confirmed yet: %s confirms, or say what is "
			  "wrong"),
			s->n_items - ticked(s),
			keymap_keys(c->keymap, CONTEXT_SHIFT, ACTION_MARK, " ",
				    key, sizeof(key)));
		return;
	}
	rows = json_array();
	for (size_t i = 0; i < s->n_items; i++) {
		json_t *o = json_object();

		json_object_set_new(o, "doc", json_string(s->items[i].doc));
		if (s->items[i].remark)
			json_object_set_new(o, "remark",
					    json_string(s->items[i].remark));
		json_array_append_new(rows, o);
	}
	reason = s->reason;
	s->reason = NULL;
	screen_end(&s->grid.screen); /* frees s */
	shift_take_items(c, rows, reason);
}

static bool
act(struct grid *g, enum action a)
{
	struct take_screen *s = (struct take_screen *)g;
	const struct prompt_spec p = { .label = _("remark on this item:"),
				       .done = remarked,
				       .ctx = s };

	if (a == ACTION_MARK && g->at < s->n_items) {
		s->items[g->at].ticked = !s->items[g->at].ticked;
		if (g->at + 1 < s->n_items)
			g->at++;
		grid_reload(g);
	} else if (a == ACTION_LOG_LINE && g->at < s->n_items) {
		prompt_open(g->screen.console, &p);
	} else if (a == ACTION_SIGN) {
		sign(s);
	} else {
		return false;
	}
	return true;
}

static void
name(struct grid *g, char *out, size_t out_size)
{
	(void)g;
	(void)snprintf(out, out_size, "%s", _("take over"));
}

static void
free_take(struct grid *g)
{
	struct take_screen *s = (struct take_screen *)g;

	for (size_t i = 0; i < s->n_items; i++) {
		(void)xfree(s->items[i].doc);
		(void)xfree(s->items[i].number);
		(void)xfree(s->items[i].title);
		(void)xfree(s->items[i].state);
		(void)xfree(s->items[i].reason);
		(void)xfree(s->items[i].remark);
	}
	(void)xfree(s->items);
	(void)xfree(s->reason);
}

static const enum action bar[] = { ACTION_MARK, ACTION_LOG_LINE, ACTION_SIGN,
				   ACTION_HELP, ACTION_BACK,	 ACTION_NONE };

static const struct grid_ops ops = {
	.context = CONTEXT_SHIFT,
	.bar = bar,
	.name = name,
	.load = load,
	.act = act,
	.free = free_take,
};

void
shift_items_open(struct console *c, const struct doc_ref *sheet,
		 const char *reason)
{
	struct take_screen *s = grid_new(c, &ops, sizeof(*s));

	s->reason = reason ? xstrdup(reason) : NULL;
	read_items(s, sheet);
	grid_reload(&s->grid);
	screen_push(c, &s->grid.screen);
}
