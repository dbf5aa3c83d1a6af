/*
 * Sends a canvas with as few bytes as the terminal allows: remembers what
 * stands on the screen, moves rows by deleting and inserting lines, writes
 * only the cells that differ, and takes the shortest way to each of them.
 * Knows terminfo and no curses windows. One a process.
 */
#pragma once

#include <stdbool.h>

#include "console/canvas_int.h"

/* After setupterm() or newterm(); fd is where the terminal is. */
void paint_start(int fd);
void paint_stop(void);
/* Nothing is known of what the screen shows: the next frame is sent whole. */
void paint_forget(void);
void paint_frame(const struct canvas *c);
