/*
 * What must be told beside the documents that wait: no process serves, a peer
 * is silent, a notice lies unopened. A block under the duty list has the most
 * urgent of them; a screen of its own has all, with what is late and due soon.
 */
#pragma once

#include "console/console_int.h"

#define ALARM_ROWS 3 /* of the block */

struct alarms {
	char *lines[ALARM_ROWS];
	int n_lines;
	int64_t n; /* all that there are */
};

/* Asks again what the block shows: each minute, and when a link changed. A
 * failure leaves what was known. */
/* Who is on duty, when the desk changed. */
void duty_look(struct console *c);
void alarms_look(struct console *c);
void alarms_release(struct console *c);
/* Lines that the block takes at the moment, 0 to ALARM_ROWS. */
int alarms_rows(const struct console *c);
void alarms_draw(const struct console *c, struct canvas *cv, int y, int width);
/* The screen of all of them. */
void alarms_open(struct console *c);
