/* Documents that point to documents: what was made from what. */
#include "config.h"

#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "base/uuid.h"
#include "journal/projection.h"
#include "journal_int.h"

struct link_sink {
	struct journal *journal;
	int64_t id;
	enum rc rc;
	struct err *err;
};

/* OWNER/uuid; what names a document otherwise points to nothing here. */
static bool
is_subject(const char *s)
{
	char owner[DESK_ID_MAX + 1], doc[UUID_LEN + 1];
	return subject_split(s, owner, doc) && desk_id_valid(owner) &&
	       uuid_valid(doc);
}

static void
put(struct link_sink *to, const char *target)
{
	if (to->rc != RC_OK || target == NULL || !is_subject(target))
		return;
	struct stmt *st = stmt_use(to->journal->store, SQL_DOC_LINK_PUT);
	stmt_text(st, 1, target);
	stmt_int(st, 2, to->id);
	to->rc = stmt_run(st, to->err);
}

static void
walk(const struct field *fields, size_t n, const json_t *content,
     struct link_sink *to)
{
	for (size_t i = 0; i < n; i++) {
		const struct field *f = &fields[i];
		const json_t *v = json_object_get(content, f->name);
		size_t at;
		json_t *one;
		if (f->type == FIELD_DOC)
			put(to, json_string_value(v));
		else if (f->type == FIELD_GROUP)
			walk(f->sub, f->n_sub, v, to);
		else if (f->type == FIELD_LIST)
			json_array_foreach(v, at, one)
				walk(f->sub, f->n_sub, one, to);
	}
}

/* What parties name in their moves: the paper in which they used it. The
 * owner's own links make children of it (link_child_in), theirs do not. */
static void
walk_moves(const struct doc *d, struct link_sink *to)
{
	for (size_t i = 0; i < d->n_events; i++) {
		const struct event *e = d->events[i].event;
		const struct doc_track *t =
			e->type == EVENT_MOVE && !str_eq(e->source, d->owner)
				? doc_track_of(d, e->source)
				: NULL;
		const char *name = json_text(e->data, "move");
		const struct move *m =
			t != NULL && t->def != NULL && name != NULL &&
					d->events[i].verdict == VERDICT_FIT
				? track_move(t->def, name)
				: NULL;
		if (m != NULL)
			walk(m->input, m->n_input,
			     json_object_get(e->data, "input"), to);
	}
}

enum rc
links_write(struct journal *j, const struct doc *d, int64_t id, struct err *err)
{
	struct link_sink to = {
		.journal = j, .id = id, .rc = RC_OK, .err = err
	};
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_DOC_LINK_CLEAR);
	stmt_int(st, 1, id);
	enum rc rc = stmt_run(st, err);
	if (rc != RC_OK || d->kind == NULL)
		return rc;
	walk(d->kind->fields, d->kind->n_fields, d->fields, &to);
	walk_moves(d, &to);
	if (to.rc != RC_OK || !str_eq(d->owner, j->desk))
		return to.rc;
	st = stmt_use(j->store, SQL_DOC_LINK_TARGETS);
	stmt_int(st, 1, id);
	rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		touched_add(&j->parents, col_text(st, 0));
		rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

bool
link_child_in(void *ctx, const char *kind, const char *state)
{
	const struct link_child *c = ctx;
	char subject[SUBJECT_MAX + 1];
	bool row = false;

	subject_make(c->doc->owner, c->doc->id, subject);
	struct stmt *st = stmt_use(c->journal->store, SQL_DOC_CHILD_IN);
	stmt_text(st, 1, subject);
	stmt_text(st, 2, c->journal->desk);
	stmt_text(st, 3, kind);
	stmt_text(st, 4, state);
	enum rc rc = stmt_step(st, &row, NULL);
	stmt_done(st);
	return rc == RC_OK && row;
}

enum rc
parents_settle(struct journal *j, struct err *err)
{
	enum rc rc = RC_OK;
	/* Looking at one adds none: links are those of one's own content. */
	for (size_t i = 0; rc == RC_OK && i < j->parents.n; i++) {
		char owner[DESK_ID_MAX + 1], doc[UUID_LEN + 1];
		struct err why = ERR_INIT;
		if (!subject_split(j->parents.subjects[i], owner, doc))
			continue;
		rc = projection_touch(j, owner, doc, &why);
		if (rc == RC_NOTFOUND)
			rc = RC_OK; /* it points to what is not here */
		else if (rc != RC_OK && err != NULL)
			*err = why;
	}
	touched_reset(&j->parents);
	return rc;
}
