/* Picks the face: the command line, which opens the console when asked. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "cli/cli.h"
#include "console/console.h"

/* The officer's own key file, NULL when there is none. */
static const char *
user_keys(char *path, size_t size)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	int n = 0;

	if (config && config[0] == '/')
		n = snprintf(path, size, "%s/deltadesk/user.keys", config);
	else if (home)
		n = snprintf(path, size, "%s/.config/deltadesk/user.keys",
			     home);
	return n > 0 && (size_t)n < size && file_exists(path) ? path : NULL;
}

static enum rc
open_console(const char *folder, const char *officer, const char *lang,
	     const struct env *env, struct err *err)
{
	char keys[4096];
	const struct console_config config = {
		.folder = folder,
		.officer = officer,
		.lang = lang,
		.env = env,
		.keymap = user_keys(keys, sizeof(keys)),
	};

	return console_run(&config, err);
}

int
main(int argc, char **argv)
{
	static const struct cli_faces faces = {
		.console = open_console,
		.keymap_check = console_keymap_check,
	};

	return cli_main(argc, argv, &faces);
}
