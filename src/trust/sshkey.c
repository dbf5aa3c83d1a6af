#include "trust/sshkey.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "trust/digest.h"

/* What is left of the blob: RFC 4253 6.6, strings with a length before. */
struct rest {
	const uint8_t *p;
	size_t n;
};

static bool
take_string(struct rest *r, const uint8_t **ret, size_t *ret_n)
{
	size_t n;

	if (r->n < 4)
		return false;
	n = (size_t)r->p[0] << 24 | (size_t)r->p[1] << 16 |
	    (size_t)r->p[2] << 8 | r->p[3];
	if (n > r->n - 4)
		return false;
	*ret = r->p + 4;
	*ret_n = n;
	r->p += 4 + n;
	r->n -= 4 + n;
	return true;
}

static bool
take_is(struct rest *r, const char *want)
{
	const uint8_t *p;
	size_t n;

	return take_string(r, &p, &n) && n == strlen(want) &&
	       memcmp(p, want, n) == 0;
}

static bool
take_length(struct rest *r, size_t want)
{
	const uint8_t *p;
	size_t n;

	return take_string(r, &p, &n) && n == want;
}

/* An uncompressed point. */
static bool
take_point(struct rest *r, size_t n_bytes)
{
	const uint8_t *p;
	size_t n;

	return take_string(r, &p, &n) && n == 1 + 2 * n_bytes && p[0] == 4;
}

/* Bits of a positive mpint, 0 when it is none. */
static size_t
take_bits(struct rest *r)
{
	const uint8_t *p;
	size_t n, bits = 0;

	if (!take_string(r, &p, &n) || n == 0 || (p[0] & 0x80) != 0)
		return 0;
	while (n > 0 && p[0] == 0) {
		p++;
		n--;
	}
	for (uint8_t top = n > 0 ? p[0] : 0; top != 0; top >>= 1)
		bits++;
	return n > 0 ? bits + 8 * (n - 1) : 0;
}

static bool
take_application(struct rest *r)
{
	const uint8_t *p;
	size_t n;

	return take_string(r, &p, &n) && n > 0;
}

static bool
ed25519_body(struct rest *r, size_t size)
{
	(void)size;
	return take_length(r, 32);
}

static bool
sk_ed25519_body(struct rest *r, size_t size)
{
	(void)size;
	return take_length(r, 32) && take_application(r);
}

static bool
ecdsa_body(struct rest *r, size_t size)
{
	const char *curve = size == 32	 ? "nistp256"
			    : size == 48 ? "nistp384"
					 : "nistp521";

	return take_is(r, curve) && take_point(r, size);
}

static bool
sk_ecdsa_body(struct rest *r, size_t size)
{
	return ecdsa_body(r, size) && take_application(r);
}

static bool
rsa_body(struct rest *r, size_t size)
{
	size_t e = take_bits(r);

	(void)size; /* of the modulus: judged apart, in words of its own */
	return e > 1 && e <= 64 && take_bits(r) > 0;
}

static const struct form {
	const char *type;
	bool (*body)(struct rest *r, size_t size);
	size_t size; /* bytes of a coordinate */
} forms[] = {
	{ "ssh-ed25519", ed25519_body, 0 },
	{ "sk-ssh-ed25519@openssh.com", sk_ed25519_body, 0 },
	{ "ecdsa-sha2-nistp256", ecdsa_body, 32 },
	{ "ecdsa-sha2-nistp384", ecdsa_body, 48 },
	{ "ecdsa-sha2-nistp521", ecdsa_body, 66 },
	{ "sk-ecdsa-sha2-nistp256@openssh.com", sk_ecdsa_body, 32 },
	{ "ssh-rsa", rsa_body, 0 },
};

static enum rc
refuse_type(const char *type, struct err *err)
{
	char shown[64];

	if (str_eq(type, "ssh-dss"))
		return err_set(err, RC_DENIED, 0,
			       _("DSA keys are refused, they can be broken: "
				 "make one with 'ssh-keygen -t ed25519'"));
	if (strstr(type, "-cert-v0") != NULL)
		return err_set(err, RC_DENIED, 0,
			       _("a certificate is refused: enrol the key "
				 "itself, each officer's own"));
	return err_set(err, RC_MALFORMED, 0,
		       _("'%s' is no type of key known here; a line is "
			 "'TYPE BASE64 COMMENT', without options, as in a "
			 ".pub file"),
		       text_show_into(shown, sizeof(shown), type));
}

static enum rc
check_bits(struct rest blob, const char *type, struct err *err)
{
	size_t bits;

	if (!str_eq(type, "ssh-rsa"))
		return RC_OK;
	(void)take_is(&blob, type);
	(void)take_bits(&blob);
	bits = take_bits(&blob);
	if (bits >= SSH_RSA_BITS_MIN)
		return RC_OK;
	return err_set(err, RC_DENIED, 0,
		       _("an RSA key of %zu bits is refused: at least %d, or "
			 "better 'ssh-keygen -t ed25519'"),
		       bits, SSH_RSA_BITS_MIN);
}

static enum rc
check_blob(const char *type, const struct buf *blob, struct err *err)
{
	const struct form *f = NULL;
	const struct rest whole = { (const uint8_t *)blob->data, blob->len };
	struct rest r = whole;

	for (size_t i = 0; i < ARRAY_LEN(forms); i++)
		if (str_eq(forms[i].type, type))
			f = &forms[i];
	if (f == NULL)
		return refuse_type(type, err);
	if (!take_is(&r, type) || !f->body(&r, f->size) || r.n != 0)
		return err_set(err, RC_MALFORMED, 0,
			       _("the key is damaged: its bytes are not those "
				 "of a key of type %s"),
			       type);
	return check_bits(whole, type, err);
}

static void
fingerprint(const struct buf *blob, char out[static SSH_FINGERPRINT_MAX])
{
	struct digest d;
	char *text;

	digest_sha256(blob->data, blob->len, &d);
	text = base64_encode(d.bytes, sizeof(d.bytes));
	text[strcspn(text, "=")] = '\0';
	(void)snprintf(out, SSH_FINGERPRINT_MAX, "SHA256:%s", text);
	(void)xfree(text);
}

/* One line of text, without the break at its end. Heap. */
static enum rc
one_line(const char *line, size_t n_bytes, char **ret, struct err *err)
{
	while (n_bytes > 0 &&
	       (line[n_bytes - 1] == '\n' || line[n_bytes - 1] == '\r'))
		n_bytes--;
	if (n_bytes > SSH_KEY_LINE_MAX)
		return err_set(err, RC_RANGE, 0,
			       _("a public key is one line of at most %d "
				 "bytes"),
			       SSH_KEY_LINE_MAX);
	if (memmem(line, n_bytes, "PRIVATE KEY", 11) != NULL)
		return err_set(err, RC_DENIED, 0,
			       _("this is a private key, which nobody should "
				 "have but its officer: give its .pub file"));
	if (memchr(line, '\n', n_bytes) != NULL ||
	    memchr(line, '\r', n_bytes) != NULL ||
	    memchr(line, '\0', n_bytes) != NULL)
		return err_set(err, RC_MALFORMED, 0,
			       _("one key a time: a public key is one line"));
	if (utf8_check(line, n_bytes, err) != RC_OK)
		return RC_MALFORMED;
	*ret = xstrndup(line, n_bytes);
	return RC_OK;
}

enum rc
ssh_key_parse(const char *line, size_t n_bytes, struct ssh_key *out,
	      struct err *err)
{
	char *text = NULL, *rest, *type, *body, shown[SSH_COMMENT_MAX + 1];
	struct buf blob = { 0 };
	enum rc rc = one_line(line, n_bytes, &text, err);

	if (rc != RC_OK)
		return rc;
	rest = text + strspn(text, " \t");
	type = strsep(&rest, " \t");
	body = rest != NULL ? rest + strspn(rest, " \t") : NULL;
	rest = body;
	body = strsep(&rest, " \t");
	buf_init(&blob, SSH_KEY_LINE_MAX);
	if (body == NULL || *body == '\0')
		rc = refuse_type(type, err);
	else if (strlen(type) >= sizeof(out->type) ||
		 base64_decode(body, strlen(body), &blob, NULL) != RC_OK)
		/* options have blanks inside: "no-pty TYPE BASE64" */
		rc = strchr(type, '=') != NULL || strchr(type, ',') != NULL ||
				     strncmp(type, "ssh-", 4) != 0
			     ? refuse_type(type, err)
			     : err_set(err, RC_MALFORMED, 0,
				       _("the key is damaged: its second word "
					 "is not base64"));
	else
		rc = check_blob(type, &blob, err);
	if (rc == RC_OK) {
		(void)str_copy(out->type, sizeof(out->type), type, NULL);
		fingerprint(&blob, out->fingerprint);
		out->base64 = xstrdup(body);
		out->comment = xstrdup(text_show_into(
			shown, sizeof(shown),
			rest != NULL ? rest + strspn(rest, " \t") : ""));
	}
	buf_release(&blob);
	(void)xfree(text);
	return rc;
}

void
ssh_key_release(struct ssh_key *k)
{
	k->base64 = xfree(k->base64);
	k->comment = xfree(k->comment);
}
