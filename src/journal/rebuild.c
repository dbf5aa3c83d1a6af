/*
 * Projections made anew, document by document in the order they were first
 * heard of: row numbers stay, lists are whole all the time, and each batch is
 * one short transaction, so that others read and write meanwhile.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "journal/projection.h"
#include "projections_int.h"

#define BATCH_DOCUMENTS 500
#define PAUSE_US	2000 /* between batches: writers are fair */
#define RULES_MAX	(16 + DIGEST_HEX_LEN)

/* ---- by which rules ---- */

/* A kind of the program that is not in table kind; those are refolded when
 * they are installed. */
static bool
is_embedded(struct journal *j, const struct kind_id *id)
{
	int64_t here = 0;
	struct stmt *st = stmt_use(j->store, SQL_KIND_HAS);
	stmt_text(st, 1, id->name);
	stmt_int(st, 2, id->version);
	return stmt_one_int(st, 0, &here, NULL) == RC_OK && here == 0;
}

/* The program's version and the kinds that it brings along, in the order of
 * names and versions. */
static void
rules_make(struct journal *j, char out[static RULES_MAX + 1])
{
	struct kind_id id;
	struct digest digest;
	size_t n = 0, n_text = 0;

	while (kinds_id(j->kinds, n, &id))
		n++;
	uint8_t *text = xcalloc(n + 1, NAME_MAX_LEN + 1 + 4 + DIGEST_LEN);
	for (size_t i = 0; kinds_id(j->kinds, i, &id); i++) {
		if (!is_embedded(j, &id))
			continue;
		size_t n_name = strlen(id.name) + 1;
		memcpy(text + n_text, id.name, n_name);
		n_text += n_name;
		memcpy(text + n_text, &id.version, 4);
		n_text += 4;
		memcpy(text + n_text, id.digest, DIGEST_LEN);
		n_text += DIGEST_LEN;
	}
	digest_sha256(text, n_text, &digest);
	(void)xfree(text);
	int at = snprintf(out, 16, "%d/", PROJECTION_VERSION);
	hex_encode(digest.bytes, DIGEST_LEN, out + at);
}

struct standing {
	char rules[RULES_MAX + 1], building[RULES_MAX + 1];
	int64_t next_row;
};

static enum rc
state_read(struct journal *j, struct standing *out, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_PROJECTED_GET);
	*out = (struct standing){ .next_row = 0 };
	enum rc rc = stmt_step(st, &row, err);
	/* What does not fit was made by other rules. */
	if (rc == RC_OK && row) {
		(void)str_copy(out->rules, sizeof(out->rules), col_text(st, 0),
			       NULL);
		(void)str_copy(out->building, sizeof(out->building),
			       col_text(st, 1), NULL);
		out->next_row = col_int(st, 2);
	}
	stmt_done(st);
	return rc;
}

static enum rc
state_write(struct journal *j, const char *rules, const char *building,
	    int64_t next_row, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_PROJECTED_SET);
	stmt_text(st, 1, rules);
	stmt_text(st, 2, building);
	stmt_int(st, 3, next_row);
	return stmt_run(st, err);
}

enum rc
projections_found(struct journal *j, struct err *err)
{
	char rules[RULES_MAX + 1];
	rules_make(j, rules);
	return state_write(j, rules, "", 0, err);
}

/* ---- batches ---- */

/* Documents first heard of after *row; *ret_end: these were the last. */
static enum rc
batch(struct journal *j, int64_t *row, struct told *to, bool *ret_end,
      struct err *err)
{
	char owner[DESK_ID_MAX + 1], doc[UUID_LEN + 1];
	bool more = false;
	int n = 0;
	struct stmt *st = stmt_use(j->store, SQL_SUBJECT_AFTER);

	stmt_int(st, 1, *row);
	stmt_int(st, 2, BATCH_DOCUMENTS);
	enum rc rc = stmt_step(st, &more, err);
	while (rc == RC_OK && more) {
		struct held_doc h;
		*row = col_int(st, 0);
		n++;
		if (subject_split(col_text(st, 1), owner, doc)) {
			rc = journal_load(j, owner, doc, &h, err);
			if (rc == RC_OK) {
				rc = projections_renew_one(j, &h, to, err);
				held_doc_release(&h);
			}
		}
		if (rc == RC_OK)
			rc = stmt_step(st, &more, err);
	}
	stmt_done(st);
	*ret_end = n < BATCH_DOCUMENTS;
	return rc;
}

enum rc
projections_compare(struct journal *j, struct told *to, struct err *err)
{
	bool end = false;
	int64_t row = 0;
	enum rc rc = RC_OK;

	while (rc == RC_OK && !end) {
		rc = journal_begin(j, err);
		if (rc != RC_OK)
			return rc;
		rc = settle_unsettled(j, err);
		if (rc == RC_OK && row == 0)
			rc = projections_sum(j, to, err);
		if (rc == RC_OK && row == 0)
			rc = projections_drop_strays(j, to, err);
		if (rc == RC_OK)
			rc = batch(j, &row, to, &end, err);
		journal_rollback(j);
		(void)usleep(PAUSE_US); /* shorter is fine */
	}
	return rc;
}

/* Full text keeps no text: it is taken out whole. */
static enum rc
begin_building(struct journal *j, const char *rules, bool restart,
	       struct err *err)
{
	struct standing s;
	enum rc rc = journal_begin(j, err);
	if (rc != RC_OK)
		return rc;
	rc = state_read(j, &s, err);
	if (rc == RC_OK && (restart || !str_eq(s.building, rules))) {
		rc = stmt_run(stmt_use(j->store, SQL_REBUILD_DROP_FTS), err);
		if (rc == RC_OK)
			rc = stmt_run(stmt_use(j->store,
					       SQL_REBUILD_DROP_LATER),
				      err);
		if (rc == RC_OK)
			rc = stmt_run(stmt_use(j->store, SQL_REBUILD_NO_FTS),
				      err);
		if (rc == RC_OK)
			rc = state_write(j, s.rules, rules, 0, err);
	}
	if (rc == RC_OK)
		return journal_commit(j, err);
	journal_rollback(j);
	return rc;
}

/* *ret_end: done, here or by another process. */
static enum rc
build_some(struct journal *j, const char *rules, struct told *to,
	   int64_t *ret_row, bool *ret_end, struct err *err)
{
	struct standing s;
	bool last = false;
	enum rc rc = journal_begin(j, err);
	if (rc != RC_OK)
		return rc;
	rc = state_read(j, &s, err);
	*ret_row = s.next_row;
	*ret_end = rc == RC_OK && !str_eq(s.building, rules);
	/* Before a new document takes the number that a lost one had. */
	if (rc == RC_OK && !*ret_end && s.next_row == 0)
		rc = projections_drop_strays(j, to, err);
	if (rc == RC_OK && !*ret_end)
		rc = batch(j, ret_row, to, &last, err);
	if (rc == RC_OK && last)
		rc = projections_sum(j, to, err);
	if (rc == RC_OK && last) /* it was to do the same */
		rc = stmt_run(stmt_use(j->store, SQL_REFOLD_DONE), err);
	if (rc == RC_OK && !*ret_end)
		rc = last ? state_write(j, rules, "", 0, err)
			  : state_write(j, s.rules, rules, *ret_row, err);
	if (rc == RC_OK)
		rc = journal_commit(j, err);
	else
		journal_rollback(j);
	*ret_end = *ret_end || last;
	return rc;
}

static enum rc
build(struct journal *j, const char *rules, struct told *to,
      const struct renewal *progress, struct err *err)
{
	int64_t row = 0, all = 0;
	bool end = false;
	enum rc rc =
		stmt_one_int(stmt_use(j->store, SQL_EVENT_LAST), 0, &all, err);

	while (rc == RC_OK && !end) {
		rc = build_some(j, rules, to, &row, &end, err);
		if (rc == RC_OK && progress != NULL)
			progress->each(progress->ctx, end ? all : row, all);
		if (rc == RC_OK && !end)
			(void)usleep(PAUSE_US); /* shorter is fine */
	}
	return rc;
}

enum rc
projections_renew(struct journal *j, const struct renewal *progress,
		  struct err *err)
{
	char rules[RULES_MAX + 1];
	struct standing s;

	rules_make(j, rules);
	enum rc rc = state_read(j, &s, err);
	if (rc != RC_OK || (str_eq(s.rules, rules) && s.building[0] == '\0'))
		return rc;
	rc = begin_building(j, rules, false, err);
	return rc == RC_OK ? build(j, rules, NULL, progress, err) : rc;
}

enum rc
projections_rebuild(struct journal *j, struct told *to,
		    const struct renewal *progress, struct err *err)
{
	char rules[RULES_MAX + 1];

	rules_make(j, rules);
	enum rc rc = begin_building(j, rules, true, err);
	return rc == RC_OK ? build(j, rules, to, progress, err) : rc;
}
