/* bundle: what a peer is owed, on media, and what a peer brings so. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"
#include "desk/permit.h"
#include "desk/tick.h"
#include "exchange/bundle.h"
#include "exchange/exchange.h"
#include "loop/loop.h"

#define LOOK_AGAIN_US 20000
#define LIST_MAX      50
#define READ_TRIES    5	   /* by this process, when it cannot be stored */
#define TICKS_MAX     1000 /* calls, some dozen documents each */

/* ---- out ---- */

/* What time brings belongs into it, also where nothing serves: a reveal whose
 * hour has come. */
static enum rc
catch_up(struct cli *c, struct err *err)
{
	struct tick tick = { .problem = out_warn };
	int64_t next = 0;
	enum rc rc = RC_OK;

	for (int i = 0; rc == RC_OK && i < TICKS_MAX; i++) {
		rc = desk_tick(c->desk, &tick, &next, err);
		if (next > env_now_ms(c->env))
			break;
	}
	return rc;
}

static enum rc
read_order(struct cli *c, struct bundle_order *o, struct err *err)
{
	const char *max = cli_get(c, "max");
	int64_t mib = 0;
	enum rc rc = RC_OK;

	*o = (struct bundle_order){ .officer = desk_get_officer(c->desk)->id,
				    .no_blobs = cli_has(c, "no-attachments") };
	if (max != NULL)
		rc = str_to_i64(max, 1, BUNDLE_MAX_BYTES / 1024 / 1024, &mib,
				err);
	o->max_bytes = mib * 1024 * 1024;
	return rc;
}

/* Under another name first: a file of that name is a whole bundle. */
static enum rc
write_file(struct cli *c, const char *path, const struct bundle_order *o,
	   struct bundle_made *made, struct err *err)
{
	struct journal *j = desk_get_journal(c->desk);
	char *temp = xasprintf("%s.XXXXXX", path);
	enum rc rc = RC_OK;
	int fd = -1;

	if (file_exists(path))
		rc = err_errno(err, EEXIST, _("creating"), path);
	else if ((fd = mkostemp(temp, O_CLOEXEC)) < 0)
		rc = err_errno(err, errno, _("creating"), path);
	if (rc != RC_OK) {
		(void)xfree(temp);
		return rc;
	}
	(void)fchmod(fd, 0600); /* a medium may know no modes */
	rc = bundle_write(j, c->words[0], o, fd, made, err);
	if (rc == RC_OK && fsync(fd) != 0)
		rc = err_errno(err, errno, _("writing"), path);
	if (close(fd) != 0 && rc == RC_OK)
		rc = err_errno(err, errno, _("writing"), path);
	if (rc == RC_OK && rename(temp, path) != 0)
		rc = err_errno(err, errno, _("writing"), path);
	if (rc != RC_OK) {
		(void)unlink(temp); /* best effort: the error is told */
	} else {
		rc = file_sync_parent(path, err);
		if (rc != RC_OK)
			(void)unlink(path); /* it may not stay */
	}
	(void)xfree(temp);
	return rc;
}

static enum rc
write_stdout(struct cli *c, const struct bundle_order *o,
	     struct bundle_made *made, struct err *err)
{
	if (isatty(STDOUT_FILENO))
		return err_set(err, RC_USAGE, 0,
			       _("a bundle is not for a terminal: name a file, "
				 "or send it on to a program"));
	return bundle_write(desk_get_journal(c->desk), c->words[0], o,
			    STDOUT_FILENO, made, err);
}

/* On stderr when the bundle itself goes to stdout. */
static void
say_made(const struct cli *c, const struct bundle_made *m, bool to_stdout)
{
	FILE *f = to_stdout ? stderr : stdout;

	if (c->json && !to_stdout) {
		json_t *j = json_object();
		json_object_set_new(j, "bundle", json_string(m->id));
		json_object_set_new(j, "peer", json_string(c->words[0]));
		json_object_set_new(j, "frames", json_integer(m->frames));
		json_object_set_new(j, "attachments", json_integer(m->blobs));
		json_object_set_new(j, "bytes", json_integer(m->bytes));
		json_object_set_new(j, "frames_left",
				    json_integer(m->frames_left));
		json_object_set_new(j, "attachments_left",
				    json_integer(m->blobs_left));
		out_json(j);
	} else {
		(void)fprintf(f,
			      _("bundle for %s: %lld frames, %lld "
				"attachments, %lld bytes"),
			      c->words[0], (long long)m->frames,
			      (long long)m->blobs, (long long)m->bytes);
		(void)fputc('\n', f);
	}
	if (m->frames_left > 0 || m->blobs_left > 0) {
		(void)fprintf(stderr,
			      _("%lld frames and %lld attachments are left "
				"for the next one, after the peer's answer"),
			      (long long)m->frames_left,
			      (long long)m->blobs_left);
		(void)fputc('\n', stderr);
	}
	if (!to_stdout)
		out_error(_("the bundle is signed and not encrypted: whoever "
			    "has the medium can read it"));
}

enum rc
run_bundle_out(struct cli *c, struct err *err)
{
	struct bundle_order order;
	struct bundle_made made;
	bool to_stdout = str_eq(c->words[1], "-"), written;
	enum rc rc = cli_open(c, err);

	if (rc == RC_OK)
		rc = permit(c->desk, PERMIT_BUNDLE, NULL, err);
	if (rc == RC_OK)
		rc = read_order(c, &order, err);
	if (rc == RC_OK)
		rc = catch_up(c, err);
	if (rc == RC_OK)
		rc = to_stdout ? write_stdout(c, &order, &made, err)
			       : write_file(c, c->words[1], &order, &made, err);
	written = rc == RC_OK && !to_stdout;
	if (rc == RC_OK)
		rc = bundle_written(desk_get_journal(c->desk), c->words[0],
				    &order, &made, err);
	if (rc != RC_OK && written)
		(void)unlink(c->words[1]); /* nobody answers for it */
	if (rc == RC_OK)
		say_made(c, &made, to_stdout);
	return rc;
}

/* ---- in ---- */

struct reading {
	struct loop *loop;
	struct exchange *x;
};

static void
on_stopped(void *ctx)
{
	struct reading *r = ctx;

	loop_stop(r->loop);
}

static void
on_read(void *ctx)
{
	struct reading *r = ctx;
	struct exchange *x = r->x;

	r->x = NULL;
	if (x != NULL)
		exchange_stop(x, on_stopped, r);
}

/* Nobody serves: the same exchange, without a line, for as long as it takes. */
static enum rc
read_here(struct cli *c, struct err *err)
{
	struct reading r = { .loop = NULL };
	struct exchange_config config = {
		.journal = desk_get_journal(c->desk),
		.tls_key_path = desk_get_tls_key(c->desk),
		.tls_cert_path = desk_get_tls_cert(c->desk),
		.tls_next_key_path = desk_get_tls_next_key(c->desk),
		.tls_next_cert_path = desk_get_tls_next_cert(c->desk),
		.offline = true,
		.bundles_done = on_read,
		.bundles_ctx = &r,
	};
	enum rc rc = loop_new(&r.loop, err);

	if (rc != RC_OK)
		return rc;
	log_set_level(LOG_NONE); /* the reason is told once, at the end */
	config.loop = r.loop;
	rc = exchange_start(&config, &r.x, err);
	if (rc == RC_OK)
		loop_run(r.loop);
	(void)loop_free(r.loop);
	return rc;
}

/* Whoever holds exchange.lock reads it; it may change hands meanwhile. */
static enum rc
wait_read(struct cli *c, int64_t n, struct bundle_row *out, struct err *err)
{
	struct exchange_lock *lock = NULL;
	int tries = 0;
	enum rc rc;

	while ((rc = bundle_get(desk_get_journal(c->desk), n, out, err)) ==
		       RC_OK &&
	       out->state == BUNDLE_WAITING) {
		if (exchange_lock_take(c->folder, &lock, NULL) != RC_OK) {
			(void)usleep(LOOK_AGAIN_US); /* shorter is fine */
			continue;
		}
		c->holds_lock = true;
		rc = tries++ < READ_TRIES
			     ? read_here(c, err)
			     : err_set(err, RC_BUSY, 0,
				       _("the bundle is kept and could not be "
					 "read now; the next one who serves "
					 "reads it"));
		c->holds_lock = false;
		lock = exchange_lock_release(lock);
		if (rc != RC_OK)
			return rc;
		(void)usleep(LOOK_AGAIN_US);
	}
	return rc;
}

static const char *
state_name(const struct bundle_row *r)
{
	static const char *const names[] = { [BUNDLE_WAITING] = "waiting",
					     [BUNDLE_DONE] = "done",
					     [BUNDLE_REFUSED] = "refused" };
	return names[r->state];
}

static json_t *
bundle_json(const struct bundle_row *r)
{
	json_t *j = json_object();

	json_object_set_new(j, "bundle", json_string(r->id));
	json_object_set_new(j, "direction", json_string(r->out ? "out" : "in"));
	json_object_set_new(j, "peer", json_string(r->peer));
	json_object_set_new(j, "officer", json_string(r->officer));
	json_object_set_new(j, "at", json_time(r->at_ms));
	json_object_set_new(j, "state", json_string(state_name(r)));
	json_object_set_new(j, "why", json_text_or_null(r->why));
	json_object_set_new(j, "frames", json_integer(r->frames));
	json_object_set_new(j, "attachments", json_integer(r->blobs));
	if (!r->out) {
		json_object_set_new(j, "new", json_integer(r->fresh));
		json_object_set_new(j, "kept_apart", json_integer(r->apart));
		json_object_set_new(j, "before", json_boolean(r->before));
	}
	return j;
}

static void
say_read(const struct cli *c, const struct bundle_row *r)
{
	if (c->json) {
		out_json(bundle_json(r));
		return;
	}
	(void)printf(_("bundle from %s: %lld frames, %lld of them new, %lld "
		       "attachments"),
		     r->peer, (long long)r->frames, (long long)r->fresh,
		     (long long)r->blobs);
	if (r->apart > 0)
		(void)printf(_("; %lld kept apart, 'peer show %s' says why"),
			     (long long)r->apart, r->peer);
	if (r->before)
		(void)fputs(_("; it was read before"), stdout);
	(void)putchar('\n');
}

static enum rc
open_source(const char *path, int *ret_fd, struct err *err)
{
	char shown[160];
	struct stat st;

	if (str_eq(path, "-")) {
		*ret_fd = dup(STDIN_FILENO);
		return *ret_fd >= 0 ? RC_OK
				    : err_errno(err, errno, _("reading"), path);
	}
	/* O_NONBLOCK: opening a pipe must not wait for a writer */
	*ret_fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (*ret_fd < 0)
		return err_errno(err, errno, _("reading"), path);
	if (fstat(*ret_fd, &st) != 0 || !S_ISREG(st.st_mode))
		return err_set(err, RC_IO, 0,
			       _("reading %s: not a regular file"),
			       text_show_into(shown, sizeof(shown), path));
	return RC_OK;
}

enum rc
run_bundle_in(struct cli *c, struct err *err)
{
	struct bundle_row row;
	int64_t n = 0;
	int fd = -1;
	enum rc rc = cli_open(c, err);

	if (rc == RC_OK)
		rc = permit(c->desk, PERMIT_BUNDLE, NULL, err);
	if (rc == RC_OK)
		rc = open_source(c->words[0], &fd, err);
	if (rc == RC_OK) {
		rc = bundle_hand_in(desk_get_journal(c->desk),
				    desk_get_officer(c->desk)->id, fd, &n, err);
		if (rc != RC_OK && rc != RC_FULL && rc != RC_IO)
			permit_refused(c->desk, "bundle-in", NULL);
	}
	if (fd >= 0)
		(void)close(fd); /* only read from */
	if (rc == RC_OK)
		rc = wait_read(c, n, &row, err);
	if (rc != RC_OK)
		return rc;
	say_read(c, &row);
	return row.state == BUNDLE_REFUSED ? bundle_why(&row, err) : RC_OK;
}

/* ---- list ---- */

static void
put_row(void *ctx, const struct bundle_row *r)
{
	const struct cli *c = ctx;
	char when[TIME_TEXT_MAX];

	if (c->json) {
		out_json(bundle_json(r));
		return;
	}
	when_text(c, r->at_ms, when);
	out_cell(when, 16);
	(void)putchar(' ');
	out_cell(r->out ? _("out") : _("in"), 4);
	(void)putchar(' ');
	out_cell(r->peer, 14);
	(void)putchar(' ');
	(void)printf(_("%lld frames, %lld attachments"), (long long)r->frames,
		     (long long)r->blobs);
	if (r->state != BUNDLE_DONE) {
		struct err why = ERR_INIT;

		if (r->state == BUNDLE_REFUSED)
			(void)bundle_why(r, &why);
		(void)fputs("  ", stdout);
		out_text(r->state == BUNDLE_WAITING ? _("waits to be read")
						    : why.msg);
	}
	(void)putchar('\n');
}

enum rc
run_bundle_list(struct cli *c, struct err *err)
{
	enum rc rc = cli_open(c, err);

	return rc == RC_OK ? bundle_each(desk_get_journal(c->desk), LIST_MAX,
					 put_row, c, err)
			   : rc;
}
