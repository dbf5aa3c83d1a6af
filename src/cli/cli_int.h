/* What the files of the command line share. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/env.h"
#include "base/err.h"
#include "base/time.h"
#include "cli/cli.h"
#include "desk/ask.h"
#include "desk/desk.h"

#define CLI_OPTIONS_MAX	     12
#define CLI_WORDS_MAX	     512
#define CLI_GIVEN_MAX	     512
#define CLI_CHECKPOINT_PAGES 1000 /* 8 MB of WAL */
#define CLI_NO_LIMIT	     (-1)

struct cli;

struct option_def {
	const char *name; /* without the dashes */
	const char *arg;  /* what stands for its value in help; NULL: none */
	const char *help; /* msgid */
};

struct command {
	const char *name;	  /* one or two words */
	const char *synopsis;	  /* what follows the name */
	const char *help;	  /* msgid, one line */
	int min_words, max_words; /* max CLI_NO_LIMIT: any number */
	enum rc (*run)(struct cli *c, struct err *err);
	struct option_def options[CLI_OPTIONS_MAX]; /* NULL name ends */
};

struct given { /* an option on the command line */
	const char *name, *value;
};

struct cli {
	const struct cli_faces *faces;
	const struct env *env;
	char *folder; /* of the desk; never NULL after parsing */
	const char *officer, *lang;
	bool json, help;
	bool helped;		       /* help was printed while parsing */
	const struct command *command; /* NULL: none named */
	const char *words[CLI_WORDS_MAX];
	size_t n_words;
	struct given given[CLI_GIVEN_MAX];
	size_t n_given;
	struct desk *desk; /* after cli_open */
	bool holds_lock;   /* exchange.lock, for as long as it serves */
};

/* --- the tables (command.c); a command without name ends one --- */
struct command_table {
	const char *title; /* msgid, its heading in help; NULL ends */
	const struct command *commands;
};
extern const struct command_table cli_tables[];
extern const struct command cli_exchange_commands[];
extern const struct command cli_document_commands[];
extern const struct command cli_upkeep_commands[];
/* The i-th command of all tables, from 0; NULL: there are no more. */
const struct command *cli_command_at(size_t i);
/* Options that every command takes. */
extern const struct option_def cli_global_options[];

/* --- parsing (args.c): RC_USAGE --- */
enum rc cli_parse(struct cli *c, int argc, char **argv, struct err *err);
const char *cli_get(const struct cli *c, const char *option); /* last; NULL */
bool cli_has(const struct cli *c, const char *option);
/* The value after *at of a repeatable option; start with *at = 0. NULL at
 * the end. */
const char *cli_next(const struct cli *c, const char *option, size_t *at);
/* The words from the i-th on, joined by spaces. Heap. */
char *cli_join_words(const struct cli *c, size_t i);

/* --- help (help.c) --- */
void help_all(void);
void help_command(const struct command *cmd);
void help_group(const char *word); /* all commands that begin with it */

/* --- the desk (open.c) --- */
enum rc cli_open(struct cli *c, struct err *err);
enum rc cli_open_for_serve(struct cli *c, struct err *err);
/* Makes projections anew that were made by other rules, telling how far it is
 * on stderr; cli_open does so by itself. */
enum rc cli_renew(struct cli *c, struct err *err);
/* journal_verify, telling how far a rebuild is. */
enum rc cli_verify(struct cli *c, bool rebuild, struct verify_report *report,
		   struct err *err);
/* Says on stderr that the founding officer's roles are not split yet. */
void cli_say_unsplit(struct cli *c);
/* Moves a long WAL into the file when no process serves the desk. */
void cli_checkpoint(struct cli *c);
/* The document that a word names; opens the desk first. */
enum rc cli_doc(struct cli *c, const char *words, struct doc_ref *out,
		struct err *err);

/* --- serve locks itself down (serve_confine.c) --- */
/* Before it listens: no file outside the desk's folders, limits, no core. */
enum rc confine_serve_files(struct cli *c, struct err *err);
/* Once it listens: no program, no other process, no further door. */
enum rc confine_serve_calls(struct err *err);

/* --- output (out.c) --- */
/* Text of others on a terminal: hidden characters as marks, one line. */
void out_text(const char *s);
/* The same cut or padded to n_cols columns. */
void out_cell(const char *s, size_t n_cols);
void out_json(json_t *take_value); /* one line */
json_t *json_time(int64_t ms);	   /* null when below zero */
json_t *json_text_or_null(const char *s);
/* A document of a list, as one line or one object (cmd_list.c). */
void out_row(const struct cli *c, const struct doc_row *r);
/* One line on stderr, hidden characters shown. */
void out_error(const char *sentence);
void out_warn(void *ctx, const char *sentence);
/* RC_IO when standard output took not all. */
enum rc out_finish(struct err *err);

/* As --pdf, --width, --lines and --form-feed ask. */
struct paper;
enum rc out_paper(struct cli *c, const struct paper *p, struct err *err);

/* A file, or standard input for "-", of at most max_bytes. */
enum rc cli_read_file(const char *path, size_t max_bytes, struct buf *out,
		      struct err *err);

/* A day or a time of the user as an instant. RC_MALFORMED. */
enum rc parse_when(const char *s, int64_t *ret_ms, struct err *err);
/* "in" "out" "all"; NULL is all. */
enum rc box_parse(const char *s, enum box *ret_box, struct err *err);
/* ID[,ID]... into fresh strings; checks each id. */
struct desk_ids {
	char **ids;
	const char **borrowed; /* the same, as acts take them */
	size_t n_ids;
};
/* "ID,GROUP,...": of a desk id the shape is checked, a group must be there. */
enum rc addressees_parse(struct cli *c, const char *list, struct desk_ids *out,
			 struct err *err);
void desk_ids_release(struct desk_ids *d);
void desk_ids_add(struct desk_ids *d, const char *id);

/* Fields of --file and --set on top of base (borrowed, copied). *ret_fields
 * new. */
enum rc fields_given(struct cli *c, const struct kind *kind, const json_t *base,
		     json_t **ret_fields, struct err *err);

/* Says on stderr that the act waits for an approver. */
void cli_say_parked(bool parked);

/* The rows of a list, page by page (cmd_list.c). */
enum rc put_list(struct cli *c, struct list_query *q, struct err *err);
/* Clashes of a document just written or shown, one line each (stderr: as a
 * warning). Nothing when the question cannot be answered. */
void cli_say_clashes(struct cli *c, const struct doc_ref *ref, bool as_warning);

/* --- a document as JSON (doc_json.c) --- */
json_t *row_json(const struct doc_row *r);
/* On stderr, when the kernel cannot keep consoles over SSH from other files. */
void cli_say_unconfined_files(void);
#define REVISION_TEXT_MAX (DIGEST_HEX_LEN + 1)
/* The revision that was read: the digest of an issued one, the number of a
 * draft's version; "" when its issue is not here. For revise --expect. */
void view_revision(const struct view *v, char out[static REVISION_TEXT_MAX]);
json_t *view_json(const struct view *v);
const char *urgency_word(int urgency); /* 特急 加急 平件 */

/* --- what a document rests on (cmd_results.c) --- */
void cli_say_rests(struct cli *c, const struct doc_ref *ref);
json_t *rests_json(struct cli *c, const struct doc_ref *ref);

/* --- codes as people read them (words.c): in the language in force --- */
const char *urgency_title(int urgency);
const char *mode_word(const char *mode);
const char *clock_word(const char *state);
const char *notice_word(const char *what);
const char *event_word(enum event_type type);
const char *verdict_word(enum verdict verdict);
const char *role_word(enum role role);
/* The roles of bits by name, for JSON. */
json_t *roles_json(unsigned roles);
/* Where a party stands, as far as this desk knows. */
const char *party_word(const struct cli *c, const struct view *v,
		       const struct party_row *p);
/* "11-24 08:24", with its year in another year; "-" below zero. */
void when_text(const struct cli *c, int64_t ms, char out[static TIME_TEXT_MAX]);

/* --- the commands --- */
#define CLI_COMMANDS(X)       \
	X(init)               \
	X(card)               \
	X(key_show)           \
	X(key_rotate)         \
	X(peer_trust)         \
	X(peer_list)          \
	X(peer_show)          \
	X(peer_set)           \
	X(peer_revoke)        \
	X(peer_confirm)       \
	X(peer_override)      \
	X(fork_list)          \
	X(fork_evidence)      \
	X(fork_clear)         \
	X(backup)             \
	X(restore)            \
	X(bundle_out)         \
	X(bundle_in)          \
	X(bundle_list)        \
	X(serve)              \
	X(console)            \
	X(new)                \
	X(issue)              \
	X(approve)            \
	X(reject)             \
	X(revise)             \
	X(move)               \
	X(sign)               \
	X(remark)             \
	X(attach)             \
	X(withdraw)           \
	X(ack_withdraw)       \
	X(assign)             \
	X(note)               \
	X(remind)             \
	X(deadline)           \
	X(duty)               \
	X(list)               \
	X(related)            \
	X(search)             \
	X(results)            \
	X(show)               \
	X(clash)              \
	X(calendar)           \
	X(roll_call)          \
	X(events)             \
	X(import)             \
	X(export)             \
	X(print)              \
	X(evidence)           \
	X(verify)             \
	X(doctor)             \
	X(feed)               \
	X(set)                \
	X(officer_add)        \
	X(officer_list)       \
	X(officer_disable)    \
	X(officer_key_add)    \
	X(officer_key_list)   \
	X(officer_key_remove) \
	X(officer_pin)        \
	X(authorized_keys)    \
	X(reference_load)     \
	X(reference_list)     \
	X(reference_show)     \
	X(officer_roles)      \
	X(roles)              \
	X(audit)              \
	X(stats)              \
	X(kind_check)         \
	X(kind_add)           \
	X(kind_list)          \
	X(keymap_check)       \
	X(keymap_list)        \
	X(group_set)          \
	X(group_list)         \
	X(group_remove)       \
	X(shift_on)           \
	X(shift_hand_over)    \
	X(shift_take)         \
	X(shift_list)         \
	X(shift_log)          \
	X(shift_roster)       \
	X(demo)
#define X(name) enum rc run_##name(struct cli *c, struct err *err);
CLI_COMMANDS(X)
#undef X
