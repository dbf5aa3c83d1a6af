#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <poll.h>
#include <unistd.h>

#include <curses.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/way_int.h"

#include <langinfo.h>
#include <term.h>

#define FRAME_MAX     (8 * 1024 * 1024)
#define SEQ_MAX	      64
#define LOOK_BOLD     1
#define LOOK_DIM      2
#define LOOK_LINE     4 /* underlined */
#define LOOK_GRAPHICS 8 /* line characters */

struct look {
	unsigned on;
	int colour; /* -1 = the terminal's own */
};

struct seq {
	char s[SEQ_MAX];
	size_t n;
};

static const struct look plain = { 0, -1 };

static struct {
	int fd;
	enum line_style style;
	struct buf out;
	int y, x; /* -1 = not known */
	struct look look;
	struct look looks[ATTR__COUNT];
	char sgr0[SEQ_MAX];
	bool boxes; /* Unicode lines: in UTF-8 some terminals have no others */
	int rows;
	int top, bottom; /* of the scrolling region, bottom -1 = all rows */
	size_t sgr_end;	 /* of the sequence that set the look last */
} p;

/* --- bytes --------------------------------------------------------------- */

static void
send(const char *s, size_t n)
{
	(void)buf_add(&p.out, s, n, NULL); /* a frame has an end */
}

static int
send_byte(int c)
{
	char byte = (char)c;

	send(&byte, 1);
	return c;
}

bool
way_has(const char *capability)
{
	return capability && capability != (const char *)-1;
}

void
way_cap(const char *capability)
{
	if (way_has(capability))
		(void)tputs(capability, 1, send_byte);
}

/* The terminal that is gone is found when keys are read. */
void
way_flush(void)
{
	size_t at = 0;

	while (at < p.out.len) {
		ssize_t n = write(p.fd, p.out.data + at, p.out.len - at);
		struct pollfd ready = { .fd = p.fd, .events = POLLOUT };

		if (n >= 0)
			at += (size_t)n;
		else if (errno == EAGAIN)
			(void)poll(&ready, 1, -1);
		else if (errno != EINTR)
			break;
	}
	buf_reset(&p.out);
	p.sgr_end = 0;
}

/* --- the way to a cell --------------------------------------------------- */

static struct seq *into;

static int
keep_byte(int c)
{
	if (into->n < SEQ_MAX)
		into->s[into->n++] = (char)c;
	return c;
}

/* A sequence that cannot be is as long as none may be. */
static struct seq
made(const char *capability, int a, int b)
{
	struct seq q = { .n = 0 };

	into = &q;
	if (way_has(capability))
		(void)tputs(tiparm(capability, a, b), 1, keep_byte);
	if (q.n == 0 || q.n >= SEQ_MAX)
		q.n = SEQ_MAX;
	return q;
}

static struct seq
repeated(const char *capability, char c, int n)
{
	struct seq q = { .n = SEQ_MAX };

	if (n < 8 && way_has(capability) && capability[0] == c &&
	    !capability[1]) {
		memset(q.s, c, (size_t)n);
		q.n = (size_t)n;
	}
	return q;
}

static struct seq
shorter(struct seq a, struct seq b)
{
	return b.n < a.n ? b : a;
}

static struct seq
joined(struct seq a, struct seq b)
{
	if (a.n + b.n >= SEQ_MAX) {
		a.n = SEQ_MAX;
		return a;
	}
	memcpy(a.s + a.n, b.s, b.n);
	a.n += b.n;
	return a;
}

static struct seq
across(int from, int to)
{
	struct seq q = { .n = 0 };

	if (from == to)
		return q;
	q = made(column_address, to, 0);
	if (to > from)
		return shorter(q, made(parm_right_cursor, to - from, 0));
	q = shorter(q, made(parm_left_cursor, from - to, 0));
	return shorter(q, repeated(cursor_left, '\b', from - to));
}

/* The edge of a scrolling region holds up steps that would leave it. */
static bool
held_up(int from, int to)
{
	return p.bottom >= 0 && ((from <= p.bottom && to > p.bottom) ||
				 (from >= p.top && to < p.top));
}

static struct seq
along(int from, int to)
{
	struct seq q = { .n = 0 };

	if (from == to)
		return q;
	q = made(row_address, to, 0);
	if (held_up(from, to))
		return q;
	if (to < from)
		return shorter(q, made(parm_up_cursor, from - to, 0));
	q = shorter(q, made(parm_down_cursor, to - from, 0));
	return shorter(q, repeated(cursor_down, '\n', to - from));
}

/* Where it is ECMA-48's, the column may be left out: it is 1 then. */
static struct seq
without_column(struct seq q)
{
	static const char tail[] = ";1H";
	size_t n = sizeof(tail) - 1;

	if (q.n > n && q.n < SEQ_MAX && memcmp(q.s + q.n - n, tail, n) == 0) {
		q.n -= n - 1;
		q.s[q.n - 1] = 'H';
	}
	return q;
}

void
way_go(int y, int x)
{
	static const struct seq cr = { "\r", 1 };
	struct seq best, rows;

	if (p.y == y && p.x == x)
		return;
	best = without_column(made(cursor_address, y, x));
	if (p.y >= 0 && p.x >= 0) {
		rows = along(p.y, y);
		best = shorter(best, joined(rows, across(p.x, x)));
		best = shorter(best, joined(joined(cr, rows), across(0, x)));
	}
	send(best.s, best.n);
	p.y = y;
	p.x = x;
}

/* --- scrolling ----------------------------------------------------------- */

bool
way_scrolls(void)
{
	return way_has(change_scroll_region) && way_has(scroll_forward) &&
	       way_has(scroll_reverse);
}

/* Where it is ECMA-48's, all rows need not be named. */
static struct seq
region(int top, int bottom)
{
	struct seq q = made(change_scroll_region, top, bottom);

	if (top == 0 && bottom == p.rows - 1 && q.n > 5 && q.n < SEQ_MAX &&
	    memcmp(q.s, "\033[1;", 4) == 0 && q.s[q.n - 1] == 'r')
		q = (struct seq){ "\033[r", 3 };
	return q;
}

/* Where it leaves the cursor is not the same everywhere. */
static void
set_region(int top, int bottom)
{
	struct seq q = region(top, bottom);

	if (q.n >= SEQ_MAX)
		return;
	send(q.s, q.n);
	way_lose();
}

void
way_whole(void)
{
	if (p.bottom >= 0)
		set_region(0, p.rows - 1);
	p.bottom = -1;
}

void
way_scroll(int top, int bottom, int by)
{
	if (p.top != top || p.bottom != bottom) {
		set_region(top, bottom);
		p.top = top;
		p.bottom = bottom;
	}
	way_go(by > 0 ? bottom : top, p.x >= 0 ? p.x : 0);
	for (int i = 0; i < abs(by); i++)
		way_cap(by > 0 ? scroll_forward : scroll_reverse);
}

/* --- looks --------------------------------------------------------------- */

/* Where both are ECMA-48's, what follows a look at once is put into its
 * sequence. */
static void
look_cap(const char *capability)
{
	size_t at = p.out.len;

	way_cap(capability);
	if (p.out.len > at + 3 && p.sgr_end == at && at > 0 &&
	    memcmp(p.out.data + at, "\033[", 2) == 0 &&
	    p.out.data[p.out.len - 1] == 'm') {
		p.out.data[at - 1] = ';';
		memmove(p.out.data + at, p.out.data + at + 2,
			p.out.len - at - 2);
		p.out.len -= 2;
	}
	p.sgr_end = p.out.len > at && p.out.data[p.out.len - 1] == 'm'
			    ? p.out.len
			    : 0;
}

static void
set_look(struct look to)
{
	unsigned more = to.on & ~p.look.on;

	if (p.look.on == to.on && p.look.colour == to.colour)
		return;
	if ((p.look.on & ~to.on) == LOOK_GRAPHICS &&
	    (p.look.colour < 0 || p.look.colour == to.colour)) {
		way_cap(exit_alt_charset_mode);
	} else if ((p.look.on & ~to.on) ||
		   (p.look.colour >= 0 && p.look.colour != to.colour)) {
		if (p.look.on & LOOK_GRAPHICS)
			way_cap(exit_alt_charset_mode);
		look_cap(p.sgr0);
		p.look = plain;
		more = to.on;
	}
	if (more & LOOK_BOLD)
		look_cap(enter_bold_mode);
	if (more & LOOK_DIM)
		look_cap(enter_dim_mode);
	if (more & LOOK_LINE)
		look_cap(enter_underline_mode);
	if (to.colour >= 0 && to.colour != p.look.colour)
		look_cap(tiparm(set_a_foreground, to.colour));
	if (more & LOOK_GRAPHICS)
		way_cap(enter_alt_charset_mode);
	p.look = to;
}

/* What only leaves the line characters need not be sent with every colour. */
static void
read_sgr0(void)
{
	const char *end = exit_attribute_mode, *out = exit_alt_charset_mode;
	const char *at =
		way_has(end) && way_has(out) && *out ? strstr(end, out) : NULL;
	size_t n;

	p.sgr0[0] = '\0';
	if (!way_has(end) || strlen(end) >= SEQ_MAX)
		return;
	memcpy(p.sgr0, end, strlen(end) + 1);
	if (!at || strlen(end) == strlen(out))
		return;
	n = (size_t)(at - end);
	(void)memmove(p.sgr0 + n, p.sgr0 + n + strlen(out),
		      strlen(end) - n - strlen(out) + 1);
}

static void
read_looks(void)
{
	static const struct {
		enum attr attr;
		unsigned on, mono;
		int colour;
	} table[] = {
		{ ATTR_BOLD, LOOK_BOLD, LOOK_BOLD, -1 },
		{ ATTR_DIM, LOOK_DIM, 0, -1 },
		{ ATTR_TITLE, LOOK_BOLD, LOOK_BOLD, COLOR_CYAN },
		{ ATTR_LATE, LOOK_BOLD, LOOK_BOLD, COLOR_RED },
		{ ATTR_SOON, 0, 0, COLOR_YELLOW },
		{ ATTR_GOOD, 0, 0, COLOR_GREEN },
		{ ATTR_KEY, LOOK_BOLD, LOOK_BOLD, -1 },
		{ ATTR_INPUT, LOOK_LINE, LOOK_LINE, -1 },
		{ ATTR_ERROR, LOOK_BOLD, LOOK_BOLD, COLOR_RED },
	};
	const char *no_color = getenv("NO_COLOR");
	bool colour = max_colors >= 8 && way_has(set_a_foreground) &&
		      !(no_color && no_color[0]);

	p.looks[ATTR_PLAIN] = plain;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		p.looks[table[i].attr] = (struct look){
			.on = colour ? table[i].on : table[i].mono,
			.colour = colour ? table[i].colour : -1,
		};
}

void
way_start(int fd)
{
	p.fd = fd;
	buf_init(&p.out, FRAME_MAX);
	read_sgr0();
	read_looks();
	p.boxes = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	way_set_lines(LINES_TERMINAL);
}

void
way_set_lines(enum line_style style)
{
	p.style = style;
	if (style == LINES_TERMINAL && !p.boxes &&
	    (!way_has(acs_chars) || !way_has(enter_alt_charset_mode)))
		p.style = LINES_ASCII;
}

void
way_stop(void)
{
	way_plain();
	way_whole();
	way_flush();
	buf_release(&p.out);
}

void
way_plain(void)
{
	set_look(plain);
}

void
way_anew(int rows)
{
	p.rows = rows;
	p.look = (struct look){ LOOK_BOLD, -1 }; /* whatever it is */
	way_plain();
	way_whole();
	way_cap(exit_alt_charset_mode);
	way_cap(clear_screen);
	way_lose();
}

void
way_lose(void)
{
	p.y = p.x = -1;
}

int
way_row(void)
{
	return p.y;
}

bool
way_underlines(enum attr attr)
{
	return p.looks[attr].on & LOOK_LINE;
}

/* --- cells --------------------------------------------------------------- */

static void
send_wide(wchar_t wc)
{
	char bytes[MB_LEN_MAX];
	mbstate_t state = { 0 };
	size_t n = wcrtomb(bytes, wc, &state);

	if (n != (size_t)-1)
		send(bytes, n);
}

/* Where the terminal's character set gives another width or has no such
 * character (GB18030 and boxes, quotes, emoji): something of that width. */
static wchar_t
fitting(const struct cell *cell)
{
	static const struct {
		uint32_t cp;
		char c;
	} table[] = { { 0x2018, '\'' }, { 0x2019, '\'' }, { 0x201c, '"' },
		      { 0x201d, '"' },	{ 0x2013, '-' },  { 0x2014, '-' },
		      { 0x2026, '.' },	{ 0xb7, '.' },	  { 0xd7, 'x' },
		      { 0x2022, '*' },	{ 0x2192, '>' },  { 0x2190, '<' } };
	char bytes[MB_LEN_MAX];
	mbstate_t state = { 0 };
	wchar_t wc = (wchar_t)cell->cp;

	if (wcwidth(wc) == cell->cols &&
	    wcrtomb(bytes, wc, &state) != (size_t)-1)
		return wc;
	if (cell->cols == 2)
		return 0xff1f; /* full-width question mark */
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (table[i].cp == cell->cp)
			return (wchar_t)table[i].c;
	return L'?';
}

static void
send_line(char name)
{
	static const char names[] = "qxlkmj", ascii[] = "-|++++";
	static const wchar_t boxes[] = L"─│┌┐└┘";
	const char *at = strchr(names, name);
	char c = at ? ascii[at - names] : '?';

	if (p.style == LINES_NONE)
		c = ' ';
	else if (p.style == LINES_TERMINAL && p.boxes && at) {
		send_wide(boxes[at - names]);
		return;
	} else if (p.style == LINES_TERMINAL) {
		for (const char *s = acs_chars; s[0] && s[1]; s += 2)
			if (s[0] == name)
				c = s[1];
	}
	send(&c, 1);
}

void
way_cell(const struct cell *cell)
{
	struct look look = p.looks[cell->attr < ATTR__COUNT ? cell->attr : 0];

	/* a blank looks the same in every colour */
	if (cell->cp == ' ' && !(look.on & LOOK_LINE) &&
	    !(p.look.on & (LOOK_LINE | LOOK_GRAPHICS)))
		look = p.look;
	if (cell->line && p.style == LINES_TERMINAL && !p.boxes)
		look.on |= LOOK_GRAPHICS;
	set_look(look);
	if (cell->line) {
		send_line((char)cell->cp);
	} else {
		send_wide(fitting(cell));
		for (int i = 0; i < 2 && cell->marks[i]; i++)
			if (wcwidth((wchar_t)cell->marks[i]) == 0)
				send_wide((wchar_t)cell->marks[i]);
	}
	p.x += cell->cols;
}

void
way_end_row(int cols)
{
	if (p.x >= cols)
		p.x = -1;
}
