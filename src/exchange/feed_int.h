/*
 * A feed: bytes of one stream of frames (a watch's answer, a push's body) cut
 * into lines, read, and offered to the queue of their channel. All frames of
 * a feed are of one channel. When the queue is full the feed keeps its bytes
 * and has its stream paused until there is room.
 */
#pragma once

#include "exchange/queue_int.h"

enum feed_stop {
	FEED_GAP,
	FEED_CHAIN,
	FEED_MALFORMED,
	FEED_EPOCH,  /* a frame of another channel than the feed's */
	FEED_FAILED, /* the queue or the database failed */
};

struct feed_events {
	/* The feed is broken: nothing more is taken from it. Once. */
	void (*on_stop)(void *ctx, enum feed_stop why, const struct err *err);
	/* Withhold or go on with the stream. */
	void (*on_pause)(void *ctx, bool on);
};

struct feed;
/* epoch NULL: the first frame tells the channel. */
struct feed *feed_new(struct remote *r, const char *epoch, enum lane lane,
		      const struct feed_events *events, void *ctx);
struct feed *feed_free(struct feed *f);
void feed_data(struct feed *f, const void *data, size_t n_bytes);
/* The stream is at its end: a rest without newline is a line too. */
void feed_end(struct feed *f);
/* All lines have been taken (always so unless paused). */
bool feed_is_empty(const struct feed *f);
bool feed_is_stopped(const struct feed *f);
/* NULL before the first frame. */
struct queue *feed_get_queue(const struct feed *f);
size_t feed_get_frames(const struct feed *f);

/* Of the queue's feeds: there is room; it failed. */
void feeds_room(struct exchange *x, const struct queue *q);
void feeds_failed(struct exchange *x, const struct queue *q, enum rc rc);
