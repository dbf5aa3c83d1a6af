/* A queue of bytes that wait to be sent or delivered. */
#pragma once

#include <stddef.h>

struct chunk;
struct chunkq {
	struct chunk *first, *last;
	size_t len;
};

void chunkq_add(struct chunkq *q, const void *data, size_t n_bytes);
/* The bytes at the front that lie together; NULL when empty. */
const char *chunkq_peek(const struct chunkq *q, size_t *ret_n);
void chunkq_drop(struct chunkq *q, size_t n_bytes); /* at most len */
/* Moves up to n_bytes to out; returns how many. */
size_t chunkq_take(struct chunkq *q, void *out, size_t n_bytes);
void chunkq_clear(struct chunkq *q);
