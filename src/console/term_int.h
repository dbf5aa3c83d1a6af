/*
 * The terminal: raw mode, keys in, changed rows out, and whatever happens it
 * is left as it was found. One a process.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "console/canvas_int.h"
#include "console/way_int.h"

/* RC_USAGE when standard input or output is not a terminal that can place
 * text (TERM unset, "dumb" or unknown). */
enum rc term_start(struct err *err);
void term_stop(void);
void term_get_size(int *ret_rows, int *ret_cols);
/* Asks the kernel for the size; true when it changed. */
bool term_resize(void);
void term_set_lines(enum line_style style);
/* Sends the rows that differ from the last ones sent. */
void term_flush(const struct canvas *c);
/* The next flush sends everything. */
void term_forget(void);
void term_bell(void);
/* The next key; K_NONE when no more have come. *ret_gone: hung up. */
uint32_t term_key(bool *ret_gone);
/* Gives the terminal back, stops the process, takes it again. */
void term_suspend(void);
