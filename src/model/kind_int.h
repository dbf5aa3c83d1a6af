/*
 * Reading a kind file. The reader keeps the first thing that is wrong, with
 * its JSON path, and goes on with defaults; kind_read() looks once at the
 * end. Strings are borrowed from the parsed JSON, which the kind keeps;
 * arrays belong to the kind.
 */
#pragma once

#include "model/kind.h"

#define KIND_FIELDS_MAX	    256
#define KIND_TITLE_COLS_MAX 48

struct reader {
	const char *file;
	struct kind *kind;
	char path[200]; /* "tracks.party.moves.sign" */
	size_t path_len;
	struct err *err;
	enum rc rc; /* the first failure */
};

/* The list of keys is one string, "name title type". */
void reader_keys(struct reader *r, const json_t *object, const char *keys);
void reader_bad(struct reader *r, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Goes into a member or a row; reader_leave() takes back to the mark. */
size_t reader_enter(struct reader *r, const char *key);
size_t reader_enter_row(struct reader *r, size_t i);
void reader_leave(struct reader *r, size_t mark);

void *reader_array(struct reader *r, size_t n, size_t size);
const json_t *reader_object(struct reader *r, const json_t *object,
			    const char *key, bool needed);
const json_t *reader_list(struct reader *r, const json_t *object,
			  const char *key, bool needed, size_t max);
const char *reader_text(struct reader *r, const json_t *object, const char *key,
			bool needed);
/* ^[a-z][a-z0-9_]{0,30}$ */
const char *reader_name(struct reader *r, const json_t *object, const char *key,
			bool needed);
bool reader_is_name(const char *s);
int64_t reader_int(struct reader *r, const json_t *object, const char *key,
		   int64_t min, int64_t max, int64_t otherwise);
bool reader_bool(struct reader *r, const json_t *object, const char *key);
/* A date as a day; otherwise when absent. */
int32_t reader_day(struct reader *r, const json_t *object, const char *key,
		   int32_t otherwise);
/* Index in names[], NULL-terminated. */
int reader_choice(struct reader *r, const json_t *object, const char *key,
		  const char *const *names, int otherwise);
const char **reader_texts(struct reader *r, const json_t *object,
			  const char *key, size_t *ret_n);
struct title reader_title(struct reader *r, const json_t *object,
			  const char *key, bool needed);
const struct condition *reader_condition(struct reader *r, const json_t *object,
					 const char *key);
unsigned reader_roles(struct reader *r, const json_t *object, const char *key);
enum role reader_role(struct reader *r, const json_t *object, const char *key);

const struct field *kind_read_fields(struct reader *r, const json_t *object,
				     const char *key, size_t *ret_n);
void kind_read_tracks(struct reader *r, const json_t *tracks);
void kind_read_clocks(struct reader *r, const json_t *clocks);
void kind_read_views(struct reader *r, const json_t *views);
/* views.lookup; NULL when there is none. */
const struct lookup *kind_read_lookup(struct reader *r, const json_t *views);
void kind_read_calendar(struct reader *r, const json_t *views);
/* Checks by name that `checks` may hold. */
void kind_read_checks(struct reader *r, const json_t *object,
		      const char ***ret_checks, size_t *ret_n);

/* What only the whole shows: names that point to something, states that can
 * be reached, clocks that every desk can compute. */
void kind_check_tracks(struct reader *r);
void kind_check_fields(struct reader *r);
void kind_check_clocks(struct reader *r);
/* "NAME(ARGS;FIELD=VALUE)": is there such a field? */
/* m: of a move, whose inputs a check may look at; NULL of the kind. */
void kind_check_checks(struct reader *r, const char **checks, size_t n,
		       const struct move *m);
void kind_check_draft_move(struct reader *r, const struct track_def *t,
			   const struct move *m);
void kind_check_views(struct reader *r);
void kind_check_lookup(struct reader *r);
void kind_check_calendar(struct reader *r);
/* Fields of the kind or inputs of a move, with all below them. */
void kind_check_inputs(struct reader *r, const struct field *fields, size_t n,
		       const char *key, bool input);
/* The field, refused when missing, or when hidden and wanted shared. */
const struct field *kind_need_field(struct reader *r, const char *dotted,
				    bool shared);
/* A literal date or a date field. */
void kind_check_instant(struct reader *r, const char *value, bool shared);
const struct clock_def *kind_find_clock(const struct kind *k, const char *name);
/* The names that a condition uses; shared: every desk must see them. */
void kind_check_condition(struct reader *r, const struct condition *c,
			  bool shared);
