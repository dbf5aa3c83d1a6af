/* Attachments checked: every byte against the name. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "blob_int.h"
#include "verify_int.h"

#define READ_BYTES (64 * 1024)

static bool
hash_file(int fd, struct digest *out)
{
	char *bytes = xmalloc(READ_BYTES);
	struct digest_stream *s = digest_stream_new();
	ssize_t n;

	while ((n = read(fd, bytes, READ_BYTES)) > 0)
		digest_stream_add(s, bytes, (size_t)n);
	digest_stream_end(s, out);
	(void)xfree(bytes);
	return n == 0;
}

static void
check_blob(struct verify *v, const struct digest *d)
{
	char hex[DIGEST_HEX_LEN + 1];
	struct err why = ERR_INIT;
	struct digest real;
	int64_t size = 0;
	int fd = -1;

	v->report->blobs++;
	digest_hex(d, hex);
	if (blob_open(v->journal, d, &fd, &size, &why) != RC_OK) {
		verify_problem(v, _("table blob %s: %s"), hex, why.msg);
		return;
	}
	if (!hash_file(fd, &real) || !digest_eq(&real, d))
		verify_problem(v,
			       _("table blob: file blobs/%.2s/%s does not have "
				 "the digest that names it"),
			       hex, hex);
	(void)close(fd);
}

enum rc
verify_blobs(struct verify *v, struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(v->journal->store, SQL_BLOB_EACH);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		struct digest d;
		rc = col_digest(st, 0, &d, err);
		if (rc == RC_OK)
			rc = verify_goes_on(v, err);
		if (rc == RC_OK) {
			check_blob(v, &d);
			rc = stmt_step(st, &row, err);
		}
	}
	stmt_done(st);
	return rc;
}
