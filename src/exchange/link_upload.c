/*
 * Uploading what the peer wants: one attachment at a time, only to a desk
 * that has no connection of its own to fetch it over.
 */
#include <stdio.h>
#include <string.h>

#include <unistd.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange/link_part_int.h"
#include "journal/blob.h"

#define CHUNK_BYTES  (64 * 1024)
#define ANSWER_BYTES (64 * 1024)
#define LOOK_MAX     16

struct upload {
	struct link *link;
	struct digest digest;
	struct net_call *call;
	int fd;
	int64_t at, size;
	bool asking; /* how much the peer has already */
	bool ended;
};

void
uploads_free(struct link *l)
{
	struct upload *u = l->upload;

	if (u == NULL)
		return;
	(void)close(u->fd); /* only read from */
	l->upload = xfree(u);
}

static void
drop_want(struct link *l, const struct digest *d)
{
	struct store *store = journal_get_store(l->remote->x->journal);
	struct err err = ERR_INIT;
	struct stmt *st = stmt_use(store, SQL_EXCHANGE_WANT_THEIRS_DROP);

	stmt_blob(st, 1, d->bytes, DIGEST_LEN);
	stmt_text(st, 2, l->remote->desk);
	if (stmt_run(st, &err) != RC_OK)
		log_line(LOG_ERROR, EXCHANGE_ROOM, "wants: %s", err.msg);
}

static void
pump(struct upload *u)
{
	char *chunk = xmalloc(CHUNK_BYTES);
	struct err err = ERR_INIT;

	while (!u->ended && u->at < u->size &&
	       net_call_get_queued(u->call) < CONN_OUT_MAX / 2) {
		ssize_t n = pread(u->fd, chunk, CHUNK_BYTES, u->at);

		if (n <= 0) {
			log_line(LOG_ERROR, EXCHANGE_ROOM,
				 "an attachment cannot be read");
			net_cancel(u->call);
			u->ended = true;
			break;
		}
		if (net_call_write(u->call, chunk, (size_t)n, &err) != RC_OK)
			break;
		u->at += n;
	}
	xfree(chunk);
	if (!u->ended && u->at == u->size) {
		u->ended = true;
		net_call_end(u->call);
	}
}

static void
on_drain(void *ctx, struct net_call *c)
{
	struct upload *u = ctx;

	if (u->call == c)
		pump(u);
}

static void send_call(struct upload *u);

/* How much of it the peer has; -1 when its answer does not tell. */
static int64_t
offset_of(struct net_call *c, int64_t size)
{
	struct buf *body = net_call_get_body(c);
	json_t *o = NULL;
	int64_t offset = -1;

	if (json_read_object(buf_str(body), body->len, &o, NULL) != RC_OK)
		return -1;
	if (json_is_integer(json_object_get(o, "offset")))
		offset = json_integer_value(json_object_get(o, "offset"));
	json_decref(o);
	return offset <= size ? offset : -1;
}

static void
finish(struct upload *u, int status, bool whole, int64_t retry_ms)
{
	struct link *l = u->link;
	struct digest d = u->digest;

	uploads_free(l);
	if (whole && (status / 100 == 2 || status == 404)) {
		drop_want(l, &d); /* it has it, or wants it no more */
		uploads_go(l);
	} else {
		l->upload_not_before_ms = link_now(l) + retry_ms;
	}
}

static void
on_close(void *ctx, struct net_call *c, const struct err *err)
{
	struct upload *u = ctx;
	int status = net_call_get_status(c);
	int64_t offset;

	if (u->call != c)
		return;
	u->call = NULL;
	if (err == NULL && u->asking && status == 200) {
		offset = offset_of(c, u->size);
		u->asking = false;
		u->at = offset < 0 ? 0 : offset;
		send_call(u);
		return;
	}
	finish(u, status, err == NULL,
	       status == 503 ? call_retry_after_ms(c) : RETRY_FIRST_MS);
}

/* Asks with an empty body, then sends from where the peer's part ends. */
static void
send_call(struct upload *u)
{
	char path[DIGEST_HEX_LEN + 16], range[80];
	struct net_header header = { "content-range", range };
	struct net_call_spec spec = { .method = "PUT",
				      .path = path,
				      .headers = &header,
				      .n_headers = u->at < u->size ? 1 : 0,
				      .streaming = !u->asking,
				      .collect_max = ANSWER_BYTES,
				      .on_drain = on_drain,
				      .on_close = on_close,
				      .ctx = u };
	struct err err = ERR_INIT;

	(void)snprintf(path, sizeof(path), "/v1/blobs/");
	digest_hex(&u->digest, path + 10);
	if (u->asking)
		(void)snprintf(range, sizeof(range), "bytes */%lld",
			       (long long)u->size);
	else
		(void)snprintf(range, sizeof(range), "bytes %lld-%lld/%lld",
			       (long long)u->at, (long long)u->size - 1,
			       (long long)u->size);
	if (net_call(u->link->conn, &spec, &u->call, &err) != RC_OK) {
		uploads_free(u->link); /* on_down comes */
		return;
	}
	if (!u->asking)
		pump(u);
}

static void
start(struct link *l, const struct digest *d)
{
	struct upload *u = xcalloc(1, sizeof(*u));
	struct err err = ERR_INIT;

	u->link = l;
	u->digest = *d;
	if (blob_open(l->remote->x->journal, d, &u->fd, &u->size, &err) !=
	    RC_OK) {
		xfree(u);
		return;
	}
	u->asking = u->size > 0;
	l->upload = u;
	send_call(u);
}

void
uploads_go(struct link *l)
{
	struct journal *j = l->remote->x->journal;
	struct digest list[LOOK_MAX];
	struct stmt *st;
	bool row = false;
	size_t n = 0;

	if (l->state != LINK_FLOW || l->upload != NULL || l->remote->inbound ||
	    l->upload_not_before_ms > link_now(l))
		return;
	st = stmt_use(journal_get_store(j), SQL_EXCHANGE_WANT_THEIRS_EACH);
	stmt_text(st, 1, l->remote->desk);
	stmt_int(st, 2, LOOK_MAX);
	while (n < LOOK_MAX && stmt_step(st, &row, NULL) == RC_OK && row) {
		size_t size;
		const void *d = col_blob(st, 0, &size);

		if (size == DIGEST_LEN)
			memcpy(list[n++].bytes, d, DIGEST_LEN);
	}
	stmt_done(st);
	/* What is not here, or not theirs to have, is passed over. */
	for (size_t i = 0; i < n && l->upload == NULL; i++)
		if (blob_here(j, &list[i], NULL) &&
		    blob_granted(j, &list[i], l->remote->desk))
			start(l, &list[i]);
}
