/*
 * The console: screens, keys and drawing on a terminal. The only room that
 * knows curses.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/env.h"
#include "base/err.h"

struct console_config {
	const char *folder;  /* the desk's data folder */
	const char *officer; /* NULL: the one enrolled for this login */
	const char *lang;    /* "zh" or "en"; i18n_init() was called with it */
	const char *keymap;  /* the user's key file; NULL: none */
	const struct env *env;
	/* Locked down before the desk is opened (base/confine.h): never starts
	 * a program, so never `serve`; no file outside the desk's folder;
	 * cannot be suspended. */
	bool confined;
	/* Lines as - | +, or none for a screen reader; neither: as the officer
	 * keeps it, else the terminal's own. */
	bool ascii, reader;
};

/*
 * Runs until the officer leaves or the terminal goes away; RC_OK then. The
 * terminal is as it was before when this returns, on a failure too. RC_USAGE
 * when standard input or output is no terminal fit for screens. A confined one
 * gives RC_DENIED when sshd was asked for another command
 * (SSH_ORIGINAL_COMMAND), or the officer is disabled meanwhile.
 */
enum rc console_run(const struct console_config *config, struct err *err);

/*
 * `keymap check FILE`: writes a line `file:line: what` to out for each
 * mistake and each note; RC_MALFORMED when there was a mistake.
 */
enum rc console_keymap_check(const char *path, FILE *out, struct err *err);
/*
 * `keymap list`: every key in force, screen by screen, with what it does, in
 * the language in force; json: an object a line. path NULL: the built-in ones.
 */
enum rc console_keymap_list(const char *path, bool json, FILE *out,
			    struct err *err);
