/* The desk's self-signed TLS certificate: P-256, pinned through the card. */
#pragma once

#include "base/buf.h"
#include "base/env.h"
#include "base/err.h"

/* Writes PEM key (0600) and certificate; CN = desk id, 10 years, SAN DNS. */
enum rc tlscert_create(const char *key_path, const char *cert_path,
		       const char *desk, int64_t now_ms, struct err *err);
enum rc tlscert_der(const char *cert_path, struct buf *out, struct err *err);
enum rc tlscert_expiry(const void *der, size_t n_bytes, int64_t *ret_ms,
		       struct err *err);
