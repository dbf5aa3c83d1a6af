#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "console/doclist_int.h"
#include "console/popup_int.h"

/* A state by its name or its title in the language shown; the name. */
static bool
find_state(struct doclist *l, const char *word,
	   char out[static NAME_MAX_LEN + 1])
{
	struct console *c = l->screen.console;
	const struct kinds *ks = desk_get_kinds(c->desk);

	for (size_t i = 0; i < kinds_count(ks); i++) {
		const struct kind *k = kinds_at(ks, i);

		for (size_t t = 0; t < k->n_tracks; t++)
			for (size_t s = 0; s < k->tracks[t].n_states; s++) {
				const struct state *st =
					&k->tracks[t].states[s];

				if (!str_eq(st->name, word) &&
				    !str_eq(st->title.zh, word) &&
				    !str_eq(st->title.en, word))
					continue;
				return str_copy(out, NAME_MAX_LEN + 1, st->name,
						NULL) == RC_OK;
			}
	}
	return false;
}

static void
take_word(struct doclist *l, struct filter *f, const char *word)
{
	if (str_starts(word, "state=") &&
	    find_state(l, word + strlen("state="), f->state))
		return;
	if (strcmp(word, "box=in") == 0 || strcmp(word, "box=out") == 0) {
		f->box = word[4] == 'i' ? BOX_IN : BOX_OUT;
		return;
	}
	if (strcmp(word, "late") == 0 || strcmp(word, "超时") == 0) {
		f->overdue = true;
		return;
	}
	if (f->words[0])
		(void)strncat(f->words, " ",
			      sizeof(f->words) - strlen(f->words) - 1);
	(void)strncat(f->words, word, sizeof(f->words) - strlen(f->words) - 1);
}

void
filter_parse(struct doclist *l, const char *text)
{
	struct filter f = { .box = BOX_ALL };
	char copy[FILTER_MAX];
	char *word, *rest = copy;

	(void)snprintf(copy, sizeof(copy), "%s", text);
	(void)snprintf(f.text, sizeof(f.text), "%s", text);
	while ((word = strsep(&rest, " \t")) != NULL)
		if (word[0])
			take_word(l, &f, word);
	l->filter = f;
}

static void
filter_typed(struct console *c, void *ctx, const char *text)
{
	(void)c;
	filter_parse(ctx, text);
	doclist_from_start(ctx);
}

static void
filter_done(struct console *c, void *ctx, const char *text)
{
	(void)c;
	if (!text) /* Esc: as before */
		filter_typed(c, ctx, "");
}

void
doclist_ask_filter(struct doclist *l)
{
	const struct prompt_spec p = {
		.label = _("filter (state=... box=in|out late words):"),
		.text = l->filter.text,
		.typed = filter_typed,
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

	q->limit = 1;
	if (from) {
		q->after_row = from->row;
		q->after_key = doclist_key(l, from);
	}
	if (ask_list(c->desk, q, &found, NULL) != RC_OK)
		return false;
	if (found.n_rows == 0 && from) {
		q->after_row = q->after_key = 0;
		if (ask_list(c->desk, q, &found, NULL) != RC_OK)
			return false;
	}
	if (found.n_rows == 0)
		return false;
	/* backwards answers are in the order of the list: the last is nearest
	 */
	doclist_seek(l, &found.rows[found.n_rows - 1]);
	doc_list_release(&found);
	return true;
}

void
doclist_next_match(struct doclist *l, bool backwards)
{
	struct list_query q;

	if (!l->search[0]) {
		doclist_ask_search(l);
		return;
	}
	doclist_query(l, &q);
	q.words = l->search;
	q.backwards = backwards;
	if (!jump(l, &q))
		console_set_message(l->screen.console, ATTR_PLAIN,
				    _("nothing with '%s' in this list"),
				    l->search);
}

static void
search_done(struct console *c, void *ctx, const char *text)
{
	struct doclist *l = ctx;

	(void)c;
	if (!text || !text[0])
		return;
	(void)snprintf(l->search, sizeof(l->search), "%s", text);
	doclist_next_match(l, false);
}

void
doclist_ask_search(struct doclist *l)
{
	const struct prompt_spec p = {
		.label = _("search for words:"),
		.text = l->search,
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
