/* What the files of this room share. */
#pragma once

#include "desk/ask.h"
#include "desk/desk.h"
#include "desk/permit.h"
#include "store/store.h"

#define FILE_STORE	   "desk.db"
#define FILE_LIVE	   "live.db"
#define FILE_SEAL	   "seal.pem"
#define FILE_SEAL_NEXT	   "seal-next.pem"
#define FILE_TLS_KEY	   "tls-key.pem"
#define FILE_TLS_CERT	   "tls-cert.pem"
#define FILE_TLS_NEXT_KEY  "tls-next-key.pem"
#define FILE_TLS_NEXT_CERT "tls-next-cert.pem"
#define FILE_WAKE	   "wake"

struct table; /* reference data, desk/table.c */

struct desk {
	char id[DESK_ID_MAX + 1];
	char *folder, *name;
	char *tls_key, *tls_cert, *tls_next_key, *tls_next_cert, *wake;
	const struct env *env;
	struct store *store;
	struct store *live; /* opened when first asked for */
	struct kinds *kinds;
	struct calendar *calendar; /* embedded; the journal knows which one
				    * is in force */
	struct signer *signer;
	struct journal *journal;
	struct officer officer;
	bool has_officer;
	struct table *tables; /* those read so far */
	int64_t seen_version; /* of the database, by others */
	int64_t version;      /* rises with every commit, own ones too */
	struct {
		int64_t at_ms, row;
		bool on; /* else from the first one */
	} tick;		 /* the last one that desk_tick() looked at */
};

/* folder/name, heap. */
char *desk_path(const char *folder, const char *name);

/* --- officers (officer.c) --- */
/* RC_NOTFOUND, RC_DENIED when disabled. */
enum rc officer_check(struct desk *d, const char *id, struct officer *out,
		      struct err *err);
void officer_release(struct officer *o);
/* Sets d->officer: the one asked for, or the login's. */
enum rc officer_login(struct desk *d, const char *asked, struct err *err);
/* Keeps in the audit trail that nobody of that id, or of this login, may act
 * here. */
void login_refused(struct desk *d, const char *asked);
/* Keeps that an officer who is not the one at work was refused, as
 * permit_refused() does (permit.c). */
void refused_keep(struct desk *d, const char *officer, const char *what);
struct ssh_key;
/* Inside a transaction: the row of a key and its audit row; RC_EXISTS
 * (officer_key.c). */
enum rc officer_key_row(struct desk *d, const char *officer,
			const struct ssh_key *key, struct err *err);
/* One enabled officer alone: may approve what is his own, marked. */
bool officer_alone(struct desk *d);
/* The founding row, before the journal is there. */
enum rc officer_found(struct store *s, int64_t now_ms, struct err *err);
/* {"id","name","roles"} as events carry it. */
json_t *officer_json(const struct officer *o);
/* [officer in charge, further ones] */
/* His name, or what he is called by where there is none; heap. */
char *officer_title(struct desk *d, const char *id);
json_t *officers_json(const struct desk *d);

/* --- settings (setting.c) --- */
/* Raw rows, also those that are no setting of users ("desk.id"). */
enum rc setting_read(struct store *s, const char *name, char **ret_value,
		     struct err *err);
enum rc setting_write(struct store *s, const char *name, const char *value,
		      const char *officer, int64_t now_ms, struct err *err);
/* Number of a peer's setting, else the desk's, else -1. */
int64_t setting_number(struct desk *d, const char *peer, const char *name);
char *setting_default_prefix(const char *desk);
/* Name of a desk from reference units and divisions; heap. */
char *desk_known_name(const char *desk);

/* --- the card (card.c) --- */
/* What the desk says of itself; the journal numbers and signs it. */
struct card_from {
	const char *folder, *desk, *name, *address;
	const char *cert; /* path of the certificate; NULL: FILE_TLS_CERT */
};
enum rc card_make(const struct card_from *from, struct card *out,
		  struct err *err);
/* A new card after a setting changed. */
enum rc desk_card_anew(struct desk *d, struct err *err);
/* What it would say, without keys; cert NULL: the certificate as it is. */
enum rc desk_card_draft(struct desk *d, const char *cert, struct card *out,
			struct err *err);

/* --- folder_make.c --- */
/*
 * A folder that is there whole or not at all: build() fills another one beside
 * it, which then takes its name; folders above are made, 0700. RC_EXISTS: it
 * is there and not empty.
 */
enum rc folder_make(const char *path,
		    enum rc (*build)(void *ctx, const char *folder,
				     struct err *err),
		    void *ctx, struct err *err);
/* Those above it, 0700 where they are made here. folder is as before after. */
enum rc folder_make_parents(char *folder, struct err *err);
/* With all that is in it; best effort. */
void folder_remove(const char *folder);

/* --- waiting.c --- */
struct tick;
/* Signs what was kept; the peers have answered. */
enum rc waiting_sign(struct desk *d, const struct tick *t, struct err *err);

/* --- mark.c --- */
/* The folder of the desk's mark, made when it is not there; heap, NULL: none.
 */
char *desk_mark_folder(struct store *s);

/* --- transactions (desk.c) --- */
enum rc act_begin(struct desk *d, struct err *err);
/* Writes the audit row; subject may be NULL. */
enum rc act_audit(struct desk *d, const char *act, const struct doc_ref *ref,
		  const char *detail, struct err *err);
/* Commits when rc is RC_OK, else rolls back; returns the outcome. */
enum rc act_end(struct desk *d, enum rc rc, struct err *err);

/* --- link.c --- */
/* live.db, kept open; NULL when it is not there, or cannot be made. */
struct store *desk_live(struct desk *d, bool make);
#define SILENT_MINUTES 60 /* standard of the setting silent_minutes */
/* Does a process serve, since when? Times are left alone when none ever did;
 * beat: its last sign of life. */
bool serving_since(struct desk *d, int64_t *ret_begun_ms, int64_t *ret_beat_ms);
