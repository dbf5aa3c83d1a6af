#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/docview_int.h"
#include "model/content.h"

/* --- the receipt ladder ------------------------------------------------------
 */

static const char *
track_state_title(struct console *c, const struct view *v,
		  const struct party_row *p)
{
	const struct doc_track *t =
		v->held.doc ? doc_track_of(v->held.doc, p->desk) : NULL;

	if (t && t->state)
		return title_in(&t->state->title, c->zh);
	return name_state(c, v->row->kind, v->row->kind_version, p->state);
}

/* 已发 > 已入库 14:02 > 已签收 14:05 > 已受理 */
void
docview_parties(struct console *c, const struct view *v, struct doc_lines *out)
{
	int64_t now = console_now_ms(c);

	if (v->row->n_parties == 0 || v->row->draft)
		return;
	docview_rule(out, _("receipts"));
	for (size_t i = 0; i < v->row->n_parties; i++) {
		const struct party_row *p = &v->row->parties[i];
		char desk[128], stored[SPAN_MAX], sign[SPAN_MAX], line[512];
		int n;

		(void)name_desk(c, p->desk, desk, sizeof(desk));
		n = snprintf(line, sizeof(line), "%s", _("sent"));
		if (p->stored_ms >= 0)
			n += snprintf(line + n, sizeof(line) - (size_t)n,
				      " > %s %s", _("stored"),
				      time_text(p->stored_ms, now, stored));
		if (p->signed_ms >= 0)
			n += snprintf(line + n, sizeof(line) - (size_t)n,
				      " > %s %s", _("signed for"),
				      time_text(p->signed_ms, now, sign));
		if (p->stage > STAGE_SIGNED)
			(void)snprintf(line + n, sizeof(line) - (size_t)n,
				       " > %s", track_state_title(c, v, p));
		else if (p->stored_ms < 0)
			(void)snprintf(line + n, sizeof(line) - (size_t)n,
				       " > %s", _("not yet at the peer"));
		docview_add(out, ATTR_PLAIN, desk,
			    p->stage >= STAGE_SIGNED ? ATTR_GOOD : ATTR_PLAIN,
			    line);
	}
}

/* --- the timeline
 * ------------------------------------------------------------- */

static bool
is_correction(const struct view *v, const struct timeline_row *t)
{
	for (size_t i = 0; i < v->held.n_events; i++)
		if (ref_eq(&v->held.events[i].digest, &t->digest))
			return v->held.events[i].type == EVENT_REVISE;
	return false;
}

void
docview_timeline(struct console *c, const struct view *v, struct doc_lines *out)
{
	int64_t now = console_now_ms(c);
	char changes[160], key[64];

	(void)snprintf(changes, sizeof(changes), _("%s shows the changes"),
		       keymap_keys(c->keymap, CONTEXT_DETAIL, ACTION_CHANGES,
				   " ", key, sizeof(key)));

	if (v->n_timeline == 0)
		return;
	docview_rule(out, _("timeline"));
	for (size_t i = 0; i < v->n_timeline; i++) {
		const struct timeline_row *t = &v->timeline[i];
		char when[SPAN_MAX], desk[128], who[128], stored[SPAN_MAX];
		struct buf line = { 0 };

		buf_init(&line, 64 * 1024);
		(void)time_text(t->acted_ms, now, when);
		(void)buf_addf(&line, NULL, "%s  %s %s", t->what,
			       name_desk(c, t->desk, desk, sizeof(desk)),
			       t->officer && t->officer[0]
				       ? name_officer(c, t->officer, who,
						      sizeof(who))
				       : "");
		if (t->text && t->text[0])
			(void)buf_addf(&line, NULL, "  %s", t->text);
		if (t->offline)
			(void)buf_addf(&line, NULL, "  %s %s",
				       _("offline, stored"),
				       time_text(t->stored_ms, now, stored));
		if (is_correction(v, t))
			(void)buf_addf(&line, NULL, "  (%s)", changes);
		if (t->flagged)
			(void)buf_addf(&line, NULL, "  ! %s",
				       t->flag && t->flag[0] ? t->flag
							     : _("look at it"));
		docview_add(out, ATTR_DIM, when,
			    t->flagged ? ATTR_SOON : ATTR_PLAIN,
			    buf_str(&line));
		buf_release(&line);
	}
}

/* --- what cannot be done, and why -------------------------------------------
 */

void
docview_not_now(struct console *c, const struct view *v, struct doc_lines *out)
{
	bool ruled = false;

	for (size_t i = 0; i < v->n_moves; i++) {
		const struct move_row *m = &v->moves[i];
		char label[300];

		if (m->possible)
			continue;
		if (!ruled)
			docview_rule(out, _("not now, and why"));
		ruled = true;
		(void)snprintf(label, sizeof(label), "%s%s%s",
			       title_in(&m->move->title, c->zh),
			       m->row ? " " : "", m->row ? m->row : "");
		docview_addf(
			out, label, ATTR_DIM, "%s%s%s", m->why ? m->why : "",
			m->move->unless_note ? "; " : "",
			m->move->unless_note ? _("only with a reason") : "");
	}
}
