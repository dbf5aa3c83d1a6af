/*
 * Questions of hours and people: what clashes, the calendar, who is there at
 * the hour. All of it by the kinds' views `calendar`, `clash` and `roll_call`.
 */
#pragma once

#include "desk/ask.h"

#define CLASHES_MAX	  200 /* rows of one answer */
#define CALENDAR_ROWS_MAX 5000

/* One thing held twice at the same time. */
struct clash_row {
	char what[NAME_MAX_LEN + 1]; /* "officer", "place" ... of the kind */
	char *title;		     /* of it, in the language in force */
	char *shown;		     /* the unit, person, plate or place */
	struct doc_ref other;
	char *number, *doc_title, *kind_title; /* of the other; "" */
	char *label;			       /* its phase; "" */
	bool draft;			       /* the other is a draft */
	int64_t starts_ms, ends_ms;	       /* the overlap, [starts, ends) */
};
struct clash_list {
	struct clash_row *rows; /* by start of the overlap */
	size_t n_rows;
	bool more;
};
/*
 * What of a document or draft clashes with any document that this desk holds,
 * received ones and own drafts too; each (what, thing, other) once. What is
 * sealed by others and not disclosed yet cannot be seen to clash.
 */
enum rc ask_clashes(struct desk *d, const struct doc_ref *ref,
		    struct clash_list *out, struct err *err);
void clash_list_release(struct clash_list *l);
/* "officer 3101FICT001: 沪长打假联〔2026〕1号 title, 10-14 05:30 to 09:30".
 * Heap. */
char *clash_sentence(const struct clash_row *r);

/* A stretch of hours of one document. */
struct calendar_row {
	struct doc_ref ref;
	char kind[NAME_MAX_LEN + 1];
	int kind_version;
	char *kind_title, *number, *title, *state_title, *place,
		*label; /* "" */
	char mode[16];
	bool withdrawn;
	bool off; /* withdrawn or cancelled: it will not be */
	int64_t starts_ms, ends_ms;
	int parties, replied; /* addressees; those that took part or refused */
	char *waiting; /* desks that have not answered, blanks between; "" */
	char *desks;   /* the owner and who has not refused, blanks between */
	int clashes;   /* other documents that it clashes with */
};
struct calendar_rows {
	struct calendar_row *rows; /* by start */
	size_t n_rows;
	bool more;
};
/* Everything with hours in [from, to). */
enum rc ask_calendar(struct desk *d, int64_t from_ms, int64_t to_ms,
		     struct calendar_rows *out, struct err *err);
void calendar_rows_release(struct calendar_rows *r);

/* A day by the holiday table in force. */
struct day_info {
	bool working;	  /* 调休 counts as such */
	bool published;	  /* else only weekends are known */
	const char *name; /* of a holiday or a make-up day; NULL; borrowed */
};
struct day_info ask_day(struct desk *d, int32_t day);

/* --- lanes: what each unit, person, vehicle, place does meanwhile --------- */
#define LANES_MAX 1000

struct lane_bar {
	size_t row; /* of the rows asked for: the document */
	int64_t starts_ms, ends_ms;
	bool held;	 /* it clashes with what else is held meanwhile */
	bool unanswered; /* by this unit */
	bool clash;	 /* it does */
};
struct lane {
	char *value, *shown;   /* a desk id in the lanes of units */
	struct lane_bar *bars; /* by start */
	size_t n_bars;
	bool clash; /* of any two */
};
struct lanes {
	struct lane *rows; /* by shown; of units this desk first */
	size_t n_rows;
	bool more;
};
/* What there are lanes of, by the kinds' views `clash`: units first, always.
 * what and title are owned by the kinds. */
void ask_lane_sorts(struct desk *d,
		    void (*each)(void *ctx, const char *what, const char *title,
				 bool units),
		    void *ctx);
/*
 * The lanes of what the documents of these rows hold. In lanes of units stands
 * also who takes part in a document that holds no unit (a meeting): it is seen
 * there, and clashes with nothing.
 */
enum rc ask_lanes(struct desk *d, const char *what,
		  const struct calendar_rows *rows, struct lanes *out,
		  struct err *err);
void lanes_release(struct lanes *l);

struct roll_call_row {
	char desk[DESK_ID_MAX + 1];
	char *leader, *phone; /* "" */
	int64_t headcount;    /* -1 not said */
	bool arrived;
	int64_t arrived_ms; /* -1 */
	/* from the hour on, negative: before it; of who is not there yet: up to
	 * now, and 0 before the hour */
	int64_t late_minutes;
	char *state_title;
};
struct roll_call {
	int64_t starts_ms;	    /* -1 no hour is set */
	struct roll_call_row *rows; /* parties that take part, as addressed */
	size_t n_rows, n_arrived;
};
/* RC_STATE when the kind has no roll call, or it is a draft. */
enum rc ask_roll_call(struct desk *d, const struct doc_ref *ref,
		      struct roll_call *out, struct err *err);
void roll_call_release(struct roll_call *r);
