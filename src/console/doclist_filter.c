#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/doclist_int.h"
#include "console/popup_int.h"

void
doclist_set_filter(struct doclist *l, const char *text)
{
	struct filter f;
	struct err err = ERR_INIT;

	if (filter_read(l->screen.console->desk, text, &f, &err) != RC_OK) {
		console_show_err(l->screen.console, &err);
		return;
	}
	filter_release(&l->filter);
	l->filter = f;
	(void)snprintf(l->filter_text, sizeof(l->filter_text), "%s", text);
}

static void
filter_typed(struct console *c, void *ctx, const char *text)
{
	(void)c;
	doclist_set_filter(ctx, text);
	doclist_from_start(ctx);
}

/* With words: what is new may not be found yet. False: nothing to tell. */
static bool
tell_lag(struct doclist *l)
{
	struct console *c = l->screen.console;
	int64_t n = 0;

	if (ask_search_lag(c->desk, &n, NULL) != RC_OK || n == 0)
		return false;
	console_set_message(c, ATTR_SOON,
			    _("%lld changes are not in the search yet; what is "
			      "new may not be found"),
			    (long long)n);
	return true;
}

static void
filter_done(struct console *c, void *ctx, const char *text)
{
	struct doclist *l = ctx;

	if (!text) /* Esc: as before */
		filter_typed(c, ctx, l->filter_before);
	else /* what is wrong with it is told once more */
		doclist_set_filter(l, text);
	if (l->filter.query)
		(void)tell_lag(l);
}

static size_t
complete(struct console *c, void *ctx, const char *word,
	 struct filter_choice *out, size_t max)
{
	const struct doclist *l = ctx;

	return filter_complete(c->desk, l->kind[0] ? l->kind : NULL, word, out,
			       max);
}

void
doclist_ask_filter(struct doclist *l)
{
	(void)snprintf(l->filter_before, sizeof(l->filter_before), "%s",
		       l->filter_text);
	const struct prompt_spec p = {
		.label = _("filter (state= from= due<2d late words):"),
		.text = l->filter_text,
		.typed = filter_typed,
		.complete = complete,
		.done = filter_done,
		.ctx = l,
		.max_bytes = FILTER_MAX - 1,
	};

	prompt_open(l->screen.console, &p);
}

/* --- search -----------------------------------------------------------------
 */

/* The first row after the selected one that the query finds, else the first
 * of all. */
static bool
jump(struct doclist *l, struct list_query *q)
{
	struct console *c = l->screen.console;
	const struct doc_row *from = doclist_row(l);
	struct doc_list found = { 0 };
	enum rc rc;
	bool any;

	q->limit = 1;
	if (from) {
		q->after_row = from->row;
		q->after_key = doclist_key(l, from);
	}
	rc = ask_list(c->desk, q, &found, NULL);
	if (rc == RC_OK && found.n_rows == 0 && from) {
		doc_list_release(&found); /* rows left out keep their room */
		q->after_row = q->after_key = 0;
		rc = ask_list(c->desk, q, &found, NULL);
	}
	any = rc == RC_OK && found.n_rows > 0;
	/* backwards answers are in the order of the list: the last is nearest
	 */
	if (any)
		doclist_seek(l, &found.rows[found.n_rows - 1]);
	doc_list_release(&found);
	return any;
}

void
doclist_next_match(struct doclist *l, bool backwards)
{
	struct list_query q;
	struct filter both;
	struct err e = ERR_INIT;
	char text[2 * FILTER_MAX];
	bool found;

	if (!l->search[0]) {
		doclist_ask_search(l);
		return;
	}
	/* the same grammar as a filter's, within the filter in force */
	(void)snprintf(text, sizeof(text), "%s %s", l->filter_text, l->search);
	if (filter_read(l->screen.console->desk, text, &both, &e) != RC_OK) {
		console_show_err(l->screen.console, &e);
		return;
	}
	doclist_query(l, &q);
	filter_query(&both, &q);
	if (l->kind[0])
		q.kind = l->kind;
	q.backwards = backwards;
	found = jump(l, &q);
	filter_release(&both);
	if (!tell_lag(l) && !found)
		console_set_message(l->screen.console, ATTR_PLAIN,
				    _("nothing with '%s' in this list"),
				    l->search);
}

static void
search_done(struct console *c, void *ctx, const char *text)
{
	struct doclist *l = ctx;
	struct filter f;

	if (!text || !text[0])
		return;
	(void)snprintf(l->search, sizeof(l->search), "%s", text);
	(void)xfree(l->search_query);
	l->search_query = NULL;
	if (filter_read(c->desk, text, &f, NULL) == RC_OK) {
		l->search_query = f.query ? xstrdup(f.query) : NULL;
		filter_release(&f);
	}
	doclist_next_match(l, false);
}

void
doclist_ask_search(struct doclist *l)
{
	const struct prompt_spec p = {
		.label = _("search for words:"),
		.text = l->search,
		.complete = complete,
		.done = search_done,
		.ctx = l,
		.max_bytes = FILTER_MAX - 1,
	};

	prompt_open(l->screen.console, &p);
}

void
doclist_next_late(struct doclist *l)
{
	struct list_query q;

	doclist_query(l, &q);
	q.overdue = true;
	if (!jump(l, &q))
		console_set_message(l->screen.console, ATTR_PLAIN,
				    _("nothing in this list is late"));
}
