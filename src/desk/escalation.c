#include "desk/escalation.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/space.h"
#include "base/text.h"
#include "desk/ask.h"
#include "desk/fork.h"
#include "desk/key.h"
#include "desk/permit.h"
#include "desk/shift.h"
#include "desk_int.h"
#include "row_int.h"
#include "spool_int.h"

_Static_assert(STAGE_STORED == 2, "db/query/escalation.sql");

#define UNOPENED_MS DAY_MS	  /* the sender checks within 24 h (DOMAIN 1) */
#define AHEAD_MS    (90 * DAY_MS) /* no warning begins earlier */
#define MINUTE_MS   60000

#define MIB (1024 * 1024)

static const char *const names[] = {
	[ESCALATION_LATE] = "late",	    [ESCALATION_SOON] = "soon",
	[ESCALATION_UNOPENED] = "unopened", [ESCALATION_SILENT] = "silent",
	[ESCALATION_STOPPED] = "stopped",   [ESCALATION_GAP] = "gap",
	[ESCALATION_FORK] = "fork",	    [ESCALATION_CERT] = "certificate",
	[ESCALATION_SPACE] = "space",
};

struct teller {
	struct desk *desk;
	unsigned which;
	void (*each)(void *ctx, const struct escalation *e);
	void *ctx;
	int64_t now_ms;
	struct shift_now shift; /* of a gap */
	struct space space;
};

const char *
escalation_name(enum escalation_what what)
{
	return names[what];
}

/* ---- in words, without any content ---- */

/* "线索通报 沪长打假通〔2026〕12号": never the title, which may say whom. */
static char *
doc_words(struct desk *d, const struct escalation *e)
{
	const struct kind *k = kinds_get(d->kinds, e->kind, e->kind_version);
	const char *kind = k != NULL ? title_in(&k->title, i18n_zh()) : e->kind;
	bool drill = e->mode[0] != '\0' && !str_eq(e->mode, "actual");

	return xasprintf("%s%s%s%s %s", drill ? "[" : "",
			 drill ? (str_eq(e->mode, "exercise") ? _("exercise")
							      : _("test"))
			       : "",
			 drill ? "] " : "", kind,
			 e->number[0] != '\0' ? e->number : e->ref.id);
}

static const char *
clock_title(struct desk *d, const struct escalation *e)
{
	const struct kind *k = kinds_get(d->kinds, e->kind, e->kind_version);
	size_t i;

	for (i = 0; k != NULL && i < k->n_clocks; i++)
		if (str_eq(k->clocks[i].name, e->clock))
			return title_in(&k->clocks[i].title, i18n_zh());
	return e->clock;
}

/* "2026-10-12 23:59" */
static void
minute_text(int64_t ms, char out[static TIME_TEXT_MAX])
{
	time_format(ms, out);
	out[10] = ' ';
	out[16] = '\0';
}

/* Whom it concerns and whom to tell, in one line of a screen. */
static char *
gap_words(const struct shift_now *n, const char *since)
{
	const char *who = n->officer[0] != '\0' ? n->officer : _("nobody");
	char *leader = n->plan.leader[0] != '\0'
			       ? xasprintf(_("; tell %s %s"), n->plan.leader,
					   n->plan.leader_phone)
			       : xstrdup("");
	char *out;

	if (n->gone)
		out = xasprintf(_("no hand-over: %s is disabled and still on "
				  "duty%s"),
				who, leader);
	else if (n->pending)
		out = xasprintf(_("no hand-over since %s, still %s%s"), since,
				who, leader);
	else
		out = xasprintf(
			_("no hand-over: shift of %s began %s, still %s%s"),
			n->plan.officer, since, who, leader);
	xfree(leader);
	return out;
}

/* Of whom, how long yet, and what to do. */
static char *
cert_words(const struct teller *t, const struct escalation *e)
{
	long long days = (e->due_ms - t->now_ms) / DAY_MS;
	bool own = str_eq(e->desk, t->desk->id);

	if (e->due_ms <= t->now_ms)
		return own ? xasprintf(_("this desk's certificate has "
					 "expired: 'key rotate --tls "
					 "--at-once', bundles"))
			   : xasprintf(_("the certificate of %s has expired: "
					 "ask it for its new card"),
				       e->desk);
	return own ? xasprintf(_("this desk's certificate expires in %lld "
				 "days: 'deltadesk key rotate --tls'"),
			       days)
		   : xasprintf(_("the certificate of %s expires in %lld days: "
				 "ask it to renew"),
			       e->desk, days);
}

static char *
words_of(const struct teller *t, const struct escalation *e)
{
	struct desk *d = t->desk;
	char due[TIME_TEXT_MAX], since[TIME_TEXT_MAX];
	char *about = e->ref.id[0] != '\0' ? doc_words(d, e) : xstrdup("");
	char *out = NULL;

	minute_text(e->due_ms >= 0 ? e->due_ms : 0, due);
	minute_text(e->since_ms >= 0 ? e->since_ms : 0, since);
	switch (e->what) {
	case ESCALATION_LATE:
		out = xasprintf(_("late: %s, %s of %s%s%s was due %s"), about,
				clock_title(d, e), e->desk,
				e->row[0] != '\0' ? " " : "", e->row, due);
		break;
	case ESCALATION_SOON:
		out = xasprintf(_("due soon: %s, %s of %s%s%s is due %s"),
				about, clock_title(d, e), e->desk,
				e->row[0] != '\0' ? " " : "", e->row, due);
		break;
	case ESCALATION_UNOPENED:
		out = xasprintf(_("not signed for: %s lies at %s since %s"),
				about, e->desk, since);
		break;
	case ESCALATION_SILENT:
		out = xasprintf(_("silent: nothing heard of %s since %s"),
				e->desk, since);
		break;
	case ESCALATION_STOPPED:
		out = xasprintf(_("not serving: nothing comes or leaves since "
				  "%s"),
				since);
		break;
	case ESCALATION_SPACE:
		out = xasprintf(_("disk: %lld MiB are free, peers are told to "
				  "wait; make room"),
				(long long)(t->space.free_bytes / MIB));
		break;
	case ESCALATION_GAP: out = gap_words(&t->shift, since + 5); break;
	case ESCALATION_CERT: out = cert_words(t, e); break;
	case ESCALATION_FORK:
		out = xasprintf(_("fork: %s signed two events in one place, "
				  "%.16s and %.16s"),
				e->desk, e->hashes[0], e->hashes[1]);
		break;
	}
	xfree(about);
	return out;
}

static bool
wants(const struct teller *t, enum escalation_what what)
{
	return (t->which & ESCALATION_BIT(what)) != 0;
}

static void
tell(struct teller *t, struct escalation *e)
{
	char *key, *words;

	if (!wants(t, e->what))
		return;
	key = xasprintf("%s:%s/%s:%s:%s:%s%s:%lld", names[e->what],
			e->ref.owner, e->ref.id, e->desk, e->clock, e->row,
			e->hashes[1],
			(long long)(e->due_ms >= 0 ? e->due_ms : e->since_ms));
	words = words_of(t, e);
	e->key = key;
	e->words = words;
	t->each(t->ctx, e);
	xfree(key);
	xfree(words);
}

/* ---- documents ---- */

static void
copy_col(char *out, size_t size, struct stmt *st, int at)
{
	const char *s = col_text(st, at);

	if (s == NULL || str_copy(out, size, s, NULL) != RC_OK)
		out[0] = '\0';
}

/* owner, uuid, kind, version, number, title, mode, desk: columns 0 to 7. */
static struct escalation
of_document(struct stmt *st)
{
	struct escalation e = { .kind_version = (int)col_int(st, 3),
				.row = "",
				.due_ms = -1 };

	copy_col(e.ref.owner, sizeof(e.ref.owner), st, 0);
	copy_col(e.ref.id, sizeof(e.ref.id), st, 1);
	copy_col(e.kind, sizeof(e.kind), st, 2);
	e.number = col_is_null(st, 4) ? "" : col_text(st, 4);
	e.title = col_text(st, 5);
	e.mode = col_text(st, 6);
	copy_col(e.desk, sizeof(e.desk), st, 7);
	return e;
}

/* In order of due dates: what is late comes before what is due soon. */
static enum rc
each_clock(struct teller *t, struct err *err)
{
	struct stmt *st = stmt_use(t->desk->store, SQL_ESCALATION_CLOCKS);
	bool row = false;
	enum rc rc;

	stmt_int(st, 1, t->now_ms);
	stmt_int(st, 2, t->now_ms + AHEAD_MS);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		struct escalation e = of_document(st);

		copy_col(e.clock, sizeof(e.clock), st, 8);
		e.row = col_text(st, 9);
		e.due_ms = col_int(st, 10);
		e.what = e.due_ms < t->now_ms ? ESCALATION_LATE
					      : ESCALATION_SOON;
		e.since_ms =
			e.what == ESCALATION_LATE ? e.due_ms : col_int(st, 11);
		tell(t, &e);
	}
	stmt_done(st);
	return rc;
}

static enum rc
each_unopened(struct teller *t, const char *peer, struct err *err)
{
	struct stmt *st = stmt_use(t->desk->store, SQL_ESCALATION_UNOPENED);
	bool row = false;
	enum rc rc;

	stmt_text(st, 1, peer);
	stmt_int(st, 2, t->now_ms - UNOPENED_MS);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		struct escalation e = of_document(st);

		e.what = ESCALATION_UNOPENED;
		e.since_ms = col_int(st, 8);
		tell(t, &e);
	}
	stmt_done(st);
	return rc;
}

/* ---- peers ---- */

static struct escalation of_peer(enum escalation_what what, const char *peer,
				 int64_t since_ms);

static void
look_at_cert(struct teller *t, const char *desk, int64_t until_ms)
{
	struct escalation e = of_peer(ESCALATION_CERT, desk,
				      until_ms - CERT_WARN_DAYS * DAY_MS);

	e.due_ms = until_ms;
	if (t->now_ms >= e.since_ms)
		tell(t, &e);
}

/* This desk's own: of two the one in its newest card. */
static enum rc
own_cert(struct teller *t, struct err *err)
{
	struct own_keys k = { .n_waiting = 0 };
	enum rc rc = ask_own_keys(t->desk, &k, NULL, NULL, err);

	if (rc == RC_OK)
		look_at_cert(t, t->desk->id, k.tls_until_ms);
	own_keys_release(&k);
	return rc;
}

static struct escalation
of_peer(enum escalation_what what, const char *peer, int64_t since_ms)
{
	struct escalation e = { .what = what,
				.number = "",
				.title = "",
				.mode = "",
				.row = "",
				.since_ms = since_ms,
				.due_ms = -1 };

	(void)str_copy(e.desk, sizeof(e.desk), peer, NULL);
	return e;
}

/* Silent since it was heard last, or since somebody listens: after a night
 * without power every peer has its time to call. */
static void
look_at_link(struct teller *t, const struct link_row *l, int64_t serving_ms)
{
	int64_t minutes = setting_number(t->desk, l->desk, "silent_minutes");
	int64_t heard = l->heard_ms > serving_ms ? l->heard_ms : serving_ms;
	struct escalation e;

	if (minutes < 0)
		minutes = SILENT_MINUTES;
	if (!l->trusted || minutes == 0 ||
	    t->now_ms - heard <= minutes * MINUTE_MS)
		return;
	e = of_peer(ESCALATION_SILENT, l->desk, heard);
	tell(t, &e);
}

static enum rc
each_link(struct teller *t, struct err *err)
{
	struct link_list links = { 0 };
	struct escalation e;
	int64_t begun = -1, beat = -1;
	bool any = false;
	enum rc rc = ask_links(t->desk, &links, err);
	size_t i;

	if (rc != RC_OK)
		return rc;
	for (i = 0; rc == RC_OK && i < links.n_rows; i++) {
		any = any || links.rows[i].trusted;
		if (links.rows[i].trusted && links.rows[i].cert_until_ms >= 0)
			look_at_cert(t, links.rows[i].desk,
				     links.rows[i].cert_until_ms);
		if (links.rows[i].trusted && wants(t, ESCALATION_UNOPENED))
			rc = each_unopened(t, links.rows[i].desk, err);
	}
	if (rc == RC_OK && serving_since(t->desk, &begun, &beat)) {
		for (i = 0; i < links.n_rows; i++)
			look_at_link(t, &links.rows[i], begun);
	} else if (rc == RC_OK && any && beat >= 0) {
		e = of_peer(ESCALATION_STOPPED, t->desk->id, beat);
		tell(t, &e);
	}
	link_list_release(&links);
	return rc;
}

static enum rc
each_gap(struct teller *t, struct err *err)
{
	struct escalation e;
	enum rc rc = ask_shift(t->desk, &t->shift, err);

	if (rc == RC_NOTFOUND)
		return RC_OK; /* a desk without sheets has no shifts */
	if (rc != RC_OK || t->shift.gap_ms < 0)
		return rc;
	e = of_peer(ESCALATION_GAP, t->desk->id, t->shift.gap_ms);
	tell(t, &e);
	return RC_OK;
}

/* Since when is not known: it is another one each day. */
static void
look_at_space(struct teller *t)
{
	struct escalation e = of_peer(ESCALATION_SPACE, t->desk->id,
				      t->now_ms - t->now_ms % DAY_MS);

	if (space_look(t->desk->folder, &t->space) && space_is_short(&t->space))
		tell(t, &e);
}

static void
tell_fork(void *ctx, const struct fork_row *f)
{
	struct escalation e = of_peer(ESCALATION_FORK, f->source, f->found_ms);

	digest_hex(&f->digests[0], e.hashes[0]);
	digest_hex(&f->digests[1], e.hashes[1]);
	tell(ctx, &e);
}

enum rc
escalations_each(struct desk *d, unsigned which,
		 void (*each)(void *ctx, const struct escalation *e), void *ctx,
		 struct err *err)
{
	struct teller t = { .desk = d,
			    .which = which,
			    .each = each,
			    .ctx = ctx,
			    .now_ms = env_now_ms(d->env) };
	enum rc rc = RC_OK;

	if (wants(&t, ESCALATION_FORK))
		rc = fork_each(d->journal, NULL, true, tell_fork, &t, err);
	if (rc != RC_OK)
		return rc;
	if (wants(&t, ESCALATION_SPACE))
		look_at_space(&t);
	if (wants(&t, ESCALATION_LATE) || wants(&t, ESCALATION_SOON))
		rc = each_clock(&t, err);
	if (rc == RC_OK && wants(&t, ESCALATION_GAP))
		rc = each_gap(&t, err);
	if (rc == RC_OK && wants(&t, ESCALATION_CERT))
		rc = own_cert(&t, err);
	return rc == RC_OK ? each_link(&t, err) : rc;
}

enum rc
ask_escalations(struct desk *d, unsigned which,
		void (*each)(void *ctx, const struct escalation *e), void *ctx,
		struct err *err)
{
	enum rc rc = permit(d, PERMIT_READ, NULL, err);

	return rc == RC_OK ? escalations_each(d, which, each, ctx, err) : rc;
}
