/* officer, roles: who works here. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"
#include "desk/access.h"
#include "desk/permit.h"

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

/* FILE or LINE: a line of a key has a blank, and a path with one in it begins
 * with "/" or ".". */
static enum rc
read_key(const char *given, struct ssh_key *out, struct err *err)
{
	struct buf file;
	enum rc rc;

	if (strchr(given, ' ') != NULL && given[0] != '/' && given[0] != '.')
		return ssh_key_parse(given, strlen(given), out, err);
	rc = cli_read_file(given, SSH_KEY_LINE_MAX, &file, err);
	if (rc == RC_OK)
		rc = ssh_key_parse(buf_str(&file), file.len, out, err);
	buf_release(&file);
	return rc;
}

enum rc
run_officer_add(struct cli *c, struct err *err)
{
	unsigned roles = ROLE_BIT(ROLE_DUTY);
	const char *list = cli_get(c, "roles"), *given = cli_get(c, "key");
	struct ssh_key key = { 0 };
	enum rc rc = cli_open(c, err);
	if (rc == RC_OK && list != NULL)
		rc = parse_roles(list, &roles, err);
	if (rc == RC_OK && given != NULL)
		rc = read_key(given, &key, err);
	const struct new_officer n = { .id = c->words[0],
				       .name = c->words[1],
				       .roles = roles,
				       .login = cli_get(c, "login"),
				       .key = given != NULL ? &key : NULL };
	if (rc == RC_OK)
		rc = officer_enrol(c->desk, &n, err);
	if (rc == RC_OK)
		cli_say_unsplit(c);
	if (rc == RC_OK && given != NULL)
		cli_say_unconfined_files();
	ssh_key_release(&key);
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

/* ---- SSH keys ---- */

enum rc
run_officer_key_add(struct cli *c, struct err *err)
{
	struct ssh_key key = { 0 };
	enum rc rc = cli_open(c, err);
	if (rc == RC_OK)
		rc = read_key(c->words[1], &key, err);
	if (rc == RC_OK)
		rc = officer_key_add(c->desk, c->words[0], &key, err);
	if (rc == RC_OK) {
		(void)puts(key.fingerprint);
		cli_say_unconfined_files();
	}
	ssh_key_release(&key);
	return rc;
}

enum rc
run_officer_key_remove(struct cli *c, struct err *err)
{
	enum rc rc = cli_open(c, err);
	return rc == RC_OK ? officer_key_remove(c->desk, c->words[0], err) : rc;
}

static void
put_key(void *ctx, const struct officer_key *k)
{
	const struct cli *c = ctx;

	if (c->json) {
		json_t *j = json_object();
		json_object_set_new(j, "officer", json_string(k->officer));
		json_object_set_new(j, "fingerprint",
				    json_string(k->fingerprint));
		json_object_set_new(j, "type", json_string(k->type));
		json_object_set_new(j, "comment", json_string(k->comment));
		json_object_set_new(j, "added_at", json_time(k->added_ms));
		json_object_set_new(j, "added_by", json_string(k->added_by));
		json_object_set_new(j, "disabled", json_boolean(k->disabled));
		out_json(j);
		return;
	}
	out_cell(k->officer, 12);
	(void)printf(" %s %s ", k->fingerprint, k->type);
	out_text(k->comment);
	(void)puts(k->disabled ? _(" (disabled)") : "");
}

enum rc
run_officer_key_list(struct cli *c, struct err *err)
{
	enum rc rc = cli_open(c, err);
	return rc == RC_OK
		       ? officer_key_each(c->desk,
					  c->n_words > 0 ? c->words[0] : NULL,
					  put_key, c, err)
		       : rc;
}
