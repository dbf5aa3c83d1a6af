/* A user's words as an FTS5 query. */
#include "config.h"

#include <string.h>

#include "base/text.h"
#include "cjk1_int.h"
#include "store/store.h"

static bool
is_space(const char *s, size_t *ret_n)
{
	static const char wide_space[] = "\xe3\x80\x80"; /* U+3000 */
	if (strncmp(s, wide_space, 3) == 0) {
		*ret_n = 3;
		return true;
	}
	*ret_n = 1;
	return *s == ' ' || *s == '\t' || *s == '\n' || *s == '\r';
}

static size_t
word_len(const char *s)
{
	size_t n = 0;
	size_t n_space;
	while (s[n] != '\0' && !is_space(s + n, &n_space))
		n++;
	return n;
}

/*
 * Tokens hold letters, digits and CJK characters alone, so nothing of FTS5's
 * syntax can get in.
 */
enum rc
fts_word(const char *word, size_t n_bytes, bool prefix, struct buf *out,
	 struct err *err)
{
	struct cjk1_cutter cutter;
	struct cjk1_token token;
	size_t n_tokens = 0;
	bool letters = false;
	enum rc rc = RC_OK;

	cjk1_start(&cutter, word, n_bytes);
	while (rc == RC_OK && cjk1_next(&cutter, &token)) {
		rc = buf_adds(out, n_tokens == 0 ? "\"" : " ", err);
		if (rc == RC_OK)
			rc = buf_add(out, token.text, token.n_text, err);
		letters = token.word;
		n_tokens++;
	}
	cjk1_end(&cutter);
	if (rc == RC_OK && n_tokens > 0)
		rc = buf_adds(out, prefix && letters ? "\" *" : "\"", err);
	return rc;
}

static enum rc
add_phrase(const char *word, size_t n_bytes, bool last, struct buf *out,
	   struct err *err)
{
	size_t before = out->len, start;
	enum rc rc = before > 0 ? buf_adds(out, " AND ", err) : RC_OK;

	start = out->len;
	if (rc == RC_OK)
		rc = fts_word(word, n_bytes, last, out, err);
	if (rc == RC_OK && out->len == start)
		buf_cut(out, before); /* signs alone */
	return rc;
}

enum rc
fts_query(const char *words, struct buf *out, struct err *err)
{
	enum rc rc = utf8_check(words, strlen(words), err);
	buf_reset(out);
	while (rc == RC_OK && *words != '\0') {
		size_t n = 0;
		if (is_space(words, &n)) {
			words += n;
			continue;
		}
		n = word_len(words);
		size_t tail = n;
		size_t n_space;
		while (words[tail] != '\0' && is_space(words + tail, &n_space))
			tail += n_space;
		rc = add_phrase(words, n, words[tail] == '\0', out, err);
		words += n;
	}
	/* Nothing to look for: a phrase that is found nowhere. */
	if (rc == RC_OK && out->len == 0)
		rc = buf_adds(out, "\"\"", err);
	return rc;
}
