/* The order of a list: its own, or that of a column. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/doclist_int.h"
#include "console/popup_int.h"

#define ALL_COLS 400 /* wide enough for every column */
#define ITEM_OWN 1000

static enum sort_by
sort_of(const struct column *col)
{
	switch (col->from) {
	case FROM_STATE: return SORT_STATE;
	case FROM_LEFT: return SORT_DUE;
	case FROM_LEVEL: return SORT_URGENCY;
	case FROM_DESK: return SORT_OWNER;
	case FROM_TITLE: return SORT_TITLE;
	case FROM_NUMBER: return SORT_NUMBER;
	case FROM_PARTIES: return SORT_PARTIES;
	case FROM_ISSUED: return SORT_ISSUED;
	case FROM_KINDS: return SORT_KIND;
	case FROM_KIND: break;
	}
	return SORT_COLUMN;
}

bool
doclist_sorts(const struct doclist *l, const struct column *col)
{
	return l->sorted && sort_of(col) == l->sort.by &&
	       (l->sort.by != SORT_COLUMN || col->nth == l->sort.nth);
}

static void
chosen(struct console *c, void *ctx, int value)
{
	struct doclist *l = ctx;
	struct columns cs;

	if (value < 0)
		return;
	columns_lay_out(l, &cs, ALL_COLS);
	if (value == ITEM_OWN) {
		l->sorted = false;
		console_set_message(c, ATTR_PLAIN, "%s",
				    _("in the order of the list again"));
	} else if ((size_t)value < cs.n) {
		const struct column *col = &cs.c[value];
		bool down = doclist_sorts(l, col) ? !l->sort.down
						  : col->from == FROM_ISSUED;

		l->sorted = true;
		l->sort = (struct list_sort){ sort_of(col), col->nth, down };
		(void)snprintf(l->sort_head, sizeof(l->sort_head), "%s",
			       col->head);
	}
	doclist_from_start(l);
}

void
doclist_ask_sort(struct doclist *l)
{
	struct menu_spec spec = { .title = _("sort by"),
				  .done = chosen,
				  .ctx = l };
	struct columns cs;

	columns_lay_out(l, &cs, ALL_COLS);
	for (size_t i = 0; i < cs.n; i++)
		menu_add(&spec.take_items, &spec.n_items, cs.c[i].head,
			 !doclist_sorts(l, &cs.c[i]) ? ""
			 : l->sort.down ? _("falling; again: rising")
					: _("rising; again: falling"),
			 false, (int)i);
	menu_add(&spec.take_items, &spec.n_items, _("as the list has it"),
		 l->duty ? _("most urgent first") : _("newest first"), false,
		 ITEM_OWN);
	menu_open(l->screen.console, &spec);
}

/* "  sorted by: title ^", and how far when not all can be. */
void
doclist_sort_text(const struct doclist *l, char *out, size_t out_size)
{
	out[0] = '\0';
	if (!l->sorted)
		return;
	(void)snprintf(out, out_size, "  %s %s %s", _("sorted by:"),
		       l->sort_head, l->sort.down ? "v" : "^");
	if (l->screen.console->counts.documents > LIST_SORTED_MAX) {
		size_t at = strlen(out);

		(void)snprintf(out + at, out_size - at,
			       _(" (of the newest %d)"), LIST_SORTED_MAX);
	}
}
