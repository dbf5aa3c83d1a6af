#include "base/self.h"

#include <limits.h>
#include <stdlib.h>

#include <sys/auxv.h>

#include "base/mem.h"

char *
self_path(void)
{
	char found[PATH_MAX];
	const char *ran;

	if (realpath("/proc/self/exe", found))
		return xstrdup(found);
	/*
	 * Without /proc (a bare chroot) the path given to execve is left; it
	 * may be relative, so the first call comes before any chdir.
	 */
	ran = (const char *)getauxval(AT_EXECFN);
	return ran && realpath(ran, found) ? xstrdup(found) : NULL;
}
