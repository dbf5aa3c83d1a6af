/* peer: whom this desk trusts, and how its lines are. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"
#include "desk/permit.h"
#include "journal/audit.h"
#include "journal/epoch.h"
#include "journal/peer.h"

static enum rc
read_stdin(size_t max_bytes, struct buf *out, struct err *err)
{
	char piece[8192];
	ssize_t n;
	enum rc rc = RC_OK;
	buf_init(out, max_bytes);
	while (rc == RC_OK &&
	       (n = read(STDIN_FILENO, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = err_errno(err, errno, _("cannot read"),
				       _("standard input"));
		else
			rc = buf_add(out, piece, (size_t)n, err);
	}
	return rc;
}

enum rc
cli_read_file(const char *path, size_t max_bytes, struct buf *out,
	      struct err *err)
{
	if (str_eq(path, "-"))
		return read_stdin(max_bytes, out, err);
	buf_init(out, max_bytes);
	return file_read(path, max_bytes, true, out, err);
}

/* Hex digits of both alike, whatever stands between them. */
static bool
same_fingerprint(const char *given, const char *hex)
{
	for (; *given != '\0'; given++) {
		if (strchr(" :-", *given) != NULL)
			continue;
		char low = (char)(*given >= 'A' && *given <= 'F' ? *given + 32
								 : *given);
		if (low != *hex)
			return false;
		hex++;
	}
	return *hex == '\0';
}

/* Ends the transaction of an act, which is there with its line in the audit
 * or not at all. */
static enum rc
end_audited(struct cli *c, enum rc rc, const char *act, const char *subject,
	    const char *detail, struct err *err)
{
	struct journal *j = desk_get_journal(c->desk);

	if (rc == RC_OK)
		rc = audit_append(j, desk_get_officer(c->desk)->id, act,
				  subject, detail, err);
	if (rc == RC_OK)
		return journal_commit(j, err);
	journal_rollback(j);
	return rc;
}

static enum rc
trust_card(struct cli *c, const struct card *card, const char *print,
	   struct err *err)
{
	const char *given = cli_get(c, "fingerprint");
	if (str_eq(card->desk, desk_get_id(c->desk)))
		return err_set(err, RC_STATE, 0,
			       _("this is the card of %s itself; hand it to "
				 "the peers"),
			       card->desk);
	if (given != NULL && !same_fingerprint(given, print))
		return err_set(err, RC_DENIED, 0,
			       _("the card of %s has fingerprint %s; ask the "
				 "peer again by telephone"),
			       card->desk, print);
	bool older = false;
	enum rc rc = peer_card_is_older(desk_get_journal(c->desk), card, &older,
					err);
	/* the way back from a thief's card, and nobody's by mistake */
	if (rc == RC_OK && older && given == NULL)
		rc = err_set(err, RC_CONFLICT, 0,
			     _("a newer card of %s is here already; ask for "
			       "its newest, or, if that one is a thief's, "
			       "revoke it and give this one's --fingerprint"),
			     card->desk);
	if (rc == RC_OK)
		rc = journal_begin(desk_get_journal(c->desk), err);
	if (rc != RC_OK)
		return rc;
	rc = peer_trust(desk_get_journal(c->desk), card, err);
	return end_audited(c, rc, "peer-trust", card->desk, print, err);
}

enum rc
run_peer_trust(struct cli *c, struct err *err)
{
	struct buf bytes;
	struct card card = { .n_keys = 0 };
	char print[DIGEST_HEX_LEN + 1];

	enum rc rc = cli_open(c, err);
	if (rc == RC_OK)
		rc = permit(c->desk, PERMIT_PEERS, NULL, err);
	if (rc != RC_OK)
		return rc;
	rc = cli_read_file(c->words[0], CARD_MAX_BYTES, &bytes, err);
	if (rc == RC_OK)
		rc = card_read(bytes.data != NULL ? bytes.data : "", bytes.len,
			       &card, err);
	buf_release(&bytes);
	if (rc != RC_OK)
		return rc;
	card_fingerprint(&card, print);
	rc = trust_card(c, &card, print, err);
	if (rc == RC_OK && c->json) {
		json_t *j = json_object();
		json_object_set_new(j, "desk", json_string(card.desk));
		json_object_set_new(j, "name", json_text_or_null(card.name_zh));
		json_object_set_new(j, "fingerprint", json_string(print));
		out_json(j);
	} else if (rc == RC_OK) {
		(void)printf(_("%s is trusted; fingerprint of its key: %s"),
			     card.desk, print);
		(void)putchar('\n');
	}
	card_release(&card);
	return rc;
}

static json_t *
link_json(const struct link_row *r)
{
	json_t *j = json_object();
	json_object_set_new(j, "desk", json_string(r->desk));
	json_object_set_new(j, "name", json_text_or_null(r->name));
	json_object_set_new(j, "address", json_text_or_null(r->address));
	json_object_set_new(j, "trusted", json_boolean(r->trusted));
	json_object_set_new(j, "state", json_string(r->state));
	json_object_set_new(j, "rtt_ms", json_integer(r->rtt_ms));
	json_object_set_new(j, "heard_at", json_time(r->heard_ms));
	json_object_set_new(j, "queued", json_integer(r->queued));
	json_object_set_new(j, "stored_unopened",
			    json_integer(r->stored_unopened));
	json_object_set_new(j, "oldest_queued_at",
			    json_time(r->oldest_queued_ms));
	json_object_set_new(j, "held_seq", json_integer(r->held_seq));
	json_object_set_new(j, "cert_days", json_integer(r->cert_days));
	json_object_set_new(j, "note", json_text_or_null(r->note));
	json_object_set_new(j, "kept_apart", json_integer(r->kept_apart));
	json_object_set_new(j, "answer", json_string(r->answer));
	return j;
}

static void
put_link(const struct cli *c, const struct link_row *r)
{
	if (c->json) {
		out_json(link_json(r));
		return;
	}
	out_cell(r->desk, 14);
	(void)putchar(' ');
	out_cell(link_word(r->state), 12);
	(void)putchar(' ');
	out_cell(r->address != NULL ? r->address : "-", 22);
	(void)putchar(' ');
	(void)printf(_("%lld to send"), (long long)r->queued);
	(void)putchar(' ');
	out_text(r->name);
	if (r->note != NULL && *r->note != '\0') {
		(void)fputs("  ", stdout);
		out_text(r->note);
	}
	(void)putchar('\n');
}

/* desk NULL: all. RC_NOTFOUND when that one is not there. */
static enum rc
put_links(struct cli *c, const char *desk, struct err *err)
{
	struct link_list list = { .rows = NULL };
	bool found = desk == NULL;
	enum rc rc = cli_open(c, err);
	if (rc == RC_OK)
		rc = ask_links(c->desk, &list, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < list.n_rows; i++) {
		if (desk != NULL && !str_eq(desk, list.rows[i].desk))
			continue;
		put_link(c, &list.rows[i]);
		found = true;
	}
	link_list_release(&list);
	return found ? RC_OK
		     : err_set(err, RC_NOTFOUND, 0,
			       _("no peer %s; 'peer list' shows them"), desk);
}

enum rc
run_peer_list(struct cli *c, struct err *err)
{
	return put_links(c, NULL, err);
}

static enum rc
fingerprint_of(struct cli *c, const char *desk, char *print, struct err *err)
{
	struct buf bytes;
	struct card card = { .n_keys = 0 };
	buf_init(&bytes, CARD_MAX_BYTES);
	enum rc rc = peer_card(desk_get_journal(c->desk), desk, &bytes, err);
	if (rc == RC_OK)
		rc = card_read(bytes.data, bytes.len, &card, err);
	if (rc == RC_OK)
		card_fingerprint(&card, print);
	card_release(&card);
	buf_release(&bytes);
	return rc;
}

/* One line: time, what, digest, reason. */
static void
put_notice(void *ctx, const struct notice_row *n)
{
	const struct cli *c = ctx;
	char when[TIME_TEXT_MAX];

	if (c->json) {
		json_t *j = json_object();
		json_object_set_new(j, "notice", json_string(n->what));
		json_object_set_new(j, "event", json_text_or_null(n->digest));
		json_object_set_new(j, "detail", json_text_or_null(n->detail));
		json_object_set_new(j, "at", json_time(n->at_ms));
		out_json(j);
		return;
	}
	time_format_short(n->at_ms, when);
	(void)printf("%s ", when);
	out_cell(notice_word(n->what), 12);
	(void)printf(" %.16s ", n->digest);
	out_text(n->detail);
	(void)putchar('\n');
}

enum rc
run_peer_show(struct cli *c, struct err *err)
{
	char print[DIGEST_HEX_LEN + 1];
	enum rc rc = put_links(c, c->words[0], err);
	if (rc == RC_OK)
		rc = ask_notices(c->desk, c->words[0], put_notice, c, err);
	if (rc == RC_OK && !c->json) {
		rc = fingerprint_of(c, c->words[0], print, err);
		if (rc == RC_OK)
			(void)printf("%s %s\n", _("fingerprint:"), print);
	}
	return rc;
}

enum rc
run_peer_set(struct cli *c, struct err *err)
{
	char shown[64];
	const char *address = cli_get(c, "address");
	if (address == NULL)
		return err_set(err, RC_USAGE, 0, _("usage: deltadesk %s %s"),
			       "peer set", "ID --address HOST:PORT");
	if (!address_valid(address))
		return err_set(err, RC_MALFORMED, 0,
			       _("'%s' is no address; one looks like "
				 "desk.example.cn:8443"),
			       text_show_into(shown, sizeof(shown), address));
	enum rc rc = cli_open(c, err);
	if (rc == RC_OK)
		rc = permit(c->desk, PERMIT_PEERS, NULL, err);
	if (rc == RC_OK)
		rc = journal_begin(desk_get_journal(c->desk), err);
	if (rc != RC_OK)
		return rc;
	rc = peer_set_address(desk_get_journal(c->desk), c->words[0], address,
			      err);
	return end_audited(c, rc, "peer-set", c->words[0], address, err);
}

enum rc
run_peer_revoke(struct cli *c, struct err *err)
{
	enum rc rc = cli_open(c, err);
	if (rc == RC_OK)
		rc = permit(c->desk, PERMIT_PEERS, NULL, err);
	if (rc == RC_OK)
		rc = journal_begin(desk_get_journal(c->desk), err);
	if (rc != RC_OK)
		return rc;
	rc = peer_revoke(desk_get_journal(c->desk), c->words[0], err);
	return end_audited(c, rc, "peer-revoke", c->words[0], NULL, err);
}

/* ---- after a restore ---- */

static void
put_confirmed(void *ctx, const struct peer *p)
{
	struct cli *c = ctx;

	if (p->state != PEER_TRUSTED)
		return;
	if (c->json) {
		out_json(json_pack("{s:s,s:s}", "desk", p->desk, "state",
				   "trusted"));
		return;
	}
	out_cell(p->desk, 14);
	(void)putchar(' ');
	out_text(p->name_zh != NULL ? p->name_zh : "");
	(void)putchar('\n');
}

enum rc
run_peer_confirm(struct cli *c, struct err *err)
{
	enum rc rc = cli_open(c, err);
	bool doubt = false;

	if (rc == RC_OK)
		rc = permit(c->desk, PERMIT_PEERS, NULL, err);
	if (rc == RC_OK)
		rc = peers_in_doubt(desk_get_journal(c->desk), &doubt, err);
	if (rc == RC_OK && !doubt)
		rc = err_set(err, RC_STATE, 0,
			     _("the list of peers needs no confirmation"));
	if (rc == RC_OK)
		rc = peer_each(desk_get_journal(c->desk), put_confirmed, c,
			       err);
	if (rc == RC_OK)
		rc = journal_begin(desk_get_journal(c->desk), err);
	if (rc != RC_OK)
		return rc;
	rc = peers_confirm(desk_get_journal(c->desk), err);
	return end_audited(c, rc, "peer-confirm", "", NULL, err);
}

enum rc
run_peer_override(struct cli *c, struct err *err)
{
	const char *number = cli_get(c, "last-number");
	int64_t last = 0;
	enum rc rc = cli_open(c, err);

	if (rc == RC_OK)
		rc = permit(c->desk, PERMIT_PEERS, NULL, err);
	if (rc == RC_OK && number == NULL)
		rc = err_set(err, RC_USAGE, 0,
			     _("what that peer would tell is not waited for: "
			       "give --last-number N, the last reference "
			       "number known to be given this year"));
	if (rc == RC_OK)
		rc = str_to_i64(number, 0, 999999, &last, err);
	if (rc == RC_OK)
		rc = journal_begin(desk_get_journal(c->desk), err);
	if (rc != RC_OK)
		return rc;
	rc = epoch_override(desk_get_journal(c->desk), c->words[0], last, err);
	return end_audited(c, rc, "peer-override", c->words[0], number, err);
}
