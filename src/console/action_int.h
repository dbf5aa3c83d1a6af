/*
 * What a key can do: ONE list of every action with its name in key files, its
 * class, the word on the key bar and the sentence in the help screen.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/i18n.h"

/* A commit or destructive action always asks; the key that confirms is never
 * the one that started it. */
enum action_class {
	CLASS_VIEW,
	CLASS_LOCAL,
	CLASS_COMMIT,
	CLASS_DESTRUCTIVE
};

/* clang-format off */
#define ACTION_MAP(X) \
	X(HELP, "help", VIEW, N_("help"), N_("all keys of this screen")) \
	X(LINE_UP, "line-up", VIEW, N_("up"), N_("one line up")) \
	X(LINE_DOWN, "line-down", VIEW, N_("down"), N_("one line down")) \
	X(PAGE_UP, "page-up", VIEW, N_("page up"), N_("one page up")) \
	X(PAGE_DOWN, "page-down", VIEW, N_("page down"), N_("one page down")) \
	X(TOP, "top", VIEW, N_("top"), N_("to the first line")) \
	X(BOTTOM, "bottom", VIEW, N_("bottom"), N_("to the last line")) \
	X(OPEN, "open", VIEW, N_("open"), N_("open what is selected")) \
	X(BACK, "back", VIEW, N_("back"), N_("back to the screen before")) \
	X(NEXT_ITEM, "next-item", VIEW, N_("next"), N_("the next document without going back")) \
	X(PREV_ITEM, "previous-item", VIEW, N_("previous"), N_("the previous document without going back")) \
	X(SEARCH, "search", VIEW, N_("search"), N_("search the list for words")) \
	X(SEARCH_NEXT, "search-next", VIEW, N_("next match"), N_("the next row with the words searched for")) \
	X(SEARCH_PREV, "search-previous", VIEW, N_("match before"), N_("the previous row with the words searched for")) \
	X(FILTER, "filter", VIEW, N_("filter"), N_("only rows that fit: state= from= due<2d words")) \
	X(CLEAR, "clear-filter", VIEW, N_("all rows"), N_("clear the filter and show all rows")) \
	X(SORT, "sort", VIEW, N_("sort"), N_("sort by a column; the same again turns it round")) \
	X(FILTERS, "filters", LOCAL, N_("kept filters"), N_("filters kept by a name: take, keep or drop one")) \
	X(PREVIEW, "preview", VIEW, N_("preview"), N_("preview beside the list, on or off")) \
	X(NEWEST, "next-new", VIEW, N_("newest"), N_("from any screen to the newest unsigned arrival")) \
	X(NEXT_LATE, "next-late", VIEW, N_("late"), N_("to the next document that is late")) \
	X(MARK, "mark-next", VIEW, N_("mark"), N_("mark the row; acts then mean all that is marked")) \
	X(UNMARK, "unmark-all", VIEW, N_("unmark"), N_("take all marks off")) \
	X(PAUSE, "pause", VIEW, N_("pause"), N_("hold new rows back until pressed again")) \
	X(SIGN, "sign", COMMIT, N_("sign"), N_("sign for it and assign it (asks once)")) \
	X(MOVES, "moves", COMMIT, N_("handle"), N_("the moves possible now, and why others are not")) \
	X(FEEDBACK, "feedback", COMMIT, N_("feed back"), N_("feed the result back to the sender")) \
	X(ASSIGN, "assign", COMMIT, N_("assign"), N_("assign it to an officer, with a date")) \
	X(NOTE, "note", COMMIT, N_("note"), N_("write a note that stays on this desk")) \
	X(REMARK, "remark", COMMIT, N_("remark"), N_("write a remark that the others see")) \
	X(REMIND, "remind", COMMIT, N_("remind"), N_("remind an addressee (at most once in four hours)")) \
	X(WITHDRAW, "withdraw", DESTRUCTIVE, N_("withdraw"), N_("withdraw what this desk sent (asks why)")) \
	X(REVISE, "revise", COMMIT, N_("correct"), N_("correct what this desk issued")) \
	X(RELATED, "related", VIEW, N_("related"), N_("documents that share something with it")) \
	X(LOOK, "look", VIEW, N_("look"), N_("show the confidential fields (recorded)")) \
	X(CHANGES, "changes", VIEW, N_("changes"), N_("what a correction changed, field by field")) \
	X(FILES, "files", VIEW, N_("files"), N_("show an attached file: text, table, image size")) \
	X(PAPER, "paper", VIEW, N_("paper"), N_("its official paper, to read and to print")) \
	X(WRITE, "write", LOCAL, N_("write"), N_("write it into your exchange folder")) \
	X(ATTACH, "attach", COMMIT, N_("attach"), N_("attach a file")) \
	X(COMPOSE, "compose", LOCAL, N_("new"), N_("compose a new document; the draft saves itself")) \
	X(DROP, "drop-draft", DESTRUCTIVE, N_("drop"), N_("drop the selected draft")) \
	X(SUBMIT, "submit", COMMIT, N_("hand in"), N_("hand in the form")) \
	X(FIELD_NEXT, "field-next", VIEW, N_("next field"), N_("to the next field")) \
	X(FIELD_PREV, "field-previous", VIEW, N_("field before"), N_("to the field before")) \
	X(PHRASE, "phrase", LOCAL, N_("phrases"), N_("put in a phrase kept for this field")) \
	X(UNDO, "undo", LOCAL, N_("undo"), N_("take back what was typed last")) \
	X(REDO, "redo", LOCAL, N_("redo"), N_("type again what was taken back")) \
	X(FIND, "find", VIEW, N_("find"), N_("find words in this text")) \
	X(CHOOSE, "choose", LOCAL, N_("choose"), N_("choose between your text and the other officer's")) \
	X(WORD_LEFT, "word-left", VIEW, N_("word left"), N_("to the word before")) \
	X(WORD_RIGHT, "word-right", VIEW, N_("word right"), N_("to the next word")) \
	X(PINYIN, "pinyin", VIEW, N_("pinyin"), N_("type Chinese by pinyin, on or off")) \
	X(GROUP, "group", LOCAL, N_("group"), N_("keep these addressees as a group, or forget one")) \
	X(ROW_DROP, "row-drop", LOCAL, N_("drop row"), N_("take out a row, an attachment or an addressee")) \
	X(LINK_LOG, "link-log", VIEW, N_("log"), N_("how this link came and went")) \
	X(RECONNECT, "reconnect", LOCAL, N_("reconnect"), N_("try the link again now")) \
	X(COMMAND, "command", VIEW, N_("commands"), N_("find any command by a part of its name")) \
	X(VIEW1, "view-1", VIEW, N_("duty"), N_("duty list: all that waits for this desk")) \
	X(VIEW2, "view-2", VIEW, N_("list 2"), N_("list of the kind that has this number")) \
	X(VIEW3, "view-3", VIEW, N_("list 3"), N_("list of the kind that has this number")) \
	X(VIEW4, "view-4", VIEW, N_("list 4"), N_("list of the kind that has this number")) \
	X(VIEW5, "view-5", VIEW, N_("list 5"), N_("list of the kind that has this number")) \
	X(VIEW6, "view-6", VIEW, N_("list 6"), N_("list of the kind that has this number")) \
	X(VIEW7, "view-7", VIEW, N_("peers"), N_("peers and their links")) \
	X(VIEW8, "view-8", VIEW, N_("statistics"), N_("statistics")) \
	X(VIEW9, "view-9", VIEW, N_("audit"), N_("audit trail and hand-over of shifts")) \
	X(ALARMS, "alarms", VIEW, N_("alarms"), N_("what is late, silent, unopened or not served")) \
	X(KINDS, "kinds", VIEW, N_("lists"), N_("lists of all kinds of documents")) \
	X(SHIFT, "shift", LOCAL, N_("shift"), N_("duty: hand over, take over, log, roster")) \
	X(SINCE, "since", VIEW, N_("since"), N_("the log since your last shift ended")) \
	X(LOG_LINE, "log-line", LOCAL, N_("line"), N_("add a line to the duty log")) \
	X(CALL, "call", LOCAL, N_("call"), N_("telephone record of this document")) \
	X(LOOKUP, "look-up", VIEW, N_("look up"), N_("results that are known, before a test")) \
	X(CALENDAR, "calendar", VIEW, N_("calendar"), N_("calendar of everything with hours")) \
	X(MONTH, "view-month", VIEW, N_("monthly"), N_("calendar: a month")) \
	X(WEEK, "view-week", VIEW, N_("weekly"), N_("calendar: a week, hour by hour")) \
	X(AGENDA, "view-agenda", VIEW, N_("daily"), N_("calendar: a list, day by day")) \
	X(LANES, "view-gantt", VIEW, N_("lanes"), N_("calendar: a lane for each unit, person, vehicle")) \
	X(EARLIER, "earlier", VIEW, N_("earlier"), N_("the days, months or figures before")) \
	X(LATER, "later", VIEW, N_("later"), N_("the days, months or figures after")) \
	X(DAY_BEFORE, "day-before", VIEW, N_("day before"), N_("one day (in a day: one hour) back")) \
	X(DAY_AFTER, "day-after", VIEW, N_("day after"), N_("one day (in a day: one hour) on")) \
	X(ZOOM_IN, "zoom-in", VIEW, N_("closer"), N_("lanes: days, then the hours of one day")) \
	X(ZOOM_OUT, "zoom-out", VIEW, N_("wider"), N_("lanes: days, then six weeks")) \
	X(CLASHES, "clashes", VIEW, N_("clashes"), N_("only what clashes, or all again")) \
	X(EXPORT, "export", LOCAL, N_("export"), N_("write it as a file into your exchange folder")) \
	X(TODAY, "today", VIEW, N_("today"), N_("back to today")) \
	X(ROLL_CALL, "roll-call", VIEW, N_("roll call"), N_("who is there at the hour, who is late")) \
	X(DIMENSION, "dimension", VIEW, N_("count by"), N_("count by the next dimension")) \
	X(OF_MONTH, "period-month", VIEW, N_("month"), N_("figures of one month")) \
	X(OF_QUARTER, "period-quarter", VIEW, N_("quarter"), N_("figures of a quarter")) \
	X(OF_YEAR, "period-year", VIEW, N_("year"), N_("figures of a year")) \
	X(VERIFY, "verify", VIEW, N_("verify"), N_("check trail, signatures and chains now")) \
	X(CHAINS, "chains", VIEW, N_("chains"), N_("what the check found; the chain of each peer")) \
	X(RISKS, "risks", VIEW, N_("growth"), N_("hints of unusual growth")) \
	X(LANGUAGE, "language", VIEW, N_("language"), N_("switch between Chinese and English")) \
	X(LINES, "lines", LOCAL, N_("lines"), N_("lines of the screen, - | + or none; kept for you")) \
	X(BELL, "bell", LOCAL, N_("bell"), N_("the bell at arrivals, on or off, kept for you")) \
	X(TOUR, "tour", VIEW, N_("tour"), N_("five steps through the console")) \
	X(REDRAW, "redraw", VIEW, N_("redraw"), N_("draw the whole screen again")) \
	X(LOCK, "lock", VIEW, N_("lock"), N_("lock the console now; your PIN opens it")) \
	X(PIN, "pin", LOCAL, N_("PIN"), N_("set the PIN that opens your locked console")) \
	X(SUSPEND, "suspend", VIEW, N_("suspend"), N_("suspend the program (fg brings it back)")) \
	X(CANCEL, "cancel", VIEW, N_("cancel"), N_("cancel; never leaves the program")) \
	X(LEAVE, "leave", VIEW, N_("leave"), N_("leave the console (asks)"))
/* clang-format on */

enum action {
	ACTION_NONE,
#define X(id, name, class_, label, help) ACTION_##id,
	ACTION_MAP(X)
#undef X
	ACTION__COUNT
};

#define CONTEXT_MAP(X)          \
	X(GENERIC, "generic")   \
	X(LIST, "list")         \
	X(DETAIL, "detail")     \
	X(CALENDAR, "calendar") \
	X(REGISTRY, "registry") \
	X(LINKS, "links")       \
	X(STATS, "stats")       \
	X(AUDIT, "audit")       \
	X(SHIFT, "shift")       \
	X(PAPER, "paper")       \
	X(FORM, "form")         \
	X(PROMPT, "prompt")     \
	X(CONFIRM, "confirm")

enum context {
#define X(id, name) CONTEXT_##id,
	CONTEXT_MAP(X)
#undef X
	CONTEXT__COUNT
};

/* ACTION_NONE when there is none of that name. */
enum action action_find(const char *name, size_t n_bytes);
const char *action_name(enum action a);
const char *action_label(enum action a); /* translated */
const char *action_help(enum action a);	 /* translated */
enum action_class action_class(enum action a);
/* An act of office, which must never be hidden by accident. */
bool action_is_act(enum action a);

/* CONTEXT__COUNT when there is none of that name. */
enum context context_find(const char *name, size_t n_bytes);
const char *context_name(enum context c);
/* form, prompt and confirm take no key of generic: keys under a pop-up must
 * not act on what lies below. */
bool context_inherits(enum context c);
