/*
 * The locked console: its officer is away. Nothing of any document is drawn,
 * counts and clock stay, arrivals ring; what was open lies beneath untouched.
 * His PIN opens it; without one the only way on is a new login.
 */
#pragma once

#include "console/console_int.h"

void lock_start(struct console *c);
void lock_stop(struct console *c);
bool lock_is_on(const struct console *c);
/* why: of the audit trail, "key" or "idle". Drafts under way are saved. */
void lock_now(struct console *c, const char *why);
/* Each second: has nobody pressed a key for as long as the desk says? */
void lock_tick(struct console *c);
/* Sees every key first; true when it goes no further. */
bool lock_key(struct console *c, uint32_t key);
/* All between the top line and the bar, and what the bar says. */
void lock_draw(struct console *c, struct canvas *cv);
const char *lock_hint(struct console *c);

/* --- lock_pin.c: asks for the PIN in force, then twice for a new one --- */
void lock_ask_pin(struct console *c);
