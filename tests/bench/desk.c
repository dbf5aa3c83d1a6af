/*
 * The desk's own side of the bench, in the product's code.
 *
 *	desk fill FOLDER PEER COUNT MIX      events to PEER, many a transaction;
 *					     MIX: clue plain action, lives (each
 *					     document with four remarks)
 *	desk open FOLDER PEER COUNT	     a document of COUNT events, opened
 *	desk notice FOLDER PEER COUNT	     one at a time, until its receipt
 *	desk sustained FOLDER PEER COUNT     act after act, until the last one's
 *	desk await FOLDER PEER		     until PEER has everything
 *	desk stages FOLDER FOLDER COUNT N    the steps of N notices, COUNT times
 *	desk query FOLDER		     duty list, pages, search, counters
 *	desk clash FOLDER		     what clashes with 50 actions
 *	desk stats FOLDER		     a year of statistics by desk
 *	desk shared FOLDER PEER COUNT	     what correlation costs beside COUNT
 *
 * Each prints one JSON object.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk_int.h"

struct asked {
	const char *folder, *peer, *mix; /* as the tool reads them */
	int64_t count;
};

static void
do_fill(struct desk *d, const struct asked *a)
{
	run_fill(d, a->peer, a->mix, a->count);
}

static void
do_open(struct desk *d, const struct asked *a)
{
	run_open(d, a->peer, a->count);
}

static void
do_notice(struct desk *d, const struct asked *a)
{
	run_notice(d, a->folder, a->peer, a->count);
}

static void
do_sustained(struct desk *d, const struct asked *a)
{
	run_sustained(d, a->folder, a->peer, a->count);
}

static void
do_await(struct desk *d, const struct asked *a)
{
	(void)d;
	run_await(a->folder, a->peer);
}

static void
do_stages(struct desk *d, const struct asked *a)
{
	(void)d;
	run_stages(a->folder, a->peer, a->count, strtoll(a->mix, NULL, 10));
}

static void
do_query(struct desk *d, const struct asked *a)
{
	(void)a;
	run_query(d);
}

static void
do_clash(struct desk *d, const struct asked *a)
{
	(void)a;
	run_clash(d);
}

static void
do_stats(struct desk *d, const struct asked *a)
{
	(void)a;
	run_stats(d);
}

static void
do_shared(struct desk *d, const struct asked *a)
{
	run_shared(d, a->folder, a->peer, a->count);
}

static const struct {
	const char *name;
	int n_words; /* after the name */
	bool opens;
	void (*run)(struct desk *d, const struct asked *a);
} tools[] = {
	{ "fill", 4, true, do_fill },
	{ "open", 3, true, do_open },
	{ "notice", 3, true, do_notice },
	{ "sustained", 3, true, do_sustained },
	{ "await", 2, false, do_await },
	{ "stages", 4, false, do_stages },
	{ "query", 1, true, do_query },
	{ "clash", 1, true, do_clash },
	{ "stats", 1, true, do_stats },
	{ "shared", 3, true, do_shared },
};

int
main(int argc, char **argv)
{
	struct asked a = { 0 };

	for (size_t i = 0; argc > 2 && i < ARRAY_LEN(tools); i++) {
		struct desk *d = NULL;

		if (strcmp(argv[1], tools[i].name) != 0 ||
		    argc != tools[i].n_words + 2)
			continue;
		a.folder = argv[2];
		a.peer = argc > 3 ? argv[3] : NULL;
		a.count = argc > 4 ? strtoll(argv[4], NULL, 10) : 0;
		a.mix = argc > 5 ? argv[5] : NULL;
		if (tools[i].opens)
			d = bench_desk(a.folder);
		tools[i].run(d, &a);
		(void)desk_close(d);
		return 0;
	}
	(void)fprintf(stderr, "usage: desk TOOL FOLDER [PEER [COUNT [MIX]]]\n");
	return 2;
}
