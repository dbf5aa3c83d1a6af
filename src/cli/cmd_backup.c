/* backup and restore. */
#include "config.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cli_int.h"
#include "desk/backup.h"
#include "journal/epoch.h"
#include "journal/peer.h"
#include "trust/keybox.h"

#define TELL_EACH_MS 1000

struct telling {
	const struct env *env;
	int64_t told_ms;
};

/* What ends within the first second is not worth a line. */
static void
on_progress(void *ctx, const char *what, int64_t done, int64_t all)
{
	struct telling *t = ctx;
	int64_t now = env_now_ms(t->env);

	if (t->told_ms == 0)
		t->told_ms = now;
	if (now - t->told_ms < TELL_EACH_MS)
		return;
	t->told_ms = now;
	(void)fprintf(stderr, "%s: %d %%\n", what,
		      all > 0 ? (int)(done * 100 / all) : 100);
}

/* Heap in out; NULL data: none was named. */
static enum rc
read_passphrase(struct cli *c, struct buf *out, struct err *err)
{
	const char *path = cli_get(c, "passphrase-file");

	buf_init(out, KEYBOX_PASSPHRASE_MAX);
	return path == NULL ? RC_OK : keybox_passphrase(path, out, err);
}

static void
forget_passphrase(struct buf *b)
{
	if (b->data != NULL)
		mem_wipe(b->data, b->len);
	buf_release(b);
}

static void
say_look(const struct cli *c, const struct backup_look *l)
{
	char when[TIME_TEXT_MAX];

	if (c->json) {
		json_t *o = json_object();

		json_object_set_new(o, "desk", json_string(l->desk));
		json_object_set_new(o, "made", json_time(l->made_ms));
		json_object_set_new(o, "bytes", json_integer(l->bytes));
		json_object_set_new(o, "attachments", json_integer(l->blobs));
		json_object_set_new(o, "keys", json_boolean(l->has_keys));
		out_json(o);
		return;
	}
	time_format_short(l->made_ms, when);
	(void)printf(_("a whole backup of %s of %s: %lld attachments, %lld "
		       "bytes, %s"),
		     l->desk, when, (long long)l->blobs, (long long)l->bytes,
		     l->has_keys ? _("keys encrypted") : _("without keys"));
	(void)putchar('\n');
}

static enum rc
check(struct cli *c, const char *passphrase, struct err *err)
{
	struct telling telling = { .env = c->env };
	struct backup_progress progress = { .each = on_progress,
					    .ctx = &telling };
	struct backup_look look;
	enum rc rc =
		backup_check(c->words[0], passphrase, &progress, &look, err);

	if (rc == RC_OK)
		say_look(c, &look);
	return rc;
}

static enum rc
write_it(struct cli *c, const char *passphrase, struct err *err)
{
	struct telling telling = { .env = c->env };
	struct backup_order order = { .path = c->words[0],
				      .passphrase = passphrase,
				      .progress = { .each = on_progress,
						    .ctx = &telling } };
	struct backup_look look = { .has_keys = passphrase != NULL };
	struct backup_made made;
	enum rc rc = cli_open(c, err);

	if (rc == RC_OK && (passphrase != NULL) == cli_has(c, "no-keys"))
		rc = err_set(err, RC_USAGE, 0,
			     _("the desk's keys are kept only encrypted: give "
			       "--passphrase-file FILE, or --no-keys to leave "
			       "them out"));
	if (rc == RC_OK)
		rc = backup_write(c->desk, &order, &made, err);
	if (rc != RC_OK)
		return rc;
	(void)snprintf(look.desk, sizeof(look.desk), "%s",
		       desk_get_id(c->desk));
	look.made_ms = env_now_ms(c->env);
	look.bytes = made.bytes;
	look.blobs = made.blobs;
	say_look(c, &look);
	return RC_OK;
}

enum rc
run_backup(struct cli *c, struct err *err)
{
	struct buf pass;
	enum rc rc = read_passphrase(c, &pass, err);

	if (rc == RC_OK)
		rc = cli_has(c, "check") ? check(c, pass.data, err)
					 : write_it(c, pass.data, err);
	forget_passphrase(&pass);
	return rc;
}

/* ---- restore ---- */

static void
put_peer(void *ctx, const struct peer *p)
{
	(void)ctx;
	if (p->state == PEER_TRUSTED)
		(void)fprintf(stderr, "  %s %s\n", p->desk,
			      p->name_zh != NULL ? p->name_zh : "");
}

static enum rc
say_restored(struct cli *c, const struct restored *r, bool confirmed,
	     struct err *err)
{
	char when[TIME_TEXT_MAX];
	bool doubt = false, opened;
	enum rc rc = cli_open_for_serve(c, err);

	if (rc == RC_OK)
		rc = peers_in_doubt(desk_get_journal(c->desk), &doubt, err);
	if (rc != RC_OK) { /* it is restored all the same */
		out_error(err->msg);
		doubt = !confirmed;
	}
	if (c->json) {
		json_t *o = json_object();

		json_object_set_new(o, "desk", json_string(r->desk));
		json_object_set_new(o, "made", json_time(r->made_ms));
		json_object_set_new(o, "attachments", json_integer(r->blobs));
		json_object_set_new(o, "new_keys", json_boolean(r->new_keys));
		json_object_set_new(o, "fingerprint",
				    r->new_keys ? json_string(r->fingerprint)
						: json_null());
		json_object_set_new(o, "peers_confirmed", json_boolean(!doubt));
		out_json(o);
	} else {
		time_format_short(r->made_ms, when);
		(void)printf(_("desk %s restored as it was at %s"), r->desk,
			     when);
		(void)putchar('\n');
	}
	if (r->new_keys) {
		(void)fprintf(stderr,
			      _("the backup had no keys: new ones were made. "
				"Every peer must trust the new card, "
				"fingerprint %s"),
			      r->fingerprint);
		(void)fputc('\n', stderr);
	}
	out_error(_("what was done since comes back from the peers; until all "
		    "have answered, acts are kept and signed afterwards"));
	if (!doubt)
		return RC_OK;
	opened = rc == RC_OK;
	out_error(_("no link opens before the list of trusted peers is "
		    "confirmed with 'peer confirm': revoke first whom this "
		    "desk trusts no longer"));
	return opened ? peer_each(desk_get_journal(c->desk), put_peer, c, err)
		      : RC_OK;
}

enum rc
run_restore(struct cli *c, struct err *err)
{
	struct telling telling = { .env = c->env };
	struct restore_order order = {
		.path = c->words[0],
		.folder = c->folder,
		.confirm_peers = cli_has(c, "confirm-peers"),
		.env = c->env,
		.progress = { .each = on_progress, .ctx = &telling },
	};
	struct restored restored;
	struct buf pass;
	enum rc rc = read_passphrase(c, &pass, err);

	order.passphrase = pass.data;
	if (rc == RC_OK)
		rc = backup_restore(&order, &restored, err);
	forget_passphrase(&pass);
	return rc == RC_OK
		       ? say_restored(c, &restored, order.confirm_peers, err)
		       : rc;
}
