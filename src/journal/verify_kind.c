/* Installed kinds checked: each file as it was when it was taken. */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "verify_int.h"

enum {
	COL_NAME,
	COL_VERSION,
	COL_DIGEST,
	COL_BYTES,
};

static void
check_kind(struct verify *v, struct stmt *st)
{
	const char *name = col_text(st, COL_NAME);
	int version = (int)col_int(st, COL_VERSION);
	struct kind *k = NULL;
	struct err why = ERR_INIT;
	struct digest digest;
	size_t n_digest, n_bytes;
	const void *held = col_blob(st, COL_DIGEST, &n_digest);
	const char *bytes = col_blob(st, COL_BYTES, &n_bytes);

	digest_sha256(bytes, n_bytes, &digest);
	if (n_digest != DIGEST_LEN ||
	    memcmp(held, digest.bytes, DIGEST_LEN) != 0)
		verify_problem(v,
			       _("table kind: %s version %d: the file is not "
				 "the one that was installed"),
			       name, version);
	else if (kind_read(name, bytes, n_bytes, &k, &why) != RC_OK)
		verify_problem(v, _("table kind: %s version %d: %s"), name,
			       version, why.msg);
	else if (strcmp(k->name, name) != 0 || k->version != version)
		verify_problem(v,
			       _("table kind: %s version %d: the file is of "
				 "kind %s version %d"),
			       name, version, k->name, k->version);
	(void)kind_free(k);
}

enum rc
verify_kinds(struct verify *v, struct err *err)
{
	return verify_each(v, SQL_VERIFY_KIND_EACH, check_kind, err);
}
