/*
 * 值班, 交接班: who is on duty, handing over and taking over, the way to the
 * log and the roster.
 */
#include "desk/shift.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/popup_int.h"
#include "console/shift_int.h"

enum {
	SHIFT_BEGIN,
	SHIFT_HAND_OVER,
	SHIFT_TAKE,
	SHIFT_ITEMS,
	SHIFT_LINE,
	SHIFT_LOG,
	SHIFT_SINCE,
	SHIFT_ROSTER,
	SHIFT_SHEET
};

/* --- acts -------------------------------------------------------------------
 */

struct late {
	char *doc, *title, *reason;
};

struct shift_act {
	int what;
	char *note;
	char *reason;	   /* in another's place; NULL */
	json_t *rows;	   /* confirmed; NULL: all */
	struct late *late; /* whose reasons are asked for */
	size_t n_late, at_late;
	bool in_place;	  /* another is on duty */
	bool named_other; /* the sheet names another */
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
	json_decref(a->rows);
	for (size_t i = 0; i < a->n_late; i++) {
		(void)xfree(a->late[i].doc);
		(void)xfree(a->late[i].title);
		(void)xfree(a->late[i].reason);
	}
	(void)xfree(a->late);
	(void)xfree(a);
}

static enum rc
run_hand_over(struct desk *d, struct shift_act *a, struct err *err)
{
	struct about_doc *late = xcalloc(a->n_late + 1, sizeof(*late));
	const struct hand_over h = { .taker = a->taker[0] ? a->taker : NULL,
				     .note = a->note,
				     .reason = a->reason,
				     .late = late,
				     .n_late = a->n_late };
	enum rc rc;

	for (size_t i = 0; i < a->n_late; i++)
		late[i] =
			(struct about_doc){ a->late[i].doc, a->late[i].reason };
	rc = act_shift_hand_over(d, &h, &a->sheet, err);
	(void)xfree(late);
	return rc;
}

static enum rc
run_take(struct desk *d, struct shift_act *a, struct err *err)
{
	size_t n = json_array_size(a->rows);
	struct about_doc *items = xcalloc(n + 1, sizeof(*items));
	const struct shift_take t = { .note = a->note,
				      .reason = a->reason,
				      .items = items,
				      .n_items = n };
	enum rc rc;

	for (size_t i = 0; i < n; i++) {
		const json_t *row = json_array_get(a->rows, i);
		const char *remark = json_text(row, "remark");

		items[i] = (struct about_doc){ json_text(row, "doc"),
					       remark ? remark : "" };
	}
	rc = act_shift_take(d, &t, &a->sheet, err);
	(void)xfree(items);
	return rc;
}

static enum rc
run(struct desk *d, void *arg, struct err *err)
{
	struct shift_act *a = arg;

	if (a->what == SHIFT_BEGIN)
		return act_shift_on(d, err);
	if (a->what == SHIFT_HAND_OVER)
		return run_hand_over(d, a, err);
	if (a->what == SHIFT_TAKE)
		return run_take(d, a, err);
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

/* --- why what is late is late --------------------------------------------
 */

static void ask_late(struct console *c, struct shift_act *a);

/* An empty answer is the one before. */
static void
late_said(struct console *c, void *ctx, const char *text)
{
	struct shift_act *a = ctx;
	const char *before =
		a->at_late > 0 ? a->late[a->at_late - 1].reason : "";

	if (!text) {
		free_act(a);
		console_set_message(c, ATTR_PLAIN, _("nothing was done"));
		return;
	}
	if (text[0] || before[0])
		a->late[a->at_late++].reason = xstrdup(text[0] ? text : before);
	ask_late(c, a);
}

static void
ask_late(struct console *c, struct shift_act *a)
{
	char label[200], title[100];

	if (a->at_late == a->n_late) {
		ask_note(c, a, _("note for who takes over (Enter: none):"));
		return;
	}
	(void)snprintf(label, sizeof(label),
		       a->at_late ? _("late %zu/%zu %s: why (Enter: as before)")
				  : _("late %zu/%zu %s: why"),
		       a->at_late + 1, a->n_late,
		       text_show_into(title, sizeof(title),
				      a->late[a->at_late].title));
	const struct prompt_spec p = { .label = label,
				       .done = late_said,
				       .ctx = a };

	prompt_open(c, &p);
}

static void
add_late(void *ctx, const struct doc_row *r)
{
	struct shift_act *a = ctx;

	a->late = xreallocarray(a->late, a->n_late + 1, sizeof(*a->late));
	a->late[a->n_late++] = (struct late){
		.doc = xasprintf("%s/%s", r->ref.owner, r->ref.id),
		.title = xstrdup(r->title),
	};
}

static void
taker_chosen(struct console *c, void *ctx, int value)
{
	struct shift_act *a = ctx;

	if (value < 0) {
		free_act(a);
		return;
	}
	if (value > 0) /* 0: whoever comes */
		(void)str_copy(a->taker, sizeof(a->taker),
			       a->officers.id[value - 1], NULL);
	ask_late(c, a);
}

static void
ask_taker(struct console *c, struct shift_act *a)
{
	struct menu_spec spec = { .title = _("hand over to"),
				  .done = taker_chosen,
				  .ctx = a };

	struct err e = ERR_INIT;

	if (ask_shift_late(c->desk, add_late, a, &e) != RC_OK) {
		console_show_err(c, &e);
		free_act(a);
		return;
	}
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

void
shift_ask_line(struct console *c)
{
	struct shift_act *a = xcalloc(1, sizeof(*a));

	a->what = SHIFT_LINE;
	ask_note(c, a, _("line for the duty log:"));
}

void
shift_take_items(struct console *c, json_t *take_rows, char *take_reason)
{
	struct shift_act *a = xcalloc(1, sizeof(*a));

	a->what = SHIFT_TAKE;
	a->rows = take_rows;
	a->reason = take_reason;
	give(c, a);
}

/* --- in another's place ---------------------------------------------------
 */

static void
reasoned(struct console *c, void *ctx, const char *text)
{
	struct shift_act *a = ctx;

	if (!text) {
		free_act(a);
		console_set_message(c, ATTR_PLAIN, _("nothing was done"));
		return;
	}
	if (text[0])
		a->reason = xstrdup(text);
	if (a->what == SHIFT_HAND_OVER) {
		ask_taker(c, a);
	} else if (a->what == SHIFT_ITEMS) {
		shift_items_open(c, &a->sheet, a->reason);
		free_act(a);
	} else {
		give(c, a);
	}
}

static void
ask_reason(struct console *c, struct shift_act *a, const char *label)
{
	const struct prompt_spec p = { .label = label,
				       .done = reasoned,
				       .ctx = a };

	prompt_open(c, &p);
}

/* --- the menu
 * ------------------------------------------------------------------
 */

static void
chosen(struct console *c, void *ctx, int value)
{
	struct shift_act *a = ctx;

	a->what = value;
	if ((value == SHIFT_TAKE || value == SHIFT_ITEMS) && a->named_other) {
		ask_reason(c, a,
			   _("another is named: why you (the deputy: "
			     "Enter):"));
		return;
	}
	if (value == SHIFT_BEGIN || value == SHIFT_TAKE) {
		give(c, a);
		return;
	}
	if (value == SHIFT_HAND_OVER && a->in_place) {
		ask_reason(c, a, _("why in his place:"));
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
	if (value == SHIFT_LOG || value == SHIFT_SINCE)
		shift_log_open(c, value == SHIFT_SINCE);
	else if (value == SHIFT_ROSTER)
		roster_open(c);
	else if (value == SHIFT_ITEMS)
		shift_items_open(c, &a->sheet, NULL);
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
	if (now.pending && !str_eq(now.officer, self ? self->id : ""))
		add(&spec, _("take over item by item"),
		    _("confirms each thing in hand, with remarks"),
		    SHIFT_ITEMS);
	if (now.pending)
		add(&spec, _("the sheet"), _("what is handed over"),
		    SHIFT_SHEET);
	a->in_place = !str_eq(now.officer, self ? self->id : "");
	a->named_other =
		now.taker[0] && !str_eq(now.taker, self ? self->id : "");
	if (now.officer[0] && !now.pending &&
	    (!a->in_place || shift_stands_in(c->desk)))
		add(&spec,
		    a->in_place ? _("hand over in his place") : _("hand over"),
		    _("composes and signs the sheet from the journal"),
		    SHIFT_HAND_OVER);
	add(&spec, _("a line for the log"), NULL, SHIFT_LINE);
	add(&spec, _("duty log"), _("since the shift began"), SHIFT_LOG);
	add(&spec, _("since your last shift"), NULL, SHIFT_SINCE);
	add(&spec, _("roster"), _("today and the next 30 days"), SHIFT_ROSTER);
	menu_open(c, &spec);
}
