/* What the screens of links share. */
#pragma once

#include "console/console_int.h"

/* Word of link_row.state or link_log_row.state. */
const char *link_state_text(const char *state);
/* "just now", "9m ago" */
void link_age_text(int64_t ms, int64_t now, char *out, size_t out_size);
/* Asks the serving process to try now. */
void link_reconnect(struct console *c, const char *desk);
/* --- links_more.c --- */
struct screen *queue_new(struct console *c, const char *desk);
struct screen *link_log_new(struct console *c, const char *desk);
