#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"

#define SOON_MAX_MS (3 * DAY_MS) /* no warning begins earlier in most kinds */

/* One number from a statement whose parameters are bound. */
static enum rc
one(struct stmt *st, int64_t *ret_n, struct err *err)
{
	bool row;
	enum rc rc = stmt_step(st, &row, err);

	if (rc == RC_OK)
		*ret_n = row ? col_int(st, 0) : 0;
	stmt_done(st);
	return rc;
}

/* "state:KIND:TRACK:STATE": is that a state of stage stored? */
static bool
is_unsigned(struct desk *d, const char *name)
{
	int32_t today = day_of_ms(env_now_ms(d->env));
	char text[160], *part[4], *save = text;
	const struct track_def *t;
	const struct state *s;
	const struct kind *k;
	size_t i;

	if (str_copy(text, sizeof(text), name, NULL) != RC_OK)
		return false;
	for (i = 0; i < 4; i++)
		part[i] = strsep(&save, ":");
	if (part[3] == NULL || !str_eq(part[0], "state"))
		return false;
	k = kinds_current(d->kinds, part[1], today);
	t = k != NULL ? kind_track(k, part[2]) : NULL;
	s = t != NULL ? track_state(t, part[3]) : NULL;
	return s != NULL && s->stage == STAGE_STORED;
}

static enum rc
from_counters(struct desk *d, struct counts *out, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_COUNT_COUNTERS);
	const char *name;
	bool row;
	enum rc rc;

	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		name = col_text(st, 0);
		if (str_starts(name, "box:"))
			out->documents += col_int(st, 1);
		else if (str_starts(name, "waits:"))
			out->waiting += col_int(st, 1);
		else if (is_unsigned(d, name))
			out->unsigned_ += col_int(st, 1);
	}
	stmt_done(st);
	return rc;
}

static enum rc
queued(struct desk *d, int64_t *ret_n, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_COUNT_QUEUED);
	bool row;
	enum rc rc;

	stmt_null(st, 1);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row)
		if (col_int(st, 3) > col_int(st, 4))
			*ret_n += col_int(st, 3) - col_int(st, 4);
	stmt_done(st);
	return rc;
}

enum rc
ask_counts(struct desk *d, struct counts *out, struct err *err)
{
	int64_t now = env_now_ms(d->env);
	struct stmt *st;
	bool row;
	enum rc rc;

	*out = (struct counts){ 0 };
	rc = from_counters(d, out, err);
	if (rc == RC_OK) {
		st = stmt_use(d->store, SQL_COUNT_LATE);
		stmt_int(st, 1, now);
		rc = one(st, &out->late, err);
	}
	if (rc == RC_OK) {
		st = stmt_use(d->store, SQL_COUNT_SOON);
		stmt_int(st, 1, now);
		stmt_int(st, 2, now + SOON_MAX_MS);
		rc = one(st, &out->soon, err);
	}
	if (rc == RC_OK)
		rc = queued(d, &out->undelivered, err);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(d->store, SQL_COUNT_OTHER);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row) {
		out->quarantined = col_int(st, 0);
		out->drafts = col_int(st, 1);
		out->waiting += col_int(st, 2);
		out->last_change = col_int(st, 3);
	}
	stmt_done(st);
	return rc;
}
