/* Shifts in the console. */
#pragma once

#include "console/console_int.h"
#include "desk/shift.h"

/* The log of the present shift; own: since one's own last shift. */
void shift_log_open(struct console *c, bool own);
/* The sheet's items, each to be confirmed before it is signed. */
void shift_items_open(struct console *c, const struct doc_ref *sheet,
		      const char *reason);
/* Takes the shift over with those items [{doc, remark?}] confirmed. */
void shift_take_items(struct console *c, json_t *take_rows, char *take_reason);
/* Types a line for the log. */
void shift_ask_line(struct console *c);
/* At login: what came since the officer's last shift, with the key. */
void shift_tell_since(struct console *c);
void roster_open(struct console *c);
/* The duty log of those hours as a paper. */
void paper_open_shift(struct console *c, const struct shift_period *p);
