#include "base/self.h"

#include <limits.h>
#include <stdlib.h>

#include <sys/auxv.h>

#include "base/mem.h"

char *
self_path(void)
{
	char found[PATH_MAX];
	unsigned long at;

	if (realpath("/proc/self/exe", found))
		return xstrdup(found);
	/*
	 * Without /proc (a bare chroot) the path given to execve is left; it
	 * may be relative, so the first call comes before any chdir.
	 */
	at = getauxval(AT_EXECFN);
	if (at == 0 || !realpath((const char *)at, found))
		return NULL;
	return xstrdup(found);
}
