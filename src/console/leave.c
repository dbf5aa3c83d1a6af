/* Leaving: what stays behind is told first. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "console/console_int.h"
#include "console/popup_int.h"
#include "desk/shift.h"

static void
leave_answered(struct console *c, void *ctx, bool yes)
{
	(void)ctx;
	if (yes)
		console_leave(c);
}

/* The shift does not end with the console. */
static bool
on_duty(struct console *c)
{
	const struct officer *self = desk_get_officer(c->desk);
	struct shift_now now;

	return self && ask_shift(c->desk, &now, NULL) == RC_OK &&
	       str_eq(now.officer, self->id);
}

void
leave_ask(struct console *c)
{
	char text[400] = "";
	size_t at = 0;
	const struct confirm_spec spec = { .title = _("leave the console"),
					   .text = text,
					   .done = leave_answered };

	if (c->counts.drafts)
		at += (size_t)snprintf(text, sizeof(text),
				       _("%lld drafts are kept.\n"),
				       (long long)c->counts.drafts);
	if (c->queued)
		at += (size_t)snprintf(text + at, sizeof(text) - at,
				       _("%lld acts have not reached their "
					 "peers yet.\n"),
				       (long long)c->queued);
	if (on_duty(c))
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s\n",
				       _("You stay on duty until the shift is "
					 "taken over."));
	if (live_serves(c))
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s",
				       _("This console runs the exchange; it "
					 "goes on only if another one is "
					 "open."));
	if (at == 0)
		(void)snprintf(
			text, sizeof(text), "%s",
			_("No draft is kept, nothing waits to be sent."));
	confirm_open(c, &spec);
}
