/*
 * The running clocks of a document: instances for each party or row that
 * bears one, from the set of fit moves.
 */
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "fold_clock_int.h"
#include "json_int.h"

/* Do moves of a track that is not the bearer's touch the clock? */
static bool
heeds_others(const struct kind *k, const struct clock_def *def)
{
	if ((def->start_of != NULL && !str_eq(def->start_of, def->bearer)) ||
	    (def->stop_of != NULL && !str_eq(def->stop_of, def->bearer)))
		return true;
	for (size_t t = 0; t < k->n_tracks; t++) {
		const struct track_def *track = &k->tracks[t];

		for (size_t m = 0; m < track->n_moves; m++) {
			const struct move *move = &track->moves[m];

			for (size_t e = 0; e < move->n_effects; e++) {
				if (str_eq(move->effects[e].target,
					   def->name) &&
				    move->effects[e].type != EFFECT_CREATE &&
				    move->effects[e].type != EFFECT_STAMP &&
				    !str_eq(track->name, def->bearer))
					return true;
			}
		}
	}
	return false;
}

static struct row_track *
track_of_row(const struct doc *d, const char *list, size_t number)
{
	for (size_t i = 0; i < d->n_rows && str_eq(d->kind->rows->name, list);
	     i++) {
		if (!d->rows[i].removed && d->rows[i].index == number)
			return &d->rows[i];
	}
	return NULL;
}

/* A clock of a party for each row that names its desk; of the owner too, for
 * all rows where none is named. */
static void
run_rows(struct run *r, bool others)
{
	const struct doc *d = r->f->doc;
	const json_t *list = fold_field_at(d->fields, r->def->each);
	const struct field *field = kind_field(d->kind, r->def->each);
	size_t i;
	json_t *row;

	json_array_foreach(json_plain(list), i, row)
	{
		const char *desk = field != NULL && field->each != NULL
					   ? json_text(row, field->each)
					   : NULL;

		if (desk != NULL && !str_eq(desk, r->bearer->desk))
			continue;
		r->columns = row;
		r->row_number = (int)i;
		r->row = track_of_row(d, r->def->each, i);
		run_one(r, others);
	}
}

/*
 * A clock whose moves this desk does not get would look late when it is not:
 * the owner sees all, a party its own and what the kind relays (EVENTS 11).
 */
static bool
is_seen(const struct run *r)
{
	const struct doc *d = r->f->doc;
	const char *me = r->f->in->desk;
	const struct track_def *t = kind_track(d->kind, r->def->bearer);
	const struct doc_track *mine;

	if (me == NULL || str_eq(me, d->owner) || str_eq(me, r->bearer->desk))
		return true;
	if (r->bearer == &d->tracks[0] && !str_eq(t->name, TRACK_ROWS))
		return true;
	mine = doc_track_of(d, me);
	switch (d->kind->relay_of_track[t - d->kind->tracks]) {
	case RELAY_OWNER: return false;
	case RELAY_SAME:
		return mine != NULL && (str_eq(t->name, TRACK_ROWS)
						? doc_has_row(d, me)
						: str_eq(mine->name, t->name));
	case RELAY_ALL: return true;
	}
	return false;
}

static bool
is_shown(const struct run *r)
{
	return is_seen(r) &&
	       (!r->def->local || str_eq(r->f->in->desk, r->bearer->desk)) &&
	       run_condition(r, r->def->when);
}

/* Borne by the rows: one for each. */
static void
run_row_tracks(struct folding *f, struct all_moves *all,
	       const struct clock_def *def, bool others)
{
	struct doc *d = f->doc;

	for (size_t i = 0; i < d->n_rows; i++) {
		const struct row_track *row = &d->rows[i];
		struct run r = { .f = f,
				 .all = all,
				 .def = def,
				 .bearer = doc_track_of(d, row->desk),
				 .row = row,
				 .columns = row->json,
				 .row_number = (int)row->index };

		if (r.bearer != NULL && is_shown(&r))
			run_one(&r, others);
	}
}

static void
run_clock(struct folding *f, struct all_moves *all, const struct clock_def *def,
	  bool others)
{
	struct doc *d = f->doc;

	if (str_eq(def->bearer, TRACK_ROWS)) {
		run_row_tracks(f, all, def, others);
		return;
	}
	for (size_t t = 0; t < d->n_tracks; t++) {
		struct run r = { .f = f,
				 .all = all,
				 .def = def,
				 .bearer = &d->tracks[t],
				 .row_number = -1 };

		if (!str_eq(r.bearer->name, def->bearer) || !is_shown(&r))
			continue;
		if (def->each != NULL)
			run_rows(&r, others);
		else
			run_one(&r, others);
	}
}

void
fold_clocks(struct folding *f)
{
	const struct kind *k = f->doc->kind;
	struct all_moves all = { 0 };

	for (size_t i = 0; k != NULL && i < k->n_clocks; i++)
		run_clock(f, &all, &k->clocks[i],
			  heeds_others(k, &k->clocks[i]));
	xfree(all.list);
}
