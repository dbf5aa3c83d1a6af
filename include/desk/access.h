/*
 * How officers come in and stay alone with their console: the SSH keys that a
 * forced command is made for, the PIN that opens a locked console, and the
 * rows of the audit trail that tell of it. Every key and PIN is one officer's.
 */
#pragma once

#include "desk/act.h"
#include "desk/desk.h"
#include "trust/sshkey.h"

/* --- officer_key.c -------------------------------------------------------- */
struct officer_key {
	char officer[OFFICER_ID_MAX + 1];
	const char *fingerprint, *type, *base64, *comment, *added_by;
	int64_t added_ms;
	bool disabled; /* its officer is */
};
typedef void officer_key_fn(void *ctx, const struct officer_key *k);

/* An administrator's acts. RC_EXISTS names whose key it is already. */
enum rc officer_key_add(struct desk *d, const char *officer,
			const struct ssh_key *key, struct err *err);
/* By its fingerprint; RC_NOTFOUND. Sessions that are open stay: disable the
 * officer to end those. */
enum rc officer_key_remove(struct desk *d, const char *fingerprint,
			   struct err *err);
/* officer NULL: of all. */
enum rc officer_key_each(struct desk *d, const char *officer,
			 officer_key_fn *each, void *ctx, struct err *err);
/*
 * Those that may log in: keys of enabled officers; fingerprint NULL: all.
 * No officer acts yet. The key of a disabled one is not given and his try
 * stands in the audit trail, at most once in ten minutes.
 */
enum rc officer_key_admit(struct desk *d, const char *fingerprint,
			  officer_key_fn *each, void *ctx, struct err *err);

/* --- officer_pin.c -------------------------------------------------------- */
/* Wrong ones in a row that cost no waiting; then it doubles. */
#define PIN_FREE_TRIES	   3
#define PIN_DELAY_FIRST_MS 5000
#define PIN_DELAY_MAX_MS   (15 * 60 * 1000)

/* Has the officer at work a PIN? */
bool pin_is_set(struct desk *d);
/*
 * The officer's own: old is the one in force, NULL when there is none.
 * RC_DENIED when old is wrong, RC_BUSY as in act_unlock(), RC_RANGE as in
 * pin_check().
 */
enum rc act_pin_set(struct desk *d, const char *old, const char *pin,
		    struct err *err);
/* An administrator's, for who forgot his: RC_NOTFOUND when he has none. */
enum rc act_pin_clear(struct desk *d, const char *officer, struct err *err);
/*
 * RC_OK when it is right; RC_DENIED when not; RC_BUSY while one must wait, in
 * words; RC_NOTFOUND when none is set. The try is counted and committed before
 * it is judged, so that neither two consoles nor a kill make it free. Slow
 * (include/trust/pin.h): not on the loop.
 */
enum rc act_unlock(struct desk *d, const char *pin, struct err *err);
/* The console was locked: why is "idle" or "key". */
enum rc act_lock(struct desk *d, const char *why, struct err *err);
