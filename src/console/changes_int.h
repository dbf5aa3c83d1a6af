/* What a correction changed. */
#pragma once

#include "base/buf.h"

/*
 * Appends both texts with what differs in brackets: 假冒【箱包】 and
 * 假冒【电池】. Words are runs of letters and digits, else one character.
 */
void words_mark(const char *was, const char *now, struct buf *ret_was,
		struct buf *ret_now);
