#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/pinyin.h"
#include "base/text.h"
#include "desk/group.h"
#include "desk_int.h"
#include "journal/peer.h"
#include "table_int.h"

/*
 * Picks from reference data. An entry matches what was typed as a code, as
 * Chinese, as pinyin or as its initials; rank says how well, and entries keep
 * the order of their table within a rank.
 */

enum rank {
	RANK_EXACT,    /* code or name */
	RANK_INITIALS, /* hz for 杭州 */
	RANK_START,
	RANK_WITHIN,
	RANK_NONE
};

struct columns {
	const char *table;
	const char *file; /* reference/FILE.csv */
	const char *code, *name, *hint;
	const char *keys[6]; /* pinyin and initials */
	const char *level;   /* rows with `last` in it come after the others */
	const char *last;
};

static const struct columns tables[] = {
	{ .table = "divisions",
	  .file = "divisions",
	  .code = "code",
	  .name = "name",
	  .hint = "parent",
	  .keys = { "initials", "initials_full", "initials_alt", "pinyin",
		    "pinyin_full" },
	  .level = "level", /* hz is 杭州 before 海州区 */
	  .last = "county" },
	{ .table = "units",
	  .file = "units",
	  .code = "id",
	  .name = "short_name",
	  .hint = "full_name",
	  .keys = { "pinyin_initials" } },
	{ .table = "products",
	  .file = "products",
	  .code = "id",
	  .name = "name",
	  .hint = "nice_class" },
	{ .table = "campaigns",
	  .file = "campaigns",
	  .code = "id",
	  .name = "name",
	  .hint = "lead" },
	{ .table = "workpoints",
	  .file = "workpoints",
	  .code = "no",
	  .name = "title",
	  .hint = "chapter" },
	{ .table = "laws",
	  .file = "laws",
	  .code = "id",
	  .name = "short",
	  .hint = "title" },
};

static enum rank
rank_of(const struct table *t, size_t row, const struct columns *c,
	const char *words)
{
	const char *code = table_cell(t, row, c->code);
	const char *name = table_cell(t, row, c->name);
	enum rank best = RANK_NONE;
	const char *key;
	size_t i;

	if (words[0] == '\0')
		return RANK_START;
	if (str_eq(code, words) || str_eq(name, words))
		return RANK_EXACT;
	for (i = 0; i < ARRAY_LEN(c->keys) && c->keys[i] != NULL; i++) {
		key = table_cell(t, row, c->keys[i]);
		if (key[0] != '\0' && str_eq(key, words))
			return RANK_INITIALS;
		if (str_starts(key, words))
			best = RANK_START;
	}
	if (str_starts(code, words) || str_starts(name, words))
		best = RANK_START;
	switch (pinyin_fits(name, words)) {
	case PINYIN_WHOLE: return RANK_INITIALS;
	case PINYIN_START: best = RANK_START; break;
	case PINYIN_NONE: break;
	}
	if (best == RANK_NONE && strstr(name, words) != NULL)
		best = RANK_WITHIN;
	return best;
}

/* Does the row come in this pass: 0 the first, 1 those after them? */
static bool
in_pass(const struct table *t, size_t row, const struct columns *c, int pass)
{
	bool last = c->level != NULL &&
		    str_eq(table_cell(t, row, c->level), c->last);

	return last == (pass == 1);
}

/* A hint that is a code of the same table is shown by its name. */
static const char *
hint_of(const struct table *t, size_t row, const struct columns *c)
{
	const char *hint = table_cell(t, row, c->hint);
	size_t parent;

	return table_find(t, c->code, hint, &parent)
		       ? table_cell(t, parent, c->name)
		       : hint;
}

static size_t
pick_rows(struct desk *d, const struct columns *c, const char *words,
	  struct pick *out, size_t max)
{
	const struct table *t = table_get(d, c->file);
	size_t n = 0, row;
	int step; /* rank and pass */

	for (step = 0; t != NULL && step < 2 * RANK_NONE; step++)
		for (row = 0; row < t->n_rows && n < max; row++)
			if (in_pass(t, row, c, step % 2) &&
			    (int)rank_of(t, row, c, words) == step / 2)
				out[n++] = (struct pick){
					.code = table_cell(t, row, c->code),
					.name = table_cell(t, row, c->name),
					.hint = hint_of(t, row, c),
				};
	return n;
}

/* "phrases:clue.request": texts of that kind and field. */
static size_t
pick_phrases(struct desk *d, const char *of, const char *words,
	     struct pick *out, size_t max)
{
	const struct table *t = table_get(d, "phrases");
	const char *dot = strchr(of, '.'), *text;
	size_t n = 0, row, n_kind = dot != NULL ? (size_t)(dot - of) : 0;

	for (row = 0; dot != NULL && t != NULL && row < t->n_rows && n < max;
	     row++) {
		const char *kind = table_cell(t, row, "kind");

		if (strlen(kind) != n_kind || strncmp(kind, of, n_kind) != 0 ||
		    !str_eq(table_cell(t, row, "field"), dot + 1))
			continue;
		text = table_cell(t, row, "text");
		if (words[0] == '\0' || strstr(text, words) != NULL)
			out[n++] = (struct pick){ .code = text,
						  .name = text,
						  .hint = "" };
	}
	return n;
}

/*
 * Rows of the database as a table of the desk's own, made anew at each
 * question: columns code, name, initials, pinyin, hint.
 */
#define FRESH_COLS 5

static struct table *
fresh_table(struct desk *d, const char *name)
{
	static const char *const heads[] = { "code", "name", "initials",
					     "pinyin", "hint" };
	struct table **at, *t;
	size_t i;

	for (at = &d->tables; *at != NULL; at = &(*at)->next)
		if (str_eq((*at)->name, name)) {
			t = *at;
			*at = t->next;
			t->next = NULL;
			tables_free(t);
			break;
		}
	t = xcalloc(1, sizeof(*t));
	t->name = xstrdup(name);
	t->n_cols = ARRAY_LEN(heads);
	t->heads = xcalloc(t->n_cols, sizeof(*t->heads));
	for (i = 0; i < t->n_cols; i++)
		t->heads[i] = xstrdup(heads[i]);
	t->next = d->tables;
	d->tables = t;
	return t;
}

static void
add_row(struct table *t, const char *const cells[static FRESH_COLS])
{
	size_t i;

	t->cells = xreallocarray(t->cells, (t->n_rows + 1) * t->n_cols,
				 sizeof(*t->cells));
	for (i = 0; i < t->n_cols; i++)
		t->cells[t->n_rows * t->n_cols + i] =
			xstrdup(cells[i] != NULL ? cells[i] : "");
	t->n_rows++;
}

struct adding {
	struct desk *d;
	struct table *t;
};

static void
add_peer(void *ctx, const struct peer *p)
{
	struct adding *a = ctx;
	const struct table *div = table_get(a->d, "divisions");
	const char *initials = "", *pinyin = "";
	char code[7];
	size_t row;

	if (p->state != PEER_TRUSTED)
		return;
	memcpy(code, p->desk, 6);
	code[6] = '\0';
	if (table_find(div, "code", code, &row)) {
		initials = table_cell(div, row, "initials");
		pinyin = table_cell(div, row, "pinyin");
	}
	add_row(a->t, (const char *[]){ p->desk, p->name_zh, initials, pinyin,
					NULL });
}

static void
add_officer(void *ctx, const struct officer *o)
{
	struct adding *a = ctx;

	if (!o->disabled)
		add_row(a->t,
			(const char *[]){ o->id, o->name, NULL, NULL, NULL });
}

/* Groups that have a desk now, with how many. */
static void
add_groups(struct desk *d, struct table *t)
{
	struct group_list l = { .rows = NULL };
	char count[64];
	size_t i;

	if (ask_groups(d, &l, NULL) != RC_OK)
		return; /* a list that cannot be read offers nothing */
	for (i = 0; i < l.n_rows; i++) {
		const struct group *g = &l.rows[i];

		(void)snprintf(count, sizeof(count),
			       ngettext("group of %zu desk",
					"group of %zu desks",
					(unsigned long)g->n_desks),
			       g->n_desks);
		if (g->n_desks > 0)
			add_row(t, (const char *[]){ g->name, g->title,
						     g->initials, g->pinyin,
						     count });
	}
	group_list_release(&l);
}

/* Desks, and groups of them: these first where nothing was typed. */
static void
add_addressees(struct adding *a, bool groups_first)
{
	if (groups_first)
		add_groups(a->d, a->t);
	(void)peer_each(a->d->journal, add_peer, a, NULL);
	if (!groups_first)
		add_groups(a->d, a->t);
}

size_t
ask_pick(struct desk *d, const char *table, const char *words, struct pick *out,
	 size_t max)
{
	static const struct columns of_rows = { .code = "code",
						.name = "name",
						.hint = "hint",
						.keys = { "initials",
							  "pinyin" } };
	struct columns c = of_rows;
	struct adding a = { .d = d };
	size_t i;

	for (i = 0; i < ARRAY_LEN(tables); i++)
		if (str_eq(tables[i].table, table))
			return pick_rows(d, &tables[i], words, out, max);
	if (str_starts(table, "phrases:"))
		return pick_phrases(d, table + strlen("phrases:"), words, out,
				    max);
	if (!str_eq(table, "desks") && !str_eq(table, "officers") &&
	    !str_eq(table, "addressees"))
		return 0;
	a.t = fresh_table(d, table);
	/* a list that cannot be read offers nothing */
	if (str_eq(table, "desks"))
		(void)peer_each(d->journal, add_peer, &a, NULL);
	else if (str_eq(table, "addressees"))
		add_addressees(&a, words[0] == '\0');
	else
		(void)officer_each(d, add_officer, &a, NULL);
	c.file = table;
	return pick_rows(d, &c, words, out, max);
}

const char *
ask_pick_name(struct desk *d, const char *table, const char *code)
{
	const struct table *t;
	size_t i, row;

	for (i = 0; i < ARRAY_LEN(tables); i++) {
		if (!str_eq(tables[i].table, table))
			continue;
		t = table_get(d, tables[i].file);
		return t != NULL && table_find(t, tables[i].code, code, &row)
			       ? table_cell(t, row, tables[i].name)
			       : NULL;
	}
	return NULL;
}
