/*
 * A kind: a declared sort of document as data (KINDS.md; format 1). Read
 * only after kind_read(); everything is owned by the kind. The core knows no
 * kind by name.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/err.h"
#include "base/limits.h"

#define KIND_TRACKS_MAX	 8
#define KIND_MOVES_MAX	 64 /* of one track */
#define KIND_CLOCKS_MAX	 64
#define KIND_SCREEN_MIN	 2 /* views of the console that kinds may take */
#define KIND_SCREEN_MAX	 6
#define KIND_SCREEN_DUTY 9 /* of officers who are no auditors */

struct title {
	const char *zh;
	const char *en;
};

enum field_type {
	FIELD_TEXT,
	FIELD_LONG,
	FIELD_CODE,
	FIELD_INT,
	FIELD_DECIMAL,
	FIELD_MONEY,
	FIELD_DATE,
	FIELD_TIME,
	FIELD_BOOL,
	FIELD_DESK,
	FIELD_OFFICER,
	FIELD_DOC,
	FIELD_PHONE,
	FIELD_URL,
	FIELD_DIGEST,
	FIELD_CREDIT_CODE,
	FIELD_GTIN,
	FIELD_GROUP,
	FIELD_LIST,
	FIELD__COUNT
};

enum field_see {
	SEE_ALL,
	SEE_OWNER,
	SEE_LOCAL,
	SEE_SEALED
};
enum field_need {
	NEED_NONE,
	NEED_SHOULD,
	NEED_MUST,
	NEED_WHEN
};

struct condition; /* parsed; see model/condition.h */

struct field {
	const char *name;
	struct title title;
	enum field_type type;
	json_t *default_value; /* NULL = none */
	enum field_need need;
	const struct condition *need_when; /* NEED_WHEN */
	const char *pick;     /* reference table or "phrases:..", else NULL */
	const char **choices; /* closed list, n_choices 0 = none */
	const struct title *choice_titles; /* parallel; the code where none */
	size_t n_choices;
	bool has_min, has_max;
	double min, max; /* length of text, value, rows */
	bool sum;
	enum field_see see;
	const char *opens; /* sealed: time field */
	const char *by;	   /* track that writes the rows; NULL = owner */
	const char *key, *each;
	const char **edit; /* states; NULL = every state not end */
	size_t n_edit;
	const char **reopens;
	size_t n_reopens;
	bool confidential;
	const char **masked;
	size_t n_masked;
	const char **kinds; /* a doc may point to */
	size_t n_kinds;
	const char **takes; /* create: other names it is copied from */
	size_t n_takes;
	const struct field *sub; /* group fields or list columns */
	size_t n_sub;
};

enum stage { /* the ladder all kinds share */
	STAGE_DRAFT,
	STAGE_SENT,
	STAGE_STORED,
	STAGE_SIGNED,
	STAGE_ACCEPTED,
	STAGE_REFUSED,
	STAGE_FED_BACK,
	STAGE_CLOSED,
	STAGE__COUNT
};

struct wait {			      /* who must act here */
	unsigned roles;		      /* bits of enum role */
	const struct condition *when; /* NULL = always */
	struct title what;	      /* zh NULL = none */
};

struct state {
	const char *name;
	struct title title;
	enum stage stage;
	bool end;
	const char *falls_back; /* NULL */
	const struct wait *waits;
	size_t n_waits;
};

enum confirm {
	CONFIRM_NONE,
	CONFIRM_YES,
	CONFIRM_DIGITS
};

enum role { /* what an officer may be; assignee is per document */
	ROLE_DUTY,
	ROLE_COORDINATOR,
	ROLE_REVIEWER,
	ROLE_APPROVER,
	ROLE_HEAD,
	ROLE_ADMINISTRATOR,
	ROLE_AUDITOR,
	ROLE_ASSIGNEE,
	ROLE_CLOCK,
	ROLE__COUNT
};
#define ROLE_BIT(r) (1u << (r))

enum effect_type {
	EFFECT_SUSPEND,
	EFFECT_RESUME,
	EFFECT_EXTEND,
	EFFECT_RESTART,
	EFFECT_RELEASE,
	EFFECT_CREATE,
	EFFECT_STAMP /* moves of drafts: when it was made, into a field */
};

struct effect {
	enum effect_type type;
	const char *target; /* clock, field, or kind to create */
	const char *from;   /* restart: input field that gives the start */
	const char *to;	    /* create: input field naming the desk; NULL */
	const char **copy;  /* create: fields; "*" all */
	size_t n_copy;
	const char *link; /* create: field that links back */
	json_t *set;	  /* create: fields with these values; NULL */
	bool enclose;
	bool draft;
};

struct move {
	const char *name;
	struct title title;
	const char **from;
	size_t n_from;
	const char *to; /* NULL = stays */
	unsigned roles; /* 0 = any officer */
	int officers;	/* distinct signers, >= 1 */
	bool not_author;
	enum role approve; /* ROLE__COUNT = none */
	const struct field *input;
	size_t n_input;
	const struct condition *when;
	bool unless_note;
	bool once;
	enum confirm confirm;
	/* made by the desk itself when the clock has run out, or the date has
	 * come (auto_over: is over); NULL */
	const char *auto_clock, *auto_date;
	bool auto_over;
	const char **checks;
	size_t n_checks;
	const struct effect *effects;
	size_t n_effects;
	bool local; /* recorded, never sent */
};

struct track_def {
	const char *name; /* "owner", "party", ... */
	struct title title;
	const char *initial;
	const struct state *states;
	size_t n_states;
	const struct move *moves;
	size_t n_moves;
};

struct part { /* which track an addressee gets */
	const char *track;
	const char *from;	      /* "to", "cc" or a field */
	int min, max;		      /* max 0 = no limit */
	const struct condition *when; /* of shared fields; NULL = always */
};

enum relay {
	RELAY_OWNER,
	RELAY_SAME,
	RELAY_ALL
};

enum clock_duty {
	DUTY_DUTY,
	DUTY_RIGHT,
	DUTY_AGREED,
	DUTY_NOTICE
};
enum clock_roll {
	ROLL_NONE,
	ROLL_SHOW,
	ROLL_APPLY
};

struct amount { /* number, or field then peer setting then default */
	int64_t number;
	const char *field, *peer; /* NULL */
};

struct law_rule {
	const char *law, *article;
	int32_t from_day, to_day; /* INT32_MAX = open */
	int64_t amount;		  /* 0 = the clock's */
	int unit;		  /* -1 = the clock's */
	char confidence;	  /* 'H' 'M' 'L' */
};

struct clock_case {
	const struct condition *when;
	struct amount amount;
	int unit;		      /* enum clock_unit, -1 = the clock's */
	const struct law_rule *rules; /* of this case; none: the clock's */
	size_t n_rules;
};

struct clock_def {
	const char *name;
	struct title title;
	const char *bearer;
	bool start_stored;
	const char **start_moves;
	size_t n_start_moves;
	const char *start_field;
	const char *start_of; /* track of the start moves; NULL = bearer */
	const char **stop;
	size_t n_stop;
	const char *stop_of;
	const char *stop_field; /* a date or time: met then */
	const char **restart;
	size_t n_restart;
	bool repeat;
	int unit; /* enum clock_unit */
	struct amount amount;
	const char *until; /* date field instead of an amount */
	bool before;
	const struct clock_case *cases;
	size_t n_cases;
	const struct condition *when;
	bool suspend;
	int64_t extend_amount;
	int extend_times;
	enum role extend_role;
	enum clock_roll roll;
	enum clock_duty duty;
	const char *each;
	double warn; /* <= 1 a share, else minutes; 0 = default 0.8 */
	const struct law_rule *rules;
	size_t n_rules;
	bool local;
};

enum scope {
	SCOPE_EXCHANGE,
	SCOPE_REGISTER,
	SCOPE_LOCAL
};

/*
 * What a document can be looked up by over the whole replica, and when what
 * it says may be used (a laboratory's result, a unit that destroys goods).
 */
struct lookup_key {
	const char *role;    /* "product", "batch", ... */
	const char **fields; /* dotted; all their values are the role's */
	size_t n_fields;
};

struct lookup {
	const char *as; /* what it is looked up as: "result" */
	const struct lookup_key *keys;
	size_t n_keys;
	const char *on;		/* date field, newest first; NULL: of issue */
	const char *until;	/* date field: last day of use; NULL: none */
	const char *conclusion; /* field told in a word; NULL */
	const char **valid;	/* states of the owner in which it holds */
	size_t n_valid;
	/* ... and these once the clock is over; NULL: none */
	const char *after_clock;
	const char **after;
	size_t n_after;
	const char *after_needs; /* field that says which clock; NULL */
	const char *limits; /* input of a party's move that restricts it; NULL
			     */
	/* moves of parties that rest on it; a revocation asks them anew */
	const char **relied;
	size_t n_relied;
};

/* Hours of a document, and stretches of them (doc/kinds.md). NULL: none. */
struct calendar_view {
	const char *start, *end, *place, *who; /* start NULL: no calendar */
	const char *text;		       /* what it is about */
	const char **off; /* states of the owner in which it is called off */
	size_t n_off;
	int minutes; /* of what names no end */
	const char *phases, *phase_title, *phase_start, *phase_end, *phase_desk,
		*phase_place;
};
/* What two documents must not have at the same time. */
struct clash_rule {
	const char *what;  /* "officer", "place" ... the same in all kinds */
	const char *field; /* dotted; NULL: the desks of these tracks */
	const char **tracks;
	size_t n_tracks;
};
/* Who must be there at the hour, by which move they say so. */
struct roll_call_view {
	const char *track, *start, *move, *at; /* track NULL: none */
	const char *leader, *phone, *headcount;
};

struct views {
	const char **list, **search, **correlate, **measures;
	size_t n_list, n_search, n_correlate, n_measures;
	/* detail and form: sections of field names, flattened; a NULL entry
	 * starts a new section */
	const char **detail, **form;
	size_t n_detail, n_form;
	/* Name of a layout of papers (db/print), and what the kind says beside
	 * or instead of it: desk/paper_layout.c reads it. NULL */
	const char *print;
	const char *composed; /* by which composer of the desk; NULL */
	const json_t *print_own;
	int screen; /* number of the console's view that lists it; 0 = none */
	const struct lookup *lookup; /* NULL */
	struct calendar_view calendar;
	const struct clash_rule *clash;
	size_t n_clash;
	struct roll_call_view roll_call;
};

struct kind {
	const char *name;
	int version;
	int32_t effective_day;
	struct title title;
	enum scope scope;
	const char *number_sign; /* NULL = no reference number */
	const char *number_at;
	const struct part *parts;
	size_t n_parts;
	const struct field *fields;
	size_t n_fields;
	const struct track_def *tracks;
	size_t n_tracks;
	enum relay relay_of_track[KIND_TRACKS_MAX]; /* parallel to tracks */
	/* The list whose rows have the track "rows" (it has key and each);
	 * NULL: the kind has no such track. */
	const struct field *rows;
	const struct clock_def *clocks;
	size_t n_clocks;
	const char **checks;
	size_t n_checks;
	struct views views;
	uint8_t digest[DIGEST_LEN]; /* of the file's bytes, set by the caller */
	char *bytes;		    /* the file as read */
	size_t n_bytes;
	/* private: what the pointers above point into */
	json_t *json;
	void **owned;
	size_t n_owned;
	struct condition **conditions;
	size_t n_conditions;
};

/*
 * Reads and checks a kind file. RC_MALFORMED names the file (name), the JSON
 * path and what is wrong: unknown key, unknown type, state never reached, a
 * stop move that does not exist, a clock using local facts (EVENTS 11), ...
 */
enum rc kind_read(const char *name, const char *bytes, size_t n_bytes,
		  struct kind **ret_kind, struct err *err);
struct kind *kind_free(struct kind *k);

const struct track_def *kind_track(const struct kind *k, const char *track);
/* The track of an event's `track`: of a row's "rows:KEY" the track "rows". */
const struct track_def *kind_event_track(const struct kind *k,
					 const char *track);
const struct state *track_state(const struct track_def *t, const char *state);
const struct move *track_move(const struct track_def *t, const char *move);
/* Of the owner's track: a state of stage draft, where moves change the draft
 * row and sign nothing. */
bool track_drafts(const struct track_def *t, const char *state);
/* A move of drafts. */
bool move_drafts(const struct track_def *t, const struct move *m);
/* By dotted name "party_concerned.name", "goods.batch". */
const struct field *kind_field(const struct kind *k, const char *dotted);
/* Does a change of the field undo confirmations of that track? */
bool field_reopens(const struct field *f, const char *track);
const char *title_in(const struct title *t, bool zh);
/* What people read for a code of a closed list; the code itself where the
 * field has no such choice. */
const char *field_choice(const struct field *f, const char *code, bool zh);
/* The code that text names: the code itself or its title in either language;
 * NULL when none does. */
const char *field_choice_code(const struct field *f, const char *text);
const char *role_name(enum role role);
const char *role_title(enum role role); /* in the language in force */
enum rc role_parse(const char *s, enum role *ret_role, struct err *err);
const char *stage_name(enum stage stage);

/* What a kind is known by, and its file; pointers of who holds it. */
struct kind_id {
	const char *name;
	int version;
	const uint8_t *digest; /* DIGEST_LEN bytes, of the file */
	const char *bytes;
	size_t n_bytes;
};

/*
 * All kinds installed, every version. One that was added unread is read when
 * it is asked for first (reading takes a millisecond, and most commands need
 * one or two); should its file not hold, which only another program's writing
 * brings about, the log says so and the kind is unknown.
 */
struct kinds;
struct kinds *kinds_new(void);
struct kinds *kinds_free(struct kinds *ks);
/* RC_EXISTS for the same (name, version) with other bytes. */
enum rc kinds_add(struct kinds *ks, struct kind *take_kind, struct err *err);
/* A file that kind_read() took before; copied. What is there already stays. */
void kinds_add_unread(struct kinds *ks, const struct kind_id *id);
const struct kind *kinds_get(const struct kinds *ks, const char *name,
			     int version);
/* Is it there? Reads nothing. */
bool kinds_has(const struct kinds *ks, const char *name, int version);
/* The version in force on a day (largest effective not after it). */
const struct kind *kinds_current(const struct kinds *ks, const char *name,
				 int32_t day);
/* How many; reads all, for kinds_at(). */
size_t kinds_count(const struct kinds *ks);
const struct kind *kinds_at(const struct kinds *ks, size_t i);
/* The i-th without reading it; false past the last. */
bool kinds_id(const struct kinds *ks, size_t i, struct kind_id *ret_id);
