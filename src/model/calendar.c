#include "model/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/mem.h"
#include "base/text.h"

struct entry {
	int32_t day;
	bool working;
	char *name;
};

struct calendar {
	struct entry *entries; /* by day */
	size_t n_entries;
	int first_year;
	int last_year;
	char edition[40];
};

static int
entry_cmp(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;

	return (x->day > y->day) - (x->day < y->day);
}

static enum rc
entry_read(const struct csv_reader *r, struct entry *out, struct err *err)
{
	enum rc rc;

	if (r->n_cells != 3)
		return err_set(err, RC_MALFORMED, 0,
			       "holidays line %zu: %zu columns, 3 expected "
			       "(day,kind,name)",
			       r->line, r->n_cells);
	rc = day_parse(r->cells[0], &out->day, err);
	if (rc != RC_OK)
		return err_wrap(err, "holidays line %zu", r->line);
	if (!str_eq(r->cells[1], "holiday") && !str_eq(r->cells[1], "workday"))
		return err_set(err, RC_MALFORMED, 0,
			       "holidays line %zu: kind must be holiday or "
			       "workday",
			       r->line);
	out->working = str_eq(r->cells[1], "workday");
	out->name = xstrdup(r->cells[2]);
	return RC_OK;
}

static enum rc
entries_read(struct calendar *c, struct csv_reader *r, struct err *err)
{
	size_t cap = 0;
	bool more = false;
	bool header = true;
	enum rc rc;

	for (;;) {
		rc = csv_next(r, &more, err);
		if (rc != RC_OK)
			return rc;
		if (!more)
			return RC_OK;
		if (header) {
			header = false;
			continue;
		}
		if (c->n_entries == cap) {
			cap = cap ? cap * 2 : 64;
			c->entries = xreallocarray(c->entries, cap,
						   sizeof(*c->entries));
		}
		rc = entry_read(r, &c->entries[c->n_entries], err);
		if (rc != RC_OK)
			return rc;
		c->n_entries++;
	}
}

static enum rc
entries_order(struct calendar *c, struct err *err)
{
	char day[11];

	if (c->n_entries == 0)
		return err_set(err, RC_MALFORMED, 0,
			       "the holiday table is empty");
	qsort(c->entries, c->n_entries, sizeof(*c->entries), entry_cmp);
	for (size_t i = 1; i < c->n_entries; i++) {
		if (c->entries[i].day != c->entries[i - 1].day)
			continue;
		day_format(c->entries[i].day, day);
		return err_set(err, RC_MALFORMED, 0,
			       "the holiday table names %s twice", day);
	}
	c->first_year = day_to_civil(c->entries[0].day).year;
	c->last_year = day_to_civil(c->entries[c->n_entries - 1].day).year;
	return RC_OK;
}

/* FNV-1a: tells tables apart, proves nothing. */
static uint32_t
sum_of(const char *bytes, size_t n)
{
	uint32_t sum = 2166136261u;

	for (size_t i = 0; i < n; i++)
		sum = (sum ^ (uint8_t)bytes[i]) * 16777619u;
	return sum;
}

enum rc
calendar_new(const char *bytes, size_t n_bytes, struct calendar **ret_calendar,
	     struct err *err)
{
	struct calendar *c = xcalloc(1, sizeof(*c));
	struct csv_reader r;
	enum rc rc;

	csv_reader_init(&r, bytes, n_bytes);
	rc = entries_read(c, &r, err);
	if (rc == RC_OK)
		rc = entries_order(c, err);
	csv_reader_release(&r);
	if (rc != RC_OK) {
		calendar_free(c);
		return rc;
	}
	(void)snprintf(c->edition, sizeof(c->edition), "%d-%d %08x",
		       c->first_year, c->last_year,
		       (unsigned)sum_of(bytes, n_bytes));
	*ret_calendar = c;
	return RC_OK;
}

struct calendar *
calendar_free(struct calendar *c)
{
	if (c == NULL)
		return NULL;
	for (size_t i = 0; i < c->n_entries; i++)
		xfree(c->entries[i].name);
	xfree(c->entries);
	return xfree(c);
}

static const struct entry *
entry_find(const struct calendar *c, int32_t day)
{
	struct entry key = { .day = day };

	return bsearch(&key, c->entries, c->n_entries, sizeof(key), entry_cmp);
}

bool
calendar_is_working(const struct calendar *c, int32_t day)
{
	const struct entry *e = entry_find(c, day);

	return e ? e->working : day_weekday(day) <= 5;
}

bool
calendar_is_published(const struct calendar *c, int32_t day)
{
	int year = day_to_civil(day).year;

	return year >= c->first_year && year <= c->last_year;
}

int
calendar_get_first_year(const struct calendar *c)
{
	return c->first_year;
}

int
calendar_get_last_year(const struct calendar *c)
{
	return c->last_year;
}

const char *
calendar_get_edition(const struct calendar *c)
{
	return c->edition;
}

const char *
calendar_get_name(const struct calendar *c, int32_t day)
{
	const struct entry *e = entry_find(c, day);

	return e ? e->name : NULL;
}
