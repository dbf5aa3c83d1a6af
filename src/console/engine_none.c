/* Without libpinyin: one syllable at a time, from the table of readings. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/pinyin.h"
#include "base/text.h"
#include "console/engine_int.h"

#define SYLLABLE_MAX 6
#define CHOSEN_BYTES 1024

struct engine {
	char letters[PINYIN_LETTERS_MAX + 1];
	size_t from, n_first; /* the first syllable's letters */
	const char *chars;    /* of the first syllable; NULL none */
	size_t n_bytes;
	char text[5]; /* a candidate */
	struct buf chosen;
};

enum rc
engine_open(const char *folder, struct engine **ret_e, struct err *err)
{
	struct engine *e = xcalloc(1, sizeof(*e));

	(void)folder; /* nothing is learnt */
	(void)err;
	buf_init(&e->chosen, CHOSEN_BYTES);
	*ret_e = e;
	return RC_OK;
}

struct engine *
engine_close(struct engine *e)
{
	if (e)
		buf_release(&e->chosen);
	return xfree(e);
}

const char *
engine_lacks(void)
{
	return _("built without libpinyin: terms, and single characters");
}

/* The longest syllable that the letters begin with. */
static void
first_syllable(struct engine *e)
{
	const char *at = e->letters + e->from;
	size_t left = strlen(at);

	e->chars = NULL;
	e->n_first = 0;
	for (size_t n = left < SYLLABLE_MAX ? left : SYLLABLE_MAX;
	     n > 0 && !e->chars; n--) {
		char syllable[SYLLABLE_MAX + 1] = { 0 };

		memcpy(syllable, at, n);
		e->chars = pinyin_chars(syllable, &e->n_bytes);
		e->n_first = n;
	}
}

void
engine_read(struct engine *e, const char *letters)
{
	buf_reset(&e->chosen);
	e->from = 0;
	(void)snprintf(e->letters, sizeof(e->letters), "%s", letters);
	first_syllable(e);
}

const char *
engine_syllables(const struct engine *e)
{
	return e->letters + e->from;
}

size_t
engine_count(const struct engine *e)
{
	return e->chars ? utf8_chars(e->chars, e->n_bytes) : 0;
}

const char *
engine_candidate(struct engine *e, size_t i)
{
	const char *at = e->chars;
	size_t left = e->chars ? e->n_bytes : 0, n = 0;
	uint32_t cp;

	e->text[0] = '\0';
	for (size_t k = 0; left > 0 && k <= i; k++) {
		at += n;
		left -= n;
		n = utf8_next(at, left, &cp);
	}
	if (n > 0 && n < sizeof(e->text)) {
		memcpy(e->text, at, n);
		e->text[n] = '\0';
	}
	return e->text;
}

bool
engine_choose(struct engine *e, size_t i)
{
	(void)buf_addf(&e->chosen, NULL, "%s", engine_candidate(e, i));
	e->from += e->n_first;
	e->from += strspn(e->letters + e->from, "'");
	first_syllable(e);
	if (e->letters[e->from] && !e->chars)
		(void)buf_addf(&e->chosen, NULL, "%s", e->letters + e->from);
	return e->letters[e->from] == '\0' || !e->chars;
}

const char *
engine_chosen(const struct engine *e)
{
	return buf_str(&e->chosen);
}
