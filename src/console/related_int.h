/* Documents that share something, and in words what. */
#pragma once

#include "console/console_int.h"

/* "batch:A2026  address:..." */
void related_reasons(const struct shared_reason *reasons, size_t n, char *out,
		     size_t out_size);
struct screen *related_new(struct console *c, const struct doc_ref *ref);
