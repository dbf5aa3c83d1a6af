/* jansson's iterators take a json_t * though they change nothing. */
#pragma once

#include <jansson.h>

static inline json_t *
json_plain(const json_t *value)
{
	union {
		const json_t *from;
		json_t *to;
	} u = { .from = value };

	return u.to;
}
