/* init, card, set, officer: the desk itself. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"
#include "desk/permit.h"
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
	if (rc == RC_OK)
		rc = cli_open(c, err);
	if (rc != RC_OK)
		return rc;
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

/* ---- officers ---- */

static enum rc
parse_roles(const char *list, unsigned *ret_roles, struct err *err)
{
	enum rc rc = RC_OK;
	*ret_roles = 0;
	while (rc == RC_OK && *list != '\0') {
		enum role role = ROLE__COUNT;
		size_t n = strcspn(list, ", ");
		char *word = xstrndup(list, n);
		rc = role_parse(word, &role, err);
		if (rc == RC_OK && role >= ROLE_ASSIGNEE)
			rc = err_set(err, RC_RANGE, 0,
				     _("the role %s is not given to an officer "
				       "for good"),
				     word);
		if (rc == RC_OK)
			*ret_roles |= ROLE_BIT(role);
		(void)xfree(word);
		list += n;
		list += *list != '\0';
	}
	return rc;
}

/* 三员分立 is not there yet: on stderr, until it is. */
void
cli_say_unsplit(struct cli *c)
{
	if (officers_unsplit(c->desk))
		out_warn(NULL, _("one officer still both administers and "
				 "works with documents: split the roles with "
				 "'officer roles'"));
}

enum rc
run_officer_add(struct cli *c, struct err *err)
{
	unsigned roles = ROLE_BIT(ROLE_DUTY);
	const char *list = cli_get(c, "roles");
	enum rc rc = cli_open(c, err);
	if (rc == RC_OK && list != NULL)
		rc = parse_roles(list, &roles, err);
	if (rc == RC_OK)
		rc = officer_add(c->desk, c->words[0], c->words[1], roles,
				 cli_get(c, "login"), err);
	if (rc == RC_OK)
		cli_say_unsplit(c);
	return rc;
}

enum rc
run_officer_roles(struct cli *c, struct err *err)
{
	unsigned roles = 0;
	enum rc rc = cli_open(c, err);
	if (rc == RC_OK)
		rc = parse_roles(c->words[1], &roles, err);
	if (rc == RC_OK)
		rc = officer_set_roles(c->desk, c->words[0], roles, err);
	if (rc == RC_OK)
		cli_say_unsplit(c);
	return rc;
}

json_t *
roles_json(unsigned roles)
{
	json_t *list = json_array();

	for (int r = 0; r < ROLE__COUNT; r++)
		if ((roles & ROLE_BIT(r)) != 0)
			json_array_append_new(
				list, json_string(role_name((enum role)r)));
	return list;
}

static void
put_roles(unsigned roles)
{
	for (int r = 0; r < ROLE__COUNT; r++)
		if ((roles & ROLE_BIT(r)) != 0)
			(void)printf(" %s", role_word((enum role)r));
}

static void
put_officer(void *ctx, const struct officer *o)
{
	const struct cli *c = ctx;

	if (c->json) {
		json_t *j = json_object();
		json_object_set_new(j, "id", json_string(o->id));
		json_object_set_new(j, "name", json_text_or_null(o->name));
		json_object_set_new(j, "roles", roles_json(o->roles));
		json_object_set_new(j, "disabled", json_boolean(o->disabled));
		out_json(j);
		return;
	}
	out_cell(o->id, 16);
	(void)putchar(' ');
	out_cell(o->name, 16);
	put_roles(o->roles);
	(void)puts(o->disabled ? _(" (disabled)") : "");
}

enum rc
run_officer_list(struct cli *c, struct err *err)
{
	enum rc rc = cli_open(c, err);
	if (rc == RC_OK)
		rc = officer_each(c->desk, put_officer, c, err);
	if (rc == RC_OK)
		cli_say_unsplit(c);
	return rc;
}

enum rc
run_roles(struct cli *c, struct err *err)
{
	(void)err;
	for (int p = 0; p < PERMIT__COUNT; p++) {
		const struct permit_row *row = permit_row((enum permit)p);

		if (c->json) {
			json_t *j = json_object();
			json_object_set_new(j, "act", json_string(row->name));
			json_object_set_new(j, "roles", roles_json(row->roles));
			out_json(j);
			continue;
		}
		out_cell(_(row->title), 32);
		put_roles(row->roles);
		(void)putchar('\n');
	}
	return RC_OK;
}

enum rc
run_officer_disable(struct cli *c, struct err *err)
{
	enum rc rc = cli_open(c, err);
	return rc == RC_OK ? officer_disable(c->desk, c->words[0], err) : rc;
}
