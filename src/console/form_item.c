#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/form_int.h"

#define LINE_BYTES   2048
#define LONG_BYTES   (64 * 1024)
#define PROBLEMS_MAX 64

static void
init_item(struct form *f, struct form_item *it, enum item_type type,
	  const struct field *field)
{
	*it = (struct form_item){ .type = type, .field = field };
	edit_init(&it->edit,
		  field && field->type == FIELD_LONG ? LONG_BYTES : LINE_BYTES,
		  field && field->type == FIELD_LONG);
	(void)f;
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
form_add(struct form *f, enum item_type type, const char *label)
{
	struct form_item *it = insert(f, f->n_items);

	init_item(f, it, type, NULL);
	(void)snprintf(it->label, sizeof(it->label), "%s", label);
	it->must = type == ITEM_TO;
	return it;
}

static void
name_cell(struct form *f, struct form_item *it, const char *prefix,
	  const struct field *list, size_t row)
{
	const struct field *field = it->field;
	bool zh = f->screen.console->zh;

	it->list = list;
	it->row = row;
	it->must = field->need == NEED_MUST && !list && !prefix[0];
	it->should = field->need == NEED_SHOULD;
	if (list) {
		(void)snprintf(it->label, sizeof(it->label), "%zu %s", row + 1,
			       title_in(&field->title, zh));
		(void)snprintf(it->dotted, sizeof(it->dotted), "%s.%zu.%s",
			       list->name, row, field->name);
	} else {
		(void)snprintf(it->label, sizeof(it->label), "%s",
			       title_in(&field->title, zh));
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
		f->items[n].inner = i > 0;
		if (i == 0)
			(void)snprintf(f->items[n].label,
				       sizeof(f->items[n].label), "%s %s",
				       title_in(&group->title, zh),
				       title_in(&group->sub[i].title, zh));
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
		return;
	}
	it = insert(f, f->n_items);
	init_item(f, it, ITEM_FIELD, field);
	name_cell(f, it, prefix, list, row);
}

static size_t
rows_of(const struct form *f, const struct field *list)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_items; i++)
		if (f->items[i].list == list && f->items[i].row >= n)
			n = f->items[i].row + 1;
	return n;
}

void
form_add_row(struct form *f, size_t add_item)
{
	const struct field *list = f->items[add_item].field;
	size_t row = rows_of(f, list);

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
			edit_release(&it->edit);
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

bool
item_has_choices(const struct form_item *it)
{
	return it->type == ITEM_FIELD && it->field->n_choices > 0;
}

const char *
item_table(const struct form_item *it)
{
	if (it->type == ITEM_TO || it->type == ITEM_CC)
		return "desks";
	if (it->type != ITEM_FIELD || it->field->n_choices)
		return NULL;
	if (it->field->pick)
		return str_starts(it->field->pick, "phrases:")
			       ? NULL
			       : it->field->pick;
	if (it->field->type == FIELD_DESK)
		return "desks";
	return it->field->type == FIELD_OFFICER ? "officers" : NULL;
}

bool
item_is_lines(const struct form_item *it)
{
	return it->edit.lines;
}

/* --- values ------------------------------------------------------------------
 */

static void
set_text(struct form_item *it, const json_t *value)
{
	char number[64];

	if (json_is_string(value)) {
		edit_set(&it->edit, json_string_value(value));
	} else if (json_is_integer(value)) {
		(void)snprintf(number, sizeof(number), "%lld",
			       (long long)json_integer_value(value));
		edit_set(&it->edit, number);
	} else if (json_is_real(value)) {
		(void)snprintf(number, sizeof(number), "%.10g",
			       json_real_value(value));
		edit_set(&it->edit, number);
	} else if (json_is_boolean(value)) {
		edit_set(&it->edit, json_is_true(value) ? "true" : "false");
	}
}

static const json_t *
value_at(const json_t *content, const char *dotted)
{
	const json_t *at = content;
	char copy[DOTTED_MAX], *rest = copy, *word;

	(void)snprintf(copy, sizeof(copy), "%s", dotted);
	while (at && (word = strsep(&rest, ".")) != NULL) {
		int64_t row;

		if (json_is_array(at))
			at = str_to_i64(word, 0, 100000, &row, NULL) == RC_OK
				     ? json_array_get(at, (size_t)row)
				     : NULL;
		else
			at = json_object_get(at, word);
	}
	return at;
}

void
form_fill(struct form *f, const json_t *content)
{
	for (size_t i = 0; i < f->n_items; i++) {
		const struct field *list = f->items[i].field;
		size_t rows;

		if (f->items[i].type != ITEM_ADD_ROW)
			continue;
		rows = json_array_size(json_object_get(content, list->name));
		for (size_t r = 0; r < rows; r++) {
			form_add_row(f, i);
			i += list->n_sub;
		}
	}
	for (size_t i = 0; i < f->n_items; i++)
		if (f->items[i].type == ITEM_FIELD)
			set_text(&f->items[i],
				 value_at(content, f->items[i].dotted));
}

/* Rows without any value are left out, so the ones after them move up. */
static void
content_name(const struct form *f, size_t at, char out[static DOTTED_MAX])
{
	const struct form_item *it = &f->items[at];
	size_t row = 0, last = SIZE_MAX;

	if (!it->list) {
		(void)snprintf(out, DOTTED_MAX, "%s", it->dotted);
		return;
	}
	for (size_t i = 0; i < f->n_items; i++) {
		const struct form_item *o = &f->items[i];

		if (o->list != it->list || o->row >= it->row ||
		    o->edit.len == 0 || o->row == last)
			continue;
		last = o->row;
		row++;
	}
	(void)snprintf(out, DOTTED_MAX, "%s.%zu.%s", it->list->name, row,
		       it->field->name);
}

json_t *
form_content(struct form *f)
{
	json_t *content = json_object();

	for (size_t i = 0; i < f->n_items; i++) {
		struct form_item *it = &f->items[i];
		char dotted[DOTTED_MAX];
		struct err e = ERR_INIT;
		enum rc rc;

		if (it->type != ITEM_FIELD)
			continue;
		it->error[0] = '\0';
		it->soft = false;
		if (it->edit.len == 0)
			continue;
		content_name(f, i, dotted);
		rc = f->ops->set ? f->ops->set(f, content, dotted,
					       it->edit.text, &e)
				 : content_set(f->kind, content, dotted,
					       it->edit.text, &e);
		if (rc != RC_OK)
			item_set_error(it, dotted, e.msg, false);
	}
	return content;
}

void
item_set_error(struct form_item *it, const char *dotted, const char *msg,
	       bool soft)
{
	size_t n = strlen(dotted);

	/* it stands beside the field, which needs no naming then */
	if (strncmp(msg, dotted, n) == 0)
		msg += n;
	msg += strspn(msg, " :");
	(void)snprintf(it->error, sizeof(it->error), "%s", msg);
	it->soft = soft;
}

/* The item that a problem names; a group or list that lacks something is
 * shown at its first item. */
static struct form_item *
find_item(struct form *f, const char *dotted)
{
	size_t n = strlen(dotted);

	for (size_t i = 0; i < f->n_items; i++) {
		char name[DOTTED_MAX];

		if (f->items[i].type != ITEM_FIELD)
			continue;
		content_name(f, i, name);
		if (strcmp(name, dotted) == 0 &&
		    (f->items[i].edit.len || !f->items[i].list))
			return &f->items[i];
	}
	for (size_t i = 0; i < f->n_items; i++)
		if (strncmp(f->items[i].dotted, dotted, n) == 0)
			return &f->items[i];
	return NULL;
}

static bool
check_addressees(struct form *f)
{
	bool good = true;

	for (size_t i = 0; i < f->n_items; i++) {
		struct form_item *it = &f->items[i];

		if (it->type == ITEM_TO || it->type == ITEM_CC)
			it->error[0] = '\0';
		if (it->type == ITEM_TO &&
		    strspn(it->edit.text, " ") == it->edit.len) {
			(void)snprintf(it->error, sizeof(it->error), "%s",
				       _("at least one addressee is needed"));
			good = false;
		}
		if (it->type == ITEM_NOTE && it->must && it->edit.len == 0) {
			(void)snprintf(it->error, sizeof(it->error), "%s",
				       _("a reason is needed here"));
			good = false;
		}
	}
	return good;
}

bool
form_check(struct form *f, const json_t *content, bool *ret_soft)
{
	struct problem problems[PROBLEMS_MAX];
	size_t missing = 0, n;
	bool good = true;

	for (size_t i = 0; i < f->n_items; i++)
		if (f->items[i].type == ITEM_FIELD && f->items[i].error[0])
			good = false;
	*ret_soft = false;
	if (!check_addressees(f))
		good = false;
	n = content_check(f->fields, f->n_fields, content, problems,
			  PROBLEMS_MAX, &missing);
	for (size_t i = 0; i < n && i < PROBLEMS_MAX; i++) {
		struct form_item *it = find_item(f, problems[i].field);

		if (problems[i].soft)
			*ret_soft = true;
		else
			good = false;
		if (!it) {
			console_show_err(f->screen.console, &problems[i].err);
			continue;
		}
		if (it->error[0])
			continue;
		item_set_error(it, problems[i].field, problems[i].err.msg,
			       problems[i].soft);
	}
	return good;
}
