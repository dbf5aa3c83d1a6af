/* What is written on this desk, for the entry by pinyin. */
#include "base/mem.h"
#include "desk_int.h"
#include "journal/peer.h"
#include "table_int.h"

struct telling {
	void (*each)(void *ctx, const char *text);
	void *ctx;
};

static void
tell_peer(void *ctx, const struct peer *p)
{
	const struct telling *t = ctx;

	if (p->state == PEER_TRUSTED && p->name_zh)
		t->each(t->ctx, p->name_zh);
}

static void
tell_officer(void *ctx, const struct officer *o)
{
	const struct telling *t = ctx;

	if (!o->disabled)
		t->each(t->ctx, o->name);
}

void
ask_terms(struct desk *d, void (*each)(void *ctx, const char *text), void *ctx)
{
	static const struct {
		const char *table, *column;
	} from[] = {
		{ "glossary", "zh" },	  { "units", "short_name" },
		{ "units", "full_name" }, { "divisions", "short" },
		{ "divisions", "name" },  { "campaigns", "name" },
		{ "products", "name" },	  { "laws", "short" },
		{ "mechanisms", "name" }, { "workpoints", "title" },
		{ "phrases", "text" },
	};
	struct telling t = { each, ctx };

	for (size_t i = 0; i < ARRAY_LEN(from); i++) {
		const struct table *rows = table_get(d, from[i].table);

		for (size_t row = 0; rows && row < rows->n_rows; row++)
			each(ctx, table_cell(rows, row, from[i].column));
	}
	/* names that cannot be read are typed by their characters */
	(void)peer_each(d->journal, tell_peer, &t, NULL);
	(void)officer_each(d, tell_officer, &t, NULL);
}
