#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange/feed_int.h"

struct feed {
	struct remote *remote;
	char epoch[UUID_LEN + 1]; /* "" until known */
	enum lane lane;
	struct queue *queue;
	struct buf rest;
	struct frame held; /* read and not taken by a full queue */
	bool has_held, paused, stopped, ended;
	size_t n_frames;
	const struct feed_events *events;
	void *ctx;
	struct feed *next;
};

struct feed *
feed_new(struct remote *r, const char *epoch, enum lane lane,
	 const struct feed_events *events, void *ctx)
{
	struct feed *f = xcalloc(1, sizeof(*f));

	f->remote = r;
	f->lane = lane;
	if (epoch != NULL) /* checked where it came in */
		(void)str_copy(f->epoch, sizeof(f->epoch), epoch, NULL);
	f->events = events;
	f->ctx = ctx;
	buf_init(&f->rest, LINE_MAX_BYTES + 2 * (size_t)H2_WINDOW_BYTES);
	f->next = r->x->feeds;
	r->x->feeds = f;
	return f;
}

struct feed *
feed_free(struct feed *f)
{
	struct feed **at;

	if (f == NULL)
		return NULL;
	at = &f->remote->x->feeds;
	while (*at != f)
		at = &(*at)->next;
	*at = f->next;
	if (f->has_held)
		frame_release(&f->held);
	buf_release(&f->rest);
	return xfree(f);
}

static void
stop(struct feed *f, enum feed_stop why, const struct err *err)
{
	if (f->stopped)
		return;
	f->stopped = true;
	buf_reset(&f->rest);
	f->events->on_stop(f->ctx, why, err);
}

static bool
find_queue(struct feed *f, const struct frame *frame)
{
	struct err err = ERR_INIT;

	if (f->epoch[0] == '\0') {
		(void)str_copy(f->epoch, sizeof(f->epoch), frame->epoch, NULL);
		f->lane = frame->lane;
	}
	if (!str_eq(f->epoch, frame->epoch) || f->lane != frame->lane) {
		(void)err_set(&err, RC_PROTO, 0,
			      _("a frame of another channel in one stream"));
		stop(f, FEED_EPOCH, &err);
		return false;
	}
	if (f->queue == NULL)
		f->queue = queue_of(f->remote, f->epoch, f->lane, &err);
	if (f->queue == NULL)
		stop(f, FEED_FAILED, &err);
	return f->queue != NULL;
}

/* false: the frame is kept, the stream paused or stopped. */
static bool
offer(struct feed *f, struct frame *io_frame)
{
	struct err err = ERR_INIT;

	switch (queue_offer(f->queue, io_frame, &err)) {
	case OFFER_QUEUED:
	case OFFER_DUPLICATE: f->n_frames++; return true;
	case OFFER_GAP:
		(void)err_set(&err, RC_GAP, 0,
			      _("frames are missing after %lld"),
			      (long long)queue_last(f->queue).seq);
		stop(f, FEED_GAP, &err);
		return false;
	case OFFER_CHAIN:
		(void)err_set(&err, RC_CHAIN, 0,
			      _("the chain does not follow %lld"),
			      (long long)queue_last(f->queue).seq);
		stop(f, FEED_CHAIN, &err);
		return false;
	case OFFER_FULL:
		f->held = *io_frame;
		f->has_held = true;
		if (!f->paused)
			f->events->on_pause(f->ctx, true);
		f->paused = true;
		return false;
	case OFFER_FAILED: stop(f, FEED_FAILED, &err); return false;
	}
	return false;
}

static bool
take_line(struct feed *f, const char *line, size_t n_bytes)
{
	struct frame frame = { 0 };
	struct err err = ERR_INIT;

	while (n_bytes > 0 && line[n_bytes - 1] == '\r')
		n_bytes--;
	if (n_bytes == 0)
		return true; /* an empty line only shows that one is alive */
	if (frame_read(line, n_bytes, &frame, &err) != RC_OK) {
		stop(f, FEED_MALFORMED, &err);
		return false;
	}
	if (!find_queue(f, &frame)) {
		frame_release(&frame);
		return false;
	}
	return offer(f, &frame);
}

static void
too_long(struct feed *f)
{
	struct err err = ERR_INIT;

	(void)err_set(&err, RC_TOOLARGE, 0, _("a line above %d bytes"),
		      LINE_MAX_BYTES);
	stop(f, FEED_MALFORMED, &err);
}

static void
take_lines(struct feed *f)
{
	size_t done = 0;
	bool going = !f->stopped;

	while (going && done < f->rest.len) {
		const char *at = f->rest.data + done;
		const char *nl = memchr(at, '\n', f->rest.len - done);
		size_t n = nl != NULL ? (size_t)(nl - at) : f->rest.len - done;

		if (n > LINE_MAX_BYTES) {
			too_long(f);
			return;
		}
		if (nl == NULL && !f->ended)
			break;
		done += n + (nl != NULL ? 1 : 0);
		going = take_line(f, at, n);
	}
	if (!f->stopped)
		buf_consume(&f->rest, done);
}

void
feed_data(struct feed *f, const void *data, size_t n_bytes)
{
	struct err err = ERR_INIT;

	if (f->stopped)
		return;
	if (buf_add(&f->rest, data, n_bytes, &err) != RC_OK) {
		stop(f, FEED_MALFORMED, &err);
		return;
	}
	if (!f->paused)
		take_lines(f);
}

void
feed_end(struct feed *f)
{
	f->ended = true;
	if (!f->paused)
		take_lines(f);
}

bool
feed_is_empty(const struct feed *f)
{
	return f->rest.len == 0 && !f->has_held;
}

bool
feed_is_stopped(const struct feed *f)
{
	return f->stopped;
}

struct queue *
feed_get_queue(const struct feed *f)
{
	return f->queue;
}

size_t
feed_get_frames(const struct feed *f)
{
	return f->n_frames;
}

static void
go_on(struct feed *f)
{
	struct frame frame = f->held;

	f->held = (struct frame){ 0 };
	f->has_held = false;
	if (!offer(f, &frame))
		return;
	f->paused = false;
	take_lines(f);
	if (!f->paused && !f->stopped)
		f->events->on_pause(f->ctx, false);
}

/* Several feeds may bring one channel (a watch and a push). */
void
feeds_room(struct exchange *x, const struct queue *q)
{
	struct feed *next;

	for (struct feed *f = x->feeds; f != NULL; f = next) {
		next = f->next;
		if (f->queue == q && f->has_held && !f->stopped)
			go_on(f);
	}
}

void
feeds_failed(struct exchange *x, const struct queue *q, enum rc rc)
{
	struct err err = ERR_INIT;
	struct feed *next;

	(void)err_set(&err, rc, 0, "%s", rc_sentence(rc));
	for (struct feed *f = x->feeds; f != NULL; f = next) {
		next = f->next;
		if (f->queue != q)
			continue;
		if (f->has_held)
			frame_release(&f->held);
		f->has_held = false;
		stop(f, FEED_FAILED, &err);
	}
}
