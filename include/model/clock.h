/*
 * Legal clocks: how a due date is counted. Conventions (DOMAIN 12): local
 * time +08:00; the day of the start is not counted (刑诉法105, 民法典201);
 * day clocks end at 23:59:59 of the last day; hours are exact and never
 * roll; an extension is added before rolling; a suspension [from, to) adds
 * its days when it began on or before the due date; months end on the same
 * day number or the month's last day (民法典202).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/calendar.h"

#define CLOCK_SPANS_MAX 64

enum clock_unit {
	UNIT_HOUR,
	UNIT_CALENDAR_DAY,
	UNIT_WORKING_DAY,
	UNIT_MONTH,
	UNIT__COUNT
};

struct clock_span {
	int64_t from_ms;
	int64_t to_ms; /* INT64_MAX: not resumed */
};

struct clock_rule {
	int64_t start_ms;
	int64_t amount; /* 0..100000 */
	enum clock_unit unit;
	int64_t extension; /* same unit; 0 none */
	/* By time; overlapping or negative spans count as joined or zero. */
	const struct clock_span *spans;
	size_t n_spans;
};

struct clock_due {
	bool open;	   /* suspended now: no due date, see remaining */
	int64_t strict_ms; /* last counted instant */
	int64_t rolled_ms; /* first working day when strict falls on a day off
			    */
	bool assumed;	   /* a day beyond the published calendar was used */
	bool odd_spans;	   /* a negative or overlapping span was repaired */
	int64_t remaining; /* of amount+extension, in unit (hours: ms) */
};

const char *clock_unit_name(enum clock_unit unit); /* "working_day" */
enum rc clock_unit_parse(const char *s, enum clock_unit *ret_unit,
			 struct err *err);
/* RC_RANGE when amount is outside, or the date leaves year 9998. */
enum rc clock_due(const struct clock_rule *rule, const struct calendar *c,
		  struct clock_due *out, struct err *err);
/*
 * The days that were counted, for `deadline` and the console: calls each(ctx,
 * day, counted, why) from the start day to the rolled due day; why is a
 * static English msgid: "start" "counted" "day off" "make-up working day"
 * "suspended" "rolled".
 */
enum rc clock_explain(const struct clock_rule *rule, const struct calendar *c,
		      void (*each)(void *ctx, int32_t day, bool counted,
				   const char *why),
		      void *ctx, struct err *err);
