/* cmocka with the headers it must come after; include this, never cmocka.h. */
#pragma once

/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#define TEST_FOLDER_SIZE 128

/* A new empty folder, where tests/run wants those of tests. */
static inline void
test_folder(char out[static TEST_FOLDER_SIZE])
{
	const char *where = getenv("TMPDIR");
	int n = snprintf(out, TEST_FOLDER_SIZE, "%s/dd-XXXXXX",
			 where != NULL && *where != '\0' ? where : "/tmp");

	assert_in_range(n, 1, TEST_FOLDER_SIZE - 1);
	assert_non_null(mkdtemp(out));
}
