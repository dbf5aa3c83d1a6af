/* Reading a backup: only what this program writes is taken, nothing is
 * guessed; names decide where bytes go, so they are few and fixed. */
#include <errno.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup_int.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

#define BLOCK 512

struct reading {
	int fd;
	const char *path;
	const struct tar_events *events;
	const struct backup_progress *progress;
	int64_t done, all;
	struct buf sums; /* of what was read */
	char *chunk;
};

static const char *const small[] = { BACKUP_HEAD, "seal.pem", "tls-key.pem",
				     "tls-cert.pem", BACKUP_SUMS };

bool
tar_is_small(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(small); i++)
		if (str_eq(name, small[i]))
			return true;
	return false;
}

/* blobs/HH/HEX, HH its first two digits */
bool
tar_is_blob(const char *name)
{
	static const char digits[] = "0123456789abcdef";
	const char *hex = name + 9;

	return str_starts(name, "blobs/") && strspn(name + 6, digits) == 2 &&
	       name[8] == '/' && strspn(hex, digits) == DIGEST_HEX_LEN &&
	       hex[DIGEST_HEX_LEN] == '\0' && memcmp(hex, name + 6, 2) == 0;
}

enum rc
tar_take_to(const char *path, int *ret_fd, struct err *err)
{
	*ret_fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return *ret_fd >= 0 ? RC_OK
			    : err_errno(err, errno, _("creating"), path);
}

static enum rc
malformed(const struct reading *r, struct err *err)
{
	char shown[160];

	return err_set(err, RC_MALFORMED, 0,
		       _("%s is no whole backup of a desk (at byte %lld)"),
		       text_show_into(shown, sizeof(shown), r->path),
		       (long long)r->done);
}

/* n bytes exactly. */
static enum rc
take(struct reading *r, void *out, size_t n, struct err *err)
{
	char *at = out;

	while (n > 0) {
		ssize_t got = read(r->fd, at, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_errno(err, errno, _("reading"), r->path);
		if (got == 0)
			return malformed(r, err);
		at += got;
		n -= (size_t)got;
		r->done += got;
	}
	return RC_OK;
}

static bool
read_octal(const char *at, size_t n, int64_t *ret)
{
	int64_t value = 0;
	size_t i;

	for (i = 0; i < n && at[i] >= '0' && at[i] <= '7'; i++)
		value = value * 8 + (at[i] - '0');
	*ret = value;
	return i > 0 && (i == n || at[i] == '\0' || at[i] == ' ');
}

static bool
read_size(const char *at, int64_t *ret)
{
	int64_t value = 0;

	if ((unsigned char)at[0] != 0x80)
		return read_octal(at, 12, ret);
	for (int i = 1; i < 12; i++) {
		if (value > (INT64_MAX >> 8))
			return false;
		value = value << 8 | (unsigned char)at[i];
	}
	*ret = value;
	return true;
}

static bool
sum_fits(const char h[static BLOCK])
{
	int64_t want = 0, sum = 0;

	for (size_t i = 0; i < BLOCK; i++)
		sum += i >= 148 && i < 156 ? ' ' : (unsigned char)h[i];
	return read_octal(h + 148, 8, &want) && want == sum;
}

/* "" at the end. */
static enum rc
read_header(struct reading *r, char name[static BACKUP_NAME_MAX + 1],
	    int64_t *ret_size, struct err *err)
{
	static const char zeros[BLOCK];
	char h[BLOCK];
	enum rc rc = take(r, h, sizeof(h), err);

	name[0] = '\0';
	if (rc != RC_OK)
		return rc;
	if (memcmp(h, zeros, sizeof(h)) == 0) {
		rc = take(r, h, sizeof(h), err);
		return rc == RC_OK && memcmp(h, zeros, sizeof(h)) != 0
			       ? malformed(r, err)
			       : rc;
	}
	if (!sum_fits(h) || h[156] != '0' || h[BACKUP_NAME_MAX] != '\0' ||
	    memcmp(h + 257, "ustar", 5) != 0 || !read_size(h + 124, ret_size))
		return malformed(r, err);
	memcpy(name, h, BACKUP_NAME_MAX + 1);
	if (!tar_is_small(name) && !tar_is_blob(name) &&
	    !str_eq(name, "desk.db"))
		return malformed(r, err);
	return *ret_size > r->all - r->done ? malformed(r, err) : RC_OK;
}

static enum rc
copy_out(struct reading *r, int64_t size, int fd, struct buf *small_bytes,
	 struct digest *out, struct err *err)
{
	struct digest_stream *hash = digest_stream_new();
	enum rc rc = RC_OK;

	while (rc == RC_OK && size > 0) {
		size_t n = size < BACKUP_CHUNK ? (size_t)size : BACKUP_CHUNK;

		rc = take(r, r->chunk, n, err);
		if (rc != RC_OK)
			break;
		digest_stream_add(hash, r->chunk, n);
		if (fd >= 0)
			rc = file_write_all(fd, r->path, r->chunk, n, err);
		if (rc == RC_OK && small_bytes != NULL)
			rc = buf_add(small_bytes, r->chunk, n, err);
		size -= (int64_t)n;
		if (r->progress != NULL && r->progress->each != NULL)
			r->progress->each(r->progress->ctx, r->path, r->done,
					  r->all);
	}
	digest_stream_end(hash, out);
	return rc;
}

static enum rc
add_sum(struct reading *r, const char *name, const struct digest *d,
	struct err *err)
{
	char hex[DIGEST_HEX_LEN + 1];

	digest_hex(d, hex);
	if (tar_is_blob(name) && !str_eq(hex, name + 9))
		return err_set(err, RC_VERIFY, 0,
			       _("the bytes of %s differ from its digest"),
			       name);
	return buf_addf(&r->sums, err, "%s  %s\n", hex, name);
}

static enum rc
read_member(struct reading *r, const char *name, int64_t size, struct err *err)
{
	struct buf bytes = { 0 };
	struct digest d;
	char pad[BLOCK];
	bool is_small = tar_is_small(name);
	int fd = -1;
	enum rc rc = RC_OK;

	buf_init(&bytes, BACKUP_SUMS_MAX);
	if (r->events->on_member != NULL)
		rc = r->events->on_member(r->events->ctx, name, size, &fd, err);
	if (rc == RC_OK)
		rc = copy_out(r, size, fd, is_small ? &bytes : NULL, &d, err);
	if (rc == RC_OK)
		rc = take(r, pad, (size_t)(-size & (BLOCK - 1)), err);
	if (fd >= 0 && close(fd) != 0 && rc == RC_OK)
		rc = err_errno(err, errno, _("writing"), name);
	if (rc == RC_OK && str_eq(name, BACKUP_SUMS)) {
		if (bytes.len != r->sums.len ||
		    memcmp(buf_str(&bytes), buf_str(&r->sums), bytes.len) != 0)
			rc = err_set(err, RC_VERIFY, 0,
				     _("the backup was changed: its bytes "
				       "differ from its list of digests"));
	} else if (rc == RC_OK) {
		rc = add_sum(r, name, &d, err);
	}
	if (rc == RC_OK && r->events->on_end != NULL)
		rc = r->events->on_end(r->events->ctx, name,
				       is_small ? &bytes : NULL, err);
	if (is_small && bytes.data != NULL)
		mem_wipe(bytes.data, bytes.len);
	buf_release(&bytes);
	return rc;
}

static enum rc
read_all(struct reading *r, struct err *err)
{
	char name[BACKUP_NAME_MAX + 1], byte;
	bool whole = false, first = true;
	int64_t size = 0;
	enum rc rc;

	while ((rc = read_header(r, name, &size, err)) == RC_OK &&
	       name[0] != '\0') {
		/* the head first, the sums last */
		if (whole || first != str_eq(name, BACKUP_HEAD))
			return malformed(r, err);
		first = false;
		whole = str_eq(name, BACKUP_SUMS);
		rc = read_member(r, name, size, err);
		if (rc != RC_OK)
			return rc;
	}
	if (rc == RC_OK && (!whole || read(r->fd, &byte, 1) != 0))
		rc = malformed(r, err);
	return rc;
}

enum rc
tar_read(const char *path, const struct tar_events *events,
	 const struct backup_progress *progress, struct err *err)
{
	struct reading r = { .path = path,
			     .events = events,
			     .progress = progress };
	struct stat st;
	enum rc rc;

	r.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (r.fd < 0)
		return err_errno(err, errno, _("reading"), path);
	if (fstat(r.fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		(void)close(r.fd); /* only read from */
		return malformed(&r, err);
	}
	r.all = st.st_size;
	r.chunk = xmalloc(BACKUP_CHUNK);
	buf_init(&r.sums, BACKUP_SUMS_MAX);
	rc = read_all(&r, err);
	buf_release(&r.sums);
	mem_wipe(r.chunk, BACKUP_CHUNK);
	xfree(r.chunk);
	(void)close(r.fd); /* only read from */
	return rc;
}
