#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <unistd.h>

#include "backup_int.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

#define BLOCK	  512
#define OCTAL_MAX 077777777777LL /* eleven digits */

/* Offsets of a header block (POSIX.1-2017, pax, "ustar"). */
enum {
	AT_MODE = 100,
	AT_UID = 108,
	AT_GID = 116,
	AT_SIZE = 124,
	AT_MTIME = 136,
	AT_SUM = 148,
	AT_TYPE = 156,
	AT_MAGIC = 257,
};

void
tar_out_begin(struct tar_out *t, int fd, const char *path, int64_t now_ms)
{
	*t = (struct tar_out){ .fd = fd,
			       .path = path,
			       .made_s = now_ms / 1000 };
	buf_init(&t->sums, BACKUP_SUMS_MAX);
}

void
tar_out_release(struct tar_out *t)
{
	buf_release(&t->sums);
}

static enum rc
put(struct tar_out *t, const void *data, size_t n_bytes, struct err *err)
{
	t->bytes += (int64_t)n_bytes;
	return file_write_all(t->fd, t->path, data, n_bytes, err);
}

static void
put_octal(char *at, size_t n, int64_t value)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%0*llo", (int)n - 1,
		       (unsigned long long)value);
	memcpy(at, text, n);
}

/* Larger sizes in base 256, first bit set: GNU tar, star, libarchive. */
static void
put_size(char *at, int64_t size)
{
	if (size <= OCTAL_MAX) {
		put_octal(at, 12, size);
		return;
	}
	memset(at, 0, 12);
	at[0] = (char)0x80;
	for (int i = 11; i > 3; i--, size >>= 8)
		at[i] = (char)(size & 0xff);
}

static enum rc
put_header(struct tar_out *t, const char *name, int64_t size, struct err *err)
{
	char h[BLOCK] = { 0 };
	unsigned sum = 0;

	if (strlen(name) > BACKUP_NAME_MAX)
		return err_set(err, RC_RANGE, 0, "%s", name);
	memcpy(h, name, strlen(name));
	put_octal(h + AT_MODE, 8, 0600);
	put_octal(h + AT_UID, 8, 0);
	put_octal(h + AT_GID, 8, 0);
	put_size(h + AT_SIZE, size);
	put_octal(h + AT_MTIME, 12, t->made_s);
	memset(h + AT_SUM, ' ', 8);
	h[AT_TYPE] = '0';
	memcpy(h + AT_MAGIC, "ustar\00000", 8);
	for (size_t i = 0; i < sizeof(h); i++)
		sum += (unsigned char)h[i];
	put_octal(h + AT_SUM, 7, sum);
	return put(t, h, sizeof(h), err);
}

static enum rc
put_padding(struct tar_out *t, int64_t size, struct err *err)
{
	static const char zeros[BLOCK];
	size_t n = (size_t)(-size & (BLOCK - 1));

	return n > 0 ? put(t, zeros, n, err) : RC_OK;
}

static enum rc
add_sum(struct tar_out *t, const char *name, const struct digest *d,
	struct err *err)
{
	char hex[DIGEST_HEX_LEN + 1];

	digest_hex(d, hex);
	return buf_addf(&t->sums, err, "%s  %s\n", hex, name);
}

enum rc
tar_put(struct tar_out *t, const char *name, const void *data, size_t n_bytes,
	struct err *err)
{
	struct digest d;
	enum rc rc = put_header(t, name, (int64_t)n_bytes, err);

	if (rc == RC_OK)
		rc = put(t, data, n_bytes, err);
	if (rc == RC_OK)
		rc = put_padding(t, (int64_t)n_bytes, err);
	digest_sha256(data, n_bytes, &d);
	return rc == RC_OK ? add_sum(t, name, &d, err) : rc;
}

static enum rc
put_bytes(struct tar_out *t, int fd, int64_t size, struct digest_stream *hash,
	  struct err *err)
{
	char *chunk = xmalloc(BACKUP_CHUNK);
	int64_t at = 0;
	enum rc rc = RC_OK;

	while (rc == RC_OK && at < size) {
		size_t want = size - at < BACKUP_CHUNK ? (size_t)(size - at)
						       : BACKUP_CHUNK;
		ssize_t n = pread(fd, chunk, want, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			rc = err_set(err, RC_DAMAGED, n < 0 ? errno : 0,
				     _("a file of the desk cannot be read; run "
				       "deltadesk verify"));
			break;
		}
		digest_stream_add(hash, chunk, (size_t)n);
		rc = put(t, chunk, (size_t)n, err);
		at += n;
	}
	xfree(chunk);
	return rc;
}

enum rc
tar_put_fd(struct tar_out *t, const char *name, int fd, int64_t size,
	   struct err *err)
{
	struct digest_stream *hash = digest_stream_new();
	struct digest d;
	enum rc rc = put_header(t, name, size, err);

	if (rc == RC_OK)
		rc = put_bytes(t, fd, size, hash, err);
	if (rc == RC_OK)
		rc = put_padding(t, size, err);
	digest_stream_end(hash, &d);
	return rc == RC_OK ? add_sum(t, name, &d, err) : rc;
}

enum rc
tar_out_end(struct tar_out *t, struct err *err)
{
	static const char zeros[2 * BLOCK];
	enum rc rc = put_header(t, BACKUP_SUMS, (int64_t)t->sums.len, err);

	if (rc == RC_OK)
		rc = put(t, t->sums.data, t->sums.len, err);
	if (rc == RC_OK)
		rc = put_padding(t, (int64_t)t->sums.len, err);
	return rc == RC_OK ? put(t, zeros, sizeof(zeros), err) : rc;
}
