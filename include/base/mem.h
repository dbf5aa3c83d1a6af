/* Allocation that ends the process when memory is out; sizes are checked
 * before. */
#pragma once

#include <stddef.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* How it ends: with this status, or 0: abort(), whose handler puts a terminal
 * back. What is on the disk is whole in either case. */
void mem_exit_with(int status);

void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *take_ptr, size_t size);
void *xreallocarray(void *take_ptr, size_t n, size_t size);
char *xstrdup(const char *s);
char *xstrdup_or_null(const char *s); /* NULL of NULL */
char *xstrndup(const char *s, size_t max_bytes);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Returns NULL, so that p = xfree(p) leaves no dangling pointer. */
void *xfree(void *take_ptr);

/* Overwrites secrets in a way the compiler keeps. */
void mem_wipe(void *p, size_t size);
