/* TLS 1.3 on both sides with certificates made here, as desks have them. */
#pragma once

#include <openssl/ssl.h>

SSL_CTX *tls_context(bool server);
/* Over a connected socket, the handshake done. */
SSL *tls_on(SSL_CTX *ctx, int sock, bool server);
