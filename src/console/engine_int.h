/*
 * What turns letters into Chinese: libpinyin, or where the program was built
 * without it the table of readings alone. Letters are lower case with
 * apostrophes; what is chosen from left to right adds up.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct engine;

/* What is learnt is kept in that folder, which is there. */
enum rc engine_open(const char *folder, struct engine **ret_e, struct err *err);
/* Keeps what was learnt. */
struct engine *engine_close(struct engine *e);
/* What it cannot do, a message; NULL: nothing to be said. */
const char *engine_lacks(void);

/* The letters as they are now, nothing of them chosen. "" to begin anew. */
void engine_read(struct engine *e, const char *letters);
/* The syllables not chosen yet, apart from each other: "qing'pu". */
const char *engine_syllables(const struct engine *e);
/* Candidates for these, best first; a text is valid until the next choice. */
size_t engine_count(const struct engine *e);
const char *engine_candidate(struct engine *e, size_t i);
/* True when no letters are left; the choices are learnt then. */
bool engine_choose(struct engine *e, size_t i);
/* All that was chosen of these letters, "" at the beginning. */
const char *engine_chosen(const struct engine *e);
