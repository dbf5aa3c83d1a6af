/* clash, calendar and roll-call: hours and people. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "cli_int.h"
#include "desk/schedule.h"

#define CALENDAR_DAYS 14

static json_t *
clash_json(const struct clash_row *r)
{
	json_t *o = json_object();

	json_object_set_new(o, "what", json_string(r->what));
	json_object_set_new(o, "title", json_string(r->title));
	json_object_set_new(o, "value", json_string(r->shown));
	json_object_set_new(o, "id", json_string(r->other.id));
	json_object_set_new(o, "owner", json_string(r->other.owner));
	json_object_set_new(o, "number", json_text_or_null(r->number));
	json_object_set_new(o, "document", json_string(r->doc_title));
	json_object_set_new(o, "kind", json_string(r->kind_title));
	json_object_set_new(o, "phase", json_text_or_null(r->label));
	json_object_set_new(o, "draft", json_boolean(r->draft));
	json_object_set_new(o, "from", json_time(r->starts_ms));
	json_object_set_new(o, "to", json_time(r->ends_ms));
	return o;
}

enum rc
run_clash(struct cli *c, struct err *err)
{
	struct clash_list list = { .rows = NULL };
	struct doc_ref ref;
	enum rc rc = cli_doc(c, c->words[0], &ref, err);

	if (rc == RC_OK)
		rc = ask_clashes(c->desk, &ref, &list, err);
	for (size_t i = 0; rc == RC_OK && i < list.n_rows; i++) {
		if (c->json) {
			out_json(clash_json(&list.rows[i]));
			continue;
		}
		char *sentence = clash_sentence(&list.rows[i]);
		out_text(sentence);
		(void)putchar('\n');
		(void)xfree(sentence);
	}
	if (rc == RC_OK && list.n_rows == 0 && !c->json)
		(void)puts(_("no clash with anything that is here"));
	if (rc == RC_OK && list.more && !c->json)
		(void)puts(_("and more"));
	clash_list_release(&list);
	return rc;
}

void
cli_say_clashes(struct cli *c, const struct doc_ref *ref, bool as_warning)
{
	struct clash_list list = { .rows = NULL };

	if (ask_clashes(c->desk, ref, &list, NULL) != RC_OK)
		return;
	for (size_t i = 0; i < list.n_rows; i++) {
		char *sentence = clash_sentence(&list.rows[i]);
		if (as_warning) {
			out_error(sentence);
		} else {
			(void)printf("%s: ", _("clash"));
			out_text(sentence);
			(void)putchar('\n');
		}
		(void)xfree(sentence);
	}
	clash_list_release(&list);
}

/* ---- calendar ---- */

static json_t *
calendar_json(const struct calendar_row *r)
{
	json_t *o = json_object();

	json_object_set_new(o, "id", json_string(r->ref.id));
	json_object_set_new(o, "owner", json_string(r->ref.owner));
	json_object_set_new(o, "kind", json_string(r->kind));
	json_object_set_new(o, "number", json_text_or_null(r->number));
	json_object_set_new(o, "title", json_string(r->title));
	json_object_set_new(o, "phase", json_text_or_null(r->label));
	json_object_set_new(o, "state", json_string(r->state_title));
	json_object_set_new(o, "mode", json_string(r->mode));
	json_object_set_new(o, "withdrawn", json_boolean(r->withdrawn));
	json_object_set_new(o, "off", json_boolean(r->off));
	json_object_set_new(o, "place", json_text_or_null(r->place));
	json_object_set_new(o, "from", json_time(r->starts_ms));
	json_object_set_new(o, "to", json_time(r->ends_ms));
	json_object_set_new(o, "parties", json_integer(r->parties));
	json_object_set_new(o, "replied", json_integer(r->replied));
	json_object_set_new(o, "clashes", json_integer(r->clashes));
	return o;
}

/* "10-14 05:30" cut to the hour when it is the day above. */
static void
put_calendar(const struct cli *c, const struct calendar_row *r)
{
	char from[TIME_TEXT_MAX], to[TIME_TEXT_MAX];

	when_text(c, r->starts_ms, from);
	when_text(c, r->ends_ms, to);
	(void)printf("%s - %s ", from, to);
	out_cell(r->kind_title, 10);
	(void)putchar(' ');
	out_text(r->title);
	if (r->label[0] != '\0') {
		(void)putchar(' ');
		out_text(r->label);
	}
	(void)printf(" | ");
	out_text(r->withdrawn ? _("withdrawn")
		 : r->off     ? _("called off")
			      : r->state_title);
	if (strcmp(r->mode, "actual") != 0)
		(void)printf(" | %s", mode_word(r->mode));
	(void)printf(" | %s %d/%d", _("replied"), r->replied, r->parties);
	if (r->place[0] != '\0') {
		(void)printf(" | ");
		out_text(r->place);
	}
	if (r->clashes > 0)
		(void)printf(" | ! %s %d", _("clash"), r->clashes);
	(void)putchar('\n');
}

/* --to names the last day; a time is the end itself. */
static enum rc
calendar_range(struct cli *c, int64_t range[static 2], struct err *err)
{
	const char *from = cli_get(c, "from"), *to = cli_get(c, "to");
	int32_t today = day_of_ms(env_now_ms(c->env)), day;
	enum rc rc = RC_OK;

	range[0] = day_start_ms(today);
	if (from != NULL)
		rc = parse_when(from, &range[0], err);
	range[1] = day_start_ms(day_of_ms(range[0]) + CALENDAR_DAYS);
	if (rc == RC_OK && to != NULL) {
		if (day_parse(to, &day, NULL) == RC_OK)
			range[1] = day_start_ms(day + 1);
		else
			rc = parse_when(to, &range[1], err);
	}
	if (rc == RC_OK && range[1] <= range[0])
		rc = err_set(err, RC_USAGE, 0, _("--to is before --from"));
	return rc;
}

enum rc
run_calendar(struct cli *c, struct err *err)
{
	struct calendar_rows rows = { .rows = NULL };
	int64_t range[2];
	enum rc rc = calendar_range(c, range, err);

	if (rc == RC_OK)
		rc = cli_open(c, err);
	if (rc == RC_OK)
		rc = ask_calendar(c->desk, range[0], range[1], &rows, err);
	for (size_t i = 0; rc == RC_OK && i < rows.n_rows; i++) {
		if (c->json)
			out_json(calendar_json(&rows.rows[i]));
		else
			put_calendar(c, &rows.rows[i]);
	}
	if (rc == RC_OK && rows.more)
		out_error(_("there is more: ask for fewer days"));
	calendar_rows_release(&rows);
	return rc;
}

/* ---- roll call ---- */

static json_t *
roll_json(const struct roll_call *call, const struct roll_call_row *r)
{
	json_t *o = json_object();

	json_object_set_new(o, "desk", json_string(r->desk));
	json_object_set_new(o, "leader", json_text_or_null(r->leader));
	json_object_set_new(o, "phone", json_text_or_null(r->phone));
	json_object_set_new(o, "arrived", json_boolean(r->arrived));
	json_object_set_new(o, "arrived_at", json_time(r->arrived_ms));
	json_object_set_new(o, "headcount",
			    r->headcount < 0 ? json_null()
					     : json_integer(r->headcount));
	json_object_set_new(o, "late_minutes", json_integer(r->late_minutes));
	json_object_set_new(o, "state", json_string(r->state_title));
	json_object_set_new(o, "starts_at", json_time(call->starts_ms));
	return o;
}

static void
put_roll(const struct cli *c, const struct roll_call_row *r)
{
	char at[TIME_TEXT_MAX];

	out_cell(r->desk, 14);
	(void)putchar(' ');
	out_cell(r->leader, 12);
	(void)putchar(' ');
	out_cell(r->phone, 16);
	(void)putchar(' ');
	out_cell(r->arrived ? _("arrived") : _("not there"), 10);
	when_text(c, r->arrived_ms, at);
	(void)printf(" %s", at);
	if (r->late_minutes > 0)
		(void)printf(_(" %lld min late"), (long long)r->late_minutes);
	if (r->headcount >= 0)
		(void)printf(_(" %lld people"), (long long)r->headcount);
	(void)putchar('\n');
}

enum rc
run_roll_call(struct cli *c, struct err *err)
{
	struct roll_call call = { .rows = NULL };
	struct doc_ref ref;
	char at[TIME_TEXT_MAX];
	enum rc rc = cli_doc(c, c->words[0], &ref, err);

	if (rc == RC_OK)
		rc = ask_roll_call(c->desk, &ref, &call, err);
	if (rc == RC_OK && !c->json) {
		when_text(c, call.starts_ms, at);
		(void)printf(_("%s: %zu of %zu are there"), at, call.n_arrived,
			     call.n_rows);
		(void)putchar('\n');
	}
	for (size_t i = 0; rc == RC_OK && i < call.n_rows; i++) {
		if (c->json)
			out_json(roll_json(&call, &call.rows[i]));
		else
			put_roll(c, &call.rows[i]);
	}
	roll_call_release(&call);
	return rc;
}
