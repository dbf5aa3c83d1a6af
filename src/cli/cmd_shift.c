/* shift: duty, hand-over, log and roster. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "cli_int.h"
#include "desk/paper.h"
#include "desk/shift.h"

#define ABOUT_MAX	 500 /* items named on one command line */
#define ROSTER_MAX_BYTES (1024 * 1024)

static void
put_ref(const struct cli *c, const struct doc_ref *ref)
{
	json_t *o;

	if (!c->json) {
		(void)puts(ref->id);
		return;
	}
	o = json_object();
	json_object_set_new(o, "id", json_string(ref->id));
	json_object_set_new(o, "owner", json_string(ref->owner));
	out_json(o);
}

enum rc
run_shift_on(struct cli *c, struct err *err)
{
	enum rc rc = cli_open(c, err);
	return rc == RC_OK ? act_shift_on(c->desk, err) : rc;
}

/* "DOC=TEXT" of a repeatable option; bare: the text may be left out. The
 * words are cut in a copy that *ret_copies holds. */
struct about_words {
	struct about_doc rows[ABOUT_MAX];
	char *copies[ABOUT_MAX];
	size_t n;
};

static void
about_release(struct about_words *w)
{
	for (size_t i = 0; i < w->n; i++)
		(void)xfree(w->copies[i]);
}

static enum rc
about_read(const struct cli *c, const char *option, bool bare,
	   struct about_words *out, struct err *err)
{
	const char *text;

	for (size_t at = 0; (text = cli_next(c, option, &at)) != NULL;) {
		char *copy, *equal;

		if (out->n == ABOUT_MAX)
			return err_set(err, RC_RANGE, 0,
				       _("at most %d of --%s"), ABOUT_MAX,
				       option);
		copy = xstrdup(text);
		out->copies[out->n] = copy;
		equal = strchr(copy, '=');
		out->rows[out->n++] =
			(struct about_doc){ copy,
					    equal != NULL ? equal + 1 : "" };
		if (equal != NULL)
			*equal = '\0';
		else if (!bare)
			return err_set(err, RC_USAGE, 0, _("--%s is DOC=TEXT"),
				       option);
	}
	return RC_OK;
}

enum rc
run_shift_hand_over(struct cli *c, struct err *err)
{
	struct hand_over h = { .taker = cli_get(c, "to"),
			       .note = cli_get(c, "note"),
			       .equipment = cli_get(c, "equipment"),
			       .reason = cli_get(c, "reason"),
			       .late_others = cli_get(c, "late-others") };
	struct about_words *late = xcalloc(1, sizeof(*late)),
			   *notes = xcalloc(1, sizeof(*notes));
	struct doc_ref ref;
	enum rc rc = about_read(c, "late", false, late, err);
	if (rc == RC_OK)
		rc = about_read(c, "item-note", false, notes, err);
	h.late = late->rows;
	h.n_late = late->n;
	h.notes = notes->rows;
	h.n_notes = notes->n;
	if (rc == RC_OK)
		rc = cli_open(c, err);
	if (rc == RC_OK)
		rc = act_shift_hand_over(c->desk, &h, &ref, err);
	if (rc == RC_OK)
		put_ref(c, &ref);
	about_release(late);
	about_release(notes);
	(void)xfree(late);
	(void)xfree(notes);
	return rc;
}

enum rc
run_shift_take(struct cli *c, struct err *err)
{
	struct about_words *items = xcalloc(1, sizeof(*items));
	struct shift_take t = { .note = cli_get(c, "note"),
				.reason = cli_get(c, "reason"),
				.items = items->rows };
	struct doc_ref ref;
	enum rc rc = about_read(c, "item", true, items, err);
	t.n_items = items->n;
	if (rc == RC_OK)
		rc = cli_open(c, err);
	if (rc == RC_OK)
		rc = act_shift_take(c->desk, &t, &ref, err);
	if (rc == RC_OK)
		put_ref(c, &ref);
	about_release(items);
	(void)xfree(items);
	return rc;
}

static json_t *
now_json(const struct shift_now *n)
{
	json_t *o = json_object();
	json_object_set_new(o, "officer", json_text_or_null(n->officer));
	json_object_set_new(o, "since", json_time(n->since_ms));
	json_object_set_new(o, "leader", json_text_or_null(n->plan.leader));
	json_object_set_new(o, "leader_phone",
			    json_text_or_null(n->plan.leader_phone));
	json_object_set_new(o, "planned", json_text_or_null(n->plan.officer));
	json_object_set_new(o, "planned_phone",
			    json_text_or_null(n->plan.phone));
	json_object_set_new(o, "deputy", json_text_or_null(n->plan.deputy));
	json_object_set_new(o, "taker", json_text_or_null(n->taker));
	json_object_set_new(o, "gap_since", json_time(n->gap_ms));
	json_object_set_new(o, "sheet",
			    n->pending ? json_string(n->sheet.id)
				       : json_null());
	return o;
}

enum rc
run_shift_list(struct cli *c, struct err *err)
{
	struct shift_now n;
	char since[TIME_TEXT_MAX];
	enum rc rc = cli_open(c, err);
	if (rc == RC_OK)
		rc = ask_shift(c->desk, &n, err);
	if (rc != RC_OK)
		return rc;
	if (c->json) {
		out_json(now_json(&n));
		return RC_OK;
	}
	if (n.officer[0] == '\0') {
		(void)puts(_("nobody is on duty"));
	} else {
		when_text(c, n.since_ms, since);
		(void)printf(_("on duty: %s since %s"), n.officer, since);
		(void)putchar('\n');
	}
	if (n.plan.officer[0] != '\0') {
		(void)printf(_("by the roster: %s %s"), n.plan.officer,
			     n.plan.phone);
		if (n.plan.deputy[0] != '\0')
			(void)printf(_(", deputy %s"), n.plan.deputy);
		(void)putchar('\n');
	}
	if (n.plan.leader[0] != '\0')
		(void)printf("%s %s %s\n", _("leader of the shift"),
			     n.plan.leader, n.plan.leader_phone);
	if (n.pending)
		(void)printf("%s %s\n", _("waits to be taken over:"),
			     n.sheet.id);
	return RC_OK;
}

static void
put_entry(void *ctx, const struct shift_entry *e)
{
	const struct cli *c = ctx;
	char when[TIME_TEXT_MAX];
	json_t *o;

	if (c->json) {
		o = json_object();
		json_object_set_new(o, "at", json_time(e->at_ms));
		json_object_set_new(o, "desk", json_string(e->desk));
		json_object_set_new(o, "officer", json_string(e->officer));
		json_object_set_new(o, "what", json_string(e->what));
		json_object_set_new(o, "text", json_string(e->text));
		json_object_set_new(o, "id",
				    e->ref != NULL ? json_string(e->ref->id)
						   : json_null());
		out_json(o);
		return;
	}
	when_text(c, e->at_ms, when);
	(void)printf("%s ", when);
	out_cell(e->desk, 12);
	(void)putchar(' ');
	out_cell(e->officer, 10);
	(void)putchar(' ');
	out_cell(e->what, 16);
	(void)putchar(' ');
	out_text(e->text);
	(void)putchar('\n');
}

static enum rc
show_log(struct cli *c, struct err *err)
{
	struct shift_period p;
	struct paper *paper = NULL;
	int64_t back = 0;
	enum rc rc = RC_OK;

	if (cli_has(c, "back"))
		rc = str_to_i64(cli_get(c, "back"), 0, 400, &back, err);
	if (rc == RC_OK)
		rc = cli_has(c, "mine")
			     ? ask_shift_since(c->desk, &p, err)
			     : ask_shift_period(c->desk, (size_t)back, &p, err);
	if (rc == RC_OK && cli_has(c, "mine") && p.since_ms < 0)
		rc = err_set(err, RC_NOTFOUND, 0,
			     _("you have handed over no shift lately"));
	if (rc == RC_OK && !cli_has(c, "print") && !cli_has(c, "pdf"))
		return ask_shift_log(c->desk, &p, put_entry, c, err);
	if (rc == RC_OK)
		rc = paper_of_shift(c->desk, &p, &paper, err);
	if (rc == RC_OK)
		rc = out_paper(c, paper, err);
	(void)paper_free(paper);
	return rc;
}

enum rc
run_shift_log(struct cli *c, struct err *err)
{
	char *text = cli_join_words(c, 0);
	enum rc rc = cli_open(c, err);
	if (rc == RC_OK)
		rc = *text != '\0' ? act_shift_line(c->desk, text, err)
				   : show_log(c, err);
	(void)xfree(text);
	return rc;
}

static void
put_roster(void *ctx, const struct roster_row *r)
{
	const struct cli *c = ctx;
	json_t *o;

	if (c->json) {
		o = json_object();
		json_object_set_new(o, "day", json_string(r->day));
		json_object_set_new(o, "slot", json_string(r->slot));
		json_object_set_new(o, "officer", json_string(r->officer));
		json_object_set_new(o, "phone", json_string(r->phone));
		json_object_set_new(o, "leader", json_string(r->leader));
		json_object_set_new(o, "leader_phone",
				    json_string(r->leader_phone));
		json_object_set_new(o, "note", json_string(r->note));
		json_object_set_new(o, "deputy", json_string(r->deputy));
		json_object_set_new(o, "deputy_phone",
				    json_string(r->deputy_phone));
		json_object_set_new(o, "starts", json_string(r->starts));
		json_object_set_new(o, "ends", json_string(r->ends));
		json_object_set_new(o, "holiday",
				    r->holiday != NULL ? json_string(r->holiday)
						       : json_null());
		json_object_set_new(o, "now", json_boolean(r->now));
		out_json(o);
		return;
	}
	(void)printf("%s%s ", r->now ? "*" : " ", r->day);
	out_cell(r->slot, 6);
	(void)putchar(' ');
	out_cell(r->officer, 12);
	(void)putchar(' ');
	out_cell(r->phone, 14);
	(void)putchar(' ');
	out_cell(r->deputy, 12);
	(void)putchar(' ');
	out_cell(r->leader, 12);
	(void)putchar(' ');
	out_cell(r->leader_phone, 14);
	(void)putchar(' ');
	if (r->holiday != NULL)
		(void)printf("%s ", r->holiday);
	out_text(r->note);
	(void)putchar('\n');
}

enum rc
run_shift_roster(struct cli *c, struct err *err)
{
	struct buf bytes;
	size_t n = 0;
	enum rc rc = cli_open(c, err);
	if (rc != RC_OK)
		return rc;
	if (c->n_words == 0)
		return ask_roster(c->desk, cli_get(c, "from"),
				  cli_get(c, "until"), put_roster, c, err);
	rc = cli_read_file(c->words[0], ROSTER_MAX_BYTES, &bytes, err);
	if (rc == RC_OK)
		rc = act_roster(c->desk, buf_str(&bytes), bytes.len, &n, err);
	if (rc == RC_OK)
		(void)printf(ngettext("%zu day is in the roster\n",
				      "%zu days are in the roster\n", n),
			     n);
	buf_release(&bytes);
	return rc;
}
