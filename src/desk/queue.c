/* What waits for a peer, item by item. */
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/permit.h"
#include "desk_int.h"
#include "model/event.h"
#include "view_int.h"

void
queue_list_release(struct queue_list *l)
{
	size_t i;

	for (i = 0; i < l->n_rows; i++) {
		xfree(l->rows[i].number);
		xfree(l->rows[i].title);
		xfree(l->rows[i].what);
		xfree(l->rows[i].who);
	}
	xfree(l->rows);
	*l = (struct queue_list){ .rows = NULL };
}

static char *
dup_col(struct stmt *st, int at)
{
	return xstrdup(col_is_null(st, at) ? "" : col_text(st, at));
}

/* What the event does and who did it; of one that is not to be read nothing,
 * for the queue is shown whatever lies in it. */
static void
read_event(struct desk *d, struct stmt *st, struct queue_row *r)
{
	const struct ref digest = { { 0 } }; /* not asked for */
	const struct kind *k;
	struct event e = { 0 };
	size_t n;
	const char *raw = col_blob(st, 1, &n);

	k = col_is_null(st, 6)
		    ? NULL
		    : kinds_get(d->kinds, col_text(st, 6), (int)col_int(st, 7));
	if (event_read(raw, n, &digest, &e, NULL) == RC_OK) {
		r->what = event_what(k, &e);
		r->who = officer_names(e.data);
		r->acted_ms = e.time_ms;
	} else {
		r->what = xstrdup("?");
		r->who = xstrdup("");
		r->acted_ms = r->since_ms;
	}
	event_release(&e);
}

static void
read_row(struct desk *d, struct stmt *st, struct queue_row *r)
{
	r->seq = col_int(st, 0);
	r->since_ms = col_int(st, 3);
	if (str_copy(r->source, sizeof(r->source), col_text(st, 2), NULL) !=
	    RC_OK)
		r->source[0] = '\0';
	if (!col_is_null(st, 4) && (str_copy(r->ref.owner, sizeof(r->ref.owner),
					     col_text(st, 4), NULL) != RC_OK ||
				    str_copy(r->ref.id, sizeof(r->ref.id),
					     col_text(st, 5), NULL) != RC_OK))
		r->ref.id[0] = '\0'; /* not written by this program */
	r->number = dup_col(st, 8);
	r->title = dup_col(st, 9);
	read_event(d, st, r);
}

/* Where a channel's lane stands, and what its peer is known to hold. */
struct lane_ends {
	char epoch[UUID_LEN + 1];
	int lane;
	int64_t held;
};

static enum rc
add_lane(struct desk *d, const char *peer, const struct lane_ends *at,
	 size_t limit, struct queue_list *out, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_QUEUE_EACH);
	size_t n = 0;
	bool row;
	enum rc rc;

	stmt_text(st, 1, peer);
	stmt_text(st, 2, at->epoch);
	stmt_int(st, 3, at->lane);
	stmt_int(st, 4, at->held);
	stmt_int(st, 5, (int64_t)limit + 1);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		struct queue_row *r;

		if (n++ == limit) {
			out->more = true;
			break;
		}
		out->rows = xreallocarray(out->rows, out->n_rows + 1,
					  sizeof(*out->rows));
		r = &out->rows[out->n_rows++];
		*r = (struct queue_row){ .urgent = at->lane == 0 };
		read_row(d, st, r);
	}
	stmt_done(st);
	return rc;
}

enum rc
ask_queue(struct desk *d, const char *peer, size_t limit,
	  struct queue_list *out, struct err *err)
{
	struct lane_ends ends[16];
	struct stmt *st;
	size_t n = 0, i;
	bool row;
	enum rc rc = permit(d, PERMIT_READ, NULL, err);

	*out = (struct queue_list){ .rows = NULL };
	if (rc != RC_OK)
		return rc;
	st = stmt_use(d->store, SQL_COUNT_QUEUED);
	stmt_text(st, 1, peer);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		if (col_int(st, 3) <= col_int(st, 4) || n == ARRAY_LEN(ends) ||
		    str_copy(ends[n].epoch, sizeof(ends[n].epoch),
			     col_text(st, 2), NULL) != RC_OK)
			continue;
		ends[n].lane = (int)col_int(st, 1);
		ends[n++].held = col_int(st, 4);
	}
	stmt_done(st);
	for (i = 0; rc == RC_OK && i < n; i++)
		rc = add_lane(d, peer, &ends[i], limit, out, err);
	if (rc != RC_OK)
		queue_list_release(out);
	return rc;
}
