/*
 * 值班, 交接班: who is on duty, handing over and taking over, the log since the
 * shift began, the roster.
 */
#include "desk/shift.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/grid_int.h"
#include "console/popup_int.h"

enum {
	SHIFT_BEGIN,
	SHIFT_HAND_OVER,
	SHIFT_TAKE,
	SHIFT_LINE,
	SHIFT_LOG,
	SHIFT_ROSTER,
	SHIFT_SHEET
};

/* --- acts -------------------------------------------------------------------
 */

struct shift_act {
	int what;
	char *note;
	char *reason; /* in another's place; NULL */
	struct officer_names officers;
	char taker[OFFICER_ID_MAX + 1]; /* "" whoever comes */
	struct doc_ref sheet;
};

static void
free_act(struct shift_act *a)
{
	officers_release(&a->officers);
	(void)xfree(a->note);
	(void)xfree(a->reason);
	(void)xfree(a);
}

static enum rc
run(struct desk *d, void *arg, struct err *err)
{
	struct shift_act *a = arg;
	const struct hand_over h = { .taker = a->taker[0] ? a->taker : NULL,
				     .note = a->note,
				     .reason = a->reason };
	const struct shift_take t = { .note = a->note, .reason = a->reason };

	if (a->what == SHIFT_BEGIN)
		return act_shift_on(d, err);
	if (a->what == SHIFT_HAND_OVER)
		return act_shift_hand_over(d, &h, &a->sheet, err);
	if (a->what == SHIFT_TAKE)
		return act_shift_take(d, &t, &a->sheet, err);
	return act_shift_line(d, a->note, err);
}

static void
done(struct console *c, void *take_arg, enum rc rc, const struct err *err)
{
	struct shift_act *a = take_arg;

	if (rc != RC_OK)
		console_show_err(c, err);
	else
		console_set_message(
			c, ATTR_GOOD, "%s",
			a->what == SHIFT_BEGIN ? _("you are on duty now")
			: a->what == SHIFT_HAND_OVER
				? _("handed over: you are responsible until "
				    "it is taken")
			: a->what == SHIFT_TAKE ? _("taken over: you are "
						    "responsible now")
						: _("written into the log"));
	if (rc == RC_OK && a->sheet.id[0])
		screen_push(c, detail_new(c, &a->sheet));
	free_act(a);
	live_look(c);
}

static void
give(struct console *c, struct shift_act *a)
{
	const struct job job = { run, done, a };

	job_submit(c, &job);
}

static void
noted(struct console *c, void *ctx, const char *text)
{
	struct shift_act *a = ctx;

	if (!text || (a->what == SHIFT_LINE && !text[0])) {
		free_act(a);
		console_set_message(c, ATTR_PLAIN, _("nothing was done"));
		return;
	}
	if (text[0])
		a->note = xstrdup(text);
	give(c, a);
}

static void
ask_note(struct console *c, struct shift_act *a, const char *label)
{
	const struct prompt_spec p = { .label = label,
				       .done = noted,
				       .ctx = a };

	prompt_open(c, &p);
}

static void
taker_chosen(struct console *c, void *ctx, int value)
{
	struct shift_act *a = ctx;

	if (value < 0) {
		free_act(a);
		return;
	}
	if (value > 0)
		(void)str_copy(a->taker, sizeof(a->taker),
			       a->officers.id[value - 1], NULL);
	ask_note(c, a, _("note for who takes over (Enter: none):"));
}

static void
ask_taker(struct console *c, struct shift_act *a)
{
	struct menu_spec spec = { .title = _("hand over to"),
				  .done = taker_chosen,
				  .ctx = a };

	officers_load(c, &a->officers);
	menu_add(&spec.take_items, &spec.n_items, _("whoever comes"), NULL,
		 false, 0);
	for (size_t i = 0; i < a->officers.n; i++)
		if (i != a->officers.self)
			menu_add(&spec.take_items, &spec.n_items,
				 a->officers.name[i], a->officers.id[i], false,
				 (int)i + 1);
	menu_open(c, &spec);
}

/* --- log and roster
 * -----------------------------------------------------------
 */

struct shift_grid {
	struct grid grid;
	bool roster;
};

static void
add_entry(void *ctx, const struct shift_entry *e)
{
	struct grid *g = ctx;
	struct console *c = g->screen.console;
	struct grid_row *row = grid_add(g);
	char when[SPAN_MAX], desk[128], who[128];

	if (e->ref)
		row->ref = *e->ref;
	grid_cell(row, 0, "%s", time_text(e->at_ms, console_now_ms(c), when));
	grid_cell(row, 1, "%s %s", name_desk(c, e->desk, desk, sizeof(desk)),
		  name_officer(c, e->officer, who, sizeof(who)));
	grid_cell(row, 2, "%s", e->what);
	grid_cell(row, 3, "%s", e->text);
}

static void
add_duty(void *ctx, const struct roster_row *r)
{
	struct grid *g = ctx;
	struct grid_row *row = grid_add(g);
	char who[128];

	grid_cell(row, 0, "%s %s", r->day, r->slot);
	grid_cell(row, 1, "%s",
		  name_officer(g->screen.console, r->officer, who,
			       sizeof(who)));
	grid_cell(row, 2, "%s", r->phone);
	grid_cell(row, 3, "%s", r->leader);
	grid_cell(row, 4, "%s", r->leader_phone);
	grid_cell(row, 5, "%s", r->note);
}

static void
load(struct grid *g)
{
	struct desk *d = g->screen.console->desk;
	struct err e = ERR_INIT;
	enum rc rc;

	if (((struct shift_grid *)g)->roster) {
		grid_column(g, _("day"), 16, false);
		grid_column(g, _("on duty"), 10, false);
		grid_column(g, _("phone"), 13, false);
		grid_column(g, _("leader on duty"), 10, false);
		grid_column(g, _("phone"), 13, false);
		grid_column(g, _("note"), 0, false);
		rc = ask_roster(d, NULL, NULL, add_duty, g, &e);
	} else {
		grid_column(g, _("time"), 11, false);
		grid_column(g, _("who"), 18, false);
		grid_column(g, _("what"), 14, false);
		grid_column(g, _("document or line"), 0, false);
		rc = ask_shift_log(d, add_entry, g, &e);
	}
	(void)snprintf(g->empty, sizeof(g->empty), "%.300s",
		       rc == RC_OK ? _("nothing is written there yet") : e.msg);
}

static void
name(struct grid *g, char *out, size_t out_size)
{
	(void)snprintf(out, out_size, "%s",
		       ((struct shift_grid *)g)->roster ? _("roster")
							: _("duty log"));
}

static const enum action bar[] = { ACTION_OPEN, ACTION_SHIFT, ACTION_HELP,
				   ACTION_BACK, ACTION_NONE };

static const struct grid_ops ops = {
	.context = CONTEXT_REGISTRY,
	.bar = bar,
	.name = name,
	.load = load,
};

static void
grid_open(struct console *c, bool roster)
{
	struct shift_grid *s = grid_new(c, &ops, sizeof(*s));

	s->roster = roster;
	grid_reload(&s->grid);
	screen_push(c, &s->grid.screen);
}

/* --- the menu
 * ------------------------------------------------------------------
 */

static void
chosen(struct console *c, void *ctx, int value)
{
	struct shift_act *a = ctx;

	a->what = value;
	if (value == SHIFT_BEGIN || value == SHIFT_TAKE) {
		give(c, a);
		return;
	}
	if (value == SHIFT_HAND_OVER) {
		ask_taker(c, a);
		return;
	}
	if (value == SHIFT_LINE) {
		ask_note(c, a, _("line for the duty log:"));
		return;
	}
	if (value == SHIFT_LOG || value == SHIFT_ROSTER)
		grid_open(c, value == SHIFT_ROSTER);
	else if (value == SHIFT_SHEET)
		screen_push(c, detail_new(c, &a->sheet));
	free_act(a);
}

static void
add(struct menu_spec *spec, const char *label, const char *hint, int value)
{
	menu_add(&spec->take_items, &spec->n_items, label, hint, false, value);
}

void
shift_open(struct console *c)
{
	const struct officer *self = desk_get_officer(c->desk);
	struct shift_act *a = xcalloc(1, sizeof(*a));
	struct menu_spec spec = { .done = chosen, .ctx = a };
	struct shift_now now = { .since_ms = -1 };
	struct err e = ERR_INIT;
	char title[256], who[128], since[SPAN_MAX];

	if (ask_shift(c->desk, &now, &e) != RC_OK) {
		console_show_err(c, &e);
		free_act(a);
		return;
	}
	a->sheet = now.sheet;
	(void)snprintf(title, sizeof(title), "%s %s %s%s%s", _("on duty:"),
		       now.officer[0]
			       ? name_officer(c, now.officer, who, sizeof(who))
			       : _("nobody"),
		       time_text(now.since_ms, console_now_ms(c), since),
		       now.plan.leader[0] ? _("   leader: ") : "",
		       now.plan.leader);
	spec.title = title;
	if (!now.officer[0])
		add(&spec, _("begin the duty"), NULL, SHIFT_BEGIN);
	if (now.pending && !str_eq(now.officer, self ? self->id : ""))
		add(&spec, _("take over"),
		    _("signs the sheet; you are responsible then"), SHIFT_TAKE);
	if (now.pending)
		add(&spec, _("the sheet"), _("what is handed over"),
		    SHIFT_SHEET);
	if (str_eq(now.officer, self ? self->id : "") && !now.pending)
		add(&spec, _("hand over"),
		    _("composes and signs the sheet from the journal"),
		    SHIFT_HAND_OVER);
	add(&spec, _("a line for the log"), NULL, SHIFT_LINE);
	add(&spec, _("duty log"), _("since the shift began"), SHIFT_LOG);
	add(&spec, _("roster"), _("today and the next 30 days"), SHIFT_ROSTER);
	menu_open(c, &spec);
}
