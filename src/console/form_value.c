/* A form's items from and to content, and what is wrong with them. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "console/form_int.h"
#include "model/condition.h"

#define PROBLEMS_MAX 64

/* "2026-11-24 09:00" of a time that is local to the minute; else as it is. */
static void
set_string(struct form_item *it, const char *s)
{
	char text[TIME_TEXT_MAX];
	int64_t ms;

	if (it->field->type == FIELD_TIME &&
	    time_parse(s, &ms, NULL) == RC_OK && ms % 60000 == 0) {
		time_format(ms, text);
		text[10] = ' ';
		text[16] = '\0';
		edit_set(&it->edit, text);
		return;
	}
	edit_set(&it->edit, s);
}

static void
set_text(struct form_item *it, const json_t *value)
{
	char number[64];

	if (json_is_string(value)) {
		set_string(it, json_string_value(value));
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
form_conditions(struct form *f, const json_t *content)
{
	const struct condition_in in = {
		.fields = content, .now_ms = console_now_ms(f->screen.console)
	};

	for (size_t i = 0; i < f->n_items; i++) {
		struct form_item *it = &f->items[i];

		if ((it->type == ITEM_FIELD || it->type == ITEM_ADD_ROW) &&
		    it->field->need == NEED_WHEN)
			it->must = condition_holds(it->field->need_when, &in);
	}
	form_fit_desks(f, &in);
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
	form_conditions(f, content);
}

/* Rows without any value are left out, so the ones after them move up. */
void
form_content_name(const struct form *f, size_t at, char out[static DOTTED_MAX])
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

/* judge: what cannot be read at all is said beside its item. */
static json_t *
make_content(struct form *f, bool judge)
{
	json_t *content = json_object();

	for (size_t i = 0; i < f->n_items; i++) {
		struct form_item *it = &f->items[i];
		char dotted[DOTTED_MAX];
		struct err e = ERR_INIT;
		enum rc rc;

		if (it->type != ITEM_FIELD)
			continue;
		if (it->edit.len == 0)
			continue;
		form_content_name(f, i, dotted);
		rc = f->ops->set ? f->ops->set(f, content, dotted,
					       it->edit.text, &e)
				 : content_set(f->kind, content, dotted,
					       it->edit.text, &e);
		if (rc != RC_OK && judge)
			item_set_error(it, dotted, e.msg, false);
	}
	return content;
}

json_t *
form_content(struct form *f)
{
	return make_content(f, false);
}

/* Takes the value of that name out of the content. */
static void
take_out(json_t *content, const char *dotted)
{
	const char *dot = strrchr(dotted, '.');
	char parent[DOTTED_MAX];

	if (!dot) {
		(void)json_object_del(content, dotted);
		return;
	}
	(void)snprintf(parent, sizeof(parent), "%.*s", (int)(dot - dotted),
		       dotted);
	/* an inner object of the caller's own content */
	(void)json_object_del((json_t *)(uintptr_t)value_at(content, parent),
			      dot + 1);
}

json_t *
form_sound_content(struct form *f)
{
	json_t *content = make_content(f, false);
	struct problem problems[PROBLEMS_MAX];
	size_t missing, n;

	n = content_check(f->fields, f->n_fields, content, problems,
			  PROBLEMS_MAX, &missing);
	for (size_t i = 0; i < n && i < PROBLEMS_MAX; i++)
		if (!problems[i].soft && !problems[i].absent)
			take_out(content, problems[i].field);
	return content;
}

/* Passes over `part` at the beginning; NULL: nothing to pass over. */
static const char *
past(const char *msg, const char *part)
{
	return part && part[0] && str_starts(msg, part) ? msg + strlen(part)
							: msg;
}

void
item_set_error(struct form_item *it, const char *dotted, const char *msg,
	       bool soft)
{
	char bracket[DOTTED_MAX + 8];

	/* it stands beside the field, which needs no naming then */
	if (it->field)
		msg = past(msg, title_in(&it->field->title, i18n_zh()));
	msg += strspn(msg, " ");
	(void)snprintf(bracket, sizeof(bracket), i18n_zh() ? "（%s）" : "(%s)",
		       dotted);
	msg = past(past(msg, bracket), dotted);
	msg = past(msg, "：");
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
		form_content_name(f, i, name);
		if (strcmp(name, dotted) == 0 &&
		    (f->items[i].edit.len || !f->items[i].list))
			return &f->items[i];
	}
	for (size_t i = 0; i < f->n_items; i++)
		if (f->items[i].type == ITEM_ADD_ROW &&
		    str_eq(f->items[i].dotted, dotted))
			return &f->items[i]; /* too few rows of the list */
	for (size_t i = 0; i < f->n_items; i++)
		if (strncmp(f->items[i].dotted, dotted, n) == 0)
			return &f->items[i];
	return NULL;
}

/* Has the text that shape: d a digit, anything else itself? */
static bool
is_shaped(const char *text, const char *shape)
{
	size_t i;

	for (i = 0; shape[i]; i++)
		if (shape[i] == 'd' ? !isdigit((unsigned char)text[i])
				    : text[i] != shape[i])
			return false;
	return text[i] == '\0';
}

void
item_settle_time(struct form_item *it, int64_t now_ms)
{
	char now[TIME_TEXT_MAX], text[64] = "";
	const char *typed = it->edit.text;
	bool date;

	if (it->type != ITEM_FIELD ||
	    (it->field->type != FIELD_DATE && it->field->type != FIELD_TIME))
		return;
	date = it->field->type == FIELD_DATE;
	time_format(now_ms, now); /* 2026-11-24T09:00:00+08:00 */
	now[date ? 10 : 16] = '\0';
	if (!date)
		now[10] = ' ';
	if (is_shaped(typed, "."))
		(void)snprintf(text, sizeof(text), "%s", now);
	else if (is_shaped(typed, date ? "dd-dd" : "dd-dd dd:dd"))
		(void)snprintf(text, sizeof(text), "%.5s%.11s", now, typed);
	else if (!date && is_shaped(typed, "dd:dd"))
		(void)snprintf(text, sizeof(text), "%.11s%.5s", now, typed);
	if (text[0])
		edit_set(&it->edit, text);
}

/* How much of the message speaks of that name: its length when it stands
 * there as a word of its own, else 0. */
static size_t
names(const char *msg, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = msg; n > 1 && (at = strstr(at, name)); at++) {
		unsigned char before = at > msg ? (unsigned char)at[-1] : ' ';
		unsigned char after = (unsigned char)at[n];

		if (!isalnum(before) && before != '_' && before != '.' &&
		    !isalnum(after) && after != '_')
			return n;
	}
	return 0;
}

/* How surely the message speaks of the item: it has the field's name, a desk
 * or officer named there, or begins with the label. 0 = it does not. */
static size_t
speaks_of(const char *msg, const struct form_item *it)
{
	char copy[512], *rest = copy, *word;
	size_t n = it->dotted[0] ? names(msg, it->dotted) : 0;

	if (n)
		return 1000 + n;
	if (item_has_words(it)) {
		(void)snprintf(copy, sizeof(copy), "%s", it->edit.text);
		while ((word = strsep(&rest, " ")) != NULL)
			if (names(msg, word))
				return 500 + strlen(word);
	}
	return it->field && str_starts(msg, it->label) ? strlen(it->label) : 0;
}

void
form_show_err(struct form *f, const struct err *err)
{
	struct form_item *best = NULL;
	size_t most = 0;

	for (size_t i = 0; i < f->n_items; i++) {
		size_t sure = speaks_of(err->msg, &f->items[i]);

		if (sure > most) {
			most = sure;
			best = &f->items[i];
		}
	}
	/* what speaks of no field may be answered by a reason */
	for (size_t i = 0; !best && i < f->n_items; i++)
		if (f->items[i].type == ITEM_NOTE && f->items[i].edit.len == 0)
			best = &f->items[i];
	if (best) {
		f->at = (size_t)(best - f->items);
		item_set_error(best, best->dotted, err->msg, false);
	}
	console_show_err(f->screen.console, err);
}

json_t *
form_judge(struct form *f, bool whole, bool *ret_good, bool *ret_soft)
{
	struct problem problems[PROBLEMS_MAX];
	size_t missing = 0, n;
	json_t *content;

	*ret_good = true;
	*ret_soft = false;
	for (size_t i = 0; i < f->n_items; i++)
		if (f->items[i].type == ITEM_FIELD ||
		    f->items[i].type == ITEM_ADD_ROW)
			f->items[i].error[0] = '\0';
	content = make_content(f, true);
	for (size_t i = 0; i < f->n_items; i++)
		if (f->items[i].error[0])
			*ret_good = false;
	if (whole && !form_check_others(f))
		*ret_good = false;
	n = content_check(f->fields, f->n_fields, content, problems,
			  PROBLEMS_MAX, &missing);
	for (size_t i = 0; i < n && i < PROBLEMS_MAX; i++) {
		struct form_item *it = find_item(f, problems[i].field);

		if (problems[i].absent && !whole)
			continue;
		if (problems[i].soft)
			*ret_soft = true;
		else
			*ret_good = false;
		if (!it)
			console_show_err(f->screen.console, &problems[i].err);
		else if (!it->error[0])
			item_set_error(it, problems[i].field,
				       problems[i].err.msg, problems[i].soft);
	}
	if (whole && !form_check_slots(f))
		*ret_soft = true;
	return content;
}
