/* Setting the PIN: up to three questions, then one job. */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/lock_int.h"
#include "console/popup_int.h"
#include "desk/access.h"
#include "trust/pin.h"

struct change {
	bool has_old;
	char old[PIN_MAX_BYTES + 1], pin[PIN_MAX_BYTES + 1];
};

static struct change *
change_free(struct change *ch)
{
	explicit_bzero(ch, sizeof(*ch));
	return xfree(ch);
}

static enum rc
run(struct desk *d, void *arg, struct err *err)
{
	struct change *ch = arg;

	return act_pin_set(d, ch->has_old ? ch->old : NULL, ch->pin, err);
}

static void
done(struct console *c, void *take_arg, enum rc rc, const struct err *err)
{
	(void)change_free(take_arg);
	if (rc == RC_OK)
		console_set_message(c, ATTR_GOOD, "%s", _("the PIN is set"));
	else
		console_show_err(c, err);
}

static void
ask(struct console *c, struct change *ch, const char *label,
    void (*then)(struct console *c, void *ctx, const char *text))
{
	const struct prompt_spec spec = { .label = label,
					  .max_bytes = PIN_MAX_BYTES,
					  .secret = true,
					  .done = then,
					  .ctx = ch };

	prompt_open(c, &spec);
}

static void
got_again(struct console *c, void *ctx, const char *text)
{
	struct change *ch = ctx;
	struct job job = { run, done, ch };

	if (text && str_eq(text, ch->pin)) {
		job_submit(c, &job);
		return;
	}
	(void)change_free(ch);
	console_set_message(c, text ? ATTR_ERROR : ATTR_PLAIN, "%s",
			    text ? _("the two are not the same: nothing was "
				     "changed")
				 : _("nothing was done"));
}

static void
got_new(struct console *c, void *ctx, const char *text)
{
	struct change *ch = ctx;
	struct err e = ERR_INIT;

	if (text && pin_check(text, &e) == RC_OK) {
		(void)str_copy(ch->pin, sizeof(ch->pin), text, NULL);
		ask(c, ch, _("once more:"), got_again);
		return;
	}
	(void)change_free(ch);
	if (text)
		console_show_err(c, &e);
}

static void
got_old(struct console *c, void *ctx, const char *text)
{
	struct change *ch = ctx;

	if (!text) {
		(void)change_free(ch);
		return;
	}
	(void)str_copy(ch->old, sizeof(ch->old), text, NULL);
	ask(c, ch, _("new PIN:"), got_new);
}

void
lock_ask_pin(struct console *c)
{
	struct change *ch = xcalloc(1, sizeof(*ch));

	ch->has_old = pin_is_set(c->desk);
	if (ch->has_old)
		ask(c, ch, _("PIN so far:"), got_old);
	else
		ask(c, ch, _("new PIN:"), got_new);
}
