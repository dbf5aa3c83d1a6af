/* Attachments in a form: a line each, with its size and sort. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/form_int.h"

static size_t
place_of(const struct form *f, enum item_type type)
{
	for (size_t i = 0; i < f->n_items; i++)
		if (f->items[i].type == type)
			return i;
	return f->n_items;
}

bool
form_has(const struct form *f, enum item_type type)
{
	return place_of(f, type) < f->n_items;
}

void
form_set_error(struct form *f, enum item_type type, const char *msg)
{
	size_t at = place_of(f, type);

	if (at < f->n_items)
		item_set_error(&f->items[at], "", msg, false);
}

/* Who stands below them stays where he is. */
static void
take_out(struct form *f, size_t at)
{
	item_release(&f->items[at]);
	memmove(&f->items[at], &f->items[at + 1],
		(f->n_items - at - 1) * sizeof(*f->items));
	f->n_items--;
	if (f->at > at)
		f->at--;
}

void
form_set_files(struct form *f, const struct attachment_row *rows, size_t n)
{
	size_t button, was = f->at;
	bool here = f->at < f->n_items && f->items[f->at].type == ITEM_ATTACHED;

	while ((button = place_of(f, ITEM_ATTACHED)) < f->n_items)
		take_out(f, button);
	button = place_of(f, ITEM_FILE);
	for (size_t i = 0; i < n; i++) {
		struct form_item *it =
			form_insert(f, button + i, ITEM_ATTACHED);
		char size[SIZE_TEXT_MAX];

		(void)snprintf(it->label, sizeof(it->label),
			       _("attachment %zu"), i + 1);
		edit_set(&it->edit, rows[i].name);
		(void)snprintf(it->said, sizeof(it->said), "%s",
			       name_size(rows[i].size, size));
		if (!here && f->at >= button + i)
			f->at++;
	}
	/* one of them was taken out: to the next, or to the button */
	if (here)
		f->at = was < button + n ? was : button + n;
}
