/*
 * How the time of a notice is spent: two desks in one process, without a line
 * between them, the processor time of each step of the way. What a real line
 * and the disk add is the difference to `desk notice`.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "../../src/journal/journal_int.h"
#include "base/text.h"
#include "desk_int.h"
#include "journal/ingest.h"
#include "journal/peer.h"
#include "journal/receipt.h"

#define LINES_BYTES (64 * 1024 * 1024)
#define WARM_UP	    3

enum stage_at {
	AT_APPEND, /* the event made, signed and stored; of it: */
	AT_SIGN,
	AT_SETTLE, /* folded, projected, indexed, framed */
	AT_COMMIT,
	AT_LINES,  /* frames read from the database as lines */
	AT_FRAMES, /* lines read as frames */
	AT_CHECK,  /* digest, signature, strict parse; of it: */
	AT_VERIFY,
	AT_INGEST,  /* stored, folded, projected, indexed and committed */
	AT_RECEIPT, /* signed by the receiver */
	AT_TAKE,    /* taken and committed by the sender */
	AT__COUNT
};
static const char *const names[AT__COUNT] = {
	[AT_APPEND] = "append", [AT_SIGN] = "sign",
	[AT_SETTLE] = "settle", [AT_COMMIT] = "commit",
	[AT_LINES] = "lines",	[AT_FRAMES] = "frames",
	[AT_CHECK] = "check",	[AT_VERIFY] = "verify",
	[AT_INGEST] = "ingest", [AT_RECEIPT] = "receipt",
	[AT_TAKE] = "take",
};

struct way {
	struct desk *a, *b;
	struct channel out, in; /* a's channel to b, as each of them sees it */
	char b_epoch[UUID_LEN + 1];
	struct buf lines, receipt;
	double took[AT__COUNT]; /* processor time of this round, ms */
	double wall;		/* of the whole round, ms */
	int64_t payload, line;	/* bytes of the last frame */
};

static void
take_time(struct way *w, enum stage_at at, double *io_since)
{
	double now = cpu_ms();

	w->took[at] += now - *io_since;
	*io_since = now;
}

static void
issue(struct way *w, int64_t at, int64_t n)
{
	struct journal *j = desk_get_journal(w->a);
	struct err err = ERR_INIT;
	char doc[UUID_LEN + 1];
	double since = cpu_ms();

	must(journal_begin(j, &err), &err);
	for (int64_t i = 0; i < n; i++)
		append_one(w->a, json_pack("[s]", desk_get_id(w->b)), "clue",
			   clue_of(at + i, "平件"), doc);
	take_time(w, AT_APPEND, &since);
	must(journal_settle(j, &err), &err);
	take_time(w, AT_SETTLE, &since);
	must(journal_commit(j, &err), &err);
	take_time(w, AT_COMMIT, &since);
}

/* What signing and verifying take of the whole, on the same bytes. */
static void
time_signature(struct way *w, const struct envelope *e)
{
	struct envelope again = { 0 };
	struct err err = ERR_INIT;
	struct signer *signer = NULL;
	double since = cpu_ms();

	must(journal_signer(desk_get_journal(w->a), &signer, &err), &err);
	must(envelope_sign(signer, e->type, e->payload, e->n_payload, &again,
			   &err),
	     &err);
	take_time(w, AT_SIGN, &since);
	must(peer_signed(desk_get_journal(w->b), desk_get_id(w->a), e, true,
			 &err),
	     &err);
	take_time(w, AT_VERIFY, &since);
	envelope_release(&again);
}

/* Lines as they would stand on the wire, into a batch at the receiver. */
static struct batch *
carry(struct way *w)
{
	struct batch *b = NULL;
	struct channel_at held;
	struct err err = ERR_INIT;
	int64_t last = 0;
	double since;

	must(channel_in_cursor(desk_get_journal(w->b), &w->in, &held, &err),
	     &err);
	since = cpu_ms();
	buf_reset(&w->lines);
	must(channel_out_read(desk_get_journal(w->a), &w->out, held.seq, 512,
			      LINES_BYTES, &w->lines, &last, &err),
	     &err);
	take_time(w, AT_LINES, &since);
	must(batch_new(desk_get_journal(w->b), &w->in, &b, &err), &err);
	for (const char *at = w->lines.data, *end = at + w->lines.len;
	     at < end;) {
		const char *nl = memchr(at, '\n', (size_t)(end - at));
		struct frame f;

		since = cpu_ms();
		must(frame_read(at, (size_t)(nl - at), &f, &err), &err);
		take_time(w, AT_FRAMES, &since);
		time_signature(w, &f.event);
		w->payload = (int64_t)f.event.n_payload;
		w->line = nl - at + 1;
		must(batch_add(b, &f, &err), &err);
		at = nl + 1;
	}
	return b;
}

static void
round_trip(struct way *w, int64_t at, int64_t n)
{
	struct ingest_result r = { 0 };
	struct receipt taken = { 0 };
	struct err err = ERR_INIT;
	struct batch *b;
	int64_t receipt_n;
	double since, start = now_ms();

	memset(w->took, 0, sizeof(w->took));
	issue(w, at, n);
	b = carry(w);
	since = cpu_ms();
	batch_check(b);
	take_time(w, AT_CHECK, &since);
	must(journal_ingest(desk_get_journal(w->b), b, &r, &err), &err);
	take_time(w, AT_INGEST, &since);
	buf_reset(&w->receipt);
	must(receipt_sign(desk_get_journal(w->b), &w->in, &w->receipt,
			  &receipt_n, &err),
	     &err);
	take_time(w, AT_RECEIPT, &since);
	must(receipt_take(desk_get_journal(w->a), desk_get_id(w->b), w->b_epoch,
			  w->receipt.data, w->receipt.len, &taken, &err),
	     &err);
	take_time(w, AT_TAKE, &since);
	w->wall = now_ms() - start;
	receipt_release(&taken);
	ingest_result_release(&r);
	(void)batch_free(b);
}

static void
way_open(struct way *w, const char *folder_a, const char *folder_b)
{
	struct err err = ERR_INIT;

	w->a = bench_desk(folder_a);
	w->b = bench_desk(folder_b);
	must(epoch_current(desk_get_journal(w->a), w->out.epoch, &err), &err);
	must(epoch_current(desk_get_journal(w->b), w->b_epoch, &err), &err);
	w->out.lane = w->in.lane = LANE_PLAIN;
	(void)str_copy(w->in.epoch, sizeof(w->in.epoch), w->out.epoch, NULL);
	(void)str_copy(w->out.peer, sizeof(w->out.peer), desk_get_id(w->b),
		       NULL);
	(void)str_copy(w->in.peer, sizeof(w->in.peer), desk_get_id(w->a), NULL);
	buf_init(&w->lines, LINES_BYTES);
	buf_init(&w->receipt, LINES_BYTES);
}

static void
way_close(struct way *w)
{
	buf_release(&w->lines);
	buf_release(&w->receipt);
	(void)desk_close(w->a);
	(void)desk_close(w->b);
}

/* count rounds of `batch` notices each; medians, processor microseconds a
 * notice. */
void
run_stages(const char *folder_a, const char *folder_b, int64_t count,
	   int64_t batch)
{
	static double samples[AT__COUNT][SAMPLES_MAX], wall[SAMPLES_MAX];
	struct way w = { .payload = 0 };

	need(count > 0 && count <= SAMPLES_MAX && batch > 0 && batch <= 500,
	     "rounds or notices");
	way_open(&w, folder_a, folder_b);
	for (int64_t i = -WARM_UP; i < count; i++) {
		round_trip(&w, (i + WARM_UP) * batch, batch);
		if (i >= 0)
			wall[i] = w.wall * 1e3 / (double)batch;
		for (int at = 0; i >= 0 && at < AT__COUNT; at++)
			samples[at][i] = w.took[at] * 1e3 / (double)batch;
	}
	printf("{\"payload_bytes\": %lld, \"line_bytes\": %lld, "
	       "\"receipt_bytes\": %zu",
	       (long long)w.payload, (long long)w.line, w.receipt.len);
	for (int at = 0; at < AT__COUNT; at++)
		printf(", \"%s_us\": %.1f", names[at],
		       share(samples[at], (size_t)count, 0.5));
	printf(", \"wall_us\": %.1f}\n", share(wall, (size_t)count, 0.5));
	way_close(&w);
}
