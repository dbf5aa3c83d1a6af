/* The operations socket of serve: serve_ops.c answers what serve_metrics.c
 * says. */
#pragma once

#include "base/buf.h"
#include "desk/desk.h"
#include "loop/loop.h"

struct ops;
/* FOLDER/ops.sock (0600) and, where listen is not NULL, 127.0.0.1:PORT.
 * *ret_ops is set on failure too, for ops_stop(). */
enum rc ops_start(struct loop *loop, struct desk *desk, const char *listen,
		  struct ops **ret_ops, struct err *err);
struct ops *ops_stop(struct ops *o);

/* {"status":"ok"|"wait","disk_free_bytes":..}; false: not well. */
bool ops_health(struct desk *d, struct buf *out);
/* Prometheus text format 0.0.4. */
bool ops_metrics(struct desk *d, struct buf *out);
