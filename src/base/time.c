#include "base/time.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/text.h"

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0 ? 1 : 0);
}

/* Counts from 0000-03-01 so that a leap day ends its year (H. Hinnant). */
int32_t
day_from_civil(struct civil c)
{
	int y = c.month <= 2 ? c.year - 1 : c.year;
	int era = (y >= 0 ? y : y - 399) / 400;
	int yoe = y - era * 400;
	int doy =
		(153 * (c.month + (c.month > 2 ? -3 : 9)) + 2) / 5 + c.day - 1;
	int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

struct civil
day_to_civil(int32_t day)
{
	int32_t z = day + 719468;
	int32_t era = (z >= 0 ? z : z - 146096) / 146097;
	int32_t doe = z - era * 146097;
	int32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int32_t mp = (5 * doy + 2) / 153;
	struct civil c = {
		.day = doy - (153 * mp + 2) / 5 + 1,
		.month = mp < 10 ? mp + 3 : mp - 9,
	};

	c.year = yoe + era * 400 + (c.month <= 2 ? 1 : 0);
	return c;
}

int
day_weekday(int32_t day)
{
	int32_t n = (day + 3) % 7; /* 1970-01-01 was a Thursday */

	return (n < 0 ? n + 7 : n) + 1;
}

int32_t
day_of_ms(int64_t ms)
{
	return (int32_t)floor_div(ms + LOCAL_OFFSET_MS, DAY_MS);
}

int64_t
day_start_ms(int32_t day)
{
	return (int64_t)day * DAY_MS - LOCAL_OFFSET_MS;
}

/* Exactly n digits; moves *s past them. */
static bool
digits(const char **s, int n, int *ret)
{
	int v = 0;

	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		v = v * 10 + (**s - '0');
	}
	*ret = v;
	return true;
}

static bool
literal(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

static bool
date_part(const char **s, int32_t *ret_day)
{
	struct civil c, back;

	if (!digits(s, 4, &c.year) || !literal(s, '-') ||
	    !digits(s, 2, &c.month) || !literal(s, '-') ||
	    !digits(s, 2, &c.day))
		return false;
	if (c.year < 1970 || c.year > 9998 || c.month < 1 || c.month > 12 ||
	    c.day < 1)
		return false;
	*ret_day = day_from_civil(c);
	back = day_to_civil(*ret_day);
	return back.month == c.month && back.day == c.day;
}

enum rc
day_parse(const char *s, int32_t *ret_day, struct err *err)
{
	const char *p = s;
	char shown[48];
	int32_t day;

	if (!date_part(&p, &day) || *p != '\0')
		return err_set(err, RC_MALFORMED, 0,
			       _("'%s' is not a date: write it as 2026-11-23"),
			       text_show_into(shown, sizeof(shown), s));
	*ret_day = day;
	return RC_OK;
}

void
day_format(int32_t day, char out[static 11])
{
	struct civil c = day_to_civil(day);

	(void)snprintf(out, 11, "%04u-%02u-%02u", (unsigned)c.year % 10000,
		       (unsigned)c.month % 100, (unsigned)c.day % 100);
}

static bool
time_part(const char **s, int64_t *ret_ms)
{
	int h, m, sec, ms = 0, scale = 100;

	if (!digits(s, 2, &h) || !literal(s, ':') || !digits(s, 2, &m) ||
	    !literal(s, ':') || !digits(s, 2, &sec))
		return false;
	if (h > 23 || m > 59 || sec > 59)
		return false; /* no leap second: a clock could not count it */
	if (literal(s, '.')) {
		if (**s < '0' || **s > '9')
			return false;
		for (; **s >= '0' && **s <= '9'; (*s)++, scale /= 10)
			ms += (**s - '0') * scale;
	}
	*ret_ms = ((int64_t)h * 3600 + m * 60 + sec) * 1000 + ms;
	return true;
}

static bool
offset_part(const char **s, int64_t *ret_ms)
{
	int h, m, sign;

	*ret_ms = 0;
	if (literal(s, 'Z'))
		return true;
	if (**s != '+' && **s != '-')
		return false;
	sign = **s == '-' ? -1 : 1;
	(*s)++;
	if (!digits(s, 2, &h) || !literal(s, ':') || !digits(s, 2, &m) ||
	    h > 23 || m > 59)
		return false;
	*ret_ms = (int64_t)sign * (h * 60 + m) * 60000;
	return true;
}

enum rc
time_parse(const char *s, int64_t *ret_ms, struct err *err)
{
	const char *p = s;
	int64_t of_day, offset, ms;
	char shown[48];
	int32_t day;

	if (!date_part(&p, &day) || !literal(&p, 'T') ||
	    !time_part(&p, &of_day) || !offset_part(&p, &offset) || *p != '\0')
		goto bad;
	ms = (int64_t)day * DAY_MS + of_day - offset;
	if (ms < 0)
		goto bad; /* before 1970 nothing here happened */
	*ret_ms = ms;
	return RC_OK;
bad:
	return err_set(
		err, RC_MALFORMED, 0,
		_("'%s' is not a time: write it as 2026-11-23T14:05:00+08:00"),
		text_show_into(shown, sizeof(shown), s));
}

void
time_format(int64_t ms, char out[static TIME_TEXT_MAX])
{
	int32_t day = day_of_ms(ms);
	unsigned rest = (unsigned)(ms - day_start_ms(day));
	char date[11], fraction[8] = "";

	day_format(day, date);
	if (rest % 1000 != 0)
		(void)snprintf(fraction, sizeof(fraction), ".%03u",
			       rest % 1000);
	(void)snprintf(out, TIME_TEXT_MAX, "%sT%02u:%02u:%02u%s+08:00", date,
		       rest / 3600000 % 24, rest / 60000 % 60, rest / 1000 % 60,
		       fraction);
}

void
time_format_short(int64_t ms, char out[static TIME_TEXT_MAX])
{
	int32_t day = day_of_ms(ms);
	unsigned rest = (unsigned)(ms - day_start_ms(day));
	struct civil c = day_to_civil(day);

	(void)snprintf(out, TIME_TEXT_MAX, "%02u-%02u %02u:%02u",
		       (unsigned)c.month % 100, (unsigned)c.day % 100,
		       rest / 3600000 % 24, rest / 60000 % 60);
}
