#include <stddef.h>
#include <string.h>

#include "exchange/range_int.h"

/* Digits only, at most 18, so that nothing overflows. */
static const char *
number(const char *s, int64_t *ret_n)
{
	const char *at = s;

	*ret_n = 0;
	for (; *at >= '0' && *at <= '9' && at - s < 18; at++)
		*ret_n = *ret_n * 10 + (*at - '0');
	return at > s && (*at < '0' || *at > '9') ? at : NULL;
}

enum range_found
range_read(const char *text, int64_t size, struct range *out)
{
	const char *at;

	if (text == NULL || strncmp(text, "bytes=", 6) != 0 ||
	    strchr(text, ',') != NULL)
		return RANGE_NONE;
	text += 6;
	out->total = size;
	if (*text == '-') {
		at = number(text + 1, &out->from);
		if (at == NULL || *at != '\0')
			return RANGE_NONE;
		if (out->from == 0 || size == 0)
			return RANGE_BAD;
		out->from = out->from > size ? 0 : size - out->from;
		out->to = size - 1;
		return RANGE_OK;
	}
	at = number(text, &out->from);
	if (at == NULL || *at != '-')
		return RANGE_NONE;
	out->to = size - 1;
	if (at[1] != '\0') {
		at = number(at + 1, &out->to);
		if (at == NULL || *at != '\0' || out->to < out->from)
			return RANGE_NONE;
		if (out->to >= size)
			out->to = size - 1;
	}
	return out->from < size ? RANGE_OK : RANGE_BAD;
}

bool
content_range_read(const char *text, struct range *out)
{
	const char *at;

	if (strncmp(text, "bytes ", 6) != 0)
		return false;
	out->total = -1;
	if (text[6] == '*' && text[7] == '/') {
		out->from = out->to = -1;
		at = number(text + 8, &out->total);
		return at != NULL && *at == '\0';
	}
	at = number(text + 6, &out->from);
	if (at == NULL || *at != '-')
		return false;
	at = number(at + 1, &out->to);
	if (at == NULL || *at != '/' || out->to < out->from)
		return false;
	if (strcmp(at + 1, "*") == 0)
		return true;
	at = number(at + 1, &out->total);
	return at != NULL && *at == '\0' && out->to < out->total;
}
