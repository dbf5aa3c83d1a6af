/*
 * The tables of commands, in the order of help: parser, help, manual and
 * completion all read them.
 */
#include "config.h"

#include "base/i18n.h"
#include "cli_int.h"

const struct option_def cli_global_options[] = {
	{ "desk", "DIR",
	  N_("the desk's folder (else DELTADESK_HOME, else "
	     "$XDG_DATA_HOME/deltadesk)") },
	{ "officer", "ID",
	  N_("who acts (else the one enrolled for this login)") },
	{ "lang", "zh|en", N_("language of messages") },
	{ "json", NULL, N_("one JSON object a line") },
	{ "help", NULL, N_("tell what the command takes") },
	{ NULL, NULL, NULL },
};

const struct command_table cli_tables[] = {
	{ N_("this desk and its peers:"), cli_exchange_commands },
	{ N_("documents:"), cli_document_commands },
	{ N_("people, shifts, reference data and upkeep:"),
	  cli_upkeep_commands },
	{ NULL, NULL },
};

const struct command *
cli_command_at(size_t i)
{
	for (const struct command_table *t = cli_tables; t->title != NULL; t++)
		for (const struct command *c = t->commands; c->name != NULL;
		     c++)
			if (i-- == 0)
				return c;
	return NULL;
}
