/* The FTS5 tokenizer cjk1. */
#include "config.h"

#include <string.h>

#include <sqlite3.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cjk1_int.h"
#include "store_int.h"

#define FOLDED_MAX 64 /* bytes that one character may fold to */

enum char_class {
	CHAR_BREAK,
	CHAR_DROP,
	CHAR_WORD,
	CHAR_CJK
};

struct range {
	uint32_t first, last;
};

static bool
in_ranges(uint32_t cp, const struct range *ranges, size_t n_ranges)
{
	for (size_t i = 0; i < n_ranges; i++)
		if (cp >= ranges[i].first && cp <= ranges[i].last)
			return true;
	return false;
}

static bool
is_cjk(uint32_t cp)
{
	static const struct range ranges[] = {
		{ 0x4E00, 0x9FFF },   /* unified ideographs, nearly all */
		{ 0x3400, 0x4DBF },   /* extension A */
		{ 0x3005, 0x3007 },   /* iteration mark, closing, zero */
		{ 0x3040, 0x30FF },   /* kana */
		{ 0x3100, 0x312F },   /* bopomofo */
		{ 0xAC00, 0xD7AF },   /* hangul */
		{ 0xF900, 0xFAFF },   /* compatibility ideographs */
		{ 0x20000, 0x3FFFF }, /* further extensions */
	};
	return in_ranges(cp, ranges, ARRAY_LEN(ranges));
}

static enum char_class
class_of(uint32_t cp)
{
	if (cp < 0x80) {
		bool letter = (cp | 0x20) >= 'a' && (cp | 0x20) <= 'z';
		if (letter || (cp >= '0' && cp <= '9'))
			return CHAR_WORD;
		if (cp == '\t' || cp == '\n' || cp == '\r' || cp >= 0x20)
			return CHAR_BREAK;
		return CHAR_DROP;
	}
	if (is_cjk(cp))
		return CHAR_CJK;
	if (cp_is_hidden(cp))
		return CHAR_DROP;
	/* what is no sign is a letter */
	return cp_is_sign(cp) ? CHAR_BREAK : CHAR_WORD;
}

void
cjk1_start(struct cjk1_cutter *c, const char *text, size_t n_bytes)
{
	*c = (struct cjk1_cutter){ .text = text, .n_bytes = n_bytes };
	buf_init(&c->folded, FOLDED_MAX);
}

void
cjk1_end(struct cjk1_cutter *c)
{
	buf_release(&c->folded);
}

/* The length of one well-formed character at s, 1 and cp 0x20 when it is
 * not: FTS5 may hand over bytes that nobody checked. */
static size_t
take_char(const char *s, size_t n_bytes, uint32_t *ret_cp)
{
	unsigned char first = (unsigned char)s[0];
	size_t n = first < 0x80	  ? 1
		   : first < 0xC2 ? 0
		   : first < 0xE0 ? 2
		   : first < 0xF0 ? 3
		   : first < 0xF5 ? 4
				  : 0;
	if (n == 1 && first != 0) {
		*ret_cp = first;
		return 1;
	}
	if (n == 0 || n > n_bytes || first == 0 ||
	    utf8_check(s, n, NULL) != RC_OK) {
		*ret_cp = ' ';
		return 1;
	}
	return utf8_next(s, n, ret_cp);
}

/* Folds the character at s; its class is that of what it folds to. */
static enum char_class
fold_char(struct cjk1_cutter *c, const char *s, size_t n, uint32_t cp)
{
	buf_reset(&c->folded);
	if (cp < 0x80) {
		char low = (char)(cp >= 'A' && cp <= 'Z' ? cp + 32 : cp);
		(void)buf_add(&c->folded, &low, 1, NULL); /* fits */
		return class_of(cp);
	}
	if (cp_is_hidden(cp) || text_fold(&c->folded, s, n, NULL) != RC_OK ||
	    c->folded.len == 0)
		return CHAR_DROP;
	(void)utf8_next(c->folded.data, c->folded.len, &cp);
	return class_of(cp);
}

static void
token_add(struct cjk1_token *out, const struct cjk1_cutter *c)
{
	memcpy(out->text + out->n_text, c->folded.data, c->folded.len);
	out->n_text += c->folded.len;
	out->text[out->n_text] = '\0';
	out->to = c->at;
}

/* U+4E00 to U+9FFF, which folds to itself: most of the text. */
static bool
is_ideograph(const char *s, size_t n_bytes)
{
	const unsigned char *p = (const unsigned char *)s;
	return n_bytes >= 3 && p[0] >= 0xE4 && p[0] <= 0xE9 &&
	       (p[0] > 0xE4 || p[1] >= 0xB8) && (p[1] & 0xC0) == 0x80 &&
	       (p[2] & 0xC0) == 0x80;
}

static void
take_ideograph(struct cjk1_cutter *c, struct cjk1_token *out)
{
	memcpy(out->text, c->text + c->at, 3);
	out->text[3] = '\0';
	out->n_text = 3;
	out->from = c->at;
	out->to = c->at += 3;
}

bool
cjk1_next(struct cjk1_cutter *c, struct cjk1_token *out)
{
	out->n_text = 0;
	out->text[0] = '\0';
	out->word = false;
	while (c->at < c->n_bytes) {
		uint32_t cp = 0;
		const char *s = c->text + c->at;
		if (is_ideograph(s, c->n_bytes - c->at)) {
			if (out->n_text == 0)
				take_ideograph(c, out);
			return true;
		}
		size_t n = take_char(s, c->n_bytes - c->at, &cp);
		enum char_class class = fold_char(c, s, n, cp);
		bool full = out->n_text + c->folded.len > TOKEN_MAX;
		if (out->n_text > 0 &&
		    (class == CHAR_CJK || class == CHAR_BREAK || full))
			return true; /* this character is looked at again */
		if (out->n_text == 0)
			out->from = c->at;
		c->at += n;
		if (class == CHAR_CJK && !full) {
			token_add(out, c);
			return true;
		}
		if (class == CHAR_WORD && !full) {
			out->word = true;
			token_add(out, c);
		}
	}
	return out->n_text > 0;
}

/* ---- what FTS5 calls ---- */

static int
tokenizer_create(void *ctx, const char **args, int n_args,
		 Fts5Tokenizer **ret_tokenizer)
{
	(void)ctx;
	(void)args;
	(void)n_args;
	static char the_only_one; /* it has no state of its own */
	*ret_tokenizer = (Fts5Tokenizer *)(void *)&the_only_one;
	return SQLITE_OK;
}

static void
tokenizer_delete(Fts5Tokenizer *tokenizer)
{
	(void)tokenizer;
}

static int
tokenizer_cut(Fts5Tokenizer *tokenizer, void *ctx, int flags, const char *text,
	      int n_text,
	      int (*found)(void *, int, const char *, int, int, int))
{
	struct cjk1_cutter cutter;
	struct cjk1_token token;
	int code = SQLITE_OK;

	(void)tokenizer;
	(void)flags;
	if (text == NULL || n_text <= 0)
		return SQLITE_OK;
	cjk1_start(&cutter, text, (size_t)n_text);
	while (code == SQLITE_OK && cjk1_next(&cutter, &token))
		code = found(ctx, 0, token.text, (int)token.n_text,
			     (int)token.from, (int)token.to);
	cjk1_end(&cutter);
	return code;
}

/* SQL function cjk1_key(text): text_key, to compare with. */
static void
sql_key(sqlite3_context *ctx, int n, sqlite3_value **values)
{
	const unsigned char *text = sqlite3_value_text(values[0]);
	int n_bytes = sqlite3_value_bytes(values[0]);
	struct buf key;

	(void)n; /* SQLite has checked it */
	if (text == NULL)
		return;
	buf_init(&key, 4 * (size_t)n_bytes + 1);
	if (utf8_check((const char *)text, (size_t)n_bytes, NULL) == RC_OK &&
	    text_key(&key, (const char *)text, (size_t)n_bytes, NULL) == RC_OK)
		sqlite3_result_text(ctx, buf_str(&key), (int)key.len,
				    SQLITE_TRANSIENT);
	buf_release(&key);
}

enum rc
cjk1_register(struct store *s, struct err *err)
{
	static fts5_tokenizer methods = { .xCreate = tokenizer_create,
					  .xDelete = tokenizer_delete,
					  .xTokenize = tokenizer_cut };
	sqlite3_stmt *st = NULL;
	fts5_api *api = NULL;

	int code = sqlite3_prepare_v2(s->db, sql_text(SQL_STORE_FTS5_API), -1,
				      &st, NULL);
	if (code == SQLITE_OK) {
		(void)sqlite3_bind_pointer(st, 1, (void *)&api, "fts5_api_ptr",
					   NULL);
		(void)sqlite3_step(st); /* api stays NULL when it fails */
	}
	(void)sqlite3_finalize(st);
	if (api == NULL)
		return err_set(err, RC_DB, code,
			       _("this SQLite has no full text search (FTS5); "
				 "install Debian's libsqlite3-0"));
	code = api->xCreateTokenizer(api, "cjk1", NULL, &methods, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_create_function_v2(
			s->db, "cjk1_key", 1,
			SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
			NULL, sql_key, NULL, NULL, NULL);
	return code == SQLITE_OK ? RC_OK
				 : store_error(s, code, _("opening"), err);
}
