#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

static int exit_status;

void
mem_exit_with(int status)
{
	exit_status = status;
}

static void *
check(void *p)
{
	if (p == NULL) {
		static const char words[] = "deltadesk: out of memory\n";

		/* stdio may want memory of its own */
		if (write(STDERR_FILENO, words, sizeof(words) - 1) < 0 ||
		    exit_status == 0)
			abort();
		_exit(exit_status);
	}
	return p;
}

void *
xmalloc(size_t size)
{
	return check(malloc(size > 0 ? size : 1));
}

void *
xcalloc(size_t n, size_t size)
{
	return check(calloc(n > 0 ? n : 1, size > 0 ? size : 1));
}

void *
xrealloc(void *take_ptr, size_t size)
{
	return check(realloc(take_ptr, size > 0 ? size : 1));
}

void *
xreallocarray(void *take_ptr, size_t n, size_t size)
{
	return check(
		reallocarray(take_ptr, n > 0 ? n : 1, size > 0 ? size : 1));
}

char *
xstrdup(const char *s)
{
	return check(strdup(s));
}

char *
xstrdup_or_null(const char *s)
{
	return s != NULL ? xstrdup(s) : NULL;
}

char *
xstrndup(const char *s, size_t max_bytes)
{
	size_t n = strnlen(s, max_bytes);
	char *copy = xmalloc(n + 1);

	/* not strndup: s may be bytes that no NUL ends */
	memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

char *
xasprintf(const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	va_end(ap);
	return check(s);
}

void *
xfree(void *take_ptr)
{
	free(take_ptr);
	return NULL;
}

void
mem_wipe(void *p, size_t size)
{
	if (p != NULL)
		explicit_bzero(p, size);
}
