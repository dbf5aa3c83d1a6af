/*
 * Who else has which document open (desk/presence.h): told on lists, beside a
 * document and over its forms. Looked at each second, written at a change and
 * twice a minute.
 */
#pragma once

#include "console/console_int.h"

void near_start(struct console *c);
/* Takes this console's own word back. */
void near_stop(struct console *c);
void near_tick(struct console *c);
/* "李四 14:05 起正在修改" of the others who have the document on the screen
 * open; "" nobody. */
const char *near_text(struct console *c, char *out, size_t out_size);
/* Who has it open, the first of them; NULL nobody. */
const char *near_who(struct console *c, char *out, size_t out_size);
bool near_edits(const struct console *c, const struct doc_ref *ref);
