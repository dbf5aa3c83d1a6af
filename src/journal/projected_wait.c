/* Who must act on a document here, and until when. */
#include "config.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/condition.h"
#include "projected_int.h"

static void
wait_for(struct projected *p, unsigned roles, int at)
{
	if (!p->waits)
		p->wait_at = at;
	p->waits = true;
	p->wait_roles |= roles;
}

/* What waits on the rows of this desk, each on its own track. */
static void
row_waits(const struct journal *j, const struct doc *d, struct condition_in *in,
	  struct projected *p)
{
	for (size_t i = 0; i < d->n_rows; i++) {
		const struct row_track *t = &d->rows[i];
		if (t->removed || t->state == NULL || !str_eq(t->desk, j->desk))
			continue;
		in->row = t->key;
		for (size_t w = 0; w < t->state->n_waits; w++) {
			const struct wait *wait = &t->state->waits[w];
			if (wait->when == NULL ||
			    condition_holds(wait->when, in))
				wait_for(p, wait->roles,
					 DOC_WAIT_ROWS +
						 DOC_WAIT_STATE *
							 (int)(t->state -
							       t->def->states) +
						 (int)w);
		}
	}
}

void
projected_waits(const struct journal *j, const struct doc *d,
		struct projected *p)
{
	const struct doc_track *t = doc_track_of(d, j->desk);
	struct link_child child = { .journal = j, .doc = d };
	struct condition_in in = {
		.doc = d,
		.fields = d->fields,
		.now_ms = env_now_ms(j->env),
		.desk = j->desk,
		.child_in = link_child_in,
		.ctx = &child,
	};

	p->wait_at = -1;
	if (t == NULL || t->removed)
		return;
	if (d->withdrawn) {
		if (!str_eq(d->owner, j->desk) && !t->acked)
			wait_for(p, ROLE_BIT(ROLE_DUTY), -1);
		return;
	}
	if (t->state == NULL) { /* kind not installed: somebody must look */
		if (!str_eq(d->owner, j->desk))
			wait_for(p, ROLE_BIT(ROLE_DUTY), -1);
		return;
	}
	for (size_t i = 0; d->issued && i < t->state->n_waits; i++) {
		const struct wait *w = &t->state->waits[i];
		if (w->when == NULL || condition_holds(w->when, &in))
			wait_for(p, w->roles, (int)i);
	}
	if (d->issued)
		row_waits(j, d, &in, p);
}

void
projected_due(const struct journal *j, const struct doc *d, struct projected *p)
{
	bool owner = str_eq(d->owner, j->desk);

	p->due_ms = p->warn_ms = DOC_NO_TIME;
	p->due_desk = p->due_clock = "";
	for (size_t i = 0; i < d->n_clocks; i++) {
		const struct doc_clock *c = &d->clocks[i];
		if (c->state != CLOCK_RUNNING && c->state != CLOCK_LATE)
			continue;
		/* A right lapses, it is never late. */
		if (c->due.open || c->def->duty == DUTY_RIGHT ||
		    (!owner && !str_eq(c->desk, j->desk)))
			continue;
		int64_t due = clock_binding_ms(c);
		if (due >= p->due_ms)
			continue;
		p->due_ms = due;
		p->warn_ms = clock_warn_ms(c);
		p->due_desk = c->desk;
		p->due_clock = c->def->name;
		if (c->due.assumed)
			p->flags |= DOC_ASSUMED;
		else
			p->flags &= ~DOC_ASSUMED;
	}
}
