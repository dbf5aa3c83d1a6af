/* A console behind a forced command. */
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "base/confine.h"
#include "base/mem.h"
#include "console/console_int.h"

/* What sshd was asked to run in its place: scp, sftp, a shell. */
static enum rc
refuse_other_command(struct err *err)
{
	const char *asked = getenv("SSH_ORIGINAL_COMMAND");

	if (!asked || !asked[0])
		return RC_OK;
	return err_set(err, RC_DENIED, 0,
		       _("nothing but the console runs on this key: log in "
			 "without a command (ssh -t HOST)"));
}

/* Names of folders that a library would read, given by the other end. */
static void
forget_folders(void)
{
	static const char *const names[] = { "TERMINFO",  "TERMINFO_DIRS",
					     "TERMPATH",  "TERMCAP",
					     "LOCPATH",	  "NLSPATH",
					     "GCONV_PATH" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		(void)unsetenv(names[i]);
}

enum rc
confined_start(struct console *c, struct err *err)
{
	char *folder;
	const char *folders[2] = { NULL };
	const struct confine confine = { .folders = folders };
	enum rc rc;

	if (!c->config->confined)
		return RC_OK;
	rc = refuse_other_command(err);
	if (rc != RC_OK)
		return rc;
	forget_folders();
	i18n_load();
	folder = realpath(c->config->folder, NULL);
	folders[0] = folder ? folder : c->config->folder;
	rc = confine_process(&confine, &c->files_confined, err);
	free(folder);
	return rc;
}

const char *
confined_face(const struct console *c)
{
	if (!c->config->confined)
		return "console";
	return c->files_confined ? "console confined"
				 : "console confined, files not by the kernel";
}
