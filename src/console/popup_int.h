/*
 * What is asked over a screen: a line of text, yes or no, one of several.
 * None inherits a key of the screens below; Enter and Esc are fixed. Each
 * callback comes once, after the popup is gone, and is the last thing it does;
 * one that is taken away unanswered is given up.
 */
#pragma once

#include "console/console_int.h"
#include "desk/filter.h"

/* Width of a box: the whole screen where little would be left beside it, so
 * that no halves of rows look out from behind. */
static inline int
popup_cols(const struct canvas *cv)
{
	return cv->cols < 100 ? cv->cols : 80;
}

/* --- prompt.c: one line on the message row ------------------------------- */
struct prompt_spec {
	const char *label;
	const char *text; /* to begin with; NULL */
	size_t max_bytes; /* 0 = TITLE_MAX_BYTES */
	bool pick_file;
	bool secret; /* shown as stars, wiped afterwards; max_bytes below 64 */
	/* At each change; NULL. */
	void (*typed)(struct console *c, void *ctx, const char *text);
	/* What the last word may go on with; Tab takes one. NULL. */
	size_t (*complete)(struct console *c, void *ctx, const char *word,
			   struct filter_choice *out, size_t max);
	/* text NULL = given up. */
	void (*done)(struct console *c, void *ctx, const char *text);
	void *ctx;
};
void prompt_open(struct console *c, const struct prompt_spec *spec);

/* --- confirm.c: a box ------------------------------------------------------
 */
struct confirm_spec {
	const char *title;
	const char *text;   /* lines, wrapped */
	const char *digits; /* to be typed; NULL = y or Enter */
	void (*done)(struct console *c, void *ctx, bool yes);
	void *ctx;
};
void confirm_open(struct console *c, const struct confirm_spec *spec);
/* The last two digits of a reference number, "" when it has none. */
void confirm_digits(const char *number, char out[static 4]);

/* --- menu.c: one of several ------------------------------------------------
 */
struct menu_item {
	char *label;
	char *hint;	   /* beside it; NULL */
	const char *words; /* not shown, found by the filter; borrowed; NULL */
	bool off;	   /* shown with its hint, cannot be chosen */
	int value;
};
struct menu_spec {
	const char *title;
	struct menu_item *take_items; /* labels and hints on the heap */
	size_t n_items;
	bool filter; /* typing narrows (palette); else digits and letters
		      * choose */
	/* Several may be marked (Space); NULL: one. n 0 = given up, values
	 * live for the call. In place of done; with filter. */
	void (*done_many)(struct console *c, void *ctx, const int *values,
			  size_t n);
	const char *empty; /* said where there is nothing; NULL */
	/* value of the item, or -1 = given up */
	void (*done)(struct console *c, void *ctx, int value);
	void *ctx;
};
void menu_open(struct console *c, const struct menu_spec *spec);
/* Does every word typed (folded, blanks between) stand in the text? */
bool words_match(const char *text, const char *typed);
/* Adds to a growing array. */
void menu_add(struct menu_item **items, size_t *n, const char *label,
	      const char *hint, bool off, int value);

/* --- kind_list.c: what the palette has of kinds ---------------------------
 */
/* Values from the two given on. */
void kind_menu_palette(struct console *c, struct menu_item **items, size_t *n,
		       int first_list, int first_compose);
void kind_menu_run(struct console *c, size_t nth, bool compose);

/* --- officer_menu.c: an officer of this desk -------------------------------
 */
struct officer_names {
	char id[OFFICERS_MAX][OFFICER_ID_MAX + 1];
	char *name[OFFICERS_MAX];
	size_t n;
	size_t self; /* whose console this is */
};
void officers_load(struct console *c, struct officer_names *out);
void officers_release(struct officer_names *o);
