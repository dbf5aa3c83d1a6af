#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/changes_int.h"

#define WORDS_MAX 1500 /* of one text; the rest of a longer one is one word */
#define TABLE_MAX 600  /* words compared with each other */
#define OPENING	  "\xe3\x80\x90" /* 【 */
#define CLOSING	  "\xe3\x80\x91"

struct word {
	const char *s;
	size_t len;
	bool same;
};

struct words {
	struct word *at;
	size_t n;
};

static bool
is_letter(const char *s)
{
	return (*s >= '0' && *s <= '9') || (*s >= 'a' && *s <= 'z') ||
	       (*s >= 'A' && *s <= 'Z');
}

static struct words
words_of(const char *s)
{
	struct words w = { xcalloc(WORDS_MAX, sizeof(*w.at)), 0 };
	size_t left = strlen(s), len;
	uint32_t cp;

	while (left > 0 && w.n < WORDS_MAX) {
		len = utf8_next(s, left, &cp);
		while (is_letter(s) && len < left && is_letter(s + len))
			len++;
		if (w.n + 1 == WORDS_MAX)
			len = left;
		w.at[w.n++] = (struct word){ s, len, false };
		s += len;
		left -= len;
	}
	return w;
}

static bool
equal(const struct word *a, const struct word *b)
{
	return a->len == b->len && memcmp(a->s, b->s, a->len) == 0;
}

/* The longest common part of what lies between the ends that are the same. */
static void
find_same(struct word *a, size_t n, struct word *b, size_t m)
{
	uint16_t *t = xcalloc((n + 1) * (m + 1), sizeof(*t));
	size_t i, k, row = m + 1;

	for (i = n; i-- > 0;)
		for (k = m; k-- > 0;) {
			uint16_t down = t[(i + 1) * row + k],
				 right = t[i * row + k + 1];

			t[i * row + k] =
				equal(&a[i], &b[k])
					? (uint16_t)(t[(i + 1) * row + k + 1] +
						     1)
				: down > right ? down
					       : right;
		}
	for (i = k = 0; i < n && k < m;) {
		if (equal(&a[i], &b[k])) {
			a[i++].same = b[k++].same = true;
		} else if (t[(i + 1) * row + k] >= t[i * row + k + 1]) {
			i++;
		} else {
			k++;
		}
	}
	(void)xfree(t);
}

static void
put(struct buf *out, const struct words *w)
{
	bool open = false;

	for (size_t i = 0; i < w->n; i++) {
		bool mark = !w->at[i].same && *w->at[i].s != '\n';

		if (mark != open)
			(void)buf_adds(out, mark ? OPENING : CLOSING, NULL);
		open = mark;
		(void)buf_add(out, w->at[i].s, w->at[i].len, NULL);
	}
	if (open)
		(void)buf_adds(out, CLOSING, NULL);
}

void
words_mark(const char *was, const char *now, struct buf *ret_was,
	   struct buf *ret_now)
{
	struct words a = words_of(was), b = words_of(now);
	size_t first = 0, n = a.n, m = b.n;

	while (first < n && first < m && equal(&a.at[first], &b.at[first])) {
		a.at[first].same = b.at[first].same = true;
		first++;
	}
	while (n > first && m > first && equal(&a.at[n - 1], &b.at[m - 1])) {
		n--;
		m--;
		a.at[n].same = b.at[m].same = true;
	}
	if (n - first <= TABLE_MAX && m - first <= TABLE_MAX)
		find_same(a.at + first, n - first, b.at + first, m - first);
	put(ret_was, &a);
	put(ret_now, &b);
	(void)xfree(a.at);
	(void)xfree(b.at);
}
