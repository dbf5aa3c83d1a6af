/* The five desks of the demonstration and their serving processes. */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "demo_int.h"
#include "exchange/exchange.h"
#include "journal/peer.h"

#include <ftw.h>

#define START_TIMEOUT_MS 30000
#define END_TIMEOUT_MS	 5000

static const char *const ids[DEMO__COUNT] = {
	[DEMO_CHANGNING] = "310105", [DEMO_POLICE] = "310105-gaj",
	[DEMO_HANGZHOU] = "330100",  [DEMO_PROCURATORATE] = "310105-jcy",
	[DEMO_HEFEI] = "340100",
};

static enum rc
make_one(struct demo *d, struct demo_desk *x, struct err *err)
{
	char listen[32];
	struct desk_setup setup = { .id = x->id,
				    .listen = listen,
				    .signature = KEY_SM2_SM3,
				    .env = d->c->env };
	struct desk_open_as as = { .env = d->c->env };

	x->folder = xasprintf("%s/%s", d->root, x->id);
	x->port = demo_free_port(d->c->env, err);
	if (x->port == 0)
		return err != NULL ? err->code : RC_IO;
	(void)snprintf(listen, sizeof(listen), "127.0.0.1:%d", x->port);
	setup.folder = as.folder = x->folder;
	enum rc rc = desk_init(&setup, err);
	return rc == RC_OK ? desk_open(&as, &x->desk, err) : rc;
}

enum rc
demo_make_desks(struct demo *d, struct err *err)
{
	enum rc rc = RC_OK;
	for (int i = 0; rc == RC_OK && i < DEMO__COUNT; i++) {
		d->desks[i].id = ids[i];
		rc = make_one(d, &d->desks[i], err);
	}
	return rc;
}

static enum rc
trust_one(struct demo_desk *who, struct demo_desk *whom, struct err *err)
{
	struct buf json;
	struct card card = { .n_keys = 0 };
	buf_init(&json, CARD_MAX_BYTES);
	enum rc rc =
		peer_card(desk_get_journal(whom->desk), whom->id, &json, err);
	if (rc == RC_OK)
		rc = card_read(json.data, json.len, &card, err);
	if (rc == RC_OK)
		rc = peer_trust(desk_get_journal(who->desk), &card, err);
	card_release(&card);
	buf_release(&json);
	return rc;
}

/* The line between 310105 and 340100 goes through two relays. */
static enum rc
lay_line(struct demo *d, struct line *r, enum demo_desk_at from,
	 enum demo_desk_at to, struct err *err)
{
	char address[32];
	enum rc rc = line_open(r, d->desks[to].port, err);
	if (rc != RC_OK)
		return rc;
	(void)snprintf(address, sizeof(address), "127.0.0.1:%d", r->port);
	return peer_set_address(desk_get_journal(d->desks[from].desk),
				d->desks[to].id, address, err);
}

enum rc
demo_trust_all(struct demo *d, struct err *err)
{
	enum rc rc = RC_OK;
	for (int i = 0; i < DEMO__COUNT; i++)
		for (int k = 0; rc == RC_OK && k < DEMO__COUNT; k++)
			if (i != k)
				rc = trust_one(&d->desks[i], &d->desks[k], err);
	if (rc == RC_OK)
		rc = lay_line(d, &d->lines[0], DEMO_CHANGNING, DEMO_HEFEI, err);
	if (rc == RC_OK)
		rc = lay_line(d, &d->lines[1], DEMO_HEFEI, DEMO_CHANGNING, err);
	return rc;
}

struct ending { /* a serve process that ended */
	struct demo *demo;
	struct demo_desk *desk;
};
static struct ending endings[DEMO__COUNT];

static void
on_ended(void *ctx, int status, int signum)
{
	struct ending *e = ctx;
	(void)status;
	(void)signum;
	e->desk->ended = true;
	loop_stop(e->demo->loop);
}

static enum rc
serve_one(struct demo *d, int i, struct err *err)
{
	struct demo_desk *x = &d->desks[i];
	const char *const argv[] = { d->exe,	"--lang", d->c->lang, "--desk",
				     x->folder, "serve",  NULL };
	endings[i] = (struct ending){ .demo = d, .desk = x };
	struct child_spec spec = { .argv = argv,
				   .err_fd = d->log_fd,
				   .fn = on_ended,
				   .ctx = &endings[i] };
	return child_start(d->loop, &spec, &x->serve, err);
}

enum rc
demo_serve_all(struct demo *d, struct err *err)
{
	enum rc rc = loop_new(&d->loop, err);
	for (int i = 0; rc == RC_OK && i < DEMO__COUNT; i++)
		rc = serve_one(d, i, err);
	int64_t until = env_monotonic_ms(d->c->env) + START_TIMEOUT_MS;
	for (int i = 0; rc == RC_OK && i < DEMO__COUNT;) {
		if (ask_serving(d->desks[i].desk, NULL)) {
			i++;
			continue;
		}
		if (env_monotonic_ms(d->c->env) > until)
			rc = err_set(err, RC_NET, 0,
				     _("the serve process of %s did not "
				       "start; see %s/serve.log"),
				     d->desks[i].id, d->root);
		(void)usleep(20000); /* cut short by a signal is fine */
	}
	return rc;
}

/* One that does not end by itself. */
static void
on_too_long(void *ctx)
{
	struct demo *d = ctx;
	for (int i = 0; i < DEMO__COUNT; i++)
		if (d->desks[i].serve != NULL && !d->desks[i].ended)
			(void)child_kill(d->desks[i].serve, SIGKILL, NULL);
}

void
demo_end_serves(struct demo *d)
{
	if (d->loop == NULL)
		return;
	struct timer *limit = timer_new(d->loop, on_too_long, d);
	timer_start(limit, END_TIMEOUT_MS, 0);
	for (int i = 0; i < DEMO__COUNT; i++)
		if (d->desks[i].serve != NULL)
			(void)child_kill(d->desks[i].serve, SIGTERM, NULL);
	for (int i = 0; i < DEMO__COUNT; i++) {
		struct demo_desk *x = &d->desks[i];
		while (x->serve != NULL && !x->ended)
			loop_run(d->loop); /* until one more ended */
		x->serve = child_free(x->serve);
	}
	(void)timer_free(limit);
	d->loop = loop_free(d->loop);
}

void
demo_kill_serves(const struct demo *d)
{
	for (int signum = SIGTERM; signum != 0;
	     signum = signum == SIGTERM ? SIGKILL : 0) {
		for (int i = 0; i < DEMO__COUNT; i++)
			if (d->desks[i].serve != NULL)
				(void)kill(child_get_pid(d->desks[i].serve),
					   signum); /* may be gone */
		(void)usleep(500000);		    /* to end by themselves */
	}
}

void
demo_close_desks(struct demo *d)
{
	for (int i = 0; i < DEMO__COUNT; i++)
		d->desks[i].desk = desk_close(d->desks[i].desk);
}

static int
remove_entry(const char *path, const struct stat *st, int flag,
	     struct FTW *where)
{
	(void)st;
	(void)flag;
	(void)where;
	return remove(path);
}

void
demo_remove(const char *folder)
{
	/* What cannot be removed stays in the temporary folder. */
	(void)nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}
