/* Range and Content-Range of RFC 9110 14, one range of bytes. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct range {
	int64_t from, to; /* both included; from -1: none, only asked for */
	int64_t total;	  /* of Content-Range; -1 for '*' */
};

enum range_found {
	RANGE_NONE, /* absent, or of a form that may be ignored */
	RANGE_OK,
	RANGE_BAD, /* 416 */
};
/* "bytes=A-B", "bytes=A-", "bytes=-N". text may be NULL. */
enum range_found range_read(const char *text, int64_t size, struct range *out);
/* "bytes A-B/TOTAL"; TOTAL or A-B may be an asterisk, not both. */
bool content_range_read(const char *text, struct range *out);
