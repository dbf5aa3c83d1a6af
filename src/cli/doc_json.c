/* Documents as JSON, with the names that DESIGN 6 gives. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "cli_int.h"
#include "model/clock.h"

const char *
urgency_word(int urgency)
{
	return urgency == 0 ? "特急" : urgency == 1 ? "加急" : "平件";
}

static json_t *
parties_json(const struct doc_row *r)
{
	json_t *list = json_array();
	for (size_t i = 0; i < r->n_parties; i++) {
		const struct party_row *p = &r->parties[i];
		json_t *o = json_object();
		json_object_set_new(o, "desk", json_string(p->desk));
		json_object_set_new(o, "state", json_string(p->state));
		json_object_set_new(o, "stored_at", json_time(p->stored_ms));
		json_object_set_new(o, "signed_at", json_time(p->signed_ms));
		json_array_append_new(list, o);
	}
	return list;
}

json_t *
row_json(const struct doc_row *r)
{
	json_t *o = json_object();
	json_object_set_new(o, "id", json_string(r->ref.id));
	json_object_set_new(o, "number", json_text_or_null(r->number));
	json_object_set_new(o, "kind", json_string(r->kind));
	json_object_set_new(o, "title",
			    json_string(r->title != NULL ? r->title : ""));
	json_object_set_new(o, "owner", json_string(r->ref.owner));
	json_object_set_new(o, "state", json_string(r->state));
	json_object_set_new(o, "state_title",
			    json_text_or_null(r->state_title));
	json_object_set_new(o, "urgency",
			    json_string(urgency_word(r->urgency)));
	json_object_set_new(o, "mode", json_text_or_null(r->mode));
	json_object_set_new(o, "issued_at", json_time(r->issued_ms));
	json_object_set_new(o, "stored_at", json_time(r->stored_ms));
	json_object_set_new(o, "updated_at", json_time(r->updated_ms));
	json_object_set_new(o, "due_at", json_time(r->due_ms));
	json_object_set_new(o, "due_clock", json_text_or_null(r->due_clock));
	json_object_set_new(o, "late", json_boolean(r->late));
	json_object_set_new(o, "waits", json_boolean(r->waits));
	json_object_set_new(o, "wait_for", json_text_or_null(r->wait_text));
	json_object_set_new(o, "undelivered", json_boolean(r->undelivered));
	json_object_set_new(o, "withdrawn", json_boolean(r->withdrawn));
	json_object_set_new(o, "draft", json_boolean(r->draft));
	json_object_set_new(o, "waiting_approval",
			    json_boolean(r->waiting_approval));
	json_object_set_new(o, "assignee", json_text_or_null(r->assignee));
	json_object_set_new(o, "related", json_integer(r->related));
	json_object_set_new(o, "parties", parties_json(r));
	return o;
}

static json_t *
timeline_json(const struct timeline_row *t)
{
	char hex[DIGEST_HEX_LEN + 1];
	json_t *o = json_object();
	hex_encode(t->digest.bytes, DIGEST_LEN, hex);
	json_object_set_new(o, "acted_at", json_time(t->acted_ms));
	json_object_set_new(o, "stored_at", json_time(t->stored_ms));
	json_object_set_new(o, "desk", json_string(t->desk));
	json_object_set_new(o, "officer", json_text_or_null(t->officer));
	json_object_set_new(o, "what", json_text_or_null(t->what));
	json_object_set_new(o, "text", json_text_or_null(t->text));
	json_object_set_new(o, "offline", json_boolean(t->offline));
	json_object_set_new(o, "flag", json_text_or_null(t->flag));
	json_object_set_new(o, "digest", json_string(hex));
	return o;
}

static json_t *
clock_json(const struct clock_row *k)
{
	json_t *o = json_object();
	json_object_set_new(o, "desk", json_string(k->desk));
	json_object_set_new(o, "name", json_string(k->name));
	json_object_set_new(o, "title", json_text_or_null(k->title));
	json_object_set_new(o, "row", json_text_or_null(k->row));
	json_object_set_new(o, "row_number",
			    k->row_number >= 0 ? json_integer(k->row_number)
					       : json_null());
	json_object_set_new(o, "unit", json_string(clock_unit_name(k->unit)));
	json_object_set_new(o, "amount", json_integer(k->amount));
	json_object_set_new(o, "article", json_text_or_null(k->article));
	json_object_set_new(o, "started_at", json_time(k->started_ms));
	json_object_set_new(o, "due_at", json_time(k->due_ms));
	json_object_set_new(o, "strict_due_at", json_time(k->strict_ms));
	json_object_set_new(o, "state", json_string(k->state));
	json_object_set_new(o, "met_at", json_time(k->met_ms));
	json_object_set_new(o, "remaining",
			    k->remaining > 0 ? json_integer(k->remaining)
					     : json_null());
	json_object_set_new(o, "differs", json_boolean(k->stated_ms >= 0));
	json_object_set_new(o, "stated_due_at", json_time(k->stated_ms));
	json_object_set_new(o, "remarks", json_text_or_null(k->remarks));
	json_object_set_new(o, "assumed", json_boolean(k->assumed));
	json_object_set_new(o, "provisional", json_boolean(k->provisional));
	return o;
}

static json_t *
attachment_json(const struct attachment_row *a)
{
	char hex[DIGEST_HEX_LEN + 1];
	json_t *o = json_object();
	digest_hex(&a->digest, hex);
	json_object_set_new(o, "name", json_text_or_null(a->name));
	json_object_set_new(o, "digest", json_string(hex));
	json_object_set_new(o, "size",
			    a->size >= 0 ? json_integer(a->size) : json_null());
	json_object_set_new(o, "type", json_text_or_null(a->type));
	json_object_set_new(o, "here", json_boolean(a->here));
	return o;
}

static json_t *
move_json(const struct move_row *m)
{
	json_t *o = json_object();
	json_object_set_new(o, "name", json_string(m->move->name));
	json_object_set_new(o, "row", json_text_or_null(m->row));
	json_object_set_new(o, "row_title",
			    json_text_or_null(m->row != NULL ? m->row_title
							     : NULL));
	json_object_set_new(o, "possible", json_boolean(m->possible));
	json_object_set_new(o, "why", json_text_or_null(m->why));
	return o;
}

static json_t *
row_track_json(const struct row_row *r)
{
	json_t *o = json_object();
	json_object_set_new(o, "key", json_string(r->key));
	json_object_set_new(o, "desk", json_string(r->desk));
	json_object_set_new(o, "title", json_text_or_null(r->title));
	json_object_set_new(o, "state",
			    json_text_or_null(r->state != NULL ? r->state->name
							       : NULL));
	json_object_set_new(
		o, "state_title",
		json_text_or_null(
			r->state != NULL ? title_in(&r->state->title, i18n_zh())
					 : NULL));
	json_object_set_new(o, "since", json_time(r->since_ms));
	json_object_set_new(o, "ended",
			    json_boolean(r->removed ||
					 (r->state != NULL && r->state->end)));
	json_object_set_new(o, "removed", json_boolean(r->removed));
	json_object_set_new(o, "index", json_integer((json_int_t)r->index));
	json_object_set_new(o, "columns", json_deep_copy(r->columns));
	return o;
}

/* Of fields whose event holds a digest: when others may have the value, and
 * whether it is here. */
static json_t *
seals_json(const struct doc *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->n_seals; i++) {
		const struct doc_seal *s = &d->seals[i];
		json_t *o = json_pack("{s:s,s:b,s:b}", "field", s->field->name,
				      "here", s->reveal != NULL, "open",
				      doc_seal_is_open(d, s));
		json_object_set_new(o, "opens_at", json_time(s->opens_ms));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
reliance_json(const struct view *v)
{
	json_t *list = json_array();

	for (size_t i = 0; i < v->reliance.n_rows; i++) {
		const struct reliance_row *r = &v->reliance.rows[i];
		json_array_append_new(
			list,
			json_pack("{s:s,s:o,s:s,s:o,s:s,s:b}", "desk", r->desk,
				  "acted_at", json_time(r->acted_ms), "paper",
				  r->paper, "doc", json_text_or_null(r->doc),
				  "state", r->state_title, "open", r->open));
	}
	return list;
}

void
view_revision(const struct view *v, char out[static REVISION_TEXT_MAX])
{
	const struct doc *doc = v->held.doc;

	if (v->row->draft)
		(void)snprintf(out, REVISION_TEXT_MAX, "%lld",
			       (long long)v->draft_version);
	else if (doc != NULL && doc->current != NULL)
		hex_encode(doc->current->digest.bytes, DIGEST_LEN, out);
	else
		out[0] = '\0';
}

json_t *
view_json(const struct view *v)
{
	json_t *o = row_json(v->row);
	json_t *timeline = json_array();
	json_t *clocks = json_array();
	json_t *attachments = json_array();
	json_t *moves = json_array();
	json_t *rows = json_array();
	char revision[REVISION_TEXT_MAX];

	view_revision(v, revision);
	json_object_set_new(o, "revision", json_string(revision));
	for (size_t i = 0; i < v->n_timeline; i++)
		json_array_append_new(timeline, timeline_json(&v->timeline[i]));
	for (size_t i = 0; i < v->n_clocks; i++)
		json_array_append_new(clocks, clock_json(&v->clocks[i]));
	for (size_t i = 0; i < v->n_attachments; i++)
		json_array_append_new(attachments,
				      attachment_json(&v->attachments[i]));
	for (size_t i = 0; i < v->n_moves; i++)
		json_array_append_new(moves, move_json(&v->moves[i]));
	for (size_t i = 0; i < v->n_rows; i++)
		json_array_append_new(rows, row_track_json(&v->rows[i]));
	json_object_set_new(o, "fields",
			    v->shown != NULL ? json_deep_copy(v->shown)
					     : json_object());
	json_object_set_new(o, "sums", json_deep_copy(v->sums));
	if (v->n_withheld > 0) {
		json_t *withheld = json_array();
		for (size_t i = 0; i < v->n_withheld; i++)
			json_array_append_new(withheld,
					      json_string(v->withheld[i]));
		json_object_set_new(o, "withheld", withheld);
	}
	if (v->held.doc != NULL && v->held.doc->n_seals > 0)
		json_object_set_new(o, "sealed", seals_json(v->held.doc));
	json_object_set_new(o, "clocks", clocks);
	json_object_set_new(o, "timeline", timeline);
	if (v->reliance.n_rows > 0)
		json_object_set_new(o, "reliance", reliance_json(v));
	json_object_set_new(o, "attachments", attachments);
	json_object_set_new(o, "moves", moves);
	json_object_set_new(o, "rows", rows);
	return o;
}
