#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/edit_int.h"
#include "console/key_int.h"

void
edit_init(struct edit *e, size_t max_bytes, bool lines)
{
	*e = (struct edit){ .max_bytes = max_bytes, .lines = lines, .cap = 64 };
	e->text = xcalloc(1, e->cap);
}

void
edit_release(struct edit *e)
{
	e->text = xfree(e->text);
	edit_forget(e);
}

static void
reserve(struct edit *e, size_t n)
{
	while (e->len + n + 1 > e->cap)
		e->cap *= 2;
	e->text = xrealloc(e->text, e->cap);
}

/* A character as it may stand here. */
static uint32_t
sound(const struct edit *e, uint32_t cp)
{
	if (cp == K_TAB || (cp < ' ' && cp != '\n') || cp == K_BS ||
	    (cp == '\n' && !e->lines))
		return ' ';
	return cp;
}

/* Without a step of undo. */
static bool
put(struct edit *e, uint32_t cp)
{
	char utf8[4];
	size_t n = utf8_encode(sound(e, cp), utf8);

	if (n == 0 || e->len + n > e->max_bytes)
		return false;
	reserve(e, n);
	memmove(e->text + e->at + n, e->text + e->at, e->len - e->at + 1);
	memcpy(e->text + e->at, utf8, n);
	e->at += n;
	e->len += n;
	return true;
}

static void
cut(struct edit *e, size_t from, size_t to)
{
	memmove(e->text + from, e->text + to, e->len - to + 1);
	e->len -= to - from;
	e->at = from;
}

void
edit_replace(struct edit *e, const char *text, size_t n_bytes)
{
	e->len = e->at = 0;
	reserve(e, n_bytes);
	memcpy(e->text, text, n_bytes);
	e->text[n_bytes] = '\0';
	e->len = e->at = n_bytes;
}

static bool
put_text(struct edit *e, const char *text)
{
	size_t n = strlen(text), step;
	uint32_t cp;

	for (; n && (step = utf8_next(text, n, &cp)) > 0;
	     text += step, n -= step)
		if (!put(e, cp))
			return false;
	return true;
}

void
edit_set(struct edit *e, const char *text)
{
	edit_forget(e);
	e->len = e->at = 0;
	e->text[0] = '\0';
	(void)put_text(e, text);
}

bool
edit_insert(struct edit *e, uint32_t cp)
{
	/* each word is a step of undo */
	bool word = e->at > 0 && e->text[e->at - 1] == ' ' && cp != ' ';
	size_t slot = slot_len(e->text + e->at);
	char utf8[4];

	if (e->len - slot + utf8_encode(sound(e, cp), utf8) > e->max_bytes)
		return false;
	if (word || slot || cp == '\n')
		edit_break(e);
	edit_before(e, EDIT_TYPE);
	cut(e, e->at, e->at + slot);
	(void)put(e, cp);
	edit_after(e);
	return true;
}

bool
edit_insert_text(struct edit *e, const char *text)
{
	size_t slot = slot_len(e->text + e->at);

	if (e->len - slot + strlen(text) > e->max_bytes)
		return false;
	edit_before(e, EDIT_WHOLE);
	cut(e, e->at, e->at + slot);
	(void)put_text(e, text);
	edit_break(e);
	return true;
}

/* A step is a character with its combining marks. */
static size_t
step_left(const struct edit *e, size_t at)
{
	uint32_t cp;

	do {
		while (at > 0 && ((unsigned char)e->text[--at] & 0xc0) == 0x80)
			;
		(void)utf8_next(e->text + at, e->len - at, &cp);
	} while (at > 0 && cp_cols(cp) == 0);
	return at;
}

static size_t
step_right(const struct edit *e, size_t at)
{
	uint32_t cp;

	at += utf8_next(e->text + at, e->len - at, &cp);
	while (at < e->len) {
		size_t n = utf8_next(e->text + at, e->len - at, &cp);

		if (n == 0 || cp_cols(cp) != 0)
			break;
		at += n;
	}
	return at;
}

static size_t
line_start(const struct edit *e)
{
	size_t at = e->at;

	while (at > 0 && e->text[at - 1] != '\n')
		at--;
	return at;
}

static size_t
line_end(const struct edit *e)
{
	size_t at = e->at;

	while (at < e->len && e->text[at] != '\n')
		at++;
	return at;
}

/* The word before the caret. */
static size_t
word_start(struct edit *e)
{
	size_t at = e->at, to;

	edit_word_left(e);
	to = e->at;
	e->at = at;
	return to;
}

static size_t
right_or_slot(const struct edit *e)
{
	size_t slot = slot_len(e->text + e->at);

	return slot ? e->at + slot : step_right(e, e->at);
}

static void
erase(struct edit *e, size_t from, size_t to)
{
	bool one = to - from <= 4;

	if (from == to)
		return;
	edit_before(e, one ? EDIT_ERASE : EDIT_WHOLE);
	cut(e, from, to);
	edit_after(e);
}

bool
edit_key(struct edit *e, uint32_t key)
{
	switch (key) {
	case K_LEFT: e->at = step_left(e, e->at); return true;
	case K_RIGHT: e->at = step_right(e, e->at); return true;
	case K_HOME: e->at = line_start(e); return true;
	case K_END:
	case KEY_CTRL('e'): e->at = line_end(e); return true;
	case K_BS: erase(e, step_left(e, e->at), e->at); return true;
	case K_DEL:
	case KEY_CTRL('d'): erase(e, e->at, right_or_slot(e)); return true;
	case KEY_CTRL('u'): erase(e, line_start(e), e->at); return true;
	case KEY_CTRL('w'): erase(e, word_start(e), e->at); return true;
	default: break;
	}
	if (key == K_ENTER && e->lines)
		return edit_insert(e, '\n');
	return key_is_text(key) && edit_insert(e, key);
}

void
edit_window(const struct edit *e, int width, size_t *ret_from, int *ret_col)
{
	size_t from = 0;
	int cols = (int)utf8_cols(e->text, e->at);

	/* the caret itself needs a column */
	while (cols > width - 1 && from < e->at) {
		size_t to = step_right(e, from);

		cols -= (int)utf8_cols(e->text + from, to - from);
		from = to;
	}
	*ret_from = from;
	*ret_col = cols;
}

static size_t
wrap_one(const char *s, size_t n, int width)
{
	size_t cols = 0, fit = utf8_cut(s, n, (size_t)width, &cols);
	size_t at = fit;

	if (fit == 0 && n > 0) {
		uint32_t cp;

		return utf8_next(s, n, &cp); /* wider than the screen */
	}
	if (fit == n)
		return n;
	while (at > 0 && s[at] != ' ' && s[at - 1] != ' ' &&
	       (unsigned char)s[at] < 0x80 && (unsigned char)s[at - 1] < 0x80)
		at--;
	return at > 0 && at > fit / 2 ? at : fit;
}

size_t
text_wrap(const char *text, int width, struct wrapped *out, size_t max)
{
	size_t n = 0, from = 0, len = strlen(text);

	if (width < 1)
		width = 1;
	for (;;) {
		const char *nl = strchr(text + from, '\n');
		size_t end = nl ? (size_t)(nl - text) : len;

		do {
			size_t take = wrap_one(text + from, end - from, width);

			if (n < max)
				out[n] = (struct wrapped){ from, take };
			n++;
			from += take;
			while (from < end && text[from] == ' ')
				from++;
		} while (from < end);
		if (!nl)
			return n;
		from = end + 1;
	}
}
