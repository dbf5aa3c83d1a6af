/* SHA-256 digests and the chain values of channels. */
#include "config.h"

#include "trust/digest.h"

#include <string.h>

#include <openssl/evp.h>
#include <openssl/sha.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

struct digest_stream {
	EVP_MD_CTX *ctx;
};

void
digest_sha256(const void *data, size_t n_bytes, struct digest *out)
{
	(void)SHA256(data, n_bytes, out->bytes); /* cannot fail */
}

bool
digest_eq(const struct digest *a, const struct digest *b)
{
	return digest_cmp(a, b) == 0;
}

int
digest_cmp(const struct digest *a, const struct digest *b)
{
	return memcmp(a->bytes, b->bytes, DIGEST_LEN);
}

bool
digest_is_zero(const struct digest *d)
{
	static const struct digest zero;
	return digest_eq(d, &zero);
}

void
digest_hex(const struct digest *d, char out[static DIGEST_HEX_LEN + 1])
{
	hex_encode(d->bytes, DIGEST_LEN, out);
}

enum rc
digest_parse(const char *s, struct digest *out, struct err *err)
{
	if (str_starts(s, "sha256:"))
		s += 7;
	/* One spelling: a digest in capitals would be another name. */
	if (strlen(s) != DIGEST_HEX_LEN ||
	    strspn(s, "0123456789abcdef") != DIGEST_HEX_LEN)
		return err_set(err, RC_MALFORMED, 0,
			       _("a digest has 64 lower-case hexadecimal "
				 "digits"));
	return hex_decode(s, out->bytes, DIGEST_LEN, err);
}

struct digest_stream *
digest_stream_new(void)
{
	struct digest_stream *s = xcalloc(1, sizeof(*s));
	s->ctx = EVP_MD_CTX_new();
	if (s->ctx == NULL ||
	    EVP_DigestInit_ex(s->ctx, EVP_sha256(), NULL) != 1)
		abort(); /* out of memory, as xmalloc does */
	return s;
}

void
digest_stream_add(struct digest_stream *s, const void *data, size_t n_bytes)
{
	(void)EVP_DigestUpdate(s->ctx, data, n_bytes); /* cannot fail */
}

void
digest_stream_end(struct digest_stream *take_s, struct digest *out)
{
	unsigned n = 0;
	(void)EVP_DigestFinal_ex(take_s->ctx, out->bytes, &n); /* as above */
	(void)digest_stream_free(take_s);
}

struct digest_stream *
digest_stream_free(struct digest_stream *s)
{
	if (s == NULL)
		return NULL;
	EVP_MD_CTX_free(s->ctx);
	return xfree(s);
}

void
chain_next(const struct digest *prev, const struct digest *event,
	   struct digest *out)
{
	uint8_t both[2 * DIGEST_LEN];
	memcpy(both, prev->bytes, DIGEST_LEN);
	memcpy(both + DIGEST_LEN, event->bytes, DIGEST_LEN);
	digest_sha256(both, sizeof(both), out);
}

void
chain_start(const char *from, const char *to, const char *epoch,
	    const char *lane, struct digest *out)
{
	char *text = xasprintf("deltadesk channel v1\n%s\n%s\n%s\n%s", from, to,
			       epoch, lane);
	digest_sha256(text, strlen(text), out);
	(void)xfree(text);
}
