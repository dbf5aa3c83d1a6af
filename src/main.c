/* Brings the command line and the console together. */
#include "config.h"

#include <stddef.h>

#include "base/mem.h"
#include "cli/cli.h"
#include "console/console.h"

static enum rc
open_console(const struct cli_console *ask, struct err *err)
{
	struct console_config config = { .folder = ask->folder,
					 .officer = ask->officer,
					 .lang = ask->lang,
					 .keymap = ask->keymap,
					 .confined = ask->confined,
					 .ascii = ask->ascii,
					 .reader = ask->reader,
					 .env = ask->env };
	mem_exit_with(0);
	return console_run(&config, err);
}

int
main(int argc, char **argv)
{
	static const struct cli_faces faces = {
		.console = open_console,
		.keymap_check = console_keymap_check,
		.keymap_list = console_keymap_list,
	};
	return cli_main(argc, argv, &faces);
}
