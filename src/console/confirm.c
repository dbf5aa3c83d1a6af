#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/edit_int.h"
#include "console/popup_int.h"

#define LINES_MAX 12

struct confirm_box {
	struct screen screen;
	struct confirm_spec spec;
	char *title, *text;
	char digits[8], typed[8];
};

void
confirm_digits(const char *number, char out[static 4])
{
	size_t n = 0;

	/* the serial: the last run of digits in the number */
	for (size_t i = strlen(number); i-- > 0 && n < 2;) {
		if (number[i] >= '0' && number[i] <= '9') {
			memmove(out + 1, out, n);
			out[0] = number[i];
			n++;
		} else if (n) {
			break;
		}
	}
	out[n] = '\0';
}

static void
finish(struct confirm_box *f, bool yes)
{
	struct console *c = f->screen.console;
	const struct confirm_spec spec = f->spec;

	f->spec.done = NULL; /* answered */
	screen_end(&f->screen);
	if (!yes)
		console_set_message(c, ATTR_PLAIN, _("nothing was done"));
	spec.done(c, spec.ctx, yes);
}

/* "02" and "2" are one serial. */
static bool
digits_match(const struct confirm_box *f)
{
	return f->typed[0] &&
	       strtol(f->typed, NULL, 10) == strtol(f->digits, NULL, 10);
}

static bool
key(struct screen *s, uint32_t k)
{
	struct confirm_box *f = (struct confirm_box *)s;
	uint32_t folded = key_fold(k);
	size_t n = strlen(f->typed);

	if (s->console->pasting)
		return true;
	if (k == K_ESC || k == KEY_CTRL('g') || k == KEY_CTRL('c')) {
		finish(f, false);
	} else if (!f->digits[0]) {
		if (k == K_ENTER || folded == 'y')
			finish(f, true);
		else if (folded == 'n')
			finish(f, false);
	} else if (folded >= '0' && folded <= '9' &&
		   n < (strlen(f->digits) > 2 ? strlen(f->digits) : 2)) {
		f->typed[n] = (char)folded;
		f->typed[n + 1] = '\0';
	} else if (k == K_BS && n) {
		f->typed[n - 1] = '\0';
	} else if (k == K_ENTER && digits_match(f)) {
		finish(f, true);
	}
	return true;
}

static void
draw(struct screen *s, struct canvas *cv)
{
	struct confirm_box *f = (struct confirm_box *)s;
	struct wrapped lines[LINES_MAX];
	int width = popup_cols(cv);
	size_t n = text_wrap(f->text, width - 4, lines, LINES_MAX);
	int height, x = (cv->cols - width) / 2, y;

	if (n > LINES_MAX)
		n = LINES_MAX;
	height = (int)n + 4;
	y = (cv->rows - height) / 2;
	canvas_box(cv, y, x, height, width, f->title);
	for (size_t i = 0; i < n; i++) {
		char *part = xstrndup(f->text + lines[i].from, lines[i].len);

		(void)canvas_put(cv, y + 1 + (int)i, x + 2, width - 4,
				 ATTR_PLAIN, part);
		(void)xfree(part);
	}
	y += height - 2;
	if (!f->digits[0]) {
		int col = canvas_put(cv, y, x + 2, width - 4, ATTR_BOLD,
				     _("y or Enter: yes     n or Esc: no"));

		canvas_cursor(cv, y, x + 2 + col, true);
		return;
	}
	{
		int col = canvas_putf(cv, y, x + 2, width - 4, ATTR_BOLD,
				      _("type %s and Enter to confirm, Esc "
					"gives up: %s"),
				      f->digits, f->typed);

		canvas_cursor(cv, y, x + 2 + col, true);
	}
}

static const char *
hint(struct screen *s)
{
	(void)s;
	return "";
}

static void
free_confirm(struct screen *s)
{
	struct confirm_box *f = (struct confirm_box *)s;

	if (f->spec.done) /* taken away unanswered: no */
		f->spec.done(s->console, f->spec.ctx, false);
	f->title = xfree(f->title);
	f->text = xfree(f->text);
}

static const struct screen_ops confirm_ops = {
	.context = CONTEXT_CONFIRM,
	.popup = true,
	.hint = hint,
	.draw = draw,
	.key = key,
	.free = free_confirm,
};

void
confirm_open(struct console *c, const struct confirm_spec *spec)
{
	struct confirm_box *f = screen_new(c, &confirm_ops, sizeof(*f));

	f->spec = *spec;
	f->title = xstrdup(spec->title);
	f->text = xstrdup(spec->text);
	if (spec->digits)
		(void)snprintf(f->digits, sizeof(f->digits), "%s",
			       spec->digits);
	screen_push(c, &f->screen);
}
