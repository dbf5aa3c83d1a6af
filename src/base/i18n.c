#include "base/i18n.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "base/mem.h"
#include "base/self.h"

#define CATALOG "zh/LC_MESSAGES/deltadesk.mo"

static const char PROBE[] = "help"; /* a message that Chinese has */

static bool chinese = true;

/* The build tree's po/ beside the running program; NULL if not there. */
static char *
po_beside(void)
{
	char *self = self_path();
	char *slash = self ? strrchr(self, '/') : NULL;
	char *dir = NULL, *probe;

	if (slash) {
		*slash = '\0';
		dir = xasprintf("%s/po", self);
		probe = xasprintf("%s/" CATALOG, dir);
		if (access(probe, R_OK) != 0)
			dir = xfree(dir);
		(void)xfree(probe);
	}
	(void)xfree(self);
	return dir;
}

void
i18n_init(const char *lang)
{
	char *dir = po_beside();
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
	(void)bindtextdomain("deltadesk", dir ? dir : LOCALEDIR);
	(void)xfree(dir);
	(void)bind_textdomain_codeset("deltadesk", "UTF-8");
	(void)textdomain("deltadesk");
	/* without its catalog no half of it is Chinese */
	if (chinese && gettext(PROBE) == PROBE)
		chinese = false;
}

bool
i18n_zh(void)
{
	return chinese;
}

void
i18n_load(void)
{
	bool zh = chinese;

	i18n_init("zh");
	(void)_("help");
	i18n_init(zh ? "zh" : "en");
}
