/* doctor: what is right and wrong, one line each. */
#include "config.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/text.h"
#include "cli_int.h"
#include "desk/doctor.h"

#include <langinfo.h>

#define TERMINAL_COLS 80
#define TERMINAL_ROWS 24

static const char *
verdict_name(enum verdict_of_doctor v)
{
	static const char *const names[] = { [DOCTOR_GOOD] = N_("ok"),
					     [DOCTOR_LOOK] = N_("heed"),
					     [DOCTOR_WRONG] = N_("wrong") };
	return names[v];
}

static const char *
check_word(const char *check)
{
	static const char *const words[][2] = {
		{ "folder", N_("folder") },
		{ "files", N_("permissions") },
		{ "disk", N_("disk") },
		{ "kernel", N_("kernel") },
		{ "keys", N_("keys") },
		{ "certificate", N_("certificate") },
		{ "database", N_("database") },
		{ "desk", N_("desk") },
		{ "card", N_("card") },
		{ "mark", N_("mark") },
		{ "clock", N_("system time") },
		{ "service", N_("service") },
		{ "peer", N_("peer") },
		{ "locale", N_("locale") },
		{ "terminal", N_("terminal") },
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_eq(words[i][0], check))
			return _(words[i][1]);
	return check;
}

static void
put_finding(void *ctx, const struct finding *f)
{
	const struct cli *c = ctx;

	if (c->json) {
		json_t *o = json_object();
		json_object_set_new(o, "check", json_string(f->check));
		json_object_set_new(o, "about", json_text_or_null(f->about));
		json_object_set_new(o, "verdict",
				    json_string(verdict_name(f->verdict)));
		json_object_set_new(o, "text", json_string(f->text));
		json_object_set_new(o, "advice", json_text_or_null(f->advice));
		out_json(o);
		return;
	}
	out_cell(_(verdict_name(f->verdict)), 5);
	(void)putchar(' ');
	out_cell(check_word(f->check), 11);
	(void)putchar(' ');
	if (f->about[0] != '\0') {
		out_text(f->about);
		(void)putchar(' ');
	}
	out_text(f->text);
	(void)putchar('\n');
	if (f->advice[0] == '\0')
		return;
	(void)printf("%*s-> ", 6, "");
	out_text(f->advice);
	(void)putchar('\n');
}

static void
put(struct cli *c, const char *check, bool good, const char *text,
    const char *advice)
{
	const struct finding f = { .check = check,
				   .about = "",
				   .verdict = good ? DOCTOR_GOOD : DOCTOR_LOOK,
				   .text = text,
				   .advice = good ? "" : advice };
	put_finding(c, &f);
}

static void
look_at_locale(struct cli *c)
{
	const char *set = nl_langinfo(CODESET);
	const char *name = setlocale(LC_CTYPE, NULL);
	char text[128];

	(void)snprintf(text, sizeof(text), "%s, %s", name != NULL ? name : "?",
		       set);
	put(c, "locale", str_eq(set, "UTF-8") || str_eq(set, "GB18030"), text,
	    _("Chinese is not shown in this character set: LANG=zh_CN.UTF-8 "
	      "(or C.UTF-8)"));
}

/* Only where one is: a service and a script have none. */
static void
look_at_terminal(struct cli *c)
{
	const char *term = getenv("TERM");
	struct winsize w = { 0 };
	char text[128], shown[64];

	if (!isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO))
		return;
	text_show_into(shown, sizeof(shown), term != NULL ? term : "");
	(void)ioctl(STDOUT_FILENO, TIOCGWINSZ, &w); /* else zero */
	(void)snprintf(text, sizeof(text), "%s %dx%d", shown, w.ws_col,
		       w.ws_row);
	if (term == NULL || *term == '\0' || str_eq(term, "dumb"))
		put(c, "terminal", false, text,
		    _("the console needs a terminal that moves its cursor: "
		      "TERM=xterm-256color"));
	else
		put(c, "terminal",
		    w.ws_col >= TERMINAL_COLS && w.ws_row >= TERMINAL_ROWS,
		    text, _("make the window 80x24 at least"));
}

enum rc
run_doctor(struct cli *c, struct err *err)
{
	const struct doctor_visit visit = { .folder = c->folder,
					    .env = c->env,
					    .each = put_finding,
					    .ctx = c };
	enum verdict_of_doctor worst = desk_doctor(&visit);

	look_at_locale(c);
	look_at_terminal(c);
	return worst == DOCTOR_WRONG
		       ? err_set(err, RC_IO, 0,
				 _("something is wrong; what to do stands "
				   "below each such line"))
		       : RC_OK;
}
