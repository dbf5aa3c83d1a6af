/*
 * The console at work: one loop, a stack of screens, one frame drawn when
 * something changed. Questions are asked on the loop's thread, acts run on
 * the work pool with a desk of their own, so a key never waits for a writer.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/i18n.h"
#include "console/action_int.h"
#include "console/canvas_int.h"
#include "console/console.h"
#include "console/keymap_int.h"
#include "console/way_int.h"
#include "desk/ask.h"
#include "loop/loop.h"

#define STACK_MAX 16
#define VIEWS_MAX 40
/* 0 all documents, 1 the duty list, 2 to 6 kinds that ask for them, 7 to 9;
 * from here on the other kinds, as they are asked for */
#define VIEW_NUMBERED 10
#define VIEW_LINKS    7
#define VIEW_STATS    8
#define VIEW_AUDIT    9 /* of an auditor; of others the kind that asks for it */
#define ROWS_MIN      16
#define COLS_MIN      60
#define WIDE_COLS     120
#define WIDE_ROWS     40
#define MESSAGE_MAX   512
#define IDLE_MS	      5000
#define REST_MS	      1000
#define OFFICERS_MAX  64

struct console;
struct screen;

struct screen_ops {
	enum context context;
	bool popup; /* drawn over the screen below */
	/* What the key bar shows, ended by ACTION_NONE; NULL: hint(). */
	const enum action *bar;
	/* Text of the key bar where keys are built in. */
	const char *(*hint)(struct screen *s);
	/* Text of the top line, into out. */
	void (*name)(struct screen *s, char *out, size_t out_size);
	void (*draw)(struct screen *s, struct canvas *c);
	/* A key before the key map sees it; true when it was taken. */
	bool (*key)(struct screen *s, uint32_t key);
	/* A paste as a whole, without control characters; NULL: it comes as
	 * keys. */
	void (*paste)(struct screen *s, const char *text);
	/* An action; false when it means nothing here. */
	bool (*act)(struct screen *s, enum action a);
	/* The desk changed (also after the language did). */
	void (*changed)(struct screen *s);
	/* Nobody pressed a key for IDLE_MS. */
	void (*idle)(struct screen *s);
	/* It lay under another screen, no popup, and is seen again. */
	void (*shown)(struct screen *s);
	/* The document that it shows; false: none yet. NULL: of none. */
	bool (*doc)(const struct screen *s, struct doc_ref *out);
	/* A form: nobody did for REST_MS. */
	void (*rest)(struct screen *s);
	void (*free)(struct screen *s);
};

/* First member of every screen. */
struct screen {
	const struct screen_ops *ops;
	struct console *console;
};

struct live;
struct near;
struct jobs;
struct lock;
struct entry;

struct console {
	const struct console_config *config;
	struct loop *loop;
	struct desk *desk; /* for questions */
	struct jobs *jobs; /* for acts */
	struct live *live;
	struct near *near; /* who else is at work, near_int.h */
	struct lock *lock;
	struct entry *entry; /* Chinese by pinyin; NULL until asked for */
	struct keymap *keymap;
	struct canvas canvas;
	struct screen *stack[STACK_MAX];
	size_t depth;
	struct screen *views[VIEWS_MAX]; /* kept while others are shown */
	char view_kinds[VIEWS_MAX][NAME_MAX_LEN + 1]; /* from VIEW_NUMBERED */
	int view;
	int calendar_view; /* enum schedule_view, last used */
	bool zh;
	bool dirty; /* a frame is due */
	bool fast;  /* the frame shows seconds counting down */
	bool leaving;
	bool logged_in;	     /* stands in the audit trail */
	bool files_confined; /* by the kernel too */
	bool pasting;
	struct paste *paste; /* under way */
	bool bell_off;	     /* for this officer */
	enum line_style lines;
	bool reader;	   /* no lines, states in words */
	bool tour_offered; /* by the line that stands there now */
	uint32_t chord;	   /* first key of a chord, K_NONE */
	struct timer *chord_timer, *idle_timer, *rest_timer;
	char message[MESSAGE_MAX];
	enum attr message_attr;
	bool message_kept; /* stays until the next act, not the next key */
	struct counts counts;
	struct loss loss;      /* as the alarms told it last */
	struct alarms *alarms; /* alarms_int.h */
	char on_duty[128];     /* name of who is responsible; "" */
	char on_duty_phone[32];
	bool handed;	/* a sheet waits to be taken over */
	char links[64]; /* of the top line */
	int64_t queued;
	struct err failure; /* why the loop ended, RC_OK = the officer left */
};

/* --- console.c ----------------------------------------------------------- */
int64_t console_now_ms(const struct console *c);
void console_dirty(struct console *c);
void console_leave(struct console *c);
void console_set_message(struct console *c, enum attr attr, const char *fmt,
			 ...) __attribute__((format(printf, 3, 4)));
/* A failure as a message, in the words of err. */
void console_show_err(struct console *c, const struct err *err);
/* Takes one key: chord, key map, screen. */
void console_key(struct console *c, uint32_t key);
bool console_run_action(struct console *c, enum action a);
/* Label and sentence of an action; those of a numbered view name the kind
 * that it lists on this desk. */
const char *console_action_label(struct console *c, enum action a);
const char *console_action_help(struct console *c, enum action a);
/* --- paste.c --- */
void paste_begin(struct console *c);
void paste_key(struct console *c, uint32_t key);
void paste_end(struct console *c);
void paste_free(struct console *c);
/* The desk changed: every screen asks again. */
void console_changed(struct console *c);

/* --- screen.c ------------------------------------------------------------ */
/* A screen of that size with its first members set; zeroed. */
void *screen_new(struct console *c, const struct screen_ops *ops, size_t size);
/* Nothing happens for NULL. */
void screen_push(struct console *c, struct screen *take_s);
/* Ends the top screen and frees it. */
void screen_pop(struct console *c);
/* Ends s and all above it, wherever it lies. */
void screen_end(struct screen *s);
struct screen *screen_top(const struct console *c);
/* Ends all but the first and shows the view of that number. */
void screen_view(struct console *c, int view);
void screen_free_all(struct console *c);

/* --- leave.c ------------------------------------------------------------- */
/* Asks, and leaves when the answer is yes. */
void leave_ask(struct console *c);

/* --- frame.c ------------------------------------------------------------- */
void frame_draw(struct console *c);
/* First row and height of what belongs to the screen. */
#define BODY_Y 1
int frame_body_rows(const struct canvas *c);
/* Is there room for any screen? */
bool frame_fits(const struct canvas *c);

/* --- job.c --------------------------------------------------------------- */
struct job {
	/* On the work pool, with a desk of its own. */
	enum rc (*run)(struct desk *d, void *arg, struct err *err);
	/* On the loop; frees take_arg. Called exactly once. */
	void (*done)(struct console *c, void *take_arg, enum rc rc,
		     const struct err *err);
	void *arg;
};
/* Is the console being left? From any thread. */
bool jobs_end(const struct jobs *jobs);
enum rc jobs_start(struct console *c, struct err *err);
void jobs_stop(struct console *c);
/* done() is called with the failure when it cannot be queued. */
void job_submit(struct console *c, const struct job *job);
/* One that takes long, on a thread of its own, so that acts do not wait; it
 * looks at jobs_end() now and then. */
void job_submit_apart(struct console *c, const struct job *job);

/* --- live.c -------------------------------------------------------------- */
enum rc live_start(struct console *c, struct err *err);
void live_stop(struct console *c);
/* After an own act: look at once, not at the next tick. */
void live_look(struct console *c);
/* Is the serving process this console's child? */
bool live_serves(const struct console *c);
/* What the top line says, in the language now in force. */
void live_retell(struct console *c);
/* The newest document that waits for a signature; false when none does. */
bool live_newest(struct console *c, struct doc_ref *out);

/* --- name.c -------------------------------------------------------------- */
/* "长宁", "Changning", "长宁公安分局" of a desk id; the id when unknown. */
const char *name_desk(struct console *c, const char *id, char *out,
		      size_t out_size);
/* An officer's name, the id when unknown. */
const char *name_officer(struct console *c, const char *id, char *out,
			 size_t out_size);
/* Title of a state of a kind, whatever track it is of. */
const char *name_state(struct console *c, const char *kind, int version,
		       const char *state);
const char *name_urgency(int urgency);
/* The part of a number that tells documents of one desk apart where the whole
 * has no room: 通〔2026〕12号, below NUMBER_COLS without the character; the
 * prefix is the desk's. */
#define NUMBER_COLS 15
const char *name_number(const char *number, int cols);
/* "312K": less than 4096 of a unit, rounded down. */
#define SIZE_TEXT_MAX 24
const char *name_size(int64_t size, char out[static SIZE_TEXT_MAX]);
/* "OWNER/uuid" as a reference; false when it is none. */
bool name_subject(const char *subject, struct doc_ref *out);
/* Number and title of a document by its "OWNER/uuid"; that when unknown. */
const char *name_doc(struct console *c, const char *subject, char *out,
		     size_t out_size);
/* The text of a field's value with the name that its code stands for: desks,
 * officers, entries of reference tables. Either text itself or out. */
const char *name_value(struct console *c, const struct field *f,
		       const char *text, char *out, size_t out_size);
const struct kind *name_kind(struct console *c, const char *kind, int version);

/* --- span.c -------------------------------------------------------------- */
#define SPAN_MAX  48
#define SPAN_COLS 11
enum span_state {
	SPAN_NONE,
	SPAN_RUNNING,
	SPAN_SOON,
	SPAN_LATE
};
/* Time left until due_ms (-1 none) in words: "0:48", "2天3时", "-0:12 超时";
 * soon from warn_ms on. */
enum span_state span_text(int64_t due_ms, int64_t warn_ms, int64_t now_ms,
			  char out[static SPAN_MAX]);
enum attr span_attr(enum span_state state);
/* Does the text change within the minute? */
bool span_fast(int64_t due_ms, int64_t now_ms);
/* "11-23 14:05" or "14:05" when it is today; "" for -1. */
const char *time_text(int64_t ms, int64_t now_ms, char out[static SPAN_MAX]);

/* --- confined.c ---------------------------------------------------------- */
/* Locks the process down for good when the console is a confined one. */
enum rc confined_start(struct console *c, struct err *err);
/* How it stands in the audit trail. */
const char *confined_face(const struct console *c);

/* --- screens ------------------------------------------------------------- */
struct screen *doclist_new(struct console *c, int view);
/* Puts the selection on a document, leaving a filter that hides it. */
void doclist_select(struct screen *s, const struct doc_ref *ref);
/* The document before or after the selected one; false at the end. */
bool doclist_step(struct screen *s, int step, struct doc_ref *out);
struct screen *detail_new(struct console *c, const struct doc_ref *ref);
struct screen *links_new(struct console *c);
/* --- calendar.c: the calendar as it was last looked at --- */
void calendar_open(struct console *c);
/* NULL, with a message, when the document has none. */
struct screen *roll_call_new(struct console *c, const struct doc_ref *ref);
/* --- lookup.c: asks what is known; kind NULL or without a look-up: a menu */
void lookup_open(struct console *c, const char *kind);
/* --- shift.c: the menu of shifts --- */
void shift_open(struct console *c);
/* --- paper.c: its official paper, as text --- */
void paper_open(struct console *c, const struct doc_ref *ref);
struct screen *audit_new(struct console *c);
struct screen *help_new(struct console *c, enum context context);
void palette_open(struct console *c);
/* An empty form of the kind, or a draft's; NULL when there is no such kind. */
/* A new document of the kind that says `"composed": HOW`, the list of
 * documents in it filled in with that one. */
void kind_compose_about(struct console *c, const char *how,
			const struct doc_ref *ref);
struct screen *compose_about(struct console *c, const struct kind *k,
			     const struct doc_ref *ref);
struct screen *compose_new(struct console *c, const char *kind,
			   const struct doc_ref *draft);
/* What must be done with it, where its state does not say so already. */
const char *row_wait_text(const struct doc_row *r);

/* --- kind_list.c: which view lists which kind --- */
/* The kind that a view lists, in its version of today; NULL. */
const struct kind *view_kind(struct console *c, int view);
/* Is that view this officer's audit trail? */
bool view_audits(struct console *c, int view);
const struct kind *current_kind(struct console *c, const char *name);
void kind_list_open(struct console *c, const char *name);
void kind_compose(struct console *c, const char *name);
/* A menu of all kinds: to list one, or to compose one. */
void kind_menu_open(struct console *c, bool compose);

/* --- file_view.c: a file of a document, shown inside --- */
void file_view_open(struct console *c, const struct doc_ref *ref,
		    const struct attachment_row *a);
/* Asks which when there are several. */
void files_open(struct console *c, const struct view *v);

/* --- changes.c: what corrections changed; a message when there is none --- */
void changes_open(struct console *c, const struct doc_ref *ref);

/* --- keep.c: what the officer keeps for himself --- */
void keep_load(struct console *c);
/* value NULL: forgotten; said NULL: done without a word. */
void keep_set(struct console *c, const char *name, const char *value,
	      const char *said);
void keep_switch_bell(struct console *c);
void keep_next_lines(struct console *c);
/* --- tour.c --- */
void tour_open(struct console *c);
void tour_offer(struct console *c);
void tour_refuse(struct console *c);

/* --- acts.c: an action on one document, from a list or its detail -------- */
bool acts_run(struct console *c, enum action a, const struct doc_ref *ref);
