#include "config.h"

#include "base/space.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"

static int64_t
at_most_share(int64_t all_bytes, int64_t bytes)
{
	int64_t share = all_bytes / 100 * DISK_PERCENT;

	return bytes < share ? bytes : share;
}

bool
space_look(const char *folder, struct space *out)
{
	struct statvfs fs;

	if (statvfs(folder, &fs) != 0)
		return false;
	out->free_bytes = (int64_t)((uint64_t)fs.f_bavail * fs.f_frsize);
	out->all_bytes = (int64_t)((uint64_t)fs.f_blocks * fs.f_frsize);
	out->watermark = at_most_share(out->all_bytes, DISK_WATERMARK_BYTES);
	out->spare = at_most_share(out->all_bytes, DISK_SPARE_BYTES);
	return true;
}

bool
space_is_short(const struct space *s)
{
	return s->free_bytes < s->watermark;
}

/* -1: there is none. */
static int
open_spare(const char *folder, int flags, int64_t *ret_size)
{
	char *path = xasprintf("%s/spare", folder);
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
	struct stat st;

	(void)xfree(path);
	if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
		(void)close(fd);
		return -1;
	}
	if (fd >= 0)
		*ret_size = st.st_size;
	return fd;
}

/* Best effort: without the file a full disk is full at once. */
static void
cut(int fd, int64_t size)
{
	if (ftruncate(fd, (off_t)size) != 0)
		return;
}

void
spare_keep(const char *folder)
{
	struct space s;
	int64_t size = 0;
	int fd;

	if (!space_look(folder, &s) || s.free_bytes < s.watermark + s.spare)
		return;
	fd = open_spare(folder, O_CREAT, &size);
	if (fd < 0)
		return;
	if (size < s.spare && posix_fallocate(fd, 0, s.spare) != 0)
		cut(fd, size);
	(void)close(fd);
}

void
spare_lend(const char *folder)
{
	struct space s;
	int64_t size = 0, piece;
	int fd;

	if (!space_look(folder, &s))
		return;
	piece = s.spare / DISK_SPARE_PIECES;
	if (s.free_bytes >= piece)
		return;
	fd = open_spare(folder, 0, &size);
	if (fd < 0)
		return;
	if (size > 0)
		cut(fd, size > piece ? size - piece : 0);
	(void)close(fd);
}
