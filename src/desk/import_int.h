/* The parts of an import: map, rows, content. */
#pragma once

#include "base/csv.h"
#include "desk/import.h"

struct map_rule {
	char *field; /* dotted, or to, cc */
	char *text;  /* column, or template */
	bool column;
};
struct import_map {
	struct map_rule *rules;
	size_t n_rules;
};
/* Every FIELD is checked against the kind; "MAP:3: what". */
enum rc import_map_read(const char *path, const struct kind *kind,
			struct import_map *out, struct err *err);
void import_map_release(struct import_map *m);

/* One source row: columns of a CSV, or an object of NDJSON. */
struct source_row {
	size_t line;
	char *const *heads, *const *cells;
	size_t n;
	json_t *object;	 /* NDJSON, else NULL */
	const char *raw; /* as in the file, decoded */
	size_t n_raw;
};

struct source {
	bool csv, ics;
	const char *bytes;
	size_t n_bytes, at, line; /* NDJSON */
	struct csv_reader reader;
	char **heads;
	size_t n_heads;
	size_t n_head_bytes; /* of the header row */
	struct source_row row;
};
/* Text must outlive the source. RC_MALFORMED when a CSV has no header. */
enum rc source_open(struct source *s, bool csv, const struct buf *text,
		    struct err *err);
void source_close(struct source *s);
/* RC_MALFORMED, RC_TEXT, RC_TOOLARGE: this row is bad, s->row has its line
 * and raw bytes; go on. */
enum rc source_next(struct source *s, bool *ret_more, struct err *err);
/* Digest over all source columns. */
void source_digest(const struct source_row *r, const char *kind,
		   struct digest *out);
/* Text of a column ("" when empty); false when there is no such column. Heap.
 */
bool source_text(const struct source_row *r, const char *column, char **ret);

/* Content and addressees of one row. */
struct mapped {
	json_t *fields;
	char **to, **cc;
	size_t n_to, n_cc;
};
enum rc map_row(const struct kind *kind, const struct import_map *map,
		const struct source_row *row, struct mapped *out,
		struct err *err);
void mapped_release(struct mapped *m);
/* Without a map every column of the header must be a field (or one of those
 * that export adds). */
enum rc map_check_heads(const struct kind *kind, const struct source *s,
			struct err *err);
