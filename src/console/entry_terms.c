/* The terms of this desk among the candidates. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pinyin.h"
#include "base/text.h"
#include "console/entry_int.h"

#define TERMS_MAX      4096
#define STARTS_LETTERS 4 /* fewer would bring too many */

static void
add(void *ctx, const char *text)
{
	struct entry *e = ctx;

	if (e->n_terms == TERMS_MAX || (unsigned char)text[0] < 0x80)
		return;
	for (size_t i = 0; i < e->n_terms; i++)
		if (str_eq(e->terms[i].text, text))
			return;
	if ((e->n_terms & (e->n_terms - 1)) == 0)
		e->terms =
			xreallocarray(e->terms, e->n_terms ? 2 * e->n_terms : 1,
				      sizeof(*e->terms));
	e->terms[e->n_terms] = (struct entry_term){ xstrdup(text), e->n_terms };
	e->n_terms++;
}

/* What has least beyond the letters typed comes first, then the glossary
 * before units, these before places: as the desk told them. */
static int
by_length(const void *a, const void *b)
{
	const struct entry_term *x = a, *y = b;
	size_t nx = strlen(x->text), ny = strlen(y->text);

	if (nx != ny)
		return nx < ny ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

void
entry_read_terms(struct console *c, struct entry *e)
{
	entry_free_terms(e);
	ask_terms(c->desk, add, e);
	if (e->n_terms > 0)
		qsort(e->terms, e->n_terms, sizeof(*e->terms), by_length);
}

void
entry_free_terms(struct entry *e)
{
	for (size_t i = 0; i < e->n_terms; i++)
		(void)xfree(e->terms[i].text);
	e->terms = xfree(e->terms);
	e->n_terms = 0;
}

size_t
entry_find_terms(const struct entry *e, const char **whole, const char **starts,
		 size_t *ret_n_starts)
{
	size_t n_whole = 0, n_starts = 0;
	/* two letters fit too many places */
	size_t max = e->n_letters > 2 ? ENTRY_TERMS_MAX : ENTRY_TERMS_MAX / 2;

	for (size_t i = 0; i < e->n_terms; i++)
		switch (pinyin_fits(e->terms[i].text, e->letters)) {
		case PINYIN_WHOLE:
			/* one letter is no word yet */
			if (n_whole < max && e->n_letters > 1)
				whole[n_whole++] = e->terms[i].text;
			break;
		case PINYIN_START:
			if (n_starts < ENTRY_STARTS_MAX &&
			    e->n_letters >= STARTS_LETTERS)
				starts[n_starts++] = e->terms[i].text;
			break;
		case PINYIN_NONE: break;
		}
	*ret_n_starts = n_starts;
	return n_whole;
}
