/* What a reference table must be before it comes into force. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/csv.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "desk_int.h"
#include "reference_int.h"

#define PROBLEMS_TOLD_MAX 50

enum form {
	FORM_ANY,
	FORM_DAY,      /* YYYY-MM-DD */
	FORM_SINCE,    /* a day, or only its year */
	FORM_DIVISION, /* six digits, GB/T 2260 */
	FORM_NUMBER,   /* 1 to 9999 */
	FORM_DESK,
	FORM_LATIN, /* pinyin: a to z */
};

struct column_rule {
	const char *table, *column;
	bool must;
	enum form form;
	const char *choices[4]; /* NULL ends; none: any */
	/* The cell is a key of this table, "" of the same one. */
	const char *key_of;
};

static const struct column_rule rules[] = {
	{ .table = "divisions", .column = "code", .form = FORM_DIVISION },
	{ .table = "divisions", .column = "name", .must = true },
	{ .table = "divisions", .column = "short", .must = true },
	{ .table = "divisions",
	  .column = "level",
	  .must = true,
	  .choices = { "province", "prefecture", "county" } },
	{ .table = "divisions", .column = "parent", .key_of = "" },
	{ .table = "divisions",
	  .column = "province",
	  .must = true,
	  .key_of = "" },
	{ .table = "divisions", .column = "pinyin", .form = FORM_LATIN },
	{ .table = "divisions", .column = "initials", .form = FORM_LATIN },
	{ .table = "divisions", .column = "pinyin_full", .form = FORM_LATIN },
	{ .table = "divisions", .column = "initials_full", .form = FORM_LATIN },
	{ .table = "divisions", .column = "initials_alt", .form = FORM_LATIN },
	{ .table = "units", .column = "short_name", .must = true },
	{ .table = "units", .column = "full_name", .must = true },
	{ .table = "units",
	  .column = "seat_code",
	  .form = FORM_DIVISION,
	  .key_of = "divisions" },
	{ .table = "units", .column = "desk_id", .form = FORM_DESK },
	{ .table = "units", .column = "pinyin_initials", .form = FORM_LATIN },
	{ .table = "holidays", .column = "day", .form = FORM_DAY },
	{ .table = "holidays",
	  .column = "kind",
	  .must = true,
	  .choices = { "holiday", "workday" } },
	{ .table = "products", .column = "name", .must = true },
	{ .table = "campaigns", .column = "name", .must = true },
	{ .table = "campaigns", .column = "year", .form = FORM_NUMBER },
	{ .table = "phrases", .column = "kind", .must = true },
	{ .table = "phrases", .column = "field", .must = true },
	{ .table = "phrases", .column = "text", .must = true },
	{ .table = "laws", .column = "short", .must = true },
	{ .table = "laws", .column = "title", .must = true },
	{ .table = "laws", .column = "effective", .form = FORM_SINCE },
	{ .table = "workpoints", .column = "no", .form = FORM_NUMBER },
	{ .table = "workpoints", .column = "title", .must = true },
};

struct checking {
	struct reference_check *c;
	const struct table *builtin; /* its heads are what is asked for */
	const struct table *file;
	json_t *keys; /* those seen so far */
	size_t line;
};

static void __attribute__((format(printf, 2, 3)))
tell(struct checking *k, const char *fmt, ...)
{
	char what[400], sentence[640], shown[160];
	va_list ap;

	k->c->bad++;
	if (k->c->problem == NULL || k->c->bad > PROBLEMS_TOLD_MAX)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	(void)snprintf(sentence, sizeof(sentence), "%s:%zu: %s",
		       text_show_into(shown, sizeof(shown), k->c->path),
		       k->line, what);
	k->c->problem(k->c->ctx, sentence);
}

static bool
has_hidden(const char *s)
{
	size_t n = strlen(s), used;
	uint32_t cp;

	for (; n > 0; s += used, n -= used) {
		used = utf8_next(s, n, &cp);
		if (cp_is_hidden(cp))
			return true;
	}
	return false;
}

static bool
form_ok(enum form form, const char *s)
{
	int64_t n;
	int32_t day;

	switch (form) {
	case FORM_DAY: return day_parse(s, &day, NULL) == RC_OK;
	case FORM_SINCE:
		return day_parse(s, &day, NULL) == RC_OK ||
		       str_to_i64(s, 1949, 9999, &n, NULL) == RC_OK;
	case FORM_DIVISION:
		return strlen(s) == 6 && strspn(s, "0123456789") == 6;
	case FORM_NUMBER: return str_to_i64(s, 1, 9999, &n, NULL) == RC_OK;
	case FORM_DESK: return desk_id_valid(s);
	case FORM_LATIN:
		return strspn(s, "abcdefghijklmnopqrstuvwxyz") == strlen(s);
	case FORM_ANY: break;
	}
	return true;
}

static bool
choice_ok(const struct column_rule *r, const char *s)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(r->choices) && r->choices[i] != NULL; i++)
		if (str_eq(r->choices[i], s))
			return true;
	return i == 0;
}

static const char *
form_text(enum form form)
{
	switch (form) {
	case FORM_DAY: return _("an existing date (YYYY-MM-DD)");
	case FORM_SINCE: return _("a date (YYYY-MM-DD) or a year");
	case FORM_DIVISION: return _("six digits (GB/T 2260)");
	case FORM_NUMBER: return _("a number from 1 to 9999");
	case FORM_DESK: return _("a desk id such as 310105-gaj");
	case FORM_LATIN: return _("letters a to z");
	case FORM_ANY: break;
	}
	return "";
}

static void
check_cell(struct checking *k, const struct column_rule *r, const char *cell)
{
	const struct table *of = NULL;
	char shown[80];
	size_t row;

	text_show_into(shown, sizeof(shown), cell);
	if (cell[0] == '\0') {
		if (r->must)
			tell(k, _("%s is empty"), r->column);
		return;
	}
	if (!form_ok(r->form, cell)) {
		tell(k, _("%s '%s' is not %s"), r->column, shown,
		     form_text(r->form));
		return;
	}
	if (!choice_ok(r, cell))
		tell(k, _("%s cannot be '%s'"), r->column, shown);
	if (r->key_of != NULL)
		of = r->key_of[0] == '\0' ? k->file
					  : table_get(k->c->desk, r->key_of);
	if (of != NULL && !table_find(of, of->heads[0], cell, &row))
		tell(k, _("%s '%s' is no %s of table %s"), r->column, shown,
		     of->heads[0],
		     r->key_of[0] == '\0' ? k->c->name : r->key_of);
}

static void
check_key(struct checking *k, const char *key)
{
	const char *head = k->builtin->heads[0];
	char shown[80];

	text_show_into(shown, sizeof(shown), key);
	if (key[0] == '\0')
		tell(k, _("%s is empty"), head);
	else if (key[0] == ' ' || key[strlen(key) - 1] == ' ')
		tell(k, _("%s '%s' has spaces around it"), head, shown);
	else if (json_object_get(k->keys, key) != NULL)
		tell(k, _("%s '%s' is there twice"), head, shown);
	else
		json_object_set_new(k->keys, key, json_true());
}

static void
check_row(struct checking *k, const struct csv_reader *r)
{
	const struct table *t = k->builtin;
	int64_t bad = k->c->bad;
	size_t i, c;

	k->c->rows++;
	if (r->n_cells != t->n_cols) {
		tell(k, _("%zu columns instead of %zu"), r->n_cells, t->n_cols);
		return;
	}
	check_key(k, r->cells[0]);
	for (c = 0; c < t->n_cols; c++)
		if (has_hidden(r->cells[c]))
			tell(k, _("%s holds a control character"), t->heads[c]);
	for (i = 0; i < ARRAY_LEN(rules); i++) {
		if (!str_eq(rules[i].table, k->c->name))
			continue;
		for (c = 0; c < t->n_cols; c++)
			if (str_eq(t->heads[c], rules[i].column))
				check_cell(k, &rules[i], r->cells[c]);
	}
	if (k->c->bad > bad + 1)
		k->c->bad = bad + 1; /* rows are counted */
}

static bool
check_head(struct checking *k, const struct csv_reader *r)
{
	const struct table *t = k->builtin;
	struct buf want;
	bool same = r->n_cells == t->n_cols;
	size_t i;

	for (i = 0; same && i < t->n_cols; i++)
		same = str_eq(r->cells[i], t->heads[i]);
	if (same)
		return true;
	buf_init(&want, 1024);
	for (i = 0; i < t->n_cols; i++)
		(void)buf_addf(&want, NULL, "%s%s", i > 0 ? "," : "",
			       t->heads[i]); /* heads are short */
	tell(k, _("the first line must be: %s"), buf_str(&want));
	buf_release(&want);
	return false;
}

/* A year without its rows would be taken for one without holidays, and a year
 * that goes away would change clocks that have run out. */
static void
check_years(struct checking *k)
{
	const struct calendar *now = desk_get_calendar(k->c->desk);
	bool has[400] = { false };
	int year, from = 0, to = 0, first = calendar_get_first_year(now);
	int32_t day;
	size_t row;

	for (row = 0; row < k->file->n_rows; row++) {
		if (day_parse(table_cell(k->file, row, "day"), &day, NULL) !=
		    RC_OK)
			continue;
		year = day_to_civil(day).year;
		if (year >= 1970 && year < 1970 + (int)ARRAY_LEN(has))
			has[year - 1970] = true;
		from = from == 0 || year < from ? year : from;
		to = year > to ? year : to;
	}
	k->line = 1;
	if (from > first || to < calendar_get_last_year(now))
		tell(k,
		     _("the table in force holds %d to %d, this one %d to %d: "
		       "add the years that are missing"),
		     first, calendar_get_last_year(now), from, to);
	for (year = from; year < to && year - 1970 < (int)ARRAY_LEN(has);
	     year++)
		if (year >= 1970 && !has[year - 1970])
			tell(k, _("year %d has no rows between %d and %d"),
			     year, from, to);
}

void
reference_check(struct reference_check *c, const char *bytes, size_t n_bytes)
{
	struct table *builtin = NULL, *file = table_read(bytes, n_bytes);
	struct checking k = { .c = c, .file = file, .keys = json_object() };
	struct err why = ERR_INIT;
	struct csv_reader r;
	bool more = true, head = true;
	enum rc rc;

	k.builtin = table_embedded(&builtin, c->name);
	csv_reader_init(&r, bytes, n_bytes);
	for (;;) {
		k.line = r.line;
		rc = csv_next(&r, &more, &why);
		if (rc == RC_OK && !more)
			break;
		if (rc != RC_OK)
			tell(&k, "%s", why.msg);
		else if (!head)
			check_row(&k, &r);
		else if (!check_head(&k, &r))
			break; /* every row would be wrong */
		head = false;
	}
	k.line = 1;
	if (c->rows == 0 && c->bad == 0)
		tell(&k, "%s", _("there is no row in it"));
	if (c->bad == 0 && str_eq(c->name, "holidays"))
		check_years(&k);
	csv_reader_release(&r);
	json_decref(k.keys);
	tables_free(builtin);
	tables_free(file);
}
