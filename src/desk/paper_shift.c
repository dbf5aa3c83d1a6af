/* The duty log of a shift as a paper. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "desk/paper.h"
#include "desk/shift.h"
#include "desk_int.h"

struct writing_log {
	struct paper_table *table;
	size_t n;
};

/* "2026-11-23 14:05" */
static void
minute_text(int64_t ms, char out[static TIME_TEXT_MAX])
{
	time_format(ms, out);
	out[10] = ' ';
	out[16] = '\0';
}

static void
put(void *ctx, const struct shift_entry *e)
{
	struct writing_log *w = ctx;
	char when[TIME_TEXT_MAX];

	minute_text(e->at_ms, when);
	paper_cell(w->table, when + 5);
	paper_cell(w->table, e->desk);
	paper_cell(w->table, e->officer);
	paper_cell(w->table, e->what);
	paper_cell(w->table, e->text);
	w->n++;
}

enum rc
paper_of_shift(struct desk *d, const struct shift_period *s,
	       struct paper **ret_paper, struct err *err)
{
	static const char *const heads[] = { N_("time"), N_("desk"),
					     N_("officer"), N_("what"),
					     N_("document or line") };
	struct paper *p = paper_new(PAPER_RECORD, _("duty log"));
	char since[TIME_TEXT_MAX] = "-", until[TIME_TEXT_MAX] = "-";
	struct writing_log w = { 0 };
	size_t i;
	enum rc rc = act_taken_out(d, "print", NULL, "shift-log", err);

	if (s->since_ms >= 0)
		minute_text(s->since_ms, since);
	if (s->until_ms >= 0)
		minute_text(s->until_ms, until);
	p->made_ms = env_now_ms(d->env);
	(void)paper_add(p, BLOCK_ITEM, _("on duty"),
			s->officer[0] != '\0' ? s->officer : _("nobody"));
	(void)paper_add(p, BLOCK_ITEM, _("shift from"), since);
	(void)paper_add(p, BLOCK_ITEM, _("shift to"),
			s->until_ms >= 0 ? until : _("still on duty"));
	w.table = paper_add_table(p, BLOCK_TABLE, NULL);
	for (i = 0; i < ARRAY_LEN(heads); i++)
		paper_column(w.table, _(heads[i]), false, false);
	if (rc == RC_OK)
		rc = ask_shift_log(d, s, put, &w, err);
	if (rc == RC_OK && w.n == 0)
		for (i = 0; i < ARRAY_LEN(heads); i++)
			paper_cell(w.table, "-");
	(void)paper_add(p, BLOCK_SIGN, _("signed"), NULL);
	if (rc == RC_OK)
		*ret_paper = p;
	else
		(void)paper_free(p);
	return rc;
}
