/* Text being typed: one line or several, UTF-8, the caret in bytes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct edit {
	char *text; /* never NULL after edit_init() */
	size_t len, at, cap;
	size_t max_bytes;
	bool lines; /* Enter makes a new line */
};

void edit_init(struct edit *e, size_t max_bytes, bool lines);
void edit_release(struct edit *e);
void edit_set(struct edit *e, const char *text);
/* Inserts a character; false when there is no room or it may not be here. */
bool edit_insert(struct edit *e, uint32_t cp);
bool edit_insert_text(struct edit *e, const char *text);
/* A key that edits; false when it means nothing here. */
bool edit_key(struct edit *e, uint32_t key);
/* The part of a single line that fits into width columns with the caret in
 * it: from *ret_from (bytes), the caret at *ret_col. */
void edit_window(const struct edit *e, int width, size_t *ret_from,
		 int *ret_col);

/* One line of wrapped text: bytes [from, from + len) of the source. */
struct wrapped {
	size_t from, len;
};
/*
 * Breaks text into lines of at most width columns, at newlines, else after a
 * blank, else at a character. Returns how many there are and writes the first
 * max of them. Empty text has one empty line.
 */
size_t text_wrap(const char *text, int width, struct wrapped *out, size_t max);
