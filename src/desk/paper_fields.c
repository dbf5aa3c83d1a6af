/* Fields of a document as parts of a paper. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "fields_int.h"
#include "journal/peer.h"
#include "model/content.h"
#include "paper_doc_int.h"
#include "table_int.h"

#define CELL_MAX (512 * 1024)

char *
paper_desk_name(struct desk *d, const char *id)
{
	struct peer p = { 0 };
	char *name;

	if (str_eq(id, d->id))
		return xstrdup(d->name);
	if (peer_get(d->journal, id, &p, NULL) == RC_OK) {
		name = xstrdup(p.name_zh != NULL && p.name_zh[0] != '\0'
				       ? p.name_zh
				       : id);
		peer_release(&p);
		return name;
	}
	return desk_id_valid(id) ? desk_known_name(id) : xstrdup(id);
}

/* What every recipient may read; of a local kind everything. */
static bool
printed(const struct from_doc *f, const struct field *field)
{
	return f->kind->scope == SCOPE_LOCAL ||
	       field_leaves(f->view->held.doc, field);
}

/* A code's name in its reference table; NULL. */
static const char *
pick_name(struct from_doc *f, const struct field *field, const char *code)
{
	static const char *const names[] = { "name", "title", "short" };
	const struct table *t;
	const char *name;
	size_t row, i;

	if (field->pick == NULL || strchr(field->pick, ':') != NULL)
		return NULL;
	t = table_get(f->desk, field->pick);
	if (t == NULL || !table_find(t, t->heads[0], code, &row))
		return NULL;
	for (i = 0; i < ARRAY_LEN(names); i++) {
		name = table_cell(t, row, names[i]);
		if (name[0] != '\0')
			return name;
	}
	return NULL;
}

/* "2026-11-24T09:00:00+08:00" as people write it. */
static void
add_time(const struct from_doc *f, struct buf *out, const char *text)
{
	struct civil c;
	int64_t ms, minutes;

	if (time_parse(text, &ms, NULL) != RC_OK) {
		(void)buf_adds(out, text, NULL);
		return;
	}
	c = day_to_civil(day_of_ms(ms));
	minutes = (ms - day_start_ms(day_of_ms(ms))) / 60000;
	(void)buf_addf(out, NULL,
		       i18n_zh() && !f->in_table ? "%d年%d月%d日%d时%02d分"
						 : "%04d-%02d-%02d %02d:%02d",
		       c.year, c.month, c.day, (int)(minutes / 60),
		       (int)(minutes % 60));
}

static void
add_day(const struct from_doc *f, struct buf *out, const char *text)
{
	struct civil c;
	int32_t day;

	if (!i18n_zh() || f->in_table || day_parse(text, &day, NULL) != RC_OK) {
		(void)buf_adds(out, text, NULL);
		return;
	}
	c = day_to_civil(day);
	(void)buf_addf(out, NULL, "%d年%d月%d日", c.year, c.month, c.day);
}

static void add_value(struct from_doc *f, struct buf *out,
		      const struct field *field, const json_t *value);

/* Members of a group or row: "名称：甲，住所：乙"; what is true stands by its
 * title alone, what is not true does not stand there. */
static void
add_members(struct from_doc *f, struct buf *out, const struct field *of,
	    const json_t *object)
{
	struct buf one;
	bool first = true;
	size_t i;

	for (i = 0; i < of->n_sub; i++) {
		const struct field *sub = &of->sub[i];
		bool is_bool = sub->type == FIELD_BOOL;

		if (!printed(f, sub) ||
		    (is_bool &&
		     !json_is_true(json_object_get(object, sub->name))))
			continue;
		buf_init(&one, CELL_MAX);
		add_value(f, &one, sub, json_object_get(object, sub->name));
		/* what passes CELL_MAX is cut */
		if (one.len > 0)
			(void)buf_addf(out, NULL, "%s%s%s%s",
				       first ? "" : _(", "),
				       title_in(&sub->title, i18n_zh()),
				       is_bool ? "" : _(": "),
				       is_bool ? "" : buf_str(&one));
		first = first && one.len == 0;
		buf_release(&one);
	}
}

static void
add_text(struct from_doc *f, struct buf *out, const struct field *field,
	 const char *text)
{
	const char *name = pick_name(f, field, text);
	char *desk;

	if (text[0] == '\0')
		return;
	if (field->type == FIELD_TIME) {
		add_time(f, out, text);
	} else if (field->type == FIELD_DATE) {
		add_day(f, out, text);
	} else if (field->type == FIELD_DESK) {
		desk = paper_desk_name(f->desk, text);
		(void)buf_adds(out, desk, NULL);
		xfree(desk);
	} else {
		(void)buf_adds(out,
			       name != NULL
				       ? name
				       : field_choice(field, text, i18n_zh()),
			       NULL);
	}
}

static void
add_value(struct from_doc *f, struct buf *out, const struct field *field,
	  const json_t *value)
{
	char number[40];
	const char *name;
	size_t i;

	if (json_is_string(value)) {
		add_text(f, out, field, json_string_value(value));
	} else if (json_is_integer(value)) {
		(void)snprintf(number, sizeof(number), "%lld",
			       (long long)json_integer_value(value));
		name = pick_name(f, field, number);
		(void)buf_addf(out, NULL, "%s%s", name != NULL ? name : number,
			       field->type == FIELD_MONEY ? ".00" : "");
	} else if (json_is_real(value)) {
		(void)buf_addf(out, NULL,
			       field->type == FIELD_MONEY ? "%.2f" : "%.10g",
			       json_real_value(value));
	} else if (json_is_boolean(value)) {
		(void)buf_adds(out, json_is_true(value) ? _("yes") : _("no"),
			       NULL);
	} else if (json_is_object(value)) {
		add_members(f, out, field, value);
	} else {
		for (i = 0; i < json_array_size(value); i++) {
			(void)buf_adds(out, i > 0 ? _("; ") : "", NULL);
			add_value(f, out, field, json_array_get(value, i));
		}
	}
}

/* The field and its value at a dotted name, if it may be printed. */
static const struct field *
find(struct from_doc *f, const char *dotted, const json_t **ret_value)
{
	const struct field *fields = f->kind->fields, *at = NULL;
	const json_t *value = f->fields;
	size_t n_fields = f->kind->n_fields, i, n;

	for (;;) {
		n = strcspn(dotted, ".");
		at = NULL;
		for (i = 0; i < n_fields; i++)
			if (strlen(fields[i].name) == n &&
			    strncmp(fields[i].name, dotted, n) == 0)
				at = &fields[i];
		if (at == NULL || !printed(f, at))
			return NULL;
		value = json_object_get(value, at->name);
		if (dotted[n] == '\0')
			break;
		fields = at->sub;
		n_fields = at->n_sub;
		dotted += n + 1;
	}
	*ret_value = value;
	return at;
}

char *
paper_field_text(struct from_doc *f, const char *dotted)
{
	const json_t *value = NULL;
	const struct field *field = find(f, dotted, &value);
	struct buf out;

	buf_init(&out, CELL_MAX);
	if (field != NULL)
		add_value(f, &out, field, value);
	return out.len > 0 ? buf_take(&out) : xstrdup("");
}

/* --- lists --- */

static bool
has_rows(struct from_doc *f, const struct field *list)
{
	return json_array_size(json_object_get(f->fields, list->name)) > 0;
}

/* Does the layout name this field under the key? */
static bool
in_names(const struct from_doc *f, const char *key, const struct field *field)
{
	const json_t *names = layout_get(&f->layout, key), *one;
	size_t i;

	json_array_foreach(names, i,
			   one) if (field != NULL &&
				    kind_field(f->kind,
					       json_string_value(one)) ==
					    field) return true;
	return false;
}

static bool
left_out(const struct from_doc *f, const char *name)
{
	return in_names(f, "without", kind_field(f->kind, name));
}

static void
take_list(struct from_doc *f, const struct field *list)
{
	if (list != NULL && list->type == FIELD_LIST && printed(f, list) &&
	    has_rows(f, list))
		f->lists[f->n_lists++] = list;
}

void
paper_find_lists(struct from_doc *f)
{
	const json_t *named = layout_get(&f->layout, "lists"), *one;
	size_t i;

	f->lists = xcalloc(f->kind->n_fields + json_array_size(named),
			   sizeof(const struct field *));
	json_array_foreach(named, i, one)
		take_list(f, kind_field(f->kind, json_string_value(one)));
	for (i = 0; named == NULL && i < f->kind->n_fields; i++)
		if (!left_out(f, f->kind->fields[i].name))
			take_list(f, &f->kind->fields[i]);
}

static bool
is_number(const struct field *c)
{
	return c->type == FIELD_INT || c->type == FIELD_DECIMAL ||
	       c->type == FIELD_MONEY;
}

/* A column that no row fills takes no place. */
static bool
column_used(const struct from_doc *f, const struct field *c, const json_t *rows)
{
	const json_t *row, *value;
	size_t i;

	if (!printed(f, c))
		return false;
	json_array_foreach(rows, i, row)
	{
		value = json_object_get(row, c->name);
		if (value != NULL && !json_is_null(value) &&
		    !(json_is_string(value) && json_string_length(value) == 0))
			return true;
	}
	return false;
}

void
paper_list_table(struct from_doc *f, const struct field *list,
		 const char *label)
{
	const json_t *rows = json_object_get(f->fields, list->name), *row;
	struct paper_table *t = paper_add_table(f->paper, BLOCK_TABLE, label);
	struct buf cell;
	char number[24];
	bool numbered = list->key != NULL && list->n_sub > 0 &&
			str_eq(list->sub[0].name, list->key);
	size_t i, c;

	/* rows that have numbers of their own keep them */
	if (!numbered)
		paper_column(t, _("No."), true, false);
	f->in_table = true;
	for (c = 0; c < list->n_sub; c++)
		if (column_used(f, &list->sub[c], rows))
			paper_column(t,
				     title_in(&list->sub[c].title, i18n_zh()),
				     is_number(&list->sub[c]),
				     list->sub[c].sum);
	json_array_foreach(rows, i, row)
	{
		(void)snprintf(number, sizeof(number), "%zu", i + 1);
		if (!numbered)
			paper_cell(t, number);
		for (c = 0; c < list->n_sub; c++) {
			if (!column_used(f, &list->sub[c], rows))
				continue;
			buf_init(&cell, CELL_MAX);
			add_value(f, &cell, &list->sub[c],
				  json_object_get(row, list->sub[c].name));
			paper_cell(t, buf_str(&cell));
			buf_release(&cell);
		}
	}
	f->in_table = false;
}

void
paper_lists(struct from_doc *f)
{
	size_t i;

	for (i = 0; i < f->n_lists; i++)
		paper_list_table(f, f->lists[i],
				 title_in(&f->lists[i]->title, i18n_zh()));
}

/* --- body --- */

typedef void take_field_fn(struct from_doc *f, const struct field *field,
			   const char *text);

static void
take(struct from_doc *f, const char *dotted, take_field_fn *each)
{
	const json_t *value = NULL;
	const struct field *field = find(f, dotted, &value);
	char *text;

	if (field == NULL || field->type == FIELD_LIST)
		return;
	text = paper_field_text(f, dotted);
	if (text[0] != '\0')
		each(f, field, text);
	xfree(text);
}

/* The layout's body, else the kind's detail view, else every field. */
static void
each_field(struct from_doc *f, take_field_fn *each)
{
	const json_t *body = layout_get(&f->layout, "body"), *one;
	const struct views *v = &f->kind->views;
	size_t i;

	if (json_is_array(body)) {
		json_array_foreach(body, i, one)
			take(f, json_string_value(one), each);
		return;
	}
	for (i = 0; i < v->n_detail; i++)
		if (v->detail[i] != NULL && !left_out(f, v->detail[i]))
			take(f, v->detail[i], each);
	for (i = 0; v->n_detail == 0 && i < f->kind->n_fields; i++)
		if (!left_out(f, f->kind->fields[i].name))
			take(f, f->kind->fields[i].name, each);
}

/* 一 to 九十九 */
static void
heading_number(int n, char *out, size_t size)
{
	static const char *const digits[] = { "",   "一", "二", "三", "四",
					      "五", "六", "七", "八", "九" };

	if (!i18n_zh() || n > 99)
		(void)snprintf(out, size, "%d. ", n);
	else
		(void)snprintf(out, size, "%s%s%s、",
			       n >= 20 ? digits[n / 10] : "",
			       n >= 10 ? "十" : "", digits[n % 10]);
}

static void
body_field(struct from_doc *f, const struct field *field, const char *text)
{
	const char *title = title_in(&field->title, i18n_zh());
	bool minutes = f->paper->style == PAPER_MINUTES;
	char number[32], *label;

	if (in_names(f, "text", field)) {
		paper_add(f->paper, BLOCK_PARA, NULL, text);
		return;
	}
	if (minutes ||
	    (field->type != FIELD_LONG && field->type != FIELD_GROUP)) {
		paper_add(f->paper, BLOCK_ITEM, title, text);
		return;
	}
	heading_number(++f->n_headings, number, sizeof(number));
	label = xasprintf("%s%s", number, title);
	paper_add(f->paper, BLOCK_HEADING, label, NULL);
	xfree(label);
	if (field->type == FIELD_GROUP && i18n_zh()) {
		label = xasprintf("%s。", text);
		paper_add(f->paper, BLOCK_PARA, NULL, label);
		xfree(label);
	} else {
		paper_add(f->paper, BLOCK_PARA, NULL, text);
	}
}

void
paper_body(struct from_doc *f)
{
	each_field(f, body_field);
}

static void
form_field(struct from_doc *f, const struct field *field, const char *text)
{
	struct paper_block *last = &f->paper->blocks[f->paper->n_blocks - 1];

	/* it stands in the head */
	if (str_eq(field->name, "title"))
		return;
	paper_cell(last->table, title_in(&field->title, i18n_zh()));
	paper_cell(last->table, text);
}

void
paper_form(struct from_doc *f)
{
	struct paper_table *t = paper_add_table(f->paper, BLOCK_FORM, NULL);

	paper_column(t, "", false, false);
	paper_column(t, "", false, false);
	each_field(f, form_field);
}
