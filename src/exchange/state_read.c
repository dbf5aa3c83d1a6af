#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "base/uuid.h"
#include "exchange/state_int.h"
#include "journal/rotate.h"

void
state_release(struct desk_state *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n_in; i++) {
		receipt_release(&s->in[i].receipt);
		xfree(s->in[i].bytes);
	}
	s->in = xfree(s->in);
	s->out = xfree(s->out);
	s->give = xfree(s->give);
	s->n_in = s->n_out = s->n_give = 0;
}

struct reading {
	struct journal *j;
	const char *peer;
};

static enum rc
read_epoch(const json_t *o, const char *name, char out[static UUID_LEN + 1],
	   struct err *err)
{
	const char *s;
	enum rc rc = json_need_string(o, name, &s, err);

	if (rc != RC_OK)
		return rc;
	if (!uuid_valid(s))
		return err_set(err, RC_MALFORMED, 0, _("state: %s is no UUID"),
			       name);
	return str_copy(out, UUID_LEN + 1, s, err);
}

static enum rc
read_lane(const json_t *o, enum lane *ret_lane, struct err *err)
{
	const char *s;
	enum rc rc = json_need_string(o, "lane", &s, err);

	return rc == RC_OK ? lane_parse(s, ret_lane, err) : rc;
}

/* The member as an array of at most STATE_CHANNELS_MAX; absent is empty. */
static enum rc
need_array(const json_t *o, const char *name, const json_t **ret_array,
	   struct err *err)
{
	const json_t *a = json_object_get(o, name);

	if (a != NULL && !json_is_array(a))
		return err_set(err, RC_MALFORMED, 0, _("state: %s is no list"),
			       name);
	if (json_array_size(a) > STATE_CHANNELS_MAX)
		return err_set(err, RC_TOOLARGE, 0,
			       _("state: %s has more than %d rows"), name,
			       STATE_CHANNELS_MAX);
	*ret_array = a;
	return RC_OK;
}

static enum rc
read_out(const json_t *o, struct desk_state *s, struct err *err)
{
	const json_t *a = NULL, *row;
	const char *chain;
	enum rc rc = need_array(o, "out", &a, err);

	if (rc != RC_OK || json_array_size(a) == 0)
		return rc;
	s->out = xcalloc(json_array_size(a), sizeof(*s->out));
	for (size_t i = 0; i < json_array_size(a); i++) {
		struct state_out *out = &s->out[i];

		row = json_array_get(a, i);
		if ((rc = read_epoch(row, "epoch", out->epoch, err)) != RC_OK ||
		    (rc = read_lane(row, &out->lane, err)) != RC_OK ||
		    (rc = json_need_int(row, "seq", 0, JSON_INT_MAX,
					&out->end.seq, err)) != RC_OK ||
		    (rc = json_need_string(row, "chain", &chain, err)) !=
			    RC_OK ||
		    (rc = digest_parse(chain, &out->end.chain, err)) != RC_OK)
			return rc;
		if (json_object_get(row, "held") != NULL)
			rc = json_need_int(row, "held", 0, JSON_INT_MAX,
					   &out->held, err);
		if (rc != RC_OK)
			return rc;
		s->n_out++;
	}
	return RC_OK;
}

static enum rc
read_in(const json_t *o, const struct reading *r, struct desk_state *s,
	struct err *err)
{
	const json_t *a = NULL;
	enum rc rc = need_array(o, "in", &a, err);

	if (rc != RC_OK || json_array_size(a) == 0)
		return rc;
	s->in = xcalloc(json_array_size(a), sizeof(*s->in));
	for (size_t i = 0; rc == RC_OK && i < json_array_size(a); i++) {
		const json_t *row = json_array_get(a, i);
		char *text;

		if (!json_is_object(row))
			return err_set(err, RC_MALFORMED, 0,
				       _("state: a receipt is no object"));
		text = json_write(row);
		rc = receipt_read(r->j, r->peer, text, strlen(text),
				  &s->in[s->n_in].receipt, err);
		if (rc == RC_OK)
			s->in[s->n_in++].bytes = text;
		else
			xfree(text);
	}
	return rc;
}

static enum rc
read_give(const json_t *o, struct desk_state *s, struct err *err)
{
	const json_t *a = NULL, *row;
	enum rc rc = need_array(o, "give", &a, err);

	if (rc != RC_OK || json_array_size(a) == 0)
		return rc;
	s->give = xcalloc(json_array_size(a), sizeof(*s->give));
	for (size_t i = 0; i < json_array_size(a); i++) {
		struct state_give *g = &s->give[i];

		row = json_array_get(a, i);
		if ((rc = read_epoch(row, "epoch", g->epoch, err)) != RC_OK ||
		    (rc = read_lane(row, &g->lane, err)) != RC_OK ||
		    (rc = json_need_int(row, "from", 0, JSON_INT_MAX,
					&g->from_seq, err)) != RC_OK)
			return rc;
		s->n_give++;
	}
	return RC_OK;
}

static enum rc
read_you(const json_t *o, struct desk_state *s, struct err *err)
{
	const json_t *you = json_object_get(o, "you");
	const char *epoch = json_text(you, "epoch");

	if (!json_is_object(you))
		return err_set(err, RC_MALFORMED, 0,
			       _("state: 'you' is no object"));
	if (epoch != NULL && epoch[0] != '\0') {
		if (!uuid_valid(epoch))
			return err_set(err, RC_MALFORMED, 0,
				       _("state: %s is no UUID"), "you.epoch");
		(void)str_copy(s->you_epoch, sizeof(s->you_epoch), epoch, NULL);
	}
	s->you_n = json_integer_value(json_object_get(you, "n"));
	s->you_serial = json_integer_value(json_object_get(you, "serial_high"));
	return RC_OK;
}

static enum rc
read_versions(const json_t *o, struct err *err)
{
	const json_t *a = json_object_get(o, "versions");

	for (size_t i = 0; i < json_array_size(a); i++)
		if (json_integer_value(json_array_get(a, i)) ==
		    PROTOCOL_VERSION)
			return RC_OK;
	return err_set(err, RC_PROTO, 0,
		       _("the peer does not speak version %d of the protocol"),
		       PROTOCOL_VERSION);
}

static enum rc
read_all(const json_t *o, const struct reading *r, struct desk_state *s,
	 struct err *err)
{
	const char *time;
	enum rc rc;

	if ((rc = read_versions(o, err)) != RC_OK ||
	    (rc = read_epoch(o, "epoch", s->epoch, err)) != RC_OK ||
	    (rc = read_you(o, s, err)) != RC_OK ||
	    (rc = json_need_int(o, "n", 0, JSON_INT_MAX, &s->n, err)) !=
		    RC_OK ||
	    (rc = json_need_string(o, "time", &time, err)) != RC_OK ||
	    (rc = time_parse(time, &s->time_ms, err)) != RC_OK ||
	    (rc = read_out(o, s, err)) != RC_OK ||
	    (rc = read_in(o, r, s, err)) != RC_OK ||
	    (rc = read_give(o, s, err)) != RC_OK)
		return rc;
	s->restoring = json_is_true(json_object_get(o, "restoring"));
	s->serial_high = json_integer_value(json_object_get(o, "serial_high"));
	return RC_OK;
}

enum rc
state_read(struct journal *j, const char *peer, const char *json,
	   size_t n_bytes, struct desk_state *out, struct err *err)
{
	struct reading r = { .j = j, .peer = peer };
	struct desk_state s = { 0 };
	json_t *o = NULL;
	enum rc rc;

	rc = json_read_object(json, n_bytes, &o, err);
	/* before its receipts: they may be signed with a new key */
	if (rc == RC_OK)
		rc = cards_take(j, peer, json_object_get(o, "cards"),
				&s.cards_taken, err);
	if (rc == RC_OK)
		rc = read_all(o, &r, &s, err);
	if (rc == RC_OK) {
		*out = s;
		s = (struct desk_state){ 0 };
	}
	state_release(&s);
	json_decref(o);
	return rc;
}

enum rc
state_hello_read(const char *json, size_t n_bytes,
		 char out[static UUID_LEN + 1], struct err *err)
{
	json_t *o = NULL;
	enum rc rc = json_read_object(json, n_bytes, &o, err);

	if (rc == RC_OK)
		rc = read_versions(o, err);
	if (rc == RC_OK)
		rc = read_epoch(o, "epoch", out, err);
	json_decref(o);
	return rc;
}
