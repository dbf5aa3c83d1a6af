#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <curses.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/key_int.h"
#include "console/paint_int.h"
#include "console/term_int.h"
#include "console/way_int.h"

#include <term.h>

#define PASTE_ON	 "\033[?2004h"
#define PASTE_OFF	 "\033[?2004l"
#define CODE_PASTE_BEGIN (KEY_MAX + 1)
#define CODE_PASTE_END	 (KEY_MAX + 2)
#define CODE_WORD_LEFT	 (KEY_MAX + 3)
#define CODE_WORD_RIGHT	 (KEY_MAX + 4)

static struct {
	bool open;
	SCREEN *screen;
	struct termios before;
	mbstate_t partial; /* of a character in several bytes */
} term;

/* What a signal handler writes: made at start, never touched after. */
static char restore_bytes[512];
static size_t n_restore;

static int
add_restore(int c)
{
	if (n_restore < sizeof(restore_bytes))
		restore_bytes[n_restore++] = (char)c;
	return c;
}

static void
add_capability(const char *name)
{
	const char *s = tigetstr(name);

	if (s && s != (char *)-1)
		(void)tputs(s, 1, add_restore);
}

/* All rows scroll again, and the next prompt is below what stands. */
static void
add_whole_region(void)
{
	const char *s = tigetstr("csr");

	if (!s || s == (char *)-1 || strncmp(s, "\033[", 2) != 0)
		return;
	for (s = "\033[r\033[999H"; *s; s++)
		(void)add_restore(*s);
}

/* Only async-signal-safe calls: the program is broken here. */
static void
on_fatal(int signum)
{
	ssize_t n = write(STDOUT_FILENO, restore_bytes, n_restore);

	(void)n;
	(void)tcsetattr(STDOUT_FILENO, TCSANOW, &term.before);
	(void)signal(signum, SIG_DFL);
	(void)raise(signum);
}

static void
catch_fatal(void)
{
	static const int fatal[] = { SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL };
	struct sigaction sa = { 0 };

	sa.sa_handler = on_fatal;
	sa.sa_flags = (int)SA_RESETHAND;
	for (size_t i = 0; i < ARRAY_LEN(fatal); i++)
		(void)sigaction(fatal[i], &sa, NULL);
}

static void
set_modes(void)
{
	(void)raw();
	(void)noecho();
	(void)nonl();
	(void)keypad(stdscr, TRUE);
	(void)nodelay(stdscr, TRUE);
	(void)meta(stdscr, TRUE);
	(void)set_escdelay(100);
	(void)idlok(stdscr, FALSE);
	(void)leaveok(stdscr, FALSE);
	(void)define_key("\033[200~", CODE_PASTE_BEGIN);
	(void)define_key("\033[201~", CODE_PASTE_END);
	(void)define_key("\033[1;5D", CODE_WORD_LEFT);
	(void)define_key("\033[1;5C", CODE_WORD_RIGHT);
}

static void
write_now(const char *s)
{
	ssize_t n = write(STDOUT_FILENO, s, strlen(s));

	(void)n; /* a terminal that is gone is found when keys are read */
}

static enum rc
refuse(struct err *err)
{
	return err_set(err, RC_USAGE, 0,
		       _("no terminal fit for screens here (TERM=%s); use the "
			 "commands instead, see deltadesk --help"),
		       getenv("TERM") ? getenv("TERM") : "");
}

enum rc
term_start(struct err *err)
{
	const char *name = getenv("TERM");
	int status = 0;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || !name ||
	    !name[0] || strcmp(name, "dumb") == 0 ||
	    setupterm(name, STDOUT_FILENO, &status) != OK || !tigetstr("cup") ||
	    tigetstr("cup") == (char *)-1 ||
	    tcgetattr(STDOUT_FILENO, &term.before) != 0)
		return refuse(err);
	n_restore = 0;
	for (const char *s = PASTE_OFF; *s; s++)
		(void)add_restore(*s);
	add_whole_region();
	add_capability("sgr0");
	add_capability("rmkx");
	add_capability("cnorm");
	add_capability("rmcup");
	(void)del_curterm(cur_term); /* newterm() makes its own */
	term.screen = newterm(NULL, stdout, stdin);
	if (!term.screen)
		return refuse(err);
	catch_fatal();
	set_modes();
	(void)refresh(); /* all that curses ever draws: an empty screen */
	write_now(PASTE_ON);
	term.open = true;
	paint_start(STDOUT_FILENO);
	return RC_OK;
}

void
term_stop(void)
{
	if (!term.open)
		return;
	term.open = false;
	paint_stop();
	write_now(PASTE_OFF);
	(void)endwin();
	delscreen(term.screen);
	term.screen = NULL;
	(void)tcsetattr(STDOUT_FILENO, TCSADRAIN, &term.before);
}

void
term_get_size(int *ret_rows, int *ret_cols)
{
	*ret_rows = LINES;
	*ret_cols = COLS;
}

bool
term_resize(void)
{
	struct winsize w = { 0 };

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_row == 0 ||
	    w.ws_col == 0)
		return false;
	if (w.ws_row == LINES && w.ws_col == COLS)
		return false;
	(void)resizeterm(w.ws_row, w.ws_col);
	(void)untouchwin(stdscr); /* else reading a key would draw it */
	term_forget();
	return true;
}

void
term_forget(void)
{
	paint_forget();
}

void
term_bell(void)
{
	(void)beep();
}

void
term_set_lines(enum line_style style)
{
	way_set_lines(style);
	term_forget();
}

void
term_flush(const struct canvas *c)
{
	paint_frame(c);
}

static uint32_t
from_code(int code)
{
	static const struct {
		int code;
		uint32_t key;
	} table[] = {
		{ KEY_UP, K_UP },
		{ KEY_DOWN, K_DOWN },
		{ KEY_LEFT, K_LEFT },
		{ KEY_RIGHT, K_RIGHT },
		{ KEY_PPAGE, K_PGUP },
		{ KEY_NPAGE, K_PGDN },
		{ KEY_HOME, K_HOME },
		{ KEY_END, K_END },
		{ KEY_IC, K_INS },
		{ KEY_DC, K_DEL },
		{ KEY_BTAB, K_BACKTAB },
		{ KEY_BACKSPACE, K_BS },
		{ KEY_ENTER, K_ENTER },
		{ CODE_PASTE_BEGIN, K_PASTE_BEGIN },
		{ CODE_PASTE_END, K_PASTE_END },
		{ CODE_WORD_LEFT, K_WORD_LEFT },
		{ CODE_WORD_RIGHT, K_WORD_RIGHT },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (table[i].code == code)
			return table[i].key;
	if (code >= KEY_F(1) && code <= KEY_F(12))
		return K_F1 + (uint32_t)(code - KEY_F(1));
	return K_NONE;
}

/* Readable and yet nothing there to read: the other end is gone. */
static bool
is_gone(void)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	int n = 0;

	if (poll(&p, 1, 0) <= 0)
		return false;
	if (p.revents & (POLLHUP | POLLERR | POLLNVAL))
		return true;
	return (p.revents & POLLIN) && ioctl(STDIN_FILENO, FIONREAD, &n) == 0 &&
	       n == 0;
}

uint32_t
term_key(bool *ret_gone)
{
	*ret_gone = false;
	for (;;) {
		int code = getch();
		wchar_t wc = 0;
		char byte = (char)code;
		size_t n;
		uint32_t key;

		if (code == ERR) {
			*ret_gone = is_gone();
			return K_NONE;
		}
		if (code > 255) {
			key = from_code(code);
			if (key != K_NONE)
				return key;
			continue;
		}
		n = mbrtowc(&wc, &byte, 1, &term.partial);
		if (n == (size_t)-2)
			continue;
		if (n == (size_t)-1) {
			term.partial = (mbstate_t){ 0 };
			continue;
		}
		if (wc == 0)
			return K_CTRL_SPACE;
		if ((uint32_t)wc > 0x10ffff)
			continue;
		return wc == 8 ? K_BS : (uint32_t)wc;
	}
}

void
term_suspend(void)
{
	write_now(PASTE_OFF);
	way_whole();
	way_flush();
	(void)endwin();
	(void)tcsetattr(STDOUT_FILENO, TCSADRAIN, &term.before);
	(void)raise(SIGSTOP);
	(void)tcgetattr(STDOUT_FILENO, &term.before);
	(void)refresh();
	set_modes();
	write_now(PASTE_ON);
	(void)term_resize();
	term_forget();
}
