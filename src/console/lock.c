#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/lock_int.h"
#include "console/term_int.h"
#include "desk/access.h"
#include "trust/pin.h"

#define LOCK_MINUTES_MAX 100000

struct lock {
	bool on;
	bool has_pin;
	bool checking;	  /* a try is under way on the pool */
	int64_t key_ms;	  /* loop time of the last key */
	int64_t since_ms; /* wall clock */
	char pin[PIN_MAX_BYTES + 1];
	size_t n_pin, n_chars;
	char said[MESSAGE_MAX];
	enum attr said_attr;
};

/* A try while the pool has it. */
struct
try {
	char pin[PIN_MAX_BYTES + 1];
};

static void
forget(struct lock *l)
{
	explicit_bzero(l->pin, sizeof(l->pin));
	l->n_pin = l->n_chars = 0;
}

void
lock_start(struct console *c)
{
	c->lock = xcalloc(1, sizeof(*c->lock));
	c->lock->key_ms = loop_now_ms(c->loop);
}

void
lock_stop(struct console *c)
{
	if (c->lock)
		forget(c->lock);
	c->lock = xfree(c->lock);
}

bool
lock_is_on(const struct console *c)
{
	return c->lock && c->lock->on;
}

static void
say(struct lock *l, enum attr attr, const char *text)
{
	(void)snprintf(l->said, sizeof(l->said), "%s", text);
	l->said_attr = attr;
}

/* --- locking ---------------------------------------------------------------
 */

static enum rc
run_lock(struct desk *d, void *arg, struct err *err)
{
	return act_lock(d, arg, err);
}

/* It is locked whether or not the trail could be written. */
static void
lock_kept(struct console *c, void *take_arg, enum rc rc, const struct err *err)
{
	if (rc != RC_OK)
		console_show_err(c, err);
	(void)xfree(take_arg);
}

void
lock_now(struct console *c, const char *why)
{
	struct lock *l = c->lock;
	struct job job = { run_lock, lock_kept, NULL };

	if (l->on)
		return;
	for (size_t i = 0; i < c->depth; i++)
		if (c->stack[i]->ops->rest)
			c->stack[i]->ops->rest(c->stack[i]);
	forget(l);
	l->on = true;
	l->has_pin = pin_is_set(c->desk);
	l->since_ms = console_now_ms(c);
	say(l, ATTR_PLAIN, "");
	c->chord = K_NONE;
	job.arg = xstrdup(why);
	job_submit(c, &job);
	console_dirty(c);
}

/* -1: never */
static int64_t
limit_ms(struct console *c)
{
	char *text = NULL;
	int64_t minutes = 0;

	if (setting_get(c->desk, "lock_minutes", &text, NULL) != RC_OK ||
	    str_to_i64(text, 0, LOCK_MINUTES_MAX, &minutes, NULL) != RC_OK)
		minutes = 0;
	(void)xfree(text);
	return minutes > 0 ? minutes * 60000 : -1;
}

void
lock_tick(struct console *c)
{
	struct lock *l = c->lock;
	int64_t idle = loop_now_ms(c->loop) - l->key_ms, limit;

	/* the setting counts minutes: before the first there is no question */
	if (l->on || idle < 60000)
		return;
	limit = limit_ms(c);
	if (limit > 0 && idle >= limit)
		lock_now(c, "idle");
}

/* --- opening ---------------------------------------------------------------
 */

static enum rc
run_try(struct desk *d, void *arg, struct err *err)
{
	struct try *t = arg;

	return act_unlock(d, t->pin, err);
}

static void
tried(struct console *c, void *take_arg, enum rc rc, const struct err *err)
{
	struct lock *l = c->lock;
	struct try *t = take_arg;

	explicit_bzero(t, sizeof(*t));
	(void)xfree(t);
	l->checking = false;
	if (rc == RC_OK) {
		l->on = false;
		l->key_ms = loop_now_ms(c->loop);
		live_look(c);
	} else {
		l->has_pin = rc != RC_NOTFOUND;
		say(l, ATTR_ERROR, err->msg);
	}
	console_dirty(c);
}

static void
try_pin(struct console *c)
{
	struct lock *l = c->lock;
	struct try *t;
	struct job job = { run_try, tried, NULL };

	if (l->n_pin == 0)
		return;
	t = xcalloc(1, sizeof(*t));
	memcpy(t->pin, l->pin, l->n_pin);
	forget(l);
	l->checking = true;
	say(l, ATTR_PLAIN, _("checking"));
	job.arg = t;
	job_submit(c, &job);
}

/* A character back, whole. */
static void
rub_out(struct lock *l)
{
	while (l->n_pin > 0 && (l->pin[l->n_pin - 1] & 0xc0) == 0x80)
		l->pin[--l->n_pin] = '\0';
	if (l->n_pin > 0)
		l->pin[--l->n_pin] = '\0';
	l->n_chars -= l->n_chars > 0;
}

static void
type(struct lock *l, uint32_t key)
{
	char utf8[4];
	size_t n = utf8_encode(key, utf8);

	if (n == 0 || l->n_pin + n >= sizeof(l->pin))
		return;
	memcpy(l->pin + l->n_pin, utf8, n);
	l->n_pin += n;
	l->n_chars++;
}

static void
key_while_on(struct console *c, uint32_t key)
{
	struct lock *l = c->lock;
	uint32_t folded = key_fold(key); /* an input method left on */

	if (folded == KEY_CTRL('d')) {
		console_leave(c);
		return;
	}
	if (folded == KEY_CTRL('l')) {
		term_forget();
		return;
	}
	if (!l->has_pin || l->checking)
		return;
	say(l, ATTR_PLAIN, "");
	if (folded == K_ENTER)
		try_pin(c);
	else if (folded == K_BS || folded == K_DEL)
		rub_out(l);
	else if (folded == K_ESC || folded == KEY_CTRL('u') ||
		 folded == KEY_CTRL('c') || folded == KEY_CTRL('g'))
		forget(l);
	else if (key_is_text(folded))
		type(l, folded);
}

/* A key that is no text locks from anywhere, out of a form or a question. */
static bool
locks_from_anywhere(struct console *c, uint32_t key)
{
	bool chord = false;

	return key >= K_F1 && key <= K_F12 &&
	       keymap_find(c->keymap, CONTEXT_GENERIC, K_NONE, key, &chord) ==
		       ACTION_LOCK;
}

bool
lock_key(struct console *c, uint32_t key)
{
	struct lock *l = c->lock;

	l->key_ms = loop_now_ms(c->loop);
	if (l->on) {
		if (key != K_PASTE_BEGIN && key != K_PASTE_END)
			key_while_on(c, key);
		console_dirty(c);
		return true;
	}
	if (!locks_from_anywhere(c, key))
		return false;
	lock_now(c, "key");
	return true;
}

/* --- drawing ---------------------------------------------------------------
 */

void
lock_draw(struct console *c, struct canvas *cv)
{
	const struct lock *l = c->lock;
	char when[SPAN_MAX], stars[PIN_MAX_BYTES + 1];
	int y = cv->rows / 2 - 2, x;

	(void)time_text(l->since_ms, console_now_ms(c), when);
	(void)canvas_putf(cv, y, 4, cv->cols - 4, ATTR_TITLE,
			  _("locked since %s"), when);
	if (!l->has_pin) {
		(void)canvas_put(cv, y + 2, 4, cv->cols - 4, ATTR_PLAIN,
				 _("No PIN is set, so nothing opens it: leave "
				   "with Ctrl-D, log in again,"));
		(void)canvas_put(cv, y + 3, 4, cv->cols - 4, ATTR_PLAIN,
				 _("then set one (key : and the word PIN). "
				   "Drafts are kept."));
		canvas_cursor(cv, y + 2, 4, false);
		return;
	}
	memset(stars, '*', l->n_chars);
	stars[l->n_chars] = '\0';
	x = 4 + canvas_put(cv, y + 2, 4, -1, ATTR_PLAIN, _("PIN:")) + 1;
	x += canvas_put(cv, y + 2, x, cv->cols - x, ATTR_INPUT, stars);
	canvas_cursor(cv, y + 2, x < cv->cols ? x : cv->cols - 1, true);
	(void)canvas_put(cv, y + 4, 4, cv->cols - 4, l->said_attr, l->said);
}

const char *
lock_hint(struct console *c)
{
	return c->lock->has_pin ? _("Enter opens   Ctrl-D leaves the console")
				: _("Ctrl-D leaves the console");
}
