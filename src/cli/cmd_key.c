/* key: this desk's own keys. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "base/time.h"
#include "cli_int.h"
#include "desk/key.h"

static json_t *
keys_json(const struct own_keys *k)
{
	json_t *o = json_object(), *list = json_array();

	for (size_t i = 0; i < k->n_waiting; i++)
		json_array_append_new(list, json_string(k->waiting[i]));
	json_object_set_new(o, "fingerprint", json_string(k->fingerprint));
	json_object_set_new(o, "card", json_integer(k->card_number));
	json_object_set_new(o, "made", json_time(k->card_made_ms));
	json_object_set_new(o, "tls_until", json_time(k->tls_until_ms));
	json_object_set_new(o, "two_certificates",
			    json_boolean(k->two_certificates));
	json_object_set_new(o, "waiting", list);
	return o;
}

static void
put_waiting(const struct own_keys *k)
{
	if (k->n_waiting == 0)
		return;
	(void)printf("%s", _("without the newest card:"));
	for (size_t i = 0; i < k->n_waiting; i++)
		(void)printf(" %s", k->waiting[i]);
	(void)putchar('\n');
	if (k->two_certificates)
		(void)puts(_("they are served the old certificate until they "
			     "have it"));
}

/* ctx: the list for JSON; NULL: plain lines. */
static void
put_key(void *ctx, const struct own_key *k)
{
	json_t *o;

	if (ctx != NULL) {
		o = json_pack("{s:s,s:s,s:b}", "id", k->id, "alg", k->alg,
			      "current", k->current);
		if (!k->current) {
			json_object_set_new(o, "last_epoch",
					    json_string(k->last_epoch));
			json_object_set_new(o, "last_k",
					    json_integer(k->last_k));
		}
		json_array_append_new(ctx, o);
		return;
	}
	(void)printf("%s %s ", k->id, k->alg);
	if (k->current)
		(void)fputs(_("current"), stdout);
	else
		(void)printf(_("retired after event %lld of epoch %.8s"),
			     (long long)k->last_k, k->last_epoch);
	(void)putchar('\n');
}

enum rc
run_key_show(struct cli *c, struct err *err)
{
	struct own_keys k = { .n_waiting = 0 };
	json_t *list = c->json ? json_array() : NULL, *o;
	char until[TIME_TEXT_MAX];
	enum rc rc = cli_open(c, err);

	if (rc == RC_OK)
		rc = ask_own_keys(c->desk, &k, put_key, list, err);
	if (rc == RC_OK && list != NULL) {
		o = keys_json(&k);
		json_object_set(o, "keys", list);
		out_json(o);
	} else if (rc == RC_OK) {
		time_format(k.tls_until_ms, until);
		(void)printf(_("card %lld, TLS certificate until %.10s"),
			     (long long)k.card_number, until);
		(void)putchar('\n');
		put_waiting(&k);
	}
	json_decref(list);
	own_keys_release(&k);
	return rc;
}

static enum rc
read_order(struct cli *c, struct key_order *o, struct err *err)
{
	const char *alg = cli_get(c, "alg");
	bool seal = cli_has(c, "seal"), tls = cli_has(c, "tls");

	*o = (struct key_order){ .seal = seal || !tls,
				 .tls = tls || !seal,
				 .at_once = cli_has(c, "at-once"),
				 .lost = cli_has(c, "lost"),
				 .has_alg = alg != NULL };
	if (alg != NULL && !o->seal)
		return err_set(err, RC_USAGE, 0,
			       _("--alg is of the signing key: give --seal "
				 "too"));
	return alg != NULL ? key_alg_parse(alg, &o->alg, err) : RC_OK;
}

enum rc
run_key_rotate(struct cli *c, struct err *err)
{
	struct own_keys k = { .n_waiting = 0 };
	struct key_order o;
	enum rc rc = read_order(c, &o, err);

	if (rc == RC_OK)
		rc = cli_open(c, err);
	if (rc == RC_OK)
		rc = act_key_rotate(c->desk, &o, &k, err);
	if (rc != RC_OK)
		return rc;
	if (c->json) {
		out_json(keys_json(&k));
		own_keys_release(&k);
		return rc;
	}
	(void)printf(_("card %lld; fingerprint of the signing key: %s"),
		     (long long)k.card_number, k.fingerprint);
	(void)putchar('\n');
	put_waiting(&k);
	if (o.lost)
		(void)puts(_("give every peer the card ('deltadesk card') and "
			     "read the fingerprint out by telephone: no peer "
			     "follows by itself"));
	(void)puts(_("make a backup now: one from before holds keys that "
		     "count no longer"));
	own_keys_release(&k);
	return rc;
}
