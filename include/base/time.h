/*
 * Instants are int64_t milliseconds since 1970 UTC. Local time is always
 * Asia/Shanghai, +08:00 without daylight saving, whatever TZ says.
 * Days are int32_t counts since 1970-01-01 of local dates.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define LOCAL_OFFSET_MS (8LL * 3600 * 1000)
#define DAY_MS		(24LL * 3600 * 1000)
#define TIME_TEXT_MAX	40

struct civil {
	int year, month, day; /* 1..12, 1..31 */
};

int32_t day_from_civil(struct civil c);
struct civil day_to_civil(int32_t day);
int day_weekday(int32_t day);	   /* 1 = Monday .. 7 = Sunday */
int32_t day_of_ms(int64_t ms);	   /* local date of an instant */
int64_t day_start_ms(int32_t day); /* 00:00:00 local */
/* RC_MALFORMED for anything but an existing YYYY-MM-DD, years 1970..9998. */
enum rc day_parse(const char *s, int32_t *ret_day, struct err *err);
void day_format(int32_t day, char out[static 11]);
/* RFC 3339 with offset (Z or +hh:mm, fraction 0-3 kept); strict. */
enum rc time_parse(const char *s, int64_t *ret_ms, struct err *err);
/* "2026-11-23T14:05:00.123+08:00", ms left out when zero. */
void time_format(int64_t ms, char out[static TIME_TEXT_MAX]);
/* "11-23 14:05", for screens. */
void time_format_short(int64_t ms, char out[static TIME_TEXT_MAX]);
/* "2天3时", "0:12", "-0:12 超时"-style spans are made by the console. */
