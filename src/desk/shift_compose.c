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
	json_t *fields, *came, *open, *reminders, *calls, *undelivered;
	json_t *late, *notes, *before; /* words by "OWNER/uuid" */
	int64_t n_came, n_issued, n_open, n_late, n_unsigned, n_urgent,
		n_reminders, n_calls, n_undelivered;
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

/* Read by people, as the state is; the document itself is named beside it. */
static const char *
kind_title(struct desk *d, const char *kind, int version)
{
	const struct kind *k =
		kind != NULL ? kinds_get(d->kinds, kind, version) : NULL;

	return k != NULL ? title_in(&k->title, i18n_zh()) : kind;
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
	json_t *o = doc_json(col_text(st, 0), col_text(st, 1),
			     kind_title(s->d, col_text(st, 2),
					(int)col_int(st, 10)),
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

/* Said now, or on the sheet before, or for all others. NULL none. */
static const char *
reason_of(const struct sheet *s, const char *doc)
{
	const char *said = json_text(s->late, doc);

	if (said == NULL || said[0] == '\0')
		said = json_text(s->before, doc);
	return said != NULL && said[0] != '\0' ? said : s->h->late_others;
}

static enum rc
add_words(struct sheet *s, const struct doc_row *r, json_t *o, struct err *err)
{
	const char *doc = json_text(o, "doc"), *reason;
	char shown[200];

	if (kind_field(s->kind, "open.note") != NULL)
		put_text(o, "note", json_text(s->notes, doc));
	if (!r->late || kind_field(s->kind, "open.reason") == NULL)
		return RC_OK;
	reason = reason_of(s, doc);
	if (reason == NULL || reason[0] == '\0')
		return err_set(err, RC_STATE, 0,
			       _("'%s' is late: say why before you hand over "
				 "(--late %.8s...=TEXT)"),
			       text_show_into(shown, sizeof(shown), r->title),
			       r->ref.id);
	put_text(o, "reason", reason);
	return RC_OK;
}

static enum rc
add_open(struct sheet *s, const struct doc_row *r, struct err *err)
{
	json_t *o = doc_json(r->ref.owner, r->ref.id,
			     kind_title(s->d, r->kind, r->kind_version),
			     r->number, r->title);
	enum rc rc = add_words(s, r, o, err);

	if (rc != RC_OK) {
		json_decref(o);
		return rc;
	}

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
	return RC_OK;
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
			rc = add_open(s, &rows.rows[i], err);
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

static void
add_undelivered(struct sheet *s, const char *peer, const struct queue_row *r)
{
	json_t *o;

	if (r->ref.id[0] == '\0')
		return; /* a card */
	o = doc_json(r->ref.owner, r->ref.id, NULL, r->number, r->title);
	put_text(o, "desk", peer);
	put_text(o, "what", r->what);
	json_object_set_new(o, "since", time_json(r->since_ms));
	put_row(s, s->undelivered, json_array_size(s->undelivered), o);
	s->n_undelivered++;
}

/* What lies here for the peers. */
static enum rc
gather_undelivered(struct sheet *s, struct err *err)
{
	struct link_list links = { 0 };
	enum rc rc = ask_links(s->d, &links, err);
	size_t i, q;

	for (i = 0; rc == RC_OK && i < links.n_rows; i++) {
		struct queue_list queue = { 0 };

		if (!links.rows[i].trusted || links.rows[i].queued == 0)
			continue;
		rc = ask_queue(s->d, links.rows[i].desk, SHIFT_QUEUE_MAX,
			       &queue, err);
		for (q = 0; rc == RC_OK && q < queue.n_rows; q++)
			add_undelivered(s, links.rows[i].desk, &queue.rows[q]);
		queue_list_release(&queue);
	}
	link_list_release(&links);
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
		{ "came", s->n_came },
		{ "issued", s->n_issued },
		{ "open", s->n_open },
		{ "late", s->n_late },
		{ "unsigned", s->n_unsigned },
		{ "urgent", s->n_urgent },
		{ "reminders", s->n_reminders },
		{ "calls", s->n_calls },
		{ "undelivered", s->n_undelivered },
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
	char when[TIME_TEXT_MAX], *title, *leaver, *taker;

	time_format(now, when);
	when[16] = '\0';
	when[10] = ' ';
	leaver = officer_title(s->d, s->now->officer);
	taker = s->h->taker != NULL ? officer_title(s->d, s->h->taker)
				    : xstrdup(_("whoever comes"));
	title = xasprintf(_("%s hand-over, %s to %s"), when, leaver, taker);
	put(s, "title", json_string(title));
	xfree(taker);
	xfree(leaver);
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
			   .calls = json_array(),
			   .undelivered = json_array() };
	enum rc rc = shift_bounds(d, k, &s.bounds, err);

	if (rc == RC_OK)
		rc = shift_words(d, h->late, h->n_late, &s.late, err);
	if (rc == RC_OK)
		rc = shift_words(d, h->notes, h->n_notes, &s.notes, err);
	if (rc == RC_OK)
		rc = shift_reasons(d, &s.before, err);

	if (rc == RC_OK) /* the first to find room: the taker gets them */
		rc = gather_open(&s, err);
	if (rc == RC_OK)
		rc = gather_docs(&s, err);
	if (rc == RC_OK)
		rc = gather_reminders(&s, err);
	if (rc == RC_OK)
		rc = gather_undelivered(&s, err);
	json_decref(s.late);
	json_decref(s.notes);
	json_decref(s.before);
	put(&s, "undelivered", s.undelivered);
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
