/* The content of a document, in the sections of its kind; lists as tables. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/docview_int.h"
#include "model/content.h"

#define TABLE_COLS_MAX 32

static bool
in_head(const char *name)
{
	static const char *const head[] = { "title", "urgency", "mode" };

	for (size_t i = 0; i < ARRAY_LEN(head); i++)
		if (strcmp(head[i], name) == 0)
			return true;
	return false;
}

/* What an outsider must not think was sent. */
static const char *
see_mark(const struct field *f)
{
	return f->see == SEE_OWNER || f->see == SEE_LOCAL ? "*" : "";
}

static void
add_value(struct doc_lines *out, const struct field *f, bool zh,
	  const char *text)
{
	char label[160];
	bool missing = text[0] == '\0';

	if (missing && f->need != NEED_MUST && f->need != NEED_SHOULD)
		return;
	(void)snprintf(label, sizeof(label), "%s%s", title_in(&f->title, zh),
		       see_mark(f));
	docview_add(out, ATTR_DIM, label, missing ? ATTR_SOON : ATTR_PLAIN,
		    missing ? _("missing") : text);
}

/* A value in words: titles of codes, names of desks and officers. Heap. */
static char *
value_text(struct console *c, const struct field *f, const json_t *value)
{
	char *text = content_value(f, value, c->zh), named[400];
	const char *name = name_value(c, f, text, named, sizeof(named));

	if (name == text)
		return text;
	name = xstrdup(name);
	(void)xfree(text);
	return (char *)(uintptr_t)name;
}

/* --- a list as a table ------------------------------------------------------
 */

struct table {
	char **cells; /* n_rows * n_cols */
	size_t n_rows, n_cols;
	const struct field *col[TABLE_COLS_MAX];
	int width[TABLE_COLS_MAX];
	int total;
};

static int
cols_of(const char *s)
{
	return (int)utf8_cols(s, strlen(s));
}

static bool
is_number(const struct field *f)
{
	return f->type == FIELD_INT || f->type == FIELD_DECIMAL ||
	       f->type == FIELD_MONEY;
}

/* Columns in which no row has anything are left out. */
static bool
any_given(const json_t *rows, const char *name)
{
	for (size_t i = 0; i < json_array_size(rows); i++)
		if (json_object_get(json_array_get(rows, i), name))
			return true;
	return false;
}

static void
table_make(struct console *c, const struct field *f, const json_t *rows,
	   struct table *t)
{
	*t = (struct table){ .n_rows = json_array_size(rows) };
	for (size_t i = 0; i < f->n_sub && t->n_cols < TABLE_COLS_MAX; i++)
		if (any_given(rows, f->sub[i].name))
			t->col[t->n_cols++] = &f->sub[i];
	t->cells = xcalloc(t->n_rows * t->n_cols + 1, sizeof(*t->cells));
	for (size_t k = 0; k < t->n_cols; k++) {
		t->width[k] = cols_of(title_in(&t->col[k]->title, c->zh));
		for (size_t i = 0; i < t->n_rows; i++) {
			char *cell = value_text(
				c, t->col[k],
				json_object_get(json_array_get(rows, i),
						t->col[k]->name));
			int cols = cols_of(cell);

			t->cells[i * t->n_cols + k] = cell;
			if (cols > t->width[k])
				t->width[k] = cols;
		}
		t->total += t->width[k] + 2;
	}
}

static void
table_release(struct table *t)
{
	for (size_t i = 0; i < t->n_rows * t->n_cols; i++)
		(void)xfree(t->cells[i]);
	(void)xfree(t->cells);
}

/* A cell padded to its column; numbers to the right. */
static void
add_cell(struct buf *line, const struct table *t, size_t k, const char *text)
{
	int pad = t->width[k] - cols_of(text);
	bool right = is_number(t->col[k]);

	(void)buf_addf(line, NULL, "%*s%s%*s  ", right && pad > 0 ? pad : 0, "",
		       text, !right && pad > 0 ? pad : 0, "");
}

static void
add_line(struct doc_lines *out, const char *label, enum attr attr,
	 struct buf *line)
{
	while (line->len && line->data[line->len - 1] == ' ')
		line->data[--line->len] = '\0';
	docview_add(out, ATTR_DIM, label, attr, buf_str(line));
	buf_reset(line);
}

static void
add_table(struct doc_lines *out, const struct table *t, const char *label,
	  bool zh)
{
	struct buf line = { 0 };

	buf_init(&line, 64 * 1024);
	for (size_t k = 0; k < t->n_cols; k++)
		add_cell(&line, t, k, title_in(&t->col[k]->title, zh));
	add_line(out, label, ATTR_DIM, &line);
	for (size_t i = 0; i < t->n_rows; i++) {
		for (size_t k = 0; k < t->n_cols; k++)
			add_cell(&line, t, k, t->cells[i * t->n_cols + k]);
		add_line(out, label ? "" : NULL, ATTR_PLAIN, &line);
	}
	buf_release(&line);
}

/* Too wide for a table: "1. name  brand:X  number:3", wrapped. */
static void
add_items(struct doc_lines *out, const struct table *t, const char *label,
	  bool zh)
{
	for (size_t i = 0; i < t->n_rows; i++) {
		struct buf line = { 0 };

		buf_init(&line, 64 * 1024);
		(void)buf_addf(&line, NULL, "%zu.", i + 1);
		for (size_t k = 0; k < t->n_cols; k++) {
			const char *cell = t->cells[i * t->n_cols + k];

			if (cell[0])
				(void)buf_addf(&line, NULL, " %s%s%s",
					       k ? title_in(&t->col[k]->title,
							    zh)
						 : "",
					       k ? ":" : "", cell);
		}
		docview_add(out, ATTR_DIM, i ? "" : label, ATTR_PLAIN,
			    buf_str(&line));
		buf_release(&line);
	}
}

/* A table where it fits, else an item for each row. */
static void
add_rows(struct console *c, const struct field *f, const json_t *rows,
	 const char *label, struct doc_lines *out)
{
	struct table t;

	table_make(c, f, rows, &t);
	if (t.total - 2 <= out->width - LABEL_COLS) {
		add_table(out, &t, label, c->zh);
	} else if (t.total - 2 <= out->width) {
		docview_add(out, ATTR_DIM, NULL, ATTR_DIM, label);
		add_table(out, &t, NULL, c->zh);
	} else {
		add_items(out, &t, label, c->zh);
	}
	table_release(&t);
}

/* "合计 货值(元) 1200.50" of what the kind adds up, where there is more than
 * one row. */
static void
add_sums(struct console *c, const struct field *f, const json_t *rows,
	 struct doc_lines *out)
{
	for (size_t i = 0; i < f->n_sub && json_array_size(rows) > 1; i++) {
		const struct field *sub = &f->sub[i];
		json_t *total;
		double sum = 0;
		char *text;

		if (!sub->sum || !any_given(rows, sub->name))
			continue;
		for (size_t k = 0; k < json_array_size(rows); k++)
			sum += json_number_value(json_object_get(
				json_array_get(rows, k), sub->name));
		total = json_real(sum);
		text = content_value(sub, total, c->zh);
		docview_addf(out, "", ATTR_BOLD, "%s %s %s", _("in all"),
			     title_in(&sub->title, c->zh), text);
		(void)xfree(text);
		json_decref(total);
	}
}

/* --- fields ------------------------------------------------------------------
 */

static void
add_list(struct console *c, const json_t *fields, const struct field *f,
	 struct doc_lines *out)
{
	const json_t *rows = json_object_get(fields, f->name);
	char label[160];

	if (json_array_size(rows) == 0) {
		add_value(out, f, c->zh, "");
		return;
	}
	(void)snprintf(label, sizeof(label), "%s%s", title_in(&f->title, c->zh),
		       see_mark(f));
	add_rows(c, f, rows, label, out);
	add_sums(c, f, rows, out);
}

static void
add_group(struct console *c, const json_t *fields, const struct field *f,
	  struct doc_lines *out)
{
	const json_t *group = json_object_get(fields, f->name);
	bool first = true;

	for (size_t i = 0; group && i < f->n_sub; i++) {
		const struct field *sub = &f->sub[i];
		char *text =
			value_text(c, sub, json_object_get(group, sub->name));
		char label[192];

		(void)snprintf(label, sizeof(label), "%s%s%s",
			       first ? title_in(&f->title, c->zh) : " ",
			       first ? " " : "", title_in(&sub->title, c->zh));
		if (text[0]) {
			docview_add(out, ATTR_DIM, label, ATTR_PLAIN, text);
			first = false;
		}
		(void)xfree(text);
	}
}

static void
add_field(struct console *c, const json_t *fields, const struct field *f,
	  struct doc_lines *out)
{
	char *text;

	if (f->type == FIELD_LIST) {
		add_list(c, fields, f, out);
	} else if (f->type == FIELD_GROUP) {
		add_group(c, fields, f, out);
	} else {
		text = value_text(c, f, json_object_get(fields, f->name));
		add_value(out, f, c->zh, text);
		(void)xfree(text);
	}
}

static bool
in_detail(const struct kind *k, const char *name)
{
	for (size_t i = 0; i < k->views.n_detail; i++)
		if (k->views.detail[i] && strcmp(k->views.detail[i], name) == 0)
			return true;
	return false;
}

/* A kind that is not installed here: names as they came. */
static void
add_plain(const json_t *fields, struct doc_lines *out)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)fields, name, value)
	{
		char *text = json_is_string(value)
				     ? xstrdup(json_string_value(value))
				     : json_write(value);

		docview_add(out, ATTR_DIM, name, ATTR_PLAIN, text);
		(void)xfree(text);
	}
}

static void
add_sections(struct console *c, const struct kind *k, const json_t *fields,
	     struct doc_lines *out)
{
	for (size_t i = 0; i < k->views.n_detail; i++) {
		const char *name = k->views.detail[i];
		const struct field *f = name ? kind_field(k, name) : NULL;

		if (f && !in_head(f->name))
			add_field(c, fields, f, out);
	}
}

static void
add_all(struct console *c, const struct kind *k, const json_t *fields,
	struct doc_lines *out)
{
	add_sections(c, k, fields, out);
	/* what the view leaves out and yet is there */
	for (size_t i = 0; i < k->n_fields; i++)
		if (!in_head(k->fields[i].name) &&
		    !in_detail(k, k->fields[i].name) &&
		    json_object_get(fields, k->fields[i].name))
			add_field(c, fields, &k->fields[i], out);
}

void
docview_fields(struct console *c, const struct view *v, json_t *looked,
	       struct doc_lines *out)
{
	const struct kind *k = name_kind(c, v->row->kind, v->row->kind_version);
	const json_t *shown = looked ? looked : v->shown;
	json_t *merged;

	docview_rule(out, k ? title_in(&k->title, c->zh) : v->row->kind);
	if (!shown)
		return;
	if (!k) {
		docview_add(out, ATTR_SOON, NULL, ATTR_SOON,
			    _("this kind is not installed here: names as they "
			      "came; it is handled once it is (kind add)"));
		add_plain(shown, out);
		return;
	}
	if (!v->held.doc) { /* a draft */
		add_all(c, k, shown, out);
		return;
	}
	/* with what the parties wrote into lists of theirs */
	merged = doc_content(v->held.doc, shown);
	view_say_seals(v, merged);
	add_all(c, k, merged, out);
	json_decref(merged);
}
