/* Words of a filter as an FTS5 query. */
#include <string.h>

#include "base/text.h"
#include "desk_int.h"
#include "filter_int.h"
#include "table_int.h"

#define INITIALS_MIN 2
#define INITIALS_MAX 10
#define NAMES_MAX    8 /* that one word of letters stands for */

static bool
are_initials(const char *s)
{
	size_t n = strlen(s);

	return n >= INITIALS_MIN && n <= INITIALS_MAX &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz") == n;
}

static void
add_or(struct buf *out, const char *name)
{
	size_t n = out->len;

	if (buf_adds(out, " OR ", NULL) == RC_OK &&
	    fts_word(name, strlen(name), false, out, NULL) == RC_OK &&
	    out->len > n + strlen(" OR "))
		return;
	buf_cut(out, n);
}

/* Places and units whose first letters these are. */
static void
add_names(struct reading *r, const char *word)
{
	static const struct {
		const char *table, *initials, *name;
	} columns[] = {
		{ "divisions", "initials_full", "name" },
		{ "divisions", "initials", "short" },
		{ "units", "pinyin_initials", "short_name" },
	};
	size_t i, row, n = 0;

	for (i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		const struct table *t = table_get(r->desk, columns[i].table);

		for (row = 0; t != NULL && row < t->n_rows && n < NAMES_MAX;
		     row++)
			if (str_eq(table_cell(t, row, columns[i].initials),
				   word)) {
				add_or(&r->query,
				       table_cell(t, row, columns[i].name));
				n++;
			}
	}
}

void
filter_add_word(struct reading *r, const char *word, bool prefix)
{
	size_t before = r->query.len, start;
	bool initials = are_initials(word);

	if (r->n_words++ >= FILTER_WORDS_MAX)
		return; /* nobody types that many */
	if (before > 0 && buf_adds(&r->query, " AND ", NULL) != RC_OK)
		return;
	if (initials)
		(void)buf_adds(&r->query, "(", NULL);
	start = r->query.len;
	if (fts_word(word, strlen(word), prefix, &r->query, NULL) != RC_OK ||
	    r->query.len == start) {
		buf_cut(&r->query, before); /* signs alone */
		return;
	}
	if (!initials)
		return;
	add_names(r, word);
	if (buf_adds(&r->query, ")", NULL) != RC_OK)
		buf_cut(&r->query, before);
}
