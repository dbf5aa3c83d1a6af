/* stats: what the year's assessment asks, from moves and receipts. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"
#include "desk/paper.h"
#include "desk/stats.h"

#define TITLE_COLS  26
#define CLOCK_COLS  28
#define NUMBER_COLS 10

/* ---- JSON ---- */

static json_t *
clock_json(const struct stats_clock *k)
{
	json_t *o = json_object();
	int64_t met = k->on_time + k->over;

	json_object_set_new(o, "kind", json_string(k->kind));
	json_object_set_new(o, "clock", json_string(k->name));
	json_object_set_new(o, "title", json_string(k->title));
	json_object_set_new(o, "on_time", json_integer(k->on_time));
	json_object_set_new(o, "over", json_integer(k->over));
	json_object_set_new(o, "late", json_integer(k->late));
	json_object_set_new(o, "share",
			    stats_share(k) < 0 ? json_null()
					       : json_real(stats_share(k)));
	json_object_set_new(o, "mean_minutes",
			    met == 0 ? json_null()
				     : json_integer(k->minutes / met));
	json_object_set_new(o, "median_minutes",
			    k->median_minutes < 0
				    ? json_null()
				    : json_integer(k->median_minutes));
	return o;
}

static void
put_json(const struct stats_row *r, const char *by)
{
	const struct {
		const char *name;
		int64_t n;
	} figures[] = {
		{ "docs", r->docs },	   { "open", r->open },
		{ "late", r->late },	   { "closed", r->closed },
		{ "missing", r->missing }, { "withdrawn", r->withdrawn },
		{ "issued", r->issued },   { "received", r->received },
	};
	json_t *o = json_object(), *sums = json_object();
	json_t *clocks = json_array();

	json_object_set_new(o, "by", json_string(by != NULL ? by : ""));
	json_object_set_new(o, "value", json_string(r->value));
	json_object_set_new(o, "title", json_string(r->title));
	for (size_t i = 0; i < ARRAY_LEN(figures); i++)
		json_object_set_new(o, figures[i].name,
				    figures[i].n < 0
					    ? json_null()
					    : json_integer(figures[i].n));
	for (size_t i = 0; i < r->n_sums; i++)
		json_object_set_new(
			sums, r->sums[i].field,
			json_real((double)r->sums[i].thousandths / 1000));
	for (size_t i = 0; i < r->n_clocks; i++)
		json_array_append_new(clocks, clock_json(&r->clocks[i]));
	json_object_set_new(o, "sums", sums);
	json_object_set_new(o, "clocks", clocks);
	out_json(o);
}

/* ---- text ---- */

static void
put_number(int64_t n, int width)
{
	if (n < 0) /* not counted */
		(void)printf(" %*s", width, "-");
	else
		(void)printf(" %*lld", width, (long long)n);
}

static void
put_hours(int64_t minutes)
{
	(void)printf("%lld.%lld", (long long)(minutes / 60),
		     (long long)(minutes % 60 / 6));
}

static void
put_clock(const struct stats_clock *k)
{
	int64_t met = k->on_time + k->over;

	(void)fputs("    ", stdout);
	out_cell(k->title, CLOCK_COLS);
	(void)printf(_(" in time %lld of %lld"), (long long)k->on_time,
		     (long long)(met + k->late));
	if (met + k->late > 0)
		(void)printf(" (%.0f%%)", stats_share(k) * 100);
	if (k->over > 0)
		(void)printf(_(", met late %lld"), (long long)k->over);
	if (k->late > 0)
		(void)printf(_(", running late %lld"), (long long)k->late);
	if (met > 0) {
		(void)fputs(_(", mean hours "), stdout);
		put_hours(k->minutes / met);
		(void)fputs(_(", median "), stdout);
		put_hours(k->median_minutes);
	}
	(void)putchar('\n');
}

/* Right-aligned, as the numbers under it. */
static void
put_right(const char *text, int n_cols)
{
	(void)printf(" %*s%s", n_cols - (int)utf8_cols(text, strlen(text)), "",
		     text);
}

static void
put_head(void)
{
	static const char *const heads[] = {
		N_("documents"), N_("in hand"),	   N_("overdue"),
		N_("done"),	 N_("incomplete"), N_("taken back")
	};

	out_cell("", TITLE_COLS);
	for (size_t i = 0; i < ARRAY_LEN(heads); i++)
		put_right(_(heads[i]), NUMBER_COLS);
	(void)putchar('\n');
}

static void
put_text(const struct stats_row *r)
{
	const int64_t figures[] = { r->docs,   r->open,	   r->late,
				    r->closed, r->missing, r->withdrawn };

	out_cell(r->title[0] != '\0' ? r->title : _("(none)"), TITLE_COLS);
	for (size_t i = 0; i < ARRAY_LEN(figures); i++)
		put_number(figures[i], NUMBER_COLS);
	(void)putchar('\n');
	for (size_t i = 0; i < r->n_sums; i++) {
		(void)fputs("    ", stdout);
		out_cell(r->sums[i].title, CLOCK_COLS);
		(void)printf(" %.2f\n", (double)r->sums[i].thousandths / 1000);
	}
	for (size_t i = 0; i < r->n_clocks; i++)
		put_clock(&r->clocks[i]);
}

/* ---- the command ---- */

static enum rc
read_query(struct cli *c, struct stats_query *q, struct err *err)
{
	int now = stats_month_of(env_now_ms(c->env));
	const char *from = cli_get(c, "from"), *to = cli_get(c, "to");
	enum rc rc = RC_OK;

	*q = (struct stats_query){ .from_month = now / 100 * 100 + 1,
				   .to_month = now,
				   .kind = cli_get(c, "kind"),
				   .by = cli_get(c, "by") };
	if (to != NULL)
		rc = stats_month_parse(to, true, &q->to_month, err);
	if (rc == RC_OK && from != NULL)
		rc = stats_month_parse(from, false, &q->from_month, err);
	else if (rc == RC_OK && to != NULL)
		q->from_month = q->to_month / 100 * 100 + 1;
	return rc;
}

static void
put_risk(void *ctx, const struct risk_hint *h)
{
	const struct cli *c = ctx;

	if (c->json) {
		json_t *o = json_object(), *before = json_array();
		json_object_set_new(o, "by", json_string(h->dimension));
		json_object_set_new(o, "value", json_string(h->value));
		json_object_set_new(o, "title", json_string(h->title));
		json_object_set_new(o, "docs", json_integer(h->n));
		for (int i = 0; i < RISK_MONTHS; i++)
			json_array_append_new(before,
					      json_integer(h->before[i]));
		json_object_set_new(o, "before", before);
		json_object_set_new(o, "share", json_real(h->share));
		json_object_set_new(o, "expected", json_real(h->expected));
		out_json(o);
		return;
	}
	out_text(h->dimension_title);
	(void)putchar(' ');
	out_text(h->title);
	(void)printf(_(": %lld; the three months before %lld, %lld, %lld, mean "
		       "%.1f, of which %.0f%% of the month lets expect %.1f\n"),
		     (long long)h->n, (long long)h->before[0],
		     (long long)h->before[1], (long long)h->before[2],
		     (double)(h->before[0] + h->before[1] + h->before[2]) /
			     RISK_MONTHS,
		     h->share * 100, h->expected);
}

static enum rc
put_behind(struct cli *c, const struct stats_query *q, struct err *err)
{
	const char *of = cli_get(c, "of");
	struct doc_list list;
	enum rc rc = ask_stats_behind(c->desk, q, of != NULL ? of : "",
				      cli_get(c, "behind"), 0, &list, err);

	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < list.n_rows; i++)
		out_row(c, &list.rows[i]);
	doc_list_release(&list);
	return RC_OK;
}

static enum rc
put_csv(struct cli *c, const struct stats *s, struct err *err)
{
	struct buf text;
	enum rc rc;

	buf_init(&text, STATS_CSV_MAX_BYTES);
	rc = stats_csv(s, &text, err);
	if (rc == RC_OK && cli_has(c, "bom"))
		(void)fputs("\xef\xbb\xbf", stdout);
	if (rc == RC_OK)
		(void)fputs(buf_str(&text), stdout);
	buf_release(&text);
	return rc;
}

static enum rc
put_rows(struct cli *c, const struct stats_query *q, struct err *err)
{
	struct stats s;
	bool csv = cli_has(c, "csv");
	enum rc rc = ask_stats(c->desk, q, &s, err);

	if (rc != RC_OK)
		return rc;
	if (csv)
		rc = put_csv(c, &s, err);
	else if (!c->json)
		put_head();
	for (size_t i = 0; !csv && i < s.n_rows; i++) {
		if (c->json)
			put_json(&s.rows[i], q->by);
		else
			put_text(&s.rows[i]);
	}
	stats_release(&s);
	return rc;
}

static enum rc
put_paper(struct cli *c, const struct stats_query *q, struct err *err)
{
	struct paper *p = NULL;
	enum rc rc = paper_of_stats(c->desk, q, &p, err);

	if (rc == RC_OK)
		rc = out_paper(c, p, err);
	(void)paper_free(p);
	return rc;
}

enum rc
run_stats(struct cli *c, struct err *err)
{
	struct stats_query q;
	enum rc rc = cli_open(c, err);

	if (rc == RC_OK)
		rc = read_query(c, &q, err);
	if (rc != RC_OK)
		return rc;
	if (cli_has(c, "print") || cli_has(c, "pdf"))
		return put_paper(c, &q, err);
	if (cli_has(c, "risk"))
		return ask_risks(c->desk, q.to_month, put_risk, c, err);
	return cli_has(c, "behind") ? put_behind(c, &q, err)
				    : put_rows(c, &q, err);
}
