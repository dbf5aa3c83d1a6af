/* 值班日志: the events of the shift and the lines typed, in one order. */
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/permit.h"
#include "desk_int.h"
#include "shift_int.h"
#include "view_int.h"

#define LOG_MAX 5000 /* events of one shift */

struct log {
	struct desk *d;
	void (*each)(void *ctx, const struct shift_entry *e);
	void *ctx;
	struct stmt *lines;
	bool line; /* lines stands on a row */
};

/* Of an event's type, of what a local one is; NULL of others. */
static const char *
title_of(const char *name)
{
	static const struct {
		const char *name, *title;
	} titles[] = {
		{ "revise", N_("corrected") },
		{ "withdraw", N_("withdrawn") },
		{ "ack-withdraw", N_("withdrawal acknowledged") },
		{ "remark", N_("remark") },
		{ "remind", N_("remind") },
		{ "reveal", N_("sealed field") },
		{ "note", N_("note") },
		{ "assign", N_("assign") },
		{ "fields", N_("kept on this desk") },
		{ "input", N_("kept on this desk") },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(titles); i++)
		if (str_eq(titles[i].name, name))
			return _(titles[i].title);
	return NULL;
}

static const char *
event_title(struct desk *d, struct stmt *st)
{
	const char *kind = col_text(st, 4), *type = col_text(st, 2);
	const char *move = col_text(st, 10), *act = col_text(st, 11);
	const char *name = move != NULL ? move : act, *title;
	const struct kind *k =
		kind != NULL ? kinds_get(d->kinds, kind, (int)col_int(st, 5))
			     : NULL;
	const struct track_def *t =
		k != NULL ? kind_event_track(k, col_text(st, 3)) : NULL;
	const struct move *m =
		t != NULL && name != NULL ? track_move(t, name) : NULL;

	if (m != NULL)
		return title_in(&m->title, i18n_zh());
	if (str_eq(type, "issue"))
		return issue_what(k);
	title = title_of(name != NULL ? name : type);
	return title != NULL ? title : name != NULL ? name : type;
}

static enum rc
step_line(struct log *l, struct err *err)
{
	return stmt_step(l->lines, &l->line, err);
}

/* Lines up to the time of the next event. */
static enum rc
put_lines(struct log *l, int64_t until_ms, struct err *err)
{
	enum rc rc = RC_OK;

	while (rc == RC_OK && l->line && col_int(l->lines, 0) <= until_ms) {
		const struct shift_entry e = {
			.at_ms = col_int(l->lines, 0),
			.desk = l->d->id,
			.officer = col_text(l->lines, 1),
			.what = str_eq(col_text(l->lines, 2), "on")
					? _("on duty")
					: _("log"),
			.text = col_text(l->lines, 3),
		};

		l->each(l->ctx, &e);
		rc = step_line(l, err);
	}
	return rc;
}

static void
put_event(struct log *l, struct stmt *st)
{
	struct doc_ref ref = { 0 };
	struct shift_entry e = {
		.at_ms = col_int(st, 0),
		.desk = col_text(st, 1),
		.officer = col_text(st, 12) != NULL ? col_text(st, 12) : "",
		.what = event_title(l->d, st),
		.text = col_text(st, 6) != NULL ? col_text(st, 6) : "",
		.ref = &ref,
		.came = str_eq(col_text(st, 2), "issue") &&
			!str_eq(col_text(st, 1), l->d->id),
	};

	if (col_text(st, 8) == NULL ||
	    str_copy(ref.owner, sizeof(ref.owner), col_text(st, 8), NULL) !=
		    RC_OK ||
	    str_copy(ref.id, sizeof(ref.id), col_text(st, 9), NULL) != RC_OK)
		return; /* a card, or nothing to show */
	l->each(l->ctx, &e);
}

enum rc
ask_shift_log(struct desk *d, const struct shift_period *p,
	      void (*each)(void *ctx, const struct shift_entry *e), void *ctx,
	      struct err *err)
{
	struct log l = { .d = d, .each = each, .ctx = ctx };
	/* what came while the sheet waited to be taken is the next shift's */
	int64_t from_ms = p->event > 0 ? 0 : p->since_ms;
	struct stmt *st;
	bool row;
	enum rc rc = permit(d, PERMIT_READ, NULL, err);

	if (rc != RC_OK)
		return rc;
	l.lines = stmt_use(d->store, SQL_SHIFT_LINE_EACH);
	stmt_int(l.lines, 1, p->since_ms);
	stmt_int(l.lines, 2, p->until_ms >= 0 ? p->until_ms : INT64_MAX);
	rc = step_line(&l, err);
	st = stmt_use(d->store, SQL_SHIFT_EVENTS);
	stmt_int(st, 1, p->event);
	stmt_int(st, 2, LOG_MAX);
	stmt_int(st, 3, p->event_end > 0 ? p->event_end : INT64_MAX);
	while (rc == RC_OK && (rc = stmt_step(st, &row, err)) == RC_OK && row) {
		if (col_int(st, 0) < from_ms)
			continue;
		rc = put_lines(&l, col_int(st, 0), err);
		put_event(&l, st);
	}
	stmt_done(st);
	if (rc == RC_OK)
		rc = put_lines(&l, INT64_MAX, err);
	stmt_done(l.lines);
	return rc;
}
