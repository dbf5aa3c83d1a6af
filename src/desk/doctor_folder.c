/* The folder: whose it is, who gets in, what is in the way, what room there
 * is. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/space.h"
#include "base/text.h"
#include "doctor_int.h"

#include <dirent.h>

#define DEPTH_MAX   5
#define ENTRIES_MAX 200000 /* of a large desk some are taken for all */
#define LOW_PERCENT 10
#define MIB	    (1024 * 1024)

struct walk {
	int64_t entries;
	int64_t open, links, others; /* of other users, or links */
	char first[3][160];	     /* of each, shown */
};

static void
count(int64_t *n, char *first, size_t size, const char *path)
{
	if ((*n)++ == 0)
		text_show_into(first, size, path);
}

static void
look_at_entry(struct walk *w, const char *path, const struct stat *st)
{
	w->entries++;
	if (S_ISLNK(st->st_mode))
		count(&w->links, w->first[1], sizeof(w->first[1]), path);
	else if ((st->st_mode & 077) != 0)
		count(&w->open, w->first[0], sizeof(w->first[0]), path);
	if (st->st_uid != geteuid())
		count(&w->others, w->first[2], sizeof(w->first[2]), path);
}

/* Never through a link; takes dir. */
static void
walk(struct walk *w, int dir, const char *name, int depth)
{
	DIR *names = fdopendir(dir);
	const struct dirent *one;

	if (names == NULL) {
		(void)close(dir);
		return;
	}
	while (w->entries < ENTRIES_MAX && (one = readdir(names)) != NULL) {
		struct stat st;
		char *path;
		int below;

		if (str_eq(one->d_name, ".") || str_eq(one->d_name, "..") ||
		    fstatat(dirfd(names), one->d_name, &st,
			    AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		path = xasprintf("%s%s%s", name, *name != '\0' ? "/" : "",
				 one->d_name);
		look_at_entry(w, path, &st);
		below = S_ISDIR(st.st_mode) && depth < DEPTH_MAX
				? openat(dirfd(names), one->d_name,
					 O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
						 O_CLOEXEC)
				: -1;
		if (below >= 0)
			walk(w, below, path, depth + 1);
		xfree(path);
	}
	(void)closedir(names); /* was only read */
}

static void
say_walk(struct doctor *dr, const struct walk *w)
{
	if (w->open > 0)
		doctor_say(dr, "files", DOCTOR_WRONG,
			   _("chmod -R go= on the folder; if a key was open, "
			     "tell every peer to trust this desk no longer"),
			   _("%lld open to other users, %s the first"),
			   (long long)w->open, w->first[0]);
	if (w->links > 0)
		doctor_say(dr, "files", DOCTOR_WRONG,
			   _("put the file itself there; links are never "
			     "followed"),
			   _("%lld symbolic links, %s the first"),
			   (long long)w->links, w->first[1]);
	if (w->others > 0)
		doctor_say(dr, "files", DOCTOR_WRONG,
			   _("chown -R the folder to the service account and "
			     "run every command as that account"),
			   _("%lld belong to another user, %s the first"),
			   (long long)w->others, w->first[2]);
	if (w->open + w->links + w->others == 0)
		doctor_say(dr, "files", DOCTOR_GOOD, NULL,
			   _("%lld, closed to other users"),
			   (long long)w->entries);
}

static bool
say_none(struct doctor *dr, const char *shown)
{
	doctor_say(dr, "folder", DOCTOR_WRONG,
		   _("name the desk's folder with --desk or DELTADESK_HOME, or "
		     "make a desk with 'deltadesk init'"),
		   _("no desk in %s"), shown);
	return false;
}

bool
doctor_folder(struct doctor *dr)
{
	const char *folder = dr->visit->folder;
	struct walk w = { .entries = 0 };
	struct stat st;
	char shown[160];
	int dir;

	text_show_into(shown, sizeof(shown), folder);
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 && errno == EACCES) {
		doctor_say(dr, "folder", DOCTOR_WRONG,
			   _("run this as the service account"),
			   _("%s cannot be read by this user"), shown);
		return false;
	}
	if (dir < 0 || fstat(dir, &st) != 0 || !desk_is_there(folder)) {
		if (dir >= 0)
			(void)close(dir);
		return say_none(dr, shown);
	}
	if (st.st_uid != geteuid())
		doctor_say(dr, "folder", DOCTOR_WRONG,
			   _("run this and every command as the account that "
			     "owns it"),
			   _("%s belongs to another user"), shown);
	else if ((st.st_mode & 077) != 0)
		doctor_say(dr, "folder", DOCTOR_WRONG, _("chmod 700 it"),
			   _("%s is open to other users"), shown);
	else
		doctor_say(dr, "folder", DOCTOR_GOOD, NULL, "%s", shown);
	walk(&w, dir, "", 0);
	say_walk(dr, &w);
	return true;
}

void
doctor_disk(struct doctor *dr)
{
	struct statvfs fs;
	struct space space;
	uint64_t bytes, all;

	if (statvfs(dr->visit->folder, &fs) != 0 ||
	    !space_look(dr->visit->folder, &space))
		return; /* doctor_folder() has told why */
	bytes = (uint64_t)space.free_bytes;
	all = (uint64_t)space.all_bytes;
	if (space_is_short(&space))
		doctor_say(dr, "disk", DOCTOR_WRONG,
			   _("make room now; own acts go on until nothing is "
			     "left"),
			   _("%llu MiB free: below %lld MiB peers are told to "
			     "wait"),
			   (unsigned long long)(bytes / MIB),
			   (long long)(space.watermark / MIB));
	else if (bytes < all / 100 * LOW_PERCENT)
		doctor_say(dr, "disk", DOCTOR_LOOK,
			   _("make room, or move the desk to a larger disk"),
			   _("%llu MiB free, under %d %%"),
			   (unsigned long long)(bytes / MIB), LOW_PERCENT);
	else if (fs.f_files > 0 && fs.f_favail < fs.f_files / 100)
		doctor_say(dr, "disk", DOCTOR_LOOK,
			   _("remove small files of others on this disk"), "%s",
			   _("hardly any file names (inodes) are left"));
	else
		doctor_say(dr, "disk", DOCTOR_GOOD, NULL, _("%llu MiB free"),
			   (unsigned long long)(bytes / MIB));
}
