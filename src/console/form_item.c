#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/form_int.h"

#define LINE_BYTES    2048
#define LABEL_FITS_ZH 20 /* columns, at 80 of the screen */
#define LABEL_FITS_EN 26
#define LONG_BYTES    (64 * 1024)
#define DESKS_BYTES   (ADDRESSEES_MAX * (DESK_ID_MAX + 1))

static void
init_item(struct form *f, struct form_item *it, enum item_type type,
	  const struct field *field)
{
	*it = (struct form_item){ .type = type, .field = field };
	edit_init(&it->edit,
		  item_has_desks(it)		       ? DESKS_BYTES
		  : field && field->type == FIELD_LONG ? LONG_BYTES
						       : LINE_BYTES,
		  field && field->type == FIELD_LONG);
	(void)f;
}

void
item_release(struct form_item *it)
{
	edit_release(&it->edit);
	it->other = xfree(it->other);
	it->names = xfree(it->names);
	it->names_of = xfree(it->names_of);
}

static struct form_item *
insert(struct form *f, size_t at)
{
	f->items = xreallocarray(f->items, f->n_items + 1, sizeof(*f->items));
	memmove(&f->items[at + 1], &f->items[at],
		(f->n_items - at) * sizeof(*f->items));
	f->n_items++;
	return &f->items[at];
}

struct form_item *
form_insert(struct form *f, size_t at, enum item_type type)
{
	struct form_item *it = insert(f, at);

	init_item(f, it, type, NULL);
	return it;
}

struct form_item *
form_add(struct form *f, enum item_type type, const char *label)
{
	struct form_item *it = insert(f, f->n_items);

	init_item(f, it, type, NULL);
	(void)snprintf(it->label, sizeof(it->label), "%s", label);
	return it;
}

/* "箱包1 品名" where the form has room for it on one line, else the name of
 * the whole on a line of its own. */
static void
join_label(const struct form *f, struct form_item *it, const char *whole,
	   const char *part)
{
	size_t cols = utf8_cols(whole, strlen(whole)) +
		      utf8_cols(part, strlen(part)) + 1;
	bool fits =
		cols <= (f->screen.console->zh ? LABEL_FITS_ZH : LABEL_FITS_EN);

	(void)snprintf(it->heading, sizeof(it->heading), "%s",
		       fits ? "" : whole);
	(void)snprintf(it->label, sizeof(it->label), "%s%s%s",
		       fits ? whole : "", fits && whole[0] ? " " : "", part);
}

static void
name_cell(struct form *f, struct form_item *it, const char *prefix,
	  const struct field *list, size_t row)
{
	const struct field *field = it->field;
	bool zh = f->screen.console->zh;

	const char *mark = field->see == SEE_SEALED ? _(" (sealed)")
			   : field->see == SEE_LOCAL || field->see == SEE_OWNER
				   ? _(" (stays here)")
				   : "";

	it->list = list;
	it->row = row;
	it->must = field->need == NEED_MUST && !list && !prefix[0];
	it->should = field->need == NEED_SHOULD;
	if (list) {
		char row_name[128];

		(void)snprintf(row_name, sizeof(row_name), "%s%zu",
			       title_in(&list->title, zh), row + 1);
		join_label(f, it, field == list->sub ? row_name : "",
			   title_in(&field->title, zh));
		it->inner = field != list->sub || it->heading[0];
		(void)snprintf(it->dotted, sizeof(it->dotted), "%s.%zu.%s",
			       list->name, row, field->name);
	} else {
		(void)snprintf(it->label, sizeof(it->label), "%s%s",
			       title_in(&field->title, zh), mark);
		(void)snprintf(it->dotted, sizeof(it->dotted), "%s%s", prefix,
			       field->name);
	}
}

/* The first member's label begins with the group's, the others stand in. */
static void
add_group(struct form *f, const struct field *group, const char *prefix)
{
	char inner[DOTTED_MAX];
	bool zh = f->screen.console->zh;

	(void)snprintf(inner, sizeof(inner), "%s%s.", prefix, group->name);
	for (size_t i = 0; i < group->n_sub; i++) {
		size_t n = f->n_items;

		form_add_field(f, &group->sub[i], inner, NULL, 0);
		if (f->n_items == n)
			continue;
		if (i == 0)
			join_label(f, &f->items[n], title_in(&group->title, zh),
				   title_in(&group->sub[i].title, zh));
		f->items[n].inner = i > 0 || f->items[n].heading[0];
	}
}

void
form_add_field(struct form *f, const struct field *field, const char *prefix,
	       const struct field *list, size_t row)
{
	struct form_item *it;

	if (field->type == FIELD_GROUP) {
		add_group(f, field, prefix);
		return;
	}
	if (field->type == FIELD_LIST) {
		it = insert(f, f->n_items);
		init_item(f, it, ITEM_ADD_ROW, field);
		(void)snprintf(it->label, sizeof(it->label), "%s",
			       title_in(&field->title, f->screen.console->zh));
		(void)snprintf(it->dotted, sizeof(it->dotted), "%s",
			       field->name);
		it->must = field->need == NEED_MUST;
		it->should = field->need == NEED_SHOULD;
		return;
	}
	it = insert(f, f->n_items);
	init_item(f, it, ITEM_FIELD, field);
	name_cell(f, it, prefix, list, row);
}

size_t
form_rows(const struct form *f, const struct field *list)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_items; i++)
		if (f->items[i].list == list && f->items[i].row >= n)
			n = f->items[i].row + 1;
	return n;
}

size_t
form_rows_short(const struct form *f, const struct form_item *add_item)
{
	const struct field *list = add_item->field;
	size_t rows = form_rows(f, list);
	size_t least = list->has_min && list->min > 1 ? (size_t)list->min : 1;

	return rows < least ? least - rows : 0;
}

void
form_add_row(struct form *f, size_t add_item)
{
	const struct field *list = f->items[add_item].field;
	size_t row = form_rows(f, list);

	for (size_t i = 0; i < list->n_sub; i++) {
		struct form_item *it = insert(f, add_item + i);

		init_item(f, it, ITEM_FIELD, &list->sub[i]);
		name_cell(f, it, "", list, row);
	}
}

void
form_drop_row(struct form *f, size_t at)
{
	const struct field *list = f->items[at].list;
	size_t row = f->items[at].row, kept = 0, first = f->n_items;

	if (!list)
		return;
	for (size_t i = 0; i < f->n_items; i++) {
		struct form_item *it = &f->items[i];

		if (it->list == list && it->row == row) {
			item_release(it);
			if (first == f->n_items)
				first = i;
			continue;
		}
		if (it->list == list && it->row > row)
			name_cell(f, it, "", list, it->row - 1);
		f->items[kept++] = *it;
	}
	f->n_items = kept;
	f->at = first < kept ? first : kept - 1;
	f->items[f->at].changed = true;
}

size_t
item_choices(const struct form_item *it)
{
	if (it->type != ITEM_FIELD)
		return 0;
	return it->field->type == FIELD_BOOL ? 2 : it->field->n_choices;
}

const char *
item_choice(const struct form_item *it, size_t i)
{
	if (it->field->type == FIELD_BOOL)
		return i == 0 ? "true" : "false";
	return it->field->choices[i];
}

const char *
item_choice_text(const struct form_item *it, size_t i, bool zh)
{
	if (it->field->type == FIELD_BOOL)
		return i == 0 ? _("yes") : _("no");
	return title_in(&it->field->choice_titles[i], zh);
}

bool
item_has_desks(const struct form_item *it)
{
	return it->type == ITEM_TO || it->type == ITEM_CC;
}

bool
item_has_words(const struct form_item *it)
{
	return item_has_desks(it) || it->type == ITEM_SIGNERS;
}

const char *
item_table(const struct form_item *it)
{
	if (item_has_desks(it))
		return PICK_ADDRESSEES;
	if (it->type == ITEM_SIGNERS)
		return "officers";
	if (it->type != ITEM_FIELD || item_choices(it))
		return NULL;
	if (it->field->pick)
		return str_starts(it->field->pick, "phrases:")
			       ? NULL
			       : it->field->pick;
	if (it->field->type == FIELD_DESK)
		return "desks";
	if (it->field->type == FIELD_DOC)
		return PICK_DOCS;
	return it->field->type == FIELD_OFFICER ? "officers" : NULL;
}

bool
item_is_prose(const struct form_item *it)
{
	if (it->type == ITEM_NOTE)
		return true;
	return it->type == ITEM_FIELD && !item_choices(it) && !item_table(it) &&
	       (it->field->type == FIELD_TEXT || it->field->type == FIELD_LONG);
}

bool
item_is_lines(const struct form_item *it)
{
	return it->edit.lines;
}
