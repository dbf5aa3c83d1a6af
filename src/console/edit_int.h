/* Text being typed: one line or several, UTF-8, the caret in bytes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct edit {
	char *text; /* never NULL after edit_init() */
	size_t len, at, cap;
	size_t max_bytes;
	bool lines;		      /* Enter makes a new line */
	struct edit_history *history; /* NULL until something changes */
};

void edit_init(struct edit *e, size_t max_bytes, bool lines);
void edit_release(struct edit *e);
/* What was before is forgotten. */
void edit_set(struct edit *e, const char *text);
/* Inserts a character; false when there is no room or it may not be here. */
bool edit_insert(struct edit *e, uint32_t cp);
/* All of it or nothing, one step of undo; a slot at the caret gives way. */
bool edit_insert_text(struct edit *e, const char *text);
/* A key that edits; false when it means nothing here. */
bool edit_key(struct edit *e, uint32_t key);
/* The part of a single line that fits into width columns with the caret in
 * it: from *ret_from (bytes), the caret at *ret_col. */
void edit_window(const struct edit *e, int width, size_t *ret_from,
		 int *ret_col);

/* --- edit_undo.c --- */
enum edit_change {
	EDIT_WHOLE, /* a step by itself */
	EDIT_TYPE,
	EDIT_ERASE
};
/* Before and after each change. */
void edit_before(struct edit *e, enum edit_change change);
void edit_after(struct edit *e);
/* What comes next is a step of its own. */
void edit_break(struct edit *e);
bool edit_undo(struct edit *e);
bool edit_redo(struct edit *e);
void edit_forget(struct edit *e);
/* Puts other text in the place of all; no step. */
void edit_replace(struct edit *e, const char *text, size_t n_bytes);

/* --- edit_move.c --- */
void edit_word_left(struct edit *e);
void edit_word_right(struct edit *e);
/* Up, down and by pages through lines of that width; false where the caret
 * cannot go further. */
bool edit_line_key(struct edit *e, uint32_t key, int width);
/* The next place with that text, from the first again after the last. */
bool edit_find(struct edit *e, const char *text);
/* A place to fill in, "{时限}": its bytes when one begins here, else 0. What is
 * typed at its beginning takes its place. */
#define SLOT_BYTES_MAX 60
size_t slot_len(const char *text);
/* To the first one at or after that byte; false when there is none. */
bool edit_to_slot(struct edit *e, size_t from);
bool edit_next_slot(struct edit *e);

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
