/* Where the caret goes: by words, by lines as they are wrapped, to what is
 * sought, to the next place to fill in. */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/edit_int.h"
#include "console/key_int.h"

#define LINES_MAX 4000
#define PAGE	  5

/* What stands together: characters, or letters and digits. */
enum part {
	PART_NONE, /* blanks and signs */
	PART_LATIN,
	PART_HAN
};

static enum part
part_at(const struct edit *e, size_t at, size_t *ret_n)
{
	uint32_t cp = 0;

	*ret_n = utf8_next(e->text + at, e->len - at, &cp);
	if ((cp >= '0' && cp <= '9') ||
	    ((cp | 0x20) >= 'a' && (cp | 0x20) <= 'z'))
		return PART_LATIN;
	if (cp < 0x80 || (cp >= 0x3000 && cp < 0x3040) || cp >= 0xff00 ||
	    (cp >= 0x2000 && cp < 0x2e80))
		return PART_NONE;
	return PART_HAN;
}

static size_t
before(const struct edit *e, size_t at)
{
	while (at > 0 && ((unsigned char)e->text[--at] & 0xc0) == 0x80)
		;
	return at;
}

void
edit_word_right(struct edit *e)
{
	enum part first;
	size_t n;

	if (e->at >= e->len)
		return;
	first = part_at(e, e->at, &n);
	while (e->at < e->len && part_at(e, e->at, &n) == first &&
	       first != PART_NONE)
		e->at += n;
	while (e->at < e->len && part_at(e, e->at, &n) == PART_NONE)
		e->at += n;
}

void
edit_word_left(struct edit *e)
{
	enum part first;
	size_t n, at;

	while (e->at > 0 && part_at(e, before(e, e->at), &n) == PART_NONE)
		e->at = before(e, e->at);
	if (e->at == 0)
		return;
	first = part_at(e, before(e, e->at), &n);
	while (e->at > 0 && part_at(e, at = before(e, e->at), &n) == first)
		e->at = at;
}

/* --- lines as they are wrapped ---------------------------------------------
 */

/* The byte of a line nearest to the column. */
static size_t
at_column(const struct edit *e, const struct wrapped *w, int col)
{
	size_t cols = 0;

	return w->from +
	       utf8_cut(e->text + w->from, w->len, (size_t)col, &cols);
}

bool
edit_line_key(struct edit *e, uint32_t key, int width)
{
	struct wrapped *w;
	size_t n, line = 0, to;
	int col, by;

	switch (key) {
	case K_UP: by = -1; break;
	case K_DOWN: by = 1; break;
	case K_PGUP: by = -PAGE; break;
	case K_PGDN: by = PAGE; break;
	default: return false;
	}
	w = xcalloc(LINES_MAX, sizeof(*w));
	n = text_wrap(e->text, width, w, LINES_MAX);
	if (n > LINES_MAX)
		n = LINES_MAX;
	for (size_t i = 0; i < n; i++)
		if (e->at >= w[i].from)
			line = i;
	col = (int)utf8_cols(e->text + w[line].from, e->at - w[line].from);
	if (by < 0)
		to = line > (size_t)-by ? line - (size_t)-by : 0;
	else
		to = line + (size_t)by < n ? line + (size_t)by : n - 1;
	if (to != line)
		e->at = at_column(e, &w[to], col);
	(void)xfree(w);
	/* at the first and last line up and down leave the field */
	return to != line || key == K_PGUP || key == K_PGDN;
}

/* --- finding ---------------------------------------------------------------
 */

bool
edit_find(struct edit *e, const char *text)
{
	const char *found;

	if (!text[0] || e->len == 0)
		return false;
	found = e->at < e->len ? strcasestr(e->text + e->at + 1, text) : NULL;
	if (!found)
		found = strcasestr(e->text, text);
	if (!found)
		return false;
	e->at = (size_t)(found - e->text);
	return true;
}

/* --- places to fill in: {时限} ----------------------------------------------
 */

size_t
slot_len(const char *text)
{
	size_t n;

	if (text[0] != '{')
		return 0;
	n = 1 + strcspn(text + 1, "{}\n");
	return text[n] == '}' && n > 1 && n <= SLOT_BYTES_MAX ? n + 1 : 0;
}

bool
edit_to_slot(struct edit *e, size_t from)
{
	for (size_t at = from; at < e->len; at++)
		if (slot_len(e->text + at)) {
			e->at = at;
			edit_break(e);
			return true;
		}
	return false;
}

bool
edit_next_slot(struct edit *e)
{
	return edit_to_slot(e, e->at + (slot_len(e->text + e->at) ? 1 : 0));
}
