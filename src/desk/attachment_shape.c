/* What a file is, by its first bytes. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "desk/attachment.h"

#define CONTROLS_MAX 2 /* in a hundred bytes of what is still text */

static bool
starts(const unsigned char *head, size_t n, const char *magic, size_t len)
{
	return n >= len && memcmp(head, magic, len) == 0;
}

static int
be16(const unsigned char *p)
{
	return p[0] << 8 | p[1];
}

static int
le16(const unsigned char *p)
{
	return p[1] << 8 | p[0];
}

/* A size that no picture has is not told. */
static int
be32(const unsigned char *p)
{
	return p[0] || p[1] & 0x80 ? 0 : p[1] << 16 | p[2] << 8 | p[3];
}

/* The first frame header of a JPEG. */
static void
jpeg_size(const unsigned char *p, size_t n, struct attachment_shape *out)
{
	size_t at = 2;

	while (at + 9 < n && p[at] == 0xFF) {
		unsigned char m = p[at + 1];

		if (m >= 0xC0 && m <= 0xCF && m != 0xC4 && m != 0xC8 &&
		    m != 0xCC) {
			out->height = be16(p + at + 5);
			out->width = be16(p + at + 7);
			return;
		}
		at += 2 + (size_t)be16(p + at + 2);
	}
}

static bool
image(const unsigned char *p, size_t n, struct attachment_shape *out)
{
	const char *type = NULL;

	if (starts(p, n, "\x89PNG\r\n\x1a\n", 8)) {
		type = "PNG";
		if (n >= 24) {
			out->width = be32(p + 16);
			out->height = be32(p + 20);
		}
	} else if (starts(p, n, "\xFF\xD8\xFF", 3)) {
		type = "JPEG";
		jpeg_size(p, n, out);
	} else if (starts(p, n, "GIF8", 4)) {
		type = "GIF";
		if (n >= 10) {
			out->width = le16(p + 6);
			out->height = le16(p + 8);
		}
	} else if (starts(p, n, "BM", 2) && n >= 26 && p[14] == 40) {
		type = "BMP";
		out->width = le16(p + 18);
		out->height = le16(p + 22);
	} else if (starts(p, n, "RIFF", 4) && n >= 30 &&
		   memcmp(p + 8, "WEBP", 4) == 0) {
		type = "WebP";
		if (memcmp(p + 12, "VP8 ", 4) == 0) {
			out->width = le16(p + 26) & 0x3FFF;
			out->height = le16(p + 28) & 0x3FFF;
		}
	}
	if (type == NULL)
		return false;
	out->what = ATTACHMENT_IMAGE;
	(void)snprintf(out->type, sizeof(out->type), "%s", type);
	return true;
}

static bool
known(const unsigned char *p, size_t n, struct attachment_shape *out)
{
	static const struct {
		const char *magic, *type;
		size_t len;
	} list[] = {
		{ "%PDF-", "PDF", 5 },
		{ "PK\x03\x04", "ZIP/DOCX/XLSX", 4 },
		{ "\xD0\xCF\x11\xE0", "DOC/XLS", 4 },
		{ "\x1F\x8B", "GZIP", 2 },
		{ "Rar!", "RAR", 4 },
		{ "7z\xBC\xAF", "7Z", 4 },
		{ "ID3", "MP3", 3 },
		{ "\xFF\xFE", "UTF-16", 2 },
		{ "\xFE\xFF", "UTF-16", 2 },
		{ "\x7F"
		  "ELF",
		  "ELF", 4 },
		{ "MZ", "EXE", 2 },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(list); i++)
		if (starts(p, n, list[i].magic, list[i].len)) {
			(void)snprintf(out->type, sizeof(out->type), "%s",
				       list[i].type);
			return true;
		}
	return false;
}

/* Cut in the middle of a character, it is still UTF-8. */
static bool
is_utf8(const unsigned char *p, size_t n)
{
	size_t back;

	for (back = 0; back < 4 && back <= n; back++)
		if (utf8_check((const char *)p, n - back, NULL) == RC_OK)
			return true;
	return false;
}

/* Pairs of GB18030: few bytes stand outside of them. */
static bool
is_gb(const unsigned char *p, size_t n)
{
	size_t i, good = 0, bad = 0;

	for (i = 0; i < n; i++) {
		if (p[i] < 0x80)
			continue;
		if (i + 1 < n && p[i] >= 0x81 && p[i] <= 0xFE &&
		    p[i + 1] >= 0x30 && p[i + 1] != 0x7F && p[i + 1] != 0xFF) {
			good++;
			i++;
		} else {
			bad++;
		}
	}
	return good > 0 && bad * 20 <= good;
}

static bool
ends(const char *name, const char *ending)
{
	size_t n = strlen(name), k = strlen(ending), i;

	if (n < k)
		return false;
	for (i = 0; i < k; i++)
		if ((name[n - k + i] | 0x20) != (ending[i] | 0x20))
			return false;
	return true;
}

void
attachment_shape(const char *name, const unsigned char *head, size_t n,
		 struct attachment_shape *out)
{
	size_t i, controls = 0;

	*out = (struct attachment_shape){ .what = ATTACHMENT_OTHER };
	if (image(head, n, out) || known(head, n, out))
		return;
	for (i = 0; i < n; i++) {
		if (head[i] == 0)
			return;
		controls += head[i] < 0x20 && head[i] != '\n' &&
			    head[i] != '\r' && head[i] != '\t';
	}
	if (controls * 100 > n * CONTROLS_MAX + 400)
		return;
	if (!is_utf8(head, n))
		out->gb = is_gb(head, n);
	(void)snprintf(out->type, sizeof(out->type), "%s",
		       out->gb ? "GB18030" : "UTF-8");
	out->what = ATTACHMENT_TEXT;
	if (ends(name, ".csv") || ends(name, ".tsv")) {
		out->what = ATTACHMENT_TABLE;
		out->separator = ends(name, ".tsv") ? '\t' : ',';
	}
}
