#include "desk/filter.h"

#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "filter_int.h"

/* ---- words ---- */

/* A separator, a mark or an operator, in either width. */
static size_t
same_sign(const char *s, const char *ascii, const char *wide)
{
	return str_starts(s, ascii)  ? strlen(ascii)
	       : str_starts(s, wide) ? strlen(wide)
				     : 0;
}

static size_t
space_at(const char *s)
{
	return *s == ' ' || *s == '\t' || *s == '\n' || *s == '\r'
		       ? 1
		       : same_sign(s, "\xe3\x80\x80", "\xe3\x80\x80");
}

static size_t
quote_at(const char *s)
{
	size_t n = same_sign(s, "\"", "\xe2\x80\x9c");

	return n > 0 ? n : same_sign(s, "\xe2\x80\x9d", "\xef\xbc\x82");
}

/* The next word, its quotes taken off; *ret_plain where the first was. */
static const char *
next_word(const char *s, struct buf *word, size_t *ret_plain)
{
	bool quoted = false;
	size_t n;

	buf_reset(word);
	*ret_plain = SIZE_MAX;
	while ((n = space_at(s)) > 0)
		s += n;
	for (; *s != '\0'; s += n) {
		n = quote_at(s);
		if (n > 0) {
			if (!quoted && *ret_plain == SIZE_MAX)
				*ret_plain = word->len;
			quoted = !quoted;
			continue;
		}
		n = space_at(s);
		if (n > 0 && !quoted)
			break;
		n = n > 0 ? n : 1;
		(void)buf_add(word, s, n, NULL); /* no longer than the text */
	}
	return s;
}

/* Where the operator of a filter stands; SIZE_MAX: it is no filter. */
static size_t
operator_at(const char *s, struct condition_text *out)
{
	static const struct {
		const char *ascii, *wide;
		enum filter_op op;
	} signs[] = {
		{ "<=", "\xef\xbc\x9c\xef\xbc\x9d", OP_UPTO },
		{ ">=", "\xef\xbc\x9e\xef\xbc\x9d", OP_FROM },
		{ "<", "\xef\xbc\x9c", OP_BELOW },
		{ ">", "\xef\xbc\x9e", OP_ABOVE },
		{ "=", "\xef\xbc\x9d", OP_IS },
		{ ":", "\xef\xbc\x9a", OP_IS },
	};
	size_t at, i, n;

	for (at = 0; s[at] != '\0'; at++) {
		for (i = 0; i < ARRAY_LEN(signs); i++) {
			n = same_sign(s + at, signs[i].ascii, signs[i].wide);
			if (n == 0)
				continue;
			out->op = signs[i].op;
			out->colon = i == ARRAY_LEN(signs) - 1;
			out->value = s + at + n;
			return at;
		}
	}
	return SIZE_MAX;
}

static bool
is_name(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') || s[i] == '_'))
			return false;
	return n > 0;
}

/* ---- reading ---- */

static enum rc
take_condition(struct reading *r, const char *word, size_t n_name,
	       const struct condition_text *c, bool *ret_taken, struct err *err)
{
	const struct filter_name *f =
		filter_name_find(r->grammar, word, n_name);
	char shown[64];

	*ret_taken = false;
	if (f == NULL && (c->colon || !is_name(word, n_name)))
		return RC_OK; /* 14:30, http://.., 批号=1 */
	if (f == NULL)
		return err_set(err, RC_USAGE, 0,
			       _("no filter '%.*s'; there are: %s (in quotes "
				 "it is searched for)"),
			       (int)(n_name < 32 ? n_name : 32), word,
			       r->grammar->listed);
	if (c->value[0] == '\0')
		return err_set(err, RC_USAGE, 0, _("what is '%s' to be?"),
			       text_show_into(shown, sizeof(shown), word));
	*ret_taken = true;
	return f->take(r, c, err);
}

static bool
take_flag(struct reading *r, const char *word)
{
	const struct filter_grammar *g = r->grammar;
	size_t i;

	for (i = 0; i < g->n_flags; i++)
		if (str_eq(word, g->flags[i][0]) ||
		    str_eq(word, g->flags[i][1])) {
			g->flag(r, i);
			return true;
		}
	return false;
}

static enum rc
take_word(struct reading *r, const char *word, size_t plain, bool last,
	  struct err *err)
{
	struct condition_text c = { .value = NULL };
	size_t at = plain == 0 ? SIZE_MAX : operator_at(word, &c);
	bool taken = false;
	enum rc rc = RC_OK;

	if (plain == SIZE_MAX && take_flag(r, word))
		return RC_OK;
	if (at != SIZE_MAX && at > 0 && at < plain)
		rc = take_condition(r, word, at, &c, &taken, err);
	if (rc == RC_OK && !taken)
		rc = r->grammar->word(r, word, last && plain == SIZE_MAX, err);
	return rc;
}

/* What is no UTF-8 separates words; what is too long to be meant is cut. */
static char *
clean(const char *text)
{
	size_t n = strlen(text), at = 0, len;
	char *copy = xstrndup(text, n < FILTER_TEXT_MAX ? n : FILTER_TEXT_MAX);
	uint32_t cp;

	for (n = strlen(copy); at<n; at += len> 0 ? len : 1) {
		unsigned char first = (unsigned char)copy[at];
		size_t want = first < 0x80   ? 1
			      : first < 0xE0 ? 2
			      : first < 0xF0 ? 3
					     : 4;
		len = at + want <= n &&
				      utf8_check(copy + at, want, NULL) == RC_OK
			      ? utf8_next(copy + at, want, &cp)
			      : 0;
		if (len == 0)
			copy[at] = ' ';
	}
	return copy;
}

enum rc
filter_parse(struct reading *r, const char *text, struct err *err)
{
	char *copy = clean(text);
	const char *s = copy;
	struct buf word;
	size_t plain;
	enum rc rc = RC_OK;

	buf_init(&word, FILTER_TEXT_MAX + 4);
	while (rc == RC_OK) {
		s = next_word(s, &word, &plain);
		if (word.len > 0)
			rc = take_word(r, buf_str(&word), plain,
				       s[strspn(s, " ")] == '\0', err);
		if (*s == '\0')
			break;
	}
	buf_release(&word);
	xfree(copy);
	return rc;
}

const struct filter_name *
filter_name_find(const struct filter_grammar *g, const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < g->n_names; i++)
		if ((strlen(g->names[i].en) == n &&
		     strncmp(g->names[i].en, s, n) == 0) ||
		    (strlen(g->names[i].zh) == n &&
		     strncmp(g->names[i].zh, s, n) == 0))
			return &g->names[i];
	return NULL;
}

enum rc
filter_read(struct desk *d, const char *text, struct filter *out,
	    struct err *err)
{
	struct reading r = { .desk = d,
			     .grammar = &filter_of_documents,
			     .out = out };
	enum rc rc;

	*out = (struct filter){ .urgency = 0 };
	buf_init(&r.query, 64 * FILTER_TEXT_MAX);
	rc = filter_parse(&r, text, err);
	if (rc == RC_OK && r.query.len > 0)
		out->query = buf_take(&r.query);
	else if (rc == RC_OK && r.n_words > 0)
		out->query = xstrdup("\"\""); /* signs alone: found nowhere */
	buf_release(&r.query);
	if (rc != RC_OK)
		filter_release(out);
	return rc;
}

void
filter_release(struct filter *f)
{
	xfree(f->from);
	xfree(f->to);
	xfree(f->number);
	xfree(f->title);
	xfree(f->assignee);
	xfree(f->query);
	*f = (struct filter){ .urgency = 0 };
}

void
filter_query(const struct filter *f, struct list_query *q)
{
	if (f->kind[0] != '\0')
		q->kind = f->kind;
	if (f->state[0] != '\0')
		q->state = f->state;
	if (f->boxed)
		q->box = f->box;
	q->overdue = q->overdue || f->overdue;
	q->waits = q->waits || f->waits;
	q->filter = f;
}
