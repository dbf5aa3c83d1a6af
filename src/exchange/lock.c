/*
 * exchange.lock: who serves this desk. The lock is fcntl(2)'s lock of the open
 * file description, so it goes with the process however that ends, and it can
 * be looked at without being taken; the text only names the holder for people.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "exchange/exchange.h"

#define LOCK_TEXT_MAX	 256
#define LOCK_COMMAND_MAX 120

struct exchange_lock {
	int fd;
};

static char *
lock_path(const char *folder)
{
	return xasprintf("%s/exchange.lock", folder);
}

/* The command of this process, words joined by blanks. */
static void
own_command(char out[static LOCK_COMMAND_MAX])
{
	int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	if (fd >= 0) {
		n = read(fd, out, LOCK_COMMAND_MAX - 1);
		(void)close(fd); /* only read from */
	}
	if (n <= 0) {
		(void)snprintf(out, LOCK_COMMAND_MAX, "deltadesk");
		return;
	}
	while (n > 0 && out[n - 1] == '\0')
		n--;
	for (ssize_t i = 0; i < n; i++)
		if ((unsigned char)out[i] < ' ')
			out[i] = ' ';
	out[n] = '\0';
}

/* "PID COMMAND\n"; both empty when the file holds nothing usable. */
static void
holder_read(int fd, int64_t *ret_pid, char out[static LOCK_COMMAND_MAX])
{
	char text[LOCK_TEXT_MAX] = { 0 };
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	char *end = text;

	*ret_pid = 0;
	out[0] = '\0';
	if (n <= 0)
		return;
	*ret_pid = strtoll(text, &end, 10);
	if (end == text || *end != ' ')
		return;
	end[strcspn(end, "\n")] = '\0';
	(void)text_show_into(out, LOCK_COMMAND_MAX, end + 1);
}

static enum rc
locked_by_another(int fd, const char *folder, struct err *err)
{
	char command[LOCK_COMMAND_MAX];
	int64_t pid;

	holder_read(fd, &pid, command);
	/* TRANSLATORS: folder, process id, command */
	return err_set(err, RC_LOCKED, 0,
		       _("%s is served by process %lld (%s); stop that one "
			 "first"),
		       folder, (long long)pid, command);
}

enum rc
exchange_lock_take(const char *folder, struct exchange_lock **ret_lock,
		   struct err *err)
{
	char *path = lock_path(folder);
	char command[LOCK_COMMAND_MAX];
	char text[LOCK_TEXT_MAX];
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	enum rc rc = RC_OK;
	int fd, n;

	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		rc = err_errno(err, errno, "open", path);
		goto out;
	}
	if (fcntl(fd, F_OFD_SETLK, &whole) != 0) {
		rc = errno == EAGAIN || errno == EACCES
			     ? locked_by_another(fd, folder, err)
			     : err_errno(err, errno, "lock", path);
		goto out;
	}
	own_command(command);
	n = snprintf(text, sizeof(text), "%lld %s\n", (long long)getpid(),
		     command);
	/* The name is only for people: a full disk must not keep the desk
	 * from serving what it holds. */
	if (ftruncate(fd, 0) == 0)
		(void)!pwrite(fd, text, (size_t)n, 0);
	*ret_lock = xcalloc(1, sizeof(**ret_lock));
	(*ret_lock)->fd = fd;
	fd = -1;
out:
	if (fd >= 0)
		(void)close(fd); /* nothing of ours was written */
	xfree(path);
	return rc;
}

struct exchange_lock *
exchange_lock_release(struct exchange_lock *l)
{
	if (l == NULL)
		return NULL;
	/* The file stays: removing it would let two take 'the' lock. */
	(void)!ftruncate(l->fd, 0);
	(void)close(l->fd); /* ends the lock */
	return xfree(l);
}

bool
exchange_lock_held(const char *folder, int64_t *ret_pid)
{
	char *path = lock_path(folder);
	char command[LOCK_COMMAND_MAX];
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int64_t pid = 0;
	bool held = false;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	xfree(path);
	if (fd < 0)
		return false;
	if (fcntl(fd, F_OFD_GETLK, &whole) == 0 && whole.l_type != F_UNLCK) {
		held = true;
		holder_read(fd, &pid, command);
	}
	(void)close(fd); /* only read from */
	if (ret_pid != NULL)
		*ret_pid = pid;
	return held;
}
