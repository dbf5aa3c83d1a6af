/* Picks the face, command line or console; owns the exit status. */
#include <stddef.h>

#include "cli/cli.h"
#include "console/console.h"

static enum rc
open_console(const char *folder, const char *officer, const char *lang,
	     const struct env *env, struct err *err)
{
	const struct console_config config = {
		.folder = folder,
		.officer = officer,
		.lang = lang,
		.env = env,
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
