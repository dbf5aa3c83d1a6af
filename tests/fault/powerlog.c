/*
 * Preloaded into a desk: writes down each change of the files below a folder
 * and each plain byte that leaves on a connection, in the order they happened,
 * for power.py to cut anywhere. Never installed.
 *
 *	POWERLOG       the journal, appended to by all processes of the run
 *	POWERLOG_ROOT  only files below this folder
 *
 * The journal's neighbour `.ctl` is one shared integer: so many of the next
 * syncs of a WAL fail with EIO, and are written down as failed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <dlfcn.h>
#include <stdatomic.h>

#define FDS_MAX 4096

/* The letters that power.py reads. */
enum op {
	OP_CREATE = 'c', /* path, inode */
	OP_WRITE = 'w',	 /* inode, offset, data */
	OP_TRUNCATE = 't',
	OP_SYNC_BEGIN = 'b', /* inode; all of them with inode 0 */
	OP_SYNC_END = 'e',
	OP_SYNC_FAILED = 'f',
	OP_RENAME = 'r',
	OP_LINK = 'l',
	OP_UNLINK = 'u',
	OP_MKDIR = 'm',
	OP_RMDIR = 'd',
	OP_SAID = 's', /* plain bytes; inode is the connection */
};

struct record {
	uint32_t op, pid, n_path, n_path2, n_data, pad;
	uint64_t ino;
	int64_t at;
};

static int journal_fd = -1;
static _Atomic int *fail_syncs;
static const char *root;
static size_t n_root;
static _Atomic uint64_t inodes[FDS_MAX]; /* of open files below root */
static _Atomic bool wal[FDS_MAX];

#define REAL(name) \
	((__typeof__(&name))real(#name)) /* ISO C knows no such cast */

static void *
real(const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	if (p == NULL)
		abort();
	return p;
}

/* Runs in every process, also those that have no journal. */
__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("POWERLOG");
	char ctl[PATH_MAX];
	int fd;

	root = getenv("POWERLOG_ROOT");
	if (path == NULL || root == NULL)
		return;
	n_root = strlen(root);
	journal_fd =
		(int)syscall(SYS_openat, AT_FDCWD, path,
			     O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	(void)snprintf(ctl, sizeof(ctl), "%s.ctl", path);
	fd = (int)syscall(SYS_openat, AT_FDCWD, ctl, O_RDWR | O_CLOEXEC, 0);
	if (fd >= 0) {
		void *p = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE,
			       MAP_SHARED, fd, 0);
		fail_syncs = p == MAP_FAILED ? NULL : p;
	}
}

/* One write: whole records in one order, whoever writes. */
static void
note(struct record r, const char *path, const char *path2, const void *data)
{
	int saved = errno;
	char *all, *p;
	size_t n;

	if (journal_fd < 0)
		return;
	r.pid = (uint32_t)getpid();
	r.n_path = path != NULL ? (uint32_t)strlen(path) : 0;
	r.n_path2 = path2 != NULL ? (uint32_t)strlen(path2) : 0;
	n = sizeof(r) + r.n_path + r.n_path2 + r.n_data;
	p = all = malloc(n);
	if (all == NULL)
		abort();
	memcpy(p, &r, sizeof(r));
	p += sizeof(r);
	if (r.n_path > 0)
		memcpy(p, path, r.n_path);
	p += r.n_path;
	if (r.n_path2 > 0)
		memcpy(p, path2, r.n_path2);
	p += r.n_path2;
	if (r.n_data > 0)
		memcpy(p, data, r.n_data);
	if (syscall(SYS_write, journal_fd, all, n) != (long)n)
		abort();
	free(all);
	errno = saved;
}

static bool
below(const char *path)
{
	return journal_fd >= 0 && path != NULL &&
	       strncmp(path, root, n_root) == 0;
}

static bool
known(int fd)
{
	return fd >= 0 && fd < FDS_MAX && inodes[fd] != 0;
}

/* ---- files that are opened and closed ---- */

static void
opened(int fd, const char *path, bool was_there, int flags)
{
	struct stat st;
	size_t n = strlen(path);

	if (fd < 0 || fd >= FDS_MAX)
		return;
	inodes[fd] = 0;
	if (!below(path) || fstat(fd, &st) != 0)
		return;
	inodes[fd] = st.st_ino;
	wal[fd] = n > 4 && strcmp(path + n - 4, "-wal") == 0;
	if (!was_there && S_ISREG(st.st_mode))
		note((struct record){ .op = OP_CREATE, .ino = st.st_ino }, path,
		     NULL, NULL);
	else if ((flags & O_TRUNC) != 0)
		note((struct record){ .op = OP_TRUNCATE, .ino = st.st_ino },
		     NULL, NULL, NULL);
}

static int
open_at(int dir, const char *path, int flags, unsigned mode)
{
	struct stat st;
	bool was_there = below(path) &&
			 fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
	int fd = (int)syscall(SYS_openat, dir, path, flags, mode);

	if (fd >= 0)
		opened(fd, path, was_there, flags);
	return fd;
}

static unsigned
mode_of(int flags, va_list args)
{
	return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(args, unsigned)
						    : 0;
}

#define OPEN(name)                                           \
	int name(const char *path, int flags, ...)           \
	{                                                    \
		va_list args;                                \
		va_start(args, flags);                       \
		unsigned mode = mode_of(flags, args);        \
		va_end(args);                                \
		return open_at(AT_FDCWD, path, flags, mode); \
	}
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                        \
	int name(int dir, const char *path, int flags, ...) \
	{                                                   \
		va_list args;                               \
		va_start(args, flags);                      \
		unsigned mode = mode_of(flags, args);       \
		va_end(args);                               \
		return open_at(dir, path, flags, mode);     \
	}
OPENAT(openat)
OPENAT(openat64)

int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);

int
__open_2(const char *path, int flags)
{
	return open_at(AT_FDCWD, path, flags, 0);
}

int
__open64_2(const char *path, int flags)
{
	return open_at(AT_FDCWD, path, flags, 0);
}

int
mkostemp(char *name, int flags)
{
	int fd = REAL(mkostemp)(name, flags);

	if (fd >= 0)
		opened(fd, name, false, 0);
	return fd;
}

static void
made_folder(const char *path)
{
	struct stat st;

	if (below(path) && stat(path, &st) == 0)
		note((struct record){ .op = OP_MKDIR, .ino = st.st_ino }, path,
		     NULL, NULL);
}

char *
mkdtemp(char *name)
{
	char *made = REAL(mkdtemp)(name);

	if (made != NULL)
		made_folder(made);
	return made;
}

int
close(int fd)
{
	if (fd >= 0 && fd < FDS_MAX)
		inodes[fd] = 0;
	return (int)syscall(SYS_close, fd);
}

/* ---- what is in them ---- */

static void
wrote(int fd, int64_t at, const void *data, ssize_t n)
{
	note((struct record){ .op = OP_WRITE,
			      .ino = inodes[fd],
			      .at = at,
			      .n_data = (uint32_t)n },
	     NULL, NULL, data);
}

ssize_t
write(int fd, const void *data, size_t n_bytes)
{
	ssize_t n = syscall(SYS_write, fd, data, n_bytes);

	if (n > 0 && known(fd))
		wrote(fd, lseek(fd, 0, SEEK_CUR) - n, data, n);
	return n;
}

static ssize_t
write_at(int fd, const void *data, size_t n_bytes, off_t at)
{
	ssize_t n = syscall(SYS_pwrite64, fd, data, n_bytes, at);

	if (n > 0 && known(fd))
		wrote(fd, at, data, n);
	return n;
}

ssize_t
pwrite(int fd, const void *data, size_t n_bytes, off_t at)
{
	return write_at(fd, data, n_bytes, at);
}

ssize_t
pwrite64(int fd, const void *data, size_t n_bytes, off64_t at)
{
	return write_at(fd, data, n_bytes, at);
}

static int
truncate_to(int fd, off_t size)
{
	int r = (int)syscall(SYS_ftruncate, fd, size);

	if (r == 0 && known(fd))
		note((struct record){ .op = OP_TRUNCATE,
				      .ino = inodes[fd],
				      .at = size },
		     NULL, NULL, NULL);
	return r;
}

int
ftruncate(int fd, off_t size)
{
	return truncate_to(fd, size);
}

int
ftruncate64(int fd, off64_t size)
{
	return truncate_to(fd, size);
}

/* ---- syncs: they cover what was written before they began ---- */

static bool
must_fail(int fd)
{
	int left = fail_syncs != NULL && wal[fd] ? *fail_syncs : 0;

	while (left > 0)
		if (atomic_compare_exchange_weak(fail_syncs, &left, left - 1))
			return true;
	return false;
}

static int
sync_file(int fd, long call)
{
	struct record r = { .op = OP_SYNC_BEGIN };
	int result;

	if (!known(fd))
		return (int)syscall(call, fd);
	r.ino = inodes[fd];
	if (must_fail(fd)) {
		r.op = OP_SYNC_FAILED;
		note(r, NULL, NULL, NULL);
		errno = EIO;
		return -1;
	}
	note(r, NULL, NULL, NULL);
	result = (int)syscall(call, fd);
	r.op = OP_SYNC_END;
	if (result == 0)
		note(r, NULL, NULL, NULL);
	return result;
}

int
fsync(int fd)
{
	return sync_file(fd, SYS_fsync);
}

int
fdatasync(int fd)
{
	return sync_file(fd, SYS_fdatasync);
}

int
syncfs(int fd)
{
	int r;

	note((struct record){ .op = OP_SYNC_BEGIN }, NULL, NULL, NULL);
	r = (int)syscall(SYS_syncfs, fd);
	if (r == 0)
		note((struct record){ .op = OP_SYNC_END }, NULL, NULL, NULL);
	return r;
}

/* ---- names ---- */

int
rename(const char *from, const char *to)
{
	int r = (int)syscall(SYS_rename, from, to);

	if (r == 0 && (below(from) || below(to)))
		note((struct record){ .op = OP_RENAME }, from, to, NULL);
	return r;
}

int
link(const char *from, const char *to)
{
	int r = (int)syscall(SYS_link, from, to);

	if (r == 0 && below(to))
		note((struct record){ .op = OP_LINK }, from, to, NULL);
	return r;
}

int
unlink(const char *path)
{
	int r = (int)syscall(SYS_unlink, path);

	if (r == 0 && below(path))
		note((struct record){ .op = OP_UNLINK }, path, NULL, NULL);
	return r;
}

int
mkdir(const char *path, mode_t mode)
{
	int r = (int)syscall(SYS_mkdir, path, mode);

	if (r == 0)
		made_folder(path);
	return r;
}

int
rmdir(const char *path)
{
	int r = (int)syscall(SYS_rmdir, path);

	if (r == 0 && below(path))
		note((struct record){ .op = OP_RMDIR }, path, NULL, NULL);
	return r;
}

/* ---- what is said to a peer ---- */

int SSL_write(void *ssl, const void *data, int n_bytes);

int
SSL_write(void *ssl, const void *data, int n_bytes)
{
	/* before it can leave: stricter than when it left */
	note((struct record){ .op = OP_SAID,
			      .ino = (uint64_t)(uintptr_t)ssl,
			      .n_data = n_bytes > 0 ? (uint32_t)n_bytes : 0 },
	     NULL, NULL, data);
	return REAL(SSL_write)(ssl, data, n_bytes);
}
