/*
 * Whose turn it is to write. SQLite gives the lock to whoever asks first, and
 * a process that writes one transaction after another asks always: others
 * would get in by luck. So a writer that has to wait says so by a lock on a
 * file beside the database, and the busy one looks before it begins again.
 */
#include "config.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"
#include "store_int.h"

/* Nobody ever reads or writes the file; made when somebody first waits. */
static bool
open_turn(struct store *s, int flags)
{
	if (s->turn_fd < 0) {
		char *path = xasprintf("%s-turn", s->path);
		s->turn_fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags,
				  0600);
		(void)xfree(path);
	}
	return s->turn_fd >= 0;
}

/* Without a turn it waits all the same, only longer. */
void
turn_ask(struct store *s)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
	if (open_turn(s, O_CREAT))
		(void)fcntl(s->turn_fd, F_OFD_SETLK, &lock);
}

void
turn_done(struct store *s)
{
	struct flock lock = { .l_type = F_UNLCK, .l_whence = SEEK_SET };
	if (s->turn_fd >= 0)
		(void)fcntl(s->turn_fd, F_OFD_SETLK, &lock);
}

void
turn_close(struct store *s)
{
	if (s->turn_fd >= 0)
		(void)close(s->turn_fd);
	s->turn_fd = -1;
}

bool
store_is_waited_for(struct store *s)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	return open_turn(s, 0) && fcntl(s->turn_fd, F_OFD_GETLK, &lock) == 0 &&
	       lock.l_type != F_UNLCK;
}
