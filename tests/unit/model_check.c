/* What must hold when all is well again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "journal/epoch.h"
#include "model_bed.h"

/* The first column of all rows, each ended by a line break; heap. */
static char *
rows(const struct mdesk *d, const char *sql)
{
	sqlite3_stmt *st = NULL;
	struct buf b;

	buf_init(&b, 16 * 1024 * 1024);
	if (sqlite3_prepare_v2(d->look, sql, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(d->look));
	while (sqlite3_step(st) == SQLITE_ROW)
		assert_int_equal(
			buf_addf(&b, NULL, "%s\n",
				 (const char *)sqlite3_column_text(st, 0)),
			RC_OK);
	(void)sqlite3_finalize(st);
	return buf_take(&b);
}

static int64_t
number(const struct mdesk *d, const char *sql)
{
	char *text = rows(d, sql);
	int64_t n = strtoll(text, NULL, 10);

	xfree(text);
	return n;
}

#define BEHIND                                                            \
	"SELECT count(*) FROM (SELECT peer, epoch, lane, max(seq) AS seq" \
	" FROM frame_out GROUP BY peer, epoch, lane) AS f LEFT JOIN"      \
	" cursor AS c ON c.dir = 'out' AND c.peer = f.peer AND c.epoch =" \
	" f.epoch AND c.lane = f.lane WHERE coalesce(c.seq, 0) < f.seq"
#define WANTS "SELECT hex(digest) || peer FROM want WHERE dir = 'mine'"

/* Attachments that are wanted: of a peer that has them. What was lost with a
 * folder before anybody had fetched it is wanted for ever. */
static size_t
wants(const struct mdesk *list, const struct mdesk *d, bool there)
{
	char *text = rows(d, WANTS);
	size_t n = 0;

	for (char *line = text, *end; *line != '\0'; line = end + 1) {
		bool has = false;
		char *sql;

		end = strchr(line, '\n');
		*end = '\0';
		sql = xasprintf("SELECT count(*) FROM blob WHERE hex(digest) ="
				" '%.64s'",
				line);
		for (int i = 0; i < MODEL_DESKS; i++)
			if (str_eq(line + 64,
				   journal_get_desk(list[i].journal)))
				has = number(&list[i], sql) > 0;
		n += has == there;
		xfree(sql);
	}
	xfree(text);
	return n;
}

bool
mdesks_are_even(const struct mdesk *list)
{
	for (int i = 0; i < MODEL_DESKS; i++) {
		const struct mdesk *d = &list[i];
		bool waits = true;

		if (epoch_is_restoring(d->journal, &waits, NULL) != RC_OK ||
		    waits || number(d, BEHIND) > 0 ||
		    number(d, "SELECT count(*) FROM unsettled") > 0 ||
		    wants(list, d, true) > 0)
			return false;
	}
	return true;
}

bool
mdesks_want_what_is_lost(const struct mdesk *list)
{
	size_t n = 0;

	for (int i = 0; i < MODEL_DESKS; i++)
		n += wants(list, &list[i], false);
	return n > 0;
}

void
mdesk_tell(const struct mdesk *d)
{
	static const char *const sqls[] = {
		"SELECT 'epoch ' || epoch || ' ' || why || ' closed ' ||"
		" coalesce(closed, '-') FROM epoch",
		"SELECT 'answer ' || peer || ' ' || state FROM answer",
		"SELECT 'cursor ' || peer || ' ' || dir || ' ' || epoch || ' '"
		" || lane || ' ' || seq FROM cursor",
		"SELECT 'out ' || peer || ' ' || epoch || ' ' || lane || ' ' ||"
		" max(seq) FROM frame_out GROUP BY peer, epoch, lane",
		"SELECT 'want ' || hex(digest) || ' ' || peer || ' ' || dir"
		" FROM want",
		"SELECT 'peer ' || desk || ' ' || state FROM peer",
		"SELECT 'fork ' || source || ' ' || k FROM fork",
	};

	print_message("desk %d\n", d->no);
	for (size_t i = 0; i < ARRAY_LEN(sqls); i++) {
		char *text = rows(d, sqls[i]);

		print_message("%s", text);
		xfree(text);
	}
}

static void
on_problem(void *ctx, const char *problem)
{
	(void)ctx;
	print_message("%s\n", problem);
}

static void
verified(struct mdesk *d, uint64_t seed)
{
	struct verify_report report = { .each = on_problem };
	struct err err = ERR_INIT;
	enum rc rc =
		journal_verify(d->journal, seed % 16 == 0, NULL, &report, &err);

	if (rc != RC_OK || report.problems > 0)
		fail_msg("seed %llu: desk %d: %s", (unsigned long long)seed,
			 d->no, rc != RC_OK ? err.msg : "problems");
}

static void
nothing_odd(struct mdesk *d, uint64_t seed)
{
	static const char *const sqls[] = {
		"SELECT count(*) FROM fork",
		"SELECT count(*) FROM quarantine",
		"SELECT count(*) - count(DISTINCT source || id) FROM event",
		"SELECT count(*) - count(DISTINCT source || epoch || k)"
		" FROM event",
		"SELECT count(*) FROM give",
	};

	for (size_t i = 0; i < ARRAY_LEN(sqls); i++)
		if (number(d, sqls[i]) != 0) {
			mdesk_tell(d);
			fail_msg("seed %llu: desk %d: %s",
				 (unsigned long long)seed, d->no, sqls[i]);
		}
}

/* Events that `at` must hold and does not, told with who holds them. */
static void
none_missing(struct mdesk *from, struct mdesk *at, uint64_t seed)
{
	static const char *const ids[MODEL_DESKS] = { "310105", "330100",
						      "320500" };
	char *sql = xasprintf(
		"SELECT hex(e.digest) || ' ' || e.type || ' of ' || e.source"
		" || ' k ' || e.k || ' of ' || e.subject FROM event AS e"
		" WHERE e.type NOT IN ('local', 'card') AND (e.source = '%s' OR"
		" e.subject LIKE '%s/%%' OR (e.source = '%s' AND e.subject"
		" LIKE '%s/%%' AND EXISTS (SELECT 1 FROM doc AS d JOIN"
		" doc_party AS p ON p.doc = d.id WHERE '%s/' || d.uuid ="
		" e.subject AND p.desk = '%s' AND NOT p.removed)))",
		ids[at->no], ids[at->no], ids[from->no], ids[from->no],
		ids[from->no], ids[at->no]);
	char *want = rows(from, sql);
	char *have = rows(at, "SELECT hex(digest) FROM event");

	for (char *line = want; *line != '\0';) {
		char *end = strchr(line, '\n');
		char digest[2 * DIGEST_LEN + 1];

		*end = '\0';
		memcpy(digest, line, 2 * DIGEST_LEN);
		digest[2 * DIGEST_LEN] = '\0';
		if (strstr(have, digest) == NULL) {
			mdesk_tell(from);
			mdesk_tell(at);
			fail_msg("seed %llu: desk %d holds %s, desk %d lacks "
				 "it",
				 (unsigned long long)seed, from->no, line,
				 at->no);
		}
		line = end + 1;
	}
	xfree(sql);
	xfree(want);
	xfree(have);
}

/* Every verdict that two desks hold is the same at both. */
static void
same_verdicts(struct mdesk *one, struct mdesk *two, uint64_t seed)
{
	static const char sql[] =
		"SELECT hex(e.digest) || coalesce(v.verdict, 0) FROM event AS e"
		" LEFT JOIN verdict AS v ON v.digest = e.digest WHERE e.type"
		" NOT IN ('local', 'card') ORDER BY e.digest";
	char *a = rows(one, sql), *b = rows(two, sql);
	const size_t width = 2 * DIGEST_LEN + 2;

	for (char *s = a; *s != '\0'; s += width) {
		char digest[2 * DIGEST_LEN + 1];
		const char *there;

		memcpy(digest, s, 2 * DIGEST_LEN);
		digest[2 * DIGEST_LEN] = '\0';
		there = strstr(b, digest);
		if (there != NULL && there[2 * DIGEST_LEN] != s[2 * DIGEST_LEN])
			fail_msg("seed %llu: desk %d judges %s %c, desk %d %c",
				 (unsigned long long)seed, one->no, digest,
				 s[2 * DIGEST_LEN], two->no,
				 there[2 * DIGEST_LEN]);
	}
	xfree(a);
	xfree(b);
}

/* What a party shows of a document is what its owner shows. */
static void
same_documents(struct mdesk *owner, struct mdesk *party, uint64_t seed)
{
	static const char *const ids[MODEL_DESKS] = { "310105", "330100",
						      "320500" };
	char *mine = xasprintf(
		"SELECT d.uuid || ' ' || title || withdrawn || issued_ms FROM"
		" doc AS d JOIN doc_party AS p ON p.doc = d.id WHERE d.owner ="
		" '%s' AND p.desk = '%s' AND NOT p.removed ORDER BY 1",
		ids[owner->no], ids[party->no]);
	char *a = rows(owner, mine), *b = rows(party, mine);

	if (strcmp(a, b) != 0)
		fail_msg("seed %llu: desk %d shows\n%sdesk %d\n%s",
			 (unsigned long long)seed, owner->no, a, party->no, b);
	xfree(a);
	xfree(b);
	xfree(mine);
}

void
mdesks_compare(struct mdesk *list, uint64_t seed)
{
	for (int i = 0; i < MODEL_DESKS; i++) {
		nothing_odd(&list[i], seed);
		for (int k = 0; k < MODEL_DESKS; k++) {
			if (i == k)
				continue;
			none_missing(&list[i], &list[k], seed);
			same_verdicts(&list[i], &list[k], seed);
			same_documents(&list[i], &list[k], seed);
		}
		verified(&list[i], seed);
	}
}
