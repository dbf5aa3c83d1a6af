#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sim_int.h"
#include "test.h"

struct wire *sim_wires;
struct net_server *sim_servers;
static bool blocked[SIM_DESKS_MAX][SIM_DESKS_MAX];

/* ---- the line ---- */

static void hear(struct wire *w, enum way way, struct word *take_word);

static void
arrive(struct wire *w, enum way way, loop_fn again)
{
	struct word *word = w->first[way];
	int from = way == TO_SERVER ? w->from : w->to;
	int to = way == TO_SERVER ? w->to : w->from;

	if (word == NULL)
		return;
	if (way < AT_SERVER && blocked[from][to]) {
		sim_later(40, again, w);
		return;
	}
	w->first[way] = word->next;
	if (way < AT_SERVER && w->lost[way])
		word_free(word);
	else
		hear(w, way, word);
}

static void
arrive_at_server(void *ctx)
{
	arrive(ctx, TO_SERVER, arrive_at_server);
}

static void
arrive_at_client(void *ctx)
{
	arrive(ctx, TO_CLIENT, arrive_at_client);
}

static void
tell_server(void *ctx)
{
	arrive(ctx, AT_SERVER, tell_server);
}

static void
tell_client(void *ctx)
{
	arrive(ctx, AT_CLIENT, tell_client);
}

void
say(struct wire *w, enum way way, struct word *take_word)
{
	static const loop_fn fn[WAYS] = { arrive_at_server, arrive_at_client,
					  tell_server, tell_client };
	int64_t now = sim_now_ms(), due = now;

	take_word->next = NULL;
	if (w->first[way] == NULL)
		w->first[way] = take_word;
	else
		w->last[way]->next = take_word;
	w->last[way] = take_word;
	if (way < AT_SERVER) { /* in order, each with its own delay */
		due = now + 1 + sim_pick(sim_pick(20) == 0 ? 800 : 12);
		if (due < w->due[way])
			due = w->due[way];
		w->due[way] = due;
	}
	sim_later(due - now, fn[way], w);
}

void
say_rc(struct wire *w, enum way way, enum what what, int id, enum rc rc)
{
	struct word *word = word_new(what, id);

	word->rc = rc;
	say(w, way, word);
}

/* Each second: an end that heard nothing for as long as its pings allow. */
static void
ping(void *ctx)
{
	struct wire *w = ctx;
	bool bad[2] = { w->lost[TO_SERVER] || blocked[w->from][w->to],
			w->lost[TO_CLIENT] || blocked[w->to][w->from] };

	if (w->client == NULL && w->server == NULL)
		return;
	for (int end = 0; end < 2; end++) {
		/* the client hears from the server's way, and that from its */
		bool deaf = bad[end == 0 ? TO_CLIENT : TO_SERVER];
		bool mute = bad[end == 0 ? TO_SERVER : TO_CLIENT];

		w->deaf[end] = deaf   ? w->deaf[end] + 3
			       : mute ? w->deaf[end] + 1
				      : 0;
		/* nobody is there any more: a ping is answered by a reset */
		if (!bad[TO_SERVER] && !bad[TO_CLIENT] &&
		    (w->client == NULL || w->server == NULL))
			w->deaf[end] = INT32_MAX;
		if (w->deaf[end] < (int64_t)(20 + sim_pick(70)))
			continue;
		if (end == 0 && w->client != NULL && w->client->up)
			say_rc(w, AT_CLIENT, DOWN, 0, RC_NET);
		if (end == 1 && w->server != NULL)
			say_rc(w, AT_SERVER, DOWN, 0, RC_NET);
	}
	sim_later(1000, ping, w);
}

/* ---- streams at the server ---- */

static struct net_request *
request_find(struct wire *w, int id)
{
	for (struct net_request *r = w->requests; r != NULL; r = r->next)
		if (r->s.id == id)
			return r;
	return NULL;
}

static void
request_close(struct wire *w, struct net_request *r, enum rc rc)
{
	struct net_request **at;

	for (at = &w->requests; *at != r; at = &(*at)->next)
		continue;
	*at = r->next;
	w->server->config.handlers.on_close(w->server->config.ctx, r, rc);
	word_free(r->head);
	while (r->s.kept != NULL) {
		struct word *k = r->s.kept;

		r->s.kept = k->next;
		word_free(k);
	}
	xfree(r->path);
	xfree(r);
}

static void
request_begin(struct wire *w, struct word *take_word)
{
	struct net_request *r = xcalloc(1, sizeof(*r));
	char *query;

	r->wire = w;
	r->head = take_word;
	r->s.id = take_word->id;
	r->path = xstrdup(take_word->path);
	query = strchr(r->path, '?');
	if (query != NULL)
		*query++ = '\0';
	r->query = query;
	r->next = w->requests;
	w->requests = r;
	w->server->config.handlers.on_headers(w->server->config.ctx, r);
}

static void
request_hear(struct net_request *r, struct word *take_word)
{
	const struct net_server_config *c = &r->wire->server->config;

	if (r->s.over) {
		word_free(take_word);
		return;
	}
	if (r->s.paused) {
		take_word->next = NULL;
		if (r->s.kept == NULL)
			r->s.kept = take_word;
		else
			r->s.kept_last->next = take_word;
		r->s.kept_last = take_word;
		return;
	}
	if (take_word->what == DATA)
		c->handlers.on_data(c->ctx, r, take_word->data,
				    take_word->n_data);
	else
		c->handlers.on_end(c->ctx, r);
	word_free(take_word);
}

static bool
has_other_guest(const struct wire *w)
{
	for (const struct wire *o = sim_wires; o != NULL; o = o->next)
		if (o != w && o->server == w->server &&
		    strcmp(o->peer, w->peer) == 0)
			return true;
	return false;
}

static void
guest_down(struct wire *w, enum rc rc)
{
	struct net_server *s = w->server;

	if (s == NULL)
		return;
	while (w->requests != NULL)
		request_close(w, w->requests, rc);
	if (!has_other_guest(w) && s->config.handlers.on_peer != NULL)
		s->config.handlers.on_peer(s->config.ctx, w->peer, false);
	w->server = NULL;
}

/* ---- streams at the client ---- */

static void
call_close(struct net_call *c, const struct err *err)
{
	struct net_call **at;

	for (at = &c->conn->calls; *at != c; at = &(*at)->next)
		continue;
	*at = c->next;
	c->spec.on_close(c->spec.ctx, c, err);
	word_free(c->head);
	while (c->s.kept != NULL) {
		struct word *k = c->s.kept;

		c->s.kept = k->next;
		word_free(k);
	}
	buf_release(&c->body);
	xfree(c);
}

static void
client_down(struct wire *w, enum rc rc)
{
	struct net_conn *n = w->client;
	struct err err = ERR_INIT;

	if (n == NULL)
		return;
	(void)err_set(&err, rc, 0, "simulated: down");
	n->up = false;
	while (n->calls != NULL)
		call_close(n->calls, &err);
	w->client = NULL;
	n->spec.on_down(n->spec.ctx, &err);
	xfree(n->address);
	xfree(n);
}

static void
call_end(struct net_call *c, enum rc rc)
{
	struct err err = ERR_INIT;

	if (rc != RC_OK)
		(void)err_set(&err, rc, 0, "simulated: ended");
	call_close(c, rc == RC_OK ? NULL : &err);
}

static void
call_hear(struct net_call *c, struct word *take_word)
{
	enum what what = take_word->what;

	if (c->s.over) {
		word_free(take_word);
		return;
	}
	if (c->s.paused && what != BREAK) {
		take_word->next = NULL;
		if (c->s.kept == NULL)
			c->s.kept = take_word;
		else
			c->s.kept_last->next = take_word;
		c->s.kept_last = take_word;
		return;
	}
	if (what == ANSWER) {
		c->head = take_word;
		if (c->spec.on_headers != NULL)
			c->spec.on_headers(c->spec.ctx, c);
		return;
	}
	if (what == DATA && c->spec.collect_max > 0)
		assert_int_equal(buf_add(&c->body, take_word->data,
					 take_word->n_data, NULL),
				 RC_OK);
	else if (what == DATA && c->spec.on_data != NULL)
		c->spec.on_data(c->spec.ctx, c, take_word->data,
				take_word->n_data);
	word_free(take_word);
	if (what == END)
		call_end(c, RC_OK);
	else if (what == BREAK)
		call_end(c, RC_PROTO);
}

/* ---- what comes ---- */

static struct net_call *
call_find(struct wire *w, int id)
{
	for (struct net_call *c = w->client->calls; c != NULL; c = c->next)
		if (c->s.id == id)
			return c;
	return NULL;
}

static void
hear_server(struct wire *w, struct word *take_word)
{
	struct net_request *r;
	enum what what = take_word->what;
	enum rc rc = take_word->rc;

	if (what == ASK) {
		request_begin(w, take_word);
		return;
	}
	r = request_find(w, take_word->id);
	if (r != NULL && (what == DATA || what == END)) {
		request_hear(r, take_word);
		return;
	}
	if (what == FLUSH && r != NULL) {
		struct word *k = r->s.kept;

		r->s.kept = NULL;
		while (k != NULL) {
			struct word *next = k->next;

			if (request_find(w, take_word->id) == r)
				request_hear(r, k);
			else
				word_free(k);
			k = next;
		}
	}
	word_free(take_word);
	if (what == BYE || what == DOWN)
		guest_down(w, what == BYE ? RC_NET : rc);
	else if (r != NULL && what == BREAK)
		request_close(w, r, RC_CANCELED);
	else if (r != NULL && what == CLOSED)
		request_close(w, r, rc);
}

static void dialled(struct wire *w);

static void
hear_client(struct wire *w, struct word *take_word)
{
	struct net_call *c = call_find(w, take_word->id);
	enum what what = take_word->what;
	enum rc rc = take_word->rc;

	if (c != NULL && what >= DATA && what <= BREAK && what != ASK) {
		call_hear(c, take_word);
		return;
	}
	if (what == FLUSH && c != NULL) {
		struct word *k = c->s.kept;

		c->s.kept = NULL;
		while (k != NULL) {
			struct word *next = k->next;

			if (w->client != NULL &&
			    call_find(w, take_word->id) == c)
				call_hear(c, k);
			else
				word_free(k);
			k = next;
		}
	}
	word_free(take_word);
	if (what == BYE || what == DOWN)
		client_down(w, what == BYE ? RC_NET : rc);
	else if (what == DIALLED)
		dialled(w);
	else if (c != NULL && what == CLOSED)
		call_end(c, rc);
}

static void
hear(struct wire *w, enum way way, struct word *take_word)
{
	if (way == TO_SERVER || way == AT_SERVER) {
		if (w->server != NULL)
			hear_server(w, take_word);
		else
			word_free(take_word);
	} else if (w->client != NULL) {
		hear_client(w, take_word);
	} else {
		word_free(take_word);
	}
}

/* ---- dialling ---- */

static struct net_server *
server_at(const char *address)
{
	for (struct net_server *s = sim_servers; s != NULL; s = s->next)
		if (strcmp(s->address, address) == 0)
			return s;
	return NULL;
}

static void dial_again(void *ctx);

static void
dialled(struct wire *w)
{
	struct net_conn *n = w->client;
	struct net_server *s = server_at(n->address);
	const struct pin *own = tls_get_pin(n->spec.tls);

	if (s != NULL &&
	    (blocked[w->from][s->desk] || blocked[s->desk][w->from])) {
		if (sim_now_ms() >= w->dial_end) {
			client_down(w, RC_NET);
			return;
		}
		sim_later(100, dial_again, w);
		return;
	}
	if (s == NULL || !pin_eq(tls_get_pin(s->config.tls), &n->spec.pin) ||
	    !s->config.handlers.allow(s->config.ctx, own, w->peer)) {
		client_down(w, s == NULL ? RC_NET : RC_TLS);
		return;
	}
	w->to = s->desk;
	w->server = s;
	w->pin = *own;
	n->up = true;
	sim_later(1000, ping, w);
	if (!has_other_guest(w) && s->config.handlers.on_peer != NULL)
		s->config.handlers.on_peer(s->config.ctx, w->peer, true);
	if (n->spec.on_up != NULL)
		n->spec.on_up(n->spec.ctx);
}

static void
dial_again(void *ctx)
{
	struct wire *w = ctx;

	if (w->client != NULL && w->server == NULL)
		dialled(w);
}

void
sim_dial(struct net_conn *take_n, int from)
{
	struct wire *w = xcalloc(1, sizeof(*w));

	w->next = sim_wires;
	sim_wires = w;
	w->from = w->to = from;
	w->client = take_n;
	w->dial_end = sim_now_ms() + DIAL_MS;
	take_n->wire = w;
	say(w, AT_CLIENT, word_new(DIALLED, 0));
}

/* ---- what a line does ---- */

void
sim_block(int from, int to, bool on)
{
	blocked[from][to] = on;
}

static void
cut(struct wire *w, bool client_sees, bool server_sees)
{
	w->lost[TO_SERVER] = w->lost[TO_CLIENT] = true;
	if (client_sees && w->client != NULL)
		say_rc(w, AT_CLIENT, DOWN, 0, RC_NET);
	if (server_sees && w->server != NULL)
		say_rc(w, AT_SERVER, DOWN, 0, RC_NET);
}

void
sim_cut(int a, int b, bool a_sees, bool b_sees)
{
	for (struct wire *w = sim_wires; w != NULL; w = w->next) {
		if (w->from == a && w->to == b)
			cut(w, a_sees, b_sees);
		else if (w->from == b && w->to == a)
			cut(w, b_sees, a_sees);
	}
}

void
sim_forsake(int desk, bool others_see)
{
	for (struct wire *w = sim_wires; w != NULL; w = w->next) {
		if (w->from == desk)
			cut(w, false, others_see);
		else if (w->to == desk)
			cut(w, others_see, false);
	}
}

/* The same call once more, later: its answer reaches nobody. */
void
say_again(struct wire *w, const struct word *head, const void *body,
	  size_t n_body)
{
	struct word *copy = word_copy(head);

	copy->id = -head->id;
	say(w, TO_SERVER, copy);
	if (n_body > 0)
		say(w, TO_SERVER, word_data(copy->id, body, n_body));
	say(w, TO_SERVER, word_new(END, copy->id));
}

void
sim_hang_up_all(void)
{
	while (sim_wires != NULL) {
		struct wire *w = sim_wires;

		assert_null(w->client);
		assert_null(w->server);
		sim_wires = w->next;
		for (int way = 0; way < WAYS; way++)
			while (w->first[way] != NULL) {
				struct word *k = w->first[way];

				w->first[way] = k->next;
				word_free(k);
			}
		xfree(w);
	}
	memset(blocked, 0, sizeof(blocked));
}
