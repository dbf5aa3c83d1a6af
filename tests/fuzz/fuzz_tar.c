/* The archive of a backup, as a stranger hands it in. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <fcntl.h>
#include <unistd.h>

#include "desk/backup_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char path[64];

static void
remove_file(void)
{
	(void)unlink(path);
}

static enum rc
on_end(void *ctx, const char *name, const struct buf *bytes, struct err *err)
{
	struct backup_head head;

	(void)ctx;
	/* a name is one of the few that a backup has, whatever is in it */
	if (name[0] == '/' || name[0] == '\0' || name[0] == '.')
		abort();
	if (bytes != NULL)
		(void)backup_head_read(bytes, &head, err);
	return RC_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct tar_events events = { .on_end = on_end };
	struct err err = ERR_INIT;
	int fd;

	if (path[0] == '\0') {
		(void)snprintf(path, sizeof(path), "/tmp/dd-fuzz-tar-%d",
			       (int)getpid());
		(void)atexit(remove_file);
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	(void)close(fd);
	(void)tar_read(path, &events, NULL, &err);
	return 0;
}
