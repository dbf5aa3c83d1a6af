#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

void
buf_init(struct buf *b, size_t max_bytes)
{
	*b = (struct buf){ .max_bytes = max_bytes };
}

void
buf_release(struct buf *b)
{
	size_t max_bytes = b->max_bytes;

	xfree(b->data);
	buf_init(b, max_bytes);
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	if (b->data != NULL)
		b->data[0] = '\0';
}

/* Room for n_bytes more and the NUL. */
static enum rc
reserve(struct buf *b, size_t n_bytes, struct err *err)
{
	size_t need, cap;

	if (b->len > b->max_bytes || n_bytes > b->max_bytes - b->len)
		return err_set(err, RC_TOOLARGE, 0,
			       _("larger than the limit of %zu bytes"),
			       b->max_bytes);
	need = b->len + n_bytes + 1;
	if (need <= b->cap)
		return RC_OK;
	cap = b->cap > 0 ? b->cap : 64;
	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	b->data = xrealloc(b->data, cap);
	b->cap = cap;
	return RC_OK;
}

enum rc
buf_add(struct buf *b, const void *data, size_t n_bytes, struct err *err)
{
	enum rc rc = reserve(b, n_bytes, err);

	if (rc != RC_OK)
		return rc;
	if (n_bytes > 0)
		memcpy(b->data + b->len, data, n_bytes);
	b->len += n_bytes;
	b->data[b->len] = '\0';
	return RC_OK;
}

enum rc
buf_adds(struct buf *b, const char *s, struct err *err)
{
	return buf_add(b, s, strlen(s), err);
}

enum rc
buf_addf(struct buf *b, struct err *err, const char *fmt, ...)
{
	va_list ap, again;
	enum rc rc;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) {
		va_end(again);
		return err_set(err, RC_RANGE, 0, _("text cannot be formatted"));
	}
	rc = reserve(b, (size_t)n, err);
	if (rc == RC_OK) {
		(void)vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
	return rc;
}

void
buf_consume(struct buf *b, size_t n_bytes)
{
	if (n_bytes >= b->len) {
		buf_reset(b);
		return;
	}
	memmove(b->data, b->data + n_bytes, b->len - n_bytes + 1);
	b->len -= n_bytes;
}

void
buf_cut(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->data[len] = '\0';
}

char *
buf_take(struct buf *b)
{
	char *data = b->data != NULL ? b->data : xstrdup("");

	buf_init(b, b->max_bytes);
	return data;
}

const char *
buf_str(const struct buf *b)
{
	return b->data != NULL ? b->data : "";
}
