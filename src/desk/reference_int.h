/* The rules of reference tables, as data. */
#pragma once

#include "desk/reference.h"
#include "table_int.h"

struct csv_reader;

struct reference_check {
	struct desk *desk;
	const char *name;
	const char *path; /* as messages name it */
	void (*problem)(void *ctx, const char *sentence);
	void *ctx;
	int64_t rows, bad;
};
/* Counts bad rows and tells them; bytes are valid UTF-8. */
void reference_check(struct reference_check *c, const char *bytes,
		     size_t n_bytes);
