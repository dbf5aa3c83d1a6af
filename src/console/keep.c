/* What the officer keeps for himself: written on the pool, so that no key
 * waits for another writer. */
#include <stdio.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/console_int.h"
#include "console/term_int.h"

struct keeping {
	char *name, *value; /* value NULL: forgotten */
	char *said;	    /* NULL: nothing */
};

static enum rc
run(struct desk *d, void *arg, struct err *err)
{
	struct keeping *k = arg;

	return kept_set(d, k->name, k->value, err);
}

static void
done(struct console *c, void *take_arg, enum rc rc, const struct err *err)
{
	struct keeping *k = take_arg;

	if (rc != RC_OK)
		console_show_err(c, err);
	else if (k->said)
		console_set_message(c, ATTR_GOOD, "%s", k->said);
	(void)xfree(k->name);
	(void)xfree(k->value);
	(void)xfree(k->said);
	(void)xfree(k);
}

void
keep_set(struct console *c, const char *name, const char *value,
	 const char *said)
{
	struct keeping *k = xcalloc(1, sizeof(*k));
	const struct job job = { run, done, k };

	k->name = xstrdup(name);
	k->value = value ? xstrdup(value) : NULL;
	k->said = said ? xstrdup(said) : NULL;
	job_submit(c, &job);
}

static const char *const line_names[] = { "terminal", "ascii", "none" };

static void
use_lines(struct console *c, enum line_style style)
{
	c->lines = style;
	c->reader = style == LINES_NONE;
	term_set_lines(style);
}

static void
load_lines(struct console *c)
{
	char *kept = kept_get(c->desk, "lines");
	enum line_style style = LINES_TERMINAL;

	for (int i = 0; kept && i < (int)ARRAY_LEN(line_names); i++)
		if (str_eq(kept, line_names[i]))
			style = (enum line_style)i;
	if (c->config->ascii)
		style = LINES_ASCII;
	if (c->config->reader)
		style = LINES_NONE;
	use_lines(c, style);
	(void)xfree(kept);
}

void
keep_next_lines(struct console *c)
{
	use_lines(c, (c->lines + 1) % ARRAY_LEN(line_names));
	keep_set(c, "lines", line_names[c->lines],
		 c->lines == LINES_TERMINAL ? _("lines of the terminal")
		 : c->lines == LINES_ASCII  ? _("lines as - | +")
					   : _("for a screen reader: no lines, "
					       "states in words"));
}

/* The officer's own switch, else the desk's setting; a failure never makes
 * the desk silent. */
void
keep_load(struct console *c)
{
	char *bell = kept_get(c->desk, "bell");

	if (!bell && setting_get(c->desk, "bell", &bell, NULL) != RC_OK)
		bell = NULL;
	c->bell_off = bell && str_eq(bell, "off");
	(void)xfree(bell);
	load_lines(c);
}

void
keep_switch_bell(struct console *c)
{
	c->bell_off = !c->bell_off;
	keep_set(c, "bell", c->bell_off ? "off" : "on",
		 c->bell_off ? _("the bell is off for you, here and at your "
				 "next logins")
			     : _("the bell rings at each arrival"));
}
