/* Values that documents may share, in a form that can be compared. */
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "correlate_int.h"

static const struct shape shapes[] = {
	{ "credit_code",
	  { "统一社会信用代码", "credit code" },
	  FORM_CODE,
	  15,
	  true,
	  false },
	{ "reg_no",
	  { "注册号", "registration no." },
	  FORM_NUMBER,
	  5,
	  true,
	  true },
	{ "batch", { "批号", "batch" }, FORM_KEY, 4, true, true },
	{ "barcode", { "条码", "barcode" }, FORM_DIGITS, 8, true, true },
	{ "address", { "地址", "address" }, FORM_KEY, 6, false, false },
	{ "phone", { "电话", "phone" }, FORM_PHONE, 7, true, true },
	{ "courier_no",
	  { "寄递单号", "courier no." },
	  FORM_KEY,
	  8,
	  true,
	  true },
	{ "url", { "网址", "URL" }, FORM_URL, 6, false, false },
	{ SHARED_PAIR,
	  { "品牌和商品", "brand and product" },
	  FORM_KEY,
	  3,
	  false,
	  false },
};
/* What a kind names beside: a report number, a decision .. */
static const struct shape other = { NULL, { NULL, NULL }, FORM_NUMBER,
				    5,	  true,		  false };

const struct shape *
shape_of(const char *what)
{
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
		if (str_eq(shapes[i].what, what))
			return &shapes[i];
	return &other;
}

/* ---- normal forms ---- */

static bool
has_digit(const char *s)
{
	return strpbrk(s, "0123456789") != NULL;
}

/* "0000000", "xxxxx": one character again and again. */
bool
shared_says_nothing(const char *s)
{
	static const char *const empty[] = { "无",   "不详",   "未知",
					     "暂无", "不明",   "其他",
					     "其它", "空",     "none",
					     "na",   "null",   "unknown",
					     "nil",  "无品牌", "无批号" };
	for (size_t i = 0; i < ARRAY_LEN(empty); i++)
		if (str_eq(s, empty[i]))
			return true;
	return s[0] != '\0' && s[strspn(s, (char[]){ s[0], '\0' })] == '\0';
}

static void
keep(struct buf *b, size_t from, size_t to)
{
	if (from > 0)
		memmove(b->data, b->data + from, to - from);
	b->len = to - from;
	if (b->data != NULL)
		b->data[b->len] = '\0';
}

static bool
ends(const struct buf *b, const char *tail)
{
	size_t n = strlen(tail);
	return b->len >= n && memcmp(b->data + b->len - n, tail, n) == 0;
}

/* 第 1234567 号 */
static void
strip_number(struct buf *b)
{
	size_t from = str_starts(buf_str(b), "第") ? strlen("第") : 0;
	size_t to = ends(b, "号") ? b->len - strlen("号") : b->len;
	if (to > from)
		keep(b, from, to);
}

/* GB 32100 has no I, O, S, V, Z: they are read as what they look like. */
static void
strip_code(struct buf *b)
{
	for (size_t i = 0; i < b->len; i++)
		b->data[i] = b->data[i] == 'o'	 ? '0'
			     : b->data[i] == 'i' ? '1'
						 : b->data[i];
}

static void
strip_to_digits(struct buf *b)
{
	size_t n = 0;
	for (size_t i = 0; i < b->len; i++)
		if (b->data[i] >= '0' && b->data[i] <= '9')
			b->data[n++] = b->data[i];
	keep(b, 0, n);
}

/* Without extension; +86 138.. is 138.., +86 21 .. is 021 .. */
static void
strip_phone(struct buf *b)
{
	static const char *const ext[] = { "转", "分机", "ext" };
	const char *at;
	for (size_t i = 0; i < ARRAY_LEN(ext); i++)
		if ((at = strstr(buf_str(b), ext[i])) != NULL)
			keep(b, 0, (size_t)(at - b->data));
	strip_to_digits(b);
	if (str_starts(buf_str(b), "0086"))
		keep(b, 2, b->len);
	if (b->len == 13 && str_starts(b->data, "861")) {
		keep(b, 2, b->len);
	} else if ((b->len == 12 || b->len == 13) &&
		   str_starts(b->data, "86")) {
		b->data[1] = '0';
		keep(b, 1, b->len);
	}
}

/* A parameter that says how somebody came there. */
static bool
is_tracking(const char *s)
{
	return str_starts(s, "spm=") || str_starts(s, "scm=") ||
	       str_starts(s, "utm_");
}

static void
strip_query(struct buf *b, size_t at)
{
	size_t to = at + 1; /* behind the question mark */
	for (size_t from = at + 1; from < b->len;) {
		size_t n = strcspn(b->data + from, "&");
		if (n > 0 && !is_tracking(b->data + from)) {
			if (to > at + 1)
				b->data[to++] = '&';
			memmove(b->data + to, b->data + from, n);
			to += n;
		}
		from += n + 1;
	}
	keep(b, 0, to == at + 1 ? at : to);
}

/* Host, path and query; b is folded text. */
static void
strip_url(struct buf *b)
{
	static const char *const before[] = { "http://", "https://", "//",
					      "www." };
	static const char *const ports[] = { ":80", ":443" };
	char *at;

	for (size_t i = 0; i < ARRAY_LEN(before); i++)
		if (str_starts(buf_str(b), before[i]))
			keep(b, strlen(before[i]), b->len);
	keep(b, 0, strcspn(buf_str(b), "# "));
	for (size_t i = 0; i < ARRAY_LEN(ports); i++) {
		size_t host = strcspn(buf_str(b), "/?:");
		size_t n = strlen(ports[i]);
		if (str_starts(buf_str(b) + host, ports[i]) &&
		    (b->data[host + n] == '\0' || b->data[host + n] == '/')) {
			memmove(b->data + host, b->data + host + n,
				b->len - host - n);
			keep(b, 0, b->len - n);
		}
	}
	if ((at = strchr(buf_str(b), '?')) != NULL)
		strip_query(b, (size_t)(at - b->data));
	while (b->len > 0 &&
	       (b->data[b->len - 1] == '/' || b->data[b->len - 1] == '?'))
		keep(b, 0, b->len - 1);
	if (strchr(buf_str(b), '.') == NULL)
		keep(b, 0, 0);
}

static void
normal(enum form form, struct buf *b)
{
	switch (form) {
	case FORM_KEY: break;
	case FORM_NUMBER: strip_number(b); break;
	case FORM_CODE: strip_code(b); break;
	case FORM_DIGITS: strip_to_digits(b); break;
	case FORM_PHONE: strip_phone(b); break;
	case FORM_URL: strip_url(b); break;
	}
}

/* Ends where a character ends. */
void
shared_cut(struct buf *b)
{
	size_t n = SHARED_KEY_MAX;
	if (b->len <= n)
		return;
	while (n > 0 && ((unsigned char)b->data[n] & 0xC0) == 0x80)
		n--;
	keep(b, 0, n);
}

bool
shape_key(const struct shape *s, const char *text, size_t n, struct buf *out)
{
	buf_reset(out);
	enum rc rc = s->form == FORM_URL ? text_fold(out, text, n, NULL)
					 : text_key(out, text, n, NULL);
	if (rc != RC_OK)
		return false; /* longer than anything that identifies */
	if (s->form == FORM_URL) {
		size_t from = strspn(buf_str(out), " ");
		keep(out, from, out->len);
	}
	normal(s->form, out);
	shared_cut(out);
	const char *key = buf_str(out);
	return utf8_chars(key, out->len) >= s->min_chars &&
	       (!s->digit || has_digit(key)) && !shared_says_nothing(key);
}

bool
shared_key(const char *what, const char *text, struct buf *out)
{
	return shape_key(shape_of(what), text, strlen(text), out);
}
