#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"

int
main(int argc, char **argv)
{
	const char *lang = "zh";

	if (argc > 2 && strcmp(argv[1], "--lang") == 0)
		lang = argv[2];
	i18n_init(lang);
	(void)printf("%s %s: %s\n", PACKAGE_NAME, PACKAGE_VERSION,
		     _("joint enforcement desk"));
	return 0;
}
