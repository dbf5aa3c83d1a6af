#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "table_int.h"
#include "view_int.h"

/* "投诉举报办法 33": the law's short name and the article. A law whose text
 * was not read is marked; what the parties agreed on needs no mark. */
static char *
article_of(struct desk *d, const struct law_rule *rule)
{
	const struct table *laws = table_get(d, "laws");
	const char *law = "", *mark = "";
	size_t row;

	if (rule == NULL)
		return xstrdup(_("no rule in force"));
	if (rule->law != NULL && rule->law[0] != '\0')
		law = table_find(laws, "id", rule->law, &row)
			      ? table_cell(laws, row, "short")
			      : rule->law;
	if (law[0] != '\0' && rule->confidence != 'H')
		mark = _(" (text to be checked)");
	return xasprintf("%s%s%s%s", law, law[0] != '\0' ? " " : "",
			 rule->article != NULL ? rule->article : "", mark);
}

static const char *
state_name(const struct doc_clock *c)
{
	switch (c->state) {
	case CLOCK_RUNNING: return "running";
	case CLOCK_SUSPENDED: return "suspended";
	case CLOCK_MET:
	case CLOCK_MET_LATE: return "met";
	case CLOCK_LATE: return "late";
	case CLOCK_LAPSED: return "lapsed";
	case CLOCK_ENDED: return "ended";
	}
	return "ended";
}

static const char *
unit_words(enum clock_unit unit)
{
	static const char *const words[] = {
		[UNIT_HOUR] = N_("hours"),
		[UNIT_CALENDAR_DAY] = N_("calendar days"),
		[UNIT_WORKING_DAY] = N_("working days"),
		[UNIT_MONTH] = N_("months"),
	};

	return (size_t)unit < ARRAY_LEN(words) ? _(words[unit]) : "";
}

/* Sentences that no officer may overlook, each in brackets. */
static char *
remarks_of(const struct doc_clock *c, const struct clock_row *r)
{
	char time[TIME_TEXT_MAX];
	struct buf b;

	buf_init(&b, 1024); /* four short sentences */
	if (r->assumed)
		(void)buf_addf(&b, NULL, " (%s)",
			       _("assumed: calendar not published"));
	if (c->due.open && r->unit == UNIT_HOUR)
		(void)buf_addf(&b, NULL, _(" (%lld minutes left)"),
			       (long long)(r->remaining / 60000));
	else if (c->due.open)
		(void)buf_addf(
			&b, NULL, _(" (%lld %s left)"), (long long)r->remaining,
			unit_words(r->unit == UNIT_MONTH ? UNIT_CALENDAR_DAY
							 : r->unit));
	if (c->due.odd_spans)
		(void)buf_addf(&b, NULL, " (%s)",
			       _("its suspensions contradict each other"));
	if (r->stated_ms >= 0 && c->by != NULL) {
		time_format(r->stated_ms, time);
		time[10] = ' ';
		time[16] = '\0';
		(void)buf_addf(&b, NULL, _(" (%s counts until %s)"),
			       c->by->source, time);
	}
	return buf_take(&b);
}

void
clocks_make(struct desk *d, struct view *v, const struct doc *doc)
{
	size_t i;

	v->clocks = xcalloc(doc->n_clocks, sizeof(*v->clocks));
	v->n_clocks = doc->n_clocks;
	for (i = 0; i < doc->n_clocks; i++) {
		const struct doc_clock *c = &doc->clocks[i];
		struct clock_row *r = &v->clocks[i];

		memcpy(r->desk, c->desk, sizeof(r->desk));
		(void)str_copy(r->name, sizeof(r->name), c->def->name, NULL);
		r->title = xstrdup(title_in(&c->def->title, i18n_zh()));
		r->row = c->row_track != NULL ? c->row_track->key : NULL;
		r->row_number = c->row;
		r->article = article_of(d, c->rule);
		r->unit = c->unit;
		r->amount = c->amount;
		r->started_ms = c->started_ms;
		r->strict_ms = c->due.open ? -1 : c->due.strict_ms;
		r->due_ms = c->due.open			? -1
			    : c->def->roll == ROLL_NONE ? c->due.strict_ms
							: c->due.rolled_ms;
		r->met_ms = c->met_ms;
		r->remaining = c->due.open ? c->due.remaining : 0;
		r->stated_ms = !c->differs ? -1
			       : c->stated_strict_ms != c->due.strict_ms
				       ? c->stated_strict_ms
				       : c->stated_rolled_ms;
		r->assumed = c->due.assumed;
		r->provisional = c->provisional;
		r->state = state_name(c);
		r->remarks = remarks_of(c, r);
	}
}
