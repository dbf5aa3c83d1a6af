#include "loop/watch.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "loop_int.h"

#define LOOK_AGAIN_MS 1000

static void
free_owner(uv_handle_t *h)
{
	(void)xfree(h->data);
}

/* ---- signals ---- */

struct sigwatch {
	uv_signal_t uv;
	void (*fn)(void *ctx, int signum);
	void *ctx;
};

static void
on_signal(uv_signal_t *uv, int signum)
{
	struct sigwatch *w = uv->data;

	w->fn(w->ctx, signum);
}

enum rc
sigwatch_start(struct loop *l, int signum, void (*fn)(void *ctx, int signum),
	       void *ctx, struct sigwatch **ret_watch, struct err *err)
{
	struct sigwatch *w = xcalloc(1, sizeof(*w));
	int e = uv_signal_init(&l->uv, &w->uv);

	if (e != 0) {
		(void)xfree(w);
		goto fail;
	}
	w->uv.data = w;
	w->fn = fn;
	w->ctx = ctx;
	e = uv_signal_start(&w->uv, on_signal, signum);
	if (e != 0) {
		(void)sigwatch_free(w);
		goto fail;
	}
	*ret_watch = w;
	return RC_OK;
fail:
	return loop_uv_error(err, RC_IO, e, _("cannot watch a signal"));
}

struct sigwatch *
sigwatch_free(struct sigwatch *w)
{
	if (w != NULL)
		uv_close((uv_handle_t *)&w->uv, free_owner);
	return NULL;
}

/* ---- descriptors ---- */

struct fdwatch {
	uv_poll_t uv;
	loop_fn fn;
	void *ctx;
};

static void
on_readable(uv_poll_t *uv, int status, int events)
{
	struct fdwatch *w = uv->data;

	(void)events;
	(void)status; /* an error shows when the owner reads */
	w->fn(w->ctx);
}

enum rc
fdwatch_start(struct loop *l, int fd, loop_fn fn, void *ctx,
	      struct fdwatch **ret_watch, struct err *err)
{
	struct fdwatch *w = xcalloc(1, sizeof(*w));
	int flags = fcntl(fd, F_GETFL);
	int e = uv_poll_init(&l->uv, &w->uv, fd);

	if (e != 0) {
		(void)xfree(w);
		goto fail;
	}
	/* libuv makes it non-blocking; for a terminal that would also be so
	 * for the shell we came from, and for our own output. */
	if (flags >= 0)
		(void)fcntl(fd, F_SETFL, flags);
	w->uv.data = w;
	w->fn = fn;
	w->ctx = ctx;
	e = uv_poll_start(&w->uv, UV_READABLE | UV_DISCONNECT, on_readable);
	if (e != 0) {
		(void)fdwatch_free(w);
		goto fail;
	}
	*ret_watch = w;
	return RC_OK;
fail:
	return loop_uv_error(err, RC_IO, e, _("cannot watch input"));
}

struct fdwatch *
fdwatch_free(struct fdwatch *w)
{
	if (w != NULL)
		uv_close((uv_handle_t *)&w->uv, free_owner);
	return NULL;
}

/* ---- a file ---- */

/* An inotify watch belongs to the inode, not to the name: after each change
 * the name is looked at, and watched anew when it is another file. */
struct filewatch {
	uv_fs_event_t uv;
	struct loop *loop;
	struct timer *again;
	char *path;
	dev_t dev;
	ino_t ino;
	bool watching;
	bool changed; /* told() is deferred */
	loop_fn fn;
	void *ctx;
};

static void on_file_event(uv_fs_event_t *uv, const char *name, int events,
			  int status);

static int
watch_name(struct filewatch *w)
{
	struct stat st;
	int e;

	(void)uv_fs_event_stop(&w->uv);
	w->watching = false;
	/* Watch first, then look, so that no replacement goes unseen. */
	e = uv_fs_event_start(&w->uv, on_file_event, w->path, 0);
	if (e == 0 && stat(w->path, &st) != 0) {
		e = -errno;
		(void)uv_fs_event_stop(&w->uv);
	}
	if (e != 0)
		return e;
	w->dev = st.st_dev;
	w->ino = st.st_ino;
	w->watching = true;
	return 0;
}

static void
told(void *ctx)
{
	struct filewatch *w = ctx;
	struct stat st;

	w->changed = false;
	if (!w->watching || stat(w->path, &st) != 0 || st.st_ino != w->ino ||
	    st.st_dev != w->dev) {
		if (watch_name(w) != 0) {
			timer_start(w->again, LOOK_AGAIN_MS, 0);
			return; /* its coming back will be the change */
		}
	}
	w->fn(w->ctx);
}

static void
change(void *ctx)
{
	struct filewatch *w = ctx;

	if (w->changed)
		return;
	w->changed = true;
	loop_defer(w->loop, told, w);
}

static void
on_file_event(uv_fs_event_t *uv, const char *name, int events, int status)
{
	(void)name;
	(void)events;
	(void)status;
	change(uv->data);
}

enum rc
filewatch_start(struct loop *l, const char *path, loop_fn fn, void *ctx,
		struct filewatch **ret_watch, struct err *err)
{
	struct filewatch *w = xcalloc(1, sizeof(*w));
	int e;

	(void)uv_fs_event_init(&l->uv, &w->uv); /* cannot fail */
	w->uv.data = w;
	w->loop = l;
	w->path = xstrdup(path);
	w->fn = fn;
	w->ctx = ctx;
	w->again = timer_new(l, change, w);
	e = watch_name(w);
	if (e != 0) {
		(void)filewatch_free(w);
		return loop_uv_error(err, e == UV_ENOENT ? RC_NOTFOUND : RC_IO,
				     e, path);
	}
	*ret_watch = w;
	return RC_OK;
}

struct filewatch *
filewatch_free(struct filewatch *w)
{
	if (w == NULL)
		return NULL;
	loop_undefer(w->loop, told, w);
	w->again = timer_free(w->again);
	w->path = xfree(w->path);
	uv_close((uv_handle_t *)&w->uv, free_owner);
	return NULL;
}

/* ---- a child ---- */

struct child {
	uv_process_t uv;
	void (*fn)(void *ctx, int status, int signum); /* NULL: forgotten */
	void *ctx;
	bool ended;
};

static void
on_exit(uv_process_t *uv, int64_t status, int signum)
{
	struct child *c = uv->data;

	c->ended = true;
	if (c->fn != NULL)
		c->fn(c->ctx, (int)status, signum);
	else
		uv_close((uv_handle_t *)&c->uv, free_owner);
}

enum rc
child_start(struct loop *l, const struct child_spec *spec,
	    struct child **ret_child, struct err *err)
{
	struct child *c = xcalloc(1, sizeof(*c));
	size_t n = 0;
	char **argv;
	uv_stdio_container_t io[3] = {
		{ .flags = UV_IGNORE },
		{ .flags = UV_IGNORE },
		{ .flags = UV_IGNORE },
	};
	uv_process_options_t o = {
		.exit_cb = on_exit,
		.stdio = io,
		.stdio_count = 3,
		.flags = spec->detached ? UV_PROCESS_DETACHED : 0,
	};
	int e;

	if (spec->err_fd >= 0) {
		io[2].flags = UV_INHERIT_FD;
		io[2].data.fd = spec->err_fd;
	}
	while (spec->argv[n] != NULL)
		n++;
	argv = xcalloc(n + 1, sizeof(*argv));
	memcpy(argv, spec->argv, n * sizeof(*argv));
	o.file = argv[0];
	o.args = argv;
	c->uv.data = c;
	c->fn = spec->fn;
	c->ctx = spec->ctx;
	e = uv_spawn(&l->uv, &c->uv, &o);
	(void)xfree(argv);
	if (e != 0) {
		uv_close((uv_handle_t *)&c->uv, free_owner);
		return loop_uv_error(err, RC_IO, e, spec->argv[0]);
	}
	*ret_child = c;
	return RC_OK;
}

int
child_get_pid(const struct child *c)
{
	return c->uv.pid;
}

enum rc
child_kill(struct child *c, int signum, struct err *err)
{
	int e = c->ended ? UV_ESRCH : uv_process_kill(&c->uv, signum);

	if (e == UV_ESRCH)
		return err_set(err, RC_NOTFOUND, 0,
			       _("process %d ended already"), c->uv.pid);
	if (e != 0)
		return loop_uv_error(err, RC_IO, e, _("cannot send a signal"));
	return RC_OK;
}

struct child *
child_free(struct child *c)
{
	if (c == NULL)
		return NULL;
	c->fn = NULL;
	/* While it runs the handle stays, so that its end is waited for and no
	 * zombie is left; loop_free() closes it otherwise. */
	if (c->ended)
		uv_close((uv_handle_t *)&c->uv, free_owner);
	return NULL;
}
