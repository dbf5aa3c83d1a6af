/*
 * Working days of the mainland calendar with make-up days 调休, from the
 * holiday table (State Council notices, 2019 on). After the last published
 * year only weekends are known, and answers say that they are assumed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/time.h"

struct calendar;

/* bytes: holidays.csv `day,kind,name`, kind holiday|workday. */
enum rc calendar_new(const char *bytes, size_t n_bytes,
		     struct calendar **ret_calendar, struct err *err);
struct calendar *calendar_free(struct calendar *c);
bool calendar_is_working(const struct calendar *c, int32_t day);
/* false for a day whose year the table does not hold. */
bool calendar_is_published(const struct calendar *c, int32_t day);
int calendar_get_first_year(const struct calendar *c);
int calendar_get_last_year(const struct calendar *c);
/* "2019-2026 1a2b3c4d": its years and a sum of its bytes, which names the
 * table when two desks count differently. */
const char *calendar_get_edition(const struct calendar *c);
/* "holiday" name of a day in the table, else NULL. */
const char *calendar_get_name(const struct calendar *c, int32_t day);
