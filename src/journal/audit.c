/* The audit trail, hashed row over row. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "audit_int.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

struct audit_row {
	int64_t n, at;
	const char *officer, *act, *subject, *detail;
};

static void
add(struct digest_stream *s, const char *text)
{
	char head[24];
	int n = snprintf(head, sizeof(head), "%zu:", strlen(text));
	digest_stream_add(s, head, (size_t)n);
	digest_stream_add(s, text, strlen(text));
	digest_stream_add(s, ",", 1);
}

static void
add_int(struct digest_stream *s, int64_t value)
{
	char text[24];
	(void)snprintf(text, sizeof(text), "%lld", (long long)value);
	add(s, text);
}

static void
hash_row(const struct digest *before, const struct audit_row *r,
	 struct digest *out)
{
	struct digest_stream *s = digest_stream_new();
	digest_stream_add(s, before->bytes, DIGEST_LEN);
	add_int(s, r->n);
	add_int(s, r->at);
	add(s, r->officer);
	add(s, r->act);
	add(s, r->subject);
	add(s, r->detail);
	digest_stream_end(s, out);
}

enum rc
audit_append(struct journal *j, const char *officer, const char *act,
	     const char *subject, const char *detail, struct err *err)
{
	bool row = false;
	struct digest before = { .bytes = { 0 } }, hash;
	struct audit_row r = {
		.n = 1,
		.at = env_now_ms(j->env),
		.officer = officer,
		.act = act,
		.subject = subject,
		.detail = detail == NULL ? "" : detail,
	};

	enum rc rc = audit_seal_before(j, err);
	if (rc != RC_OK)
		return rc;
	struct stmt *st = stmt_use(j->store, SQL_AUDIT_LAST);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row) {
		r.n = col_int(st, 0) + 1;
		rc = col_digest(st, 1, &before, err);
	}
	stmt_done(st);
	if (rc != RC_OK)
		return rc;
	hash_row(&before, &r, &hash);
	st = stmt_use(j->store, SQL_AUDIT_INSERT);
	stmt_int(st, 1, r.n);
	stmt_int(st, 2, r.at);
	stmt_text(st, 3, r.officer);
	stmt_text(st, 4, r.act);
	stmt_text(st, 5, r.subject);
	stmt_text(st, 6, r.detail);
	stmt_blob(st, 7, hash.bytes, DIGEST_LEN);
	return stmt_run(st, err);
}

enum rc
audit_check(struct journal *j, void (*each)(void *ctx, const char *problem),
	    void *ctx, struct err *err)
{
	bool row = false;
	int64_t due = 1;
	struct digest before = { .bytes = { 0 } }, hash, kept;

	struct stmt *st = stmt_use(j->store, SQL_AUDIT_EACH);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		struct audit_row r = {
			.n = col_int(st, 0),
			.at = col_int(st, 1),
			.officer = col_text(st, 2),
			.act = col_text(st, 3),
			.subject = col_text(st, 4),
			.detail = col_text(st, 5),
		};
		hash_row(&before, &r, &hash);
		bool good = col_digest(st, 6, &kept, NULL) == RC_OK &&
			    digest_eq(&hash, &kept) && r.n == due;
		if (!good) {
			char *text = xasprintf(_("audit row %lld does not "
						 "follow the one before"),
					       (long long)r.n);
			each(ctx, text);
			(void)xfree(text);
		}
		before = kept;
		due = r.n + 1;
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc == RC_OK ? audit_check_seals(j, each, ctx, err) : rc;
}
