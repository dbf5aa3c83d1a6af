/* One TLS connection without a socket: bytes in, bytes out. */
#pragma once

#include "base/buf.h"
#include "net/tls.h"

/* Is this certificate accepted? false fills err. Called in the handshake. */
typedef bool (*tls_check_fn)(void *ctx, const struct pin *pin, struct err *err);

struct tls_conn;
struct tls_conn *tls_conn_new(struct tls *t, bool server, tls_check_fn check,
			      void *ctx);
/* Before the first feed of a client: asks for the certificate with this pin,
 * and shows our next one instead of the first, where there is one. */
bool tls_conn_ask(struct tls_conn *c, const struct pin *peer, bool as_next);
struct tls_conn *tls_conn_free(struct tls_conn *c);
/* Begins the handshake (a client speaks first) or goes on with what came;
 * plain bytes go to sink. RC_TLS when it broke; RC_NET at the peer's
 * close_notify. Until the handshake is done nothing reaches sink. */
enum rc tls_conn_feed(struct tls_conn *c, const void *data, size_t n_bytes,
		      enum rc (*sink)(void *ctx, const void *data,
				      size_t n_bytes, struct err *err),
		      struct err *err);
bool tls_conn_is_up(const struct tls_conn *c);
/* Encrypts into the output; only when up. */
enum rc tls_conn_write(struct tls_conn *c, const void *data, size_t n_bytes,
		       struct err *err);
/* Queues close_notify. */
void tls_conn_shutdown(struct tls_conn *c);
/* What must go to the peer; emptied by tls_conn_sent(). */
const struct buf *tls_conn_get_out(const struct tls_conn *c);
void tls_conn_sent(struct tls_conn *c);
