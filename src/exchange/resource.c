#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/uuid.h"
#include "exchange/link_int.h"
#include "exchange/resource_int.h"
#include "exchange/room_int.h"
#include "exchange/state_int.h"
#include "journal/peer.h"

static const struct resource resources[] = {
	{ .method = "GET",
	  .path = "/v1/desk",
	  .at_once = 8,
	  .on_headers = desk_get },
	{ .method = "PUT",
	  .path = "/v1/desk",
	  .at_once = 4,
	  .collect_max = STATE_MAX_BYTES,
	  .on_end = desk_put,
	  .on_close = desk_put_closed },
	{ .method = "GET",
	  .path = "/v1/outbox",
	  .at_once = 32,
	  .on_headers = outbox_get,
	  .on_drain = outbox_drain,
	  .on_close = outbox_closed },
	{ .method = "PUT",
	  .path = "/v1/outbox/receipt",
	  .at_once = 16,
	  .collect_max = RECEIPT_MAX_BYTES,
	  .on_end = outbox_receipt_put },
	{ .method = "POST",
	  .path = "/v1/inbox",
	  .at_once = 8,
	  .body_max = BODY_MAX_BYTES,
	  .on_headers = inbox_post,
	  .on_data = inbox_post_data,
	  .on_end = inbox_post_end,
	  .on_close = inbox_post_closed },
	{ .method = "GET",
	  .path = "/v1/inbox/cursor",
	  .at_once = 8,
	  .on_headers = inbox_cursor_get },
	{ .method = "GET",
	  .path = "/v1/inbox",
	  .at_once = 4,
	  .on_headers = inbox_get,
	  .on_drain = inbox_drain,
	  .on_close = inbox_closed },
	{ .method = "POST",
	  .path = "/v1/returns",
	  .at_once = 4,
	  .body_max = BODY_MAX_BYTES,
	  .on_headers = returns_post,
	  .on_data = returns_post_data,
	  .on_end = returns_post_end,
	  .on_close = returns_post_closed },
	{ .method = "GET",
	  .path = "/v1/blobs/",
	  .at_once = 8,
	  .on_headers = blob_get,
	  .on_drain = blob_get_drain,
	  .on_close = blob_get_closed },
	{ .method = "PUT",
	  .path = "/v1/blobs/",
	  .at_once = 4,
	  .body_max = ATTACH_MAX_BYTES,
	  .on_headers = blob_put,
	  .on_data = blob_put_data,
	  .on_end = blob_put_end,
	  .on_close = blob_put_closed },
};

/* ---- answers ---- */

struct held_answer {
	bool is_problem;
	struct problem_answer problem; /* owns members; detail is text */
	char *text;
	size_t n_bytes;
};

static bool
must_hold(const struct serving *s)
{
	int64_t n = net_request_get_content_length(s->request);

	return !s->ended && n > 0 && n <= BODY_MAX_BYTES;
}

static void
hold(struct serving *s, const struct held_answer *a)
{
	s->held = xmalloc(sizeof(*s->held));
	*s->held = *a;
	net_request_resume(s->request); /* the rest is dropped */
}

static void
send_held(struct serving *s)
{
	struct held_answer *a = s->held;
	struct net_response response = { .status = 200,
					 .content_type = JSON_TYPE };

	s->held = NULL;
	if (a->is_problem)
		problem_send(s->request, &a->problem);
	else
		net_answer(s->request, &response, a->text, a->n_bytes);
	xfree(a->text);
	xfree(a);
}

static void
drop_held(struct serving *s)
{
	if (s->held == NULL)
		return;
	json_decref(s->held->problem.take_members);
	xfree(s->held->text);
	s->held = xfree(s->held);
}

void
serve_json(struct serving *s, const char *text, size_t n_bytes)
{
	struct held_answer a = { .n_bytes = n_bytes };

	if (s->answered)
		return;
	s->answered = true;
	a.text = xstrndup(text, n_bytes);
	hold(s, &a);
	if (!must_hold(s))
		send_held(s);
}

void
serve_problem_members(struct serving *s, enum problem p, const char *detail,
		      json_t *take_members)
{
	struct held_answer a = {
		.is_problem = true,
		.problem = { .problem = p, .take_members = take_members },
	};

	if (s->answered) {
		json_decref(take_members);
		return;
	}
	s->answered = true;
	if (p == PROBLEM_DISK_FULL || p == PROBLEM_QUOTA)
		a.problem.retry_after_s = room_retry_after_s(s->remote);
	else if (p == PROBLEM_BUSY)
		a.problem.retry_after_s = RETRY_FIRST_MS / 1000;
	a.text = xstrdup_or_null(detail);
	a.problem.detail = a.text;
	hold(s, &a);
	if (!must_hold(s))
		send_held(s);
}

void
serve_problem(struct serving *s, enum problem p, const char *detail)
{
	serve_problem_members(s, p, detail, NULL);
}

bool
serve_room(struct serving *s)
{
	if (room_for(s->remote))
		return true;
	serve_problem(s, room_problem(s->remote), NULL);
	return false;
}

void
serve_error(struct serving *s, const struct err *err)
{
	enum problem p = problem_of_rc(err->code);

	/* Our own troubles are for our own log. */
	if (problem_status(p) >= 500)
		log_line(LOG_ERROR, EXCHANGE_ROOM, "peer=%s %s %s: %s",
			 s->remote != NULL ? s->remote->desk : "?",
			 net_request_get_method(s->request),
			 net_request_get_path(s->request), err->msg);
	serve_problem(s, p, problem_status(p) >= 500 ? NULL : err->msg);
}

/* ---- parameters ---- */

bool
param_epoch(struct serving *s, char out[static UUID_LEN + 1])
{
	struct err err = ERR_INIT;

	if (net_request_get_param(s->request, "epoch", out, UUID_LEN + 1,
				  &err) == RC_OK &&
	    uuid_valid(out))
		return true;
	serve_problem(s, PROBLEM_BAD_REQUEST, "epoch= is no UUID");
	return false;
}

bool
param_lane(struct serving *s, enum lane *ret_lane)
{
	char text[16];
	struct err err = ERR_INIT;

	if (net_request_get_param(s->request, "lane", text, sizeof(text),
				  &err) == RC_OK &&
	    lane_parse(text, ret_lane, &err) == RC_OK)
		return true;
	serve_problem(s, PROBLEM_BAD_REQUEST, "lane= is urgent or plain");
	return false;
}

bool
param_int(struct serving *s, const char *name, int64_t max, int64_t *ret_n)
{
	char text[24], detail[64];
	struct err err = ERR_INIT;
	enum rc rc = net_request_get_param(s->request, name, text, sizeof(text),
					   &err);

	if (rc == RC_NOTFOUND)
		return true;
	if (rc == RC_OK && str_to_i64(text, 0, max, ret_n, &err) == RC_OK)
		return true;
	(void)snprintf(detail, sizeof(detail), "%s= is no number in range",
		       name);
	serve_problem(s, PROBLEM_BAD_REQUEST, detail);
	return false;
}

bool
param_digest(struct serving *s, const char *name, struct digest *out,
	     bool *ret_has)
{
	char text[DIGEST_HEX_LEN + 16], detail[64];
	struct err err = ERR_INIT;
	enum rc rc = net_request_get_param(s->request, name, text, sizeof(text),
					   &err);

	*ret_has = rc == RC_OK;
	if (rc == RC_NOTFOUND)
		return true;
	if (rc == RC_OK && digest_parse(text, out, &err) == RC_OK)
		return true;
	(void)snprintf(detail, sizeof(detail), "%s= is no SHA-256", name);
	serve_problem(s, PROBLEM_BAD_REQUEST, detail);
	return false;
}

/* ---- from net to a resource ---- */

static bool
path_fits(const struct resource *res, const char *path, const char **ret_id)
{
	size_t n = strlen(res->path);

	*ret_id = path + n;
	if (res->path[n - 1] == '/')
		return strncmp(path, res->path, n) == 0;
	return strcmp(path, res->path) == 0;
}

/* NULL: *ret_p tells why. */
static const struct resource *
find(struct net_request *r, const char **ret_id, enum problem *ret_p)
{
	const char *method = net_request_get_method(r);

	*ret_p = PROBLEM_NOT_FOUND;
	for (size_t i = 0; i < ARRAY_LEN(resources); i++) {
		if (!path_fits(&resources[i], net_request_get_path(r), ret_id))
			continue;
		*ret_p = PROBLEM_METHOD;
		if (strcmp(method, resources[i].method) == 0)
			return &resources[i];
	}
	return NULL;
}

/* What one peer may have open is bounded, so that memory is: each answer may
 * queue half a megabyte, each push a line. */
static bool
too_many(const struct serving *s)
{
	int n = 0;

	for (const struct serving *o = s->x->servings; o != NULL; o = o->next)
		n += o->remote == s->remote && o->resource == s->resource;
	return n > s->resource->at_once;
}

static void
begin(struct serving *s)
{
	if (too_many(s)) {
		serve_problem(s, PROBLEM_BUSY, NULL);
		return;
	}
	if (s->resource->collect_max > 0) {
		buf_init(&s->body, s->resource->collect_max);
		net_request_set_body_max(s->request,
					 (int64_t)s->resource->collect_max);
	} else if (s->resource->body_max > 0) {
		net_request_set_body_max(s->request, s->resource->body_max);
	}
	if (s->resource->on_headers != NULL)
		s->resource->on_headers(s);
}

static void
on_headers(void *ctx, struct net_request *r)
{
	struct exchange *x = ctx;
	struct remote *remote = remote_find(x, net_request_get_peer(r));
	struct serving *s;
	const struct resource *res;
	const char *id = NULL;
	enum problem p;

	if (remote == NULL || !remote->trusted || x->stopping) {
		problem_say(r, PROBLEM_NOT_TRUSTED, NULL);
		return;
	}
	remote_heard(remote);
	res = find(r, &id, &p);
	if (res == NULL) {
		problem_say(r, p, NULL);
		return;
	}
	s = xcalloc(1, sizeof(*s));
	s->x = x;
	s->request = r;
	s->resource = res;
	s->remote = remote;
	s->id = id;
	s->next = x->servings;
	x->servings = s;
	net_request_set_data(r, s);
	begin(s);
}

static void
on_data(void *ctx, struct net_request *r, const void *data, size_t n_bytes)
{
	struct serving *s = net_request_get_data(r);
	struct err err = ERR_INIT;

	(void)ctx;
	if (s == NULL || s->answered)
		return;
	if (s->resource->on_data != NULL)
		s->resource->on_data(s, data, n_bytes);
	else if (s->resource->collect_max > 0 &&
		 buf_add(&s->body, data, n_bytes, &err) != RC_OK)
		serve_error(s, &err);
}

static void
on_end(void *ctx, struct net_request *r)
{
	struct serving *s = net_request_get_data(r);

	(void)ctx;
	if (s == NULL)
		return;
	s->ended = true;
	if (s->held != NULL)
		send_held(s);
	else if (!s->answered && s->resource->on_end != NULL)
		s->resource->on_end(s);
}

static void
on_drain(void *ctx, struct net_request *r)
{
	struct serving *s = net_request_get_data(r);

	(void)ctx;
	if (s != NULL && s->resource->on_drain != NULL)
		s->resource->on_drain(s);
}

static void
on_close(void *ctx, struct net_request *r, enum rc rc)
{
	struct exchange *x = ctx;
	struct serving *s = net_request_get_data(r), **at = &x->servings;

	if (s == NULL)
		return;
	if (s->resource->on_close != NULL)
		s->resource->on_close(s, rc);
	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	drop_held(s);
	buf_release(&s->body);
	xfree(s);
}

static bool
allow(void *ctx, const struct pin *pin, char ret_peer[static DESK_ID_MAX + 1])
{
	struct exchange *x = ctx;
	struct digest d;
	struct err err = ERR_INIT;

	memcpy(d.bytes, pin->sha256, DIGEST_LEN);
	if (peer_by_pin(x->journal, &d, ret_peer, &err) != RC_OK)
		return false;
	if (remote_find(x, ret_peer) == NULL)
		(void)remotes_refresh(x, &err); /* trusted a moment ago */
	return remote_find(x, ret_peer) != NULL;
}

static void
on_refused(void *ctx, const char *address, const struct err *why)
{
	struct exchange *x = ctx;
	int64_t now = loop_now_ms(x->loop);

	if (now - x->refused_told_ms < TELL_MS) {
		x->n_refused++;
		return;
	}
	if (x->n_refused > 0)
		log_line(LOG_WARN, EXCHANGE_ROOM,
			 "refused %s: %s (%lld more before)", address, why->msg,
			 (long long)x->n_refused);
	else
		log_line(LOG_WARN, EXCHANGE_ROOM, "refused %s: %s", address,
			 why->msg);
	x->refused_told_ms = now;
	x->n_refused = 0;
}

static void
on_peer(void *ctx, const char *peer, bool up)
{
	struct exchange *x = ctx;
	struct remote *r = remote_find(x, peer);

	if (r == NULL)
		return;
	r->inbound = up;
	if (loop_now_ms(x->loop) - r->inbound_told_ms >= TELL_MS) {
		r->inbound_told_ms = loop_now_ms(x->loop);
		r->inbound_told = 0;
	}
	if (r->inbound_told++ < TELL_INBOUND)
		log_line(LOG_INFO, EXCHANGE_ROOM, "peer=%s inbound=%s", peer,
			 up ? "up" : "down");
	if (up) {
		remote_heard(r);
		link_sign_of_life(r->link);
	}
}

const struct net_handlers exchange_handlers = {
	.allow = allow,
	.on_peer = on_peer,
	.on_refused = on_refused,
	.on_headers = on_headers,
	.on_data = on_data,
	.on_end = on_end,
	.on_drain = on_drain,
	.on_close = on_close,
};
