/*
 * The journal as CloudEvents, for what gathers over many desks. Content that
 * this desk may not show to everybody who holds a document stays out: local
 * events, confidential and sealed fields, and all fields of a kind that is not
 * installed, since nobody can tell which of them are.
 */
#include "desk/feed.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "journal/audit.h"
#include "journal/kind_row.h"
#include "journal/peer.h"
#include "model/event.h"

#define FEED_TYPE_PREFIX "cn.deltadesk."

/* What a document's event says to anybody. */
static json_t *
shown_data(struct desk *d, const struct event *e)
{
	const struct kind *k = kinds_get(d->kinds, e->kind, e->kind_version);
	json_t *data = event_shown(k, e);

	if (e->type == EVENT_REVEAL) { /* it has the value from the start */
		json_t *field = json_incref(json_object_get(data, "field"));

		json_object_clear(data);
		if (field != NULL)
			json_object_set_new(data, "field", field);
	}
	if (k == NULL)
		json_object_del(data, "fields");
	return data;
}

static void
set_time(json_t *o, const char *name, int64_t ms)
{
	char text[TIME_TEXT_MAX];

	time_format(ms, text);
	json_object_set_new(o, name, json_string(text));
}

/* Attributes of CloudEvents 1.0; extensions have lower-case names and simple
 * values, as it asks. */
static json_t *
cloud_event(struct desk *d, const struct event *e, const struct feed_row *row)
{
	json_t *o = json_object();

	json_object_set_new(o, "specversion", json_string("1.0"));
	json_object_set_new(o, "id", json_string(e->id));
	json_object_set_new(o, "source", json_string(e->source));
	json_object_set_new(o, "type",
			    json_sprintf("%s%s", FEED_TYPE_PREFIX,
					 event_type_name(e->type)));
	if (e->doc[0] != '\0')
		json_object_set_new(o, "subject",
				    json_sprintf("%s/%s", e->owner, e->doc));
	else
		json_object_set_new(o, "subject", json_string(e->owner));
	set_time(o, "time", e->time_ms);
	if (e->kind[0] != '\0')
		json_object_set_new(o, "dataschema",
				    json_sprintf("urn:deltadesk:kind:%s:%d:%s",
						 e->kind, e->kind_version,
						 e->kind_digest));
	json_object_set_new(o, "datacontenttype",
			    json_string("application/json"));
	json_object_set_new(o, "feeddesk", json_string(d->id));
	json_object_set_new(o, "feedk", json_integer(row->k));
	set_time(o, "storedat", row->stored_ms);
	json_object_set_new(o, "via", json_string(row->via));
	json_object_set_new(o, "digest", ref_json(&e->digest));
	if (e->has_rev)
		json_object_set_new(o, "revision", ref_json(&e->rev));
	json_object_set_new(o, "track", json_string(e->track));
	json_object_set_new(o, "epoch", json_string(e->epoch));
	json_object_set_new(o, "epochk", json_integer(e->k));
	json_object_set_new(o, "data", shown_data(d, e));
	return o;
}

static enum rc
put_row(struct desk *d, struct stmt *st, const struct feed_out *out,
	int64_t *io_after, struct err *err)
{
	struct feed_row row = { .k = col_int(st, 0),
				.stored_ms = col_int(st, 3),
				.via = col_text(st, 4) };
	struct event e = { .data = NULL };
	struct ref digest = { .bytes = { 0 } };
	size_t n_raw = 0, n_digest = 0;
	const void *bytes = col_blob(st, 1, &n_digest);
	const char *raw = col_blob(st, 5, &n_raw);
	enum rc rc = RC_OK;

	*io_after = row.k;
	if (str_eq(col_text(st, 2), event_type_name(EVENT_LOCAL)))
		return RC_OK; /* stays at home */
	if (n_digest == DIGEST_LEN)
		memcpy(digest.bytes, bytes, DIGEST_LEN);
	rc = event_read(raw, n_raw, &digest, &e, err);
	if (rc == RC_OK) {
		json_t *o = cloud_event(d, &e, &row);
		char *line = json_write_plain(o);

		rc = out->line(out->ctx, line, err);
		xfree(line);
		json_decref(o);
	}
	event_release(&e);
	return rc;
}

static enum rc
is_more(struct desk *d, int64_t after, bool *ret_more, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_FEED_AFTER);
	enum rc rc;

	stmt_int(st, 1, after);
	stmt_int(st, 2, 1);
	rc = stmt_step(st, ret_more, err);
	stmt_done(st);
	return rc;
}

static enum rc
keep(struct desk *d, int64_t after, struct err *err)
{
	char detail[40];
	enum rc rc = act_begin(d, err);

	if (rc != RC_OK)
		return rc;
	(void)snprintf(detail, sizeof(detail), "after %lld", (long long)after);
	return act_end(d, act_audit(d, "feed", NULL, detail, err), err);
}

enum rc
desk_feed(struct desk *d, struct feed_out *out, int64_t *io_after,
	  bool *ret_more, struct err *err)
{
	struct stmt *st;
	int64_t n = 0;
	bool row = false;
	enum rc rc = permit(d, PERMIT_TAKE_OUT, NULL, err);

	if (rc == RC_OK)
		rc = is_more(d, *io_after, ret_more, err);
	if (rc != RC_OK || !*ret_more)
		return rc;
	if (!out->kept) { /* first: what was not kept is not shown */
		rc = keep(d, *io_after, err);
		out->kept = rc == RC_OK;
	}
	if (rc == RC_OK)
		rc = journal_refresh_kinds(d->journal, err);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(d->store, SQL_FEED_AFTER);
	stmt_int(st, 1, *io_after);
	stmt_int(st, 2, FEED_BATCH);
	while (rc == RC_OK && (rc = stmt_step(st, &row, err)) == RC_OK && row) {
		rc = put_row(d, st, out, io_after, err);
		n++;
	}
	stmt_done(st);
	*ret_more = n == FEED_BATCH;
	return rc;
}
