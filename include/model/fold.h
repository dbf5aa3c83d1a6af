/*
 * The fold: a document as a pure function of the SET of its events
 * (EVENTS.md, "Verdict and effect"). Order of the array never matters.
 *
 * data of the events (all objects; unknown members are kept, never read):
 *   issue, revise  {officers:[{id,name,roles}], number, to:[desk], cc:[desk],
 *                   fields:{}, attachments:[{name,digest,size,type}],
 *                   terms:{DESK:{setting:number}}, replaces:ref?,
 *                   from: "OWNER/uuid"? (made by a move of that document),
 *                   alone: true? (signed by one officer alone on the desk)}
 *                  and of each: clocks?, calendar? (doc_stated)
 *   move           {officers, move, input:{}, note?}
 *   remark         {officers, text}
 *   withdraw       {officers, note}     ack-withdraw {officers, note?}
 *   remind         {officers, to: desk, note?}
 *   local          {officers, act, ...} where act is
 *                    "assign" {assignee: officer id, due: "YYYY-MM-DD"?}
 *                    "note"   {text}
 *                    "fields" {fields:{}}: fields of see local or owner; the
 *                             last in effect order holds, whole
 *                    a move name of a move that is local {input:{}, note?}
 *   reveal         {officers, field, salt, value}: value is the JSON text
 *                    whose bytes the field's digest covers
 *   card           {card: envelope object} (never folded into a document)
 */
#pragma once

#include "base/err.h"
#include "model/calendar.h"
#include "model/clock.h"
#include "model/event.h"
#include "model/kind.h"

enum verdict {
	VERDICT_FIT,
	VERDICT_EARLY,
	VERDICT_UNFIT
};

struct folded_event {
	const struct event *event; /* borrowed from the input */
	enum verdict verdict;
	const char *why;   /* msgid when unfit or early, or a flag; else NULL */
	bool in_effect;	   /* a fit move that set the state now shown, or the
			    * revision now current */
	bool fork;	   /* (source,id) or (source,epoch,k) seen twice */
	bool stepped_back; /* a later branch overtook it (EVENTS 2) */
	bool odd_time;	   /* time before that of `seen` */
	bool idle;	   /* fit, counted for nothing: a second `once` or one
			    * extension too many on another branch, a reminder
			    * within four hours (why says which) */
};

struct node;

struct doc_track {
	char desk[DESK_ID_MAX + 1];
	const struct track_def *def; /* NULL: kind not installed */
	const struct state *state;   /* after falls_back; NULL as def */
	bool removed;	  /* no longer a party; state is the last shown */
	const char *name; /* of the track it has ("party"); NULL when the kind
			   * is not installed */
	bool acked;	  /* ack-withdraw of the current withdraw */
	struct ref tips[PREV_MAX]; /* of that desk's chain on this track */
	size_t n_tips;
	int64_t starts_ms; /* of its first event; -1 none yet: the journal
			    * puts `starts` on the next one */
	int64_t stored_ms; /* when this desk knows that it was stored (see
			    * stored_at); -1 not known */
	bool late_start;   /* `starts` later than the earliest receipt */
	bool fallen_back;  /* a `reopens` field changed after its move */
	int64_t since_ms;  /* acted time of the move that gave the state */
	const struct event *last_move; /* NULL */
	const struct event *starts_by; /* that says starts_ms; NULL */
	const struct node *member;     /* private to the fold */
	json_t *rows; /* by: lists, last in effect order; NULL */
};

/* A row of the list that has the track "rows" (KINDS.md, key and each): its
 * desk alone moves it. */
struct row_track {
	char key[ROW_KEY_MAX + 1];
	char desk[DESK_ID_MAX + 1];
	char track[TRACK_MAX_LEN + 1]; /* "rows:KEY" */
	const struct track_def *def;
	const struct state *state; /* after falls_back */
	const json_t *json;	   /* the row; borrowed */
	size_t index;		   /* in the list */
	bool removed; /* taken out, or given to another desk; as it was last */
	bool fallen_back;
	int64_t starts_ms; /* of its first event: when its desk stored the
			    * revision that brought it; -1 none */
	const struct event *starts_by;
	int64_t stored_ms; /* when this desk knows that it was; -1 */
	int64_t since_ms;  /* acted time of the move that gave the state */
	const struct event *last_move; /* NULL */
	const struct node *member;     /* private to the fold */
};

struct doc_clock {
	char desk[DESK_ID_MAX + 1]; /* bearer */
	const struct clock_def *def;
	int row;			   /* each: row number; -1 */
	const struct row_track *row_track; /* of that row; NULL: it has none */
	enum {
		CLOCK_RUNNING,
		CLOCK_SUSPENDED,
		CLOCK_MET,
		CLOCK_MET_LATE,
		CLOCK_LATE,
		CLOCK_LAPSED, /* a right whose time is over, used or not */
		CLOCK_ENDED   /* with its bearer, its row or the document */
	} state;
	int64_t started_ms;
	bool provisional; /* {stored} start from a receipt, not yet `starts` */
	int64_t amount;
	enum clock_unit unit;
	struct clock_due due;
	int64_t met_ms;		     /* -1 */
	const struct law_rule *rule; /* in force when it started */
	/* The event that decided its dates last: began, resumed, extended it,
	 * or gave the date; NULL: receipts alone. */
	const struct event *by;
	/* What the desk of that event computed (data.clocks); -1 not said.
	 * differs: not what is computed here, by another calendar. */
	int64_t stated_strict_ms, stated_rolled_ms;
	bool differs;
};

/*
 * When this desk believes a party stored a revision: own stored time for
 * itself, the earliest receipt that covers it for others. A party added by a
 * revise needs the row of that revise (rule 10); of several rows the earliest
 * that fits counts.
 */
struct stored_at {
	char desk[DESK_ID_MAX + 1];
	int64_t at_ms;
	bool has_event;
	struct ref event; /* issue or revise; without it: the whole document */
};

/* A field of the current revision whose event holds a digest only. */
struct doc_seal {
	const struct field *field;
	struct ref digest;
	const struct event *reveal; /* here and matching; NULL: still sealed */
	int64_t opens_ms;	    /* -1: no time is set */
	bool released;		    /* opened before its time by a move */
	bool open;		    /* released, or its time has come */
};

struct fold_in {
	const struct event *const *events; /* one subject; any order */
	size_t n_events;
	const struct kinds *kinds;
	const struct calendar *calendar;
	const struct stored_at *stored;
	size_t n_stored;
	int64_t now_ms;	  /* for clocks only */
	bool draft;	  /* the one issue is a draft's: not issued yet */
	const char *desk; /* own desk, whose `see: local` clocks are shown; NULL
			   * = none */
	/* Parallel to events, NULL = none: a msgid why the journal holds this
	 * event unfit: signed by a key beyond the last (epoch, k) that the card
	 * which retires it states (EVENTS 4). */
	const char *const *refused;
	/* Parallel to events, NULL = none: of a reveal the digest of its salt
	 * and value (trust/seal.h), which this room cannot compute. */
	const struct ref *seals;
};

struct doc {
	char owner[DESK_ID_MAX + 1];
	char id[UUID_LEN + 1];
	const struct kind *kind; /* NULL: kind not installed; shown plainly */
	char kind_name[NAME_MAX_LEN + 1];
	int kind_version;
	bool issued; /* an issue is fit */
	bool withdrawn;
	const struct event *issue, *current; /* current: newest revision */
	const struct event *withdraw;	     /* newest fit one; NULL */
	int64_t issued_ms;
	const char *number; /* borrowed from current/issue data; NULL */
	/* Content of the current revision as this desk may read it: of sealed
	 * fields the value where its reveal is here, else nothing at all.
	 * Owned; NULL without content. */
	json_t *fields;
	struct doc_seal *seals; /* fields of it that the event holds sealed */
	size_t n_seals;
	json_t *attachments;	  /* borrowed array or NULL */
	struct doc_track *tracks; /* [0] is the owner's; parties as in to, cc */
	size_t n_tracks;
	/* As in the list, then those that were taken out. */
	struct row_track *rows;
	size_t n_rows;
	struct folded_event *events; /* in effect order; early and unfit last */
	size_t n_events;
	struct ref owner_tips[PREV_MAX]; /* tips of the owner's own chain */
	size_t n_owner_tips;
	struct doc_clock *clocks;
	size_t n_clocks;
	size_t missing_should; /* 缺项 */
	bool forked;
	struct fold_index *index; /* private to the fold */
};

/* When it is due as its `roll` says; from when on it is 临期. */
int64_t clock_binding_ms(const struct doc_clock *c);
int64_t clock_warn_ms(const struct doc_clock *c);

/* Never fails on content: odd events get a verdict. The input must outlive
 * the document. */
struct doc *doc_fold(const struct fold_in *in);
struct doc *doc_free(struct doc *d);
struct doc_track *doc_track_of(const struct doc *d, const char *desk);
/* The row of that key in the current revision; NULL. */
struct row_track *doc_row_of(const struct doc *d, const char *key);
/* Does a row of the current revision name the desk? */
bool doc_has_row(const struct doc *d, const char *desk);
/* Is `desk` a party of the current revision; was it ever one. */
bool doc_is_party(const struct doc *d, const char *desk);
bool doc_was_party(const struct doc *d, const char *desk);
/* The content as this desk has it: what stayed at home (local events of act
 * "fields") put in place. New reference; {} without content. */
json_t *doc_whole_fields(const struct doc *d);
/* The seal of a top field in the current revision; NULL: it is not sealed. */
const struct doc_seal *doc_seal_of(const struct doc *d, const char *field);
/* May its parties have the value? Of a withdrawn document no longer. */
bool doc_seal_is_open(const struct doc *d, const struct doc_seal *s);
/* prev, tips of a track ("party", "rows:KEY") for the next own event of `desk`
 * on this document. */
size_t doc_tips(const struct doc *d, const char *desk, const char *track,
		struct ref out[static PREV_MAX]);
/*
 * Would a move of `desk`, made now on the current revision, be fit: declared,
 * possible from the state shown, not made `once` already, the clock not
 * extended too often? What every other desk will judge; roles, `when`,
 * approval and checks are the acting desk's own. row: key of the row to be
 * moved, NULL: the desk's own track. ret_why may be NULL; a msgid.
 */
bool doc_move_fits(const struct doc *d, const char *desk, const char *row,
		   const char *move, const char **ret_why);
/*
 * Should `desk` hold this event (owed, EXCHANGE 1)? parties: all that the
 * kind's relay lets them see; removed party: owner's events up to the
 * removing revise; owner: everything; source: its own. Of a register every
 * desk holds the owner's events; what is local leaves no desk. A reveal: who
 * is a party now, once the seal that it opens is open.
 */
bool doc_should_hold(const struct doc *d, const struct event *e,
		     const char *desk);
/*
 * The dates of the clocks that the event decides, for its data.clocks:
 * [{clock, desk, row?, amount, unit, started_at, strict, rolled}]; NULL when
 * there are none. `e` must be one of those the document was folded from.
 */
json_t *doc_stated(const struct doc *d, const struct event *e);
/* A field changed between two contents by name of top field; for reopens and
 * difference lists. */
bool content_differs(const json_t *a, const json_t *b, const char *field);

/*
 * Rows of a list that parties write (`by`), from all desks, each with its
 * desk in the list's first column of type desk: the owner's own as its
 * content has them, a party's as its moves gave them last; until then what
 * the owner planned for it. Desks that refused or are out have none. fields:
 * the content to look at. New reference.
 */
json_t *doc_rows(const struct doc *d, const json_t *fields,
		 const struct field *list);
/* The content with those rows in place; new reference. */
json_t *doc_content(const struct doc *d, const json_t *fields);
/* Name of that column; NULL: the list has none. */
const char *rows_desk_column(const struct field *list);
/* Addressed still, and not refused. */
bool track_takes_part(const struct doc_track *t);
