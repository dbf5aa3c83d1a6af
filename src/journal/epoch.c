/* Own epochs after a loss: begun, waited for, ended. */
#include "config.h"

#include "journal/epoch.h"

#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "base/uuid.h"
#include "epoch_int.h"
#include "journal_int.h"

enum rc
epoch_insert(struct journal *j, const char *why, const char *after,
	     struct err *err)
{
	char epoch[UUID_LEN + 1];
	struct stmt *st = stmt_use(j->store, SQL_EPOCH_INSERT);

	uuid7_make_after(j->env, after, epoch);
	stmt_text(st, 1, epoch);
	stmt_int(st, 2, env_now_ms(j->env));
	stmt_text(st, 3, why);
	return stmt_run(st, err);
}

static void
higher(char io[static UUID_LEN + 1], const char *epoch)
{
	if (epoch != NULL && strlen(epoch) == UUID_LEN && strcmp(epoch, io) > 0)
		memcpy(io, epoch, UUID_LEN + 1);
}

static enum rc
read_highest(struct journal *j, char io[static UUID_LEN + 1], struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_EPOCH_HIGHEST);
	enum rc rc;

	stmt_text(st, 1, j->desk);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row)
		higher(io, col_text(st, 0));
	stmt_done(st);
	return rc;
}

/* Two living copies would begin epochs in turn for ever. */
static enum rc
check_alone(struct journal *j, const char *why, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_EPOCH_BY_ITSELF);
	int64_t n = 0;
	enum rc rc;

	stmt_int(st, 1, env_now_ms(j->env) - EPOCH_SELF_MS);
	rc = stmt_one_int(st, 0, &n, err);
	if (rc != RC_OK || n == 0 || str_eq(why, EPOCH_WHY_RESTORED))
		return rc;
	return err_set(err, RC_DENIED, 0,
		       _("this desk was rolled back twice within a day: two "
			 "copies of it may be at work; stop one, then back up "
			 "the other and restore it"));
}

enum rc
serial_raise(struct journal *j, int64_t year, const char *kind, int64_t last,
	     struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_SERIAL_RAISE);

	stmt_int(st, 1, year);
	stmt_text(st, 2, kind);
	stmt_int(st, 3, last);
	return stmt_run(st, err);
}

enum rc
serials_raise(struct journal *j, int64_t year, int64_t last, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < kinds_count(j->kinds); i++) {
		const struct kind *k = kinds_at(j->kinds, i);

		if (k->number_sign != NULL)
			rc = serial_raise(j, year, k->name, last, err);
	}
	return rc;
}

struct serial_row {
	int64_t year, last;
	char kind[NAME_MAX_LEN + 1];
};

static enum rc
read_serials(struct journal *j, struct serial_row **ret_rows, size_t *ret_n,
	     struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_SERIAL_EACH);
	bool row = false;
	enum rc rc;

	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		struct serial_row *r;

		*ret_rows = xreallocarray(*ret_rows, *ret_n + 1,
					  sizeof(**ret_rows));
		r = &(*ret_rows)[*ret_n];
		*r = (struct serial_row){ .year = col_int(st, 0),
					  .last = col_int(st, 2) };
		rc = col_copy(st, 1, r->kind, sizeof(r->kind), err);
		if (rc != RC_OK)
			break;
		++*ret_n;
	}
	stmt_done(st);
	return rc;
}

/* Numbers given after the backup may never have left this desk: a gap is
 * better than a number twice. */
static enum rc
skip_serials(struct journal *j, struct err *err)
{
	struct serial_row *rows = NULL;
	int year = day_to_civil(day_of_ms(env_now_ms(j->env))).year;
	size_t n = 0;
	/* also of kinds that had none yet this year */
	enum rc rc = serials_raise(j, year, 0, err);

	if (rc == RC_OK)
		rc = read_serials(j, &rows, &n, err);
	for (size_t i = 0; rc == RC_OK && i < n; i++)
		rc = serial_raise(j, rows[i].year, rows[i].kind,
				  rows[i].last + SERIAL_SKIP, err);
	xfree(rows);
	return rc;
}

/* "...〔2026〕12号" */
static bool
number_parts(const char *number, int64_t *ret_year, int64_t *ret_last)
{
	static const char open[] = "〔", close[] = "〕";
	const char *at = NULL, *next = number, *end;
	char digits[16];
	size_t n;

	while ((next = strstr(next, open)) != NULL) {
		at = next;
		next += sizeof(open) - 1;
	}
	if (at == NULL)
		return false;
	at += sizeof(open) - 1;
	end = strstr(at, close);
	if (end == NULL || end - at != 4)
		return false;
	memcpy(digits, at, 4);
	digits[4] = '\0';
	if (str_to_i64(digits, 1900, 9999, ret_year, NULL) != RC_OK)
		return false;
	at = end + sizeof(close) - 1;
	n = strspn(at, "0123456789");
	if (n == 0 || n > 9)
		return false;
	memcpy(digits, at, n);
	digits[n] = '\0';
	return str_to_i64(digits, 0, 1000000000, ret_last, NULL) == RC_OK;
}

enum rc
serial_seen(struct journal *j, const struct event *e, struct err *err)
{
	const char *number =
		json_string_value(json_object_get(e->data, "number"));
	int64_t year, last;

	if (number == NULL || e->type != EVENT_ISSUE ||
	    !number_parts(number, &year, &last))
		return RC_OK;
	return serial_raise(j, year, e->kind, last, err);
}

enum rc
epoch_begin(struct journal *j, const char *why, const char *after,
	    struct err *err)
{
	char floor[UUID_LEN + 1] = "", epoch[UUID_LEN + 1];
	struct stmt *st;
	enum rc rc = check_alone(j, why, err);

	if (rc == RC_OK)
		rc = read_highest(j, floor, err);
	if (rc != RC_OK)
		return rc;
	higher(floor, after);
	higher(floor, j->mark.epoch);
	st = stmt_use(j->store, SQL_EPOCH_CLOSE);
	stmt_int(st, 1, env_now_ms(j->env));
	rc = stmt_run(st, err);
	if (rc == RC_OK)
		rc = epoch_insert(j, why, floor, err);
	if (rc == RC_OK)
		rc = epoch_current(j, epoch, err);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(j->store, SQL_ANSWER_FILL);
	stmt_text(st, 1, epoch);
	stmt_int(st, 2, env_now_ms(j->env));
	rc = stmt_run(st, err);
	if (rc == RC_OK)
		rc = mark_raise_serials(j, err);
	if (rc == RC_OK)
		rc = skip_serials(j, err);
	j->own_acts = true; /* the mark follows */
	if (rc == RC_OK) {
		j->mark.rolled = j->mark.rolled || j->mark.ahead;
		j->mark.ahead = false;
	}
	return rc;
}

enum rc
epoch_is_restoring(struct journal *j, bool *ret, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_EPOCH_WAITING);
	enum rc rc = stmt_step(st, ret, err);

	stmt_done(st);
	return rc;
}

enum rc
epoch_before_act(struct journal *j, bool *ret_kept, struct err *err)
{
	enum rc rc = mark_roll_on(j, err);

	return rc == RC_OK ? epoch_is_restoring(j, ret_kept, err) : rc;
}

enum rc
epoch_each_unanswered(struct journal *j,
		      void (*each)(void *ctx, const char *peer,
				   bool overridden),
		      void *ctx, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_ANSWER_EACH);
	bool row = false;
	enum rc rc;

	while ((rc = stmt_step(st, &row, err)) == RC_OK && row)
		each(ctx, col_text(st, 0),
		     str_eq(col_text(st, 1), "overridden"));
	stmt_done(st);
	return rc;
}

static enum rc
override(struct journal *j, const char *peer, int64_t last_number,
	 struct err *err)
{
	char epoch[UUID_LEN + 1];
	int year = day_to_civil(day_of_ms(env_now_ms(j->env))).year;
	struct stmt *st;
	enum rc rc = epoch_current(j, epoch, err);

	if (rc != RC_OK)
		return rc;
	st = stmt_use(j->store, SQL_ANSWER_OVERRIDE);
	stmt_text(st, 1, peer);
	stmt_text(st, 2, epoch);
	stmt_int(st, 3, env_now_ms(j->env));
	rc = stmt_run(st, err);
	if (rc == RC_OK && store_changes(j->store) == 0)
		rc = err_set(err, RC_STATE, 0,
			     _("nothing waits for an answer of %s"), peer);
	return rc == RC_OK ? serials_raise(j, year, last_number, err) : rc;
}

enum rc
epoch_override(struct journal *j, const char *peer, int64_t last_number,
	       struct err *err)
{
	bool alone;
	enum rc rc = journal_join(j, &alone, err);

	if (rc == RC_OK)
		rc = journal_leave(j, alone,
				   override(j, peer, last_number, err), err);
	return rc;
}
