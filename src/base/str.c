#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

bool
str_eq(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcmp(a, b) == 0;
}

bool
str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

enum rc
str_to_i64(const char *s, int64_t min, int64_t max, int64_t *ret_n,
	   struct err *err)
{
	const char *p = s;
	bool minus = *p == '-';
	int64_t n = 0, digit;
	char shown[48];

	if (minus)
		p++;
	if (*p == '\0')
		goto bad;
	for (; *p != '\0'; p++) {
		if (*p < '0' || *p > '9')
			goto bad;
		digit = *p - '0';
		/* counted below zero: that side reaches one further */
		if (n < (INT64_MIN + digit) / 10)
			goto range;
		n = n * 10 - digit;
	}
	if (!minus) {
		if (n == INT64_MIN)
			goto range;
		n = -n;
	}
	if (n < min || n > max)
		goto range;
	*ret_n = n;
	return RC_OK;
bad:
	return err_set(err, RC_MALFORMED, 0, _("'%s' is not a whole number"),
		       text_show_into(shown, sizeof(shown), s));
range:
	return err_set(err, RC_RANGE, 0,
		       _("%s is out of range: from %lld to %lld"),
		       text_show_into(shown, sizeof(shown), s), (long long)min,
		       (long long)max);
}

enum rc
str_copy(char *out, size_t out_size, const char *s, struct err *err)
{
	size_t n = strlen(s);
	char shown[64];

	if (n >= out_size)
		return err_set(err, RC_RANGE, 0,
			       _("'%s' is too long: at most %zu bytes"),
			       text_show_into(shown, sizeof(shown), s),
			       out_size - 1);
	memcpy(out, s, n + 1);
	return RC_OK;
}
