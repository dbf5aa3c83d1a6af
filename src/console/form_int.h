/*
 * A form made from a kind's fields, or from the inputs of a move. Values are
 * typed as text and put into content by the model; errors stand beside the
 * field. Closed lists are chosen by letters, reference data by initials.
 */
#pragma once

#include "base/limits.h"
#include "console/edit_int.h"
#include "console/popup_int.h"
#include "model/content.h"

#define FORM_ERROR_MAX	400
#define PICKS_MAX	27
#define DOTTED_MAX	160
#define KEEP_NAME_MAX	300
#define PICK_DOCS	"docs"	     /* a table that is the desk's documents */
#define PICK_ADDRESSEES "addressees" /* desks, and groups of them */

enum item_type {
	ITEM_FIELD,
	ITEM_TO, /* desks, separated by blanks */
	ITEM_CC,
	ITEM_SIGNERS, /* officers who sign too, separated by blanks */
	ITEM_NOTE,
	ITEM_ADD_ROW,  /* of a list; it and what follows takes no text */
	ITEM_ATTACHED, /* a file that the draft has */
	ITEM_FILE,     /* more of them */
	ITEM_SUBMIT,
	ITEM_LATER /* keep the draft and go back */
};

struct form_item {
	enum item_type type;
	const struct field *field; /* ITEM_FIELD, ITEM_ADD_ROW */
	const struct field *list;  /* the list that it is a cell of; NULL */
	size_t row;		   /* in that list */
	char dotted[DOTTED_MAX];
	char label[128];
	char heading[128]; /* line above; "" none: the label has it too */
	struct edit edit;
	bool inner;   /* a further member of a group */
	int min, max; /* words of ITEM_TO, ITEM_CC, ITEM_SIGNERS; 0 = any */
	bool must, should, changed;
	char error[FORM_ERROR_MAX];
	bool soft;		/* the error is a warning */
	char *names, *names_of; /* form_desk_names(), and of which text */
	char said[48];		/* beside it while it is typed: "12/18" */
	bool said_good;
	/* What another officer wrote here while this one changed it, too: under
	 * the item until one of both is chosen. NULL: nobody. */
	char *other;
};

/* A copy: the strings of ask_pick() live only until the next question. */
struct picked {
	char code[80], name[200], hint[120];
};

struct form;
struct form_ops {
	const char *(*name)(struct form *f);
	const char *submit_label; /* msgid */
	/* Text into content; NULL = content_set() of the kind. */
	enum rc (*set)(struct form *f, json_t *content, const char *dotted,
		       const char *value, struct err *err);
	/* A field was left after a change (drafts save); NULL. */
	void (*left)(struct form *f);
	/* All is well; content is borrowed. */
	void (*submit)(struct form *f, json_t *content, bool has_soft);
	/* ITEM_FILE is pressed; ITEM_ATTACHED is to go. NULL: has none. */
	void (*choose_files)(struct form *f);
	void (*drop_file)(struct form *f, size_t item);
	void (*free)(struct form *f);
	/* The document that it is of; NULL: of the screen below. */
	bool (*doc)(const struct form *f, struct doc_ref *out);
	bool (*has_draft)(const struct form *f); /* NULL: never */
};

struct form {
	struct screen screen;
	const struct form_ops *ops;
	const struct kind *kind;    /* NULL for a move */
	const struct field *fields; /* borrowed from the kind or move */
	size_t n_fields;
	struct form_item *items;
	size_t n_items, at, top;
	/* what ask_pick() gave for the letters typed */
	struct picked picks[PICKS_MAX];
	size_t n_picks, pick_page;
	char letters[64];
	char status[128]; /* of the draft */
	bool busy;	  /* an act of it is under way */
	int label_cols;	  /* as drawn last */
	int text_cols;	  /* of its long texts, as drawn last */
	int text_rows;	  /* of the one being edited */
	char sought[200];
	struct form_kept *kept; /* NULL: not kept, or by ops->left */
	char *first_texts;	/* before anything was typed */
	int64_t saved_ms;
};

/* What saves under way and their form share; the last one frees it. */
struct form_kept {
	struct form *form; /* NULL when the form is gone */
	char *what;
	size_t under_way;
};

/* --- form.c: the screen --- */
void form_init(struct form *f, const struct form_ops *ops);
void form_release(struct form *f);
const struct screen_ops *form_screen_ops(void);

/* --- form_item.c: what it consists of --- */
struct form_item *form_add(struct form *f, enum item_type type,
			   const char *label);
void form_add_field(struct form *f, const struct field *field,
		    const char *prefix, const struct field *list, size_t row);
/* How many rows a list that must have some still needs. */
size_t form_rows_short(const struct form *f, const struct form_item *add_item);
/* Cells of one more row of a list, before its ITEM_ADD_ROW. */
void form_add_row(struct form *f, size_t add_item);
size_t form_rows(const struct form *f, const struct field *list);
void form_drop_row(struct form *f, size_t at);
/* The name of an item in content, rows without any value left out. */
void form_content_name(const struct form *f, size_t at,
		       char out[static DOTTED_MAX]);
/* What is wrong, without the field's name before it. */
void item_set_error(struct form_item *it, const char *dotted, const char *msg,
		    bool soft);
void item_release(struct form_item *it);
/* "." becomes now or today, 09:00 is today, 11-24 this year. */
void item_settle_time(struct form_item *it, int64_t now_ms);
/* One more at that place; what stands there moves down. */
struct form_item *form_insert(struct form *f, size_t at, enum item_type type);
/* Values of content into the items. */
void form_fill(struct form *f, const json_t *content);
/* The items as content; a new object. */
json_t *form_content(struct form *f);
/* The same without the values that no draft may hold. */
json_t *form_sound_content(struct form *f);
/* Which items must be given now, by the kind's conditions. */
void form_conditions(struct form *f, const json_t *content);
/* Judges what is given, errors beside the items; whole: also what is missing.
 * Returns the content, a new object. */
json_t *form_judge(struct form *f, bool whole, bool *ret_good, bool *ret_soft);
/* A failed act as the error of the item that it names, which the form goes
 * to; as a message when it names none. */
void form_show_err(struct form *f, const struct err *err);
/* Letters of a closed list, or of yes and no; 0 when the item has none. */
size_t item_choices(const struct form_item *it);
/* The text that is stored, and the one that is shown. */
const char *item_choice(const struct form_item *it, size_t i);
const char *item_choice_text(const struct form_item *it, size_t i, bool zh);
/* Addressees: desks with blanks between? */
bool item_has_desks(const struct form_item *it);
/* Several words, each a code? */
bool item_has_words(const struct form_item *it);
/* The reference table of the item, NULL when none. */
const char *item_table(const struct form_item *it);
/* Free text, which is typed by pinyin. */
bool item_is_prose(const struct form_item *it);
bool item_is_lines(const struct form_item *it);

/* --- form_check.c: while it is typed --- */
/* The item at the caret: what cannot become right any more is an error at
 * once, the rest when it is long enough. */
void form_check_typing(struct form *f);
/* Items that must be given, and how many are. */
size_t form_musts(const struct form *f, size_t *ret_given);
/* Slots that nobody filled in: a warning beside each text that has one. */
bool form_check_slots(struct form *f);

/* --- form_keep.c: what is typed outlives the console --- */
/* What stands in the items, as JSON; heap. */
char *form_texts(const struct form *f);
void form_take_texts(struct form *f, const char *texts);
/* "field:fact.place": what an item is called among the texts; "" not kept. */
void form_item_key(const struct form_item *it, char *out, size_t out_size);
/* Rows of lists that the texts have and the form has not. */
void form_add_rows(struct form *f, json_t *texts);
/* From now on it is kept under that name; what was kept before is there. */
void form_keep_as(struct form *f, const char *what);
void form_keep(struct form *f);
/* A word is ended: keeps it unless that was just done. */
void form_keep_word(struct form *f);
/* Handed in: nothing is kept any more. */
void form_keep_done(struct form *f);
/* A draft that cannot be saved yet: what is typed is kept beside it, for this
 * officer alone. */
void form_keep_aside(struct form *f, const char *what, const char *theirs);
/* What it began with is this now; what is typed is kept beside it. */
void form_keep_anew(struct form *f, const char *theirs);
/* The form is left: is anything kept of it? */
bool form_keep_leave(struct form *f);
void form_keep_ask_drop(struct form *f);
void form_keep_free(struct form *f);
/* Says at login what is half written. */
void form_keep_tell(struct console *c);

/* --- form_merge.c: two officers in one document --- */
/* Takes in what another wrote. before: texts that both began with; NULL not
 * known. How many items both changed. */
size_t form_merge(struct form *f, const char *before, const char *theirs);
size_t form_conflicts(const struct form *f, size_t *ret_first);
/* There are some: goes to the first, says what to do. */
bool form_conflict_stops(struct form *f);
/* Asks which text of the item stays. */
void form_choose(struct form *f);

/* --- form_desks.c: addressees --- */
#define ADDRESSEES_MAX PARTIES_MAX
/* The lines for addressees that the form's kind has. */
void form_add_desks(struct form *f);
struct condition_in;
/* Their labels and bounds with this content. */
void form_fit_desks(struct form *f, const struct condition_in *in);
/* Text of the first item of a type, "" when there is none. */
const char *form_text_of(const struct form *f, enum item_type type);
void form_fill_desks(struct form *f, enum item_type type, char **ids, size_t n);
/* Words, cut in place; without `all` only valid desk ids. */
size_t form_split(char *words, bool all, const char **out, size_t max);
/* The desks that the group of that name has now, but those that the form has
 * already, in place of the text of the item from byte `from` on. false: no such
 * group. */
bool form_put_group(struct form *f, struct form_item *it, size_t from,
		    const char *name);
/* Groups typed out become their desks. */
void form_settle_groups(struct form *f, struct form_item *it);
/* Backspace after a desk takes the whole of it; false: it is no such place. */
bool form_drop_desk(struct form_item *it);
/* Asks which of the addressees of the item is taken out. */
void form_ask_drop_desk(struct form *f);
/* "3 desks: ..." with their names, where they are more than a line shows; ""
 * else. */
const char *form_desk_names(const struct form *f, struct form_item *it);
/* The same of whom it goes to, at most so many names, the rest counted; few
 * ones by their ids. Heap. */
char *form_addressees(const struct form *f, size_t max);
/* Judges what is no field: addressees, signers, the reason. */
bool form_check_others(struct form *f);

/* --- form_files.c: attachments --- */
/* Lines for these in place of those that stand before ITEM_FILE. */
void form_set_files(struct form *f, const struct attachment_row *rows,
		    size_t n);
bool form_has(const struct form *f, enum item_type type);
/* At the first item of a type; "" takes it away. */
void form_set_error(struct form *f, enum item_type type, const char *msg);

/* --- group_menu.c --- */
/* Keeps the addressees of the item at the cursor as a group, or forgets one. */
void group_menu_open(struct form *f);

/* --- form_pick.c --- */
void pick_update(struct form *f);
void pick_forget(struct form *f);
/* A document's number typed out becomes its id. */
void pick_settle(struct form *f);
bool pick_key(struct form *f, uint32_t key);
void pick_draw(struct form *f, struct canvas *cv, int y, int x);
/* "310118 青浦" of a code in a table, the code alone when unknown. */
const char *pick_name(struct form *f, const char *table, const char *code,
		      char *out, size_t out_size);
void phrases_open(struct form *f);

/* --- compose.c --- */
/* What a rule demands first, then the kind's form; without one of its own the
 * order of its detail, then everything else that it has. */
void compose_add_fields(struct form *f);

/* --- form_draw.c --- */
void form_draw(struct screen *s, struct canvas *cv);
/* What to type into an empty field; "" when its label says enough. */
const char *item_hint(const struct form *f, const struct form_item *it,
		      char *out, size_t out_size);
