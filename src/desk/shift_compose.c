/* The sheet of a hand-over from the journal: what came, what is open and late
 * and who takes it, reminders, telephone records. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "desk_int.h"
#include "journal/projection.h"
#include "shift_int.h"

/* All rows together, so that the sheet is never too large to be signed. */
#define ROWS_MAX_BYTES	(FIELDS_MAX_BYTES / 4 * 3)
#define ROWS_MAX_VALUES (JSON_TOKENS_MAX / 4 * 3)

struct sheet {
	struct desk *d;
	const struct kind *kind;
	const struct shift_now *now;
	const struct hand_over *h;
	struct shift_bounds bounds;
	json_t *fields, *came, *open, *reminders, *calls;
	int64_t n_came, n_issued, n_open, n_late, n_unsigned, n_urgent,
		n_reminders, n_calls;
	size_t n_bytes, n_values;
};

static json_t *
time_json(int64_t ms)
{
	char text[TIME_TEXT_MAX];

	time_format(ms, text);
	return json_string(text);
}

/* Words of peers: a title of several lines must not make the sheet wrong. */
static void
put_text(json_t *o, const char *name, const char *text)
{
	char line[512];

	if (text != NULL && text[0] != '\0')
		json_object_set_new(
			o, name,
			json_string(text_show_into(line, sizeof(line), text)));
}

/* What has no room any more is counted all the same. */
static void
put_row(struct sheet *s, json_t *list, size_t at, json_t *take_row)
{
	s->n_bytes += json_dumpb(take_row, NULL, 0, JSON_COMPACT) + 1;
	s->n_values += json_object_size(take_row) + 1;
	if (s->n_bytes <= ROWS_MAX_BYTES && s->n_values <= ROWS_MAX_VALUES)
		json_array_insert_new(list, at, take_row);
	else
		json_decref(take_row);
}

static const char *
state_title(struct desk *d, const char *kind, int version, const char *track,
	    const char *state)
{
	const struct kind *k = kinds_get(d->kinds, kind, version);
	const struct track_def *t = k != NULL ? kind_track(k, track) : NULL;
	const struct state *s = t != NULL ? track_state(t, state) : NULL;

	return s != NULL ? title_in(&s->title, i18n_zh()) : state;
}

static json_t *
doc_json(const char *owner, const char *id, const char *kind,
	 const char *number, const char *title)
{
	json_t *o = json_object();
	char *doc = xasprintf("%s/%s", owner, id);

	put_text(o, "doc", doc);
	put_text(o, "kind", kind);
	put_text(o, "number", number);
	put_text(o, "title", title);
	xfree(doc);
	return o;
}

/* Does the sheet's list take records of this kind? */
static bool
is_record(const struct kind *sheet, const char *kind)
{
	const struct field *f = kind_field(sheet, "calls.doc");
	size_t i;

	for (i = 0; f != NULL && i < f->n_kinds; i++)
		if (str_eq(f->kinds[i], kind))
			return true;
	return false;
}

static void
add_record(struct sheet *s, struct stmt *st)
{
	json_t *o = doc_json(col_text(st, 0), col_text(st, 1), NULL, NULL,
			     col_text(st, 4));

	json_object_set_new(o, "at", time_json(col_int(st, 9)));
	put_row(s, s->calls, 0, o);
	s->n_calls++;
}

static void
add_came(struct sheet *s, struct stmt *st)
{
	json_t *o = doc_json(col_text(st, 0), col_text(st, 1), col_text(st, 2),
			     col_text(st, 3), col_text(st, 4));

	put_text(o, "state",
		 state_title(s->d, col_text(st, 2), (int)col_int(st, 10),
			     col_text(st, 5), col_text(st, 6)));
	if (col_int(st, 8) < DOC_NO_TIME)
		json_object_set_new(o, "due_at", time_json(col_int(st, 8)));
	put_row(s, s->came, 0, o);
	s->n_came++;
}

static enum rc
gather_docs(struct sheet *s, struct err *err)
{
	struct stmt *st = stmt_use(s->d->store, SQL_SHIFT_DOCS);
	bool row;
	enum rc rc;

	stmt_int(st, 1, s->bounds.doc);
	stmt_int(st, 2, SHIFT_ROWS_MAX);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		if (col_int(st, 9) < s->bounds.since_ms)
			break;
		if (col_int(st, 7) == DOC_BOX_IN)
			add_came(s, st);
		else if (col_int(st, 7) == DOC_BOX_OUT)
			s->n_issued++;
		else if (is_record(s->kind, col_text(st, 2)))
			add_record(s, st);
	}
	stmt_done(st);
	return rc;
}

static void
add_open(struct sheet *s, const struct doc_row *r)
{
	json_t *o =
		doc_json(r->ref.owner, r->ref.id, r->kind, r->number, r->title);

	put_text(o, "state", r->state_title);
	if (r->due_ms >= 0)
		json_object_set_new(o, "due_at", time_json(r->due_ms));
	if (r->late)
		json_object_set_new(o, "late", json_true());
	put_text(o, "assignee", r->assignee);
	if (r->assignee[0] == '\0' || str_eq(r->assignee, s->now->officer))
		put_text(o, "who", s->h->taker);
	put_row(s, s->open, json_array_size(s->open), o);
	s->n_open++;
	s->n_late += r->late;
	if (r->stage == STAGE_STORED) {
		s->n_unsigned++;
		s->n_urgent += r->urgency == 0;
	}
}

static enum rc
gather_open(struct sheet *s, struct err *err)
{
	const struct list_query q = { .waits = true, .limit = SHIFT_ROWS_MAX };
	struct doc_list rows = { 0 };
	size_t i;
	enum rc rc = ask_list(s->d, &q, &rows, err);

	for (i = 0; rc == RC_OK && i < rows.n_rows; i++)
		if (!rows.rows[i].draft && rows.rows[i].row > 0)
			add_open(s, &rows.rows[i]);
	doc_list_release(&rows);
	return rc;
}

static enum rc
gather_reminders(struct sheet *s, struct err *err)
{
	struct stmt *st = stmt_use(s->d->store, SQL_SHIFT_REMINDERS);
	bool row, own;
	json_t *o;
	enum rc rc;

	stmt_int(st, 1, s->bounds.event);
	stmt_int(st, 2, SHIFT_ROWS_MAX);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		if (col_int(st, 3) < s->bounds.since_ms)
			break;
		own = str_eq(col_text(st, 1), s->d->id);
		o = json_object();
		put_text(o, "doc", col_text(st, 0));
		put_text(o, "desk", col_text(st, own ? 2 : 1));
		put_text(o, "direction", own ? "发出" : "收到");
		json_object_set_new(o, "at", time_json(col_int(st, 3)));
		put_row(s, s->reminders, 0, o);
		s->n_reminders++;
	}
	stmt_done(st);
	return rc;
}

/* Only what the kind has. */
static void
put(struct sheet *s, const char *name, json_t *take_value)
{
	if (kind_field(s->kind, name) != NULL)
		json_object_set_new(s->fields, name, take_value);
	else
		json_decref(take_value);
}

static void
put_counts(struct sheet *s)
{
	const struct {
		const char *name;
		int64_t n;
	} counts[] = {
		{ "came", s->n_came },		 { "issued", s->n_issued },
		{ "open", s->n_open },		 { "late", s->n_late },
		{ "unsigned", s->n_unsigned },	 { "urgent", s->n_urgent },
		{ "reminders", s->n_reminders }, { "calls", s->n_calls },
	};
	json_t *o = json_object();
	char dotted[40];
	size_t i;

	for (i = 0; i < ARRAY_LEN(counts); i++) {
		(void)snprintf(dotted, sizeof(dotted), "counts.%s",
			       counts[i].name);
		if (kind_field(s->kind, dotted) != NULL)
			json_object_set_new(o, counts[i].name,
					    json_integer(counts[i].n));
	}
	put(s, "counts", o);
}

static void
put_head(struct sheet *s)
{
	int64_t now = env_now_ms(s->d->env);
	char when[TIME_TEXT_MAX], *title;

	time_format(now, when);
	when[16] = '\0';
	when[10] = ' ';
	title = xasprintf(_("%s hand-over, %s to %s"), when, s->now->officer,
			  s->h->taker != NULL ? s->h->taker : "—");
	put(s, "title", json_string(title));
	xfree(title);
	put(s, "since", time_json(s->now->since_ms));
	put(s, "until", time_json(now));
	put(s, "leaver", json_string(s->now->officer));
	if (s->h->taker != NULL)
		put(s, "taker", json_string(s->h->taker));
	if (s->now->plan.leader[0] != '\0')
		put(s, "leader", json_string(s->now->plan.leader));
	if (!str_eq(s->now->officer, s->d->officer.id)) {
		put(s, "in_place", json_string(s->d->officer.id));
		put(s, "in_place_reason", json_string(s->h->reason));
	}
	if (s->h->note != NULL)
		put(s, "note", json_string(s->h->note));
	if (s->h->equipment != NULL)
		put(s, "equipment", json_string(s->h->equipment));
}

enum rc
shift_compose(struct desk *d, const struct kind *k, const struct shift_now *now,
	      const struct hand_over *h, json_t **ret_fields, struct err *err)
{
	struct sheet s = { .d = d,
			   .kind = k,
			   .now = now,
			   .h = h,
			   .fields = json_object(),
			   .came = json_array(),
			   .open = json_array(),
			   .reminders = json_array(),
			   .calls = json_array() };
	enum rc rc = shift_bounds(d, k, &s.bounds, err);

	if (rc == RC_OK) /* the first to find room: the taker gets them */
		rc = gather_open(&s, err);
	if (rc == RC_OK)
		rc = gather_docs(&s, err);
	if (rc == RC_OK)
		rc = gather_reminders(&s, err);
	put(&s, "came", s.came);
	put(&s, "open", s.open);
	put(&s, "reminders", s.reminders);
	put(&s, "calls", s.calls);
	put_counts(&s);
	put_head(&s);
	if (rc == RC_OK)
		*ret_fields = s.fields;
	else
		json_decref(s.fields);
	return rc;
}
