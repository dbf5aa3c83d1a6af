#include "desk/presence.h"

#include <unistd.h>

#include "base/i18n.h"
#include "base/text.h"
#include "desk_int.h"

static enum rc
drop(struct desk *d, struct store *live, struct err *err)
{
	struct stmt *st = stmt_use(live, SQL_LIVE_PRESENCE_DROP);

	stmt_int(st, 1, getpid());
	stmt_int(st, 2, env_now_ms(d->env) - PRESENCE_LAPSE_MS);
	return stmt_run(st, err);
}

enum rc
presence_set(struct desk *d, const struct doc_ref *ref, bool editing,
	     struct err *err)
{
	struct store *live = desk_live(d, ref != NULL);
	struct stmt *st;

	if (live == NULL) /* nobody else is told of anything either */
		return RC_OK;
	if (ref == NULL)
		return drop(d, live, err);
	st = stmt_use(live, SQL_LIVE_PRESENCE_SET);
	stmt_int(st, 1, getpid());
	stmt_text(st, 2, d->has_officer ? d->officer.id : "");
	stmt_text(st, 3, ref->owner);
	stmt_text(st, 4, ref->id);
	stmt_int(st, 5, editing);
	stmt_int(st, 6, env_now_ms(d->env));
	return stmt_run(st, err);
}

size_t
ask_presence(struct desk *d, struct presence *out, size_t max)
{
	struct store *live = desk_live(d, false);
	struct stmt *st;
	size_t n = 0;
	bool row;

	if (live == NULL)
		return 0;
	st = stmt_use(live, SQL_LIVE_PRESENCE_OTHERS);
	stmt_int(st, 1, getpid());
	stmt_int(st, 2, env_now_ms(d->env) - PRESENCE_LAPSE_MS);
	stmt_int(st, 3, (int64_t)max);
	while (n < max && stmt_step(st, &row, NULL) == RC_OK && row) {
		struct presence *p = &out[n];

		*p = (struct presence){ .editing = col_int(st, 3) != 0,
					.since_ms = col_int(st, 4) };
		if (str_copy(p->officer, sizeof(p->officer), col_text(st, 0),
			     NULL) == RC_OK &&
		    str_copy(p->ref.owner, sizeof(p->ref.owner),
			     col_text(st, 1), NULL) == RC_OK &&
		    str_copy(p->ref.id, sizeof(p->ref.id), col_text(st, 2),
			     NULL) == RC_OK)
			n++;
	}
	stmt_done(st);
	return n;
}
