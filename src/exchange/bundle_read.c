/*
 * The file of a bundle, piece by piece:
 *
 *	{"deltadesk":"bundle","format":1,"id":..,"from":..,"to":..,"made":..}\n
 *	{"part":"state","bytes":N}\n        N bytes, \n
 *	{"part":"receipt","bytes":N}\n      ..
 *	{"part":"frames","bytes":N}\n       ..
 *	{"part":"blob","digest":HEX,"bytes":N}\n
 *	{"part":"end","bytes":N}\n          the last
 */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "base/uuid.h"
#include "bundle_int.h"
#include "exchange/state_int.h"

enum reading {
	READ_HEAD,
	READ_PART, /* a part's line */
	READ_BODY,
	READ_BREAK, /* the line's end after a body */
	READ_DONE
};

struct bundle_reader {
	const struct bundle_events *events;
	void *ctx;
	enum reading at;
	struct buf line;
	struct part_head part;
	int64_t left; /* of the body */
	int64_t n_bytes;
	struct digest_stream *hash;
	bool has_state, held;
};

static const struct {
	const char *name;
	int64_t max;
} parts[PART__COUNT] = {
#define X(id, name, max) [PART_##id] = { name, max },
	PART_MAP(X)
#undef X
};

const char *
part_name(enum bundle_part p)
{
	return parts[p].name;
}

struct bundle_reader *
bundle_reader_new(const struct bundle_events *events, void *ctx)
{
	struct bundle_reader *r = xcalloc(1, sizeof(*r));

	r->events = events;
	r->ctx = ctx;
	r->hash = digest_stream_new();
	buf_init(&r->line, BUNDLE_LINE_MAX);
	return r;
}

struct bundle_reader *
bundle_reader_free(struct bundle_reader *r)
{
	if (r == NULL)
		return NULL;
	digest_stream_free(r->hash);
	buf_release(&r->line);
	return xfree(r);
}

void
bundle_reader_hold(struct bundle_reader *r)
{
	r->held = true;
}

static enum rc
no_bundle(struct err *err)
{
	return err_set(err, RC_MALFORMED, 0,
		       _("this is no bundle of deltadesk"));
}

static enum rc
broken(const struct bundle_reader *r, struct err *err)
{
	return err_set(err, RC_MALFORMED, 0,
		       _("the bundle is damaged after %lld bytes; copy it "
			 "again or have it made anew"),
		       (long long)r->n_bytes);
}

/* What the end signs: everything before the end. */
static void
count(struct bundle_reader *r, const void *data, size_t n_bytes)
{
	if (r->part.part == PART_END)
		return;
	digest_stream_add(r->hash, data, n_bytes);
	r->n_bytes += (int64_t)n_bytes;
}

/* ---- lines ---- */

static enum rc
read_head(const struct bundle_reader *r, const json_t *o,
	  struct bundle_head *out, struct err *err)
{
	const char *id, *from, *to, *made;
	int64_t format;

	if (!str_eq(json_text(o, "deltadesk"), "bundle"))
		return no_bundle(err);
	if (json_need_int(o, "format", 1, JSON_INT_MAX, &format, err) != RC_OK)
		return broken(r, err);
	if (format != BUNDLE_FORMAT)
		return err_set(err, RC_NEWER, 0,
			       _("the bundle has format %lld, this program "
				 "reads %d; install a newer deltadesk"),
			       (long long)format, BUNDLE_FORMAT);
	id = json_text(o, "id");
	from = json_text(o, "from");
	to = json_text(o, "to");
	made = json_text(o, "made");
	if (id == NULL || !uuid_valid(id) || from == NULL ||
	    !desk_id_valid(from) || to == NULL || !desk_id_valid(to) ||
	    made == NULL || time_parse(made, &out->made_ms, NULL) != RC_OK)
		return broken(r, err);
	/* All three were just found to be of their length. */
	(void)str_copy(out->id, sizeof(out->id), id, NULL);
	(void)str_copy(out->from, sizeof(out->from), from, NULL);
	(void)str_copy(out->to, sizeof(out->to), to, NULL);
	return RC_OK;
}

static enum rc
head_line(struct bundle_reader *r, struct err *err)
{
	struct bundle_head h = { .made_ms = 0 };
	json_t *o = NULL;
	enum rc rc;

	if (json_read_object(buf_str(&r->line), r->line.len, &o, NULL) != RC_OK)
		return no_bundle(err);
	rc = read_head(r, o, &h, err);
	json_decref(o);
	if (rc != RC_OK)
		return rc;
	r->at = READ_PART;
	return r->events->on_head != NULL ? r->events->on_head(r->ctx, &h, err)
					  : RC_OK;
}

static enum rc
read_part(struct bundle_reader *r, const json_t *o, struct err *err)
{
	const char *name = json_text(o, "part"), *hex = json_text(o, "digest");
	struct part_head p = { .part = PART_STATE };

	while (p.part < PART__COUNT && !str_eq(parts[p.part].name, name))
		p.part++;
	if (p.part == PART__COUNT ||
	    json_need_int(o, "bytes", 0, JSON_INT_MAX, &p.size, NULL) != RC_OK)
		return broken(r, err);
	if (p.part == PART_BLOB &&
	    (hex == NULL || digest_parse(hex, &p.digest, NULL) != RC_OK))
		return broken(r, err);
	/* The state comes first, and once. */
	if ((p.part == PART_STATE) == r->has_state)
		return broken(r, err);
	if (p.size > parts[p.part].max)
		return err_set(err, RC_TOOLARGE, 0,
			       _("a part of the bundle (%s) is larger than "
				 "the limit of %lld bytes"),
			       parts[p.part].name,
			       (long long)parts[p.part].max);
	r->has_state = true;
	r->part = p;
	r->left = p.size;
	return RC_OK;
}

static enum rc
part_line(struct bundle_reader *r, struct err *err)
{
	json_t *o = NULL;
	enum rc rc;

	if (json_read_object(buf_str(&r->line), r->line.len, &o, NULL) != RC_OK)
		return broken(r, err);
	rc = read_part(r, o, err);
	json_decref(o);
	if (rc != RC_OK)
		return rc;
	r->at = r->left > 0 ? READ_BODY : READ_BREAK;
	return r->events->on_part != NULL
		       ? r->events->on_part(r->ctx, &r->part, err)
		       : RC_OK;
}

/* The line up to its end, or what is here of it. */
static enum rc
take_line(struct bundle_reader *r, const char *data, size_t n_bytes,
	  size_t *ret_used, struct err *err)
{
	const char *nl = memchr(data, '\n', n_bytes);
	size_t n = nl != NULL ? (size_t)(nl - data) : n_bytes;
	bool head = r->at == READ_HEAD;
	enum rc rc;

	if (buf_add(&r->line, data, n, NULL) != RC_OK)
		return head ? no_bundle(err) : broken(r, err);
	*ret_used = n + (nl != NULL);
	if (nl == NULL)
		return RC_OK;
	rc = head ? head_line(r, err) : part_line(r, err);
	if (rc != RC_OK)
		return rc;
	count(r, r->line.data, r->line.len);
	count(r, "\n", 1);
	buf_reset(&r->line);
	return r->n_bytes > BUNDLE_MAX_BYTES ? broken(r, err) : RC_OK;
}

/* ---- bodies ---- */

static enum rc
take_body(struct bundle_reader *r, const char *data, size_t n_bytes,
	  size_t *ret_used, struct err *err)
{
	size_t n = (int64_t)n_bytes < r->left ? n_bytes : (size_t)r->left;

	count(r, data, n);
	r->left -= (int64_t)n;
	if (r->left == 0)
		r->at = READ_BREAK;
	*ret_used = n;
	return r->events->on_body != NULL
		       ? r->events->on_body(r->ctx, data, n, err)
		       : RC_OK;
}

static enum rc
take_break(struct bundle_reader *r, char c, struct err *err)
{
	if (c != '\n')
		return broken(r, err);
	count(r, "\n", 1);
	r->at = r->part.part == PART_END ? READ_DONE : READ_PART;
	return r->events->on_part_end != NULL
		       ? r->events->on_part_end(r->ctx, err)
		       : RC_OK;
}

static enum rc
take(struct bundle_reader *r, const char *data, size_t n_bytes,
     size_t *ret_used, struct err *err)
{
	switch (r->at) {
	case READ_HEAD:
	case READ_PART: return take_line(r, data, n_bytes, ret_used, err);
	case READ_BODY: return take_body(r, data, n_bytes, ret_used, err);
	case READ_BREAK: *ret_used = 1; return take_break(r, *data, err);
	case READ_DONE: break;
	}
	return broken(r, err); /* something follows the end */
}

enum rc
bundle_reader_feed(struct bundle_reader *r, const void *data, size_t n_bytes,
		   size_t *ret_used, struct err *err)
{
	const char *p = data;
	enum rc rc = RC_OK;

	r->held = false;
	*ret_used = 0;
	while (rc == RC_OK && *ret_used < n_bytes && !r->held) {
		size_t used = 0;

		rc = take(r, p + *ret_used, n_bytes - *ret_used, &used, err);
		*ret_used += used;
	}
	return rc;
}

enum rc
bundle_reader_end(struct bundle_reader *r, struct err *err)
{
	if (r->at == READ_DONE)
		return RC_OK;
	if (r->at == READ_HEAD)
		return no_bundle(err);
	return err_set(err, RC_MALFORMED, 0,
		       _("the bundle was cut off after %lld bytes; copy it "
			 "again"),
		       (long long)r->n_bytes);
}

void
bundle_reader_digest(struct bundle_reader *r, struct digest *out,
		     int64_t *ret_bytes)
{
	digest_stream_end(r->hash, out);
	r->hash = NULL;
	*ret_bytes = r->n_bytes;
}
