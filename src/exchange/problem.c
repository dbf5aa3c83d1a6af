#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "exchange/problem_int.h"

struct problem_row {
	const char *code;
	int status;
	const char *title;
};

static const struct problem_row rows[PROBLEM__COUNT] = {
#define X(id, c, s, t) [PROBLEM_##id] = { .code = c, .status = s, .title = t },
	PROBLEM_MAP(X)
#undef X
};

const char *
problem_code(enum problem p)
{
	return rows[p].code;
}

int
problem_status(enum problem p)
{
	return rows[p].status;
}

static const enum problem of_rc[RC__COUNT] = {
	[RC_OK] = PROBLEM_INTERNAL,
	[RC_USAGE] = PROBLEM_BAD_REQUEST,
	[RC_RANGE] = PROBLEM_MALFORMED,
	[RC_TEXT] = PROBLEM_MALFORMED,
	[RC_MALFORMED] = PROBLEM_MALFORMED,
	[RC_TOOLARGE] = PROBLEM_TOO_LARGE,
	[RC_BADSIG] = PROBLEM_SIGNATURE,
	[RC_VERIFY] = PROBLEM_DIGEST,
	[RC_DENIED] = PROBLEM_NOT_TRUSTED,
	[RC_NOTFOUND] = PROBLEM_NOT_FOUND,
	[RC_EXISTS] = PROBLEM_INTERNAL,
	[RC_CONFLICT] = PROBLEM_STALE,
	[RC_STATE] = PROBLEM_EPOCH,
	[RC_GAP] = PROBLEM_GAP,
	[RC_CHAIN] = PROBLEM_CHAIN,
	[RC_BUSY] = PROBLEM_BUSY,
	[RC_FULL] = PROBLEM_DISK_FULL,
	[RC_IO] = PROBLEM_BUSY,
	[RC_DB] = PROBLEM_BUSY,
	[RC_DAMAGED] = PROBLEM_INTERNAL,
	[RC_NEWER] = PROBLEM_INTERNAL,
	[RC_LOCKED] = PROBLEM_BUSY,
	[RC_TLS] = PROBLEM_INTERNAL,
	[RC_NET] = PROBLEM_INTERNAL,
	[RC_PROTO] = PROBLEM_BAD_REQUEST,
	[RC_CANCELED] = PROBLEM_BUSY,
};

enum problem
problem_of_rc(enum rc rc)
{
	return of_rc[rc];
}

enum problem
problem_read(const char *body, size_t n_bytes, json_t **ret_members)
{
	const size_t n_prefix = strlen(PROBLEM_PREFIX);
	enum problem found = PROBLEM__COUNT;
	json_t *o = NULL;
	const char *type;

	if (json_read_object(body, n_bytes, &o, NULL) != RC_OK)
		return found;
	type = json_text(o, "type");
	if (type != NULL && strncmp(type, PROBLEM_PREFIX, n_prefix) == 0)
		for (int i = 0; i < PROBLEM__COUNT; i++)
			if (strcmp(type + n_prefix, rows[i].code) == 0)
				found = (enum problem)i;
	if (ret_members != NULL)
		*ret_members = o;
	else
		json_decref(o);
	return found;
}

void
problem_send(struct net_request *r, const struct problem_answer *a)
{
	const struct problem_row *row = &rows[a->problem];
	char after[16], type[64];
	struct net_header retry = { .name = "retry-after", .value = after };
	struct net_response response = {
		.status = row->status,
		.content_type = PROBLEM_TYPE,
		.headers = &retry,
		.n_headers = a->retry_after_s > 0 ? 1 : 0,
	};
	json_t *o = json_object();
	char *text;

	(void)snprintf(after, sizeof(after), "%d", a->retry_after_s);
	(void)snprintf(type, sizeof(type), PROBLEM_PREFIX "%s", row->code);
	(void)json_object_set_new(o, "type", json_string(type));
	(void)json_object_set_new(o, "title", json_string(row->title));
	(void)json_object_set_new(o, "status", json_integer(row->status));
	if (a->detail != NULL && a->detail[0] != '\0')
		(void)json_object_set_new(o, "detail", json_string(a->detail));
	if (a->take_members != NULL) {
		(void)json_object_update_missing(o, a->take_members);
		json_decref(a->take_members);
	}
	text = json_write(o);
	net_answer(r, &response, text, strlen(text));
	xfree(text);
	json_decref(o);
}

void
problem_say(struct net_request *r, enum problem p, const char *detail)
{
	bool later = rows[p].status == 503;

	problem_send(r,
		     &(struct problem_answer){
			     .problem = p,
			     .detail = detail,
			     .retry_after_s = later ? RETRY_FIRST_MS / 1000 : 0,
		     });
}
