#include "base/i18n.h"
#include "base/text.h"
#include "kind_int.h"
#include "model/clock.h"

static const char *const unit_names[] = {
	[UNIT_HOUR] = "hour",
	[UNIT_CALENDAR_DAY] = "calendar_day",
	[UNIT_WORKING_DAY] = "working_day",
	[UNIT_MONTH] = "month",
	[UNIT__COUNT] = NULL,
};

static struct amount
read_amount(struct reader *r, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	struct amount a = { 0 };
	size_t mark;

	if (value == NULL || json_is_integer(value)) {
		a.number = reader_int(r, object, key, 0, 100000, 0);
		return a;
	}
	if (!json_is_object(value)) {
		reader_bad(r, key,
			   _("must be a number or {field, peer, default}"));
		return a;
	}
	mark = reader_enter(r, key);
	reader_keys(r, value, "field peer default");
	a.field = reader_text(r, value, "field", false);
	a.peer = reader_name(r, value, "peer", false);
	if (json_object_get(value, "default") == NULL)
		reader_bad(r, NULL, _("key \"%s\" is missing"), "default");
	a.number = reader_int(r, value, "default", 0, 100000, 0);
	reader_leave(r, mark);
	return a;
}

static void
read_start(struct reader *r, const json_t *object, struct clock_def *c)
{
	const json_t *start = reader_object(r, object, "start", true);
	size_t mark = reader_enter(r, "start");

	if (start == NULL)
		return;
	reader_keys(r, start, "stored moves of field");
	c->start_stored = reader_bool(r, start, "stored");
	c->start_moves = reader_texts(r, start, "moves", &c->n_start_moves);
	c->start_of = reader_name(r, start, "of", false);
	c->start_field = reader_text(r, start, "field", false);
	if ((int)c->start_stored + (c->n_start_moves > 0) +
		    (c->start_field != NULL) !=
	    1)
		reader_bad(r, NULL,
			   _("must be one of stored, moves and field"));
	if (c->start_of != NULL && c->n_start_moves == 0)
		reader_bad(r, "of", _("goes only with moves"));
	reader_leave(r, mark);
}

/* A list of moves, or {moves, of, field}. */
static void
read_stop(struct reader *r, const json_t *object, struct clock_def *c)
{
	const json_t *stop = json_object_get(object, "stop");
	size_t mark;

	if (!json_is_object(stop)) {
		c->stop = reader_texts(r, object, "stop", &c->n_stop);
		return;
	}
	mark = reader_enter(r, "stop");
	reader_keys(r, stop, "moves of field");
	c->stop = reader_texts(r, stop, "moves", &c->n_stop);
	c->stop_field = reader_text(r, stop, "field", false);
	if (c->stop_field == NULL && c->n_stop == 0)
		reader_bad(r, NULL, _("must name moves or a field"));
	c->stop_of = reader_name(r, stop, "of", false);
	reader_leave(r, mark);
}

static void
read_rule(struct reader *r, const json_t *row, struct law_rule *rule)
{
	static const char *const levels[] = { "H", "M", "L", NULL };

	if (!json_is_object(row))
		reader_bad(r, NULL, _("must be an object"));
	reader_keys(r, row, "law article from to amount unit confidence");
	rule->law = reader_text(r, row, "law", true);
	rule->article = reader_text(r, row, "article", true);
	(void)reader_text(r, row, "from", true);
	rule->from_day = reader_day(r, row, "from", 0);
	rule->to_day = reader_day(r, row, "to", INT32_MAX);
	if (rule->to_day < rule->from_day)
		reader_bad(r, "to", _("is before from"));
	rule->amount = reader_int(r, row, "amount", 0, 100000, 0);
	rule->unit = reader_choice(r, row, "unit", unit_names, -1);
	rule->confidence =
		*levels[reader_choice(r, row, "confidence", levels, 2)];
}

/* Dated rules, of which at most one is in force on a day. */
static const struct law_rule *
read_rules(struct reader *r, const json_t *object, bool needed, size_t *ret_n)
{
	const json_t *list = reader_list(r, object, "rules", needed, 64);
	struct law_rule *rules;

	*ret_n = json_array_size(list);
	rules = reader_array(r, *ret_n, sizeof *rules);
	if (*ret_n == 0 && (needed || list != NULL))
		reader_bad(r, "rules", _("a clock names its article"));
	for (size_t i = 0; i < *ret_n; i++) {
		size_t outer = reader_enter(r, "rules");

		reader_enter_row(r, i);
		read_rule(r, json_array_get(list, i), &rules[i]);
		for (size_t j = 0; j < i; j++) {
			if (rules[i].from_day <= rules[j].to_day &&
			    rules[j].from_day <= rules[i].to_day)
				reader_bad(r, NULL,
					   _("overlaps an earlier rule"));
		}
		reader_leave(r, outer);
	}
	return rules;
}

static void
read_cases(struct reader *r, const json_t *object, struct clock_def *c)
{
	const json_t *list = reader_list(r, object, "cases", false, 32);
	struct clock_case *cases;

	c->n_cases = json_array_size(list);
	cases = reader_array(r, c->n_cases, sizeof *cases);
	c->cases = cases;
	for (size_t i = 0; i < c->n_cases; i++) {
		const json_t *row = json_array_get(list, i);
		size_t outer = reader_enter(r, "cases");

		reader_enter_row(r, i);
		if (!json_is_object(row))
			reader_bad(r, NULL, _("must be an object"));
		reader_keys(r, row, "when amount unit rules");
		if (json_object_get(row, "when") == NULL ||
		    json_object_get(row, "amount") == NULL)
			reader_bad(r, NULL, _("needs when and amount"));
		cases[i].when = reader_condition(r, row, "when");
		cases[i].amount = read_amount(r, row, "amount");
		cases[i].unit = reader_choice(r, row, "unit", unit_names, -1);
		cases[i].rules = read_rules(r, row, false, &cases[i].n_rules);
		reader_leave(r, outer);
	}
}

static void
read_extend(struct reader *r, const json_t *object, struct clock_def *c)
{
	const json_t *extend = reader_object(r, object, "extend", false);
	size_t mark;

	c->extend_role = ROLE__COUNT;
	if (extend == NULL)
		return;
	mark = reader_enter(r, "extend");
	reader_keys(r, extend, "amount times role");
	c->extend_amount = reader_int(r, extend, "amount", 1, 100000, 0);
	c->extend_times = (int)reader_int(r, extend, "times", 1, 100, 1);
	c->extend_role = reader_role(r, extend, "role");
	if (c->extend_amount == 0)
		reader_bad(r, NULL, _("key \"%s\" is missing"), "amount");
	reader_leave(r, mark);
}

static void
read_clock(struct reader *r, const json_t *object, struct clock_def *c)
{
	static const char *const senses[] = { "after", "before", NULL };
	static const char *const rolls[] = { "none", "show", "apply", NULL };
	static const char *const duties[] = { "duty", "right", "agreed",
					      "notice", NULL };
	static const char *const sees[] = { "all", "local", NULL };
	const json_t *warn = json_object_get(object, "warn");

	reader_keys(r, object,
		    "name title bearer start stop restart repeat unit amount "
		    "until sense cases when suspend extend roll duty each warn "
		    "rules see");
	c->name = reader_name(r, object, "name", true);
	c->title = reader_title(r, object, "title", true);
	c->bearer = reader_name(r, object, "bearer", true);
	read_start(r, object, c);
	read_stop(r, object, c);
	c->restart = reader_texts(r, object, "restart", &c->n_restart);
	c->repeat = reader_bool(r, object, "repeat");
	c->unit =
		reader_choice(r, object, "unit", unit_names, UNIT_CALENDAR_DAY);
	c->until = reader_text(r, object, "until", false);
	c->amount = read_amount(r, object, "amount");
	c->before = reader_choice(r, object, "sense", senses, 0) == 1;
	if (c->until == NULL && (json_object_get(object, "amount") == NULL ||
				 json_object_get(object, "unit") == NULL))
		reader_bad(r, NULL, _("needs amount and unit, or until"));
	read_cases(r, object, c);
	c->when = reader_condition(r, object, "when");
	c->suspend = reader_bool(r, object, "suspend");
	read_extend(r, object, c);
	c->roll = (enum clock_roll)reader_choice(r, object, "roll", rolls,
						 ROLL_NONE);
	c->duty = (enum clock_duty)reader_choice(r, object, "duty", duties,
						 DUTY_DUTY);
	c->each = reader_name(r, object, "each", false);
	c->warn = json_number_value(warn);
	if (warn != NULL && (!json_is_number(warn) || c->warn < 0))
		reader_bad(r, "warn", _("must be a share or minutes"));
	c->rules = read_rules(r, object, true, &c->n_rules);
	c->local = reader_choice(r, object, "see", sees, 0) == 1;
}

void
kind_read_clocks(struct reader *r, const json_t *clocks)
{
	struct kind *k = r->kind;
	struct clock_def *array;
	size_t outer = reader_enter(r, "clocks");

	k->n_clocks = json_array_size(clocks);
	array = reader_array(r, k->n_clocks, sizeof *array);
	k->clocks = array;
	for (size_t i = 0; i < k->n_clocks; i++) {
		const json_t *row = json_array_get(clocks, i);
		size_t mark = reader_enter_row(r, i);

		if (!json_is_object(row))
			reader_bad(r, NULL, _("must be an object"));
		read_clock(r, row, &array[i]);
		for (size_t j = 0; j < i; j++) {
			if (array[i].name != NULL &&
			    str_eq(array[i].name, array[j].name))
				reader_bad(r, "name", _("named twice"));
		}
		reader_leave(r, mark);
	}
	reader_leave(r, outer);
}
