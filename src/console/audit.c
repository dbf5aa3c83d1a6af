/* 9 审计: who did what, newest first, and how far the trail is sealed. */
#include "journal/audit.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "console/grid_int.h"
#include "console/popup_int.h"

#define AUDIT_ROWS 500 /* of one page; the next key after the last has more */

struct audit {
	struct grid grid;
	char by[OFFICER_ID_MAX + 1], act[64]; /* filter; "" = any */
	char doc_words[128];
	struct doc_ref doc;
	char text[256]; /* the filter as typed */
	size_t limit;
	bool more;
};

static void
name(struct grid *g, char *out, size_t out_size)
{
	(void)g;
	(void)snprintf(out, out_size, "9 %s", _("audit"));
}

static void
add_row(struct grid *g, const struct audit_row *r, int64_t now)
{
	struct grid_row *row = grid_add(g);
	char when[SPAN_MAX], who[128], doc[600];

	grid_cell(row, 0, "%lld", (long long)r->n);
	grid_cell(row, 1, "%s", time_text(r->at_ms, now, when));
	grid_cell(row, 2, "%s",
		  r->officer[0] ? name_officer(g->screen.console, r->officer,
					       who, sizeof(who))
				: "-");
	grid_cell(row, 3, "%s", r->act);
	grid_cell(row, 4, "%s",
		  name_doc(g->screen.console, r->subject, doc, sizeof(doc)));
	grid_cell(row, 5, "%s", r->detail);
	if (!name_subject(r->subject, &row->ref))
		row->ref = (struct doc_ref){ .id = "" };
}

static void
add_head(struct audit *a)
{
	struct grid *g = &a->grid;
	struct audit_state s;
	char when[SPAN_MAX];

	if (ask_audit_state(g->screen.console->desk, &s, NULL) != RC_OK)
		return;
	(void)time_text(s.sealed_ms, console_now_ms(g->screen.console), when);
	(void)snprintf(g->head, sizeof(g->head),
		       _("%lld rows, sealed up to %lld (%s)   %s"),
		       (long long)s.rows, (long long)s.sealed,
		       when[0] ? when : "-", a->text);
}

static void
load(struct grid *g)
{
	struct audit *a = (struct audit *)g;
	struct console *c = g->screen.console;
	const struct audit_query q = {
		.officer = a->by[0] ? a->by : NULL,
		.act = a->act[0] ? a->act : NULL,
		.doc = a->doc.id[0] ? &a->doc : NULL,
		.limit = a->limit,
	};
	struct audit_list l = { 0 };
	struct err e = ERR_INIT;

	grid_column(g, _("no."), 6, true);
	grid_column(g, _("time"), 11, false);
	grid_column(g, _("officer"), 10, false);
	grid_column(g, _("act"), 14, false);
	grid_column(g, _("document"), 0, false);
	grid_column(g, _("detail"), 0, false);
	if (ask_audit(c->desk, &q, &l, &e) != RC_OK) {
		(void)snprintf(g->empty, sizeof(g->empty), "%s", e.msg);
		return;
	}
	add_head(a);
	(void)snprintf(g->empty, sizeof(g->empty), "%s",
		       _("nothing fits the filter"));
	for (size_t i = 0; i < l.n_rows; i++)
		add_row(g, &l.rows[i], console_now_ms(c));
	a->more = l.more;
	audit_list_release(&l);
}

/* "by=li act=print 〔2026〕1号": what is no filter names a document. */
static void
parse(struct audit *a, const char *text)
{
	struct console *c = a->grid.screen.console;
	char copy[256], *rest = copy, *word;
	struct err e = ERR_INIT;

	(void)snprintf(a->text, sizeof(a->text), "%s", text);
	(void)snprintf(copy, sizeof(copy), "%s", text);
	a->by[0] = a->act[0] = '\0';
	a->doc = (struct doc_ref){ .id = "" };
	while ((word = strsep(&rest, " ")) != NULL) {
		if (str_starts(word, "by="))
			(void)snprintf(a->by, sizeof(a->by), "%s", word + 3);
		else if (str_starts(word, "act="))
			(void)snprintf(a->act, sizeof(a->act), "%s", word + 4);
		else if (word[0] &&
			 doc_find(c->desk, word, &a->doc, &e) != RC_OK)
			console_show_err(c, &e);
	}
	a->limit = AUDIT_ROWS;
	grid_reload(&a->grid);
}

static void
filter_given(struct console *c, void *ctx, const char *text)
{
	(void)c;
	if (text)
		parse(ctx, text);
}

static bool
act(struct grid *g, enum action action)
{
	struct audit *a = (struct audit *)g;
	const struct prompt_spec p = {
		.label = _("filter (by=OFFICER act=ACT or a document):"),
		.text = a->text,
		.done = filter_given,
		.ctx = a,
	};

	if (action == ACTION_FILTER)
		prompt_open(g->screen.console, &p);
	else if (action == ACTION_CLEAR)
		parse(a, "");
	else if ((action == ACTION_LINE_DOWN || action == ACTION_PAGE_DOWN ||
		  action == ACTION_BOTTOM) &&
		 a->more && g->at + 1 >= g->n_rows) {
		a->limit += AUDIT_ROWS;
		grid_reload(g);
		return false; /* and goes on down */
	} else {
		return false;
	}
	return true;
}

static const enum action bar[] = { ACTION_OPEN, ACTION_FILTER, ACTION_CLEAR,
				   ACTION_HELP, ACTION_VIEW1,  ACTION_LEAVE,
				   ACTION_NONE };

static const struct grid_ops ops = {
	.context = CONTEXT_AUDIT,
	.bar = bar,
	.name = name,
	.load = load,
	.act = act,
};

struct screen *
audit_new(struct console *c)
{
	struct audit *a = grid_new(c, &ops, sizeof(*a));

	a->limit = AUDIT_ROWS;
	grid_reload(&a->grid);
	return &a->grid.screen;
}
