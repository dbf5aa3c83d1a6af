/*
 * This desk's own certificates. While it changes them it has two: each peer is
 * served, and called with, the one that is in the card it holds.
 */
#include <string.h>

#include <sys/stat.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange/exchange.h"
#include "exchange/exchange_int.h"
#include "journal/rotate.h"

enum {
	KEY,
	CERT,
	NEXT_KEY,
	NEXT_CERT
};

/* Other files have another one: written anew, renamed, removed. */
static int64_t
stamp_of(const struct exchange *x)
{
	uint64_t stamp = 1;
	struct stat st;

	for (size_t i = 0; i < ARRAY_LEN(x->tls_paths); i++) {
		stamp *= 1000003;
		if (x->tls_paths[i] != NULL && stat(x->tls_paths[i], &st) == 0)
			stamp += (uint64_t)st.st_ino * 31 +
				 (uint64_t)st.st_mtim.tv_sec * 1000000000U +
				 (uint64_t)st.st_mtim.tv_nsec;
	}
	return (int64_t)(stamp >> 1);
}

static struct tls_files
files_of(const struct exchange *x)
{
	struct tls_files f = { .key_path = x->tls_paths[KEY],
			       .cert_path = x->tls_paths[CERT] };
	struct stat st;

	if (x->tls_paths[NEXT_CERT] != NULL &&
	    stat(x->tls_paths[NEXT_CERT], &st) == 0 &&
	    stat(x->tls_paths[NEXT_KEY], &st) == 0) {
		f.next_key_path = x->tls_paths[NEXT_KEY];
		f.next_cert_path = x->tls_paths[NEXT_CERT];
	}
	return f;
}

enum rc
identity_start(struct exchange *x, const struct exchange_config *config,
	       struct err *err)
{
	x->tls_paths[KEY] = xstrdup(config->tls_key_path);
	x->tls_paths[CERT] = xstrdup(config->tls_cert_path);
	x->tls_paths[NEXT_KEY] = xstrdup_or_null(config->tls_next_key_path);
	x->tls_paths[NEXT_CERT] = xstrdup_or_null(config->tls_next_cert_path);
	enum rc rc = tls_new(exchange_env(x), x->tls_paths[KEY],
			     x->tls_paths[CERT], &x->tls, err);
	if (rc == RC_OK)
		identity_look(x);
	return rc;
}

void
identity_look(struct exchange *x)
{
	int64_t stamp = stamp_of(x);
	struct tls_files files;
	struct err err = ERR_INIT;

	if (stamp == x->tls_stamp)
		return;
	files = files_of(x);
	if (tls_load(x->tls, &files, &err) == RC_OK) {
		if (x->tls_stamp != 0)
			log_line(LOG_INFO, EXCHANGE_ROOM,
				 "certificates=%d loaded",
				 files.next_cert_path != NULL ? 2 : 1);
		x->tls_stamp = stamp;
	} else { /* between two renames; looked at again each second */
		log_line(LOG_DEBUG, EXCHANGE_ROOM, "certificates: %s", err.msg);
	}
}

void
identity_free(struct exchange *x)
{
	x->tls = tls_free(x->tls);
	for (size_t i = 0; i < ARRAY_LEN(x->tls_paths); i++)
		x->tls_paths[i] = xfree(x->tls_paths[i]);
}

struct looking {
	const char *peer;
	bool found;
};

static void
look_for(void *ctx, const char *desk)
{
	struct looking *l = ctx;

	l->found = l->found || str_eq(desk, l->peer);
}

bool
identity_next_for(struct exchange *x, const char *peer)
{
	struct looking l = { .peer = peer };

	return tls_get_next_pin(x->tls) != NULL &&
	       peers_without_card(x->journal, look_for, &l, NULL) == RC_OK &&
	       !l.found;
}
