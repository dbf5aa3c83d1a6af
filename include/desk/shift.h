/*
 * Shifts (值班, 交接班): who is responsible now, the sheet by which one officer
 * hands over to the next, the log, and the roster. The sheet is a document of
 * the kind whose views say `"composed": "shift"`; the leaver stays responsible
 * until another officer made its move "take" (DOMAIN 10).
 */
#pragma once

#include "desk/ask.h"

/* Who ought to be on duty by the roster. */
struct roster_now {
	char officer[OFFICER_ID_MAX + 1]; /* "" nobody is planned */
	char deputy[OFFICER_ID_MAX + 1];
	char phone[32], leader[64], leader_phone[32];
	int64_t from_ms; /* -1 */
	bool hours;	 /* the roster gives them; else from_ms is midnight */
};
enum rc ask_roster_now(struct desk *d, struct roster_now *out, struct err *err);

struct shift_now {
	char officer[OFFICER_ID_MAX + 1]; /* responsible; "" nobody yet */
	int64_t since_ms;		  /* -1 */
	bool pending;			  /* a sheet waits to be taken over */
	bool gone;			  /* the officer is disabled */
	struct doc_ref sheet;
	int64_t handed_ms;		/* when that sheet was handed; -1 */
	char taker[OFFICER_ID_MAX + 1]; /* named on that sheet; "" */
	struct roster_now plan;
	/* The gap that the leader of the shift is told of, since when: a sheet
	 * not taken, or nobody of the roster's shift, after 15 minutes; an
	 * officer who is disabled. -1 none. */
	int64_t gap_ms;
};
enum rc ask_shift(struct desk *d, struct shift_now *out, struct err *err);

/* May the officer at work hand over in another's place? For menus. */
bool shift_stands_in(struct desk *d);
/* The first officer begins; RC_STATE when somebody is on duty. */
enum rc act_shift_on(struct desk *d, struct err *err);
/* Words of an officer about a document of the sheet, named as doc_find()
 * takes it. */
struct about_doc {
	const char *doc, *text;
};
struct hand_over {
	const char *taker; /* officer, or NULL: whoever comes */
	const char *note, *equipment;
	/* Why another hands over in place of who is on duty: the leader of the
	 * shift or an approver; NULL for the leaver himself. */
	const char *reason;
	/* Why what is late is late, and what to say of anything in hand. */
	const struct about_doc *late, *notes;
	size_t n_late, n_notes;
	const char *late_others; /* of what is late and not in late; NULL */
};
/* What is late and has no reason yet, neither of the sheet before: the sheet
 * is not composed without (RC_STATE names the first). */
enum rc ask_shift_late(struct desk *d,
		       void (*each)(void *ctx, const struct doc_row *r),
		       void *ctx, struct err *err);
/* Composes the sheet from the journal since the last one, and signs it. */
enum rc act_shift_hand_over(struct desk *d, const struct hand_over *h,
			    struct doc_ref *out, struct err *err);
struct shift_take {
	const char *note;
	const char *reason; /* why not who the sheet names; NULL */
	/* Confirmed one by one, with remarks; 0: all of the sheet at once.
	 * RC_STATE names the first that is not among them. */
	const struct about_doc *items;
	size_t n_items;
};
/* The officer at work signs; what the leaver had in hand is assigned to whom
 * the sheet names, else to him. */
enum rc act_shift_take(struct desk *d, const struct shift_take *t,
		       struct doc_ref *out, struct err *err);

/* Whose shift lasted from when to when. */
struct shift_period {
	char officer[OFFICER_ID_MAX + 1]; /* "" nobody */
	int64_t since_ms;		  /* -1: there is none */
	int64_t until_ms;	  /* when it was taken over; -1 not yet */
	int64_t event, event_end; /* rows between; event_end 0: no end */
};
/* The present shift (0), the one before it (1) ...; RC_NOTFOUND. */
enum rc ask_shift_period(struct desk *d, size_t back, struct shift_period *out,
			 struct err *err);
/* From the end of the last shift of the officer at work until now; since_ms
 * -1 where he has had none lately. */
enum rc ask_shift_since(struct desk *d, struct shift_period *out,
			struct err *err);

struct shift_entry { /* borrowed during the call */
	int64_t at_ms;
	const char *desk, *officer; /* "" */
	const char *what;	    /* in the language in force */
	const char *text;	    /* title of the document, or the line */
	const struct doc_ref *ref;  /* NULL: a line */
	bool came;		    /* a document from another desk */
};
/* 值班日志 of those hours: events and typed lines, oldest first. */
enum rc ask_shift_log(struct desk *d, const struct shift_period *p,
		      void (*each)(void *ctx, const struct shift_entry *e),
		      void *ctx, struct err *err);
enum rc act_shift_line(struct desk *d, const char *text, struct err *err);

struct roster_row { /* borrowed during the call */
	const char *day, *slot, *officer, *phone, *leader, *leader_phone, *note;
	const char *deputy, *deputy_phone; /* "" */
	const char *starts, *ends;	   /* HH:MM, "" both: the whole day */
	const char *holiday;		   /* name of the day; NULL */
	int64_t from_ms, until_ms;
	bool now;
};
/*
 * CSV whose head names its columns, in English or Chinese: day,slot,officer,
 * phone,leader,leader_phone,note,deputy,deputy_phone,starts,ends (others than
 * day and officer may be left out); replaces what it names, all or none. A
 * failure names line and column.
 */
enum rc act_roster(struct desk *d, const char *csv, size_t n_bytes,
		   size_t *ret_rows, struct err *err);
/* Days from..to, NULL: today and the next 30. */
enum rc ask_roster(struct desk *d, const char *from, const char *to,
		   void (*each)(void *ctx, const struct roster_row *r),
		   void *ctx, struct err *err);
