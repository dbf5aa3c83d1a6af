/*
 * The command line: the acts and questions of the desk as commands, `serve`
 * and the demo. One table of commands gives the parser, --help, the manual's
 * list and the shell's completion.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/env.h"
#include "base/err.h"

/* How a console is asked for. */
struct cli_console {
	const char *folder, *officer, *lang; /* officer NULL: the login's */
	const char *keymap;		     /* key file; NULL: none */
	bool confined;			     /* locked down */
	bool ascii, reader; /* lines as - | +; none, for a screen reader */
	const struct env *env;
};

/* What the command line starts and does not know itself. */
struct cli_faces {
	/* Opens the console; NULL when there is none. */
	enum rc (*console)(const struct cli_console *ask, struct err *err);
	/* `keymap check FILE`, one line a mistake to out. */
	enum rc (*keymap_check)(const char *path, FILE *out, struct err *err);
	enum rc (*keymap_list)(const char *path, bool json, FILE *out,
			       struct err *err);
};

/* Runs one command to its end and returns the exit status of DESIGN 6: 0
 * done, 1 refused, 2 wrong usage, 3 desk not usable, 4 not verified. */
int cli_main(int argc, char **argv, const struct cli_faces *faces);
