#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "ics_int.h"
#include "import_int.h"

static enum rc
read_heads(struct source *s, struct err *err)
{
	struct csv_reader *r = &s->reader;
	char shown[64];
	bool more = false;
	size_t i, j;
	enum rc rc = csv_next(r, &more, err);

	if (rc == RC_OK && !more)
		rc = err_set(err, RC_MALFORMED, 0,
			     _("the file is empty: a header row is needed"));
	if (rc != RC_OK)
		return rc;
	s->n_heads = r->n_cells;
	s->heads = xcalloc(s->n_heads, sizeof(*s->heads));
	s->n_head_bytes = r->at;
	for (i = 0; i < r->n_cells; i++) {
		s->heads[i] = xstrdup(r->cells[i]);
		rc = utf8_check(s->heads[i], strlen(s->heads[i]), err);
		for (j = 0; rc == RC_OK && j < i; j++)
			if (str_eq(s->heads[i], s->heads[j]))
				rc = err_set(err, RC_MALFORMED, 0,
					     _("column '%s' stands twice in "
					       "the header"),
					     text_show_into(shown,
							    sizeof(shown),
							    s->heads[i]));
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

enum rc
source_open(struct source *s, bool csv, const struct buf *text, struct err *err)
{
	*s = (struct source){ .csv = csv,
			      .bytes = buf_str(text),
			      .n_bytes = text->len };
	if (!csv)
		return RC_OK;
	csv_reader_init(&s->reader, s->bytes, s->n_bytes);
	return read_heads(s, err);
}

void
source_close(struct source *s)
{
	size_t i;

	if (s->csv)
		csv_reader_release(&s->reader);
	for (i = 0; i < s->n_heads; i++)
		xfree(s->heads[i]);
	xfree(s->heads);
	json_decref(s->row.object);
	*s = (struct source){ 0 };
}

static enum rc
next_csv(struct source *s, bool *ret_more, struct err *err)
{
	struct csv_reader *r = &s->reader;
	size_t from = r->at;
	const char *colon;
	char what[sizeof(err->msg)];
	enum rc rc;

	s->row = (struct source_row){ .line = r->line,
				      .raw = s->bytes + from,
				      .heads = s->heads };
	*ret_more = from < r->n_bytes;
	rc = csv_next(r, ret_more, err);
	s->row.n_raw = r->at - from;
	if (rc != RC_OK) {
		*ret_more = true;
		/* the line is told by who asked */
		colon = err != NULL ? strstr(err->msg, ": ") : NULL;
		if (colon != NULL) {
			memcpy(what, colon + 2, strlen(colon + 2) + 1);
			(void)err_set(err, rc, 0, "%s", what);
		}
		return rc;
	}
	if (!*ret_more)
		return RC_OK;
	s->row.cells = r->cells;
	s->row.n = r->n_cells;
	if (r->n_cells != s->n_heads)
		return err_set(err, RC_MALFORMED, 0,
			       _("%zu columns where the header has %zu"),
			       r->n_cells, s->n_heads);
	return utf8_check(s->row.raw, s->row.n_raw, err);
}

static enum rc
next_line(struct source *s, bool *ret_more, struct err *err)
{
	const char *nl;
	size_t n;

	json_decref(s->row.object);
	s->row = (struct source_row){ 0 };
	do { /* empty lines are no rows */
		if (s->at >= s->n_bytes) {
			*ret_more = false;
			return RC_OK;
		}
		nl = memchr(s->bytes + s->at, '\n', s->n_bytes - s->at);
		n = nl != NULL ? (size_t)(nl - s->bytes) - s->at + 1
			       : s->n_bytes - s->at;
		s->row.raw = s->bytes + s->at;
		s->row.n_raw = n;
		s->row.line = ++s->line;
		s->at += n;
	} while (strspn(s->row.raw, " \t\r\n") >= n);
	*ret_more = true;
	if (n > IMPORT_LINE_MAX)
		return err_set(err, RC_TOOLARGE, 0,
			       _("the line is longer than %d bytes"),
			       IMPORT_LINE_MAX);
	enum rc rc = json_read_object(s->row.raw, n, &s->row.object, err);
	const char *why = rc == RC_OK && s->ics
				  ? json_text(s->row.object, ICS_REFUSED)
				  : NULL;
	return why != NULL ? err_set(err, RC_MALFORMED, 0, "%s", _(why)) : rc;
}

enum rc
source_next(struct source *s, bool *ret_more, struct err *err)
{
	return s->csv ? next_csv(s, ret_more, err)
		      : next_line(s, ret_more, err);
}

static void
add_part(struct digest_stream *ds, const char *s)
{
	char n[24];

	(void)snprintf(n, sizeof(n), "%zu:", strlen(s));
	digest_stream_add(ds, n, strlen(n));
	digest_stream_add(ds, s, strlen(s));
}

void
source_digest(const struct source_row *r, const char *kind, struct digest *out)
{
	struct digest_stream *ds = digest_stream_new();
	char *text;
	size_t i;

	add_part(ds, kind);
	if (r->object != NULL) {
		text = json_dumps(r->object, JSON_SORT_KEYS | JSON_COMPACT);
		add_part(ds, text != NULL ? text : "");
		xfree(text);
	}
	for (i = 0; i < r->n; i++) {
		add_part(ds, r->heads[i]);
		add_part(ds, r->cells[i]);
	}
	digest_stream_end(ds, out);
}

/* A member by its dotted name. */
static const json_t *
member(const json_t *object, const char *dotted)
{
	char name[256];
	size_t n;

	while (object != NULL && *dotted != '\0') {
		n = strcspn(dotted, ".");
		if (n >= sizeof(name))
			return NULL;
		memcpy(name, dotted, n);
		name[n] = '\0';
		object = json_is_array(object)
				 ? json_array_get(object,
						  (size_t)strtoul(name, NULL,
								  10))
				 : json_object_get(object, name);
		dotted += n + (dotted[n] == '.');
	}
	return object;
}

static char *
value_text(const json_t *v)
{
	struct buf b;
	const json_t *one;
	char *text;
	size_t i;

	if (json_is_string(v))
		return xstrdup(json_string_value(v));
	if (json_is_integer(v))
		return xasprintf("%lld", (long long)json_integer_value(v));
	if (json_is_real(v))
		return xasprintf("%.15g", json_real_value(v));
	if (json_is_boolean(v))
		return xstrdup(json_is_true(v) ? "true" : "false");
	if (!json_is_array(v))
		return xstrdup("");
	buf_init(&b, IMPORT_LINE_MAX);
	json_array_foreach(v, i, one)
	{
		text = value_text(one);
		/* a list longer than a line cannot have come in */
		(void)buf_addf(&b, NULL, "%s%s", i > 0 ? ";" : "", text);
		xfree(text);
	}
	return buf_take(&b);
}

bool
source_text(const struct source_row *r, const char *column, char **ret)
{
	const json_t *v;
	size_t i;

	if (r->object != NULL) {
		v = member(r->object, column);
		*ret = value_text(v);
		/* rows of NDJSON need not all have every member */
		return true;
	}
	for (i = 0; i < r->n; i++)
		if (str_eq(r->heads[i], column)) {
			*ret = xstrdup(r->cells[i]);
			return true;
		}
	return false;
}
