/*
 * The mark: a small file outside the data folder that says how far the desk
 * had got, so that a folder put back from a copy is noticed before its first
 * act. It is a witness, no truth: unreadable or lost, the folder stands alone
 * and peers notice instead.
 */
#include "config.h"

#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "epoch_int.h"
#include "journal/epoch.h"

#define MARK_MAX_BYTES (64 * 1024)

void
mark_release(struct mark *m)
{
	json_decref(m->serials);
	xfree(m->path);
	*m = (struct mark){ .path = NULL };
}

/* false: nothing usable is there. */
static bool
read_file(struct mark *m, const char *desk)
{
	struct buf b = { 0 };
	json_t *o = NULL;
	const char *epoch;
	int64_t k;
	bool good = false;

	buf_init(&b, MARK_MAX_BYTES);
	if (file_read(m->path, MARK_MAX_BYTES, false, &b, NULL) == RC_OK &&
	    json_read_object(buf_str(&b), b.len, &o, NULL) == RC_OK) {
		epoch = json_text(o, "epoch");
		good = epoch != NULL && strlen(epoch) == UUID_LEN &&
		       str_eq(json_text(o, "desk"), desk) &&
		       json_need_int(o, "k", 0, JSON_INT_MAX, &k, NULL) ==
			       RC_OK;
	}
	if (good) {
		memcpy(m->epoch, epoch, sizeof(m->epoch));
		m->k = k;
		json_decref(m->serials);
		m->serials = json_incref(json_object_get(o, "serials"));
	}
	json_decref(o);
	buf_release(&b);
	return good;
}

/* epoch and last k of what is committed here. */
static enum rc
read_here(struct journal *j, char out[static UUID_LEN + 1], int64_t *ret_k,
	  struct err *err)
{
	struct stmt *st;
	enum rc rc = epoch_current(j, out, err);

	if (rc != RC_OK)
		return rc;
	st = stmt_use(j->store, SQL_EVENT_LAST_K);
	stmt_text(st, 1, j->desk);
	stmt_text(st, 2, out);
	return stmt_one_int(st, 0, ret_k, err);
}

static bool
is_ahead(const struct mark *m, const char *epoch, int64_t k)
{
	int cmp = strcmp(m->epoch, epoch);

	return m->epoch[0] != '\0' && (cmp > 0 || (cmp == 0 && m->k > k));
}

enum rc
mark_open(struct journal *j, const char *folder, struct err *err)
{
	struct mark *m = &j->mark;
	char epoch[UUID_LEN + 1];
	struct stmt *st = stmt_use(j->store, SQL_EPOCH_FIRST);
	bool row = false;
	int64_t k = 0;
	enum rc rc = stmt_step(st, &row, err);

	/* named by the first epoch: two desks of one id never meet */
	if (rc == RC_OK && row && col_text(st, 0) != NULL)
		m->path = xasprintf("%s/%s.mark", folder, col_text(st, 0));
	stmt_done(st);
	if (rc != RC_OK || m->path == NULL || !read_file(m, j->desk))
		return rc;
	rc = read_here(j, epoch, &k, err);
	m->ahead = rc == RC_OK && is_ahead(m, epoch, k);
	return rc;
}

bool
journal_is_rolled_back(const struct journal *j)
{
	return j->mark.ahead;
}

const char *
journal_get_mark(const struct journal *j)
{
	return j->mark.path;
}

enum rc
mark_raise_serials(struct journal *j, struct err *err)
{
	const char *year;
	json_t *kinds;
	enum rc rc = RC_OK;

	json_object_foreach(j->mark.serials, year, kinds)
	{
		const char *kind;
		json_t *last;

		json_object_foreach(kinds, kind, last)
		{
			int64_t y = 0;

			if (rc != RC_OK || !json_is_integer(last) ||
			    str_to_i64(year, 1900, 9999, &y, NULL) != RC_OK)
				continue;
			rc = serial_raise(j, y, kind, json_integer_value(last),
					  err);
		}
	}
	return rc;
}

enum rc
mark_roll_on(struct journal *j, struct err *err)
{
	char epoch[UUID_LEN + 1];
	int64_t k = 0;
	enum rc rc;

	if (!j->mark.ahead)
		return RC_OK;
	/* another process may have been faster */
	rc = read_here(j, epoch, &k, err);
	if (rc == RC_OK && is_ahead(&j->mark, epoch, k))
		return epoch_begin(j, EPOCH_WHY_MARK, NULL, err);
	j->mark.ahead = rc != RC_OK;
	return rc;
}

enum rc
journal_roll_on(struct journal *j, struct err *err)
{
	enum rc rc;

	if (!j->mark.ahead)
		return RC_OK;
	rc = journal_begin(j, err);
	if (rc != RC_OK)
		return rc;
	rc = mark_roll_on(j, err);
	if (rc == RC_OK)
		return journal_commit(j, err);
	journal_rollback(j);
	return rc;
}

static json_t *
serials_here(struct journal *j)
{
	json_t *o = json_object();
	struct stmt *st = stmt_use(j->store, SQL_SERIAL_EACH);
	bool row = false;
	char year[24];

	while (stmt_step(st, &row, NULL) == RC_OK && row) {
		(void)snprintf(year, sizeof(year), "%lld",
			       (long long)col_int(st, 0));
		json_object_set_new(json_child(o, year), col_text(st, 1),
				    json_integer(col_int(st, 2)));
	}
	stmt_done(st);
	return o;
}

/* Renamed into its place and not flushed: it guards against copies of the
 * folder, not against a power cut, after which it is only behind. */
static bool
write_file(struct mark *m, const char *desk, json_t *take_serials)
{
	json_t *o =
		json_pack("{s:s,s:s,s:I,s:o}", "desk", desk, "epoch", m->epoch,
			  "k", (json_int_t)m->k, "serials", take_serials);
	char *text = json_write(o);
	bool good = file_replace_unsynced(m->path, text, strlen(text), 0600,
					  NULL) == RC_OK;

	xfree(text);
	json_decref(o);
	return good;
}

bool
journal_mark(struct journal *j)
{
	struct mark *m = &j->mark;
	char epoch[UUID_LEN + 1];
	struct mark there = { .path = m->path };
	int64_t k = 0;
	int cmp;

	if (m->path == NULL || m->ahead ||
	    read_here(j, epoch, &k, NULL) != RC_OK)
		return m->path == NULL;
	cmp = strcmp(m->epoch, epoch);
	if (cmp > 0 || (cmp == 0 && m->k >= k))
		return true;
	/* another process may have written a later one */
	if (read_file(&there, j->desk) && is_ahead(&there, epoch, k)) {
		json_decref(there.serials);
		return true;
	}
	json_decref(there.serials);
	memcpy(m->epoch, epoch, sizeof(m->epoch));
	m->k = k;
	if (write_file(m, j->desk, serials_here(j)))
		return true;
	m->epoch[0] = '\0'; /* tried again with the next act */
	return false;
}
