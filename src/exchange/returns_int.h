/*
 * Own frames coming back, by whatever way (the answer of GET /v1/inbox, the
 * body of POST /v1/returns, a part of a bundle): cut into lines, checked on
 * the work pool and committed, one batch after another. All frames of one
 * stream are of one channel.
 */
#pragma once

#include "exchange/exchange_int.h"

struct returns_events {
	/* All that came is committed after returns_end(), or the first that
	 * failed. Once; never from inside a call. */
	void (*on_done)(void *ctx, enum rc rc, const struct err *err);
	/* Withhold or go on with the stream. */
	void (*on_pause)(void *ctx, bool on);
};

struct returns;
struct returns *returns_new(struct remote *r,
			    const struct returns_events *events, void *ctx);
struct returns *returns_free(struct returns *f);
void returns_data(struct returns *f, const void *data, size_t n_bytes);
void returns_end(struct returns *f);
/* Frames committed or found to be here. */
size_t returns_get_frames(const struct returns *f);
