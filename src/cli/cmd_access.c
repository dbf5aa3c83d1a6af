/* authorized-keys, officer pin: how officers come in. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <termios.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/self.h"
#include "base/text.h"
#include "cli_int.h"
#include "desk/access.h"
#include "trust/pin.h"

/* ---- authorized-keys ---- */

/*
 * A path in the command of a forced line goes through two readers: sshd's
 * quotes, where only \" stands for another character, then the login's shell.
 */
static enum rc
add_quoted(struct buf *out, const char *path, struct err *err)
{
	enum rc rc = buf_adds(out, "'", err);
	for (const char *p = path; rc == RC_OK && *p != '\0'; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return err_set(err, RC_RANGE, 0,
				       _("a path with a control character "
					 "cannot stand in a line for sshd: "
					 "move the desk or the program"));
		if (*p == '\'')
			rc = buf_adds(out, "'\\''", err);
		else if (*p == '"')
			rc = buf_adds(out, "\\\"", err);
		else
			rc = buf_add(out, p, 1, err);
	}
	return rc == RC_OK ? buf_adds(out, "'", err) : rc;
}

struct lines {
	struct buf start; /* up to the officer's id */
};

static void
put_line(void *ctx, const struct officer_key *k)
{
	const struct lines *l = ctx;

	/* ids are letters, digits and -_.@ alone */
	(void)printf("%s%s\" %s %s %s\n", buf_str(&l->start), k->officer,
		     k->type, k->base64, k->officer);
}

static enum rc
make_start(const char *folder, struct buf *out, struct err *err)
{
	char *program = self_path(), *desk = realpath(folder, NULL);
	enum rc rc = program != NULL && desk != NULL
			     ? RC_OK
			     : err_set(err, RC_IO, 0,
				       _("the paths of program and desk are "
					 "not known"));
	if (rc == RC_OK)
		rc = buf_adds(out, "restrict,pty,command=\"", err);
	if (rc == RC_OK)
		rc = add_quoted(out, program, err);
	if (rc == RC_OK)
		rc = buf_adds(out, " --desk ", err);
	if (rc == RC_OK)
		rc = add_quoted(out, desk, err);
	if (rc == RC_OK)
		rc = buf_adds(out, " console --confined --officer ", err);
	free(desk);
	(void)xfree(program);
	return rc;
}

void
cli_say_unconfined_files(void)
{
	if (!confine_knows_files())
		(void)fprintf(
			stderr, "deltadesk: %s\n",
			_("this kernel has no Landlock: consoles over SSH are "
			  "kept to the desk's folder by the program alone "
			  "(see doc/operations.md)"));
}

enum rc
run_authorized_keys(struct cli *c, struct err *err)
{
	struct lines l;
	enum rc rc = cli_open_for_serve(c, err);
	buf_init(&l.start, 64 * 1024);
	if (rc == RC_OK)
		rc = make_start(c->folder, &l.start, err);
	if (rc == RC_OK)
		rc = officer_key_admit(c->desk,
				       c->n_words > 0 ? c->words[0] : NULL,
				       put_line, &l, err);
	buf_release(&l.start);
	if (rc == RC_OK)
		cli_say_unconfined_files();
	return rc;
}

/* ---- officer pin ---- */

struct secret {
	char text[PIN_MAX_BYTES + 2]; /* one more, so that too long shows */
};

/* One line of standard input; on a terminal it is not shown. */
static enum rc
read_secret(const char *label, struct secret *out, struct err *err)
{
	struct termios before, quiet;
	bool tty =
		isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before) == 0;
	size_t n = 0;
	char byte;

	if (tty) {
		quiet = before;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
		(void)fprintf(stderr, "%s ", label);
	}
	/* byte by byte: no buffer keeps a copy, nothing of the next line */
	while (read(STDIN_FILENO, &byte, 1) == 1 && byte != '\n')
		if (n < sizeof(out->text) - 1)
			out->text[n++] = byte;
	out->text[n] = '\0';
	if (tty) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
		(void)fputc('\n', stderr);
	}
	return n > 0 ? RC_OK : err_set(err, RC_USAGE, 0, _("no PIN was given"));
}

static enum rc
ask_pin(struct cli *c, struct err *err)
{
	struct secret old = { "" }, pin = { "" }, again = { "" };
	bool has = pin_is_set(c->desk);
	enum rc rc = RC_OK;

	if (has)
		rc = read_secret(_("PIN so far:"), &old, err);
	if (rc == RC_OK)
		rc = read_secret(_("new PIN:"), &pin, err);
	if (rc == RC_OK && isatty(STDIN_FILENO)) {
		rc = read_secret(_("once more:"), &again, err);
		if (rc == RC_OK && !str_eq(pin.text, again.text))
			rc = err_set(err, RC_DENIED, 0,
				     _("the two are not the same: nothing was "
				       "changed"));
	}
	if (rc == RC_OK)
		rc = act_pin_set(c->desk, has ? old.text : NULL, pin.text, err);
	explicit_bzero(&old, sizeof(old));
	explicit_bzero(&pin, sizeof(pin));
	explicit_bzero(&again, sizeof(again));
	return rc;
}

enum rc
run_officer_pin(struct cli *c, struct err *err)
{
	const char *clear = cli_get(c, "clear");
	enum rc rc = cli_open(c, err);
	if (rc != RC_OK)
		return rc;
	return clear != NULL ? act_pin_clear(c->desk, clear, err)
			     : ask_pin(c, err);
}
