/* Events as rows: what is inserted is never changed. */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "epoch_int.h"
#include "journal_int.h"

enum rc
event_known(struct journal *j, const struct digest *d, bool *ret_known,
	    struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_EVENT_KNOWN);
	stmt_blob(st, 1, d->bytes, DIGEST_LEN);
	enum rc rc = stmt_step(st, &row, err);
	stmt_done(st);
	if (rc == RC_OK)
		*ret_known = row;
	return rc;
}

static void
bind_ref(struct stmt *st, int at, bool has, const struct ref *r)
{
	if (has)
		stmt_blob(st, at, r->bytes, DIGEST_LEN);
	else
		stmt_null(st, at);
}

static enum rc
insert_row(struct journal *j, const struct event *e, const struct envelope *raw,
	   enum lane lane, const char *via, struct err *err)
{
	char subject[SUBJECT_MAX + 1];
	struct digest key;
	struct stmt *st = stmt_use(j->store, SQL_EVENT_INSERT);

	key_id_bytes(raw->key_id, &key);
	subject_make(e->owner, e->doc, subject);
	stmt_blob(st, 1, e->digest.bytes, DIGEST_LEN);
	stmt_text(st, 2, e->source);
	stmt_text(st, 3, e->id);
	stmt_text(st, 4, e->epoch);
	stmt_int(st, 5, e->k);
	stmt_text(st, 6, subject);
	stmt_text(st, 7, e->track);
	stmt_text(st, 8, event_type_name(e->type));
	bind_ref(st, 9, e->has_rev, &e->rev);
	bind_ref(st, 10, e->has_seen, &e->seen);
	stmt_int(st, 11, lane);
	stmt_blob(st, 12, key.bytes, DIGEST_LEN);
	stmt_int(st, 13, env_now_ms(j->env));
	stmt_text(st, 14, via);
	stmt_blob(st, 15, raw->sig, raw->n_sig);
	stmt_blob(st, 16, raw->payload, raw->n_payload);
	return stmt_run(st, err);
}

static enum rc
insert_prev(struct journal *j, const struct event *e, struct err *err)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < e->n_prev; i++) {
		struct stmt *st = stmt_use(j->store, SQL_EVENT_PREV_INSERT);
		stmt_blob(st, 1, e->digest.bytes, DIGEST_LEN);
		stmt_blob(st, 2, e->prev[i].bytes, DIGEST_LEN);
		rc = stmt_run(st, err);
	}
	return rc;
}

/* A second digest under one (source, id) or (source, epoch, k): both stay. */
static enum rc
find_forks(struct journal *j, const struct event *e, bool *ret_fork,
	   struct err *err)
{
	bool row = false;
	struct stmt *st = stmt_use(j->store, SQL_EVENT_TWINS);
	stmt_text(st, 1, e->source);
	stmt_text(st, 2, e->id);
	stmt_text(st, 3, e->epoch);
	stmt_int(st, 4, e->k);
	stmt_blob(st, 5, e->digest.bytes, DIGEST_LEN);
	enum rc rc = stmt_step(st, &row, err);
	while (rc == RC_OK && row) {
		struct digest other;
		rc = col_digest(st, 0, &other, err);
		if (rc == RC_OK) {
			struct stmt *in = stmt_use(j->store, SQL_FORK_INSERT);
			stmt_text(in, 1, e->source);
			stmt_text(in, 2, e->epoch);
			stmt_int(in, 3, e->k);
			stmt_blob(in, 4, other.bytes, DIGEST_LEN);
			stmt_blob(in, 5, e->digest.bytes, DIGEST_LEN);
			stmt_int(in, 6, env_now_ms(j->env));
			rc = stmt_run(in, err);
			*ret_fork = true;
			touched_add(&j->touched, col_text(st, 1));
		}
		if (rc == RC_OK)
			rc = stmt_step(st, &row, err);
	}
	stmt_done(st);
	return rc;
}

void
event_blobs(const struct event *e,
	    void (*each)(void *ctx, const struct digest *d), void *ctx)
{
	const json_t *list = json_object_get(e->data, "attachments");
	size_t i;
	json_t *one;

	json_array_foreach(list, i, one)
	{
		const char *text = json_text(one, "digest");
		struct digest d;
		if (text != NULL && digest_parse(text, &d, NULL) == RC_OK)
			each(ctx, &d);
	}
}

struct blob_insert {
	struct journal *j;
	const struct event *event;
	struct err *err;
	enum rc rc;
};

static void
insert_blob(void *ctx, const struct digest *d)
{
	struct blob_insert *b = ctx;
	if (b->rc != RC_OK)
		return;
	struct stmt *st = stmt_use(b->j->store, SQL_EVENT_BLOB_INSERT);
	stmt_blob(st, 1, d->bytes, DIGEST_LEN);
	stmt_blob(st, 2, b->event->digest.bytes, DIGEST_LEN);
	b->rc = stmt_run(st, b->err);
}

enum rc
event_blobs_project(struct journal *j, const struct event *e, struct err *err)
{
	struct blob_insert b = { .j = j, .event = e, .err = err };
	event_blobs(e, insert_blob, &b);
	return b.rc;
}

enum rc
event_insert(struct journal *j, const struct event *e,
	     const struct envelope *raw, enum lane lane, const char *via,
	     bool *ret_fork, struct err *err)
{
	char subject[SUBJECT_MAX + 1];
	bool fork = false;

	enum rc rc = insert_row(j, e, raw, lane, via, err);
	if (rc == RC_OK)
		rc = insert_prev(j, e, err);
	if (rc == RC_OK && e->type != EVENT_LOCAL && e->type != EVENT_REVEAL)
		rc = find_forks(j, e, &fork, err);
	if (rc == RC_OK)
		rc = event_blobs_project(j, e, err);
	if (rc == RC_OK && str_eq(e->source, j->desk) && !str_eq(via, j->desk))
		rc = serial_seen(j, e, err);
	if (rc != RC_OK)
		return rc;
	if (e->type != EVENT_CARD) {
		subject_make(e->owner, e->doc, subject);
		touched_add(&j->touched, subject);
	}
	*ret_fork = fork;
	return RC_OK;
}

enum rc
event_row_envelope(struct stmt *st, int at, struct envelope *out,
		   struct err *err)
{
	size_t n_sig = 0, n = 0;
	struct envelope e = { .type = TYPE_EVENT };
	enum rc rc = col_key_id(st, at, e.key_id, err);
	if (rc != RC_OK)
		return rc;
	const void *sig = col_blob(st, at + 1, &n_sig);
	const void *raw = col_blob(st, at + 2, &n);
	if (raw == NULL || sig == NULL || n_sig > SIGNATURE_MAX)
		return err_set(err, RC_DAMAGED, 0,
			       _("an event's bytes are missing; run deltadesk "
				 "verify"));
	memcpy(e.sig, sig, n_sig);
	e.n_sig = n_sig;
	e.payload = xmalloc(n + 1);
	memcpy(e.payload, raw, n);
	e.payload[n] = '\0';
	e.n_payload = n;
	*out = e;
	return RC_OK;
}

enum rc
journal_envelope(struct journal *j, const struct ref *digest,
		 struct envelope *out, struct err *err)
{
	bool row = false;
	struct envelope e = { .type = TYPE_EVENT };
	struct stmt *st = stmt_use(j->store, SQL_EVENT_RAW);

	stmt_blob(st, 1, digest->bytes, DIGEST_LEN);
	enum rc rc = stmt_step(st, &row, err);
	if (rc == RC_OK && !row)
		rc = err_set(err, RC_NOTFOUND, 0, _("no such event here"));
	if (rc == RC_OK)
		rc = event_row_envelope(st, 0, &e, err);
	stmt_done(st);
	if (rc == RC_OK)
		*out = e;
	return rc;
}
