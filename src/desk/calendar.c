/* The calendar: everything with hours, whatever its kind. */
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/permit.h"
#include "desk_int.h"
#include "model/span.h"
#include "schedule_int.h"

/* More than three hundred peers; what passes it is left out. */
#define CALENDAR_DESKS_BYTES (1024 * (DESK_ID_MAX + 1))

void
calendar_rows_release(struct calendar_rows *r)
{
	size_t i;

	for (i = 0; i < r->n_rows; i++) {
		xfree(r->rows[i].kind_title);
		xfree(r->rows[i].number);
		xfree(r->rows[i].title);
		xfree(r->rows[i].state_title);
		xfree(r->rows[i].place);
		xfree(r->rows[i].label);
		xfree(r->rows[i].waiting);
		xfree(r->rows[i].desks);
	}
	xfree(r->rows);
	*r = (struct calendar_rows){ 0 };
}

static char *
dup_col(struct stmt *st, int at)
{
	const char *s = col_text(st, at);

	return xstrdup(s != NULL ? s : "");
}

static void
copy_col(char *out, size_t size, struct stmt *st, int at)
{
	const char *s = col_text(st, at);

	if (s == NULL || str_copy(out, size, s, NULL) != RC_OK)
		out[0] = '\0';
}

/* Where the document stands: at its owner, else as this desk's track says. */
static char *
state_title(struct desk *d, struct stmt *st)
{
	const struct kind *k =
		kinds_get(d->kinds, col_text(st, 2), (int)col_int(st, 3));
	const struct track_def *t =
		k != NULL ? kind_track(k, col_text(st, 7)) : NULL;
	const struct state *s =
		t != NULL ? track_state(t, col_text(st, 6)) : NULL;

	return s != NULL ? xstrdup(title_in(&s->title, i18n_zh()))
			 : dup_col(st, 6);
}

/* "回复 4/6": those that are past having merely got it. */
static bool
has_answered(const char *stage)
{
	return !str_eq(stage, stage_name(STAGE_SENT)) &&
	       !str_eq(stage, stage_name(STAGE_STORED)) &&
	       !str_eq(stage, stage_name(STAGE_SIGNED));
}

static void
add_word(struct buf *b, const char *word)
{
	/* as many as there are parties, each a desk id */
	(void)buf_addf(b, NULL, "%s%s", b->len > 0 ? " " : "", word);
}

static void
read_parties(const char *text, struct calendar_row *r)
{
	json_t *list = text != NULL ? json_loads(text, 0, NULL) : NULL;
	struct buf waiting, desks;
	const json_t *one;
	size_t i;

	buf_init(&waiting, CALENDAR_DESKS_BYTES);
	buf_init(&desks, CALENDAR_DESKS_BYTES);
	add_word(&desks, r->ref.owner);
	json_array_foreach(list, i, one)
	{
		const char *stage = json_text(one, "stage"),
			   *desk = json_text(one, "desk");

		if (json_is_true(json_object_get(one, "removed")) ||
		    desk == NULL)
			continue;
		r->parties++;
		if (has_answered(stage))
			r->replied++;
		else
			add_word(&waiting, desk);
		if (!str_eq(stage, stage_name(STAGE_REFUSED)))
			add_word(&desks, desk);
	}
	r->waiting = buf_take(&waiting);
	r->desks = buf_take(&desks);
	json_decref(list);
}

static void
read_row(struct desk *d, struct stmt *st, struct calendar_row *r)
{
	*r = (struct calendar_row){
		.kind_version = (int)col_int(st, 3),
		.kind_title = kind_title(d, col_text(st, 2)),
		.number = dup_col(st, 4),
		.title = dup_col(st, 5),
		.state_title = state_title(d, st),
		.withdrawn = col_int(st, 9) != 0,
		.off = col_int(st, 15) != 0,
		.starts_ms = col_int(st, 10),
		.ends_ms = col_int(st, 11),
		.place = dup_col(st, 12),
		.label = dup_col(st, 13),
	};
	copy_col(r->ref.owner, sizeof(r->ref.owner), st, 0);
	copy_col(r->ref.id, sizeof(r->ref.id), st, 1);
	copy_col(r->kind, sizeof(r->kind), st, 2);
	copy_col(r->mode, sizeof(r->mode), st, 8);
	read_parties(col_text(st, 14), r);
}

/* Of how many other documents something is held at the same time. */
static enum rc
count_clashes(struct desk *d, struct calendar_row *r, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_SPAN_CLASHES);
	int64_t n = 0;
	enum rc rc;
	int i;

	stmt_text(st, 1, r->ref.owner);
	stmt_text(st, 2, r->ref.id);
	for (i = 0; i < SPAN_LEVELS - 1; i++)
		stmt_int(st, 3 + i, span_level_ms(i));
	rc = span_number(st, &n, err);
	r->clashes = (int)n;
	return rc;
}

enum rc
ask_calendar(struct desk *d, int64_t from_ms, int64_t to_ms,
	     struct calendar_rows *out, struct err *err)
{
	struct stmt *st;
	int64_t range[2] = { from_ms, to_ms };
	size_t cap = 0, i;
	bool row;
	enum rc rc = permit(d, PERMIT_READ, NULL, err);

	*out = (struct calendar_rows){ 0 };
	if (rc != RC_OK)
		return rc;
	st = stmt_use(d->store, SQL_SPAN_CALENDAR);
	span_bind(st, "", "", range, 0, CALENDAR_ROWS_MAX + 1);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		if (out->n_rows == CALENDAR_ROWS_MAX) {
			out->more = true;
			break;
		}
		if (out->n_rows == cap) {
			cap = cap > 0 ? 2 * cap : 32;
			out->rows = xreallocarray(out->rows, cap,
						  sizeof(*out->rows));
		}
		read_row(d, st, &out->rows[out->n_rows++]);
	}
	stmt_done(st);
	for (i = 0; rc == RC_OK && i < out->n_rows; i++)
		rc = count_clashes(d, &out->rows[i], err);
	if (rc != RC_OK)
		calendar_rows_release(out);
	return rc;
}

struct day_info
ask_day(struct desk *d, int32_t day)
{
	const struct calendar *c = desk_get_calendar(d);

	return (struct day_info){ .working = calendar_is_working(c, day),
				  .published = calendar_is_published(c, day),
				  .name = calendar_get_name(c, day) };
}
