#include "config.h"

#include <stdio.h>

#include "base/env.h"
#include "desk/schedule.h"
#include "desk/stats.h"
#include "desk_int.h"

static double samples[SAMPLES_MAX];

double
time_list(struct desk *d, struct list_query q, double part)
{
	struct err err = ERR_INIT;

	for (size_t i = 0; i < 50; i++) {
		struct doc_list rows = { 0 };
		double start = now_ms();

		must(ask_list(d, &q, &rows, &err), &err);
		samples[i] = now_ms() - start;
		if (rows.n_rows > 0 && q.words == NULL && !q.waits)
			q.after_row =
				rows.rows[q.backwards ? 0 : rows.n_rows - 1]
					.row;
		doc_list_release(&rows);
	}
	return share(samples, 50, part);
}

static double
time_counts(struct desk *d)
{
	struct err err = ERR_INIT;
	struct counts counts;

	for (size_t i = 0; i < 50; i++) {
		double start = now_ms();

		must(ask_counts(d, &counts, &err), &err);
		samples[i] = now_ms() - start;
	}
	return share(samples, 50, 0.5);
}

static void
print_list(struct desk *d, const char *name, struct list_query q)
{
	double half = time_list(d, q, 0.5);

	printf("\"%s_p50_ms\": %.3f, \"%s_p95_ms\": %.3f, ", name, half, name,
	       share(samples, 50, 0.95));
}

void
run_query(struct desk *d)
{
	struct list_query page = { .kind = "clue",
				   .changed_after = -1,
				   .limit = 50 };
	struct list_query duty = page;
	struct list_query back = page;
	struct list_query rare = page;
	struct list_query words = page;

	duty.kind = NULL;
	duty.waits = true;
	duty.order = ORDER_DUE;
	back.backwards = true;
	rare.kind = "transfer"; /* none is here */
	printf("{");
	print_list(d, "duty", duty);
	print_list(d, "list", page);
	print_list(d, "list_back", back);
	print_list(d, "list_rare", rare);
	words.words = "假";
	print_list(d, "search1", words);
	words.words = "假冒";
	print_list(d, "search2", words);
	words.words = "注册商标";
	print_list(d, "search4", words);
	printf("\"counts_p50_ms\": %.3f}\n", time_counts(d));
}

void
run_clash(struct desk *d)
{
	struct list_query q = { .kind = "action",
				.changed_after = -1,
				.limit = 50 };
	struct doc_list rows = { 0 };
	struct err err = ERR_INIT;
	size_t n_found = 0;

	must(ask_list(d, &q, &rows, &err), &err);
	for (size_t i = 0; i < rows.n_rows; i++) {
		struct clash_list found = { 0 };
		double start = now_ms();

		must(ask_clashes(d, &rows.rows[i].ref, &found, &err), &err);
		samples[i] = now_ms() - start;
		n_found += found.n_rows;
		clash_list_release(&found);
	}
	need(n_found > 0, "nothing was measured");
	printf("{\"found\": %zu, \"p50_ms\": %.3f, \"p95_ms\": %.3f}\n",
	       n_found / rows.n_rows, share(samples, rows.n_rows, 0.5),
	       share(samples, rows.n_rows, 0.95));
	doc_list_release(&rows);
}

void
run_stats(struct desk *d)
{
	int month = stats_month_of(env_now_ms(env_system()));
	struct stats_query q = { .from_month = month - 100,
				 .to_month = month,
				 .by = "desk" };
	struct err err = ERR_INIT;

	for (size_t i = 0; i < 11; i++) {
		double start = now_ms();
		struct stats s;

		must(ask_stats(d, &q, &s, &err), &err);
		samples[i] = now_ms() - start;
		need(s.n_rows > 0, "nothing was measured");
		stats_release(&s);
	}
	printf("{\"p50_ms\": %.3f}\n", share(samples, 11, 0.5));
}
