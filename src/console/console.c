#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <unistd.h>

#include "base/mem.h"
#include "console/alarms_int.h"
#include "console/entry_int.h"
#include "console/form_int.h"
#include "console/lock_int.h"
#include "console/near_int.h"
#include "console/popup_int.h"
#include "console/shift_int.h"
#include "console/term_int.h"
#include "loop/watch.h"

/* What wakes the console besides the desk itself (live.c). */
struct inputs {
	struct console *console;
	struct fdwatch *keys;
	struct sigwatch *signals[5];
};

int64_t
console_now_ms(const struct console *c)
{
	return env_now_ms(c->config->env);
}

static void
draw(void *ctx)
{
	struct console *c = ctx;

	if (!c->dirty || c->depth == 0)
		return;
	c->dirty = false;
	frame_draw(c);
}

void
console_dirty(struct console *c)
{
	if (c->dirty)
		return;
	c->dirty = true;
	loop_defer(c->loop, draw, c);
}

void
console_leave(struct console *c)
{
	c->leaving = true;
	loop_stop(c->loop);
}

void
console_set_message(struct console *c, enum attr attr, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(c->message, sizeof(c->message), fmt, ap);
	va_end(ap);
	c->message_attr = attr;
	c->message_kept = false;
	console_dirty(c);
}

void
console_show_err(struct console *c, const struct err *err)
{
	console_set_message(c, ATTR_ERROR, "%s",
			    err->msg[0] ? err->msg : rc_sentence(err->code));
}

void
console_changed(struct console *c)
{
	duty_look(c);
	for (size_t i = 0; i < VIEWS_MAX; i++)
		if (c->views[i] && c->views[i]->ops->changed)
			c->views[i]->ops->changed(c->views[i]);
	for (size_t i = 1; i < c->depth; i++)
		if (c->stack[i]->ops->changed)
			c->stack[i]->ops->changed(c->stack[i]);
	console_dirty(c);
}

/* --- keys --------------------------------------------------------------- */

static void
on_chord_late(void *ctx)
{
	struct console *c = ctx;

	c->chord = K_NONE;
	console_dirty(c);
}

static void
on_idle(void *ctx)
{
	struct console *c = ctx;

	for (size_t i = 0; i < VIEWS_MAX; i++)
		if (c->views[i] && c->views[i]->ops->idle)
			c->views[i]->ops->idle(c->views[i]);
}

static void
on_rest(void *ctx)
{
	struct screen *top = screen_top(ctx);

	if (top->ops->rest)
		top->ops->rest(top);
}

static void
switch_language(struct console *c)
{
	c->zh = !c->zh;
	i18n_init(c->zh ? "zh" : "en");
	live_retell(c);
	term_forget();
	console_changed(c);
}

static void
say_not_here(struct console *c, int view)
{
	char key[64];

	console_set_message(
		c, ATTR_PLAIN,
		_("no kind of document asks for view %d on this desk; %s shows "
		  "the lists that there are"),
		view,
		keymap_keys(c->keymap, CONTEXT_LIST, ACTION_KINDS, " ", key,
			    sizeof(key)));
}

static const struct kind *
kind_of_action(struct console *c, enum action a)
{
	int view = (int)(a - ACTION_VIEW1) + 1;

	return a >= ACTION_VIEW1 && a <= ACTION_VIEW9 ? view_kind(c, view)
						      : NULL;
}

const char *
console_action_label(struct console *c, enum action a)
{
	const struct kind *k = kind_of_action(c, a);

	return k ? title_in(&k->title, c->zh) : action_label(a);
}

const char *
console_action_help(struct console *c, enum action a)
{
	const struct kind *k = kind_of_action(c, a);
	static char text[256];

	if (!k)
		return action_help(a);
	(void)snprintf(text, sizeof(text), _("list: %s"),
		       title_in(&k->title, c->zh));
	return text;
}

/* Behind a forced command there is no shell to come back from. */
static void
suspend(struct console *c)
{
	if (c->config->confined)
		console_set_message(c, ATTR_PLAIN, "%s",
				    _("this console cannot be suspended"));
	else
		term_suspend();
}

static bool
global_action(struct console *c, enum action a)
{
	struct doc_ref ref;

	if (a >= ACTION_VIEW1 && a <= ACTION_VIEW9) {
		int view = (int)(a - ACTION_VIEW1) + 1;

		if (view == 1 || view == VIEW_LINKS || view == VIEW_STATS ||
		    view_audits(c, view) || view_kind(c, view))
			screen_view(c, view);
		else
			say_not_here(c, view);
		return true;
	}
	if (a == ACTION_NEWEST) {
		if (live_newest(c, &ref)) {
			screen_view(c, 1);
			doclist_select(c->views[1], &ref);
		} else {
			console_set_message(c, ATTR_PLAIN,
					    _("nothing waits for a "
					      "signature"));
		}
		return true;
	}
	if (a == ACTION_HELP)
		screen_push(c, help_new(c, screen_top(c)->ops->context));
	else if (a == ACTION_COMMAND)
		palette_open(c);
	else if (a == ACTION_COMPOSE)
		kind_menu_open(c, true);
	else if (a == ACTION_SHIFT)
		shift_open(c);
	else if (a == ACTION_SINCE)
		shift_log_open(c, true);
	else if (a == ACTION_LOOKUP)
		lookup_open(c, NULL);
	else if (a == ACTION_CALENDAR)
		calendar_open(c);
	else if (a == ACTION_ALARMS)
		alarms_open(c);
	else if (a == ACTION_KINDS)
		kind_menu_open(c, false);
	else if (a == ACTION_REDRAW)
		term_forget();
	else if (a == ACTION_LEAVE)
		leave_ask(c);
	else if (a == ACTION_SUSPEND)
		suspend(c);
	else if (a == ACTION_LOCK)
		lock_now(c, "key");
	else if (a == ACTION_PIN)
		lock_ask_pin(c);
	else if (a == ACTION_LANGUAGE)
		switch_language(c);
	else if (a == ACTION_BELL)
		keep_switch_bell(c);
	else if (a == ACTION_LINES)
		keep_next_lines(c);
	else if (a == ACTION_TOUR)
		tour_open(c);
	else
		return false;
	return true;
}

bool
console_run_action(struct console *c, enum action a)
{
	struct screen *top = screen_top(c);

	console_dirty(c);
	if (top->ops->act && top->ops->act(top, a))
		return true;
	if (!context_inherits(top->ops->context) && a != ACTION_HELP &&
	    a != ACTION_REDRAW)
		return false;
	if (global_action(c, a))
		return true;
	if (a == ACTION_BACK || a == ACTION_CANCEL) {
		if (c->depth > 1)
			screen_pop(c);
		else if (a == ACTION_CANCEL && c->tour_offered)
			tour_refuse(c);
		else if (a == ACTION_BACK) {
			char key[64];

			console_set_message(
				c, ATTR_PLAIN,
				_("this is the first screen; %s leaves the "
				  "console"),
				keymap_keys(c->keymap, CONTEXT_LIST,
					    ACTION_LEAVE, " ", key,
					    sizeof(key)));
		}
		return true;
	}
	return false;
}

static void
unknown_key(struct console *c, uint32_t key)
{
	char name[KEY_NAME_MAX], help[64];

	console_set_message(c, ATTR_PLAIN,
			    _("key %s does nothing here; %s shows all keys"),
			    key_text(key, name),
			    keymap_keys(c->keymap, CONTEXT_LIST, ACTION_HELP,
					" ", help, sizeof(help)));
}

/* A window too small to show what a key would do takes none but leaving and
 * locking. */
static bool
too_small(struct console *c, uint32_t key)
{
	bool chord = false;
	enum action a;

	if (frame_fits(&c->canvas))
		return false;
	a = keymap_find(c->keymap, CONTEXT_GENERIC, K_NONE, key_fold(key),
			&chord);
	if (a == ACTION_LEAVE)
		console_leave(c);
	else if (a == ACTION_LOCK)
		lock_now(c, "key");
	return true;
}

void
console_key(struct console *c, uint32_t key)
{
	struct screen *top = screen_top(c);
	uint32_t prefix = c->chord, folded = key_fold(key);
	bool chord = false;
	enum action a;

	if (lock_key(c, key))
		return;
	timer_start(c->idle_timer, IDLE_MS, 0);
	if (top->ops->rest)
		timer_start(c->rest_timer, REST_MS, 0);
	c->chord = K_NONE;
	if (key == K_PASTE_BEGIN) {
		paste_begin(c);
		return;
	}
	if (key == K_PASTE_END) {
		paste_end(c);
		return;
	}
	if (c->paste && !c->pasting) {
		paste_key(c, key);
		return;
	}
	if (too_small(c, key))
		return;
	console_dirty(c);
	if (!c->message_kept && c->message[0])
		c->message[0] = '\0';
	c->message_kept = false;
	if (top->ops->key && top->ops->key(top, key))
		return;
	if (c->pasting) /* a paste is text, never commands */
		return;
	if (top->ops->context == CONTEXT_PROMPT ||
	    top->ops->context == CONTEXT_CONFIRM)
		return;
	a = keymap_find(c->keymap, top->ops->context, prefix, folded, &chord);
	if (chord) {
		c->chord = folded;
		timer_start(c->chord_timer, CHORD_LIMIT_MS, 0);
		return;
	}
	if (a == ACTION_NONE || !console_run_action(c, a))
		unknown_key(c, folded);
	c->tour_offered = false;
}

/* --- running ------------------------------------------------------------- */

static void
on_readable(void *ctx)
{
	struct inputs *in = ctx;
	struct console *c = in->console;
	bool gone = false;
	uint32_t key;

	while ((key = term_key(&gone)) != K_NONE && !c->leaving)
		console_key(c, key);
	if (gone)
		console_leave(c);
}

static void
on_signal(void *ctx, int signum)
{
	struct inputs *in = ctx;
	struct console *c = in->console;

	switch (signum) {
	case SIGWINCH: (void)term_resize(); break;
	case SIGTSTP: suspend(c); break;
	case SIGCONT: term_forget(); break;
	default: console_leave(c); return;
	}
	console_dirty(c);
}

static enum rc
inputs_start(struct inputs *in, struct err *err)
{
	static const int signals[] = { SIGTERM, SIGHUP, SIGWINCH, SIGTSTP,
				       SIGCONT };
	struct loop *l = in->console->loop;
	enum rc rc;

	rc = fdwatch_start(l, STDIN_FILENO, on_readable, in, &in->keys, err);
	for (size_t i = 0; rc == RC_OK && i < ARRAY_LEN(signals); i++)
		rc = sigwatch_start(l, signals[i], on_signal, in,
				    &in->signals[i], err);
	return rc;
}

/* A cut line brings several signals: none but the first may end anything
 * before what was typed is kept, so they are caught to the last. */
static void
signals_stop(struct inputs *in)
{
	for (size_t i = 0; i < ARRAY_LEN(in->signals); i++)
		in->signals[i] = sigwatch_free(in->signals[i]);
}

static void
keymap_problem(void *ctx, const char *file, unsigned line, bool note,
	       const char *what)
{
	struct console *c = ctx;

	if (note || c->message[0])
		return;
	console_set_message(c, ATTR_ERROR, "%s:%u: %s", file, line, what);
	c->message_kept = true;
}

static void
load_keys(struct console *c)
{
	struct err e = ERR_INIT;

	if (c->config->keymap)
		c->keymap =
			keymap_load(c->config->keymap, keymap_problem, c, &e);
	if (c->keymap)
		return;
	c->keymap = keymap_default();
	if (c->config->keymap && !c->message[0])
		console_show_err(c, &e);
}

/* The terminal is taken last, so that every failure before is a plain line. */
static enum rc
start(struct console *c, struct inputs *in, struct err *err)
{
	const struct desk_open_as as = { .folder = c->config->folder,
					 .officer = c->config->officer,
					 .env = c->config->env,
					 .frugal = true };
	enum rc rc = loop_new(&c->loop, err);

	if (rc != RC_OK)
		return rc;
	c->chord_timer = timer_new(c->loop, on_chord_late, c);
	c->idle_timer = timer_new(c->loop, on_idle, c);
	c->rest_timer = timer_new(c->loop, on_rest, c);
	load_keys(c); /* a file outside: before the process is locked down */
	rc = confined_start(c, err);
	if (rc == RC_OK)
		rc = desk_open(&as, &c->desk, err);
	if (rc == RC_OK)
		rc = jobs_start(c, err);
	if (rc == RC_OK)
		rc = term_start(err);
	if (rc == RC_OK)
		rc = inputs_start(in, err);
	lock_start(c);
	near_start(c);
	if (rc == RC_OK)
		rc = live_start(c, err);
	/* a full disk keeps nobody from seeing what waits */
	c->logged_in = rc == RC_OK && act_login(c->desk, true, confined_face(c),
						NULL) == RC_OK;
	return rc;
}

static void
stop(struct console *c, struct inputs *in)
{
	live_stop(c);
	near_stop(c);
	alarms_release(c);
	in->keys = fdwatch_free(in->keys);
	/* a cut line ends the session, never what was being typed */
	for (size_t i = 1; i < c->depth; i++)
		if (c->stack[i]->ops->rest)
			c->stack[i]->ops->rest(c->stack[i]);
	jobs_stop(c); /* acts under way end first and tell their screens */
	screen_free_all(c);
	lock_stop(c);
	entry_free(c);
	paste_free(c);
	term_stop();
	if (c->logged_in)
		(void)act_login(c->desk, false, confined_face(c),
				NULL); /* as above */
	signals_stop(in);
	c->desk = desk_close(c->desk);
	c->keymap = keymap_free(c->keymap);
	c->chord_timer = timer_free(c->chord_timer);
	c->idle_timer = timer_free(c->idle_timer);
	c->rest_timer = timer_free(c->rest_timer);
	if (c->loop) {
		loop_undefer(c->loop, draw, c);
		c->loop = loop_free(c->loop);
	}
	canvas_release(&c->canvas);
}

enum rc
console_run(const struct console_config *config, struct err *err)
{
	struct console *c = xcalloc(1, sizeof(*c));
	struct inputs in = { .console = c };
	enum rc rc;

	c->config = config;
	c->zh = i18n_zh();
	rc = start(c, &in, err);
	if (rc == RC_OK) {
		/* who audits has no other list to begin with */
		screen_view(c, view_audits(c, VIEW_AUDIT) ? VIEW_AUDIT : 1);
		keep_load(c);
		shift_tell_since(c);
		tour_offer(c);
		form_keep_tell(c);
		loop_run(c->loop);
	}
	stop(c, &in);
	if (rc == RC_OK && c->failure.code != RC_OK) {
		rc = c->failure.code;
		if (err)
			*err = c->failure;
	}
	(void)xfree(c);
	return rc;
}
