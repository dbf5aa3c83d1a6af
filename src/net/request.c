#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "request_int.h"

#define RESPONSE_HEADERS_MAX 32

/* ---- what was asked ---- */

const char *
net_request_get_method(const struct net_request *r)
{
	return r->method;
}

const char *
net_request_get_path(const struct net_request *r)
{
	return r->path;
}

const char *
net_request_get_query(const struct net_request *r)
{
	return r->query;
}

const char *
net_request_get_header(const struct net_request *r, const char *name)
{
	return h2_stream_header(r->stream, name);
}

const char *
net_request_get_authority(const struct net_request *r)
{
	const char *s = net_request_get_header(r, ":authority");

	if (s == NULL)
		s = net_request_get_header(r, "host");
	return s == NULL ? "" : s;
}

static int
hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	at = c == '\0' ? NULL : strchr(digits, c);
	return at == NULL ? -1 : (int)(at - digits);
}

/* Up to '&' or the end; %xx only, '+' is a plus. */
static enum rc
decode(const char *s, char *out, size_t out_size, struct err *err)
{
	size_t n = 0;

	while (*s != '\0' && *s != '&') {
		int byte = (unsigned char)*s++;

		if (n + 1 >= out_size)
			return err_set(err, RC_RANGE, 0,
				       _("a value in the query is too long"));
		if (byte == '%') {
			int high = hex_value(s[0]);
			int low = high < 0 ? -1 : hex_value(s[1]);

			if (low < 0 || (high == 0 && low == 0))
				return err_set(err, RC_MALFORMED, 0,
					       _("a value in the query has a "
						 "wrong %%-code"));
			byte = high * 16 + low;
			s += 2;
		}
		out[n++] = (char)byte;
	}
	out[n] = '\0';
	return utf8_check(out, n, err);
}

enum rc
net_request_get_param(const struct net_request *r, const char *name, char *out,
		      size_t out_size, struct err *err)
{
	const char *s = r->query;
	size_t n = strlen(name);

	while (s != NULL && *s != '\0') {
		if (strncmp(s, name, n) == 0 && s[n] == '=')
			return decode(s + n + 1, out, out_size, err);
		s = strchr(s, '&');
		if (s != NULL)
			s++;
	}
	return err_set(err, RC_NOTFOUND, 0, _("the query lacks '%s'"), name);
}

const char *
net_request_get_peer(const struct net_request *r)
{
	return r->peer;
}

const struct pin *
net_request_get_pin(const struct net_request *r)
{
	return r->pin;
}

int64_t
net_request_get_content_length(const struct net_request *r)
{
	const char *s = net_request_get_header(r, "content-length");
	int64_t n;

	if (s == NULL || str_to_i64(s, 0, INT64_MAX, &n, NULL) != RC_OK)
		return -1;
	return n;
}

void
net_request_set_data(struct net_request *r, void *data)
{
	r->data = data;
}

void *
net_request_get_data(const struct net_request *r)
{
	return r->data;
}

void
net_request_set_body_max(struct net_request *r, int64_t max_bytes)
{
	r->body_max = max_bytes;
}

void
net_request_pause(struct net_request *r)
{
	h2_pause(r->stream);
}

void
net_request_resume(struct net_request *r)
{
	h2_resume(r->stream);
}

/* ---- the answer ---- */

void
net_respond(struct net_request *r, const struct net_response *response)
{
	struct net_header head[RESPONSE_HEADERS_MAX];
	char status[16];
	size_t n = 0;

	if (r->responded)
		return;
	r->responded = true;
	(void)snprintf(status, sizeof(status), "%d", response->status);
	head[n++] = (struct net_header){ ":status", status };
	if (response->content_type != NULL)
		head[n++] = (struct net_header){ "content-type",
						 response->content_type };
	for (size_t i = 0; i < response->n_headers && n < ARRAY_LEN(head); i++)
		head[n++] = response->headers[i];
	h2_respond(r->stream, head, n);
}

enum rc
net_write(struct net_request *r, const void *data, size_t n_bytes,
	  struct err *err)
{
	conn_ask(r->conn);
	return h2_write(r->stream, data, n_bytes,
			r->stream->h2->limits->out_max, err);
}

size_t
net_get_queued(const struct net_request *r)
{
	return r->stream->out.len;
}

void
net_end(struct net_request *r)
{
	h2_end(r->stream);
	h2_discard(r->stream);
}

void
net_answer(struct net_request *r, const struct net_response *response,
	   const void *body, size_t n_bytes)
{
	net_respond(r, response);
	/* A stream that is gone already needs no answer. */
	if (n_bytes > 0)
		(void)h2_write(r->stream, body, n_bytes, 0, NULL);
	net_end(r);
}

void
net_reset(struct net_request *r)
{
	h2_reset(r->stream, NGHTTP2_CANCEL, NULL);
}

/* ---- what comes from the stream ---- */

/* RFC 9457, as the resources say it (doc/protocol.md 12). */
static void
refuse(struct net_request *r, enum rc rc, int status, const char *title)
{
	char body[160];
	struct net_response response = {
		.status = status,
		.content_type = "application/problem+json",
	};
	int n = snprintf(body, sizeof(body),
			 "{\"type\":\"urn:deltadesk:problem:too-large\","
			 "\"title\":\"%s\",\"status\":%d}\n",
			 title, status);

	r->refused = true;
	r->why_refused = rc;
	if (r->responded)
		net_reset(r);
	else
		net_answer(r, &response, body, (size_t)n);
}

static void
split_path(struct net_request *r)
{
	const char *path = h2_stream_header(r->stream, ":path");
	const char *mark;
	size_t n;

	if (path == NULL)
		path = ""; /* nghttp2 lets no request without it through */
	mark = strchr(path, '?');
	n = mark == NULL ? strlen(path) : (size_t)(mark - path);
	r->path = xstrndup(path, n);
	r->query = xstrdup(mark == NULL ? "" : mark + 1);
	r->method = h2_stream_header(r->stream, ":method");
	if (r->method == NULL)
		r->method = "";
}

static void
request_headers(void *ctx, struct h2_stream *s)
{
	struct conn *c = ctx;
	struct net_request *r = xcalloc(1, sizeof(*r));

	r->stream = s;
	s->owner = r;
	r->body_max = (int64_t)s->h2->limits->body_max;
	split_path(r);
	server_fill_request(c, r);
	if (s->bad_status == 431) {
		refuse(r, RC_TOOLARGE, 431, "header list too large");
		return;
	}
	if (s->bad_status != 0) {
		refuse(r, RC_TEXT, 400, "a header is not valid UTF-8");
		return;
	}
	r->told = true;
	r->handlers->on_headers(r->ctx, r);
	if (!r->responded && net_request_get_content_length(r) > r->body_max)
		refuse(r, RC_TOOLARGE, 413, "body too large");
}

static void
request_data(void *ctx, struct h2_stream *s, const void *data, size_t n_bytes)
{
	struct net_request *r = s->owner;

	(void)ctx;
	if (r->refused)
		return;
	r->body_got += (int64_t)n_bytes;
	if (r->body_got > r->body_max)
		refuse(r, RC_TOOLARGE, 413, "body too large");
	else if (r->handlers->on_data != NULL)
		r->handlers->on_data(r->ctx, r, data, n_bytes);
}

static void
request_end(void *ctx, struct h2_stream *s)
{
	struct net_request *r = s->owner;

	(void)ctx;
	if (!r->refused && r->handlers->on_end != NULL)
		r->handlers->on_end(r->ctx, r);
}

static void
request_drain(void *ctx, struct h2_stream *s)
{
	struct net_request *r = s->owner;

	(void)ctx;
	if (!r->refused && r->handlers->on_drain != NULL)
		r->handlers->on_drain(r->ctx, r);
}

static void
request_close(void *ctx, struct h2_stream *s, const struct err *err)
{
	struct net_request *r = s->owner;
	enum rc rc =
		r->refused ? r->why_refused : (err == NULL ? RC_OK : err->code);

	(void)ctx;
	if (r->told && r->handlers->on_close != NULL)
		r->handlers->on_close(r->ctx, r, rc);
	(void)xfree(r->path);
	(void)xfree(r->query);
	(void)xfree(r);
	s->owner = NULL;
}

const struct h2_events request_events = {
	.on_headers = request_headers,
	.on_data = request_data,
	.on_end = request_end,
	.on_drain = request_drain,
	.on_close = request_close,
};
