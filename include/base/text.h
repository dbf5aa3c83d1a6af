/*
 * UTF-8 text and its three lengths: n_bytes, n_chars, n_cols. Text is
 * checked once at each door by utf8_check(); inside it is valid. Only this
 * module measures columns.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* RC_TEXT with the byte offset when not valid UTF-8 (overlong, surrogate,
 * above U+10FFFF, NUL are invalid). */
enum rc utf8_check(const char *s, size_t n_bytes, struct err *err);
/* Decodes one character of valid text; returns its length in bytes, 0 at end */
size_t utf8_next(const char *s, size_t n_bytes, uint32_t *ret_cp);
size_t utf8_encode(uint32_t cp, char out[static 4]);
size_t utf8_chars(const char *s, size_t n_bytes);

/* Columns of one character: 0 combining, 1, 2. Controls count as shown. */
int cp_cols(uint32_t cp);
/* true: must be shown as a mark (C0 C1 bidi zero-width tags noncharacters) */
bool cp_is_hidden(uint32_t cp);
size_t utf8_cols(const char *s, size_t n_bytes);
/* Bytes of the longest prefix of at most max_cols columns; never splits a
 * character, keeps combining marks with their base. */
size_t utf8_cut(const char *s, size_t n_bytes, size_t max_cols,
		size_t *ret_cols);
/*
 * Text from outside made safe for terminals, logs and stderr: every hidden
 * character becomes a visible mark such as <1B> or <U+202E>; newline and tab
 * become a space when one_line. Appends to out.
 */
enum rc text_show(struct buf *out, const char *s, size_t n_bytes, bool one_line,
		  struct err *err);
/* Same, into a caller's array, cut to fit; returns out. */
char *text_show_into(char *out, size_t out_size, const char *s);

/* Search and correlation form: full width to half, lower case, bracket and
 * punctuation variants, hidden characters dropped. Never for signed bytes. */
enum rc text_fold(struct buf *out, const char *s, size_t n_bytes,
		  struct err *err);

/* Appends the form in which two names or numbers are the same: folded, then
 * letters, digits and characters alone: "Ａ-12 号", "a12号". */
enum rc text_key(struct buf *out, const char *s, size_t n_bytes,
		 struct err *err);
/* Appends the first letters of the readings of its Chinese characters (杭州
 * gives hz); those that the table has not are left out, signs become blanks. */
enum rc text_initials(struct buf *out, const char *s, size_t n_bytes,
		      struct err *err);
/* Punctuation and symbols outside ASCII and CJK. */
bool cp_is_sign(uint32_t cp);

bool str_eq(const char *a, const char *b); /* NULL equals only NULL */
bool str_starts(const char *s, const char *prefix);
int str_collate(const char *a, const char *b); /* for people */
enum rc str_to_i64(const char *s, int64_t min, int64_t max, int64_t *ret_n,
		   struct err *err);
/* Copies into a fixed array; RC_RANGE when it does not fit (nothing cut). */
enum rc str_copy(char *out, size_t out_size, const char *s, struct err *err);

void hex_encode(const void *data, size_t n_bytes, char *out); /* 2n+1 */
/* Exactly n_bytes from lower- or upper-case hex; RC_MALFORMED. */
enum rc hex_decode(const char *hex, void *out, size_t n_bytes, struct err *err);
/* RFC 4648 base64 with padding, strict on decode. */
char *base64_encode(const void *data, size_t n_bytes); /* heap */
enum rc base64_decode(const char *s, size_t n_chars, struct buf *out,
		      struct err *err);
/* How many characters from s on may be base64: letters, then padding. */
size_t base64_span(const char *s, size_t n_chars);
