/*
 * Errors: one code, one sentence, passed down explicitly.
 *
 * Anything that can fail returns enum rc and takes struct err *err last.
 * err is untouched on success and filled once, where the failure is first
 * known; callers add context with err_wrap().
 */
#pragma once

/* id, sentence, exit status (see deltadesk(1)), HTTP status. Who expands the
 * sentences includes base/i18n.h for N_. */
#define RC_MAP(X)                                                         \
	X(OK, N_("success"), 0, 200)                                      \
	X(USAGE, N_("wrong usage"), 2, 400)                               \
	X(RANGE, N_("value out of range"), 1, 400)                        \
	X(TEXT, N_("text is not valid UTF-8"), 1, 400)                    \
	X(MALFORMED, N_("malformed input"), 1, 400)                       \
	X(TOOLARGE, N_("larger than the limit"), 1, 413)                  \
	X(BADSIG, N_("signature does not verify"), 4, 422)                \
	X(VERIFY, N_("verification failed"), 4, 500)                      \
	X(DENIED, N_("not allowed"), 1, 403)                              \
	X(NOTFOUND, N_("no such record"), 1, 404)                         \
	X(EXISTS, N_("exists already"), 1, 409)                           \
	X(CONFLICT, N_("edited elsewhere meanwhile"), 1, 409)             \
	X(STATE, N_("not possible in this state"), 1, 409)                \
	X(GAP, N_("frames are missing"), 1, 409)                          \
	X(CHAIN, N_("chain does not match"), 1, 409)                      \
	X(BUSY, N_("try again later"), 3, 503)                            \
	X(FULL, N_("no space left"), 3, 503)                              \
	X(IO, N_("input or output failed"), 3, 500)                       \
	X(DB, N_("database failed"), 3, 500)                              \
	X(DAMAGED, N_("file is damaged or not a deltadesk file"), 3, 500) \
	X(NEWER, N_("made by a newer deltadesk"), 3, 500)                 \
	X(LOCKED, N_("held by another process"), 3, 503)                  \
	X(TLS, N_("secure connection failed"), 1, 500)                    \
	X(NET, N_("connection failed"), 1, 502)                           \
	X(PROTO, N_("peer broke the protocol"), 1, 400)                   \
	X(CANCELED, N_("canceled"), 1, 503)

enum rc {
#define X(id, text, status, http) RC_##id,
	RC_MAP(X)
#undef X
	RC__COUNT
};

struct err {
	enum rc code;
	int sys;	/* errno, uv, sqlite or OpenSSL reason; 0 if none */
	const char *at; /* "file.c:123", static storage */
	char msg[232];	/* whole sentence, UTF-8, in the user's language */
};

#define ERR_INIT              \
	{                     \
		.code = RC_OK \
	}
#define ERR_STR2(x) #x
#define ERR_STR(x)  ERR_STR2(x)

/* Fills err (may be NULL) and returns code, so `return err_set(err, ...)`. */
#define err_set(err, code, sys, ...)                                   \
	err_fill((err), (code), (sys), __FILE__ ":" ERR_STR(__LINE__), \
		 __VA_ARGS__)

enum rc err_fill(struct err *err, enum rc code, int sys, const char *at,
		 const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Puts "context: " before the sentence; returns err->code. */
enum rc err_wrap(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* What the system said, in the user's language and with what to do about it;
 * NULL for an errno that is not met in practice. */
const char *err_words(int errnum);

const char *rc_sentence(enum rc rc); /* translated */
const char *rc_name(enum rc rc);     /* lower-case ASCII, "badsig" */
int rc_exit_status(enum rc rc);	     /* 0..4, DESIGN 6 */
int rc_http_status(enum rc rc);
