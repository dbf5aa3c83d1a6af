/*
 * A desk: one unit's installation. The command line and the console call the
 * same acts (desk/act.h) and questions (desk/ask.h) of this room.
 */
#pragma once

#include "base/env.h"
#include "base/err.h"
#include "journal/journal.h"
#include "trust/key.h"

struct desk;

struct desk_setup {
	const char *folder;
	const char *id;	    /* desk id */
	const char *name;   /* NULL: from reference units or the id */
	const char *listen; /* ADDR:PORT or NULL */
	enum key_alg signature;
	const struct env *env;
};
/* Makes folder (0700), keys (0600), store, card; enrols the login as
 * founding officer with every role but auditor. Nothing is left behind on
 * failure. RC_EXISTS. */
enum rc desk_init(const struct desk_setup *setup, struct err *err);

struct desk_open_as {
	const char *folder;
	const char *officer; /* NULL: the one enrolled for this login */
	const struct env *env;
	bool for_serve; /* no officer needed */
	bool frugal;	/* one of many processes: little memory of its own */
};
enum rc desk_open(const struct desk_open_as *as, struct desk **ret_desk,
		  struct err *err);
struct desk *desk_close(struct desk *d);
/* Has the folder a desk's database in it? */
bool desk_is_there(const char *folder);

struct journal *desk_get_journal(const struct desk *d);
const char *desk_get_id(const struct desk *d);
const char *desk_get_name(const struct desk *d);
const char *desk_get_folder(const struct desk *d);
/* The one folder where the officer at work gives and takes files; made when it
 * is not there. Heap. */
enum rc desk_exchange_folder(const struct desk *d, char **ret_path,
			     struct err *err);
/* Where the entry by pinyin keeps what it learns from the officer at work; made
 * when it is not there. Heap. */
enum rc desk_pinyin_folder(const struct desk *d, char **ret_path,
			   struct err *err);
const struct env *desk_get_env(const struct desk *d);
const struct kinds *desk_get_kinds(const struct desk *d);
const struct calendar *desk_get_calendar(const struct desk *d);
/* Paths of the TLS key and certificate (PEM). */
const char *desk_get_tls_key(const struct desk *d);
const char *desk_get_tls_cert(const struct desk *d);
/* Of desk/key.h, while there are two; else nothing is there. */
const char *desk_get_tls_next_key(const struct desk *d);
const char *desk_get_tls_next_cert(const struct desk *d);
/* File touched after each commit: watch it, then ask_data_version(). */
const char *desk_get_wake(const struct desk *d);
/* The kind with its newest version in force today; RC_NOTFOUND names those
 * that are installed. */
enum rc desk_kind(const struct desk *d, const char *name,
		  const struct kind **ret_kind, struct err *err);

/* Installs a kind file (an administrator's act); name is the file's. RC_EXISTS
 * when that version is here already. Owned by the desk. */
enum rc kind_install(struct desk *d, const char *name, const char *bytes,
		     size_t n_bytes, const struct kind **ret_kind,
		     struct err *err);

/* --- officers ----------------------------------------------------------- */
struct officer {
	char id[OFFICER_ID_MAX + 1];
	char *name;
	unsigned roles; /* ROLE_BIT */
	bool disabled;
	bool asserted; /* --officer other than the login's own */
};
const struct officer *desk_get_officer(const struct desk *d);
/* login: of the machine, NULL = none. Roles as permit_roles() allows. */
enum rc officer_add(struct desk *d, const char *id, const char *name,
		    unsigned roles, const char *login, struct err *err);
struct ssh_key;
struct new_officer {
	const char *id, *name;
	unsigned roles;
	const char *login;	   /* NULL = none */
	const struct ssh_key *key; /* NULL = none yet */
};
/* The same with an SSH key, both or neither. */
enum rc officer_enrol(struct desk *d, const struct new_officer *n,
		      struct err *err);
/* Reads the officer at work anew: his roles as they are now, RC_DENIED when
 * he is disabled, so that the next key of an open console is refused. */
enum rc officer_refresh(struct desk *d, struct err *err);
/* RC_DENIED: to oneself, or from the last administrator. */
enum rc officer_set_roles(struct desk *d, const char *id, unsigned roles,
			  struct err *err);
/* Somebody still both administers and works with documents: the founding
 * officer until the roles are split (三员分立). */
bool officers_unsplit(struct desk *d);
enum rc officer_disable(struct desk *d, const char *id, struct err *err);
enum rc officer_each(struct desk *d,
		     void (*each)(void *ctx, const struct officer *o),
		     void *ctx, struct err *err);

/* --- forms that an officer has begun to fill in --------------------------- */
#define WRITING_TEXT_MAX (512 * 1024)
#define WRITING_MAX	 100 /* of one officer; the oldest make room */
/* What stands in the fields, as it was saved last; heap; NULL when that is not
 * being written. */
char *writing_get(struct desk *d, const char *what, int64_t *ret_saved_ms);
/* texts NULL: handed in or dropped. RC_RANGE beyond WRITING_TEXT_MAX. */
enum rc writing_save(struct desk *d, const char *what, const char *texts,
		     struct err *err);
/* The newest first. */
enum rc writing_each(struct desk *d,
		     void (*each)(void *ctx, const char *what,
				  int64_t saved_ms),
		     void *ctx, struct err *err);

/* --- what an officer keeps for himself ------------------------------------ */
#define KEPT_NAME_MAX  120
#define KEPT_VALUE_MAX 1000
#define KEPT_MAX       200 /* of one officer */
/* Heap; NULL when he keeps nothing by that name. */
char *kept_get(struct desk *d, const char *name);
/* value NULL: forgets it. RC_RANGE beyond the limits above. */
enum rc kept_set(struct desk *d, const char *name, const char *value,
		 struct err *err);
/* Names with that beginning, in order. */
enum rc kept_each(struct desk *d, const char *prefix,
		  void (*each)(void *ctx, const char *name, const char *value),
		  void *ctx, struct err *err);

/* --- settings ----------------------------------------------------------- */
/* Known settings only (RC_NOTFOUND lists them): prefix (of numbers), listen,
 * sign_hours, feedback_days, bell, lang, ... one table in desk/setting.c */
enum rc setting_get(struct desk *d, const char *name, char **ret_value,
		    struct err *err);
enum rc setting_set(struct desk *d, const char *name, const char *value,
		    struct err *err);
enum rc setting_each(struct desk *d,
		     void (*each)(void *ctx, const char *name,
				  const char *value, const char *help),
		     void *ctx, struct err *err);
/* Settings with a number for one peer (sign_hours, feedback_days). */
enum rc setting_set_peer(struct desk *d, const char *peer, const char *name,
			 int64_t value, struct err *err);
