/*
 * Attachments for the peers that may have them: GET with Range, PUT of what
 * this desk wants. What a peer may not have and what is not here look the
 * same.
 */
#include <stdio.h>
#include <string.h>

#include <unistd.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange/link_int.h"
#include "exchange/range_int.h"
#include "exchange/resource_int.h"
#include "exchange/room_int.h"
#include "journal/blob.h"

#define BLOB_TYPE   "application/octet-stream"
#define CHUNK_BYTES (64 * 1024)

/* ---- GET ---- */

struct reading {
	int fd;
	int64_t at, end; /* bytes still to send: [at, end) */
};

static bool
send_chunk(struct serving *s, struct reading *b, char *chunk)
{
	struct err err = ERR_INIT;
	int64_t left = b->end - b->at;
	size_t want = left < CHUNK_BYTES ? (size_t)left : CHUNK_BYTES;
	ssize_t n;

	if (left == 0) {
		b->end = -1;
		net_end(s->request);
		return false;
	}
	if (net_get_queued(s->request) > CONN_OUT_MAX / 2)
		return false; /* on_drain comes */
	n = pread(b->fd, chunk, want, b->at);
	if (n <= 0) {
		log_line(LOG_ERROR, EXCHANGE_ROOM,
			 "an attachment cannot be read");
		b->end = -1;
		net_reset(s->request);
		return false;
	}
	if (net_write(s->request, chunk, (size_t)n, &err) != RC_OK)
		return false;
	b->at += n;
	return true;
}

void
blob_get_drain(struct serving *s)
{
	struct reading *b = s->own;
	char *chunk;

	if (b == NULL || b->end < 0)
		return;
	chunk = xmalloc(CHUNK_BYTES);
	while (send_chunk(s, b, chunk))
		continue;
	xfree(chunk);
}

static void
respond(struct serving *s, const struct reading *b, int64_t size, bool part)
{
	char length[24], range[80];
	struct net_header headers[3] = { { "content-length", length },
					 { "accept-ranges", "bytes" },
					 { "content-range", range } };
	struct net_response response = { .status = part ? 206 : 200,
					 .content_type = BLOB_TYPE,
					 .headers = headers,
					 .n_headers = part ? 3 : 2 };

	(void)snprintf(length, sizeof(length), "%lld",
		       (long long)(b->end - b->at));
	(void)snprintf(range, sizeof(range), "bytes %lld-%lld/%lld",
		       (long long)b->at, (long long)b->end - 1,
		       (long long)size);
	s->answered = true;
	net_respond(s->request, &response);
}

/* false: answered. */
static bool
choose(struct serving *s, struct reading *b, int64_t size, bool *ret_part)
{
	const char *text = net_request_get_header(s->request, "range");
	struct range r;

	b->at = 0;
	b->end = size;
	*ret_part = false;
	switch (range_read(text, size, &r)) {
	case RANGE_NONE: return true;
	case RANGE_OK:
		b->at = r.from;
		b->end = r.to + 1;
		*ret_part = true;
		return true;
	case RANGE_BAD: break;
	}
	serve_problem_members(s, PROBLEM_RANGE, NULL,
			      json_pack("{s:I}", "size", (json_int_t)size));
	return false;
}

void
blob_get(struct serving *s)
{
	struct digest d;
	struct err err = ERR_INIT;
	struct reading *b;
	int64_t size = 0;
	bool part = false;
	int fd = -1;

	if (digest_parse(s->id, &d, &err) != RC_OK ||
	    !blob_granted(s->x->journal, &d, s->remote->desk) ||
	    blob_open(s->x->journal, &d, &fd, &size, &err) != RC_OK) {
		serve_problem(s, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	b = xcalloc(1, sizeof(*b));
	b->fd = fd;
	s->own = b;
	if (!choose(s, b, size, &part)) {
		b->end = -1;
		return;
	}
	respond(s, b, size, part);
	blob_get_drain(s);
}

void
blob_get_closed(struct serving *s, enum rc rc)
{
	struct reading *b = s->own;

	(void)rc;
	if (b == NULL)
		return;
	(void)close(b->fd); /* only read from */
	s->own = xfree(b);
}

/* ---- PUT ---- */

struct writing {
	struct blob_writer *writer;
	struct digest digest;
	int64_t total; /* -1 not said */
};

static bool
is_wanted(struct serving *s, const struct digest *d)
{
	bool wanted = false;

	return blob_is_wanted(s->x->journal, s->remote->desk, d, &wanted,
			      NULL) == RC_OK &&
	       wanted;
}

static void
answer_offset(struct serving *s, int64_t offset)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "{\"offset\":%lld}",
		       (long long)offset);
	serve_json(s, text, strlen(text));
}

/* Where the bytes begin must be where the part kept here ends. */
static bool
fits(struct serving *s, struct writing *w)
{
	const char *text = net_request_get_header(s->request, "content-range");
	int64_t offset = blob_writer_get_offset(w->writer);
	struct range r = { .from = 0, .to = -1, .total = -1 };

	if (text != NULL && !content_range_read(text, &r)) {
		serve_problem(s, PROBLEM_BAD_REQUEST,
			      "content-range is not understood");
		return false;
	}
	if (r.total > ATTACH_MAX_BYTES) {
		serve_problem(s, PROBLEM_TOO_LARGE, NULL);
		return false;
	}
	w->total = r.total;
	if (r.from == offset)
		return true;
	if (r.from < 0) { /* "bytes *" + "/N": how much is here? */
		answer_offset(s, offset);
		return false;
	}
	serve_problem_members(s, PROBLEM_RANGE, NULL,
			      json_pack("{s:I}", "offset", (json_int_t)offset));
	return false;
}

void
blob_put(struct serving *s)
{
	struct writing *w;
	struct digest d;
	struct err err = ERR_INIT;

	if (digest_parse(s->id, &d, &err) != RC_OK || !is_wanted(s, &d)) {
		serve_problem(s, PROBLEM_NOT_FOUND, NULL);
		return;
	}
	if (!serve_room(s))
		return;
	w = xcalloc(1, sizeof(*w));
	w->digest = d;
	s->own = w;
	if (blob_writer_open(s->x->journal, &d, &w->writer, &err) != RC_OK ||
	    blob_writer_set_supplier(w->writer, s->remote->desk, &err) !=
		    RC_OK) {
		serve_error(s, &err);
		return;
	}
	(void)fits(s, w);
}

void
blob_put_data(struct serving *s, const void *data, size_t n_bytes)
{
	struct writing *w = s->own;
	struct err err = ERR_INIT;

	if (!serve_room(s)) /* the part is kept and gone on with */
		return;
	if (blob_writer_add(w->writer, data, n_bytes, &err) != RC_OK)
		serve_error(s, &err);
	else
		room_taken(s->remote, (int64_t)n_bytes);
}

void
blob_put_end(struct serving *s)
{
	struct writing *w = s->own;
	int64_t offset = blob_writer_get_offset(w->writer), size = 0;
	struct err err = ERR_INIT;
	struct digest d;
	char text[64];

	if (w->total >= 0 && offset < w->total) { /* a part; more comes */
		answer_offset(s, offset);
		return;
	}
	if (blob_writer_commit(w->writer, &d, &size, &err) != RC_OK) {
		w->writer = NULL;
		serve_error(s, &err);
		return;
	}
	w->writer = NULL;
	(void)snprintf(text, sizeof(text), "{\"size\":%lld}", (long long)size);
	serve_json(s, text, strlen(text));
	exchange_changed(s->x);
}

void
blob_put_closed(struct serving *s, enum rc rc)
{
	struct writing *w = s->own;

	(void)rc;
	if (w == NULL)
		return;
	blob_writer_close(w->writer, true);
	s->own = xfree(w);
}
