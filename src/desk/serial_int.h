/*
 * Reference numbers 发文字号: PREFIX SIGN〔YEAR〕N号. The serial of a kind and
 * year only rises and is taken inside the act's own write transaction, so
 * that two processes never give one number twice.
 */
#pragma once

#include "desk/desk.h"

/* Takes the next serial; heap text. Inside a transaction. NULL text and RC_OK
 * when the kind has no numbers. */
enum rc serial_take(struct desk *d, const struct kind *kind, int64_t time_ms,
		    char **ret_number, struct err *err);
/* Setting next_number, "KIND N": RC_EXISTS when N was given already. Inside a
 * transaction. */
enum rc serial_check_next(struct desk *d, const char *value, struct err *err);
/* The number as this desk would write it from any form a user types: other
 * brackets, full width; heap. */
char *number_canonical(const char *typed);
