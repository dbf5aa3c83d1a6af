/* Fetching the attachments that events name and that are not here. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange/link_part_int.h"
#include "exchange/range_int.h"
#include "exchange/room_int.h"
#include "journal/blob.h"

#define WANT_AGAIN_MS 60000 /* after a 404: its bytes are not there yet */
#define WANTS_LOOK    64

struct fetch {
	struct link *link;
	struct digest digest;
	struct net_call *call; /* NULL: waits until not_before */
	struct blob_writer *writer;
	bool broken;
	int64_t not_before_ms;
	struct fetch *next;
};

static void
drop_writer(struct fetch *f)
{
	f->writer = blob_writer_close(f->writer, true);
}

void
fetches_free(struct link *l)
{
	while (l->fetches != NULL) {
		struct fetch *f = l->fetches;

		l->fetches = f->next;
		drop_writer(f);
		xfree(f);
	}
}

static void
remove_fetch(struct fetch *f)
{
	struct fetch **at = &f->link->fetches;

	while (*at != f)
		at = &(*at)->next;
	*at = f->next;
	drop_writer(f);
	xfree(f);
}

/* The answer must begin where our part ends. */
static void
on_headers(void *ctx, struct net_call *c)
{
	struct fetch *f = ctx;
	const char *text = net_call_get_header(c, "content-range");
	struct range r = { .from = 0, .total = -1 };
	int status = net_call_get_status(c);

	if (f->call != c)
		return;
	if (status == 206 && (text == NULL || !content_range_read(text, &r)))
		f->broken = true;
	if ((status == 200 || status == 206) &&
	    r.from != blob_writer_get_offset(f->writer))
		f->broken = true;
	if (f->broken)
		net_cancel(c);
}

static void
on_data(void *ctx, struct net_call *c, const void *data, size_t n_bytes)
{
	struct fetch *f = ctx;
	struct err err = ERR_INIT;
	int status = net_call_get_status(c);

	if (f->call != c || f->broken || (status != 200 && status != 206))
		return;
	if (!room_for(f->link->remote)) { /* gone on with when there is */
		f->broken = true;
		net_cancel(c);
		return;
	}
	if (blob_writer_add(f->writer, data, n_bytes, &err) == RC_OK) {
		room_taken(f->link->remote, (int64_t)n_bytes);
		return;
	}
	log_line(LOG_ERROR, EXCHANGE_ROOM, "peer=%s attachment: %s",
		 f->link->remote->desk, err.msg);
	f->broken = true;
	net_cancel(c);
}

static void
finish(struct fetch *f)
{
	struct link *l = f->link;
	struct err err = ERR_INIT;
	struct digest d;
	int64_t size;
	enum rc rc = blob_writer_commit(f->writer, &d, &size, &err);

	f->writer = NULL;
	if (rc == RC_OK) {
		remove_fetch(f);
		exchange_changed(l->remote->x);
		return;
	}
	log_line(LOG_WARN, EXCHANGE_ROOM, "peer=%s attachment: %s",
		 l->remote->desk, err.msg);
	f->not_before_ms = link_now(l) + WANT_AGAIN_MS;
}

static void
on_close(void *ctx, struct net_call *c, const struct err *err)
{
	struct fetch *f = ctx;
	struct link *l = f->link;
	int status = net_call_get_status(c);

	if (f->call != c)
		return;
	f->call = NULL;
	if (err != NULL) {
		drop_writer(f);
		f->not_before_ms = link_now(l) + RETRY_FIRST_MS;
	} else if (status == 200 || status == 206 || status == 416) {
		/* 416: there is nothing after our part. One that was killed
		 * before its commit left a whole one; another is dropped. */
		finish(f);
	} else {
		drop_writer(f);
		f->not_before_ms =
			link_now(l) + (status == 503 ? call_retry_after_ms(c)
						     : WANT_AGAIN_MS);
	}
	fetches_go(l);
}

static void
fetch_start(struct fetch *f)
{
	struct link *l = f->link;
	char path[DIGEST_HEX_LEN + 16], range[40];
	struct net_header header = { "range", range };
	struct net_call_spec spec = { .method = "GET",
				      .path = path,
				      .headers = &header,
				      .on_headers = on_headers,
				      .on_data = on_data,
				      .on_close = on_close,
				      .ctx = f };
	struct err err = ERR_INIT;
	int64_t offset;

	f->broken = false;
	if (f->writer == NULL &&
	    (blob_writer_open(l->remote->x->journal, &f->digest, &f->writer,
			      &err) != RC_OK ||
	     blob_writer_set_supplier(f->writer, l->remote->desk, &err) !=
		     RC_OK)) {
		log_line(LOG_ERROR, EXCHANGE_ROOM, "attachment: %s", err.msg);
		drop_writer(f);
		f->not_before_ms = link_now(l) + WANT_AGAIN_MS;
		return;
	}
	(void)snprintf(path, sizeof(path), "/v1/blobs/");
	digest_hex(&f->digest, path + 10);
	offset = blob_writer_get_offset(f->writer);
	(void)snprintf(range, sizeof(range), "bytes=%lld-", (long long)offset);
	spec.n_headers = offset > 0 ? 1 : 0;
	(void)net_call(l->conn, &spec, &f->call, &err); /* on_down comes */
}

struct wanted {
	struct link *link;
	size_t n;
};

static void
add_wanted(void *ctx, const struct digest *d)
{
	struct wanted *w = ctx;
	struct fetch *f, **at = &w->link->fetches;

	if (w->n++ >= WANTS_LOOK)
		return;
	for (; *at != NULL; at = &(*at)->next)
		if (digest_eq(&(*at)->digest, d))
			return;
	f = xcalloc(1, sizeof(*f));
	f->link = w->link;
	f->digest = *d;
	*at = f;
}

void
fetches_go(struct link *l)
{
	struct wanted w = { .link = l };
	struct err err = ERR_INIT;
	size_t busy = 0;

	if (l->state != LINK_FLOW || !room_for(l->remote))
		return;
	if (l->wants_due || l->fetches == NULL) {
		l->wants_due = false;
		if (blob_wanted(l->remote->x->journal, l->remote->desk,
				add_wanted, &w, &err) != RC_OK)
			log_line(LOG_ERROR, EXCHANGE_ROOM, "wants: %s",
				 err.msg);
	}
	for (const struct fetch *f = l->fetches; f != NULL; f = f->next)
		busy += f->call != NULL;
	for (struct fetch *f = l->fetches; f != NULL && busy < FETCHES_MAX;
	     f = f->next)
		if (f->call == NULL && f->not_before_ms <= link_now(l)) {
			fetch_start(f);
			busy++;
		}
}
