/* The statistics report as a paper: plain tables of what was counted. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/paper.h"
#include "desk/permit.h"
#include "desk/stats.h"
#include "desk_int.h"

static void
number_cell(struct paper_table *t, int64_t n)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%lld", (long long)n);
	paper_cell(t, text);
}

static const char *
row_title(const struct stats_row *r)
{
	return r->title[0] != '\0' ? r->title : _("(none)");
}

static void
documents(struct paper *p, const struct stats *s)
{
	static const char *const heads[] = {
		N_("documents"), N_("in hand"),	   N_("overdue"),
		N_("done"),	 N_("incomplete"), N_("taken back")
	};
	struct paper_table *t = paper_add_table(p, BLOCK_TABLE, _("Documents"));
	size_t i, c;

	paper_column(t, "", false, false);
	for (c = 0; c < ARRAY_LEN(heads); c++)
		paper_column(t, _(heads[c]), true, true);
	for (i = 0; i < s->n_rows; i++) {
		const struct stats_row *r = &s->rows[i];

		paper_cell(t, row_title(r));
		const int64_t figures[] = {
			r->docs,   r->open,    r->late,
			r->closed, r->missing, r->withdrawn
		};

		for (c = 0; c < ARRAY_LEN(figures); c++)
			if (figures[c] >= 0)
				number_cell(t, figures[c]);
			else
				paper_cell(t, "-");
	}
}

static void
hours_cell(struct paper_table *t, int64_t minutes)
{
	char text[32] = "";

	if (minutes >= 0)
		(void)snprintf(text, sizeof(text), "%lld.%lld",
			       (long long)(minutes / 60),
			       (long long)(minutes % 60 / 6));
	paper_cell(t, text);
}

static void
clock_row(struct paper_table *t, const struct stats_row *r,
	  const struct stats_clock *k)
{
	int64_t met = k->on_time + k->over;
	double share = stats_share(k);
	char percent[16] = "";

	if (share >= 0)
		(void)snprintf(percent, sizeof(percent), "%.0f%%", share * 100);
	paper_cell(t, row_title(r));
	paper_cell(t, k->title);
	number_cell(t, k->on_time);
	number_cell(t, k->over);
	number_cell(t, k->late);
	paper_cell(t, percent);
	hours_cell(t, met > 0 ? k->minutes / met : -1);
	hours_cell(t, k->median_minutes);
}

static void
deadlines(struct paper *p, const struct stats *s)
{
	static const struct {
		const char *title;
		bool sum;
	} heads[] = {
		{ N_("in time"), true },      { N_("met late"), true },
		{ N_("running late"), true }, { N_("share in time"), false },
		{ N_("mean hours"), false },  { N_("median hours"), false }
	};
	struct paper_table *t = paper_add_table(p, BLOCK_TABLE, _("Deadlines"));
	size_t i, k;

	paper_column(t, "", false, false);
	paper_column(t, _("deadline"), false, false);
	for (i = 0; i < ARRAY_LEN(heads); i++)
		paper_column(t, _(heads[i].title), true, heads[i].sum);
	for (i = 0; i < s->n_rows; i++)
		for (k = 0; k < s->rows[i].n_clocks; k++)
			clock_row(t, &s->rows[i], &s->rows[i].clocks[k]);
}

static void
amounts(struct paper *p, const struct stats *s)
{
	struct paper_table *t =
		paper_add_table(p, BLOCK_TABLE, _("Quantities and values"));
	char text[40];
	size_t i, k;

	paper_column(t, "", false, false);
	paper_column(t, _("what"), false, false);
	paper_column(t, _("sum"), true, false);
	for (i = 0; i < s->n_rows; i++)
		for (k = 0; k < s->rows[i].n_sums; k++) {
			const struct stats_sum *sum = &s->rows[i].sums[k];

			(void)snprintf(text, sizeof(text), "%.2f",
				       (double)sum->thousandths / 1000);
			paper_cell(t, row_title(&s->rows[i]));
			paper_cell(t, sum->title);
			paper_cell(t, text);
		}
}

static void
risk_row(void *ctx, const struct risk_hint *h)
{
	struct paper_table *t = ctx;
	char text[80];

	paper_cell(t, h->dimension_title);
	paper_cell(t, h->title);
	number_cell(t, h->n);
	(void)snprintf(text, sizeof(text), "%lld, %lld, %lld",
		       (long long)h->before[0], (long long)h->before[1],
		       (long long)h->before[2]);
	paper_cell(t, text);
	(void)snprintf(text, sizeof(text), "%.1f", h->expected);
	paper_cell(t, text);
}

static enum rc
risks(struct desk *d, struct paper *p, int month, struct err *err)
{
	struct paper_table *t = paper_add_table(
		p, BLOCK_TABLE, _("Grown beyond what was to be expected"));

	paper_column(t, _("by"), false, false);
	paper_column(t, "", false, false);
	paper_column(t, _("this month"), true, false);
	paper_column(t, _("the three before"), true, false);
	paper_column(t, _("expected"), true, false);
	return ask_risks(d, month, risk_row, t, err);
}

static void
make_head(struct desk *d, struct paper *p, const struct stats_query *q)
{
	const struct kind *kind = NULL;
	char *period, *basis;

	period = xasprintf(_("%04d-%02d to %04d-%02d"), q->from_month / 100,
			   q->from_month % 100, q->to_month / 100,
			   q->to_month % 100);
	if (q->kind != NULL)
		(void)desk_kind(d, q->kind, &kind, NULL); /* known to be */
	paper_set(&p->organ, _("Statistics report"));
	paper_set(&p->number, period);
	paper_set(&p->title,
		  kind != NULL ? title_in(&kind->title, i18n_zh()) : d->name);
	basis = xasprintf(_("Counted from signed moves and receipts of %s; "
			    "exercises, tests and drafts count nowhere."),
			  d->name);
	paper_add(p, BLOCK_PARA, NULL, basis);
	xfree(basis);
	xfree(period);
	p->made_ms = env_now_ms(d->env);
}

enum rc
paper_of_stats(struct desk *d, const struct stats_query *q,
	       struct paper **ret_paper, struct err *err)
{
	struct stats s = { .n_rows = 0 };
	struct paper *p;
	enum rc rc = ask_stats(d, q, &s, err);

	if (rc != RC_OK)
		return rc;
	p = paper_new(PAPER_RECORD, NULL);
	make_head(d, p, q);
	documents(p, &s);
	deadlines(p, &s);
	amounts(p, &s);
	stats_release(&s);
	rc = risks(d, p, q->to_month, err);
	if (rc == RC_OK)
		rc = act_taken_out(d, "print", NULL, "stats", err);
	if (rc == RC_OK)
		*ret_paper = p;
	else
		paper_free(p);
	return rc;
}
