#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/alarms_int.h"
#include "console/grid_int.h"
#include "desk/escalation.h"
#include "desk/permit.h"
#include "desk/shift.h"

/* What is late or due soon is a row of the duty list already. */
#define BESIDE                                                                 \
	(ESCALATION_BIT(ESCALATION_UNOPENED) |                                 \
	 ESCALATION_BIT(ESCALATION_SILENT) |                                   \
	 ESCALATION_BIT(ESCALATION_STOPPED) | ESCALATION_BIT(ESCALATION_GAP) | \
	 ESCALATION_BIT(ESCALATION_FORK) | ESCALATION_BIT(ESCALATION_CERT) |   \
	 ESCALATION_BIT(ESCALATION_SPACE))

static const char *
what_title(enum escalation_what what)
{
	switch (what) {
	case ESCALATION_LATE: return _("late");
	case ESCALATION_SOON: return _("due soon");
	case ESCALATION_UNOPENED: return _("not signed for");
	case ESCALATION_SILENT: return _("silent");
	case ESCALATION_STOPPED: return _("not serving");
	case ESCALATION_GAP: return _("no hand-over");
	case ESCALATION_CERT: return _("certificate");
	case ESCALATION_FORK: return _("fork");
	case ESCALATION_SPACE: return _("disk");
	}
	return "";
}

/* --- the block ----------------------------------------------------------- */

struct looking {
	struct console *c;
	struct alarms found;
	char *stopped; /* before all others: nothing at all arrives */
};

static void
take(void *ctx, const struct escalation *e)
{
	struct looking *l = ctx;
	struct alarms *a = &l->found;
	char who[128], since[SPAN_MAX], number[128];
	char *line;

	a->n++;
	(void)name_desk(l->c, e->desk, who, sizeof(who));
	(void)time_text(e->since_ms, console_now_ms(l->c), since);
	if (e->what == ESCALATION_STOPPED) {
		l->stopped = xasprintf(_("! not serving since %s: nothing "
					 "comes or leaves"),
				       since);
		return;
	}
	if (a->n_lines == ALARM_ROWS)
		return;
	(void)text_show_into(number, sizeof(number), e->number);
	line = e->what == ESCALATION_GAP || e->what == ESCALATION_CERT ||
			       e->what == ESCALATION_SPACE
		       ? xasprintf("! %s", e->words)
	       : e->what == ESCALATION_FORK
		       ? xasprintf(_("! stopped: %s signed two events in one "
				     "place: %.12s, %.12s"),
				   who, e->hashes[0], e->hashes[1])
	       : e->what == ESCALATION_SILENT
		       ? xasprintf(_("! nothing heard of %s since %s"), who,
				   since)
		       : xasprintf(_("! not signed for: %s lies at %s since "
				     "%s"),
				   number, who, since);
	a->lines[a->n_lines++] = line;
}

/* The service's line before the others, which may lose their last. */
static void
put_first(struct alarms *a, char *take_line)
{
	if (a->n_lines == ALARM_ROWS)
		(void)xfree(a->lines[--a->n_lines]);
	memmove(&a->lines[1], &a->lines[0],
		(size_t)a->n_lines * sizeof(a->lines[0]));
	a->lines[0] = take_line;
	a->n_lines++;
}

static void
release(struct alarms *a)
{
	for (int i = 0; i < a->n_lines; i++)
		(void)xfree(a->lines[i]);
	*a = (struct alarms){ .n = 0 };
}

static bool
same(const struct alarms *a, const struct alarms *b)
{
	if (a->n != b->n || a->n_lines != b->n_lines)
		return false;
	for (int i = 0; i < a->n_lines; i++)
		if (strcmp(a->lines[i], b->lines[i]) != 0)
			return false;
	return true;
}

/* Says how many more there are where the block has not room for all. */
static void
count_rest(struct console *c, struct alarms *a)
{
	char key[64];

	if (a->n <= ALARM_ROWS)
		return;
	(void)xfree(a->lines[ALARM_ROWS - 1]);
	a->lines[ALARM_ROWS - 1] =
		xasprintf(_("! and %lld more: %s shows all"),
			  (long long)(a->n - ALARM_ROWS + 1),
			  keymap_keys(c->keymap, CONTEXT_LIST, ACTION_ALARMS,
				      " ", key, sizeof(key)));
}

/* Who is responsible, for the head of the duty list; true when it changed. */
static bool
duty_changed(struct console *c)
{
	struct shift_now now;
	char who[128] = "";
	bool same;

	if (!permitted(c->desk, PERMIT_READ) ||
	    ask_shift(c->desk, &now, NULL) != RC_OK)
		return false;
	if (now.officer[0])
		(void)name_officer(c, now.officer, who, sizeof(who));
	c->on_duty_phone[0] = '\0';
	if (str_eq(now.officer, now.plan.officer))
		(void)str_copy(c->on_duty_phone, sizeof(c->on_duty_phone),
			       now.plan.phone, NULL);
	same = strcmp(who, c->on_duty) == 0 && now.pending == c->handed;
	c->handed = now.pending;
	(void)snprintf(c->on_duty, sizeof(c->on_duty), "%s", who);
	return !same;
}

static bool
loss_changed(struct console *c)
{
	struct loss now;
	bool same;

	if (ask_loss(c->desk, &now, NULL) != RC_OK)
		return false;
	same = now.in_doubt == c->loss.in_doubt &&
	       now.unanswered == c->loss.unanswered && now.kept == c->loss.kept;
	c->loss = now;
	return !same;
}

/* After a restore: why nothing is signed, or nothing flows; heap or NULL. */
static char *
loss_line(struct console *c)
{
	char who[128];

	(void)loss_changed(c);
	if (c->loss.in_doubt)
		return xstrdup(_("! restored: no link before an "
				 "administrator says 'peer confirm'"));
	if (c->loss.unanswered == 0)
		return NULL;
	(void)name_desk(c, c->loss.first, who, sizeof(who));
	if (c->loss.unanswered == 1)
		return xasprintf(_("! restored: %lld acts are kept unsigned "
				   "until %s has answered"),
				 (long long)c->loss.kept, who);
	return xasprintf(_("! restored: %lld acts are kept unsigned until %s "
			   "and %d more have answered"),
			 (long long)c->loss.kept, who, c->loss.unanswered - 1);
}

void
alarms_look(struct console *c)
{
	char *loss;

	struct looking l = { .c = c };

	if (duty_changed(c))
		console_dirty(c);
	/* who may read no documents does not try to */
	if (!permitted(c->desk, PERMIT_READ))
		return;
	if (ask_escalations(c->desk, BESIDE, take, &l, NULL) != RC_OK) {
		release(&l.found);
		(void)xfree(l.stopped);
		return;
	}
	loss = loss_line(c);
	if (loss) {
		put_first(&l.found, loss);
		l.found.n++;
	}
	if (l.stopped)
		put_first(&l.found, l.stopped);
	count_rest(c, &l.found);
	if (!c->alarms)
		c->alarms = xcalloc(1, sizeof(*c->alarms));
	if (!same(&l.found, c->alarms))
		console_dirty(c);
	release(c->alarms);
	*c->alarms = l.found;
}

void
duty_look(struct console *c)
{
	if (duty_changed(c) || loss_changed(c)) { /* a gap may be over */
		alarms_look(c);
		console_dirty(c);
	}
}

void
alarms_release(struct console *c)
{
	if (!c->alarms)
		return;
	release(c->alarms);
	c->alarms = xfree(c->alarms);
}

int
alarms_rows(const struct console *c)
{
	return c->alarms ? c->alarms->n_lines : 0;
}

void
alarms_draw(const struct console *c, struct canvas *cv, int y, int width)
{
	for (int i = 0; i < alarms_rows(c); i++)
		(void)canvas_put(cv, y + i, 0, width, ATTR_LATE,
				 c->alarms->lines[i]);
}

/* --- the screen ---------------------------------------------------------- */

static void
name(struct grid *g, char *out, size_t out_size)
{
	(void)g;
	(void)snprintf(out, out_size, "%s", _("alarms"));
}

static void
put_row(void *ctx, const struct escalation *e)
{
	struct grid *g = ctx;
	struct console *c = g->screen.console;
	struct grid_row *row = grid_add(g);
	char text[256], when[SPAN_MAX];
	int64_t now = console_now_ms(c);

	row->ref = e->ref;
	row->value = (int)e->what;
	row->attr = e->what == ESCALATION_SOON ? ATTR_SOON : ATTR_LATE;
	grid_cell(row, 0, "%s", what_title(e->what));
	grid_cell(row, 1, "%s",
		  time_text(e->due_ms >= 0 ? e->due_ms : e->since_ms, now,
			    when));
	grid_cell(row, 2, "%s", name_desk(c, e->desk, text, sizeof(text)));
	(void)text_show_into(text, sizeof(text),
			     e->what == ESCALATION_GAP ||
					     e->what == ESCALATION_CERT ||
					     e->what == ESCALATION_FORK ||
					     e->what == ESCALATION_SPACE
				     ? e->words
				     : e->title);
	grid_cell(row, 3, "%s", text);
	(void)text_show_into(text, sizeof(text), e->number);
	grid_cell(row, 4, "%s", name_number(text, NUMBER_COLS));
}

static void
load(struct grid *g)
{
	struct console *c = g->screen.console;
	struct err e = ERR_INIT;

	grid_column(g, _("what"), c->zh ? 10 : 14, false);
	grid_column(g, _("due or since"), 12, false);
	grid_column(g, _("desk"), c->zh ? 12 : 14, false);
	grid_column(g, _("title"), 0, false);
	grid_column(g, _("number"), 16, false);
	(void)snprintf(g->empty, sizeof(g->empty), "%s",
		       _("nothing is late, silent or unopened"));
	if (ask_escalations(c->desk, ESCALATIONS_ALL, put_row, g, &e) != RC_OK)
		(void)snprintf(g->empty, sizeof(g->empty), "%s", e.msg);
}

/* What is of no document is of a link. */
static void
open_row(struct grid *g, const struct grid_row *row)
{
	struct console *c = g->screen.console;

	if (row->ref.id[0])
		screen_push(c, detail_new(c, &row->ref));
	else
		screen_view(c, VIEW_LINKS);
}

static const enum action bar[] = { ACTION_OPEN, ACTION_HELP, ACTION_BACK,
				   ACTION_NONE };

static const struct grid_ops ops = {
	.context = CONTEXT_REGISTRY,
	.bar = bar,
	.name = name,
	.load = load,
	.open = open_row,
	.minute = true,
};

void
alarms_open(struct console *c)
{
	struct grid *g = grid_new(c, &ops, sizeof(*g));

	grid_reload(g);
	screen_push(c, &g->screen);
}
