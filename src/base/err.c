#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"

struct rc_row {
	const char *sentence;
	int exit_status;
	int http_status;
};

static const struct rc_row rows[RC__COUNT] = {
#define X(id, text, status, http) [RC_##id] = { text, status, http },
	RC_MAP(X)
#undef X
};

static const char *const names[RC__COUNT] = {
	[RC_OK] = "ok",
	[RC_USAGE] = "usage",
	[RC_RANGE] = "range",
	[RC_TEXT] = "text",
	[RC_MALFORMED] = "malformed",
	[RC_TOOLARGE] = "toolarge",
	[RC_BADSIG] = "badsig",
	[RC_VERIFY] = "verify",
	[RC_DENIED] = "denied",
	[RC_NOTFOUND] = "notfound",
	[RC_EXISTS] = "exists",
	[RC_CONFLICT] = "conflict",
	[RC_STATE] = "state",
	[RC_GAP] = "gap",
	[RC_CHAIN] = "chain",
	[RC_BUSY] = "busy",
	[RC_FULL] = "full",
	[RC_IO] = "io",
	[RC_DB] = "db",
	[RC_DAMAGED] = "damaged",
	[RC_NEWER] = "newer",
	[RC_LOCKED] = "locked",
	[RC_TLS] = "tls",
	[RC_NET] = "net",
	[RC_PROTO] = "proto",
	[RC_CANCELED] = "canceled",
};

/* Sentences are one line and valid UTF-8: cut at a character, no newline. */
static void
settle(struct err *err, const char *text)
{
	size_t n = strnlen(text, sizeof(err->msg) - 1);
	char *p;

	while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
		n--; /* the cut is inside a character */
	memmove(err->msg, text, n);
	err->msg[n] = '\0';
	for (p = err->msg; *p != '\0'; p++)
		if (*p == '\n' || *p == '\r')
			*p = ' ';
}

enum rc
err_fill(struct err *err, enum rc code, int sys, const char *at,
	 const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (err == NULL)
		return code;
	va_start(ap, fmt);
	if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
		(void)snprintf(text, sizeof(text), "%s", rc_sentence(code));
	va_end(ap);
	err->code = code;
	err->sys = sys;
	err->at = at;
	settle(err, text);
	return code;
}

enum rc
err_wrap(struct err *err, const char *fmt, ...)
{
	char context[sizeof(err->msg)];
	char text[2 * sizeof(err->msg) + 4];
	va_list ap;

	va_start(ap, fmt);
	if (vsnprintf(context, sizeof(context), fmt, ap) < 0)
		context[0] = '\0';
	va_end(ap);
	(void)snprintf(text, sizeof(text), "%s: %s", context, err->msg);
	settle(err, text);
	return err->code;
}

static const struct rc_row *
row(enum rc rc)
{
	return &rows[(unsigned)rc < RC__COUNT ? rc : RC_DB];
}

/* The system's own sentences are English, and say what but not what to do. */
static const struct {
	int errnum;
	const char *words;
} system_words[] = {
	{ ECONNREFUSED, N_("nobody answers at that port; its service is down "
			   "or the address is wrong") },
	{ ECONNRESET, N_("the other side broke it off") },
	{ ECONNABORTED, N_("the other side broke it off") },
	{ EPIPE, N_("the other side broke it off") },
	{ ETIMEDOUT, N_("no answer in time; look at the line") },
	{ EHOSTUNREACH, N_("no way to that machine; look at the line") },
	{ EHOSTDOWN, N_("no way to that machine; look at the line") },
	{ ENETUNREACH, N_("the network cannot be reached; look at the line") },
	{ ENETDOWN, N_("the network cannot be reached; look at the line") },
	{ EADDRNOTAVAIL, N_("this machine has no such address") },
	{ EMFILE, N_("too many files are open; raise the limit") },
	{ ENFILE, N_("too many files are open; raise the limit") },
	{ ENOMEM, N_("no memory left") },
	{ EIO, N_("the disk or the line failed") },
	{ EISDIR, N_("it is a folder, a file is needed") },
	{ ENAMETOOLONG, N_("the name is too long") },
	{ EFBIG, N_("the file is larger than is allowed") },
	{ EBUSY, N_("in use by another program") },
	{ ETXTBSY, N_("in use by another program") },
	{ EINVAL, N_("refused by the system") },
};

const char *
err_words(int errnum)
{
	size_t n = sizeof(system_words) / sizeof(*system_words);

	for (size_t i = 0; i < n; i++)
		if (system_words[i].errnum == errnum)
			return _(system_words[i].words);
	return NULL;
}

const char *
rc_sentence(enum rc rc)
{
	return _(row(rc)->sentence);
}

const char *
rc_name(enum rc rc)
{
	return names[(unsigned)rc < RC__COUNT ? rc : RC_DB];
}

int
rc_exit_status(enum rc rc)
{
	return row(rc)->exit_status;
}

int
rc_http_status(enum rc rc)
{
	return row(rc)->http_status;
}
