/* Clocks that somebody must look at: rows of doc_clock. */
#include "config.h"

#include <stdio.h>

#include "base/text.h"
#include "projected_int.h"

/* Nothing of it depends on what time it is now: running or late is one. */
static bool
is_open(const struct journal *j, const struct doc *d, const struct doc_clock *c)
{
	if (c->met_ms >= 0 || c->due.open || c->state == CLOCK_ENDED)
		return false;
	return str_eq(d->owner, j->desk) || str_eq(c->desk, j->desk);
}

static enum rc
put(struct journal *j, int64_t id, int pos, const struct doc_clock *c,
    struct err *err)
{
	char number[16] = "";
	if (c->row >= 0)
		(void)snprintf(number, sizeof(number), "%d", c->row);
	struct stmt *st = stmt_use(j->store, SQL_DOC_CLOCK_PUT);
	stmt_int(st, 1, id);
	stmt_int(st, 2, pos);
	stmt_text(st, 3, c->desk);
	stmt_text(st, 4, c->def->name);
	stmt_text(st, 5, c->row_track != NULL ? c->row_track->key : number);
	stmt_int(st, 6, clock_binding_ms(c));
	stmt_int(st, 7, clock_warn_ms(c));
	stmt_int(st, 8, c->def->duty == DUTY_RIGHT);
	return stmt_run(st, err);
}

enum rc
clocks_write(struct journal *j, const struct doc *d, int64_t id, bool replace,
	     struct err *err)
{
	enum rc rc = RC_OK;
	if (replace) {
		struct stmt *st = stmt_use(j->store, SQL_DOC_CLOCK_CLEAR);
		stmt_int(st, 1, id);
		rc = stmt_run(st, err);
	}
	for (size_t i = 0; rc == RC_OK && i < d->n_clocks; i++)
		if (is_open(j, d, &d->clocks[i]))
			rc = put(j, id, (int)i, &d->clocks[i], err);
	return rc;
}
