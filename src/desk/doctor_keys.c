/* The keys, as files and as the card tells them. */
#include <sys/stat.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "doctor_int.h"
#include "journal/peer.h"
#include "key_files_int.h"
#include "trust/tlscert.h"

static void
look_at_seal(struct doctor *dr)
{
	char *path = desk_path(dr->visit->folder, FILE_SEAL);
	struct signer *s = NULL;
	struct err err = ERR_INIT;

	if (signer_open(path, &s, &err) == RC_OK)
		doctor_say(dr, "keys", DOCTOR_GOOD, NULL, "%s, %s %.16s",
			   FILE_SEAL, key_alg_name(signer_get_alg(s)),
			   signer_get_id(s));
	else
		doctor_say(dr, "keys", DOCTOR_WRONG,
			   _("the desk signs nothing without it: put the key "
			     "of the backup there, mode 600"),
			   "%s", err.msg);
	signer_free(s);
	xfree(path);
}

static void
look_at_tls_key(struct doctor *dr)
{
	char *path = desk_path(dr->visit->folder, FILE_TLS_KEY);
	struct stat st;

	if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size == 0)
		doctor_say(dr, "keys", DOCTOR_WRONG,
			   _("no peer is reached without it: put the key of "
			     "the backup there, mode 600"),
			   _("%s is not there"), FILE_TLS_KEY);
	else if ((st.st_mode & 077) != 0)
		doctor_say(dr, "keys", DOCTOR_WRONG,
			   _("chmod 600 it and, if others could read it, "
			     "tell every peer to trust this desk no longer"),
			   _("%s is open to other users"), FILE_TLS_KEY);
	else
		doctor_say(dr, "keys", DOCTOR_GOOD, NULL, "%s", FILE_TLS_KEY);
	xfree(path);
}

static void
say_days(struct doctor *dr, int64_t days)
{
	if (days <= 0)
		doctor_say(dr, "certificate", DOCTOR_WRONG,
			   _("make new ones with 'deltadesk key rotate --tls "
			     "--at-once', and give every peer a bundle, or "
			     "the card ('deltadesk card')"),
			   "%s",
			   _("the TLS certificate has expired: no peer "
			     "can be reached"));
	else if (days <= CERT_WARN_DAYS)
		doctor_say(dr, "certificate", DOCTOR_LOOK,
			   _("renew it while peers can be reached: deltadesk "
			     "key rotate --tls"),
			   _("%lld days left"), (long long)days);
	else
		doctor_say(dr, "certificate", DOCTOR_GOOD, NULL,
			   _("%lld days left"), (long long)days);
}

void
doctor_keys(struct doctor *dr)
{
	char *path = desk_path(dr->visit->folder, FILE_TLS_NEXT_CERT);
	struct err err = ERR_INIT;
	struct buf der;
	int64_t until = 0;
	enum rc rc;

	if (!file_exists(path)) { /* none is being changed */
		xfree(path);
		path = desk_path(dr->visit->folder, FILE_TLS_CERT);
	}
	look_at_seal(dr);
	look_at_tls_key(dr);
	buf_init(&der, CARD_MAX_BYTES);
	rc = tlscert_der(path, &der, &err);
	if (rc == RC_OK)
		rc = tlscert_expiry(der.data, der.len, &until, &err);
	if (rc == RC_OK)
		say_days(dr, (until - env_now_ms(dr->visit->env)) / DAY_MS);
	else
		doctor_say(dr, "certificate", DOCTOR_WRONG,
			   _("put the file of the backup there"), "%s",
			   err.msg);
	buf_release(&der);
	xfree(path);
}

static bool
has_key(const struct card *c, const char *id)
{
	for (size_t i = 0; i < c->n_keys; i++)
		if (c->keys[i].current && str_eq(c->keys[i].id, id))
			return true;
	return false;
}

void
doctor_card(struct doctor *dr, struct desk *d)
{
	struct card card = { .n_keys = 0 };
	struct digest pin = { .bytes = { 0 } };
	struct err err = ERR_INIT;
	struct signer *signer = NULL;
	struct buf json, der;
	char *cert = key_files_cert(d);
	enum rc rc;

	buf_init(&json, CARD_MAX_BYTES);
	buf_init(&der, CARD_MAX_BYTES);
	rc = peer_card(d->journal, d->id, &json, &err);
	if (rc == RC_OK)
		rc = card_read(json.data, json.len, &card, &err);
	if (rc == RC_OK && tlscert_der(cert, &der, NULL) == RC_OK)
		digest_sha256(der.data, der.len, &pin);
	if (rc != RC_OK)
		doctor_say(dr, "card", DOCTOR_WRONG, _("restore a backup"),
			   "%s", err.msg);
	else if (journal_signer(d->journal, &signer, NULL) != RC_OK ||
		 !has_key(&card, signer_get_id(signer)) ||
		 !digest_eq(&pin, &card.tls_pin))
		doctor_say(dr, "card", DOCTOR_WRONG,
			   _("peers refuse other keys than the card's: put "
			     "those files back that go with it, or make new "
			     "ones: deltadesk key rotate --lost"),
			   "%s",
			   _("the newest card names other keys than those in "
			     "the folder"));
	else
		doctor_say(dr, "card", DOCTOR_GOOD, NULL,
			   _("%s, with the keys in the folder"), d->id);
	xfree(cert);
	card_release(&card);
	buf_release(&json);
	buf_release(&der);
}
