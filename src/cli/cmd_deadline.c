/* deadline: the engine of the clocks, shown to officers. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/asset.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "cli_int.h"
#include "model/clock.h"

#define AMOUNT_MAX 100000

static enum rc
parse_span(const char *text, struct clock_span *out, struct err *err)
{
	const char *slash = strchr(text, '/');
	char *from = slash != NULL ? xstrndup(text, (size_t)(slash - text))
				   : xstrdup(text);
	enum rc rc = parse_when(from, &out->from_ms, err);
	out->to_ms = INT64_MAX;
	if (rc == RC_OK && slash != NULL && slash[1] != '\0')
		rc = parse_when(slash + 1, &out->to_ms, err);
	if (rc == RC_OK && out->to_ms < out->from_ms)
		rc = err_set(err, RC_RANGE, 0,
			     _("--suspend %s ends before it begins"), text);
	(void)xfree(from);
	return rc;
}

static enum rc
parse_rule(struct cli *c, struct clock_rule *rule, struct clock_span *spans,
	   struct err *err)
{
	const char *text;
	enum rc rc = parse_when(c->words[0], &rule->start_ms, err);
	if (rc == RC_OK)
		rc = str_to_i64(c->words[1], 0, AMOUNT_MAX, &rule->amount, err);
	if (rc == RC_OK)
		rc = clock_unit_parse(c->words[2], &rule->unit, err);
	text = cli_get(c, "extend");
	if (rc == RC_OK && text != NULL)
		rc = str_to_i64(text, 0, AMOUNT_MAX, &rule->extension, err);
	for (size_t at = 0;
	     rc == RC_OK && (text = cli_next(c, "suspend", &at)) != NULL;) {
		if (rule->n_spans == CLOCK_SPANS_MAX)
			return err_set(err, RC_RANGE, 0,
				       _("too many suspensions"));
		rc = parse_span(text, &spans[rule->n_spans++], err);
	}
	rule->spans = spans;
	return rc;
}

struct counted {
	const struct calendar *calendar;
	json_t *days; /* NULL: print */
};

static void
put_day(void *ctx, int32_t day, bool counted, const char *why)
{
	struct counted *out = ctx;
	char text[11];
	const char *name = calendar_get_name(out->calendar, day);
	day_format(day, text);
	if (out->days != NULL) {
		json_t *o = json_object();
		json_object_set_new(o, "day", json_string(text));
		json_object_set_new(o, "counted", json_boolean(counted));
		json_object_set_new(o, "why", json_string(why));
		json_array_append_new(out->days, o);
		return;
	}
	(void)printf("  %s %c %s%s%s\n", text, counted ? '+' : ' ', _(why),
		     name != NULL ? " " : "", name != NULL ? name : "");
}

/* "2026-12-03 23:59" */
static void
due_text(int64_t ms, char out[static TIME_TEXT_MAX])
{
	char day[11], time[TIME_TEXT_MAX];
	day_format(day_of_ms(ms), day);
	time_format_short(ms, time);
	(void)snprintf(out, TIME_TEXT_MAX, "%s%.20s", day,
		       strlen(time) > 5 ? time + 5 : "");
}

static enum rc
answer(struct cli *c, const struct clock_rule *rule,
       const struct calendar *calendar, struct err *err)
{
	struct clock_due due = { .open = false };
	struct counted out = { .calendar = calendar };
	char strict[TIME_TEXT_MAX];
	char rolled[TIME_TEXT_MAX];

	enum rc rc = clock_due(rule, calendar, &due, err);
	if (rc != RC_OK)
		return rc;
	out.days = c->json ? json_array() : NULL;
	rc = clock_explain(rule, calendar, put_day, &out, err);
	if (rc != RC_OK) {
		json_decref(out.days);
		return rc;
	}
	if (c->json) {
		json_t *o = json_object();
		json_object_set_new(o, "strict",
				    due.open ? json_null()
					     : json_time(due.strict_ms));
		json_object_set_new(o, "rolled",
				    due.open ? json_null()
					     : json_time(due.rolled_ms));
		json_object_set_new(o, "assumed", json_boolean(due.assumed));
		json_object_set_new(o, "suspended", json_boolean(due.open));
		json_object_set_new(o, "remaining",
				    json_integer(due.remaining));
		json_object_set_new(o, "days", out.days);
		out_json(o);
		return RC_OK;
	}
	if (due.open) {
		(void)puts(_("suspended; no due date until it goes on"));
	} else {
		due_text(due.strict_ms, strict);
		due_text(due.rolled_ms, rolled);
		(void)printf("%s %s\n%s %s\n", _("strict:"), strict,
			     _("rolled:"), rolled);
	}
	if (due.assumed) {
		(void)printf(_("holidays are published to %d; later days "
			       "assume weekends only"),
			     calendar_get_last_year(calendar));
		(void)putchar('\n');
	}
	return RC_OK;
}

enum rc
run_deadline(struct cli *c, struct err *err)
{
	struct clock_span spans[CLOCK_SPANS_MAX];
	struct clock_rule rule = { .amount = 0 };
	struct calendar *built_in = NULL;
	const struct calendar *calendar = NULL;
	const struct asset *table = asset_find("reference/holidays.csv");

	enum rc rc = parse_rule(c, &rule, spans, err);
	if (rc == RC_OK && desk_is_there(c->folder)) {
		/* a desk counts with the holiday table in force there */
		rc = cli_open_for_serve(c, err);
		if (rc == RC_OK)
			calendar = desk_get_calendar(c->desk);
	} else if (rc == RC_OK) {
		rc = calendar_new(table->bytes, table->len, &built_in, err);
		calendar = built_in;
	}
	if (rc == RC_OK)
		rc = answer(c, &rule, calendar, err);
	(void)calendar_free(built_in);
	return rc;
}
