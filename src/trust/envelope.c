/* DSSE v1 envelopes. */
#include "config.h"

#include "trust/envelope.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"

#define PAE_HEAD_MAX 160 /* "DSSEv1 ", two lengths and a type */

void
envelope_release(struct envelope *e)
{
	(void)xfree(e->payload);
	*e = (struct envelope){ .type = NULL };
}

/* PAE(type, body) = "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body */
static enum rc
pae(const char *type, const void *payload, size_t n_bytes, struct buf *out,
    struct err *err)
{
	enum rc rc = buf_addf(out, err, "DSSEv1 %zu %s %zu ", strlen(type),
			      type, n_bytes);
	if (rc == RC_OK)
		rc = buf_add(out, payload, n_bytes, err);
	return rc;
}

enum rc
envelope_pae(const struct envelope *e, struct buf *out, struct err *err)
{
	return pae(e->type, e->payload, e->n_payload, out, err);
}

void
envelope_digest(const struct envelope *e, struct digest *out)
{
	char head[PAE_HEAD_MAX];
	int n = snprintf(head, sizeof(head), "DSSEv1 %zu %s %zu ",
			 strlen(e->type), e->type, e->n_payload);
	struct digest_stream *s = digest_stream_new();
	digest_stream_add(s, head, (size_t)n);
	digest_stream_add(s, e->payload, e->n_payload);
	digest_stream_end(s, out);
}

static enum rc
malformed(const char *what, struct err *err)
{
	return err_set(err, RC_MALFORMED, 0, _("envelope: %s"), what);
}

/* The one object of "signatures", into out. */
static enum rc
read_signature(const json_t *signatures, struct envelope *out, struct err *err)
{
	const json_t *one = json_array_get(signatures, 0);
	const char *id = json_text(one, "keyid");
	const char *sig = json_text(one, "sig");
	struct buf bytes;

	if (json_array_size(signatures) != 1 || json_object_size(one) != 2)
		return malformed(_("exactly one signature is needed"), err);
	if (id == NULL || sig == NULL)
		return malformed(_("keyid or sig is missing"), err);
	if (strlen(id) != KEY_ID_MAX ||
	    strspn(id, "0123456789abcdef") != KEY_ID_MAX)
		return malformed(_("keyid is 64 lower-case hexadecimal digits"),
				 err);
	buf_init(&bytes, SIGNATURE_MAX);
	enum rc rc = base64_decode(sig, strlen(sig), &bytes, err);
	if (rc == RC_OK && bytes.len == 0)
		rc = malformed(_("the signature is empty"), err);
	if (rc == RC_OK) {
		memcpy(out->sig, bytes.data, bytes.len);
		out->n_sig = bytes.len;
		rc = str_copy(out->key_id, sizeof(out->key_id), id, err);
	}
	buf_release(&bytes);
	return rc;
}

bool
envelope_cut(const char *line, size_t n_bytes, struct buf *out,
	     struct envelope_cut *ret_cut)
{
	static const char mark[] = "\"payload\":\"";
	const char *at = memmem(line, n_bytes, mark, sizeof(mark) - 1);

	if (at == NULL)
		return false;
	at += sizeof(mark) - 1;
	size_t n_before = (size_t)(at - line);
	size_t n = base64_span(at, n_bytes - n_before);
	if (n == 0 || n_before + n == n_bytes || at[n] != '"')
		return false; /* spelled in another way */
	*ret_cut = (struct envelope_cut){ .payload = at, .n_chars = n };
	return buf_add(out, line, n_before, NULL) == RC_OK &&
	       buf_add(out, at + n, n_bytes - n_before - n, NULL) == RC_OK;
}

static enum rc
read_payload(const json_t *object, const struct envelope_cut *cut,
	     struct envelope *out, struct err *err)
{
	const json_t *payload = json_object_get(object, "payload");
	const char *text = json_string_value(payload);
	size_t n_chars = json_string_length(payload);
	struct buf bytes;

	if (!json_is_string(payload))
		return malformed(_("payload is missing"), err);
	if (cut != NULL && n_chars == 0) {
		text = cut->payload;
		n_chars = cut->n_chars;
	}
	buf_init(&bytes, EVENT_MAX_BYTES);
	enum rc rc = base64_decode(text, n_chars, &bytes, err);
	if (rc == RC_OK && bytes.len == 0)
		rc = malformed(_("payload is empty"), err);
	if (rc == RC_OK) {
		out->n_payload = bytes.len;
		out->payload = buf_take(&bytes);
	}
	buf_release(&bytes);
	return rc;
}

enum rc
envelope_from_json(const json_t *object, const char *type,
		   const struct envelope_cut *cut, struct envelope *out,
		   struct err *err)
{
	enum rc rc = RC_OK;
	*out = (struct envelope){ .type = type };
	if (json_object_size(object) != 3)
		rc = malformed(_("it has payload, payloadType and signatures "
				 "and nothing else"),
			       err);
	else if (!str_eq(json_text(object, "payloadType"), type))
		rc = malformed(_("another payloadType is needed here"), err);
	if (rc == RC_OK)
		rc = read_signature(json_object_get(object, "signatures"), out,
				    err);
	if (rc == RC_OK)
		rc = read_payload(object, cut, out, err);
	if (rc != RC_OK)
		envelope_release(out);
	return rc;
}

enum rc
envelope_read(const char *json, size_t n_bytes, const char *type,
	      struct envelope *out, struct err *err)
{
	json_t *object = NULL;
	enum rc rc = json_read_object(json, n_bytes, &object, err);
	if (rc != RC_OK)
		return rc;
	rc = envelope_from_json(object, type, NULL, out, err);
	json_decref(object);
	return rc;
}

enum rc
envelope_write(const struct envelope *e, struct buf *out, struct err *err)
{
	/* Nothing in it needs JSON escapes: base64, hex and our own types. */
	char *payload = base64_encode(e->payload, e->n_payload);
	char *sig = base64_encode(e->sig, e->n_sig);
	size_t n_before = out->len;
	enum rc rc = buf_adds(out, "{\"payload\":\"", err);
	if (rc == RC_OK)
		rc = buf_adds(out, payload, err);
	if (rc == RC_OK)
		rc = buf_addf(out, err,
			      "\",\"payloadType\":\"%s\",\"signatures\":"
			      "[{\"keyid\":\"%s\",\"sig\":\"%s\"}]}",
			      e->type, e->key_id, sig);
	if (rc != RC_OK && out->data != NULL) {
		out->len = n_before;
		out->data[n_before] = '\0';
	}
	(void)xfree(payload);
	(void)xfree(sig);
	return rc;
}

static enum rc
pae_buf(const char *type, const void *payload, size_t n_bytes, struct buf *out,
	struct err *err)
{
	if (n_bytes > EVENT_MAX_BYTES)
		return err_set(err, RC_TOOLARGE, 0,
			       _("%zu bytes to sign; at most %d are allowed"),
			       n_bytes, EVENT_MAX_BYTES);
	buf_init(out, EVENT_MAX_BYTES + PAE_HEAD_MAX);
	return pae(type, payload, n_bytes, out, err);
}

enum rc
envelope_sign(struct signer *s, const char *type, const void *payload,
	      size_t n_bytes, struct envelope *out, struct err *err)
{
	struct buf bytes = { 0 };
	*out = (struct envelope){ .type = type };
	enum rc rc = pae_buf(type, payload, n_bytes, &bytes, err);
	if (rc == RC_OK)
		rc = signer_sign(s, bytes.data, bytes.len, out->sig,
				 &out->n_sig, err);
	if (rc == RC_OK) {
		out->payload = xmalloc(n_bytes + 1);
		memcpy(out->payload, payload, n_bytes);
		out->payload[n_bytes] = '\0';
		out->n_payload = n_bytes;
		rc = str_copy(out->key_id, sizeof(out->key_id),
			      signer_get_id(s), err);
	}
	buf_release(&bytes);
	return rc;
}

enum rc
envelope_check(const struct envelope *e, const struct verifier *v,
	       struct err *err)
{
	struct buf bytes = { 0 };
	if (!str_eq(e->key_id, verifier_get_id(v)))
		return err_set(err, RC_BADSIG, 0,
			       _("signed with key %.16s, not with %.16s"),
			       e->key_id, verifier_get_id(v));
	enum rc rc = pae_buf(e->type, e->payload, e->n_payload, &bytes, err);
	if (rc == RC_OK)
		rc = verifier_check(v, bytes.data, bytes.len, e->sig, e->n_sig,
				    err);
	buf_release(&bytes);
	return rc;
}
