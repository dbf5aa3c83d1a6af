#include "model/clock.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

#define AMOUNT_MAX 100000
#define HOUR_MS	   (3600LL * 1000)
/* The last second of a day, as papers write it: 23:59:59. */
#define DAY_END_MS (DAY_MS - 1000)

static const char *const unit_names[UNIT__COUNT] = {
	[UNIT_HOUR] = "hour",
	[UNIT_CALENDAR_DAY] = "calendar_day",
	[UNIT_WORKING_DAY] = "working_day",
	[UNIT_MONTH] = "month",
};

/* Spans in order, without overlap; those in effect are the first n. */
struct spans {
	struct clock_span at[CLOCK_SPANS_MAX];
	size_t n;
	bool odd;
};

const char *
clock_unit_name(enum clock_unit unit)
{
	return unit_names[unit];
}

enum rc
clock_unit_parse(const char *s, enum clock_unit *ret_unit, struct err *err)
{
	for (int i = 0; i < UNIT__COUNT; i++) {
		if (!str_eq(s, unit_names[i]))
			continue;
		*ret_unit = (enum clock_unit)i;
		return RC_OK;
	}
	return err_set(err, RC_USAGE, 0,
		       "unit '%.40s' is not one of hour, calendar_day, "
		       "working_day, month",
		       s);
}

static int
span_cmp(const void *a, const void *b)
{
	const struct clock_span *x = a;
	const struct clock_span *y = b;

	return (x->from_ms > y->from_ms) - (x->from_ms < y->from_ms);
}

/* A negative span counts as none, overlapping ones as one (EVENTS 6). */
static void
spans_repair(const struct clock_rule *rule, struct spans *out)
{
	struct clock_span all[CLOCK_SPANS_MAX];
	size_t n_all = rule->n_spans;

	if (n_all > 0)
		memcpy(all, rule->spans, n_all * sizeof(all[0]));
	qsort(all, n_all, sizeof(all[0]), span_cmp);
	for (size_t i = 0; i < n_all; i++) {
		struct clock_span s = all[i];
		struct clock_span *last = NULL;

		if (s.to_ms < s.from_ms) {
			out->odd = true;
			continue;
		}
		if (s.from_ms < rule->start_ms)
			s.from_ms = rule->start_ms;
		if (s.to_ms < s.from_ms)
			continue;
		if (out->n > 0)
			last = &out->at[out->n - 1];
		if (last && s.from_ms < last->to_ms) {
			out->odd = true;
			if (s.to_ms > last->to_ms)
				last->to_ms = s.to_ms;
			continue;
		}
		out->at[out->n++] = s;
	}
}

static bool
is_suspended(const struct spans *spans, size_t n, int32_t day)
{
	for (size_t i = 0; i < n; i++) {
		const struct clock_span *s = &spans->at[i];

		if (day < day_of_ms(s->from_ms))
			continue;
		if (s->to_ms == INT64_MAX || day < day_of_ms(s->to_ms))
			return true;
	}
	return false;
}

/* Does `day` use up one of the days granted? */
static bool
day_counts(const struct clock_rule *rule, const struct calendar *c,
	   const struct spans *spans, size_t n, int32_t day)
{
	if (is_suspended(spans, n, day))
		return false;
	return rule->unit != UNIT_WORKING_DAY || calendar_is_working(c, day);
}

static int32_t
last_day(void)
{
	return day_from_civil((struct civil){ 9998, 12, 31 });
}

/* The day on which the amount is used up under the first n spans, or one past
 * last_day() when there is none. */
static int32_t
count_days(const struct clock_rule *rule, const struct calendar *c,
	   const struct spans *spans, size_t n)
{
	int32_t day = day_of_ms(rule->start_ms);
	int64_t left = rule->amount + rule->extension;

	while (left > 0 && day <= last_day()) {
		day++;
		if (day_counts(rule, c, spans, n, day))
			left--;
	}
	return day;
}

/* 民法典202: the same day number, else the month's last day. */
static int32_t
count_months(const struct clock_rule *rule, const struct spans *spans, size_t n)
{
	struct civil at = day_to_civil(day_of_ms(rule->start_ms));
	int64_t months = at.month - 1 + rule->amount + rule->extension;
	int64_t year = at.year + months / 12;
	struct civil due = { 0, (int)(months % 12) + 1, 1 };
	int32_t first;
	int32_t next;
	int32_t day;

	if (year > 9998)
		return last_day() + 1;
	due.year = (int)year;
	first = day_from_civil(due);
	next = due.month == 12
		       ? day_from_civil((struct civil){ due.year + 1, 1, 1 })
		       : day_from_civil(
				 (struct civil){ due.year, due.month + 1, 1 });
	day = first + at.day - 1;
	if (day >= next)
		day = next - 1;
	for (size_t i = 0; i < n; i++)
		day += day_of_ms(spans->at[i].to_ms) -
		       day_of_ms(spans->at[i].from_ms);
	return day;
}

/* The strict due instant under the first n spans, all of them resumed. */
static int64_t
strict_due(const struct clock_rule *rule, const struct calendar *c,
	   const struct spans *spans, size_t n)
{
	int64_t ms;

	switch (rule->unit) {
	case UNIT_HOUR:
		ms = rule->start_ms +
		     (rule->amount + rule->extension) * HOUR_MS;
		for (size_t i = 0; i < n; i++)
			ms += spans->at[i].to_ms - spans->at[i].from_ms;
		return ms;
	case UNIT_MONTH:
		return day_start_ms(count_months(rule, spans, n)) + DAY_END_MS;
	case UNIT_CALENDAR_DAY:
	case UNIT_WORKING_DAY:
	case UNIT__COUNT: break;
	}
	return day_start_ms(count_days(rule, c, spans, n)) + DAY_END_MS;
}

/* What is left of the amount when a span begins that was never resumed. */
static int64_t
remaining_at(const struct clock_rule *rule, const struct calendar *c,
	     const struct spans *spans, size_t n, int64_t strict_ms)
{
	int32_t from = day_of_ms(spans->at[n].from_ms);
	int64_t left = rule->amount + rule->extension;

	if (rule->unit == UNIT_HOUR)
		return strict_ms - spans->at[n].from_ms;
	if (rule->unit == UNIT_MONTH)
		return day_of_ms(strict_ms) - from + 1;
	for (int32_t day = day_of_ms(rule->start_ms) + 1; day < from; day++)
		if (day_counts(rule, c, spans, n, day))
			left--;
	return left;
}

static bool
rolls(enum clock_unit unit)
{
	return unit == UNIT_CALENDAR_DAY || unit == UNIT_MONTH;
}

static void
roll(const struct clock_rule *rule, const struct calendar *c,
     struct clock_due *due)
{
	int32_t day = day_of_ms(due->strict_ms);
	int32_t from = day_of_ms(rule->start_ms) + 1;

	due->rolled_ms = due->strict_ms;
	if (rule->unit == UNIT_HOUR)
		return;
	if (rolls(rule->unit)) {
		from = day;
		while (!calendar_is_working(c, day))
			day++;
		due->rolled_ms = day_start_ms(day) + DAY_END_MS;
	}
	due->assumed = !calendar_is_published(c, from) ||
		       !calendar_is_published(c, day);
}

static enum rc
rule_check(const struct clock_rule *rule, struct err *err)
{
	if (rule->amount < 0 || rule->extension < 0 ||
	    rule->amount > AMOUNT_MAX || rule->extension > AMOUNT_MAX)
		return err_set(err, RC_RANGE, 0,
			       "an amount must be from 0 to %d", AMOUNT_MAX);
	if (rule->n_spans > CLOCK_SPANS_MAX)
		return err_set(err, RC_RANGE, 0,
			       "more than %d suspensions of one clock",
			       CLOCK_SPANS_MAX);
	if (rule->start_ms < 0 || day_of_ms(rule->start_ms) > last_day())
		return err_set(err, RC_RANGE, 0,
			       "the start must be in the years 1970 to 9998");
	return RC_OK;
}

/* Spans count in order of time; one that begins after the due instant has no
 * effect: a clock already late stays late. */
static enum rc
settle(const struct clock_rule *rule, const struct calendar *c,
       struct spans *spans, struct clock_due *due, struct err *err)
{
	size_t n = 0;
	enum rc rc = rule_check(rule, err);

	if (rc != RC_OK)
		return rc;
	spans_repair(rule, spans);
	due->strict_ms = strict_due(rule, c, spans, 0);
	while (n < spans->n && spans->at[n].from_ms <= due->strict_ms) {
		if (spans->at[n].to_ms == INT64_MAX) {
			due->open = true;
			due->remaining =
				remaining_at(rule, c, spans, n, due->strict_ms);
			break;
		}
		n++;
		due->strict_ms = strict_due(rule, c, spans, n);
	}
	spans->n = due->open ? n + 1 : n;
	if (day_of_ms(due->strict_ms) > last_day())
		return err_set(err, RC_RANGE, 0,
			       "the due date lies after the year 9998");
	return RC_OK;
}

enum rc
clock_due(const struct clock_rule *rule, const struct calendar *c,
	  struct clock_due *out, struct err *err)
{
	struct clock_due due = { 0 };
	struct spans spans = { 0 };
	enum rc rc;

	rc = settle(rule, c, &spans, &due, err);
	if (rc != RC_OK)
		return rc;
	due.odd_spans = spans.odd;
	if (due.open)
		due.strict_ms = due.rolled_ms = 0;
	else
		roll(rule, c, &due);
	*out = due;
	return RC_OK;
}

static const char *
why_of(const struct clock_rule *rule, const struct calendar *c,
       const struct spans *spans, int32_t day)
{
	if (is_suspended(spans, spans->n, day))
		return N_("suspended");
	if (rule->unit != UNIT_WORKING_DAY)
		return N_("counted");
	if (!calendar_is_working(c, day))
		return N_("day off");
	return day_weekday(day) > 5 ? N_("make-up working day") : N_("counted");
}

enum rc
clock_explain(const struct clock_rule *rule, const struct calendar *c,
	      void (*each)(void *ctx, int32_t day, bool counted,
			   const char *why),
	      void *ctx, struct err *err)
{
	struct clock_due due = { 0 };
	struct spans spans = { 0 };
	int32_t day;
	int32_t end;
	enum rc rc;

	rc = settle(rule, c, &spans, &due, err);
	if (rc != RC_OK)
		return rc;
	day = day_of_ms(rule->start_ms);
	each(ctx, day, false, N_("start"));
	if (rule->unit == UNIT_HOUR)
		return RC_OK;
	end = due.open ? day_of_ms(spans.at[spans.n - 1].from_ms)
		       : day_of_ms(due.strict_ms);
	while (++day <= end)
		each(ctx, day, day_counts(rule, c, &spans, spans.n, day),
		     why_of(rule, c, &spans, day));
	if (due.open)
		return RC_OK;
	roll(rule, c, &due);
	for (; day <= day_of_ms(due.rolled_ms); day++)
		each(ctx, day, false,
		     calendar_is_working(c, day) ? N_("rolled")
						 : N_("day off"));
	return RC_OK;
}
