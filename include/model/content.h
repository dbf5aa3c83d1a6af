/*
 * The content of a document against its kind: types, bounds, defaults, what
 * is missing. Content is one JSON object of fields.
 */
#pragma once

#include "base/err.h"
#include "model/kind.h"

/* What an acting desk checks before signing, one problem at a time. */
struct problem {
	char field[128]; /* dotted, with row "goods.0.batch" */
	struct err err;
	bool soft;   /* a warning: kept if the officer insists (check digits) */
	bool absent; /* `must` and not given: a draft may still lack it */
};

/*
 * Is the value of the field's type at all? What a receiving desk judges
 * (EVENTS.md, "Types"): JSON type, form of dates, times, desks and digests;
 * groups and rows by their known members. No bounds, no choices, nothing
 * required; an empty text is of every textual type.
 */
bool content_type_ok(const struct field *f, const json_t *value);
/* The same for a whole object; unknown members are passed over. */
bool content_types_ok(const struct field *fields, size_t n_fields,
		      const json_t *content);
/* The same as an event says it: of a sealed field nothing but its seal.
 * sealed false: a draft, which has the value itself. */
bool content_event_ok(const struct kind *k, const json_t *content, bool sealed);
/* {"sealed": HEX}: what stands in an event in place of a sealed value. */
struct ref;
bool content_seal(const json_t *value, struct ref *out);
/*
 * Fills problems (up to max) and returns how many. Unknown fields, wrong
 * types, out of bounds, impossible dates, missing `must`. missing_should
 * counts 缺项.
 */
size_t content_check(const struct field *fields, size_t n_fields,
		     const json_t *content, struct problem *out, size_t max,
		     size_t *ret_missing_should);
/* Puts defaults where nothing is given. */
void content_defaults(const struct field *fields, size_t n_fields,
		      json_t *content);
/* --set a.b=V and list.0.col=V: text to the field's type. */
enum rc content_set(const struct kind *k, json_t *content, const char *dotted,
		    const char *value, struct err *err);
/* {"list.column": total} over the rows of columns that the kind sums up; only
 * those that have a value. kind may be NULL. New reference. */
json_t *content_sums(const struct kind *k, const json_t *content);
/* Value at a dotted name as text for people ("" when absent); a list field
 * joins its rows. Heap. zh picks the language of bool and units. */
char *content_text(const struct kind *k, const json_t *content,
		   const char *dotted, bool zh);
/* The key of a row of a list that has keys, as a track names it; false when it
 * has none, or none that can stand there (row_key_ok). */
bool content_row_key(const struct field *list, const json_t *row,
		     char out[static ROW_KEY_MAX + 1]);
/* What a row is about: its first text beside key and desk; NULL none. */
const char *content_row_title(const struct field *list, const json_t *row);
/* One value of a field as text for people; "" for NULL. Heap. */
char *content_value(const struct field *f, const json_t *value, bool zh);
/* GB 32100: true when good, else the digit it should be in *ret_should (0
 * when the shape itself is wrong). */
bool credit_code_ok(const char *code, char *ret_should);
bool gtin_ok(const char *code, char *ret_should);
