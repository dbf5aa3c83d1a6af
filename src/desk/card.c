#include "trust/card.h"

#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "journal/peer.h"
#include "key_files_int.h"
#include "trust/tlscert.h"

/* An address that only binds ("any", or a port yet unknown) is none to dial. */
static bool
can_be_dialled(const char *address)
{
	const char *colon = strrchr(address, ':');

	if (colon == NULL || str_eq(colon, ":0"))
		return false;
	return !str_starts(address, "0.0.0.0:") &&
	       !str_starts(address, "[::]:");
}

enum rc
card_make(const struct card_from *from, struct card *out, struct err *err)
{
	char *cert = from->cert != NULL
			     ? xstrdup(from->cert)
			     : desk_path(from->folder, FILE_TLS_CERT);
	struct buf der;
	enum rc rc;

	buf_init(&der, CARD_MAX_BYTES);
	*out = (struct card){ 0 };
	rc = str_copy(out->desk, sizeof(out->desk), from->desk, err);
	if (rc == RC_OK)
		rc = tlscert_der(cert, &der, err);
	if (rc == RC_OK) {
		out->name_zh = xstrdup(from->name);
		out->name_en = xstrdup(from->name);
		out->tls_cert = xmalloc(der.len);
		out->n_tls_cert = der.len;
		memcpy(out->tls_cert, der.data, der.len);
		digest_sha256(der.data, der.len, &out->tls_pin);
		if (from->address != NULL && can_be_dialled(from->address))
			out->addresses[out->n_addresses++] =
				xstrdup(from->address);
	}
	buf_release(&der);
	xfree(cert);
	return rc;
}

enum rc
desk_card_draft(struct desk *d, const char *cert, struct card *out,
		struct err *err)
{
	struct card_from from = { .folder = d->folder,
				  .desk = d->id,
				  .name = d->name,
				  .cert = cert };
	char *address = NULL, *listen = NULL;
	enum rc rc;

	rc = setting_get(d, "address", &address, err);
	if (rc == RC_OK)
		rc = setting_get(d, "listen", &listen, err);
	if (rc == RC_OK) {
		from.address = address[0] != '\0' ? address : listen;
		rc = card_make(&from, out, err);
	}
	xfree(address);
	xfree(listen);
	return rc;
}

enum rc
desk_card_anew(struct desk *d, struct err *err)
{
	char *cert = key_files_cert(d);
	struct card card;
	enum rc rc = desk_card_draft(d, cert, &card, err);

	if (rc == RC_OK) {
		rc = journal_card(d->journal, &card, err);
		d->version++;
		card_release(&card);
	}
	xfree(cert);
	return rc;
}
