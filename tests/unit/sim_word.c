#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sim_int.h"
#include "test.h"

struct word *
word_new(enum what what, int id)
{
	struct word *w = xcalloc(1, sizeof(*w));

	w->what = what;
	w->id = id;
	return w;
}

void
word_free(struct word *w)
{
	if (w == NULL)
		return;
	xfree(w->method);
	xfree(w->path);
	for (int i = 0; i < HEADERS_MAX; i++) {
		xfree(w->names[i]);
		xfree(w->values[i]);
	}
	xfree(w->data);
	xfree(w);
}

void
word_headers(struct word *w, const struct net_header *headers, size_t n)
{
	assert_true(n <= HEADERS_MAX);
	for (size_t i = 0; i < n; i++) {
		w->names[i] = xstrdup(headers[i].name);
		w->values[i] = xstrdup(headers[i].value);
	}
}

const char *
word_header(const struct word *w, const char *name)
{
	for (int i = 0; w != NULL && i < HEADERS_MAX; i++)
		if (w->names[i] != NULL && strcmp(w->names[i], name) == 0)
			return w->values[i];
	return NULL;
}

struct word *
word_data(int id, const void *data, size_t n)
{
	struct word *w = word_new(DATA, id);

	w->data = xmalloc(n + 1);
	memcpy(w->data, data, n);
	w->n_data = n;
	return w;
}

struct word *
word_copy(const struct word *w)
{
	struct word *c = word_new(w->what, w->id);

	c->method = xstrdup_or_null(w->method);
	c->path = xstrdup_or_null(w->path);
	for (int i = 0; i < HEADERS_MAX; i++) {
		c->names[i] = xstrdup_or_null(w->names[i]);
		c->values[i] = xstrdup_or_null(w->values[i]);
	}
	return c;
}
