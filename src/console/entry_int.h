/*
 * Chinese typed by pinyin, over any field of text. The letters typed so far
 * and their candidates stand in a box under the caret; the terms of this desk
 * come first. Its tables are read when it is first switched on.
 */
#pragma once

#include "console/console_int.h"
#include "console/edit_int.h"

#define ENTRY_CANDIDATES_MAX 200
#define ENTRY_TERMS_MAX	     5	/* that fit whole, before the others */
#define ENTRY_STARTS_MAX     3	/* that begin so */
#define ENTRY_SHOWN_COLS     30 /* of one candidate */
#define ENTRY_PAGE	     9
#define ENTRY_PAGES_MAX	     100

enum entry_took {
	ENTRY_PASSED, /* the key means nothing here */
	ENTRY_TAKEN,
	ENTRY_TYPED /* the text has changed */
};

/* --- entry.c --- */
void entry_toggle(struct console *c);
bool entry_is_on(const struct console *c);
/* Is the key the one that switches it, in a screen without a key map? */
bool entry_is_toggle(const struct console *c, uint32_t key);
/* A key of a field of text. */
enum entry_took entry_key(struct console *c, struct edit *e, uint32_t key);
/* The field is left: letters not chosen are put into it as they are; true when
 * there were any. */
bool entry_leave(struct console *c, struct edit *e);
/* Letters not chosen are dropped: their field is gone. */
void entry_drop(struct console *c);
void entry_free(struct console *c);

/* --- entry_draw.c --- */
/* The box, when letters were typed, near the caret of the frame. */
void entry_draw(struct console *c, struct canvas *cv);

/* --- what entry.c and entry_draw.c share --- */
struct entry_candidate {
	const char *term; /* NULL: one of the engine's */
	size_t nth;	  /* of the engine's */
};

struct entry_term {
	char *text;
	size_t order; /* in which the desk told it */
};

struct entry_memory {
	char letters[64];
	char *text;
};

struct engine;
struct entry {
	struct engine *engine;
	bool on, quote_open, double_open;
	char letters[64];
	size_t n_letters;
	struct entry_candidate found[ENTRY_CANDIDATES_MAX];
	size_t n_found;
	/* first candidate of each page seen; how many fit is drawing's */
	size_t pages[ENTRY_PAGES_MAX], page, n_on_page;
	struct entry_memory *memory; /* newest last */
	size_t n_memory, n_unsaved;
	char *memory_path;
	struct entry_term *terms;
	size_t n_terms;
};

const char *entry_text(struct entry *e, size_t i);

/* --- entry_memory.c --- */
void entry_load_memory(struct entry *e, const char *folder);
/* What was chosen last for the letters; NULL. */
const char *entry_remembered(const struct entry *e);
void entry_remember(struct entry *e, const char *letters, const char *text);
void entry_save_memory(struct entry *e);
void entry_free_memory(struct entry *e);

/* --- entry_terms.c --- */
void entry_read_terms(struct console *c, struct entry *e);
void entry_free_terms(struct entry *e);
/* Terms that read as the letters: whole, then those that begin so. */
size_t entry_find_terms(const struct entry *e, const char **whole,
			const char **starts, size_t *ret_n_starts);
