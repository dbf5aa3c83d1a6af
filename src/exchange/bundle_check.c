/*
 * Is a bundle whole, to this desk, and signed by who it says? Asked before
 * anything of it is looked at: it stands for the TLS of a link.
 */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "bundle_int.h"
#include "exchange/state_int.h"
#include "journal/peer.h"
#include "journal/rotate.h"

struct bundle_scan {
	struct bundle_reader *reader;
	struct bundle_head head;
	bool has_head;
	enum bundle_part part;
	struct buf state, end;
};

static enum rc
on_head(void *ctx, const struct bundle_head *h, struct err *err)
{
	struct bundle_scan *s = ctx;

	(void)err;
	s->head = *h;
	s->has_head = true;
	return RC_OK;
}

static enum rc
on_part(void *ctx, const struct part_head *p, struct err *err)
{
	struct bundle_scan *s = ctx;

	(void)err;
	s->part = p->part;
	return RC_OK;
}

static enum rc
on_body(void *ctx, const void *data, size_t n_bytes, struct err *err)
{
	struct bundle_scan *s = ctx;

	if (s->part == PART_END)
		return buf_add(&s->end, data, n_bytes, err);
	return s->part == PART_STATE ? buf_add(&s->state, data, n_bytes, err)
				     : RC_OK;
}

static const struct bundle_events events = { .on_head = on_head,
					     .on_part = on_part,
					     .on_body = on_body };

struct bundle_scan *
bundle_scan_new(void)
{
	struct bundle_scan *s = xcalloc(1, sizeof(*s));

	s->reader = bundle_reader_new(&events, s);
	s->part = PART__COUNT;
	buf_init(&s->state, STATE_MAX_BYTES);
	buf_init(&s->end, BUNDLE_END_MAX);
	return s;
}

struct bundle_scan *
bundle_scan_free(struct bundle_scan *s)
{
	if (s == NULL)
		return NULL;
	bundle_reader_free(s->reader);
	buf_release(&s->state);
	buf_release(&s->end);
	return xfree(s);
}

enum rc
bundle_scan_feed(struct bundle_scan *s, const void *data, size_t n_bytes,
		 struct err *err)
{
	size_t used;

	return bundle_reader_feed(s->reader, data, n_bytes, &used, err);
}

enum rc
bundle_scan_end(struct bundle_scan *s, struct err *err)
{
	return bundle_reader_end(s->reader, err);
}

const struct bundle_head *
bundle_scan_get_head(const struct bundle_scan *s)
{
	return s->has_head ? &s->head : NULL;
}

enum rc
bundle_may_come(struct journal *j, const struct bundle_head *h, struct err *err)
{
	bool trusted = false;
	enum rc rc;

	if (str_eq(h->from, journal_get_desk(j)))
		return err_set(err, RC_DENIED, 0,
			       _("this desk made the bundle itself; it is for "
				 "%s"),
			       h->to);
	if (!str_eq(h->to, journal_get_desk(j)))
		return err_set(err, RC_DENIED, 0,
			       _("the bundle is for %s, not for this desk "
				 "(%s)"),
			       h->to, journal_get_desk(j));
	rc = peer_is_trusted(j, h->from, &trusted, err);
	if (rc == RC_OK && !trusted)
		rc = err_set(err, RC_DENIED, 0,
			     _("the bundle is from %s, which is not a trusted "
			       "peer; 'peer list' shows those"),
			     h->from);
	return rc;
}

static enum rc
not_signed(const struct bundle_head *h, struct err *err)
{
	return err_set(err, RC_BADSIG, 0,
		       _("the bundle is not as %s signed it; have it made "
			 "anew"),
		       h->from);
}

static enum rc
check_payload(struct bundle_scan *s, const struct envelope *e, struct err *err)
{
	const struct bundle_head *h = &s->head;
	struct digest is, said;
	int64_t n_bytes, n_said = -1;
	json_t *o = NULL;
	const char *hex;
	bool same;

	bundle_reader_digest(s->reader, &is, &n_bytes);
	if (json_read_object(e->payload, e->n_payload, &o, NULL) != RC_OK)
		return not_signed(h, err);
	hex = json_text(o, "sha256");
	same = hex != NULL && digest_parse(hex, &said, NULL) == RC_OK &&
	       digest_eq(&is, &said) &&
	       json_need_int(o, "bytes", 0, JSON_INT_MAX, &n_said, NULL) ==
		       RC_OK &&
	       n_said == n_bytes && str_eq(json_text(o, "id"), h->id) &&
	       str_eq(json_text(o, "from"), h->from) &&
	       str_eq(json_text(o, "to"), h->to);
	json_decref(o);
	return same ? RC_OK : not_signed(h, err);
}

/* One that rotated its key signs with the new one: its cards say so, and prove
 * themselves whatever the rest of the file is. */
static enum rc
take_cards(struct bundle_scan *s, struct journal *j, struct err *err)
{
	json_t *o = NULL;
	bool taken = false;
	enum rc rc = RC_OK;

	if (json_read_object(buf_str(&s->state), s->state.len, &o, NULL) ==
	    RC_OK)
		rc = cards_take(j, s->head.from, json_object_get(o, "cards"),
				&taken, err);
	json_decref(o);
	return rc;
}

enum rc
bundle_scan_verify(struct bundle_scan *s, struct journal *j, struct err *err)
{
	struct envelope e = { .type = TYPE_BUNDLE };
	struct err why = ERR_INIT;
	enum rc rc = bundle_may_come(j, &s->head, err);

	if (rc != RC_OK)
		return rc;
	rc = envelope_read(buf_str(&s->end), s->end.len, TYPE_BUNDLE, &e, &why);
	if (rc == RC_OK)
		rc = peer_signed(j, s->head.from, &e, true, &why);
	if (rc == RC_BADSIG && !peer_has_key(j, s->head.from, e.key_id) &&
	    take_cards(s, j, err) == RC_OK)
		rc = peer_signed(j, s->head.from, &e, true, &why);
	if (rc == RC_OK)
		rc = check_payload(s, &e, err);
	else if (rc == RC_DENIED || rc == RC_DB || rc == RC_BUSY)
		rc = err_set(err, rc, why.sys, "%s", why.msg);
	else
		rc = not_signed(&s->head, err);
	envelope_release(&e);
	return rc;
}

enum rc
bundle_sign(struct journal *j, const struct bundle_head *h,
	    const struct digest *d, int64_t n_bytes, struct buf *out,
	    struct err *err)
{
	struct envelope e = { .type = TYPE_BUNDLE };
	char hex[DIGEST_HEX_LEN + 1];
	struct signer *signer = NULL;
	json_t *o;
	char *text;
	enum rc rc = journal_signer(j, &signer, err);

	if (rc != RC_OK)
		return rc;
	digest_hex(d, hex);
	o = json_pack("{s:s,s:s,s:s,s:I,s:s}", "id", h->id, "from", h->from,
		      "to", h->to, "bytes", (json_int_t)n_bytes, "sha256", hex);
	text = json_write(o);
	rc = envelope_sign(signer, TYPE_BUNDLE, text, strlen(text), &e, err);
	if (rc == RC_OK)
		rc = envelope_write(&e, out, err);
	envelope_release(&e);
	xfree(text);
	json_decref(o);
	return rc;
}
