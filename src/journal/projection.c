/* Projections written: rebuildable, in the transaction of their events. */
#include "config.h"

#include "journal/projection.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/lookup.h"
#include "projected_int.h"

#define SEARCH_TEXT_MAX (2 * FIELDS_MAX_BYTES)

struct old_row {
	bool here;
	int64_t id;
	struct indexed indexed;
};

static enum rc
read_old(struct journal *j, const struct doc *d, struct old_row *out,
	 struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_DOC_GET);
	stmt_text(st, 1, d->owner);
	stmt_text(st, 2, d->id);
	enum rc rc = stmt_step(st, &out->here, err);
	if (rc == RC_OK && out->here) {
		out->id = col_int(st, 0);
		/* of an earlier round: the index was emptied since */
		if (col_int(st, 3) != 0)
			out->indexed = (struct indexed){
				.event = col_int(st, 1),
				.notes = col_int(st, 2),
			};
	}
	stmt_done(st);
	return rc;
}

/* ---- full text ---- */

/*
 * The index keeps no text of its own, so what is taken out must be given
 * exactly as it was put in: struct indexed tells from which events it came.
 */
static enum rc
fts_change(struct journal *j, const struct held_doc *h, int64_t id,
	   const struct indexed *from, bool take_out, struct err *err)
{
	struct buf text;

	buf_init(&text, SEARCH_TEXT_MAX);
	enum rc rc = search_text(h, from, &text, err);
	if (rc == RC_OK)
		rc = index_later(j, id, take_out, &text, err);
	buf_release(&text);
	return rc;
}

/* A new row of doc tells already what is in the index. */
static enum rc
write_fts(struct journal *j, const struct held_doc *h,
	  const struct indexed *now, const struct old_row *old, int64_t id,
	  struct err *err)
{
	enum rc rc = RC_OK;
	if (old->here && old->indexed.event == now->event &&
	    old->indexed.notes == now->notes)
		return RC_OK;
	if (old->here && old->indexed.event != 0)
		rc = fts_change(j, h, id, &old->indexed, true, err);
	if (rc == RC_OK && now->event != 0)
		rc = fts_change(j, h, id, now, false, err);
	if (rc != RC_OK || !old->here)
		return rc;
	struct stmt *st = stmt_use(j->store, SQL_DOC_SET_FTS);
	stmt_int(st, 1, id);
	stmt_int(st, 2, now->event);
	stmt_int(st, 3, now->notes);
	return stmt_run(st, err);
}

/* ---- the rows beside doc ---- */

static void
bind_time(struct stmt *st, int at, int64_t ms)
{
	if (ms < 0)
		stmt_null(st, at);
	else
		stmt_int(st, at, ms);
}

static void
bind_party(struct stmt *st, int64_t id, size_t pos,
	   const struct projected_party *q)
{
	stmt_int(st, 1, id);
	stmt_text(st, 2, q->desk);
	stmt_int(st, 3, (int64_t)pos);
	stmt_text(st, 4, q->track);
	stmt_text(st, 5, q->state);
	stmt_int(st, 6, q->stage);
	bind_time(st, 7, q->stored_ms);
	bind_time(st, 8, q->signed_ms);
	stmt_int(st, 9, q->removed);
	stmt_int(st, 10, q->acked);
}

static enum rc
write_parties(struct journal *j, int64_t id, const struct projected *p,
	      struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_DOC_PARTY_CLEAR);
	stmt_int(st, 1, id);
	enum rc rc = stmt_run(st, err);
	for (size_t i = 0; rc == RC_OK && i < p->n_parties; i++) {
		const struct projected_party *q = &p->parties[i];
		st = stmt_use(j->store, SQL_DOC_PARTY_INSERT);
		bind_party(st, id, i, q);
		rc = stmt_run(st, err);
	}
	return rc;
}

/* Is there anything to tell of this event? Only then it has a row. */
static bool
verdict_tells(const struct folded_event *f)
{
	return f->verdict != VERDICT_FIT || f->why != NULL || f->fork ||
	       f->stepped_back || f->odd_time;
}

static void
verdict_bind(struct stmt *st, const char *subject, const struct folded_event *f)
{
	stmt_blob(st, 1, f->event->digest.bytes, DIGEST_LEN);
	stmt_text(st, 2, subject);
	stmt_int(st, 3, f->verdict);
	stmt_text(st, 4, f->why);
	stmt_int(st, 5, f->fork);
	stmt_int(st, 6, f->stepped_back);
	stmt_int(st, 7, f->odd_time);
}

static enum rc
write_verdicts(struct journal *j, const struct doc *d, struct err *err)
{
	char subject[SUBJECT_MAX + 1];

	subject_make(d->owner, d->id, subject);
	struct stmt *st = stmt_use(j->store, SQL_VERDICT_CLEAR);
	stmt_text(st, 1, subject);
	enum rc rc = stmt_run(st, err);
	for (size_t i = 0; rc == RC_OK && i < d->n_events; i++) {
		if (!verdict_tells(&d->events[i]))
			continue;
		st = stmt_use(j->store, SQL_VERDICT_INSERT);
		verdict_bind(st, subject, &d->events[i]);
		rc = stmt_run(st, err);
	}
	return rc;
}

/* ---- one document ---- */

static enum rc
insert_doc(struct journal *j, const struct held_doc *h,
	   const struct projected *p, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_DOC_INSERT);
	projected_bind(st, h, p);
	stmt_int(st, 31, p->indexed.event);
	stmt_int(st, 32, p->indexed.notes);
	return stmt_run(st, err);
}

/* Does nothing to a row that is the same. */
static enum rc
update_doc(struct journal *j, const struct held_doc *h,
	   const struct projected *p, bool *ret_changed, struct err *err)
{
	static const enum sql updates[] = { SQL_DOC_UPDATE_TIMES,
					    SQL_DOC_UPDATE };
	enum rc rc = RC_OK;
	*ret_changed = false;
	for (size_t i = 0;
	     rc == RC_OK && !*ret_changed && i < ARRAY_LEN(updates); i++) {
		struct stmt *st = stmt_use(j->store, updates[i]);
		projected_bind(st, h, p);
		rc = stmt_run(st, err);
		*ret_changed = rc == RC_OK && store_changes(j->store) > 0;
	}
	return rc;
}

static enum rc
write_doc(struct journal *j, const struct held_doc *h,
	  const struct projected *p, const struct old_row *old, int64_t *ret_id,
	  bool *ret_changed, struct err *err)
{
	if (old->here) {
		*ret_id = old->id;
		return update_doc(j, h, p, ret_changed, err);
	}
	enum rc rc = insert_doc(j, h, p, err);
	*ret_changed = true;
	*ret_id = rc == RC_OK ? store_last_rowid(j->store) : 0;
	return rc;
}

static enum rc
write_all(struct journal *j, const struct held_doc *h, bool anew,
	  struct err *err)
{
	struct projected p;
	struct old_row old = { .here = false };
	int64_t id = 0;
	bool changed = false;

	enum rc rc = projected_make(j, h, &p, err);
	if (rc != RC_OK)
		return rc;
	rc = read_old(j, h->doc, &old, err);
	if (rc == RC_OK)
		rc = write_doc(j, h, &p, &old, &id, &changed, err);
	if (rc == RC_OK && (changed || anew))
		rc = write_parties(j, id, &p, err);
	if (rc == RC_OK && (changed || anew))
		rc = links_write(j, h->doc, id, err);
	if (rc == RC_OK && (changed || anew))
		rc = spans_write(j, h->doc, id, err);
	/* a kind gets a lookup only by other rules: then all is anew */
	if (rc == RC_OK && (anew || (changed && lookup_of(h->doc) != NULL)))
		rc = lookup_write(j, h->doc, id, err);
	if (rc == RC_OK)
		rc = write_verdicts(j, h->doc, err);
	if (rc == RC_OK)
		rc = shared_write(j, h->doc, p.mode, id, err);
	if (rc == RC_OK)
		rc = clocks_write(j, h->doc, id, old.here, err);
	if (rc == RC_OK)
		rc = timer_write(j, h->doc, id, err);
	if (rc == RC_OK)
		rc = stat_write(j, h->doc, id, err);
	if (rc == RC_OK)
		rc = write_fts(j, h, &p.indexed, &old, id, err);
	projected_release(&p);
	return rc;
}

enum rc
projection_write(struct journal *j, const struct held_doc *h, struct err *err)
{
	return write_all(j, h, false, err);
}

/* Rows that their event alone gives are written when it comes. */
static enum rc
write_of_events(struct journal *j, const struct held_doc *h, struct err *err)
{
	char subject[SUBJECT_MAX + 1];

	subject_make(h->doc->owner, h->doc->id, subject);
	struct stmt *st = stmt_use(j->store, SQL_EVENT_BLOB_CLEAR);
	stmt_text(st, 1, subject);
	enum rc rc = stmt_run(st, err);
	for (size_t i = 0; rc == RC_OK && i < h->n_events; i++)
		rc = event_blobs_project(j, &h->events[i], err);
	return rc;
}

enum rc
projection_write_anew(struct journal *j, const struct held_doc *h,
		      struct err *err)
{
	enum rc rc = write_of_events(j, h, err);
	return rc == RC_OK ? write_all(j, h, true, err) : rc;
}

enum rc
projection_touch(struct journal *j, const char *owner, const char *doc,
		 struct err *err)
{
	struct held_doc h;
	enum rc rc = journal_load(j, owner, doc, &h, err);
	if (rc != RC_OK)
		return rc;
	rc = projection_write(j, &h, err);
	held_doc_release(&h);
	return rc;
}
