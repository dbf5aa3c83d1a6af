/* From argv to an exit status. */
#include "config.h"

#include "cli/cli.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/confine.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"
#include "journal/epoch.h"

static char *
default_folder(void)
{
	const char *home = getenv("DELTADESK_HOME");
	if (home != NULL && *home != '\0')
		return xstrdup(home);
	home = getenv("XDG_DATA_HOME");
	if (home != NULL && *home == '/')
		return xasprintf("%s/deltadesk", home);
	home = getenv("HOME");
	return xasprintf("%s/.local/share/deltadesk",
			 home != NULL && *home != '\0' ? home : "/root");
}

/* The user's key file where there is one. Heap or NULL. */
static char *
user_keymap(void)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	char *path = NULL;
	if (config != NULL && *config == '/')
		path = xasprintf("%s/deltadesk/user.keys", config);
	else if (home != NULL && *home == '/')
		path = xasprintf("%s/.config/deltadesk/user.keys", home);
	return path != NULL && file_exists(path) ? path : xfree(path);
}

enum rc
run_console(struct cli *c, struct err *err)
{
	const char *given = cli_get(c, "keymap");
	char *keymap = given != NULL ? xstrdup(given) : user_keymap();
	struct cli_console ask = { .folder = c->folder,
				   .officer = c->officer,
				   .lang = c->lang,
				   .keymap = keymap,
				   .confined = cli_has(c, "confined"),
				   .ascii = cli_has(c, "ascii"),
				   .reader = cli_has(c, "reader"),
				   .env = c->env };
	enum rc rc = c->faces->console != NULL
			     ? c->faces->console(&ask, err)
			     : err_set(err, RC_USAGE, 0,
				       _("this program was built without a "
					 "console"));
	(void)xfree(keymap);
	return rc;
}

static enum rc
run(struct cli *c, struct err *err)
{
	if (c->helped)
		return RC_OK;
	if (c->help && c->command == NULL)
		help_all();
	else if (c->help)
		help_command(c->command);
	else if (c->command == NULL)
		return run_console(c, err);
	else
		return c->command->run(c, err);
	return RC_OK;
}

int
cli_main(int argc, char **argv, const struct cli_faces *faces)
{
	struct err err = ERR_INIT;
	struct cli *c = xcalloc(1, sizeof(*c));

	/* A full disk and a closed pipe are answers of a write, not ends. */
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	confine_memory(); /* keys of the desk are read */
	mem_exit_with(rc_exit_status(RC_IO));
	c->faces = faces;
	c->env = env_system();
	c->folder = default_folder();
	c->lang = "zh";
	i18n_init(c->lang);
	enum rc rc = cli_parse(c, argc, argv, &err);
	if (rc == RC_OK)
		rc = run(c, &err);
	if (rc == RC_OK)
		rc = out_finish(&err);
	else
		(void)out_finish(NULL); /* the first reason counts */
	if (rc != RC_OK)
		out_error(err.msg);
	else if (c->desk != NULL &&
		 journal_get_kept(desk_get_journal(c->desk)) > 0)
		out_error(_("kept, not signed yet: the desk waits for its "
			    "peers' answers after a loss ('peer list')"));
	if (c->desk != NULL)
		cli_checkpoint(c);
	(void)desk_close(c->desk);
	(void)xfree(c->folder);
	(void)xfree(c);
	return rc_exit_status(rc);
}
