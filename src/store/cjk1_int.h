/*
 * Search tokens: each Chinese, Japanese or Korean character is one token,
 * letters and digits of other scripts go by word, all in the folded form of
 * base/text.h. Index and query cut the same way, so both use this.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define TOKEN_MAX 96 /* bytes; a longer word becomes several tokens */

struct cjk1_token {
	char text[TOKEN_MAX + 1];
	size_t n_text;
	size_t from; /* bytes of the input, [from, to) */
	size_t to;
	bool word; /* false: one CJK character */
};

struct cjk1_cutter {
	const char *text;
	size_t n_bytes;
	size_t at;
	struct buf folded; /* of one character */
};

void cjk1_start(struct cjk1_cutter *c, const char *text, size_t n_bytes);
/* false at the end. Any bytes are safe: invalid ones separate words. */
bool cjk1_next(struct cjk1_cutter *c, struct cjk1_token *out);
void cjk1_end(struct cjk1_cutter *c);
