#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "console/console_int.h"

#define MINUTE_MS 60000LL
#define HOUR_MS	  (60 * MINUTE_MS)
#define FAST_MS	  (10 * MINUTE_MS)

bool
span_fast(int64_t due_ms, int64_t now_ms)
{
	return due_ms >= 0 && due_ms > now_ms && due_ms - now_ms < FAST_MS;
}

static void
late_text(int64_t past_ms, char out[static SPAN_MAX])
{
	long long minutes = (long long)(past_ms / MINUTE_MS);

	if (past_ms >= DAY_MS)
		(void)snprintf(out, SPAN_MAX, _("-%lldd late"),
			       (long long)(past_ms / DAY_MS));
	else
		(void)snprintf(out, SPAN_MAX, _("-%lld:%02lld late"),
			       minutes / 60, minutes % 60);
}

enum span_state
span_text(int64_t due_ms, int64_t warn_ms, int64_t now_ms,
	  char out[static SPAN_MAX])
{
	int64_t left = due_ms - now_ms;
	long long minutes;

	out[0] = '\0';
	if (due_ms < 0)
		return SPAN_NONE;
	if (left < 0) {
		late_text(-left, out);
		return SPAN_LATE;
	}
	minutes = (long long)(left / MINUTE_MS);
	if (left < FAST_MS)
		(void)snprintf(out, SPAN_MAX, _("%lldm %02llds"), minutes,
			       (long long)(left % MINUTE_MS / 1000));
	else if (left < DAY_MS)
		(void)snprintf(out, SPAN_MAX, "%lld:%02lld", minutes / 60,
			       minutes % 60);
	else
		(void)snprintf(out, SPAN_MAX, _("%lldd %lldh"),
			       (long long)(left / DAY_MS),
			       (long long)(left % DAY_MS / HOUR_MS));
	return now_ms >= warn_ms ? SPAN_SOON : SPAN_RUNNING;
}

enum attr
span_attr(enum span_state state)
{
	static const enum attr attrs[] = { [SPAN_NONE] = ATTR_PLAIN,
					   [SPAN_RUNNING] = ATTR_PLAIN,
					   [SPAN_SOON] = ATTR_SOON,
					   [SPAN_LATE] = ATTR_LATE };

	return attrs[state];
}

const char *
time_text(int64_t ms, int64_t now_ms, char out[static SPAN_MAX])
{
	char text[TIME_TEXT_MAX] = "";

	out[0] = '\0';
	if (ms < 0)
		return out;
	time_format_short(ms, text);
	/* "11-23 14:05"; another year shows as a date */
	if (day_of_ms(ms) == day_of_ms(now_ms) && strlen(text) > 6)
		(void)snprintf(out, SPAN_MAX, "%s", text + 6);
	else if (day_to_civil(day_of_ms(ms)).year !=
		 day_to_civil(day_of_ms(now_ms)).year)
		day_format(day_of_ms(ms), out);
	else
		(void)snprintf(out, SPAN_MAX, "%s", text);
	return out;
}
