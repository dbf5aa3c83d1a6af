/* init, card, set: the desk itself. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"
#include "journal/peer.h"

enum rc
run_init(struct cli *c, struct err *err)
{
	const char *signature = cli_get(c, "signature");
	struct desk_setup setup = { .folder = c->folder,
				    .id = c->words[0],
				    .name = cli_get(c, "name"),
				    .listen = cli_get(c, "listen"),
				    .signature = KEY_SM2_SM3,
				    .env = c->env };
	enum rc rc = RC_OK;

	if (signature != NULL)
		rc = key_alg_parse(signature, &setup.signature, err);
	if (rc == RC_OK)
		rc = desk_init(&setup, err);
	if (rc != RC_OK)
		return rc;
	if (cli_open(c, err) != RC_OK) { /* it is made all the same */
		out_error(err->msg);
		return RC_OK;
	}
	const struct officer *o = desk_get_officer(c->desk);
	if (c->json) {
		json_t *j = json_object();
		json_object_set_new(j, "desk", json_string(c->words[0]));
		json_object_set_new(j, "name",
				    json_string(desk_get_name(c->desk)));
		json_object_set_new(j, "folder", json_string(c->folder));
		json_object_set_new(j, "officer",
				    json_text_or_null(o != NULL ? o->id
								: NULL));
		out_json(j);
		return RC_OK;
	}
	(void)printf(_("desk %s %s made in %s"), c->words[0],
		     desk_get_name(c->desk), c->folder);
	(void)putchar('\n');
	if (o != NULL) {
		(void)printf(_("%s is its founding officer with every role "
			       "but auditor; split the roles with 'officer "
			       "add'"),
			     o->id);
		(void)putchar('\n');
	}
	return RC_OK;
}

enum rc
run_card(struct cli *c, struct err *err)
{
	struct buf card;
	enum rc rc = cli_open_for_serve(c, err);
	if (rc != RC_OK)
		return rc;
	buf_init(&card, CARD_MAX_BYTES);
	rc = peer_card(desk_get_journal(c->desk), desk_get_id(c->desk), &card,
		       err);
	if (rc == RC_OK)
		(void)puts(buf_str(&card));
	buf_release(&card);
	return rc;
}

static void
put_setting(void *ctx, const char *name, const char *value, const char *help)
{
	const struct cli *c = ctx;
	if (c->json) {
		json_t *j = json_object();
		json_object_set_new(j, "name", json_string(name));
		json_object_set_new(j, "value", json_string(value));
		json_object_set_new(j, "help", json_string(help));
		out_json(j);
		return;
	}
	out_cell(name, 18);
	(void)putchar(' ');
	out_cell(value, 24);
	(void)putchar(' ');
	out_text(help);
	(void)putchar('\n');
}

static enum rc
set_for_peer(struct cli *c, const char *peer, struct err *err)
{
	int64_t n = 0;
	if (c->n_words < 2)
		return err_set(err, RC_USAGE, 0, _("usage: deltadesk %s %s"),
			       "set", "NAME VALUE --peer ID");
	enum rc rc = str_to_i64(c->words[1], 0, 100000, &n, err);
	return rc == RC_OK
		       ? setting_set_peer(c->desk, peer, c->words[0], n, err)
		       : rc;
}

enum rc
run_set(struct cli *c, struct err *err)
{
	char *value = NULL;
	const char *peer = cli_get(c, "peer");
	enum rc rc = cli_open(c, err);
	if (rc != RC_OK)
		return rc;
	if (peer != NULL)
		return set_for_peer(c, peer, err);
	if (c->n_words == 0)
		return setting_each(c->desk, put_setting, c, err);
	if (c->n_words == 2)
		return setting_set(c->desk, c->words[0], c->words[1], err);
	rc = setting_get(c->desk, c->words[0], &value, err);
	if (rc == RC_OK && c->json) {
		json_t *j = json_object();
		json_object_set_new(j, "name", json_string(c->words[0]));
		json_object_set_new(j, "value", json_text_or_null(value));
		out_json(j);
	} else if (rc == RC_OK) {
		out_text(value);
		(void)putchar('\n');
	}
	(void)xfree(value);
	return rc;
}
