#include "base/i18n.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#define CATALOG "zh/LC_MESSAGES/deltadesk.mo"

/* The build tree's po/ beside the running program; false if not there. */
static int
find_beside(char *path, size_t size)
{
	char exe[3072], probe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *slash;

	if (n <= 0)
		return 0;
	exe[n] = '\0';
	slash = strrchr(exe, '/');
	if (!slash)
		return 0;
	*slash = '\0';
	if ((size_t)snprintf(path, size, "%s/po", exe) >= size)
		return 0;
	(void)snprintf(probe, sizeof(probe), "%s/" CATALOG, path);
	return access(probe, R_OK) == 0;
}

static bool chinese = true;

bool
i18n_zh(void)
{
	return chinese;
}

void
i18n_init(const char *lang)
{
	char dir[3584];
	const char *ctype = setlocale(LC_CTYPE, "");

	if (!ctype || strcmp(ctype, "C") == 0 || strcmp(ctype, "POSIX") == 0)
		(void)setlocale(LC_CTYPE, "C.UTF-8");
	/*
	 * gettext looks at LANGUAGE only where the message locale is not "C";
	 * C.UTF-8 always exists on Debian and does not count as "C".
	 */
	(void)setlocale(LC_MESSAGES, "C.UTF-8");
	chinese = strcmp(lang, "en") != 0;
	(void)setenv("LANGUAGE", lang, 1);
	(void)bindtextdomain("deltadesk",
			     find_beside(dir, sizeof(dir)) ? dir : LOCALEDIR);
	(void)bind_textdomain_codeset("deltadesk", "UTF-8");
	(void)textdomain("deltadesk");
}
