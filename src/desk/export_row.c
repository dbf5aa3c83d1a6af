/* Rows of an export: CSV for spreadsheets, NDJSON for programs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "desk_int.h"
#include "export_int.h"

/* What stands beside the fields, in this order; import passes over them. */
static const char *const beside[] = { "id", "number", "kind",  "owner",
				      "to", "cc",     "state", "issued_at" };
enum {
	BESIDE_TO = 4,
	BESIDE_CC = 5
};

static char *
joined(const json_t *list)
{
	struct buf b;
	const json_t *one;
	size_t i;

	buf_init(&b, PARTIES_MAX * (DESK_ID_MAX + 1));
	json_array_foreach(list, i, one)
		/* PARTIES_MAX of them fit */
		(void) buf_addf(&b, NULL, "%s%s", i > 0 ? "," : "",
				json_string_value(one));
	return b.len > 0 ? buf_take(&b) : xstrdup("");
}

/* Value of beside[i]; heap. */
static char *
beside_text(const struct out_doc *o, size_t i)
{
	char when[TIME_TEXT_MAX] = "";

	switch (i) {
	case 0: return xstrdup(o->id);
	case 1: return xstrdup(o->number != NULL ? o->number : "");
	case 2: return xstrdup(o->kind_name);
	case 3: return xstrdup(o->owner);
	case BESIDE_TO: return joined(o->to);
	case BESIDE_CC: return joined(o->cc);
	case 6: return xstrdup(o->state != NULL ? o->state : "");
	default:
		if (o->issued_ms > 0)
			time_format(o->issued_ms, when);
		return xstrdup(when);
	}
}

static enum rc
cell(struct exporter *x, const char *text, bool first, struct err *err)
{
	return csv_write_cell(&x->out, text, first, true, err);
}

/* --- columns: fields, groups' sub-fields, a list as one cell of JSON --- */

/* Has it a column: one that is sealed has, and fills it once it is open. */
static bool
shared(const struct field *f)
{
	return (f->see == SEE_ALL || f->see == SEE_SEALED) && !f->confidential;
}

/* Does the field have columns: of a group that stays at home only its masked
 * forms do. */
static bool
leaves(const struct exporter *x, const struct field *f)
{
	return x->job->own || shared(f) ||
	       (f->type == FIELD_GROUP && f->n_masked > 0);
}

static bool
sub_leaves(const struct exporter *x, const struct field *f,
	   const struct field *sub)
{
	size_t i;

	if (x->job->own)
		return true;
	if (shared(f))
		return shared(sub);
	for (i = 0; i < f->n_masked; i++)
		if (str_eq(f->masked[i], sub->name))
			return true;
	return false;
}

typedef enum rc column_fn(struct exporter *x, const struct field *f,
			  const struct field *sub, const void *ctx,
			  struct err *err);

static enum rc
each_column(struct exporter *x, column_fn *each, const void *ctx,
	    struct err *err)
{
	enum rc rc = RC_OK;
	size_t i, s;

	for (i = 0; rc == RC_OK && i < x->kind->n_fields; i++) {
		const struct field *f = &x->kind->fields[i];

		if (!leaves(x, f))
			continue;
		if (f->type != FIELD_GROUP && f != x->rows)
			rc = each(x, f, NULL, ctx, err);
		for (s = 0; rc == RC_OK && s < f->n_sub &&
			    (f->type == FIELD_GROUP || f == x->rows);
		     s++)
			if (sub_leaves(x, f, &f->sub[s]))
				rc = each(x, f, &f->sub[s], ctx, err);
	}
	return rc;
}

static enum rc
head_cell(struct exporter *x, const struct field *f, const struct field *sub,
	  const void *ctx, struct err *err)
{
	char *name;
	enum rc rc;

	(void)ctx;
	if (sub == NULL)
		return cell(x, f->name, false, err);
	name = xasprintf("%s.%s", f->name, sub->name);
	rc = cell(x, name, false, err);
	xfree(name);
	return rc;
}

enum rc
export_head(struct exporter *x, struct err *err)
{
	enum rc rc = RC_OK;
	size_t i;

	/* tells a spreadsheet that this is UTF-8 */
	if (x->job->mark)
		rc = buf_adds(&x->out, "\xEF\xBB\xBF", err);
	for (i = 0; rc == RC_OK && i < ARRAY_LEN(beside); i++)
		rc = cell(x, beside[i], i == 0, err);
	if (rc == RC_OK)
		rc = each_column(x, head_cell, NULL, err);
	return rc == RC_OK ? buf_adds(&x->out, "\r\n", err) : rc;
}

/* The shortest decimals that read back as the same number: 0.1, not
 * 0.10000000000000001 or 1e-1. */
static void
real_text(double v, char *out, size_t size)
{
	int n;

	for (n = 0; n <= 20; n++) {
		(void)snprintf(out, size, "%.*f", n, v);
		if (strtod(out, NULL) >= v && strtod(out, NULL) <= v)
			return;
	}
}

/* A value as a cell: text as it is, everything else as JSON writes it. */
static enum rc
value_cell(struct exporter *x, const json_t *v, struct err *err)
{
	char *text, number[400];
	enum rc rc;

	if (v == NULL || json_is_null(v))
		return cell(x, "", false, err);
	if (json_is_string(v))
		return cell(x, json_string_value(v), false, err);
	if (json_is_real(v)) {
		real_text(json_real_value(v), number, sizeof(number));
		return csv_write_cell(&x->out, number, false, false, err);
	}
	text = json_write(v);
	/* a number is no formula, also below zero */
	rc = json_is_number(v)
		     ? csv_write_cell(&x->out, text, false, false, err)
		     : cell(x, text, false, err);
	xfree(text);
	return rc;
}

struct csv_at {
	const json_t *fields;
	const json_t *row; /* of the list x->rows; NULL: it has none */
};

static enum rc
body_cell(struct exporter *x, const struct field *f, const struct field *sub,
	  const void *ctx, struct err *err)
{
	const struct csv_at *at = ctx;
	const json_t *v =
		f == x->rows ? at->row : json_object_get(at->fields, f->name);

	return value_cell(x, sub != NULL ? json_object_get(v, sub->name) : v,
			  err);
}

static enum rc
csv_row(struct exporter *x, const struct out_doc *o, const json_t *row,
	struct err *err)
{
	struct csv_at at = { .fields = o->fields, .row = row };
	enum rc rc = RC_OK;
	size_t i;
	char *text;

	for (i = 0; rc == RC_OK && i < ARRAY_LEN(beside); i++) {
		text = beside_text(o, i);
		rc = cell(x, text, i == 0, err);
		xfree(text);
	}
	if (rc == RC_OK)
		rc = each_column(x, body_cell, &at, err);
	return rc == RC_OK ? buf_adds(&x->out, "\r\n", err) : rc;
}

/* One row a document, or one for each row of a list. */
static enum rc
csv_rows(struct exporter *x, const struct out_doc *o, struct err *err)
{
	const json_t *list, *row;
	enum rc rc = RC_OK;
	size_t i;

	list = x->rows != NULL ? json_object_get(o->fields, x->rows->name)
			       : NULL;
	if (json_array_size(list) == 0)
		return csv_row(x, o, NULL, err);
	json_array_foreach(list, i, row)
	{
		rc = csv_row(x, o, row, err);
		if (rc != RC_OK)
			break;
	}
	return rc;
}

static enum rc
ndjson_row(struct exporter *x, const struct out_doc *o, struct err *err)
{
	json_t *line = json_object();
	const json_t *list;
	char *text;
	size_t i;
	enum rc rc;

	for (i = 0; i < ARRAY_LEN(beside); i++) {
		if (i == BESIDE_TO || i == BESIDE_CC) {
			list = i == BESIDE_TO ? o->to : o->cc;
			json_object_set_new(line, beside[i],
					    list != NULL ? json_deep_copy(list)
							 : json_array());
			continue;
		}
		text = beside_text(o, i);
		json_object_set_new(line, beside[i], json_string(text));
		xfree(text);
	}
	json_object_set(line, "fields", o->fields);
	text = json_write_plain(line);
	rc = buf_addf(&x->out, err, "%s\n", text);
	xfree(text);
	json_decref(line);
	return rc;
}

enum rc
export_doc(struct exporter *x, const struct out_doc *o, struct err *err)
{
	return x->job->format == EXPORT_CSV ? csv_rows(x, o, err)
					    : ndjson_row(x, o, err);
}
