/* show and events: one document. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "cli_int.h"
#include "desk/permit.h"
#include "model/clock.h"
#include "model/content.h"

/* The longest field title in each language. */
#define LABEL_COLS_ZH 18
#define LABEL_COLS_EN 30

static void
put_label(const struct cli *c, const char *label, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	out_cell(label, str_eq(c->lang, "zh") ? LABEL_COLS_ZH : LABEL_COLS_EN);
	(void)putchar(' ');
	out_text(value);
	(void)putchar('\n');
}

static void
put_time_label(const struct cli *c, const char *label, int64_t ms)
{
	char text[TIME_TEXT_MAX];
	if (ms < 0)
		return;
	when_text(c, ms, text);
	put_label(c, label, text);
}

static void
put_head(const struct cli *c, const struct view *v, const struct kind *kind)
{
	const struct doc_row *r = v->row;
	bool zh = str_eq(c->lang, "zh");
	out_text(r->title);
	(void)putchar('\n');
	put_label(c, _("id"), r->ref.id);
	put_label(c, _("number"), r->number);
	put_label(c, _("kind"),
		  kind != NULL ? title_in(&kind->title, zh) : r->kind);
	put_label(c, _("owner"), r->ref.owner);
	put_label(c, _("state"), r->state_title);
	if (r->withdrawn && !str_eq(r->state_title, _("withdrawn")))
		put_label(c, "", _("withdrawn"));
	put_label(c, _("urgency"), urgency_title(r->urgency));
	if (!str_eq(r->wait_text, r->state_title))
		put_label(c, _("to be done"), r->wait_text);
	put_label(c, _("assignee"), r->assignee);
	if (r->related > 0) {
		char *text = xasprintf(_("%d share something with it: "
					 "deltadesk related"),
				       r->related);
		put_label(c, _("related"), text);
		(void)xfree(text);
	}
	put_time_label(c, _("issued"), r->issued_ms);
	put_time_label(c, _("stored"), r->stored_ms);
	put_time_label(c, _("due"), r->due_ms);
	for (size_t i = 0; i < r->n_parties; i++) {
		const struct party_row *p = &r->parties[i];
		char *text = xasprintf("%s %s", p->desk, party_word(c, v, p));
		put_label(c, _("party"), text);
		(void)xfree(text);
	}
}

/* The head has these. */
static bool
in_head(const struct field *f)
{
	return str_eq(f->name, "title") || str_eq(f->name, "urgency");
}

/* By the kind's fields, else by the plain names. */
static void
put_fields(const struct cli *c, const struct view *v, const struct kind *kind)
{
	bool zh = str_eq(c->lang, "zh");
	const char *name;
	json_t *value;
	json_t *shown;

	if (v->shown == NULL)
		return;
	shown = json_copy(v->shown);
	view_say_seals(v, shown);
	for (size_t i = 0; kind != NULL && i < kind->n_fields; i++) {
		const struct field *f = &kind->fields[i];
		char *text = content_text(kind, shown, f->name, zh);
		if (!in_head(f))
			put_label(c, title_in(&f->title, zh),
				  str_eq(f->name, "mode") ? mode_word(text)
							  : text);
		(void)xfree(text);
	}
	json_decref(shown);
	if (kind != NULL)
		return;
	json_object_foreach(v->shown, name, value)
	{
		char *text = json_is_string(value)
				     ? xstrdup(json_string_value(value))
				     : json_dumps(value, JSON_ENCODE_ANY);
		put_label(c, name, text);
		(void)xfree(text);
	}
}

/* What only `--confidential` shows, and leaves a trace of. */
static void
put_withheld(const struct cli *c, const struct view *v)
{
	for (size_t i = 0; i < v->n_withheld; i++)
		put_label(c, v->withheld[i],
			  _("confidential; --confidential shows it and is "
			    "recorded"));
}

/* Columns that the kind sums up over rows and desks. */
static void
put_sums(const struct cli *c, const struct view *v, const struct kind *kind)
{
	const char *name;
	json_t *value;

	json_object_foreach(v->sums, name, value)
	{
		const struct field *f = kind_field(kind, name);
		char *text = xasprintf(
			"%s %.12g",
			f != NULL ? title_in(&f->title, str_eq(c->lang, "zh"))
				  : name,
			json_number_value(value));
		put_label(c, _("total"), text);
		(void)xfree(text);
	}
}

static void
put_rows(const struct cli *c, const struct view *v)
{
	bool zh = str_eq(c->lang, "zh");
	for (size_t i = 0; i < v->n_rows; i++) {
		const struct row_row *r = &v->rows[i];
		char *line = xasprintf(
			"%s %s %s%s%s %s", r->key, r->desk,
			r->state != NULL ? title_in(&r->state->title, zh) : "",
			r->removed ? " " : "", r->removed ? _("taken out") : "",
			r->title);
		put_label(c, _("row"), line);
		(void)xfree(line);
	}
}

static void
put_reliance(const struct cli *c, const struct reliance_row *r)
{
	char text[TIME_TEXT_MAX];

	when_text(c, r->acted_ms, text);
	char *line = xasprintf("%s %s %s %s%s%s", text, r->desk, r->state_title,
			       r->paper, *r->doc != '\0' ? " " : "", r->doc);
	put_label(c, r->open ? _("relied, open") : _("relied"), line);
	(void)xfree(line);
}

static void
put_rest(const struct cli *c, const struct view *v)
{
	char text[TIME_TEXT_MAX];
	put_rows(c, v);
	for (size_t i = 0; i < v->n_clocks; i++) {
		const struct clock_row *k = &v->clocks[i];
		when_text(c, k->due_ms, text);
		char *line = xasprintf("%s %s%s%s %s %s %s%s", k->desk,
				       k->title, k->row != NULL ? " " : "",
				       k->row != NULL ? k->row : "", text,
				       clock_word(k->state),
				       k->article != NULL ? k->article : "",
				       k->remarks);
		put_label(c, _("clock"), line);
		(void)xfree(line);
	}
	for (size_t i = 0; i < v->reliance.n_rows; i++)
		put_reliance(c, &v->reliance.rows[i]);
	for (size_t i = 0; i < v->n_attachments; i++) {
		const struct attachment_row *a = &v->attachments[i];
		char *line =
			xasprintf("%s %lld %s", a->name, (long long)a->size,
				  a->here ? _("here") : _("not here yet"));
		put_label(c, _("attachment"), line);
		(void)xfree(line);
	}
	for (size_t i = 0; i < v->n_timeline; i++) {
		const struct timeline_row *t = &v->timeline[i];
		when_text(c, t->acted_ms, text);
		char *line = xasprintf("%s %s %s %s%s%s%s%s", text, t->desk,
				       t->officer, t->what,
				       *t->text != '\0' ? " " : "", t->text,
				       t->offline ? _(" (offline)") : "",
				       t->flagged ? " !" : "");
		put_label(c, _("timeline"), line);
		(void)xfree(line);
	}
}

/* The whole content in place of what is shown. */
static enum rc
look_at_all(struct cli *c, const struct doc_ref *ref, struct view *v,
	    struct err *err)
{
	json_t *whole = NULL;
	enum rc rc = act_look(c->desk, ref, &whole, err);

	if (rc != RC_OK)
		return rc;
	json_decref(v->shown);
	v->shown = whole;
	while (v->n_withheld > 0)
		(void)xfree(v->withheld[--v->n_withheld]);
	return RC_OK;
}

enum rc
run_show(struct cli *c, struct err *err)
{
	struct doc_ref ref;
	struct view *v = NULL;
	enum rc rc = cli_doc(c, c->words[0], &ref, err);
	if (rc == RC_OK)
		rc = ask_view(c->desk, &ref, &v, err);
	if (rc == RC_OK && cli_has(c, "confidential"))
		rc = look_at_all(c, &ref, v, err);
	if (rc != RC_OK) {
		(void)view_free(v);
		return rc;
	}
	if (c->json) {
		json_t *o = view_json(v), *rests = rests_json(c, &ref);
		if (json_array_size(rests) > 0)
			json_object_set(o, "rests_on", rests);
		json_decref(rests);
		out_json(o);
	} else {
		const struct kind *kind =
			kinds_get(desk_get_kinds(c->desk), v->row->kind,
				  v->row->kind_version);
		put_head(c, v, kind);
		put_fields(c, v, kind);
		put_withheld(c, v);
		if (kind != NULL)
			put_sums(c, v, kind);
		put_rest(c, v);
		cli_say_rests(c, &ref);
		cli_say_clashes(c, &ref, false);
	}
	(void)view_free(v);
	return RC_OK;
}

/* ---- events ---- */

static const char *
verdict_code(enum verdict verdict)
{
	static const char *const words[] = { [VERDICT_FIT] = "fit",
					     [VERDICT_EARLY] = "early",
					     [VERDICT_UNFIT] = "unfit" };
	return words[verdict];
}

static json_t *
ref_or_null(bool has, const struct ref *r)
{
	return has ? ref_json(r) : json_null();
}

static json_t *
event_json(const struct held_doc *held, const struct folded_event *f)
{
	const struct event *e = f->event;
	json_t *o = json_object();
	json_t *prev = json_array();
	for (size_t i = 0; i < e->n_prev; i++)
		json_array_append_new(prev, ref_json(&e->prev[i]));
	json_object_set_new(o, "digest", ref_json(&e->digest));
	json_object_set_new(o, "id", json_string(e->id));
	json_object_set_new(o, "type", json_string(event_type_name(e->type)));
	json_object_set_new(o, "source", json_string(e->source));
	json_object_set_new(o, "epoch", json_string(e->epoch));
	json_object_set_new(o, "k", json_integer(e->k));
	json_object_set_new(o, "track", json_string(e->track));
	json_object_set_new(o, "time", json_time(e->time_ms));
	json_object_set_new(o, "stored_at",
			    json_time(held_doc_stored_ms(held, e)));
	json_object_set_new(o, "prev", prev);
	json_object_set_new(o, "rev", ref_or_null(e->has_rev, &e->rev));
	json_object_set_new(o, "seen", ref_or_null(e->has_seen, &e->seen));
	json_object_set_new(o, "of", ref_or_null(e->has_of, &e->of));
	json_object_set_new(o, "verdict",
			    json_string(verdict_code(f->verdict)));
	json_object_set_new(o, "why", json_text_or_null(f->why));
	json_object_set_new(o, "data", event_shown(held->doc->kind, e));
	return o;
}

static void
put_event(const struct cli *c, const struct folded_event *f)
{
	char time[TIME_TEXT_MAX];
	char hex[DIGEST_HEX_LEN + 1];
	const struct event *e = f->event;
	when_text(c, e->time_ms, time);
	hex_encode(e->digest.bytes, DIGEST_LEN, hex);
	(void)printf("%.16s %s ", hex, time);
	out_cell(e->source, 12);
	(void)putchar(' ');
	out_cell(event_word(e->type), 12);
	(void)printf(" k=%lld %s", (long long)e->k, verdict_word(f->verdict));
	if (f->why != NULL)
		(void)printf(" (%s)", _(f->why));
	(void)putchar('\n');
}

enum rc
run_events(struct cli *c, struct err *err)
{
	struct doc_ref ref;
	struct held_doc held;
	enum rc rc = cli_doc(c, c->words[0], &ref, err);
	if (rc == RC_OK)
		rc = permit(c->desk, PERMIT_READ, &ref, err);
	if (rc == RC_OK)
		rc = journal_load(desk_get_journal(c->desk), ref.owner, ref.id,
				  &held, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < held.doc->n_events; i++) {
		if (c->json)
			out_json(event_json(&held, &held.doc->events[i]));
		else
			put_event(c, &held.doc->events[i]);
	}
	held_doc_release(&held);
	return RC_OK;
}
