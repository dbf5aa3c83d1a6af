/* One line of a channel. */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/text.h"
#include "base/uuid.h"
#include "journal_int.h"

static const char *const lane_names[] = {
	[LANE_URGENT] = "urgent", [LANE_PLAIN] = "plain"
};

const char *
lane_name(enum lane lane)
{
	return lane_names[lane];
}

enum rc
lane_parse(const char *s, enum lane *ret_lane, struct err *err)
{
	for (int i = 0; i < LANE__COUNT; i++) {
		if (str_eq(s, lane_names[i])) {
			*ret_lane = (enum lane)i;
			return RC_OK;
		}
	}
	return err_set(err, RC_MALFORMED, 0, _("lane is urgent or plain"));
}

static enum rc
read_members(const json_t *object, const struct envelope_cut *cut,
	     struct frame *f, struct err *err)
{
	const char *epoch = json_text(object, "epoch");
	const char *chain = json_text(object, "chain");
	const json_t *event = json_object_get(object, "event");

	if (json_object_size(object) != 5 || !json_is_object(event))
		return err_set(
			err, RC_MALFORMED, 0,
			_("a frame has epoch, lane, seq, chain and event "
			  "and nothing else"));
	if (epoch == NULL || !uuid_valid(epoch))
		return err_set(err, RC_MALFORMED, 0,
			       _("frame: epoch is no UUID"));
	memcpy(f->epoch, epoch, sizeof(f->epoch));
	enum rc rc = lane_parse(json_text(object, "lane"), &f->lane, err);
	if (rc == RC_OK)
		rc = json_need_int(object, "seq", 1, JSON_INT_MAX, &f->seq,
				   err);
	if (rc == RC_OK &&
	    (chain == NULL || strlen(chain) != DIGEST_HEX_LEN ||
	     strspn(chain, "0123456789abcdef") != DIGEST_HEX_LEN))
		rc = err_set(err, RC_MALFORMED, 0,
			     _("frame: chain is 64 lower-case hexadecimal "
			       "digits"));
	if (rc == RC_OK)
		rc = hex_decode(chain, f->chain.bytes, DIGEST_LEN, err);
	if (rc == RC_OK)
		rc = envelope_from_json(event, TYPE_EVENT, cut, &f->event, err);
	return rc;
}

enum rc
frame_read(const char *line, size_t n_bytes, struct frame *out, struct err *err)
{
	struct frame f = { .seq = 0 };
	struct envelope_cut cut;
	struct buf rest;
	json_t *object = NULL;

	if (n_bytes > LINE_MAX_BYTES)
		return err_set(err, RC_TOOLARGE, 0,
			       _("a frame has at most %d bytes"),
			       LINE_MAX_BYTES);
	buf_init(&rest, LINE_MAX_BYTES);
	bool is_cut = envelope_cut(line, n_bytes, &rest, &cut);
	enum rc rc =
		is_cut ? json_read_object(rest.data, rest.len, &object, err)
		       : json_read_object(line, n_bytes, &object, err);
	if (rc == RC_OK)
		rc = read_members(object, is_cut ? &cut : NULL, &f, err);
	json_decref(object);
	buf_release(&rest);
	if (rc == RC_OK) {
		envelope_digest(&f.event, &f.digest);
		*out = f;
	} else {
		frame_release(&f);
	}
	return rc;
}

enum rc
frame_write(const struct frame *f, struct buf *out, struct err *err)
{
	char chain[DIGEST_HEX_LEN + 1];
	size_t n_before = out->len;

	digest_hex(&f->chain, chain);
	enum rc rc = buf_addf(out, err,
			      "{\"epoch\":\"%s\",\"lane\":\"%s\",\"seq\":%lld,"
			      "\"chain\":\"%s\",\"event\":",
			      f->epoch, lane_name(f->lane), (long long)f->seq,
			      chain);
	if (rc == RC_OK)
		rc = envelope_write(&f->event, out, err);
	if (rc == RC_OK)
		rc = buf_adds(out, "}\n", err);
	if (rc != RC_OK && out->data != NULL) {
		out->len = n_before;
		out->data[n_before] = '\0';
	}
	return rc;
}

void
frame_release(struct frame *f)
{
	envelope_release(&f->event);
}
