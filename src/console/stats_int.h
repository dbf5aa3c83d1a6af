/* 8 统计: tables whose every figure opens the documents behind it. */
#pragma once

#include "console/grid_int.h"
#include "desk/stats.h"

#define STATS_NAME_MAX 80

/* What one figure is of. The strings are kept. */
struct figure {
	int from_month, to_month;
	char kind[NAME_MAX_LEN + 1]; /* "" = all */
	char by[STATS_NAME_MAX], value[256], name[STATS_NAME_MAX];
	char title[256]; /* for people */
};

struct screen *stats_new(struct console *c);
/* --- paper.c: the months, kind and dimension of a figure as a report --- */
void paper_open_stats(struct console *c, const struct figure *counts);
/* --- stats_more.c --- */
/* The documents behind a figure. */
struct screen *figure_new(struct console *c, const struct figure *f);
/* Growth beyond what the months before let expect. */
struct screen *risks_new(struct console *c, int month);
/* The query of a figure; its strings are the figure's. */
struct stats_query figure_query(const struct figure *f);
