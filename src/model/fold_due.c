/* Amounts and due dates of a document's clocks. */
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "fold_clock_int.h"
#include "model/condition.h"

#define AMOUNT_MAX   100000
#define WARN_DEFAULT 0.8
#define MINUTE_MS    60000

int64_t
clock_binding_ms(const struct doc_clock *c)
{
	/* nobody loses a right on a day off (刑诉法 105): only duties are
	 * alarmed on the strict date where both are shown (DOMAIN 12.9) */
	if (c->def->roll == ROLL_APPLY ||
	    (c->def->roll == ROLL_SHOW && c->def->duty == DUTY_RIGHT))
		return c->due.rolled_ms;
	return c->due.strict_ms;
}

/* A share of the time, or minutes before. */
int64_t
clock_warn_ms(const struct doc_clock *c)
{
	double warn = c->def->warn > 0 ? c->def->warn : WARN_DEFAULT;
	int64_t due = clock_binding_ms(c);

	if (warn <= 1)
		return c->started_ms +
		       (int64_t)((double)(due - c->started_ms) * warn);
	return due - (int64_t)(warn * MINUTE_MS);
}

const json_t *
fold_field_at(const json_t *fields, const char *dotted)
{
	char part[NAME_MAX_LEN + 1];
	size_t n = strcspn(dotted, ".");

	if (n >= sizeof part)
		return NULL;
	memcpy(part, dotted, n);
	part[n] = '\0';
	fields = json_object_get(fields, part);
	return dotted[n] == '\0' ? fields
				 : fold_field_at(fields, dotted + n + 1);
}

/* A date is its first instant, or its last when end. */
bool
fold_instant(const json_t *value, bool end, int64_t *ret_ms)
{
	const char *s = json_string_value(value);
	int32_t day;

	if (s == NULL || s[0] == '\0')
		return false;
	if (day_parse(s, &day, NULL) == RC_OK) {
		*ret_ms =
			end ? day_start_ms(day + 1) - 1000 : day_start_ms(day);
		return true;
	}
	return time_parse(s, ret_ms, NULL) == RC_OK;
}

bool
run_condition(const struct run *r, const struct condition *c)
{
	const struct condition_in in = {
		.doc = r->f->doc,
		.fields = r->f->doc->fields,
		.now_ms = r->f->in->now_ms,
		.desk = r->bearer->desk,
	};

	return c == NULL || condition_holds(c, &in);
}

const json_t *
run_field(const struct run *r, const char *dotted)
{
	const json_t *value =
		r->columns != NULL ? json_object_get(r->columns, dotted) : NULL;

	return value != NULL ? value : fold_field_at(r->f->doc->fields, dotted);
}

/* A setting agreed with the bearer, copied into the issue or revise that
 * addressed it (KINDS, rule 6). */
static const json_t *
term_of(const struct run *r, const char *setting)
{
	const struct doc *d = r->f->doc;
	const struct event *from[] = { d->current, d->issue };

	for (size_t i = 0; i < ARRAY_LEN(from); i++) {
		const json_t *terms = json_object_get(from[i]->data, "terms");
		const json_t *mine = json_object_get(terms, r->bearer->desk);
		const json_t *value = json_object_get(mine, setting);

		if (json_is_integer(value))
			return value;
	}
	return NULL;
}

static bool
amount_ok(const json_t *value)
{
	return json_is_integer(value) && json_integer_value(value) >= 0 &&
	       json_integer_value(value) <= AMOUNT_MAX;
}

static int64_t
amount_of(const struct run *r, const struct amount *a)
{
	const json_t *value = a->field != NULL ? run_field(r, a->field) : NULL;

	if (amount_ok(value))
		return json_integer_value(value);
	value = a->peer != NULL ? term_of(r, a->peer) : NULL;
	return amount_ok(value) ? json_integer_value(value) : a->number;
}

static const struct law_rule *
rule_on(const struct law_rule *rules, size_t n, int32_t day)
{
	for (size_t i = 0; i < n; i++) {
		if (day >= rules[i].from_day && day <= rules[i].to_day)
			return &rules[i];
	}
	return NULL;
}

static const struct clock_case *
case_of(const struct run *r)
{
	for (size_t i = 0; i < r->def->n_cases; i++) {
		if (run_condition(r, r->def->cases[i].when))
			return &r->def->cases[i];
	}
	return NULL;
}

/* The rule in force when it starts, and how much time that gives; false when
 * none is (no longer, or not yet): then nothing is owed. */
bool
run_amount(const struct run *r, struct doc_clock *c)
{
	const struct clock_def *def = r->def;
	const struct clock_case *one = case_of(r);
	int32_t day = day_of_ms(c->started_ms);
	const struct law_rule *rule =
		one != NULL && one->n_rules > 0
			? rule_on(one->rules, one->n_rules, day)
			: rule_on(def->rules, def->n_rules, day);

	if (rule == NULL)
		return false;
	c->rule = rule;
	c->unit = (enum clock_unit)def->unit;
	if (one != NULL) {
		c->amount = amount_of(r, &one->amount);
		if (one->unit >= 0)
			c->unit = (enum clock_unit)one->unit;
		return true;
	}
	if (rule->unit >= 0)
		c->unit = (enum clock_unit)rule->unit;
	c->amount =
		rule->amount > 0 ? rule->amount : amount_of(r, &def->amount);
	return true;
}

static int
month_end(struct civil date)
{
	struct civil next = { date.month == 12 ? date.year + 1 : date.year,
			      date.month == 12 ? 1 : date.month + 1, 1 };

	return day_to_civil(day_from_civil(next) - 1).day;
}

/* n units before an instant, for notice that must come ahead of a date. */
static int64_t
ahead_of(const struct run *r, int64_t at_ms, const struct doc_clock *c)
{
	const struct calendar *cal = r->f->in->calendar;
	int32_t day = day_of_ms(at_ms);
	int64_t left = c->amount;
	struct civil date;

	if (c->unit == UNIT_HOUR)
		return at_ms - left * 3600 * 1000;
	if (c->unit == UNIT_MONTH) {
		date = day_to_civil(day);
		date.month -= (int)(left % 12);
		date.year -= (int)(left / 12);
		if (date.month < 1) {
			date.month += 12;
			date.year--;
		}
		if (date.year < 1970)
			return 0;
		/* the same day number, else the month's last (民法典202) */
		day = month_end(date);
		if (date.day > day)
			date.day = day;
		return day_start_ms(day_from_civil(date) + 1) - 1000;
	}
	while (left > 0 && day > 0) {
		day--;
		if (c->unit == UNIT_CALENDAR_DAY || cal == NULL ||
		    calendar_is_working(cal, day))
			left--;
	}
	return day_start_ms(day + 1) - 1000;
}

/* A date field instead of an amount, or an amount ahead of it. What is ahead
 * is counted backwards and never moved onto a later day. */
static bool
due_by_date(const struct run *r, struct doc_clock *c)
{
	const struct calendar *cal = r->f->in->calendar;
	const char *field =
		r->def->until != NULL ? r->def->until : r->def->start_field;
	int64_t ms, at;

	if (!fold_instant(run_field(r, field), !r->def->before, &ms))
		return false;
	c->due = (struct clock_due){ .strict_ms = ms, .rolled_ms = ms };
	if (!r->def->before)
		return true;
	at = ms;
	ms = ahead_of(r, at, c);
	c->due.strict_ms = c->due.rolled_ms = ms;
	c->due.assumed = c->unit == UNIT_WORKING_DAY && cal != NULL &&
			 (!calendar_is_published(cal, day_of_ms(at)) ||
			  !calendar_is_published(cal, day_of_ms(ms)));
	return true;
}

/* False when there is no date yet (the clock then cannot run). */
bool
run_find_due(const struct run *r, struct doc_clock *c)
{
	const struct clock_rule rule = {
		.start_ms = c->started_ms,
		.amount = c->amount,
		.unit = c->unit,
		.extension = r->extension,
		.spans = r->spans,
		.n_spans = r->n_spans,
	};

	if (r->def->until != NULL ||
	    (r->def->before && r->def->start_field != NULL))
		return due_by_date(r, c);
	return r->f->in->calendar != NULL &&
	       clock_due(&rule, r->f->in->calendar, &c->due, NULL) == RC_OK;
}
