#include "config.h"

#include <stdio.h>

#include "base/i18n.h"

int
main(void)
{
	i18n_init("zh");
	(void)printf("%s %s: %s\n", PACKAGE_NAME, PACKAGE_VERSION,
		     _("joint enforcement desk"));
	return 0;
}
