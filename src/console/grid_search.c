/* Words found in a table: '/' asks for them, n and N go on, each is marked. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/grid_int.h"
#include "console/popup_int.h"
#include "store/store.h"

#define ROW_TEXT_MAX 16384
#define PAGES_MAX    20 /* read for one key; the next one goes on */

void
mark_words(struct canvas *cv, int y, const struct mark_place *at,
	   const char *text, const char *query)
{
	struct text_range ranges[MATCH_RANGES_MAX];
	char shown[TITLE_MAX_BYTES + 1];
	size_t n;

	/* with marks for hidden characters the columns are others */
	if (!query || !text ||
	    strcmp(text_show_into(shown, sizeof(shown), text), text) != 0)
		return;
	n = fts_find(query, text, strlen(text), ranges, MATCH_RANGES_MAX);
	for (size_t i = 0; i < n && i < MATCH_RANGES_MAX; i++) {
		int x = (int)utf8_cols(text, ranges[i].from);
		char *part = xstrndup(text + ranges[i].from,
				      ranges[i].to - ranges[i].from);
		int cols = (int)utf8_cols(part, strlen(part));

		if (x + cols <= at->cols)
			(void)canvas_put(cv, y, at->x + x, cols, ATTR_KEY,
					 part);
		(void)xfree(part);
	}
}

static bool
row_holds(const struct grid *g, size_t at)
{
	const struct grid_row *row = &g->rows[at];
	struct buf text = { 0 };
	bool holds;

	if (row->heading)
		return false;
	buf_init(&text, ROW_TEXT_MAX);
	for (size_t i = 0; i < GRID_COLS_MAX; i++)
		if (row->cells[i]) {
			(void)buf_adds(&text, row->cells[i], NULL);
			(void)buf_adds(&text, " ", NULL);
		}
	holds = fts_holds(g->query, buf_str(&text), text.len);
	buf_release(&text);
	return holds;
}

/* What is not read yet is read on the way down. */
static bool
find_down(struct grid *g, size_t from, size_t *ret_at)
{
	int pages = 0;

	for (size_t i = from;; i++) {
		while (i >= g->n_rows)
			if (pages++ == PAGES_MAX || !grid_more(g))
				return false;
		if (row_holds(g, i)) {
			*ret_at = i;
			return true;
		}
	}
}

static bool
find_up(const struct grid *g, size_t from, size_t *ret_at)
{
	for (size_t i = from; i > 0; i--)
		if (row_holds(g, i - 1)) {
			*ret_at = i - 1;
			return true;
		}
	return false;
}

static void
next_match(struct grid *g, bool up)
{
	struct console *c = g->screen.console;
	size_t at = g->at;
	bool found = up ? find_up(g, g->at, &at) : find_down(g, g->at + 1, &at);

	/* past the end of what there is it begins again */
	if (!found && up)
		found = find_up(g, g->n_rows, &at);
	else if (!found && !g->more)
		found = find_down(g, 0, &at);
	if (found)
		g->at = at;
	else if (g->more && !up)
		console_set_message(c, ATTR_PLAIN,
				    _("not in the newest %zu rows; the key "
				      "for the next match looks further"),
				    g->n_rows);
	else
		console_set_message(c, ATTR_PLAIN,
				    _("nothing with '%s' in this list"),
				    g->search);
}

/* Each word somewhere in the row; NULL when none can be looked for. */
static char *
query_of(const char *text)
{
	char *copy = xstrdup(text), *rest = copy, *word;
	struct buf query = { 0 };
	char *made = NULL;

	buf_init(&query, ROW_TEXT_MAX);
	while ((word = strsep(&rest, " ")) != NULL) {
		size_t before = query.len, start;

		if (before > 0)
			(void)buf_adds(&query, " AND ", NULL);
		start = query.len;
		if (fts_word(word, strlen(word), true, &query, NULL) != RC_OK ||
		    query.len == start)
			buf_cut(&query, before); /* signs alone */
	}
	if (query.len > 0)
		made = xstrdup(buf_str(&query));
	buf_release(&query);
	(void)xfree(copy);
	return made;
}

static void
given(struct console *c, void *ctx, const char *text)
{
	struct grid *g = ctx;

	if (!text || !text[0])
		return;
	(void)snprintf(g->search, sizeof(g->search), "%s", text);
	(void)xfree(g->query);
	g->query = query_of(text);
	if (!g->query)
		console_set_message(c, ATTR_PLAIN,
				    _("nothing with '%s' in this list"), text);
	else if (g->n_rows > 0 && !row_holds(g, g->at))
		next_match(g, false);
	console_dirty(c);
}

static void
ask(struct grid *g)
{
	const struct prompt_spec p = {
		.label = _("search for words:"),
		.text = g->search,
		.done = given,
		.ctx = g,
		.max_bytes = sizeof(g->search) - 1,
	};

	prompt_open(g->screen.console, &p);
}

bool
grid_search(struct grid *g, enum action a)
{
	if (a == ACTION_SEARCH || (a == ACTION_SEARCH_NEXT && !g->query) ||
	    (a == ACTION_SEARCH_PREV && !g->query))
		ask(g);
	else if (a == ACTION_SEARCH_NEXT || a == ACTION_SEARCH_PREV)
		next_match(g, a == ACTION_SEARCH_PREV);
	else
		return false;
	return true;
}
