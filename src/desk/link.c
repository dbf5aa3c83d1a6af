#include <errno.h>
#include <signal.h>
#include <string.h>

#include <sys/stat.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/fork.h"
#include "desk_int.h"
#include "journal/epoch.h"
#include "journal/peer.h"

#define BEAT_MAX_MS 15000 /* serve writes at most once a second */
_Static_assert(STAGE_STORED == 2, "db/query/list.sql, count_unopened");

/* A peer that takes confirms within seconds. */
#define NOT_TAKING_MS 60000

#define UNOPENED_MS DAY_MS /* the sender checks within 24 h (DOMAIN 1) */

struct store *
desk_live(struct desk *d, bool make)
{
	char *path;

	if (d->live != NULL)
		return d->live;
	path = desk_path(d->folder, FILE_LIVE);
	if ((make || file_exists(path)) &&
	    store_open_live(path, &d->live, NULL) != RC_OK)
		d->live = NULL; /* made anew by the next serve */
	xfree(path);
	return d->live;
}

bool
ask_serving(struct desk *d, int64_t *ret_pid)
{
	struct store *live = desk_live(d, false);
	int64_t pid = 0, beat = 0;
	struct stmt *st;
	bool row = false;

	if (live == NULL)
		return false;
	st = stmt_use(live, SQL_LIVE_SERVE_GET);
	if (stmt_step(st, &row, NULL) == RC_OK && row) {
		pid = col_int(st, 0);
		beat = col_int(st, 3);
	}
	stmt_done(st);
	if (ret_pid != NULL)
		*ret_pid = pid;
	return pid > 0 && (kill((pid_t)pid, 0) == 0 || errno == EPERM) &&
	       env_now_ms(d->env) - beat < BEAT_MAX_MS;
}

/* A process that ends in order takes its row out: the file then tells when. */
static int64_t
live_written_ms(struct desk *d)
{
	char *path = desk_path(d->folder, FILE_LIVE);
	struct stat st;
	int64_t ms = stat(path, &st) == 0 ? (int64_t)st.st_mtime * 1000 : -1;

	xfree(path);
	return ms;
}

bool
serving_since(struct desk *d, int64_t *ret_begun_ms, int64_t *ret_beat_ms)
{
	struct store *live = desk_live(d, false);
	struct stmt *st;
	bool row = false;

	if (live == NULL)
		return false;
	*ret_beat_ms = live_written_ms(d);
	st = stmt_use(live, SQL_LIVE_SERVE_GET);
	if (stmt_step(st, &row, NULL) == RC_OK && row) {
		*ret_begun_ms = col_int(st, 2);
		*ret_beat_ms = col_int(st, 3);
	}
	stmt_done(st);
	return ask_serving(d, NULL);
}

struct gather {
	struct desk *d;
	struct link_list *out;
	int64_t now;
};

static void
add_peer(void *ctx, const struct peer *p)
{
	struct gather *g = ctx;
	struct link_list *l = g->out;
	const char *name = i18n_zh() ? p->name_zh : p->name_en;
	struct link_row *r;

	if (p->state == PEER_KNOWN)
		return;
	l->rows = xreallocarray(l->rows, l->n_rows + 1, sizeof(*l->rows));
	r = &l->rows[l->n_rows++];
	*r = (struct link_row){
		.name = xstrdup(name != NULL ? name : p->desk),
		.address = xstrdup(p->address != NULL ? p->address : ""),
		.trusted = p->state == PEER_TRUSTED,
		.state = p->state == PEER_TRUSTED ? "unknown" : "revoked",
		.rtt_ms = -1,
		.heard_ms = -1,
		.oldest_queued_ms = -1,
		.since_ms = -1,
		.next_ms = -1,
		.cert_days = (int)((p->tls_expiry_ms - g->now) / DAY_MS),
		.cert_until_ms = p->tls_expiry_ms,
		.note = xstrdup(""),
		.answer = "",
		.kept_why = xstrdup(""),
	};
	memcpy(r->desk, p->desk, sizeof(r->desk));
}

static struct link_row *
row_of(struct link_list *l, const char *desk)
{
	size_t i;

	for (i = 0; i < l->n_rows; i++)
		if (str_eq(l->rows[i].desk, desk))
			return &l->rows[i];
	return NULL;
}

/* The link's states of EXCHANGE 3 as an officer reads them. */
static const char *
shown_state(const char *state)
{
	static const char *const map[][2] = {
		{ "wait", "down" },	    { "dial", "connecting" },
		{ "greet", "connecting" },  { "state", "connecting" },
		{ "return", "connecting" }, { "newepoch", "connecting" },
		{ "flow", "up" },	    { "stopped", "stopped" },
		{ "off", "revoked" },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(map); i++)
		if (str_eq(map[i][0], state))
			return map[i][1];
	return "unknown";
}

const char *
link_word(const char *state)
{
	static const char *const words[][2] = {
		{ "up", N_("connected") },
		{ "down", N_("cut off") },
		{ "connecting", N_("connecting") },
		{ "stopped", N_("stopped") },
		{ "revoked", N_("revoked") },
		{ "unknown", N_("not serving") },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq(words[i][0], state))
			return _(words[i][1]);
	return state;
}

static void
add_live(struct desk *d, struct link_list *l)
{
	struct store *live = desk_live(d, false);
	struct link_row *r;
	struct stmt *st;
	bool row;

	if (live == NULL || !ask_serving(d, NULL))
		return;
	st = stmt_use(live, SQL_LIVE_LINK_EACH);
	while (stmt_step(st, &row, NULL) == RC_OK && row) {
		r = row_of(l, col_text(st, 0));
		if (r == NULL || !r->trusted)
			continue;
		r->state = shown_state(col_text(st, 1));
		r->since_ms = col_int(st, 2);
		if (!col_is_null(st, 7))
			r->next_ms = col_int(st, 7);
		if (!col_is_null(st, 5))
			r->rtt_ms = (col_int(st, 5) + 999) / 1000;
		if (!col_is_null(st, 6))
			r->heard_ms = col_int(st, 6);
		if (!col_is_null(st, 11)) {
			xfree(r->note);
			r->note = xstrdup(col_text(st, 11));
		}
	}
	stmt_done(st);
}

static void
add_answer(void *ctx, const char *peer, bool overridden)
{
	struct link_row *r = row_of(ctx, peer);
	char *note;

	if (r == NULL)
		return;
	r->answer = overridden ? "overridden" : "waiting";
	note = xasprintf("%s%s%s", _("its answer after a loss is awaited"),
			 r->note[0] != '\0' ? "; " : "", r->note);
	xfree(r->note);
	r->note = note;
}

static enum rc
add_taken(struct desk *d, struct link_list *l, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_LINK_TAKEN);
	struct link_row *r;
	bool row;
	enum rc rc;

	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		r = row_of(l, col_text(st, 0));
		if (r != NULL)
			r->taken_seq = col_int(st, 1);
	}
	stmt_done(st);
	return rc;
}

static enum rc
add_queue(struct desk *d, struct link_list *l, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_COUNT_QUEUED), *at;
	struct link_row *r;
	bool row, first;
	enum rc rc;

	stmt_null(st, 1);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		r = row_of(l, col_text(st, 0));
		if (r == NULL)
			continue;
		r->held_seq += col_int(st, 4);
		if (col_int(st, 3) <= col_int(st, 4))
			continue;
		r->queued += col_int(st, 3) - col_int(st, 4);
		at = stmt_use(d->store, SQL_QUEUED_SINCE);
		stmt_text(at, 1, r->desk);
		stmt_text(at, 2, col_text(st, 2));
		stmt_int(at, 3, col_int(st, 1));
		stmt_int(at, 4, col_int(st, 4));
		if (stmt_step(at, &first, NULL) == RC_OK && first &&
		    (r->oldest_queued_ms < 0 ||
		     col_int(at, 0) < r->oldest_queued_ms))
			r->oldest_queued_ms = col_int(at, 0);
		stmt_done(at);
	}
	stmt_done(st);
	return rc;
}

static enum rc
add_unopened(struct desk *d, struct link_row *r, int64_t now, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_COUNT_UNOPENED);
	bool row;
	enum rc rc;

	stmt_text(st, 1, r->desk);
	stmt_int(st, 2, now - UNOPENED_MS);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row)
		r->stored_unopened = col_int(st, 0);
	stmt_done(st);
	return rc;
}

static enum rc
add_kept_apart(struct desk *d, struct link_row *r, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_NOTICE_KEPT_APART);
	bool row;
	enum rc rc;

	stmt_text(st, 1, r->desk);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row) {
		r->kept_apart = col_int(st, 0);
		if (!col_is_null(st, 1)) {
			xfree(r->kept_why);
			r->kept_why = xstrdup(col_text(st, 1));
		}
	}
	stmt_done(st);
	return rc;
}

static void
add_fork(void *ctx, const struct fork_row *f)
{
	struct link_list *l = ctx;

	for (size_t i = 0; i < l->n_rows; i++) {
		struct link_row *r = &l->rows[i];

		if (!str_eq(r->desk, f->source))
			continue;
		if (r->forks++ > 0)
			continue;
		digest_hex(&f->digests[0], r->fork_hashes[0]);
		digest_hex(&f->digests[1], r->fork_hashes[1]);
	}
}

enum rc
ask_notices(struct desk *d, const char *peer,
	    void (*each)(void *ctx, const struct notice_row *n), void *ctx,
	    struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_NOTICE_EACH);
	bool row;
	enum rc rc;

	stmt_text(st, 1, peer);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		const struct notice_row n = { .what = col_text(st, 0),
					      .digest = col_text(st, 1),
					      .detail = col_text(st, 2),
					      .at_ms = col_int(st, 3) };

		each(ctx, &n);
	}
	stmt_done(st);
	return rc;
}

enum rc
ask_links(struct desk *d, struct link_list *out, struct err *err)
{
	struct gather g = { .d = d, .out = out, .now = env_now_ms(d->env) };
	enum rc rc;
	size_t i;

	*out = (struct link_list){ 0 };
	rc = peer_each(d->journal, add_peer, &g, err);
	if (rc == RC_OK)
		rc = add_queue(d, out, err);
	if (rc == RC_OK)
		rc = add_taken(d, out, err);
	for (i = 0; rc == RC_OK && i < out->n_rows; i++)
		rc = add_unopened(d, &out->rows[i], g.now, err);
	for (i = 0; rc == RC_OK && i < out->n_rows; i++)
		rc = add_kept_apart(d, &out->rows[i], err);
	if (rc == RC_OK)
		rc = fork_each(d->journal, NULL, true, add_fork, out, err);
	if (rc != RC_OK) {
		link_list_release(out);
		return rc;
	}
	add_live(d, out);
	/* only told: a failure shows with the next question */
	(void)epoch_each_unanswered(d->journal, add_answer, out, NULL);
	for (i = 0; i < out->n_rows; i++) {
		struct link_row *r = &out->rows[i];

		r->not_taking = str_eq(r->state, "up") && r->queued > 0 &&
				g.now - r->oldest_queued_ms > NOT_TAKING_MS &&
				g.now - r->since_ms > NOT_TAKING_MS;
	}
	return RC_OK;
}

void
link_list_release(struct link_list *l)
{
	size_t i;

	for (i = 0; i < l->n_rows; i++) {
		xfree(l->rows[i].name);
		xfree(l->rows[i].address);
		xfree(l->rows[i].note);
		xfree(l->rows[i].kept_why);
	}
	xfree(l->rows);
	*l = (struct link_list){ 0 };
}

enum rc
ask_link_log(struct desk *d, const char *peer,
	     void (*each)(void *ctx, const struct link_log_row *r), void *ctx,
	     struct err *err)
{
	struct store *live = desk_live(d, false);
	struct stmt *st;
	bool row;
	enum rc rc;

	if (live == NULL)
		return RC_OK; /* nothing ever served */
	st = stmt_use(live, SQL_LIVE_LOG_EACH);
	stmt_text(st, 1, peer);
	stmt_int(st, 2, LINK_LOG_MAX);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		bool own = str_eq(col_text(st, 1), "");
		const struct link_log_row r = {
			.at_ms = col_int(st, 0),
			.state = own ? col_text(st, 2)
				     : shown_state(col_text(st, 2)),
			.address = col_is_null(st, 3) ? "" : col_text(st, 3),
			.error = col_is_null(st, 4) ? "" : col_text(st, 4),
		};

		each(ctx, &r);
	}
	stmt_done(st);
	return rc;
}

enum rc
act_reconnect(struct desk *d, const char *peer, struct err *err)
{
	struct peer p = { 0 };
	struct stmt *st;
	enum rc rc = peer_get(d->journal, peer, &p, err);

	peer_release(&p);
	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(d->store, SQL_REQUEST_ADD);
	stmt_text(st, 1, "reconnect");
	stmt_text(st, 2, peer);
	stmt_int(st, 3, env_now_ms(d->env));
	return act_end(d, stmt_run(st, err), err);
}
