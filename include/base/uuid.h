/* UUIDv7 (RFC 9562): sortable, monotonic within a process. */
#pragma once

#include <stdbool.h>

#include "base/env.h"
#include "base/limits.h"

void uuid7_make(const struct env *env, char out[static UUID_LEN + 1]);
/* At least min_exclusive + 1 in order: for epochs (EVENTS.md). */
void uuid7_make_after(const struct env *env, const char *min_exclusive,
		      char out[static UUID_LEN + 1]);
bool uuid_valid(const char *s); /* lower-case canonical text, any version */
