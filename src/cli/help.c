/* Help, made from the table of commands. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "cli_int.h"

#define NAME_COLS 26

static void
put_pair(const char *left, const char *right)
{
	size_t n_cols = utf8_cols(left, strlen(left));
	(void)printf("  %s", left);
	if (n_cols >= NAME_COLS)
		(void)printf("\n%*s", NAME_COLS + 2, "");
	else
		(void)printf("%*s", (int)(NAME_COLS - n_cols), "");
	(void)printf("%s\n", right);
}

static void
put_options(const struct option_def *defs)
{
	char left[80];
	for (; defs->name != NULL; defs++) {
		(void)snprintf(left, sizeof(left), "--%s%s%s", defs->name,
			       defs->arg != NULL ? " " : "",
			       defs->arg != NULL ? defs->arg : "");
		put_pair(left, _(defs->help));
	}
}

void
help_all(void)
{
	(void)printf("%s %s: %s\n\n%s\n\n", PACKAGE_NAME, PACKAGE_VERSION,
		     _("joint enforcement desk"),
		     _("usage: deltadesk [options] [COMMAND ...]; with no "
		       "command it opens the console"));
	for (const struct command_table *t = cli_tables; t->title != NULL;
	     t++) {
		(void)printf("%s%s\n", t == cli_tables ? "" : "\n",
			     _(t->title));
		for (const struct command *cmd = t->commands; cmd->name != NULL;
		     cmd++)
			put_pair(cmd->name, _(cmd->help));
	}
	(void)printf("\n%s\n", _("options, before or after the command:"));
	put_options(cli_global_options);
	(void)printf("\n%s\n%s\n%s\n",
		     _("DOC is a document id, a unique ending of one (at least "
		       "4 characters), or a reference number."),
		     _("deltadesk COMMAND --help tells what a command takes."),
		     _("exit status: 0 done, 1 refused or not found, 2 wrong "
		       "usage, 3 desk not usable, 4 not verified"));
}

void
help_command(const struct command *cmd)
{
	(void)printf("%s deltadesk %s %s\n  %s\n", _("usage:"), cmd->name,
		     cmd->synopsis, _(cmd->help));
	if (cmd->options[0].name != NULL) {
		(void)printf("\n%s\n", _("options:"));
		put_options(cmd->options);
	}
	(void)printf("\n%s\n", _("options of every command:"));
	put_options(cli_global_options);
}

void
help_group(const char *word)
{
	size_t n = strlen(word);
	const struct command *cmd;
	for (size_t i = 0; (cmd = cli_command_at(i)) != NULL; i++)
		if (strncmp(cmd->name, word, n) == 0 && cmd->name[n] == ' ')
			put_pair(cmd->name, _(cmd->help));
}
