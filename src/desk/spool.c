#include <stdio.h>
#include <string.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "spool_int.h"
#include "trust/digest.h"

#define SPOOL_FILES_MAX 64 /* in one call: a console waits a few ms at most */
#define SPOOL_PATH_MAX	1000
#define NAME_HEX	16

enum rc
spool_check_folder(struct desk *d, const char *value, struct err *err)
{
	struct stat st;

	(void)d;
	if (value[0] == '\0')
		return RC_OK;
	if (value[0] != '/' || strlen(value) > SPOOL_PATH_MAX)
		return err_set(err, RC_RANGE, 0,
			       _("an absolute path of a folder, please"));
	if (lstat(value, &st) != 0 || !S_ISDIR(st.st_mode) ||
	    access(value, W_OK | X_OK) != 0)
		return err_set(err, RC_RANGE, 0,
			       _("'%s' is no folder that this account can "
				 "write to"),
			       value);
	return RC_OK;
}

/* "Fri, 27 Nov 2026 06:30:00 +0800", in English whatever the language. */
static char *
date_header(int64_t ms)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu",
					    "Fri", "Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
					      "May", "Jun", "Jul", "Aug",
					      "Sep", "Oct", "Nov", "Dec" };
	int32_t day = day_of_ms(ms);
	struct civil c = day_to_civil(day);
	char text[TIME_TEXT_MAX];

	time_format(ms, text);
	return xasprintf("%s, %02d %s %04d %.8s +0800",
			 days[day_weekday(day) - 1], c.day, months[c.month - 1],
			 c.year, text + 11);
}

/* Words of peers stand in it (numbers): no line ends, nothing hidden. */
static char *
one_line(const char *text)
{
	char *out = xmalloc(1024);

	(void)text_show_into(out, 1024, text);
	return out;
}

static char *
message_of(struct desk *d, const struct escalation *e, const char *name,
	   int64_t found_ms)
{
	char *words = one_line(e->words), *date = date_header(found_ms);
	bool doc = e->ref.id[0] != '\0';
	char *out = xasprintf(
		"From: deltadesk <%s@localhost>\n"
		"Date: %s\n"
		"Subject: %s\n"
		"Message-ID: <%s@%s>\n"
		"Auto-Submitted: auto-generated\n"
		"MIME-Version: 1.0\n"
		"Content-Type: text/plain; charset=UTF-8\n"
		"Content-Transfer-Encoding: 8bit\n"
		"X-Deltadesk-Escalation: %s\n"
		"X-Deltadesk-Desk: %s\n"
		"X-Deltadesk-Peer: %s\n"
		"%s%s%s%s%s"
		"\n"
		"%s\n"
		"%s\n",
		d->id, date, words, name, d->id, escalation_name(e->what),
		d->id, e->desk, doc ? "X-Deltadesk-Document: " : "",
		e->ref.owner, doc ? "/" : "", e->ref.id, doc ? "\n" : "", words,
		_("Open it on the desk: nothing of its content stands here."));

	xfree(words);
	xfree(date);
	return out;
}

/* The same for ever for the same escalation: written again after a crash it
 * replaces itself. */
static char *
name_of(const char *key, int64_t found_ms)
{
	char hex[DIGEST_HEX_LEN + 1];
	struct digest digest;

	digest_sha256(key, strlen(key), &digest);
	digest_hex(&digest, hex);
	hex[NAME_HEX] = '\0';
	return xasprintf("%lld-%s.eml", (long long)(found_ms / 1000), hex);
}

struct fresh {
	char *key, *text, *name; /* text NULL: made when the time is known */
	int64_t found_ms;
};

struct spooling {
	struct desk *desk;
	int64_t now_ms;
	struct fresh files[SPOOL_FILES_MAX];
	size_t n;
	bool more;
	enum rc rc;
	struct err err;
};

/* False: told already. */
static bool
is_fresh(struct spooling *s, const char *key, int64_t *ret_found_ms)
{
	struct stmt *st = stmt_use(s->desk->store, SQL_SPOOL_FIND);
	bool row = false, done = false;

	stmt_text(st, 1, key);
	s->rc = stmt_step(st, &row, &s->err);
	*ret_found_ms = s->now_ms;
	if (s->rc == RC_OK && row) {
		*ret_found_ms = col_int(st, 0);
		done = !col_is_null(st, 1);
	}
	stmt_done(st);
	return s->rc == RC_OK && !done;
}

static void
take(void *ctx, const struct escalation *e)
{
	struct spooling *s = ctx;
	struct fresh *f;
	int64_t found;

	/* not serving: who would write it */
	if (s->rc != RC_OK || e->what == ESCALATION_STOPPED ||
	    !is_fresh(s, e->key, &found))
		return;
	if (s->n == SPOOL_FILES_MAX) {
		s->more = true;
		return;
	}
	f = &s->files[s->n++];
	f->key = xstrdup(e->key);
	f->found_ms = found;
	f->name = name_of(e->key, found);
	f->text = message_of(s->desk, e, f->name, found);
}

static enum rc
note(struct desk *d, enum sql what, const struct fresh *f, int64_t ms,
     struct err *err)
{
	struct stmt *st = stmt_use(d->store, what);

	stmt_text(st, 1, f->key);
	stmt_int(st, 2, ms);
	return stmt_run(st, err);
}

/* Found is written before the file and done after it. */
static enum rc
note_all(struct spooling *s, enum sql what, size_t n, struct err *err)
{
	struct desk *d = s->desk;
	enum rc rc = store_begin(d->store, err);
	size_t i;

	if (rc != RC_OK)
		return rc;
	for (i = 0; rc == RC_OK && i < n; i++)
		rc = note(d, what, &s->files[i], s->now_ms, err);
	if (rc == RC_OK)
		return store_commit(d->store, err);
	store_rollback(d->store);
	return rc;
}

static enum rc
write_all(struct spooling *s, const char *folder, struct err *err)
{
	enum rc rc = note_all(s, SQL_SPOOL_ADD, s->n, err), marked;
	size_t i, written = 0;

	for (i = 0; rc == RC_OK && i < s->n; i++) {
		char *path = xasprintf("%s/%s", folder, s->files[i].name);

		rc = file_replace(path, s->files[i].text,
				  strlen(s->files[i].text), 0600, err);
		written += rc == RC_OK;
		xfree(path);
	}
	if (written == 0)
		return rc;
	marked = note_all(s, SQL_SPOOL_DONE, written, rc == RC_OK ? err : NULL);
	return rc == RC_OK ? marked : rc;
}

enum rc
desk_spool(struct desk *d, bool *ret_more, struct err *err)
{
	struct spooling s = { .desk = d, .now_ms = env_now_ms(d->env) };
	char *folder = NULL;
	enum rc rc = setting_get(d, "spool", &folder, err);
	size_t i;

	*ret_more = false;
	if (rc == RC_OK && folder[0] != '\0') {
		rc = escalations_each(d, ESCALATIONS_ALL, take, &s, err);
		if (rc == RC_OK && s.rc != RC_OK) {
			rc = s.rc;
			if (err != NULL)
				*err = s.err;
		}
		if (rc == RC_OK && s.n > 0)
			rc = write_all(&s, folder, err);
		*ret_more = rc == RC_OK && s.more;
	}
	for (i = 0; i < s.n; i++) {
		xfree(s.files[i].key);
		xfree(s.files[i].name);
		xfree(s.files[i].text);
	}
	xfree(folder);
	return rc;
}
