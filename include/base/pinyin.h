/*
 * Chinese by the letters of its readings, from db/pinyin/readings.txt (the
 * characters of general use with all their readings). Letters are lower case,
 * v for u with dots, an apostrophe where a syllable could be read two ways.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define PINYIN_LETTERS_MAX 64

enum pinyin_fit {
	PINYIN_NONE,
	PINYIN_START, /* the text begins so: "changn" and "cn" for 长宁区 */
	PINYIN_WHOLE
};

/*
 * Does the text read as those letters? Each character by a whole reading, by
 * its first letter or by zh, ch, sh; the last one also by the beginning of a
 * reading. Latin letters and digits of the text stand for themselves, signs
 * are passed over. PINYIN_NONE for no letters, or more than
 * PINYIN_LETTERS_MAX.
 */
enum pinyin_fit pinyin_fits(const char *text, const char *letters);

/* Is it one whole syllable? */
bool pinyin_is_syllable(const char *letters);

/*
 * The characters read so, UTF-8 without anything between them, the commonest
 * first, and their length in bytes; NULL when there is no such syllable.
 * Static storage, not ended by NUL.
 */
const char *pinyin_chars(const char *syllable, size_t *ret_bytes);
