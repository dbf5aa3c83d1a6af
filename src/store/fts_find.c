/* Where a query of fts_query.c matches in a text: for marks and drafts. */
#include "config.h"

#include <string.h>

#include "base/mem.h"
#include "cjk1_int.h"
#include "store/store.h"

#define TOKENS_MAX  100000 /* of one text that is looked through */
#define PHRASES_MAX 128

struct cut {
	struct piece {
		size_t from, to; /* of the text */
		size_t at, n;	 /* of folded */
	} * pieces;
	size_t n, cap;
	struct buf folded;
};

static void
cut_text(const char *text, size_t n_bytes, struct cut *out)
{
	struct cjk1_cutter cutter;
	struct cjk1_token token;

	*out = (struct cut){ .pieces = NULL };
	buf_init(&out->folded, 4 * n_bytes + TOKEN_MAX);
	cjk1_start(&cutter, text, n_bytes);
	while (out->n < TOKENS_MAX && cjk1_next(&cutter, &token)) {
		if (out->n == out->cap) {
			out->cap = out->cap == 0 ? 64 : out->cap * 2;
			out->pieces = xreallocarray(out->pieces, out->cap,
						    sizeof(*out->pieces));
		}
		out->pieces[out->n++] =
			(struct piece){ token.from, token.to, out->folded.len,
					token.n_text };
		if (buf_add(&out->folded, token.text, token.n_text, NULL) !=
		    RC_OK)
			break; /* folding grows nothing so far */
	}
	cjk1_end(&cutter);
}

static void
cut_release(struct cut *c)
{
	(void)xfree(c->pieces);
	buf_release(&c->folded);
}

struct phrase {
	const char *s; /* tokens with a blank between */
	size_t n;
	bool prefix;
	bool next_group; /* an AND stands before it */
};

static size_t
read_phrases(const char *query, struct phrase *out)
{
	size_t n = 0;
	const char *s = query, *end, *before = query;

	while (n < PHRASES_MAX && (s = strchr(s, '"')) != NULL &&
	       (end = strchr(s + 1, '"')) != NULL) {
		const char *and = strstr(before, "AND");
		out[n] = (struct phrase){
			.s = s + 1,
			.n = (size_t)(end - s - 1),
			.prefix = end[1] == ' ' && end[2] == '*',
			.next_group = n == 0 || (and != NULL && and < s),
		};
		n++;
		before = s = end + 1;
	}
	return n;
}

/* How many tokens from `at` on are the phrase; 0: they are not. */
static size_t
match_at(const struct cut *c, size_t at, const struct phrase *p)
{
	const char *s = p->s, *end = p->s + p->n;
	size_t n = 0;

	for (; s < end; n++) {
		const char *blank = memchr(s, ' ', (size_t)(end - s));
		size_t len = (size_t)((blank != NULL ? blank : end) - s);
		const struct piece *t = &c->pieces[at + n];
		if (at + n >= c->n)
			return 0;
		bool goes_on = p->prefix && blank == NULL;
		if (t->n < len || (t->n > len && !goes_on) ||
		    memcmp(c->folded.data + t->at, s, len) != 0)
			return 0;
		s += len + (blank != NULL);
	}
	return n;
}

size_t
fts_find(const char *query, const char *text, size_t n_bytes,
	 struct text_range *out, size_t max)
{
	struct phrase phrases[PHRASES_MAX];
	size_t n_phrases = read_phrases(query, phrases), n = 0;
	struct cut c;

	cut_text(text, n_bytes, &c);
	for (size_t at = 0; at < c.n && n < max;) {
		size_t longest = 0;
		for (size_t i = 0; i < n_phrases; i++) {
			size_t m = match_at(&c, at, &phrases[i]);
			longest = m > longest ? m : longest;
		}
		if (longest > 0)
			out[n++] = (struct text_range){
				c.pieces[at].from, c.pieces[at + longest - 1].to
			};
		at += longest > 0 ? longest : 1;
	}
	cut_release(&c);
	return n;
}

static bool
stands_somewhere(const struct cut *c, const struct phrase *p)
{
	for (size_t at = 0; at < c->n; at++)
		if (match_at(c, at, p) > 0)
			return true;
	return false;
}

bool
fts_holds(const char *query, const char *text, size_t n_bytes)
{
	struct phrase phrases[PHRASES_MAX];
	size_t n = read_phrases(query, phrases);
	bool group = true;
	struct cut c;

	cut_text(text, n_bytes, &c);
	for (size_t i = 0; i < n && (group || !phrases[i].next_group); i++) {
		if (phrases[i].next_group)
			group = false;
		group = group || stands_somewhere(&c, &phrases[i]);
	}
	cut_release(&c);
	return n > 0 && group;
}
