#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "course_int.h"
#include "desk_int.h"
#include "journal/projection.h"
#include "model/content.h"
#include "row_int.h"

void
row_release(struct doc_row *r)
{
	size_t i;

	xfree(r->number);
	xfree(r->title);
	xfree(r->state_title);
	xfree(r->assignee);
	xfree(r->wait_text);
	xfree(r->parties);
	for (i = 0; i < r->n_columns; i++)
		xfree(r->columns[i]);
	xfree(r->columns);
	*r = (struct doc_row){ 0 };
}

void
doc_list_release(struct doc_list *l)
{
	size_t i;

	for (i = 0; i < l->n_rows; i++)
		row_release(&l->rows[i]);
	xfree(l->rows);
	*l = (struct doc_list){ 0 };
}

int64_t
row_time(int64_t ms)
{
	return ms >= DOC_NO_TIME || ms < 0 ? -1 : ms;
}

static void
copy_col(char *out, size_t size, struct stmt *st, int at)
{
	const char *s = col_text(st, at);

	if (s == NULL || str_copy(out, size, s, NULL) != RC_OK)
		out[0] = '\0';
}

static char *
dup_col(struct stmt *st, int at)
{
	const char *s = col_text(st, at);

	return xstrdup(s != NULL ? s : "");
}

static const struct state *
state_of(struct desk *d, const struct doc_row *r, const char *track)
{
	const struct kind *k = kinds_get(d->kinds, r->kind, r->kind_version);
	const struct track_def *t = k != NULL ? kind_track(k, track) : NULL;

	return t != NULL ? track_state(t, r->state) : NULL;
}

/* What to do: the first of the state's waits that holds; -1 none of them. */
static char *
wait_text(const struct state *s, int64_t at)
{
	if (s == NULL)
		return xstrdup("");
	if (at >= 0 && (size_t)at < s->n_waits && s->waits[at].what.zh != NULL)
		return xstrdup(title_in(&s->waits[at].what, i18n_zh()));
	return xstrdup(title_in(&s->title, i18n_zh()));
}

/* The state of a row that waits, and nothing of the desk's own track does. */
static const struct state *
waiting_row(struct desk *d, const struct doc_row *r, int64_t wait_at)
{
	const struct kind *k = kinds_get(d->kinds, r->kind, r->kind_version);
	const struct track_def *t =
		k != NULL ? kind_track(k, TRACK_ROWS) : NULL;
	int64_t n = (wait_at - DOC_WAIT_ROWS) / DOC_WAIT_STATE;

	return t != NULL && wait_at >= DOC_WAIT_ROWS && n < (int64_t)t->n_states
		       ? &t->states[n]
		       : NULL;
}

/* The projection keeps Chinese: a title of a closed list in the language in
 * force. */
static const char *
column_text(const struct kind *k, size_t at, const char *text)
{
	const struct field *f = k != NULL && at < k->views.n_list
					? kind_field(k, k->views.list[at])
					: NULL;
	const char *code = f != NULL ? field_choice_code(f, text) : NULL;

	return code != NULL ? field_choice(f, code, i18n_zh()) : text;
}

static void
read_columns(struct desk *d, struct doc_row *r, const char *text)
{
	const struct kind *k = kinds_get(d->kinds, r->kind, r->kind_version);
	json_t *list = NULL;
	const char *s;
	size_t i;

	if (text == NULL || json_read(text, strlen(text), &list, NULL) != RC_OK)
		return;
	r->n_columns = json_array_size(list);
	r->columns = xcalloc(r->n_columns, sizeof(*r->columns));
	for (i = 0; i < r->n_columns; i++) {
		s = json_string_value(json_array_get(list, i));
		r->columns[i] = xstrdup(s != NULL ? column_text(k, i, s) : "");
	}
	json_decref(list);
}

void
row_read(struct desk *d, struct stmt *st, struct doc_row *out)
{
	int64_t now = env_now_ms(d->env), flags = col_int(st, 22), at;
	const struct state *state, *row;
	char track[NAME_MAX_LEN + 1];

	*out = (struct doc_row){
		.row = col_int(st, 0),
		.kind_version = (int)col_int(st, 4),
		.number = dup_col(st, 5),
		.title = dup_col(st, 6),
		.urgency = (int)col_int(st, 7),
		.stage = (enum stage)col_int(st, 12),
		.issued_ms = row_time(col_int(st, 13)),
		.stored_ms = row_time(col_int(st, 14)),
		.updated_ms = row_time(col_int(st, 15)),
		.acted_ms = row_time(col_int(st, 13)),
		.due_ms = row_time(col_int(st, 16)),
		.warn_ms = row_time(col_int(st, 26)),
		.waits = col_int(st, 18) != 0,
		.assignee = dup_col(st, 20),
		.withdrawn = col_int(st, 21) != 0,
		.undelivered = (flags & (int64_t)DOC_UNDELIVERED) != 0,
		.change = col_int(st, 24),
		.missing = (int)col_int(st, 25),
	};
	copy_col(out->ref.owner, sizeof(out->ref.owner), st, 1);
	copy_col(out->ref.id, sizeof(out->ref.id), st, 2);
	copy_col(out->kind, sizeof(out->kind), st, 3);
	copy_col(out->mode, sizeof(out->mode), st, 8);
	copy_col(track, sizeof(track), st, 10);
	copy_col(out->state, sizeof(out->state), st, 11);
	copy_col(out->due_clock, sizeof(out->due_clock), st, 17);
	out->late = out->due_ms >= 0 && out->due_ms < now;
	state = state_of(d, out, track);
	out->state_title =
		xstrdup(state != NULL ? title_in(&state->title, i18n_zh())
				      : out->state);
	at = col_int(st, 27);
	row = waiting_row(d, out, at);
	out->wait_text =
		!out->waits	 ? xstrdup("")
		: out->withdrawn ? xstrdup(_("withdrawn"))
		: row != NULL
			? wait_text(row, (at - DOC_WAIT_ROWS) % DOC_WAIT_STATE)
			: wait_text(state, at);
	read_columns(d, out, col_text(st, 23));
}

static void
add_party(struct doc_row *r, const struct party_row *p)
{
	r->parties = xreallocarray(r->parties, r->n_parties + 1,
				   sizeof(*r->parties));
	r->parties[r->n_parties++] = *p;
}

enum rc
row_parties(struct desk *d, struct doc_row *r, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_LIST_PARTIES);
	struct party_row p;
	bool row;
	enum rc rc;

	stmt_int(st, 1, r->row);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		p = (struct party_row){
			.stage = (enum stage)col_int(st, 3),
			.stored_ms = col_is_null(st, 4)
					     ? -1
					     : row_time(col_int(st, 4)),
			.signed_ms = col_is_null(st, 5)
					     ? -1
					     : row_time(col_int(st, 5)),
		};
		copy_col(p.desk, sizeof(p.desk), st, 0);
		copy_col(p.state, sizeof(p.state), st, 2);
		if (str_eq(p.desk, r->ref.owner) || col_int(st, 6) != 0)
			continue;
		/* stored is believed when the party said so */
		if (p.stage <= STAGE_STORED && p.stored_ms < 0) {
			p.stage = STAGE_SENT;
			(void)str_copy(p.state, sizeof(p.state), "sent", NULL);
		}
		add_party(r, &p);
	}
	stmt_done(st);
	return rc;
}

int
urgency_of(const json_t *fields)
{
	const char *s = json_text(fields, "urgency");

	return str_eq(s, "特急") ? 0 : str_eq(s, "加急") ? 1 : 2;
}

static void
draft_parties(struct doc_row *r, const json_t *list)
{
	const json_t *one;
	struct party_row p;
	size_t i;

	json_array_foreach(list, i, one)
	{
		p = (struct party_row){ .stage = STAGE_DRAFT,
					.stored_ms = -1,
					.signed_ms = -1 };
		if (str_copy(p.desk, sizeof(p.desk), json_string_value(one),
			     NULL) != RC_OK)
			continue;
		(void)str_copy(p.state, sizeof(p.state), "draft", NULL);
		add_party(r, &p);
	}
}

static char *
draft_wait(const struct draft *f, const struct state *s,
	   const struct doc_row *r)
{
	if (!r->waits)
		return xstrdup("");
	if (r->waiting_approval)
		return xstrdup(_("approve or reject"));
	if (f->note != NULL)
		return xstrdup(f->note);
	if (s != NULL && s->n_waits > 0 && s->waits[0].what.zh != NULL)
		return wait_text(s, 0);
	return xstrdup(_("draft to be issued"));
}

static void
draft_dates(struct desk *d, const struct draft *f, struct doc_row *out)
{
	struct draft_doc *x = draft_doc_new(d, f);
	const char *clock;

	if (out->waits && draft_due(x, &out->due_ms, &out->warn_ms, &clock)) {
		(void)str_copy(out->due_clock, sizeof(out->due_clock), clock,
			       NULL);
		out->late = out->due_ms < env_now_ms(d->env);
	}
	draft_doc_free(x);
}

void
row_of_draft(struct desk *d, const struct draft *f, int64_t row_no,
	     struct doc_row *out)
{
	const struct kind *k = kinds_get(d->kinds, f->kind, f->kind_version);
	const json_t *fields = json_object_get(f->body, "fields");
	const char *mode = json_text(fields, "mode");
	bool parked = !str_eq(f->act, "issue");
	const struct track_def *t = k != NULL ? kind_track(k, "owner") : NULL;
	const struct state *s = t != NULL ? track_state(t, f->state) : NULL;
	bool approval = parked || course_waits_approval(k, f->state);
	size_t i;

	*out = (struct doc_row){
		.row = row_no,
		.kind_version = f->kind_version,
		.number = xstrdup(""),
		.title = xstrdup(f->title),
		.stage = STAGE_DRAFT,
		.urgency = urgency_of(fields),
		.issued_ms = -1,
		.stored_ms = f->made_ms,
		.updated_ms = f->changed_ms,
		.acted_ms = f->made_ms,
		.due_ms = -1,
		.warn_ms = -1,
		.waits = parked || s == NULL || !s->end,
		.draft = !parked,
		.waiting_approval = approval,
		.assignee = xstrdup(""),
	};
	if (parked) {
		out->ref = f->doc;
	} else {
		memcpy(out->ref.owner, d->id, sizeof(out->ref.owner));
		memcpy(out->ref.id, f->id, sizeof(out->ref.id));
	}
	(void)str_copy(out->kind, sizeof(out->kind), f->kind, NULL);
	(void)str_copy(out->state, sizeof(out->state), f->state, NULL);
	(void)str_copy(out->mode, sizeof(out->mode),
		       mode != NULL ? mode : "actual", NULL);
	out->state_title =
		xstrdup(out->waiting_approval ? _("waits for approval")
			: s != NULL	      ? title_in(&s->title, i18n_zh())
					      : f->state);
	out->wait_text = draft_wait(f, s, out);
	draft_dates(d, f, out);
	draft_parties(out, json_object_get(f->body, "to"));
	draft_parties(out, json_object_get(f->body, "cc"));
	if (k == NULL || parked)
		return;
	out->n_columns = k->views.n_list;
	out->columns = xcalloc(out->n_columns, sizeof(*out->columns));
	for (i = 0; i < out->n_columns; i++)
		out->columns[i] =
			content_text(k, fields, k->views.list[i], i18n_zh());
}
