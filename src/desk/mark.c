/* Where the mark of the desk lies (journal/epoch.h). */
#include <stdlib.h>

#include <sys/stat.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"

/* $XDG_STATE_HOME/deltadesk, else ~/.local/state/deltadesk. Heap; NULL: this
 * login has no home. */
static char *
standard(void)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");

	if (state != NULL && state[0] == '/')
		return xasprintf("%s/deltadesk", state);
	if (home != NULL && home[0] == '/')
		return xasprintf("%s/.local/state/deltadesk", home);
	return NULL;
}

char *
desk_mark_folder(struct store *s)
{
	char *folder = NULL;
	struct stat st;

	if (setting_read(s, "mark", &folder, NULL) != RC_OK ||
	    folder[0] == '\0') {
		xfree(folder);
		folder = standard();
	}
	if (folder == NULL || stat(folder, &st) == 0)
		return folder;
	/* best effort: without it the folder is only less protected */
	(void)folder_make_parents(folder, NULL);
	(void)dir_make(folder, 0700, NULL);
	return folder;
}
