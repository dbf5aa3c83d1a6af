/* A desk opened by the bench, and documents for it. */
#pragma once

#include <jansson.h>

#include "desk/desk.h"

struct desk *bench_desk(const char *folder);
/* A notice with a real case in it. urgency NULL: every fourth is urgent. */
json_t *clue_of(int64_t i, const char *urgency);
json_t *clue_fields(int64_t i); /* the same, NULL */
/* Issues one within the transaction that is open. */
void append_one(struct desk *d, json_t *take_to, const char *kind_name,
		json_t *take_fields, char ret_doc[static UUID_LEN + 1]);
