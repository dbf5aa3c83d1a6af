/* Rows that are read, written and read again are the same rows. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/text.h"

#define TEXT_MAX (1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_row(const struct csv_reader *r)
{
	struct csv_reader again;
	struct err err = ERR_INIT;
	struct buf text;
	bool more = false;

	buf_init(&text, TEXT_MAX);
	for (size_t i = 0; i < r->n_cells; i++)
		if (csv_write_cell(&text, r->cells[i], i == 0, false, &err) !=
		    RC_OK)
			abort();
	if (buf_add(&text, "\n", 1, &err) != RC_OK)
		abort();
	csv_reader_init(&again, text.data, text.len);
	if (csv_next(&again, &more, &err) != RC_OK || !more ||
	    again.n_cells != r->n_cells)
		abort();
	for (size_t i = 0; i < r->n_cells; i++)
		if (!str_eq(again.cells[i], r->cells[i]))
			abort();
	csv_reader_release(&again);
	buf_release(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct csv_reader r;
	struct err err = ERR_INIT;
	bool more = true;

	if (size > TEXT_MAX / 4 ||
	    utf8_check((const char *)data, size, &err) != RC_OK)
		return 0;
	csv_reader_init(&r, (const char *)data, size);
	for (size_t rows = 0; more && rows <= size; rows++)
		if (csv_next(&r, &more, &err) == RC_OK && more &&
		    !(r.n_cells == 1 && r.cells[0][0] == '\0'))
			check_row(&r);
	csv_reader_release(&r);
	return 0;
}
