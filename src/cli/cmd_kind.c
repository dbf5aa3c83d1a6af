/* Kinds: checked, installed, listed. */
#include "config.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "cli_int.h"

enum rc
run_kind_check(struct cli *c, struct err *err)
{
	struct buf bytes;
	struct kind *kind = NULL;
	enum rc rc = cli_read_file(c->words[0], KIND_FILE_MAX, &bytes, err);
	if (rc == RC_OK)
		rc = kind_read(c->words[0],
			       bytes.data != NULL ? bytes.data : "", bytes.len,
			       &kind, err);
	if (rc == RC_OK) {
		(void)printf(_("%s: kind %s version %d is good"), c->words[0],
			     kind->name, kind->version);
		(void)putchar('\n');
	}
	(void)kind_free(kind);
	buf_release(&bytes);
	return rc;
}

enum rc
run_kind_add(struct cli *c, struct err *err)
{
	struct buf bytes;
	const struct kind *kind = NULL;
	char day[11];
	enum rc rc = cli_read_file(c->words[0], KIND_FILE_MAX, &bytes, err);
	if (rc == RC_OK)
		rc = cli_open(c, err);
	if (rc == RC_OK)
		rc = kind_install(c->desk, c->words[0],
				  bytes.data != NULL ? bytes.data : "",
				  bytes.len, &kind, err);
	if (rc == RC_OK) {
		day_format(kind->effective_day, day);
		(void)printf(_("kind %s version %d is installed; new documents "
			       "follow it from %s on"),
			     kind->name, kind->version, day);
		(void)putchar('\n');
	}
	buf_release(&bytes);
	return rc;
}

static const char *
scope_text(enum scope scope)
{
	switch (scope) {
	case SCOPE_EXCHANGE: return "exchange";
	case SCOPE_REGISTER: return "register";
	case SCOPE_LOCAL: return "local";
	}
	return "";
}

static void
put_kind(const struct cli *c, const struct kind *k, bool current)
{
	char day[11];
	char digest[DIGEST_HEX_LEN + 1];

	day_format(k->effective_day, day);
	hex_encode(k->digest, DIGEST_LEN, digest);
	if (c->json) {
		json_t *o =
			json_pack("{s:s,s:i,s:s,s:s,s:s,s:b,s:s}", "kind",
				  k->name, "version", k->version, "effective",
				  day, "scope", scope_text(k->scope), "title",
				  title_in(&k->title, i18n_zh()), "current",
				  current, "digest", digest);
		out_json(o);
		return;
	}
	(void)printf("%s %-16s %3d  %s  %-8s  ", current ? "*" : " ", k->name,
		     k->version, day, scope_text(k->scope));
	out_text(title_in(&k->title, i18n_zh()));
	(void)putchar('\n');
}

/* A star before the versions that new documents follow today. */
enum rc
run_kind_list(struct cli *c, struct err *err)
{
	enum rc rc = cli_open(c, err);
	if (rc != RC_OK)
		return rc;
	const struct kinds *kinds = desk_get_kinds(c->desk);
	int32_t today = day_of_ms(env_now_ms(desk_get_env(c->desk)));
	for (size_t i = 0; i < kinds_count(kinds); i++) {
		const struct kind *k = kinds_at(kinds, i);
		put_kind(c, k, kinds_current(kinds, k->name, today) == k);
	}
	return RC_OK;
}
