/* Questions. Nothing here writes. Rows are owned by the result. */
#pragma once

#include "desk/act.h"

enum box {
	BOX_ALL,
	BOX_IN,
	BOX_OUT
};

struct party_row {
	char desk[DESK_ID_MAX + 1];
	char state[NAME_MAX_LEN + 1]; /* "sent" until stored is known */
	enum stage stage;
	int64_t stored_ms, signed_ms; /* -1 */
};

struct doc_row {
	int64_t row; /* local row number: stable key and cursor of lists; below
		      * zero: a draft (drafts come first in a list) */
	struct doc_ref ref;
	char kind[NAME_MAX_LEN + 1];
	int kind_version;
	char *number, *title;	      /* "" when none */
	char state[NAME_MAX_LEN + 1]; /* own track */
	char *state_title;	      /* in the language in force */
	enum stage stage;
	int urgency;   /* 0 特急 1 加急 2 平件 */
	char mode[16]; /* actual exercise test */
	int64_t issued_ms, stored_ms, updated_ms, acted_ms; /* -1 */
	int64_t due_ms;	 /* nearest running deadline that this desk bears, at
			  * the owner any party's; -1 none */
	int64_t warn_ms; /* from then on it is 临期; -1 none */
	char due_clock[NAME_MAX_LEN + 1];
	bool late, waits, undelivered, withdrawn, draft, waiting_approval;
	int missing;	 /* 缺项: fields that should be given and are not */
	char *assignee;	 /* officer id or "" */
	char *wait_text; /* what must be done, or "" */
	struct party_row *parties;
	size_t n_parties;
	char **columns; /* kind's views.list as text */
	size_t n_columns;
	int64_t change; /* global change number */
	int related;	/* 串并: documents that share something with it; see
			 * ask_related. Of a draft 0 */
};

enum list_order {
	ORDER_NEWEST,
	ORDER_DUE
};
/* By a column, for people: numbers by value, what has no value last. The
 * newest LIST_SORTED_MAX rows that fit are sorted. */
#define LIST_SORTED_MAX 5000
enum sort_by {
	SORT_STATE,
	SORT_DUE,
	SORT_URGENCY,
	SORT_OWNER,
	SORT_TITLE,
	SORT_NUMBER,
	SORT_PARTIES,
	SORT_ISSUED,
	SORT_KIND,
	SORT_COLUMN /* of the kind's list view */
};
struct list_sort {
	enum sort_by by;
	size_t nth; /* SORT_COLUMN: which */
	bool down;
};
struct filter;
struct list_query {
	const char *kind; /* NULL = all */
	enum box box;
	const char *state;
	bool overdue, waits;	     /* waits: the duty list */
	int64_t since_ms;	     /* 0 = all */
	int64_t changed_after;	     /* rows with change > this; -1 all */
	const char *words;	     /* full text; NULL */
	const struct filter *filter; /* desk/filter.h; NULL */
	enum list_order order;
	const struct list_sort *sort; /* instead of order; NULL */
	size_t limit;		      /* 0 = no limit */
	/* keyset: rows after this one in the order; row 0 = from the start */
	int64_t after_row;
	int64_t after_key; /* its due_ms or row */
	bool backwards;
};
struct doc_list {
	struct doc_row *rows;
	size_t n_rows;
	bool more;
};
enum rc ask_list(struct desk *d, const struct list_query *q,
		 struct doc_list *out, struct err *err);
void doc_list_release(struct doc_list *l);
/* after_key of the question that goes on after this row. */
int64_t list_key(const struct list_query *q, const struct doc_row *r);
enum rc ask_row(struct desk *d, const struct doc_ref *ref, struct doc_list *out,
		struct err *err); /* one row */

struct counts { /* top line */
	int64_t unsigned_, late, soon, waiting, undelivered, quarantined,
		drafts;
	int64_t documents;
	int64_t last_change;
};
enum rc ask_counts(struct desk *d, struct counts *out, struct err *err);
/* Rises at every commit that changed something to show. Cheap. */
int64_t ask_data_version(struct desk *d);

/* --- one document ------------------------------------------------------- */
struct timeline_row {
	int64_t acted_ms, stored_ms;
	char desk[DESK_ID_MAX + 1];
	/* A desk's own order; an act that is no event: "", INT64_MAX */
	char epoch[UUID_LEN + 1];
	int64_t k;
	/* Place among other desks' acts: acted_ms, or later where the clock
	 * of its desk had been set back. */
	int64_t order_ms;
	char *officer; /* "" */
	char *what;    /* translated: "签收", "反馈", "看过" ... */
	char *text;    /* note, remark, reason, difference; "" */
	bool offline;  /* 离线: stored more than 60 s after acted */
	bool flagged;  /* odd time, fork, unfit, early */
	char *flag;    /* why; "" */
	struct ref digest;
	enum verdict verdict;
};
struct clock_row {
	char desk[DESK_ID_MAX + 1];
	char name[NAME_MAX_LEN + 1];
	char *title;
	const char *row; /* key of the row it runs for; NULL */
	int row_number;	 /* each: number of the row; -1 */
	char *article;	 /* "市场监管行政处罚程序规定 18" */
	enum clock_unit unit;
	int64_t amount;
	int64_t started_ms, due_ms, strict_ms; /* due: rolled where applied */
	int64_t met_ms;			       /* -1 */
	int64_t remaining; /* while suspended: of the amount, in its unit
			    * (hours: ms); else 0 */
	bool assumed, provisional;
	/* The desk whose act decided the dates counted others: -1 not so. */
	int64_t stated_ms;
	const char *state; /* running suspended met late lapsed ended */
	char *remarks;	   /* what of this an officer must be told, in words:
			    * assumed, what remains, that another desk counts
			    * differently; "" */
};
struct attachment_row {
	char *name;
	struct digest digest;
	int64_t size; /* -1 unknown */
	bool here;
	char type[64];
};
struct move_row { /* moves of this desk's track */
	const struct move *move;
	const char *row, *row_title; /* key of the row that it moves and what
				      * that is about; row NULL: own track */
	bool possible;
	bool by_note; /* its condition, or one of its checks, takes a note for
		       * an answer */
	char *why;    /* reason when not; "" */
};
struct row_row { /* a row that has a track of its own */
	char key[ROW_KEY_MAX + 1];
	char desk[DESK_ID_MAX + 1];
	const char *title; /* what it is about; "" */
	const struct state *state;
	const json_t *columns; /* the row itself */
	size_t index;
	int64_t since_ms;
	bool removed;
};
/* Who rests on a document: each move of views.lookup.relied. */
struct reliance_row {
	char desk[DESK_ID_MAX + 1];
	int64_t acted_ms;
	char *paper;	   /* number of the paper that used it; "" */
	char *doc;	   /* OWNER/uuid of the document that used it; "" */
	char *note;	   /* what else was said; "" */
	char *state_title; /* where that desk stands now */
	bool open;	   /* revoked or lapsed since, and not decided anew */
};
struct reliance_list {
	struct reliance_row *rows;
	size_t n_rows;
};
struct view {
	struct doc_row *row;  /* owned */
	struct held_doc held; /* fold, events */
	json_t *fields;	      /* what the owner wrote: what a revise changes */
	struct timeline_row *timeline;
	size_t n_timeline;
	struct clock_row *clocks;
	size_t n_clocks;
	struct attachment_row *attachments;
	size_t n_attachments;
	struct move_row *moves; /* of the own track, then of this desk's rows */
	size_t n_moves;
	struct row_row *rows;
	size_t n_rows;
	bool issue_waits; /* may_issue, but an approver decides first */
	bool may_issue, may_approve, may_withdraw, may_ack_withdraw;
	int64_t draft_version;
	char **to, **cc;
	size_t n_to, n_cc;
	struct reliance_list reliance;
	char **missing; /* titles of the fields that are 缺项 */
	size_t n_missing;
	json_t *sums; /* {"goods.value_yuan": total} of columns to sum up */
	/* What is to be shown: fields with the rows that parties write, and
	 * without what is confidential, unless it
	 * is the officer's own draft; what was held back, by title. See
	 * act_look(). Editing goes on from fields, never from shown. */
	json_t *shown;
	char **withheld;
	size_t n_withheld;
};
/* Who rests on the document, of own acts and of those of peers that are known
 * here, oldest first; the view has them too. Empty for a document that nothing
 * can rest on. */
enum rc ask_reliance(struct desk *d, const struct doc_ref *ref,
		     struct reliance_list *out, struct err *err);
void reliance_list_release(struct reliance_list *l);
enum rc ask_view(struct desk *d, const struct doc_ref *ref,
		 struct view **ret_view, struct err *err);
struct view *view_free(struct view *v);
/* The version of the document that took effect after `e` (NULL: the first),
 * as the event that made it; borrowed, NULL when there is none. */
const struct event *view_version_after(const struct view *v,
				       const struct event *e);
/* What an event says, without what is confidential in it; new reference. */
json_t *event_shown(const struct kind *kind, const struct event *e);
/* For people: into fields (a copy of shown) what is to be said of those that
 * are sealed, "封存(11-26 08:00 公开)", after the value where it is here. */
void view_say_seals(const struct view *v, json_t *fields);

/* --- the audit trail ------------------------------------------------------ */
struct audit_query {
	const char *officer, *act;  /* NULL = any */
	const struct doc_ref *doc;  /* NULL = any */
	int64_t since_ms, until_ms; /* [since, until); until 0 = open */
	int64_t before_n;	    /* keyset: rows before this; 0 = all */
	size_t limit;		    /* 0 = no limit */
};
struct audit_row {
	int64_t n, at_ms;
	char officer[OFFICER_ID_MAX + 1]; /* "" the desk itself */
	char *act, *subject, *detail;
	char *title;  /* of the act, in the language in force */
	char *number; /* of the document, "" none: no content of it */
	char *said;   /* the detail for people; "" none */
};
struct audit_list { /* newest first */
	struct audit_row *rows;
	size_t n_rows;
	bool more;
};
/* RC_DENIED unless the officer is an auditor. */
enum rc ask_audit(struct desk *d, const struct audit_query *q,
		  struct audit_list *out, struct err *err);
void audit_list_release(struct audit_list *l);
/*
 * What an auditor types, in the grammar of filters (desk/filter.h):
 *
 *	by=li act=签收 time>=2026-11-01 doc=〔2026〕1号
 *
 * any other word names a document. The question's strings are the filter's.
 * RC_USAGE for an unknown name or value, RC_NOTFOUND for a document that is
 * not here.
 */
struct audit_filter {
	struct audit_query q;
	char officer[OFFICER_ID_MAX + 1], act[NAME_MAX_LEN + 1];
	struct doc_ref doc;
};
enum rc audit_filter_read(struct desk *d, const char *text,
			  struct audit_filter *out, struct err *err);
struct filter_choice;
size_t audit_filter_complete(struct desk *d, const char *word,
			     struct filter_choice *out, size_t max);
struct audit_state; /* journal/audit.h: how far it is sealed */
enum rc ask_audit_state(struct desk *d, struct audit_state *out,
			struct err *err);
/* Every hash and seal of the trail, then every signature, chain and file of
 * the desk (journal_verify_signed): report->each hears of each row that is
 * wrong. Takes its time: for a thread. RC_CANCELED when given up. */
struct verify_report;
enum rc ask_audit_check(struct desk *d, struct verify_report *report,
			struct err *err);

/* --- what documents share 串并 ---------------------------------------------
 */
struct shared_reason {
	const char *what; /* "batch"; "" when secret */
	char *title;	  /* in the language in force */
	char *value;	  /* as this document has it; "" when secret */
	bool secret;	  /* a field that stays at home: not shown */
};
struct related_row {
	struct doc_row row;
	struct shared_reason *reasons;
	size_t n_reasons;
};
struct related {
	struct related_row *rows; /* newest first */
	size_t n_rows;
	/* values shared by more than SHARED_MANY documents: not listed */
	struct shared_reason *many;
	size_t n_many;
};
/* Documents that share a credit code, a batch .. with this one (a draft too),
 * exercises with exercises alone. RC_NOTFOUND. */
enum rc ask_related(struct desk *d, const struct doc_ref *ref,
		    struct related *out, struct err *err);
void related_release(struct related *r);

/* --- peers and links ---------------------------------------------------- */
struct link_row {
	char desk[DESK_ID_MAX + 1];
	char *name;
	char *address;
	bool trusted;
	const char *state; /* "up" "down" "connecting" "stopped" "revoked"
			    * "unknown" (no serve running) */
	int64_t rtt_ms, heard_ms; /* -1 */
	int64_t queued;		  /* events not yet acknowledged by a receipt */
	int64_t stored_unopened;  /* of ours at the peer, stored, not signed 24h
				   */
	int64_t oldest_queued_ms; /* -1 */
	int64_t held_seq;	  /* of our open epoch, both lanes added */
	int64_t taken_seq;	  /* of its chains here, all lanes added */
	int cert_days;
	int64_t cert_until_ms;	   /* -1: not known */
	int64_t since_ms, next_ms; /* of this state; of the next try; -1 */
	bool not_taking; /* the link is up and the queue does not shrink */
	/* To the new epoch of this desk after a loss: "waiting", "overridden",
	 * "" it has answered, or none was asked. */
	const char *answer;
	char *note; /* last error, retry, what is waited for; "" */
	/* Of its frames: not taken for what they claim (quarantine, fork), and
	 * why the newest was not; "" */
	int64_t kept_apart;
	char *kept_why;
	/* Two events that it signed in one place, hex; "" while no fork of it
	 * is open. The newest of forks. */
	int64_t forks;
	char fork_hashes[2][DIGEST_HEX_LEN + 1];
};
struct link_list {
	struct link_row *rows;
	size_t n_rows;
};
enum rc ask_links(struct desk *d, struct link_list *out, struct err *err);
void link_list_release(struct link_list *l);
/* link_row.state for people. */
const char *link_word(const char *state);

/* What a peer has not confirmed yet, oldest first. */
struct queue_row {
	bool urgent;	      /* its lane */
	int64_t seq;	      /* of the lane */
	struct doc_ref ref;   /* id "" of what is no document's (a card) */
	char *number, *title; /* "" */
	char *what;	      /* "signed for", in the language in force */
	char *who;	      /* officers of the act; "" */
	char source[DESK_ID_MAX + 1]; /* the desk that acted */
	int64_t acted_ms, since_ms;   /* since: stored here, so in the queue */
};
struct queue_list {
	struct queue_row *rows;
	size_t n_rows;
	bool more; /* than limit of a lane */
};
enum rc ask_queue(struct desk *d, const char *peer, size_t limit,
		  struct queue_list *out, struct err *err);
void queue_list_release(struct queue_list *l);

/* How a link came and went, newest first; kept by the serving process, at
 * most LINK_LOG_MAX a peer. */
#define LINK_LOG_MAX 200
struct link_log_row {
	int64_t at_ms;
	/* as link_row.state; "served", "not served": the process itself */
	const char *state;
	const char *address; /* "" it dialled us */
	const char *error;   /* "" */
};
enum rc ask_link_log(struct desk *d, const char *peer,
		     void (*each)(void *ctx, const struct link_log_row *r),
		     void *ctx, struct err *err);
/* What an officer must be told of a peer beside documents, newest first. */
struct notice_row {
	const char *what;   /* quarantine fork early unfit back */
	const char *digest; /* of the event, hex */
	const char *detail; /* reason, or the document's subject */
	int64_t at_ms;
};
enum rc ask_notices(struct desk *d, const char *peer,
		    void (*each)(void *ctx, const struct notice_row *n),
		    void *ctx, struct err *err);
bool ask_serving(struct desk *d, int64_t *ret_pid);

/* What a desk that lost something waits for (journal/epoch.h). */
struct loss {
	bool in_doubt;	/* its peers are to be confirmed: no link opens */
	int unanswered; /* peers whose answer is awaited */
	char first[DESK_ID_MAX + 1]; /* one of them; "" */
	int64_t kept; /* acts that are signed when they have answered */
};
enum rc ask_loss(struct desk *d, struct loss *out, struct err *err);
enum rc act_reconnect(struct desk *d, const char *peer, struct err *err);

/* --- picks from reference data ------------------------------------------ */
struct pick {
	const char *code; /* what is stored; static or owned by the desk */
	const char *name;
	const char *hint; /* parent division, full name ... "" */
};
/*
 * Entries of a table ("divisions" "units" "desks" "addressees" (desks and
 * groups of them) "officers" "products" "campaigns" "workpoints"
 * "phrases:clue.request") that match words typed as
 * pinyin initials, full pinyin, code or Chinese; best first; returns how many
 * were written (<= max).
 */
size_t ask_pick(struct desk *d, const char *table, const char *words,
		struct pick *out, size_t max);
/* Name of a code in a table of reference data, owned by the desk; NULL when it
 * has none (desks and officers are no such tables). */
const char *ask_pick_name(struct desk *d, const char *table, const char *code);
/*
 * Words and sentences that are written on this desk, for the entry by pinyin:
 * the glossary, units, divisions, campaigns, products, laws, phrases, names of
 * peers and officers. The same may come twice; text is valid for the call.
 */
void ask_terms(struct desk *d, void (*each)(void *ctx, const char *text),
	       void *ctx);
