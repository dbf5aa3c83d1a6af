/*
 * The journal: the append-only event log (truth) and the projections folded
 * from it (rebuildable). Two ways in: own acts (begin, append.., commit) and
 * a peer's frames (journal/ingest.h). Either way event, cursor, projections
 * and what is owed to whom are written in ONE transaction; after the commit
 * the file `wake` in the data folder is touched, which wakes the others.
 */
#pragma once

#include <stdint.h>

#include "base/env.h"
#include "base/err.h"
#include "model/calendar.h"
#include "model/fold.h"
#include "model/kind.h"
#include "store/store.h"
#include "trust/card.h"
#include "trust/key.h"

struct journal;

struct journal_config {
	const char *folder;  /* data folder, for blobs/ and wake */
	const char *desk;    /* own desk id */
	struct store *store; /* borrowed, outlives the journal */
	const struct env *env;
	struct kinds *kinds; /* borrowed; those installed later are added */
	int64_t kind_row;    /* table kind is in `kinds` up to this row */
	const struct calendar *calendar;
	struct signer *signer; /* borrowed; NULL = read only */
	/* The private key of that id, asked for when another process has
	 * rotated the desk's; NULL: `signer` alone. */
	enum rc (*open_signer)(void *ctx, const char *key_id,
			       struct signer **ret_signer, struct err *err);
	void *signer_ctx;
	const char *mark_folder; /* of journal/epoch.h; NULL: no mark */
};

enum rc journal_open(const struct journal_config *config,
		     struct journal **ret_journal, struct err *err);
struct journal *journal_close(struct journal *j);
struct store *journal_get_store(const struct journal *j);
const char *journal_get_desk(const struct journal *j);
const char *journal_get_folder(const struct journal *j);
const struct env *journal_get_env(const struct journal *j);
const struct kinds *journal_get_kinds(const struct journal *j);
const struct calendar *journal_get_calendar(const struct journal *j);
/*
 * The key that the desk's newest card names current: another process may have
 * rotated it since. Borrowed until the next call. RC_DENIED when the journal
 * is open for reading only, RC_STATE when that key is not in the folder.
 */
enum rc journal_signer(struct journal *j, struct signer **ret_signer,
		       struct err *err);

/* First epoch and own first card event of a new desk. */
enum rc journal_found(struct journal *j, struct card *card, struct err *err);
/* A new own card (address, name or key changed): event in every channel. */
enum rc journal_card(struct journal *j, struct card *card, struct err *err);

/* --- own acts ---------------------------------------------------------- */

struct own_act {
	enum event_type type;
	const char *owner; /* of the subject */
	const char *doc;   /* uuid */
	const char *kind;  /* NULL: as the document's issue */
	int kind_version;
	const char *track;     /* NULL: this desk's own track there */
	const struct ref *rev; /* revision on the officer's screen. RC_CONFLICT
				* when it is not the current one; NULL: take the
				* current one */
	const struct ref *of;  /* NULL */
	int64_t time_ms;       /* when the officer acted */
	json_t *data;	       /* borrowed */
};

/* BEGIN IMMEDIATE. RC_BUSY after DB_BUSY_TIMEOUT_MS. */
enum rc journal_begin(struct journal *j, struct err *err);
/* The same for what a peer would say again: see store_begin_light. */
enum rc journal_begin_light(struct journal *j, struct err *err);
/* k, prev, seen, epoch, id, signature are filled here. ret_digest may be
 * NULL. While the desk is restoring the act is kept unsigned (journal/epoch.h)
 * and *ret_digest is zero. */
enum rc journal_append(struct journal *j, const struct own_act *act,
		       struct ref *ret_digest, struct err *err);
/* Refolds and projects what was touched, computes owed, commits, wakes. */
enum rc journal_commit(struct journal *j, struct err *err);
void journal_rollback(struct journal *j);
/*
 * From now on a lone event or receipt of a peer is committed before its
 * document is folded into lists, search and statistics, so that the peer's
 * receipt need not wait for that. left() is called after such a commit, never
 * inside of a transaction; it must see to it that journal_settle_rest is
 * called soon, not from inside of the call.
 */
void journal_run_ahead(struct journal *j, void (*left)(void *ctx), void *ctx);
/* Settles what ran ahead, here or in a process that died; wakes. */
enum rc journal_settle_rest(struct journal *j, struct err *err);
/* After a commit that wrote tables of the desk only (drafts, settings). */
void journal_wake(struct journal *j);

/* --- questions ---------------------------------------------------------- */

/* A document with its events, owned together. RC_NOTFOUND. */
struct held_doc {
	struct doc *doc;
	struct event *events;
	int64_t *stored_ms; /* parallel to events: this desk's clock */
	size_t n_events;
	struct stored_at *stored;
	size_t n_stored;
	struct held_rows *rows; /* private to the journal */
};
enum rc journal_load(struct journal *j, const char *owner, const char *doc,
		     struct held_doc *out, struct err *err);
void held_doc_release(struct held_doc *h);
int64_t held_doc_stored_ms(const struct held_doc *h, const struct event *e);

/* The raw envelope of an event as stored. */
enum rc journal_envelope(struct journal *j, const struct ref *digest,
			 struct envelope *out, struct err *err);

/* --- projections made by other rules ------------------------------------- */

struct renewal {
	/* after each batch; rows of the event log */
	void (*each)(void *ctx, int64_t done, int64_t all);
	void *ctx;
};
/*
 * When the projections were made by another PROJECTION_VERSION or by a program
 * with other kinds, makes them anew in short transactions, else returns at
 * once. Killed, the next call goes on; several processes may do it together.
 * Others read and write meanwhile. progress may be NULL; it may checkpoint.
 */
enum rc projections_renew(struct journal *j, const struct renewal *progress,
			  struct err *err);

/* --- verify ------------------------------------------------------------- */

struct verify_report {
	int64_t events, frames, blobs, documents;
	int64_t problems;
	void (*each)(void *ctx, const char *problem); /* names row and file */
	/* Now and then, with what was checked so far; false: give up. NULL. */
	bool (*goes_on)(void *ctx, const struct verify_report *so_far);
	void *ctx;
};
/*
 * Re-checks every signature, digest, chain, blob and projection. rebuild:
 * makes the projections anew and tells what was other before; progress of
 * that, or NULL. RC_VERIFY when problems were found.
 */
enum rc journal_verify(struct journal *j, bool rebuild,
		       const struct renewal *progress,
		       struct verify_report *report, struct err *err);
/* What was signed and sent alone: events, chains, receipts, cards, blobs; reads
 * only, beside others. RC_OK whatever it found, RC_CANCELED when given up. */
enum rc journal_verify_signed(struct journal *j, struct verify_report *report,
			      struct err *err);
