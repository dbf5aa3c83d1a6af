#include "desk/folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attach_int.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/permit.h"
#include "desk_int.h"

#include <dirent.h>

#define HEAD_BYTES 1024 /* that tell what a file is */

static void
file_release(struct folder_file *f)
{
	xfree(f->name);
	xfree(f->shown);
	xfree(f->unfit);
}

void
folder_list_release(struct folder_list *l)
{
	size_t i;

	for (i = 0; i < l->n_rows; i++)
		file_release(&l->rows[i]);
	xfree(l->rows);
	xfree(l->path);
	*l = (struct folder_list){ .rows = NULL };
}

static char *
show_name(const char *name)
{
	char shown[4 * ATTACH_NAME_MAX];

	attach_name_show(name, shown, sizeof(shown));
	return xstrdup(shown);
}

static void
read_shape(int dir, struct folder_file *f)
{
	unsigned char head[HEAD_BYTES];
	struct err e = ERR_INIT;
	int fd = -1;
	ssize_t n;

	if (attach_open_at(dir, f->name, f->shown, &fd, &e) != RC_OK) {
		f->unfit = xstrdup(e.msg);
		return;
	}
	n = read(fd, head, sizeof(head));
	attachment_shape(f->name, head, n > 0 ? (size_t)n : 0, &f->shape);
	(void)close(fd); /* was only read */
}

/* Why it cannot be, in few words for a list; NULL when it may. */
static const char *
why_unfit(const char *name, const struct stat *st)
{
	if (S_ISLNK(st->st_mode))
		return _("a link: links are not followed");
	if (S_ISDIR(st->st_mode))
		return _("a folder");
	if (!S_ISREG(st->st_mode))
		return _("not a regular file");
	if (st->st_size > ATTACH_MAX_BYTES)
		return _("larger than 2 GiB");
	return attach_name_check(name, NULL) == RC_OK
		       ? NULL
		       : _("rename it: its name cannot be sent");
}

static void
add_file(int dir, const char *name, struct folder_list *out)
{
	struct folder_file *f;
	const char *why;
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return; /* gone meanwhile */
	out->rows =
		xreallocarray(out->rows, out->n_rows + 1, sizeof(*out->rows));
	f = &out->rows[out->n_rows++];
	*f = (struct folder_file){
		.name = xstrdup(name),
		.shown = show_name(name),
		.size = S_ISREG(st.st_mode) ? st.st_size : 0,
		.changed_ms = (int64_t)st.st_mtim.tv_sec * 1000 +
			      st.st_mtim.tv_nsec / 1000000,
	};
	why = why_unfit(name, &st);
	if (why != NULL)
		f->unfit = xstrdup(why);
}

static int
newest_first(const void *a, const void *b)
{
	const struct folder_file *x = a, *y = b;

	if (x->changed_ms != y->changed_ms)
		return x->changed_ms < y->changed_ms ? 1 : -1;
	return strcmp(x->name, y->name);
}

static void
read_names(DIR *names, int dir, struct folder_list *out)
{
	const struct dirent *one;

	while ((one = readdir(names)) != NULL)
		if (one->d_name[0] != '.')
			add_file(dir, one->d_name, out);
	if (out->n_rows > 1)
		qsort(out->rows, out->n_rows, sizeof(*out->rows), newest_first);
	while (out->n_rows > FOLDER_FILES_MAX) {
		file_release(&out->rows[--out->n_rows]);
		out->more = true;
	}
}

enum rc
ask_folder(struct desk *d, struct folder_list *out, struct err *err)
{
	int dir = -1;
	DIR *names;
	size_t i;
	enum rc rc = permit(d, PERMIT_WRITE, NULL, err);

	*out = (struct folder_list){ .rows = NULL };
	if (rc == RC_OK)
		rc = desk_exchange_folder(d, &out->path, err);
	if (rc == RC_OK)
		rc = attach_open_folder(out->path, &dir, err);
	if (rc == RC_OK) {
		int own = fcntl(dir, F_DUPFD_CLOEXEC, 0);

		names = own >= 0 ? fdopendir(own) : NULL;
		if (names == NULL) {
			rc = err_errno(err, errno, _("reading"), out->path);
			if (own >= 0)
				(void)close(own);
		} else {
			read_names(names, dir, out);
			(void)closedir(names); /* was only read */
		}
	}
	for (i = 0; rc == RC_OK && i < out->n_rows; i++)
		if (out->rows[i].unfit == NULL)
			read_shape(dir, &out->rows[i]);
	if (dir >= 0)
		(void)close(dir);
	if (rc != RC_OK)
		folder_list_release(out);
	return rc;
}
