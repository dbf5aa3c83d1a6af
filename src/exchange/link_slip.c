/* Receipts to the peer over the connection that this desk dialled. */
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange/link_part_int.h"

static struct slip *
slip_of(struct link *l, const struct channel *c)
{
	struct slip *s;

	for (s = l->slips; s != NULL; s = s->next)
		if (s->c.lane == c->lane && str_eq(s->c.epoch, c->epoch))
			return s;
	s = xcalloc(1, sizeof(*s));
	s->link = l;
	s->c = *c;
	s->next = l->slips;
	l->slips = s;
	return s;
}

void
slips_free(struct link *l)
{
	while (l->slips != NULL) {
		struct slip *s = l->slips;

		l->slips = s->next;
		xfree(s);
	}
}

static void send_one(struct slip *s);

static void
on_close(void *ctx, struct net_call *c, const struct err *err)
{
	struct slip *s = ctx;
	int status = net_call_get_status(c);

	if (s->call != c)
		return;
	s->call = NULL;
	if (err != NULL) {
		s->due = true;
		return;
	}
	if (status / 100 == 2) {
		s->told_n = s->n;
	} else if (status == 409) {
		link_state_again(s->link);
	} else {
		s->due = true;
		s->not_before_ms = link_now(s->link) + call_retry_after_ms(c);
	}
	if (s->due)
		send_one(s);
}

static void
send_one(struct slip *s)
{
	struct link *l = s->link;
	struct net_header type = { "content-type", "application/json" };
	struct net_call_spec spec = { .method = "PUT",
				      .path = "/v1/outbox/receipt",
				      .headers = &type,
				      .n_headers = 1,
				      .collect_max = RECEIPT_MAX_BYTES,
				      .on_close = on_close,
				      .ctx = s };
	struct buf b = { 0 };
	struct err err = ERR_INIT;

	if (!s->due || s->call != NULL || l->state != LINK_FLOW ||
	    s->not_before_ms > link_now(l))
		return;
	buf_init(&b, RECEIPT_MAX_BYTES);
	if (receipt_sign(l->remote->x->journal, &s->c, &b, &s->n, &err) !=
	    RC_OK) {
		log_line(LOG_ERROR, EXCHANGE_ROOM, "peer=%s receipt: %s",
			 l->remote->desk, err.msg);
		buf_release(&b);
		return;
	}
	spec.body = b.data;
	spec.n_body = b.len;
	if (net_call(l->conn, &spec, &s->call, &err) == RC_OK)
		s->due = false;
	buf_release(&b);
}

void
slips_send(struct link *l)
{
	for (struct slip *s = l->slips; s != NULL; s = s->next)
		send_one(s);
}

void
link_receipt_due(struct link *l, const struct channel *c)
{
	struct slip *s = slip_of(l, c);

	s->due = true;
	send_one(s);
}

void
link_receipt_told(struct link *l, const struct channel *c, int64_t n)
{
	struct slip *s = slip_of(l, c);

	s->told_n = n;
	if (s->call == NULL && l->state != LINK_FLOW)
		s->due = false;
}

static void
set_due(void *ctx, const struct channel *c)
{
	slip_of(ctx, c)->due = true;
}

/* After a start: what was committed and perhaps never told. */
void
slips_of_untold(struct link *l)
{
	struct err err = ERR_INIT;

	if (receipt_each_due(l->remote->x->journal, l->remote->desk, set_due, l,
			     &err) != RC_OK)
		log_line(LOG_ERROR, EXCHANGE_ROOM, "peer=%s receipts: %s",
			 l->remote->desk, err.msg);
}

/* Once a second: it only saves a receipt after a restart. */
void
slips_write_told(struct link *l)
{
	for (struct slip *s = l->slips; s != NULL; s = s->next) {
		if (s->told_n == 0)
			continue;
		if (receipt_told(l->remote->x->journal, &s->c, s->told_n,
				 NULL) == RC_OK)
			s->told_n = 0;
	}
}
