/* What the files of the journal room share. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "journal/channel.h"
#include "journal/journal.h"
#include "model/event.h"
#include "trust/card.h"
#include "trust/digest.h"
#include "trust/envelope.h"

#define SUBJECT_MAX (DESK_ID_MAX + 1 + UUID_LEN)

/* Documents touched by the open transaction, in order, each once. */
struct touched {
	char (*subjects)[SUBJECT_MAX + 1];
	size_t n, cap;
	uint32_t *slots; /* index + 1; 0 = free */
	size_t n_slots;
};

/* Events of the open transaction that are parsed already (fresh.c). */
struct fresh {
	struct event *events; /* own references of data */
	size_t n;
	uint16_t *slots; /* index + 1; 0 = free */
};

/* Changes of the full text index that are still to be made (index_later.c). */
struct index_changes {
	struct index_change *list;
	size_t n, cap, n_bytes;
};

/* Cards that were shown, in order of digest (card_shown.c). */
struct card_shown {
	struct digest digest;
	char *name_zh, *name_en, *address; /* NULL: it has none */
	struct digest tls_pin;
	int64_t number;
	int64_t tls_expiry_ms; /* -1: its certificate does not tell */
};
struct cards_shown {
	struct card_shown *list;
	size_t n, cap;
};

struct keyring;

/* How far the desk had got by the file outside the folder (mark.c). */
struct mark {
	char *path;		  /* NULL: none is kept */
	char epoch[UUID_LEN + 1]; /* as it was read or written last */
	int64_t k;
	json_t *serials; /* {"YEAR": {"KIND": LAST}}; of the file read */
	bool ahead;	 /* of the folder: that was put back from a copy */
	bool rolled;	 /* in the open transaction a new epoch began for it */
};

struct journal {
	char *folder, *wake_path;
	char desk[DESK_ID_MAX + 1];
	struct store *store;
	const struct env *env;
	const struct calendar *calendar; /* in force: one of the next two */
	const struct calendar *embedded_calendar;
	struct calendar *own_calendar; /* of the database; NULL */
	int64_t calendar_row; /* of table reference; 0 embedded, -1 look */
	struct kinds *kinds;
	int64_t kind_row;	   /* table kind is read up to here */
	struct signer *signer;	   /* borrowed, or own_signer */
	struct signer *own_signer; /* NULL: nothing was rotated since */
	int64_t signer_stamp;	   /* cards held when it was looked at; -1 */
	enum rc (*open_signer)(void *ctx, const char *key_id,
			       struct signer **ret_signer, struct err *err);
	void *signer_ctx;
	struct keyring *keys; /* NULL until first asked for */
	struct touched touched;
	struct fresh fresh;
	struct index_changes index_changes;
	struct cards_shown cards_shown;
	json_t *stat_sums; /* {kind: {month: {dimension: {value: {name: n}}}}}
			    */
	struct touched parents; /* what touched documents were made from */
	bool retry;    /* a card came: look at the quarantine before commit */
	bool own_acts; /* own events or an epoch: the mark follows the commit */
	struct mark mark;
	bool in_backlog;    /* more waits: the index can be changed later */
	int64_t kept;	    /* acts kept unsigned by this handle */
	int64_t n_appended; /* frames, by this handle */
	void (*left)(void *ctx); /* NULL: nothing runs ahead */
	void *left_ctx;
};

/* ---- touched.c ---- */
void touched_add(struct touched *t, const char *subject);
void touched_reset(struct touched *t);
void touched_release(struct touched *t);

/* ---- fresh.c ---- */
/* Only what came out of event_read(): nobody may change its data. */
void fresh_add(struct fresh *f, const struct event *e);
bool fresh_get(const struct fresh *f, const struct ref *digest,
	       struct event *out);
void fresh_reset(struct fresh *f);
void fresh_release(struct fresh *f);

/* ---- card_shown.c ---- */
/* Reads a card as stored, once. *ret_shown is good until the next call. */
enum rc card_shown(struct journal *j, const struct digest *digest,
		   const void *json, size_t n_bytes,
		   const struct card_shown **ret_shown, struct err *err);
void cards_shown_release(struct cards_shown *c);

/* ---- index_later.c ---- */
enum rc index_changes_make(struct journal *j, struct err *err);
void index_changes_reset(struct index_changes *c);
void index_changes_release(struct index_changes *c);

/* ---- stat_sums.c: what is still to be added to table stat ---- */
enum rc stat_sums_make(struct journal *j, struct err *err);
void stat_sums_reset(struct journal *j);

/* ---- subjects ---- */
void subject_make(const char *owner, const char *doc,
		  char out[static SUBJECT_MAX + 1]);
/* false when it names a card's desk alone */
bool subject_split(const char *subject, char owner[static DESK_ID_MAX + 1],
		   char doc[static UUID_LEN + 1]);

void ref_of_digest(const struct digest *d, struct ref *out);
void digest_of_ref(const struct ref *r, struct digest *out);
/* A column that must hold a digest; RC_DAMAGED otherwise. */
enum rc col_digest(struct stmt *st, int at, struct digest *out,
		   struct err *err);
/* A key id, kept as bytes, in hexadecimal. */
enum rc col_key_id(struct stmt *st, int at, char out[static KEY_ID_MAX + 1],
		   struct err *err);
void key_id_bytes(const char *key_id, struct digest *out);
/* Copies a text column into an array; RC_DAMAGED when it does not fit. */
enum rc col_copy(struct stmt *st, int at, char *out, size_t out_size,
		 struct err *err);
/* One row of one integer; fallback when there is no row or it is NULL. The
 * statement's parameters are bound already; it is done here. */
enum rc stmt_one_int(struct stmt *take_st, int64_t fallback, int64_t *ret_n,
		     struct err *err);

/* ---- keyring.c: verifiers of every desk whose card is held ---- */
struct ring_key {
	char desk[DESK_ID_MAX + 1];
	char id[KEY_ID_MAX + 1];
	enum key_alg alg;
	struct verifier *verifier;
	bool retired;
	char last_epoch[UUID_LEN + 1];
	int64_t last_k;
	int64_t card_number; /* of the desk's card in force */
};
/* Loads the keys when cards came since. The ring is shared by reference and
 * never changes; refs are taken and given back on the journal's thread. */
enum rc keyring_refresh(struct journal *j, struct err *err);
/* Rises with every card stored. */
enum rc cards_stamp(struct journal *j, int64_t *ret_stamp, struct err *err);
/* Whatever was loaded: keys were written. */
enum rc keyring_reload(struct journal *j, struct err *err);
struct keyring *keyring_ref(struct keyring *r);
struct keyring *keyring_unref(struct keyring *r);
const struct ring_key *keyring_find(const struct keyring *r, const char *desk,
				    const char *key_id);
bool keyring_knows(const struct keyring *r, const char *desk);
/* Is the event beyond what a retired key signed last? */
bool ring_key_is_over(const struct ring_key *k, const struct event *e);

/* ---- card_row.c ---- */
enum card_from {
	CARD_NEWER,	 /* by its own chain of keys, or again by an officer */
	CARD_FIRST_TRUST /* an officer's word: what others said is disowned */
};
/* Stores card and keys and, of a peer, its pin. In a transaction. */
enum rc card_store(struct journal *j, const struct card *c, enum card_from from,
		   struct err *err);
/* The card inside a card event. RC_MALFORMED when it is another desk's. */
enum rc card_of_event(const struct event *e, struct card *out, struct err *err);
/* Number of the card in force, -1 where none is. Of a desk that nobody here
 * trusted yet, the held ones are hearsay. */
enum rc card_held_number(struct journal *j, const char *desk,
			 int64_t *ret_number, struct err *err);

/* ---- card_event.c ---- */
/* Signs and appends the event that carries this desk's card. */
enum rc card_event_append(struct journal *j, const struct card *c,
			  struct digest *ret_digest, struct err *err);
/* Numbers and signs a card with `signer`, its current key. */
enum rc card_finish(struct journal *j, struct card *c, struct signer *signer,
		    struct err *err);
/*
 * The keys of this desk's next card: signer's, unless the card has a first key
 * already, then all that were before. One that was current and is so no more
 * is retired with last_epoch and last_k. RC_FULL.
 */
enum rc card_fill_keys(struct journal *j, struct card *c, struct signer *signer,
		       const char *last_epoch, int64_t last_k, struct err *err);
/* The card event to every trusted peer. */
enum rc card_tell_peers(struct journal *j, const struct digest *event,
			struct err *err);

/* ---- event_row.c ---- */
enum rc event_known(struct journal *j, const struct digest *d, bool *ret_known,
		    struct err *err);
/*
 * Inserts an event that is admissible, its prev pairs and blobs, finds forks
 * and touches its document. *ret_fork: another digest under one (source, id)
 * or (source, epoch, k).
 */
enum rc event_insert(struct journal *j, const struct event *e,
		     const struct envelope *raw, enum lane lane,
		     const char *via, bool *ret_fork, struct err *err);
/* key_id, sig, raw of a row, from column `at` on. */
enum rc event_row_envelope(struct stmt *st, int at, struct envelope *out,
			   struct err *err);
/* Rows of event_blob for one event (a projection). */
enum rc event_blobs_project(struct journal *j, const struct event *e,
			    struct err *err);
/* Calls each() for every attachment digest that an event names. */
void event_blobs(const struct event *e,
		 void (*each)(void *ctx, const struct digest *d), void *ctx);

/* ---- load.c ---- */
/* The document as it will be with one more event, not stored yet. */
struct doc *fold_with(struct journal *j, const struct held_doc *h,
		      const struct event *e);

struct held_rows { /* all parallel to held_doc.events */
	const struct event **list;
	const char **refused;
	struct ref *seals; /* of reveals; zero of others */
	int64_t *rows;	   /* event.row */
	enum lane *lanes;
	char (*vias)[DESK_ID_MAX + 1];
};

/* ---- append.c ---- */
enum rc own_next_k(struct journal *j, const char *epoch, int64_t *ret_k,
		   struct err *err);
/* Signs e (epoch, k and id are filled here) and inserts it. */
enum rc event_sign_own(struct journal *j, struct event *e, enum lane lane,
		       struct err *err);

/* ---- channel.c ---- */
/* Parameters 1 to 3. */
void bind_channel(struct stmt *st, const struct channel *c);

/* ---- owed.c ---- */
/* Appends what desks should hold of this document and have not. */
enum rc owed_document(struct journal *j, const struct held_doc *h,
		      struct err *err);
/* Appends one event to a peer's channel in the open epoch, the author's card
 * first. Nothing happens when it is there or the peer may get nothing. */
enum rc owed_append(struct journal *j, const char *peer,
		    const struct digest *event, const char *author,
		    enum lane lane, struct err *err);

/* Touches the document that each row names; the statement is done here. */
enum rc journal_touch_rows(struct journal *j, struct stmt *take_st,
			   struct err *err);
/* Every document that has to do with this desk. */
enum rc peer_touch_documents(struct journal *j, const char *peer,
			     struct err *err);

/* ---- quarantine.c ---- */
enum rc quarantine_retry(struct journal *j, struct err *err);

/* ---- commit ---- */
/* A light transaction that keeps what the one before had parsed. */
enum rc journal_begin_behind(struct journal *j, struct err *err);
/*
 * Commits and leaves the folding to journal_settle_rest, where the owner of
 * the journal allows it (journal_run_ahead) and little was touched; else as
 * journal_commit. Nobody else is woken: they would see nothing new.
 */
enum rc journal_commit_ahead(struct journal *j, struct err *err);
/* What ran ahead, inside of the open transaction. */
enum rc settle_unsettled(struct journal *j, struct err *err);
/* What an act does in the caller's transaction, who then ends it, or in one
 * of its own; between the two nothing else begins or ends one. */
enum rc journal_join(struct journal *j, bool *ret_alone, struct err *err);
enum rc journal_leave(struct journal *j, bool alone, enum rc rc,
		      struct err *err);
/* Refolds, projects and computes what is owed for all that was touched. */
enum rc journal_settle(struct journal *j, struct err *err);

/* ---- projection.c ---- */
enum rc projection_write(struct journal *j, const struct held_doc *h,
			 struct err *err);
/* The same, whatever is there: also what has not changed. */
enum rc projection_write_anew(struct journal *j, const struct held_doc *h,
			      struct err *err);
/* ---- link.c: documents that point to documents ---- */
/* Rows of doc_link; what it points to is looked at again before the commit,
 * since `child` conditions depend on it. */
enum rc links_write(struct journal *j, const struct doc *d, int64_t id,
		    struct err *err);
/* Projects j->parents once more. */
enum rc parents_settle(struct journal *j, struct err *err);
