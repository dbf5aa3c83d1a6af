/*
 * Rows given to a desk (KINDS.md, key and each), before they are issued: each
 * names this desk or one that the document is addressed to, for nobody else
 * could move it; a row with a track has a key of its own.
 */
#pragma once

#include "desk/desk.h"
#include "model/kind.h"

/* Gives rows without a key the next number. before: fields of the revision
 * that is replaced, NULL none. */
void rows_number(const struct kind *kind, json_t *fields, const json_t *before);
enum rc rows_gate(struct desk *d, const struct kind *kind, const json_t *body,
		  struct err *err);
