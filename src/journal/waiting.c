/*
 * Acts of a desk that waits for its peers' answers: kept as they were meant,
 * without k, prev, number or signature, since what they follow may be among
 * what comes back (EXCHANGE 0.6). Signed in their order afterwards.
 */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "epoch_int.h"
#include "journal/epoch.h"

/* true: `name` is there and a digest. */
static bool
get_ref(const json_t *o, const char *name, struct ref *out)
{
	const char *hex = json_text(o, name);

	return hex != NULL && strlen(hex) == DIGEST_HEX_LEN &&
	       hex_decode(hex, out->bytes, DIGEST_LEN, NULL) == RC_OK;
}

static const char *
officer_of(const json_t *data)
{
	const char *id = json_text(
		json_array_get(json_object_get(data, "officers"), 0), "id");

	return id != NULL ? id : "";
}

enum rc
waiting_keep(struct journal *j, const struct own_act *act, struct err *err)
{
	json_t *o = json_pack("{s:s,s:s,s:s,s:I,s:O}", "type",
			      event_type_name(act->type), "owner", act->owner,
			      "doc", act->doc, "time", (json_int_t)act->time_ms,
			      "data", act->data);
	struct stmt *st = stmt_use(j->store, SQL_WAITING_ADD);
	char *text;
	enum rc rc;

	if (act->kind != NULL) {
		json_object_set_new(o, "kind", json_string(act->kind));
		json_object_set_new(o, "kind_version",
				    json_integer(act->kind_version));
	}
	if (act->track != NULL)
		json_object_set_new(o, "track", json_string(act->track));
	if (act->rev != NULL)
		json_object_set_new(o, "rev", ref_json(act->rev));
	if (act->of != NULL)
		json_object_set_new(o, "of", ref_json(act->of));
	text = json_write(o);
	stmt_text(st, 1, text);
	stmt_text(st, 2, officer_of(act->data));
	stmt_int(st, 3, env_now_ms(j->env));
	rc = stmt_run(st, err);
	j->kept += rc == RC_OK;
	xfree(text);
	json_decref(o);
	return rc;
}

enum rc
waiting_has(struct journal *j, const char *owner, const char *doc,
	    bool *ret_has, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_WAITING_OF_DOC);
	enum rc rc;

	stmt_text(st, 1, owner);
	stmt_text(st, 2, doc);
	rc = stmt_step(st, ret_has, err);
	stmt_done(st);
	return rc;
}

int64_t
journal_get_kept(const struct journal *j)
{
	return j->kept;
}

void
waiting_act_release(struct waiting_act *w)
{
	json_decref(w->json);
	*w = (struct waiting_act){ .id = 0 };
}

static enum rc
read_act(struct waiting_act *w, struct err *err)
{
	struct own_act *a = &w->act;
	const char *type = json_text(w->json, "type");
	enum rc rc = type == NULL ? err_set(err, RC_DAMAGED, 0, "act_waiting")
				  : event_type_parse(type, &a->type, err);

	a->owner = json_text(w->json, "owner");
	a->doc = json_text(w->json, "doc");
	a->kind = json_text(w->json, "kind");
	a->kind_version = (int)json_integer_value(
		json_object_get(w->json, "kind_version"));
	a->track = json_text(w->json, "track");
	a->time_ms = json_integer_value(json_object_get(w->json, "time"));
	a->data = json_object_get(w->json, "data");
	if (get_ref(w->json, "rev", &w->rev))
		a->rev = &w->rev;
	if (get_ref(w->json, "of", &w->of))
		a->of = &w->of;
	if (rc == RC_OK &&
	    (a->owner == NULL || a->doc == NULL || !json_is_object(a->data)))
		rc = err_set(err, RC_DAMAGED, 0,
			     _("table act_waiting row %lld is damaged"),
			     (long long)w->id);
	return rc;
}

enum rc
waiting_next(struct journal *j, int64_t after, struct waiting_act *out,
	     bool *ret_found, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_WAITING_NEXT);
	const char *text;
	enum rc rc;

	*out = (struct waiting_act){ .id = 0 };
	stmt_int(st, 1, after);
	rc = stmt_step(st, ret_found, err);
	if (rc == RC_OK && *ret_found) {
		out->id = col_int(st, 0);
		text = col_text(st, 1);
		rc = json_read_object(text, strlen(text), &out->json, err);
		if (rc == RC_OK)
			rc = col_copy(st, 2, out->officer, sizeof(out->officer),
				      err);
	}
	stmt_done(st);
	if (rc == RC_OK && *ret_found)
		rc = read_act(out, err);
	return rc;
}

enum rc
waiting_signed(struct journal *j, int64_t id, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_WAITING_DROP);

	stmt_int(st, 1, id);
	return stmt_run(st, err);
}

enum rc
waiting_refused(struct journal *j, int64_t id, const char *why, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_WAITING_REFUSED);

	stmt_int(st, 1, id);
	stmt_text(st, 2, why);
	return stmt_run(st, err);
}
