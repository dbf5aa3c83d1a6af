/* From argv to an exit status. */
#include "config.h"

#include "cli/cli.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"

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

enum rc
run_console(struct cli *c, struct err *err)
{
	if (c->faces->console == NULL)
		return err_set(err, RC_USAGE, 0,
			       _("this program was built without a console"));
	return c->faces->console(c->folder, c->officer, c->lang, c->env, err);
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
	(void)desk_close(c->desk);
	(void)xfree(c->folder);
	(void)xfree(c);
	return rc_exit_status(rc);
}
