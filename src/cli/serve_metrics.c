/* What /health and /metrics say: numbers and desk ids, no content. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>

#include <sys/resource.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/space.h"
#include "base/text.h"
#include "cli_int.h"
#include "desk/key.h"
#include "serve_ops_int.h"

/* Where nothing can be told it is none, which is short. */
static struct space
space_of(const struct desk *d)
{
	struct space s = { .watermark = 1 };

	(void)space_look(desk_get_folder(d), &s);
	return s;
}

bool
ops_health(struct desk *d, struct buf *out)
{
	struct space space = space_of(d);
	bool well =
		!space_is_short(&space) &&
		store_data_version(journal_get_store(desk_get_journal(d))) > 0;

	return buf_addf(out, NULL,
			"{\"status\":\"%s\",\"desk\":\"%s\","
			"\"disk_free_bytes\":%lld}\n",
			well ? "ok" : "wait", desk_get_id(d),
			(long long)space.free_bytes) == RC_OK &&
	       well;
}

/* HELP and TYPE of one metric, before its values. */
static void
head(struct buf *out, const char *name, const char *type, const char *help)
{
	(void)buf_addf(out, NULL,
		       "# HELP deltadesk_%s %s\n# TYPE deltadesk_%s %s\n", name,
		       help, name, type);
}

static void
one(struct buf *out, const char *name, const char *type, const char *help,
    double value)
{
	head(out, name, type, help);
	(void)buf_addf(out, NULL, "deltadesk_%s %.17g\n", name, value);
}

struct peer_metric {
	const char *name, *help;
	double (*value)(const struct link_row *r);
};

static double
is_up(const struct link_row *r)
{
	return str_eq(r->state, "up");
}

static double
queued(const struct link_row *r)
{
	return (double)r->queued;
}

static double
oldest(const struct link_row *r)
{
	return r->oldest_queued_ms > 0 ? (double)r->oldest_queued_ms / 1000 : 0;
}

static double
heard(const struct link_row *r)
{
	return r->heard_ms > 0 ? (double)r->heard_ms / 1000 : 0;
}

static double
apart(const struct link_row *r)
{
	return (double)r->kept_apart;
}

static double
cert(const struct link_row *r)
{
	return (double)r->cert_days * 86400;
}

static const struct peer_metric of_peers[] = {
	{ "peer_up", "1 while frames flow with the peer.", is_up },
	{ "peer_queued_frames", "Frames the peer is not known to hold.",
	  queued },
	{ "peer_oldest_queued_timestamp_seconds",
	  "When the oldest of them was stored; 0 none.", oldest },
	{ "peer_last_heard_timestamp_seconds",
	  "Last sign of life of the peer; 0 none.", heard },
	{ "peer_quarantined_events", "Events of the peer that are kept apart.",
	  apart },
	{ "peer_certificate_expires_in_seconds",
	  "Until the peer's TLS certificate ends, by whole days.", cert },
};

static void
put_peers(struct buf *out, const struct link_list *l)
{
	for (size_t m = 0; m < sizeof(of_peers) / sizeof(of_peers[0]); m++) {
		head(out, of_peers[m].name, "gauge", of_peers[m].help);
		for (size_t i = 0; i < l->n_rows; i++)
			if (l->rows[i].trusted)
				(void)buf_addf(
					out, NULL,
					"deltadesk_%s{peer=\"%s\"} %.17g\n",
					of_peers[m].name, l->rows[i].desk,
					of_peers[m].value(&l->rows[i]));
	}
}

static double
certificate_seconds(struct desk *d)
{
	struct own_keys k = { .n_waiting = 0 };
	int64_t until = 0;

	if (ask_own_keys(d, &k, NULL, NULL, NULL) == RC_OK)
		until = k.tls_until_ms;
	own_keys_release(&k);
	return (double)(until - env_now_ms(desk_get_env(d))) / 1000;
}

bool
ops_metrics(struct desk *d, struct buf *out)
{
	struct link_list list = { .rows = NULL };
	struct store *s = journal_get_store(desk_get_journal(d));
	struct stmt *st = stmt_use(s, SQL_METRICS_COUNTS);
	struct rusage use = { .ru_maxrss = 0 };
	struct space space = space_of(d);
	bool row = false;
	enum rc rc = stmt_step(st, &row, NULL);

	if (rc == RC_OK && row) {
		one(out, "events_total", "counter",
		    "Events stored in this desk's journal.",
		    (double)col_int(st, 0));
		one(out, "audit_rows_total", "counter",
		    "Rows of the audit trail.", (double)col_int(st, 1));
	}
	stmt_done(st);
	if (rc == RC_OK)
		rc = ask_links(d, &list, NULL);
	if (rc != RC_OK)
		return false;
	put_peers(out, &list);
	link_list_release(&list);
	(void)getrusage(RUSAGE_SELF, &use); /* cannot fail */
	one(out, "wal_pages", "gauge", "Pages of the WAL not yet in the file.",
	    (double)store_wal_pages(s));
	one(out, "disk_free_bytes", "gauge",
	    "Free on the file system of the folder.", (double)space.free_bytes);
	one(out, "disk_reserve_bytes", "gauge",
	    "Below this much free peers are told to wait.",
	    (double)space.watermark);
	one(out, "certificate_expires_in_seconds", "gauge",
	    "Until this desk's TLS certificate ends.", certificate_seconds(d));
	one(out, "resident_max_bytes", "gauge",
	    "Most memory the service had resident.",
	    (double)use.ru_maxrss * 1024);
	one(out, "cpu_seconds_total", "counter",
	    "Processor time of the service.",
	    (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
		    (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) /
			    1e6);
	return true;
}
