#include "model/event.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/uuid.h"

#define SCHEMA_PREFIX "urn:deltadesk:kind:"

static const char *const type_names[] = {
#define X(id, text) [EVENT_##id] = text,
	EVENT_TYPE_MAP(X)
#undef X
};

const char *
event_type_name(enum event_type type)
{
	return type_names[type];
}

enum rc
event_type_parse(const char *s, enum event_type *ret_type, struct err *err)
{
	for (int i = 0; i < EVENT__COUNT; i++) {
		if (str_eq(type_names[i], s)) {
			*ret_type = (enum event_type)i;
			return RC_OK;
		}
	}
	return err_set(err, RC_MALFORMED, 0, _("unknown event type"));
}

bool
ref_eq(const struct ref *a, const struct ref *b)
{
	return memcmp(a->bytes, b->bytes, DIGEST_LEN) == 0;
}

int
ref_cmp(const struct ref *a, const struct ref *b)
{
	return memcmp(a->bytes, b->bytes, DIGEST_LEN);
}

void
event_release(struct event *e)
{
	if (e == NULL)
		return;
	json_decref(e->data);
	e->data = NULL;
}

/* A desk id: six digits, then perhaps '-' and 1 to 16 of [a-z0-9]. */
static bool
desk_id_ok(const char *s, size_t n)
{
	if (n < 6 || n > DESK_ID_MAX)
		return false;
	for (size_t i = 0; i < 6; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
	}
	if (n == 6)
		return true;
	if (s[6] != '-' || n == 7)
		return false;
	for (size_t i = 7; i < n; i++) {
		if (!(s[i] >= '0' && s[i] <= '9') &&
		    !(s[i] >= 'a' && s[i] <= 'z'))
			return false;
	}
	return true;
}

/* Names of kinds and tracks: ^[a-z][a-z0-9_]{0,30}$ */
static bool
name_ok(const char *s, size_t n)
{
	if (n < 1 || n > NAME_MAX_LEN || s[0] < 'a' || s[0] > 'z')
		return false;
	for (size_t i = 1; i < n; i++) {
		if (!(s[i] >= 'a' && s[i] <= 'z') &&
		    !(s[i] >= '0' && s[i] <= '9') && s[i] != '_')
			return false;
	}
	return true;
}

bool
row_key_ok(const char *s)
{
	size_t n = strlen(s);

	if (n < 1 || n > ROW_KEY_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		bool plain = (s[i] >= 'a' && s[i] <= 'z') ||
			     (s[i] >= 'A' && s[i] <= 'Z') ||
			     (s[i] >= '0' && s[i] <= '9');

		if (!plain && (i == 0 || strchr("._-", s[i]) == NULL))
			return false;
	}
	return true;
}

const char *
track_row_key(const char *track)
{
	return track != NULL && str_starts(track, TRACK_ROWS ":")
		       ? track + strlen(TRACK_ROWS ":")
		       : NULL;
}

/* A name, or a row's "rows:KEY". */
static bool
track_ok(const char *s, size_t n)
{
	const char *key = track_row_key(s);

	return strlen(s) == n &&
	       (key != NULL ? row_key_ok(key) : name_ok(s, n));
}

static bool
hex_ok(const char *s, size_t n)
{
	if (n != DIGEST_HEX_LEN)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!(s[i] >= '0' && s[i] <= '9') &&
		    !(s[i] >= 'a' && s[i] <= 'f'))
			return false;
	}
	return true;
}

static enum rc
bad(struct err *err, const char *attribute)
{
	return err_set(err, RC_MALFORMED, 0,
		       _("event attribute %s is missing or wrong"), attribute);
}

static enum rc
ref_parse(const json_t *value, const char *attribute, struct ref *out,
	  struct err *err)
{
	if (!json_is_string(value) ||
	    !hex_ok(json_string_value(value), json_string_length(value)))
		return bad(err, attribute);
	return hex_decode(json_string_value(value), out->bytes, DIGEST_LEN,
			  err);
}

static enum rc
read_ref(const json_t *object, const char *name, bool *ret_has, struct ref *out,
	 struct err *err)
{
	const json_t *value = json_object_get(object, name);

	*ret_has = value != NULL;
	return value == NULL ? RC_OK : ref_parse(value, name, out, err);
}

static enum rc
read_uuid(const json_t *object, const char *name, char *out, struct err *err)
{
	const char *s = json_text(object, name);

	if (s == NULL || !uuid_valid(s))
		return bad(err, name);
	memcpy(out, s, UUID_LEN + 1);
	return RC_OK;
}

static enum rc
read_time(const json_t *object, const char *name, int64_t *ret_ms,
	  struct err *err)
{
	const char *s = json_text(object, name);

	if (s == NULL || time_parse(s, ret_ms, NULL) != RC_OK || *ret_ms < 0)
		return bad(err, name);
	return RC_OK;
}

/* "OWNER/uuid", or on a card "OWNER". */
static enum rc
read_subject(const json_t *object, struct event *e, struct err *err)
{
	const char *s = json_text(object, "subject");
	const char *slash = s != NULL ? strchr(s, '/') : NULL;
	size_t n = s == NULL	   ? 0
		   : slash != NULL ? (size_t)(slash - s)
				   : strlen(s);

	if (s == NULL || !desk_id_ok(s, n) ||
	    (slash == NULL) != (e->type == EVENT_CARD) ||
	    (slash != NULL && !uuid_valid(slash + 1)))
		return bad(err, "subject");
	memcpy(e->owner, s, n);
	e->owner[n] = '\0';
	if (slash != NULL)
		memcpy(e->doc, slash + 1, UUID_LEN + 1);
	if (e->type == EVENT_CARD && !str_eq(e->owner, e->source))
		return bad(err, "subject");
	return RC_OK;
}

/* urn:deltadesk:kind:NAME:VERSION:sha256:HEX */
static enum rc
read_schema(const json_t *object, struct event *e, struct err *err)
{
	const char *s = json_text(object, "dataschema");
	const char *name, *version, *digest;
	char number[8];
	int64_t v;

	if (e->type == EVENT_CARD)
		return s == NULL ? RC_OK : bad(err, "dataschema");
	if (s == NULL || !str_starts(s, SCHEMA_PREFIX))
		return bad(err, "dataschema");
	name = s + strlen(SCHEMA_PREFIX);
	version = strchr(name, ':');
	digest = version != NULL ? strchr(version + 1, ':') : NULL;
	if (digest == NULL || !name_ok(name, (size_t)(version - name)) ||
	    (size_t)(digest - version) > sizeof number)
		return bad(err, "dataschema");
	memcpy(e->kind, name, (size_t)(version - name));
	memcpy(number, version + 1, (size_t)(digest - version - 1));
	number[digest - version - 1] = '\0';
	if (number[0] < '1' || number[0] > '9' ||
	    str_to_i64(number, 1, 999999, &v, NULL) != RC_OK ||
	    !str_starts(digest, ":sha256:") ||
	    !hex_ok(digest + 8, strlen(digest + 8)))
		return bad(err, "dataschema");
	e->kind_version = (int)v;
	memcpy(e->kind_digest, digest + 8, DIGEST_HEX_LEN + 1);
	return RC_OK;
}

static enum rc
read_prev(const json_t *object, struct event *e, struct err *err)
{
	const json_t *list = json_object_get(object, "prev");
	enum rc rc;

	if (!json_is_array(list) || json_array_size(list) > PREV_MAX)
		return bad(err, "prev");
	for (size_t i = 0; i < json_array_size(list); i++) {
		rc = ref_parse(json_array_get(list, i), "prev", &e->prev[i],
			       err);
		if (rc != RC_OK)
			return rc;
		for (size_t j = 0; j < i; j++) {
			if (ref_eq(&e->prev[i], &e->prev[j]))
				return bad(err, "prev");
		}
		e->n_prev = i + 1;
	}
	return RC_OK;
}

/* What names the event: who, what, about which document. */
static enum rc
read_names(const json_t *object, struct event *e, struct err *err)
{
	const char *s;
	enum rc rc;

	if (!str_eq(json_text(object, "specversion"), "1.0"))
		return bad(err, "specversion");
	if (!str_eq(json_text(object, "datacontenttype"), "application/json"))
		return bad(err, "datacontenttype");
	rc = read_uuid(object, "id", e->id, err);
	if (rc != RC_OK)
		return rc;
	s = json_text(object, "source");
	if (s == NULL || !desk_id_ok(s, strlen(s)))
		return bad(err, "source");
	memcpy(e->source, s, strlen(s) + 1);
	s = json_text(object, "type");
	if (s == NULL || event_type_parse(s, &e->type, NULL) != RC_OK)
		return bad(err, "type");
	rc = read_subject(object, e, err);
	if (rc != RC_OK)
		return rc;
	rc = read_schema(object, e, err);
	if (rc != RC_OK)
		return rc;
	return read_time(object, "time", &e->time_ms, err);
}

/* Where the event stands in the source's own history. */
static enum rc
read_place(const json_t *object, struct event *e, struct err *err)
{
	const json_t *track = json_object_get(object, "track");
	enum rc rc = read_uuid(object, "epoch", e->epoch, err);

	if (rc != RC_OK)
		return rc;
	if (json_need_int(object, "k", 1, JSON_INT_MAX, &e->k, NULL) != RC_OK)
		return bad(err, "k");
	if (track == NULL) {
		memcpy(e->track, "owner", sizeof "owner");
	} else {
		if (!json_is_string(track) ||
		    !track_ok(json_string_value(track),
			      json_string_length(track)))
			return bad(err, "track");
		memcpy(e->track, json_string_value(track),
		       json_string_length(track) + 1);
	}
	rc = read_prev(object, e, err);
	if (rc == RC_OK)
		rc = read_ref(object, "rev", &e->has_rev, &e->rev, err);
	if (rc == RC_OK)
		rc = read_ref(object, "seen", &e->has_seen, &e->seen, err);
	if (rc == RC_OK)
		rc = read_ref(object, "of", &e->has_of, &e->of, err);
	if (rc == RC_OK && json_object_get(object, "starts") != NULL)
		rc = read_time(object, "starts", &e->starts_ms, err);
	return rc;
}

enum rc
event_read(const char *payload, size_t n_bytes, const struct ref *digest,
	   struct event *out, struct err *err)
{
	struct event e = { .digest = *digest, .starts_ms = -1 };
	json_t *object = NULL;
	json_t *data;
	enum rc rc;

	if (n_bytes > EVENT_MAX_BYTES)
		return err_set(err, RC_TOOLARGE, 0,
			       _("event larger than %d bytes"),
			       EVENT_MAX_BYTES);
	rc = json_read_object(payload, n_bytes, &object, err);
	if (rc != RC_OK)
		return rc;
	rc = read_names(object, &e, err);
	if (rc == RC_OK)
		rc = read_place(object, &e, err);
	if (rc != RC_OK)
		goto out;
	data = json_object_get(object, "data");
	if (!json_is_object(data)) {
		rc = bad(err, "data");
		goto out;
	}
	e.data = json_incref(data);
	*out = e;
out:
	json_decref(object);
	return rc;
}

json_t *
ref_json(const struct ref *ref)
{
	char hex[DIGEST_HEX_LEN + 1];

	hex_encode(ref->bytes, DIGEST_LEN, hex);
	return json_string(hex);
}

static json_t *
time_json(int64_t ms)
{
	char text[TIME_TEXT_MAX];

	time_format(ms, text);
	return json_string(text);
}

static json_t *
schema_json(const struct event *e)
{
	char *s = xasprintf(SCHEMA_PREFIX "%s:%d:sha256:%s", e->kind,
			    e->kind_version, e->kind_digest);
	json_t *value = json_string(s);

	xfree(s);
	return value;
}

static void
write_place(const struct event *e, json_t *object)
{
	json_t *prev = json_array();

	json_object_set_new(object, "epoch", json_string(e->epoch));
	json_object_set_new(object, "k", json_integer(e->k));
	json_object_set_new(object, "track",
			    json_string(e->track[0] != '\0' ? e->track
							    : "owner"));
	for (size_t i = 0; i < e->n_prev; i++)
		json_array_append_new(prev, ref_json(&e->prev[i]));
	json_object_set_new(object, "prev", prev);
	if (e->has_rev)
		json_object_set_new(object, "rev", ref_json(&e->rev));
	if (e->has_seen)
		json_object_set_new(object, "seen", ref_json(&e->seen));
	if (e->has_of)
		json_object_set_new(object, "of", ref_json(&e->of));
	if (e->starts_ms >= 0)
		json_object_set_new(object, "starts", time_json(e->starts_ms));
}

enum rc
event_write(const struct event *e, char **ret_payload, size_t *ret_n,
	    struct err *err)
{
	struct event check = { 0 };
	json_t *object = json_object();
	char *subject = e->type == EVENT_CARD && e->doc[0] == '\0'
				? xstrdup(e->owner)
				: xasprintf("%s/%s", e->owner, e->doc);
	char *payload;
	enum rc rc;

	json_object_set_new(object, "specversion", json_string("1.0"));
	json_object_set_new(object, "id", json_string(e->id));
	json_object_set_new(object, "source", json_string(e->source));
	json_object_set_new(object, "type",
			    json_string(event_type_name(e->type)));
	json_object_set_new(object, "subject", json_string(subject));
	json_object_set_new(object, "time", time_json(e->time_ms));
	if (e->type != EVENT_CARD)
		json_object_set_new(object, "dataschema", schema_json(e));
	json_object_set_new(object, "datacontenttype",
			    json_string("application/json"));
	write_place(e, object);
	json_object_set(object, "data", e->data);
	payload = json_write(object);
	json_decref(object);
	xfree(subject);
	/* What we sign, every peer must be able to read. */
	rc = event_read(payload, strlen(payload), &e->digest, &check, err);
	event_release(&check);
	if (rc != RC_OK) {
		xfree(payload);
		return rc == RC_TOOLARGE ? rc
					 : err_wrap(err, _("event to sign"));
	}
	*ret_n = strlen(payload);
	*ret_payload = payload;
	return RC_OK;
}
