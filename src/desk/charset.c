#include <errno.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "charset_int.h"

#include <iconv.h>

static enum rc
convert(const char *from, const char *bytes, size_t n_bytes, struct buf *out,
	struct err *err)
{
	iconv_t cd = iconv_open("UTF-8", from);
	char *in = (char *)(uintptr_t)bytes, chunk[8192], *to;
	enum rc rc = RC_OK;
	size_t room;

	if (cd == (iconv_t)-1)
		return err_set(err, RC_IO, errno,
			       _("this machine cannot read %s"), from);
	while (rc == RC_OK && n_bytes > 0) {
		to = chunk;
		room = sizeof(chunk);
		if (iconv(cd, &in, &n_bytes, &to, &room) == (size_t)-1 &&
		    errno != E2BIG)
			rc = err_set(err, RC_TEXT, errno,
				     _("neither UTF-8 nor GB18030 (byte %zu): "
				       "save it as UTF-8"),
				     (size_t)(in - bytes));
		if (rc == RC_OK)
			rc = buf_add(out, chunk, (size_t)(to - chunk), err);
	}
	(void)iconv_close(cd); /* nothing is held in it */
	return rc;
}

/* Lines beyond ASCII that are UTF-8, against those that are not. */
static bool
mostly_utf8(const char *bytes, size_t n_bytes)
{
	const char *end = bytes + n_bytes, *nl;
	size_t good = 0, bad = 0, n, i;

	for (; bytes < end; bytes = nl + 1) {
		nl = memchr(bytes, '\n', (size_t)(end - bytes));
		if (nl == NULL)
			nl = end;
		n = (size_t)(nl - bytes);
		for (i = 0; i < n && (bytes[i] & 0x80) == 0; i++)
			;
		if (i == n)
			continue;
		if (utf8_check(bytes, n, NULL) == RC_OK)
			good++;
		else
			bad++;
		if (nl == end)
			break;
	}
	return good > bad;
}

enum rc
charset_to_utf8(const char *bytes, size_t n_bytes, struct buf *out,
		struct err *err)
{
	if (n_bytes >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
		return buf_add(out, bytes + 3, n_bytes - 3, err);
	if (n_bytes >= 2 && memcmp(bytes, "\xFF\xFE", 2) == 0)
		return convert("UTF-16LE", bytes + 2, n_bytes - 2, out, err);
	if (n_bytes >= 2 && memcmp(bytes, "\xFE\xFF", 2) == 0)
		return convert("UTF-16BE", bytes + 2, n_bytes - 2, out, err);
	if (utf8_check(bytes, n_bytes, NULL) == RC_OK ||
	    mostly_utf8(bytes, n_bytes))
		return buf_add(out, bytes, n_bytes, err);
	return convert("GB18030", bytes, n_bytes, out, err);
}

enum rc
charset_gb_to_utf8(const char *bytes, size_t n_bytes, struct buf *out,
		   struct err *err)
{
	return convert("GB18030", bytes, n_bytes, out, err);
}
