/* The row of table doc that a folded document gives. */
#pragma once

#include "journal/projection.h"
#include "journal_int.h"
#include "model/measure.h"

struct projected_party {
	const char *desk, *track, *state; /* borrowed from the fold */
	enum stage stage;
	int64_t stored_ms, signed_ms; /* -1 */
	bool removed, acked;
};

/* From which events the text of a document in the index came. */
struct indexed {
	int64_t event; /* event.row of the revision; below zero: its kind was
			* not installed; 0 none */
	int64_t notes; /* moves and remarks up to this event.row */
};

struct projected {
	char tail[13];
	char *title; /* heap */
	int urgency;
	const char *mode; /* borrowed */
	enum doc_box box;
	const char *own_track, *own_state;
	int own_stage;
	int64_t issued_ms, stored_ms, updated_ms, acted_ms;
	int64_t due_ms, warn_ms;
	const char *due_desk, *due_clock;
	bool waits;
	unsigned wait_roles;
	int wait_at;
	const char *assignee; /* NULL */
	bool withdrawn;
	int64_t missing;
	unsigned flags;
	char *parties_json, *list_json;	 /* heap */
	struct projected_party *parties; /* without the owner; heap */
	size_t n_parties;
	struct indexed indexed; /* what is to stand in the index */
};

/* Reads what the fold does not know (blobs, what is undelivered). */
enum rc projected_make(struct journal *j, const struct held_doc *h,
		       struct projected *out, struct err *err);
void projected_release(struct projected *p);
/* Parameters 1 to 30 of doc_insert, doc_update and doc_update_times. */
void projected_bind(struct stmt *st, const struct held_doc *h,
		    const struct projected *p);

/* ---- projected_wait.c: who must act, until when ---- */
void projected_waits(const struct journal *j, const struct doc *d,
		     struct projected *p);
void projected_due(const struct journal *j, const struct doc *d,
		   struct projected *p);

/* ---- projected_shared.c: what it may share with others ---- */
enum rc shared_write(struct journal *j, const struct doc *d, const char *mode,
		     int64_t id, struct err *err);
/* ---- projected_span.c: its hours, and what it holds in them ---- */
enum rc spans_write(struct journal *j, const struct doc *d, int64_t id,
		    struct err *err);

/* ---- projected_clock.c: what runs, for escalation ---- */
enum rc clocks_write(struct journal *j, const struct doc *d, int64_t id,
		     bool replace, struct err *err);

/* ---- projected_timer.c: when it is to be looked at again ---- */
enum rc timer_write(struct journal *j, const struct doc *d, int64_t id,
		    struct err *err);
/* Documents whose time came while nothing served, as they are shown now; moves
 * that happen by themselves are left to serve. Own transaction. */
enum rc timers_settle(struct journal *j, struct err *err);
/* ---- projected_lookup.c ---- */
/* Rows of lookup and lookup_key. */
enum rc lookup_write(struct journal *j, const struct doc *d, int64_t id,
		     struct err *err);

/* ---- projected_stat.c ---- */
/* What the document counts for; taken out when it counts nowhere. */
enum rc stat_write(struct journal *j, const struct doc *d, int64_t id,
		   struct err *err);

/* ---- stat_sums.c ---- */
/* What a document counts for, to be added to the sums before the commit. */
void stat_sums_add(struct journal *j, const char *kind,
		   const struct measured *m);

/* ---- search_text.c ---- */
struct indexed search_indexed(const struct held_doc *h);
/* What full text finds of a document: number, title and the fields that its
 * kind names, first letters of names, what moves and remarks say. */
enum rc search_text(const struct held_doc *h, const struct indexed *from,
		    struct buf *out, struct err *err);

/* ---- index_later.c ---- */
/* A change of the full text index, made before the transaction's commit at
 * the latest. Takes the text. */
enum rc index_later(struct journal *j, int64_t id, bool take_out,
		    struct buf *take_text, struct err *err);
