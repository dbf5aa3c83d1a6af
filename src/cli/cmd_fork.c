/* fork: two signed events in one place, their proofs, and the end of it. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"
#include "desk/fork.h"
#include "evidence_int.h"

struct forks {
	struct cli *c;
	const char *word; /* of which; NULL: all */
	size_t n, n_open;
	struct evidence *evidence;
	struct fork_proof {
		char source[DESK_ID_MAX + 1], id[UUID_LEN + 1];
		char epoch[UUID_LEN + 1];
		int64_t k;
		bool same_id, same_place;
		struct digest digests[2];
	} * proofs;
};

/* ---- fork list ---- */

static json_t *
fork_json(const struct fork_row *f)
{
	char a[DIGEST_HEX_LEN + 1], b[DIGEST_HEX_LEN + 1];
	json_t *j = json_object();

	digest_hex(&f->digests[0], a);
	digest_hex(&f->digests[1], b);
	json_object_set_new(j, "source", json_string(f->source));
	json_object_set_new(j, "same_id", json_boolean(f->same_id));
	json_object_set_new(j, "same_place", json_boolean(f->same_place));
	json_object_set_new(j, "id", json_string(f->id));
	json_object_set_new(j, "epoch", json_string(f->epoch));
	json_object_set_new(j, "k", json_integer(f->k));
	json_object_set_new(j, "events", json_pack("[s,s]", a, b));
	json_object_set_new(j, "subjects",
			    json_pack("[s,s]", f->subjects[0], f->subjects[1]));
	json_object_set_new(j, "found_at", json_time(f->found_ms));
	json_object_set_new(j, "cleared_by", json_text_or_null(f->by));
	json_object_set_new(j, "cleared_why", json_text_or_null(f->why));
	json_object_set_new(j, "cleared_at", json_time(f->cleared_ms));
	return j;
}

static void
put_fork(void *ctx, const struct fork_row *f)
{
	struct forks *all = ctx;
	char hex[DIGEST_HEX_LEN + 1], when[TIME_TEXT_MAX];

	if (all->word != NULL && !fork_is_meant(f, all->word))
		return;
	all->n++;
	all->n_open += f->by == NULL;
	if (all->c->json) {
		out_json(fork_json(f));
		return;
	}
	time_format_short(f->found_ms, when);
	(void)printf("%s ", when);
	out_cell(f->source, 14);
	(void)putchar(' ');
	if (f->same_place)
		(void)printf(_("two events as number %lld of epoch %s"),
			     (long long)f->k, f->epoch);
	else
		(void)printf(_("two events with the id %s"), f->id);
	(void)putchar('\n');
	for (int i = 0; i < 2; i++) {
		digest_hex(&f->digests[i], hex);
		(void)printf("    %s ", hex);
		out_text(f->subjects[i]);
		(void)putchar('\n');
	}
	(void)fputs("    ", stdout);
	if (f->by == NULL) {
		(void)puts(_("open: the link is stopped"));
		return;
	}
	time_format_short(f->cleared_ms, when);
	(void)printf(_("cleared %s by %s: "), when, f->by);
	out_text(f->why);
	(void)putchar('\n');
}

enum rc
run_fork_list(struct cli *c, struct err *err)
{
	struct forks all = { .c = c,
			     .word = c->n_words > 0 ? c->words[0] : NULL };
	enum rc rc = cli_open(c, err);

	if (rc == RC_OK)
		rc = fork_each(desk_get_journal(c->desk), NULL, false, put_fork,
			       &all, err);
	if (rc == RC_OK && all.n == 0 && !c->json)
		(void)puts(_("no desk was found to have signed two events in "
			     "one place"));
	return rc;
}

/* ---- fork clear ---- */

enum rc
run_fork_clear(struct cli *c, struct err *err)
{
	size_t n = 0;
	enum rc rc = cli_open(c, err);

	if (rc == RC_OK)
		rc = act_fork_clear(c->desk, c->words[0], cli_get(c, "note"),
				    &n, err);
	if (rc == RC_OK && c->json)
		out_json(json_pack("{s:I}", "cleared", (json_int_t)n));
	else if (rc == RC_OK)
		(void)printf(_("%zu cleared; both events of each stay, and "
			       "the link goes on\n"),
			     n);
	return rc;
}

/* ---- fork evidence ---- */

static void
gather(void *ctx, const struct fork_row *f)
{
	struct forks *all = ctx;
	struct fork_proof *p;

	if (!fork_is_meant(f, all->word))
		return;
	all->proofs =
		xreallocarray(all->proofs, all->n + 1, sizeof(*all->proofs));
	p = &all->proofs[all->n++];
	*p = (struct fork_proof){ .k = f->k,
				  .same_id = f->same_id,
				  .same_place = f->same_place };
	(void)str_copy(p->source, sizeof(p->source), f->source, NULL);
	(void)str_copy(p->id, sizeof(p->id), f->id, NULL);
	(void)str_copy(p->epoch, sizeof(p->epoch), f->epoch, NULL);
	memcpy(p->digests, f->digests, sizeof(p->digests));
}

/* One of the two, as NAME.pae and NAME.sig. Whoever wrote it chose its
 * spelling: *io_plain stays only where the members can be found as text. */
static enum rc
put_proof(struct forks *all, const struct fork_proof *p, int which,
	  const char *name, bool *io_plain, struct err *err)
{
	struct envelope env = { .type = NULL };
	struct journal *j = desk_get_journal(all->c->desk);
	const struct card *card =
		evidence_card(all->c, all->evidence, p->source, err);
	struct ref ref;
	enum rc rc;

	if (card == NULL)
		return err->code;
	memcpy(ref.bytes, p->digests[which].bytes, DIGEST_LEN);
	rc = journal_envelope(j, &ref, &env, err);
	if (rc == RC_OK) {
		rc = evidence_signed(all->evidence, name, &env, card, err);
		*io_plain = *io_plain &&
			    memmem(env.payload, env.n_payload, "\"id\"", 4) &&
			    memmem(env.payload, env.n_payload, "\"k\"", 3) &&
			    memmem(env.payload, env.n_payload, "\"epoch\"", 7);
	}
	envelope_release(&env);
	return rc;
}

static enum rc
put_pair(struct forks *all, const struct fork_proof *p, size_t number,
	 struct err *err)
{
	char name[2][64];
	bool plain = true;
	enum rc rc = RC_OK;

	for (int i = 0; rc == RC_OK && i < 2; i++) {
		(void)snprintf(name[i], sizeof(name[i]), "fork-%03zu-%c-%s",
			       number, 'a' + i, p->source);
		rc = put_proof(all, p, i, name[i], &plain, err);
	}
	if (rc == RC_OK)
		rc = buf_addf(&all->evidence->checks, err,
			      "check_differ %s.pae %s.pae\n", name[0], name[1]);
	if (rc == RC_OK && plain && p->same_id)
		rc = buf_addf(&all->evidence->checks, err,
			      "check_both %s.pae %s.pae '\"id\":\"%s\"'\n",
			      name[0], name[1], p->id);
	if (rc == RC_OK && plain && p->same_place)
		rc = buf_addf(&all->evidence->checks, err,
			      "check_both %s.pae %s.pae "
			      "'\"epoch\":\"%s\"' '\"k\":%lld[,}]'\n",
			      name[0], name[1], p->epoch, (long long)p->k);
	return rc;
}

static enum rc
put_pairs(struct forks *all, struct err *err)
{
	enum rc rc = fork_each(desk_get_journal(all->c->desk), NULL, false,
			       gather, all, err);

	if (rc == RC_OK && all->n == 0)
		rc = err_set(err, RC_NOTFOUND, 0,
			     _("no fork is meant by '%s'; 'fork list' shows "
			       "them"),
			     all->word);
	for (size_t i = 0; rc == RC_OK && i < all->n; i++)
		rc = put_pair(all, &all->proofs[i], i + 1, err);
	return rc;
}

enum rc
run_fork_evidence(struct cli *c, struct err *err)
{
	struct evidence e = { .dir = NULL };
	struct forks all = { .c = c, .word = c->words[0], .evidence = &e };
	struct doc_ref ref = { .owner = "" };
	enum rc rc = cli_open(c, err);

	(void)str_copy(ref.id, sizeof(ref.id), c->words[0], NULL);
	if (rc == RC_OK)
		rc = act_taken_out(c->desk, "evidence", &ref, "fork", err);
	if (rc == RC_OK)
		rc = evidence_begin(&e, c->words[1], err);
	if (rc != RC_OK)
		return rc;
	rc = put_pairs(&all, err);
	if (rc == RC_OK)
		rc = evidence_end(&e, err);
	if (rc == RC_OK)
		(void)printf(_("%zu forks with both signed events and %zu "
			       "cards written; check them with sh "
			       "%s/verify.sh\n"),
			     all.n, e.n_cards, c->words[1]);
	evidence_release(&e, rc != RC_OK);
	(void)xfree(all.proofs);
	return rc;
}
