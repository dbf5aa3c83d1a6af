#include "desk/tick.h"

#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "gate_int.h"
#include "journal/epoch.h"
#include "journal/projection.h"
#include "model/content.h"
#include "model/timer.h"
#include "move_int.h"

#define TICK_DOCUMENTS_MAX 64	 /* in one call */
#define TICK_RETRY_MS	   60000 /* what could not be done is tried again */

/* The officer of automatic moves; no row of table officer has this id. */
static struct officer
clock_officer(void)
{
	struct officer o = { .name = xstrdup("clock"),
			     .roles = ROLE_BIT(ROLE_CLOCK) };

	(void)str_copy(o.id, sizeof(o.id), "clock", NULL);
	return o;
}

static json_t *
auto_body(struct desk *d, const struct move *m)
{
	json_t *input = json_object();

	content_defaults(m->input, m->n_input, input);
	return json_pack("{s:o,s:s,s:o}", "officers", officers_json(d), "move",
			 m->name, "input", input);
}

/* Inside the transaction: nothing can come between looking and signing. */
static enum rc
sign_auto(struct desk *d, const struct doc_ref *ref,
	  const struct held_doc *held, const struct gate *g,
	  const struct move *m, struct err *err)
{
	struct made_list made = { .n = 0 };
	struct signed_move s = {
		.ref = ref, .held = held, .move = m, .made = &made
	};
	json_t *body = auto_body(d, m);
	enum rc rc = gate_filled_in(g, m, body, err);

	s.body = body;
	if (rc == RC_OK)
		rc = effects_prepare(d, held, m, json_object_get(body, "input"),
				     &made, err);
	if (rc == RC_OK)
		rc = move_write(d, &s, err);
	effects_release(&made);
	json_decref(body);
	return rc;
}

static enum rc
look_at(struct desk *d, const struct doc_ref *ref, struct err *err)
{
	struct held_doc held = { 0 };
	struct timer_due due;
	struct gate g;
	enum rc rc = journal_load(d->journal, ref->owner, ref->id, &held, err);

	if (rc != RC_OK)
		return rc;
	gate_init(&g, d, &held);
	{
		struct link_child child = { .journal = d->journal,
					    .doc = held.doc };
		const struct condition_in in = {
			.doc = held.doc,
			.fields = g.fields,
			.now_ms = env_now_ms(d->env),
			.desk = d->id,
			.child_in = link_child_in,
			.ctx = &child,
		};
		doc_timer(&in, &due);
	}
	/* a seal that opens, a duty that begins: settled before the commit */
	journal_touch(d->journal, ref->owner, ref->id);
	if (due.move != NULL)
		rc = sign_auto(d, ref, &held, &g, due.move, err);
	gate_release(&g);
	held_doc_release(&held);
	return rc;
}

/* One document whose time has come, in a transaction of its own. */
static enum rc
tick_one(struct desk *d, const struct timer_row *row, struct err *err)
{
	struct officer officer = d->officer, clock = clock_officer();
	bool had = d->has_officer;
	struct doc_ref ref;
	enum rc rc = journal_begin(d->journal, err);

	if (rc == RC_OK) {
		memcpy(ref.owner, row->owner, sizeof(ref.owner));
		memcpy(ref.id, row->doc, sizeof(ref.id));
		d->officer = clock;
		d->has_officer = true;
		rc = act_end(d, look_at(d, &ref, err), err);
		d->officer = officer;
		d->has_officer = had;
	}
	officer_release(&clock);
	return rc;
}

static void
tell(const struct tick *t, const struct timer_row *row, const struct err *why)
{
	char *sentence;

	if (t->problem == NULL)
		return;
	sentence = xasprintf(_("%s/%s: what was to happen by itself could "
			       "not: %s"),
			     row->owner, row->doc, why->msg);
	t->problem(t->ctx, sentence);
	xfree(sentence);
}

/* When to come again: a time ahead, or soon for what is still due. */
static enum rc
come_again(struct desk *d, int64_t *ret_next_ms, struct err *err)
{
	int64_t now = env_now_ms(d->env);
	struct timer_row row = { .at_ms = INT64_MIN };
	bool found = false, stuck = false;
	enum rc rc = timer_next(d->journal, INT64_MIN, 0, &row, &found, err);

	if (rc == RC_OK && found && row.at_ms <= now) {
		stuck = true;
		rc = timer_next(d->journal, now, INT64_MAX, &row, &found, err);
	}
	*ret_next_ms = found ? row.at_ms : INT64_MAX;
	if (stuck && *ret_next_ms > now + TICK_RETRY_MS)
		*ret_next_ms = now + TICK_RETRY_MS;
	return rc;
}

enum rc
desk_tick(struct desk *d, const struct tick *t, int64_t *ret_next_ms,
	  struct err *err)
{
	struct timer_row row = { .at_ms =
					 d->tick.on ? d->tick.at_ms : INT64_MIN,
				 .row = d->tick.on ? d->tick.row : 0 };
	bool found = false, waits = false;
	enum rc rc;
	size_t i;

	d->tick.on = false;
	rc = epoch_is_restoring(d->journal, &waits, err);
	if (rc == RC_OK && !waits)
		rc = waiting_sign(d, t, err);
	*ret_next_ms = env_now_ms(d->env) + TICK_RETRY_MS;
	if (rc != RC_OK || waits) /* what came back may change what is due */
		return rc;
	for (i = 0; i < TICK_DOCUMENTS_MAX; i++) {
		struct err why = ERR_INIT;

		rc = timer_next(d->journal, row.at_ms, row.row, &row, &found,
				err);
		if (rc != RC_OK)
			return rc;
		if (!found || row.at_ms > env_now_ms(d->env))
			return come_again(d, ret_next_ms, err);
		rc = tick_one(d, &row, &why);
		if (rc == RC_BUSY) { /* else the next one may be sound */
			if (err != NULL)
				*err = why;
			return rc;
		}
		if (rc != RC_OK)
			tell(t, &row, &why);
	}
	/* those that cannot be done would else keep the others waiting */
	d->tick.at_ms = row.at_ms;
	d->tick.row = row.row;
	d->tick.on = true;
	*ret_next_ms = env_now_ms(d->env);
	return RC_OK;
}
