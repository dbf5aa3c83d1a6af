#include "base/pinyin.h"

#include <ctype.h>
#include <string.h>

#include "base/asset.h"
#include "base/mem.h"
#include "base/text.h"

struct reading {
	char c[5];
	char syllable[7];
};

/* By the bytes of the character. */
static const struct reading readings[] = {
#define READING(c, syllable) { c, syllable },
#include "readings.inc"
#undef READING
};

/* The first reading of a character; the others follow. NULL: none. */
static const struct reading *
find(const char *c)
{
	size_t low = 0, high = ARRAY_LEN(readings), at;

	while (low < high) {
		at = (low + high) / 2;
		if (strcmp(readings[at].c, c) < 0)
			low = at + 1;
		else
			high = at;
	}
	return low < ARRAY_LEN(readings) && strcmp(readings[low].c, c) == 0
		       ? &readings[low]
		       : NULL;
}

static enum pinyin_fit fit(const char *text, const char *letters);

static enum pinyin_fit
better(enum pinyin_fit a, enum pinyin_fit b)
{
	return a > b ? a : b;
}

/* Letters that stand for the consonant alone: 1, of zh, ch and sh also 2. */
static size_t
consonant(const char *syllable)
{
	return syllable[1] == 'h' ? 2 : 1;
}

/* By one of the character's readings; rest is the text after it. */
static enum pinyin_fit
fit_reading(const char *syllable, const char *rest, const char *letters)
{
	size_t n = strlen(syllable), typed = strlen(letters);
	enum pinyin_fit best = PINYIN_NONE;

	if (letters[0] != syllable[0])
		return PINYIN_NONE;
	if (str_starts(letters, syllable))
		best = fit(rest, letters + n);
	else if (typed > 1 && str_starts(syllable, letters))
		best = PINYIN_START; /* still being typed */
	if (best != PINYIN_WHOLE && n > 1)
		best = better(best, fit(rest, letters + 1));
	if (best != PINYIN_WHOLE && n > 2 && consonant(syllable) == 2 &&
	    letters[1] == 'h')
		best = better(best, fit(rest, letters + 2));
	return best;
}

/* What has no reading and no letter is passed over. */
static const char *
pass_signs(const char *text)
{
	uint32_t cp;
	size_t n;

	while ((n = utf8_next(text, strlen(text), &cp)) > 0) {
		char c[5] = { 0 };

		memcpy(c, text, n);
		if ((cp < 0x80 && isalnum((int)cp)) || find(c))
			break;
		text += n;
	}
	return text;
}

static enum pinyin_fit
fit(const char *text, const char *letters)
{
	enum pinyin_fit best = PINYIN_NONE;
	const struct reading *r;
	char c[5] = { 0 };
	uint32_t cp;
	size_t n;

	text = pass_signs(text);
	letters += strspn(letters, "'");
	n = utf8_next(text, strlen(text), &cp);
	if (letters[0] == '\0')
		return n == 0 ? PINYIN_WHOLE : PINYIN_START;
	if (n == 0)
		return PINYIN_NONE;
	if (cp < 0x80)
		return tolower((int)cp) == letters[0]
			       ? fit(text + 1, letters + 1)
			       : PINYIN_NONE;
	memcpy(c, text, n);
	for (r = find(c); r && r < readings + ARRAY_LEN(readings) &&
			  strcmp(r->c, c) == 0 && best != PINYIN_WHOLE;
	     r++)
		best = better(best,
			      fit_reading(r->syllable, text + n, letters));
	return best;
}

enum pinyin_fit
pinyin_fits(const char *text, const char *letters)
{
	if (letters[0] == '\0' || strlen(letters) > PINYIN_LETTERS_MAX)
		return PINYIN_NONE;
	return fit(text, letters);
}

const char *
pinyin_chars(const char *syllable, size_t *ret_bytes)
{
	const struct asset *a = asset_find("pinyin/readings.txt");
	size_t n = strlen(syllable);
	const char *line, *end;

	for (line = a ? a->bytes : NULL; line && *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!end)
			return NULL;
		if (n > 0 && strncmp(line, syllable, n) == 0 &&
		    line[n] == ' ') {
			*ret_bytes = (size_t)(end - line) - n - 1;
			return line + n + 1;
		}
	}
	return NULL;
}

bool
pinyin_is_syllable(const char *letters)
{
	size_t n;

	return pinyin_chars(letters, &n) != NULL;
}
