#include "base/csv.h"

#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"

/* Empty lines are no rows; leaves `at` and `line` at the next row. */
static void
skip_blank(struct csv_reader *r)
{
	while (r->at < r->n_bytes) {
		if (r->bytes[r->at] == '\n')
			r->line++;
		else if (r->bytes[r->at] != '\r' || r->at + 1 >= r->n_bytes ||
			 r->bytes[r->at + 1] != '\n')
			return;
		r->at++;
	}
}

void
csv_reader_init(struct csv_reader *r, const char *bytes, size_t n_bytes)
{
	*r = (struct csv_reader){ .bytes = bytes,
				  .n_bytes = n_bytes,
				  .line = 1 };
	buf_init(&r->text, IMPORT_LINE_MAX);
	skip_blank(r);
}

void
csv_reader_release(struct csv_reader *r)
{
	buf_release(&r->text);
	xfree(r->cells);
	*r = (struct csv_reader){ 0 };
}

/* After a bad row: on with the line after byte `from`. */
static void
resume_after(struct csv_reader *r, size_t from)
{
	while (r->at < r->n_bytes && r->at <= from) {
		if (r->bytes[r->at] == '\n')
			r->line++;
		r->at++;
	}
	while (r->at < r->n_bytes && r->bytes[r->at - 1] != '\n') {
		if (r->bytes[r->at] == '\n')
			r->line++;
		r->at++;
	}
	skip_blank(r);
}

/* Position and message of what is wrong in the present row. */
struct csv_fault {
	const char *msg; /* NULL: none */
	size_t at;
};

/* `"…"` from p; appends the text. Returns the byte after it. */
static size_t
quoted_cell(struct csv_reader *r, size_t p, struct csv_fault *fault)
{
	size_t start = p++, run;

	for (;;) {
		run = p;
		while (p < r->n_bytes && r->bytes[p] != '"' &&
		       r->bytes[p] != '\0')
			p++;
		if (buf_add(&r->text, r->bytes + run, p - run, NULL) != RC_OK) {
			*fault = (struct csv_fault){ N_("row is too long"),
						     start };
			return p;
		}
		if (p >= r->n_bytes) {
			*fault =
				(struct csv_fault){ N_("quote is never closed"),
						    start };
			return p;
		}
		if (r->bytes[p] == '\0') {
			*fault = (struct csv_fault){ N_("NUL in a cell"), p };
			return p;
		}
		p++;
		if (p >= r->n_bytes || r->bytes[p] != '"')
			return p;
		if (buf_add(&r->text, "\"", 1, NULL) != RC_OK) {
			*fault = (struct csv_fault){ N_("row is too long"),
						     start };
			return p;
		}
		p++;
	}
}

static size_t
plain_cell(struct csv_reader *r, size_t p, struct csv_fault *fault)
{
	size_t start = p;

	while (p < r->n_bytes && strchr(",\r\n\"", r->bytes[p]) == NULL)
		p++;
	if (p < r->n_bytes && r->bytes[p] == '\0')
		*fault = (struct csv_fault){ N_("NUL in a cell"), p };
	else if (p < r->n_bytes && r->bytes[p] == '"')
		*fault = (struct csv_fault){
			N_("quote inside a cell without quotes"), p
		};
	else if (buf_add(&r->text, r->bytes + start, p - start, NULL) != RC_OK)
		*fault = (struct csv_fault){ N_("row is too long"), start };
	return p;
}

/* The cells' offsets in text stand in for pointers until the row is whole:
 * the buffer may move while it grows. */
static void
add_cell(struct csv_reader *r, size_t **offsets, size_t *cap, size_t offset)
{
	if (r->n_cells == *cap) {
		*cap = *cap > 0 ? *cap * 2 : 32;
		*offsets = xreallocarray(*offsets, *cap, sizeof(**offsets));
	}
	(*offsets)[r->n_cells++] = offset;
}

/* Reads cells until the end of the row; returns the byte after it. */
static size_t
read_row(struct csv_reader *r, size_t **offsets, size_t *cap,
	 struct csv_fault *fault)
{
	size_t p = r->at, offset;

	for (;;) {
		offset = r->text.len;
		if (p < r->n_bytes && r->bytes[p] == '"')
			p = quoted_cell(r, p, fault);
		else
			p = plain_cell(r, p, fault);
		if (fault->msg == NULL &&
		    buf_add(&r->text, "", 1, NULL) != RC_OK)
			*fault = (struct csv_fault){ N_("row is too long"),
						     r->at };
		if (fault->msg != NULL)
			return p;
		add_cell(r, offsets, cap, offset);
		if (p < r->n_bytes && r->bytes[p] == ',') {
			p++;
			continue;
		}
		if (p < r->n_bytes && r->bytes[p] == '\r')
			p++;
		if (p >= r->n_bytes)
			return p;
		if (r->bytes[p] == '\n')
			return p + 1;
		*fault = (struct csv_fault){ N_("text after a closing quote"),
					     p };
		return p;
	}
}

enum rc
csv_next(struct csv_reader *r, bool *ret_more, struct err *err)
{
	struct csv_fault fault = { 0 };
	size_t *offsets = NULL, cap = 0, end, i, line = r->line;
	enum rc rc = RC_OK;

	r->n_cells = 0;
	buf_reset(&r->text);
	if (r->at >= r->n_bytes) {
		*ret_more = false;
		return RC_OK;
	}
	end = read_row(r, &offsets, &cap, &fault);
	if (fault.msg != NULL) {
		r->n_cells = 0;
		resume_after(r, fault.at);
		rc = err_set(err, RC_MALFORMED, 0, _("line %zu: %s"), line,
			     _(fault.msg));
		goto out;
	}
	for (; r->at < end; r->at++)
		if (r->bytes[r->at] == '\n')
			r->line++;
	skip_blank(r);
	if (r->n_cells > r->cap_cells) {
		r->cap_cells = r->n_cells;
		r->cells = xreallocarray(r->cells, r->cap_cells,
					 sizeof(*r->cells));
	}
	for (i = 0; i < r->n_cells; i++)
		r->cells[i] = r->text.data + offsets[i];
	*ret_more = true;
out:
	xfree(offsets);
	return rc;
}

/*
 * A cell that a spreadsheet would take for a formula gets an apostrophe; so
 * does one that already has apostrophes before such a start, so that taking
 * one away gives the text back.
 */
static bool
starts_formula(const char *cell)
{
	while (*cell == '\'')
		cell++;
	return *cell != '\0' && strchr("=+-@\t\r\n", *cell) != NULL;
}

enum rc
csv_write_cell(struct buf *out, const char *cell, bool first, bool spreadsheet,
	       struct err *err)
{
	bool mark = spreadsheet && starts_formula(cell);
	bool quote = mark || strpbrk(cell, ",\"\r\n") != NULL;
	size_t undo = out->len, n;
	enum rc rc = RC_OK;

	if (!first)
		rc = buf_add(out, ",", 1, err);
	if (rc == RC_OK && quote)
		rc = buf_add(out, "\"", 1, err);
	if (rc == RC_OK && mark)
		rc = buf_add(out, "'", 1, err);
	while (rc == RC_OK && *cell != '\0') {
		n = strcspn(cell, "\"");
		rc = buf_add(out, cell, n, err);
		cell += n;
		if (rc == RC_OK && *cell == '"') {
			rc = buf_add(out, "\"\"", 2, err);
			cell++;
		}
	}
	if (rc == RC_OK && quote)
		rc = buf_add(out, "\"", 1, err);
	if (rc != RC_OK && out->len > undo) {
		out->len = undo;
		out->data[undo] = '\0';
	}
	return rc;
}
