/*
 * What the officer chose for which letters, the newest last: it comes first
 * the next time. A file of lines in his own folder, "xs", a tab, "线索".
 */
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/entry_int.h"

#define MEMORY_MAX	  1000
#define MEMORY_BYTES	  (256 * 1024)
#define MEMORY_TEXT	  120 /* bytes of one */
#define MEMORY_SAVE_EVERY 10

static size_t
find(const struct entry *e, const char *letters)
{
	for (size_t i = e->n_memory; i-- > 0;)
		if (str_eq(e->memory[i].letters, letters))
			return i;
	return SIZE_MAX;
}

const char *
entry_remembered(const struct entry *e)
{
	size_t at = find(e, e->letters);

	return at == SIZE_MAX ? NULL : e->memory[at].text;
}

static void
drop(struct entry *e, size_t at)
{
	(void)xfree(e->memory[at].text);
	memmove(&e->memory[at], &e->memory[at + 1],
		(--e->n_memory - at) * sizeof(*e->memory));
}

static void
add(struct entry *e, const char *letters, const char *text)
{
	size_t at = find(e, letters);

	if (at != SIZE_MAX)
		drop(e, at);
	if (e->n_memory == MEMORY_MAX)
		drop(e, 0);
	if (!e->memory)
		e->memory = xcalloc(MEMORY_MAX, sizeof(*e->memory));
	(void)str_copy(e->memory[e->n_memory].letters,
		       sizeof(e->memory[0].letters), letters, NULL);
	e->memory[e->n_memory++].text = xstrdup(text);
}

void
entry_remember(struct entry *e, const char *letters, const char *text)
{
	if ((unsigned char)text[0] < 0x80 || strlen(text) > MEMORY_TEXT)
		return;
	add(e, letters, text);
	if (++e->n_unsaved >= MEMORY_SAVE_EVERY)
		entry_save_memory(e);
}

/* A line that is not one, by whatever hand, is passed over. */
static void
read_line(struct entry *e, char *line)
{
	char *tab = strchr(line, '\t');
	size_t n;

	if (!tab)
		return;
	*tab++ = '\0';
	n = strspn(line, "abcdefghijklmnopqrstuvwxyz'");
	if (n > 0 && line[n] == '\0' && n < sizeof(e->letters) && tab[0] &&
	    strlen(tab) <= MEMORY_TEXT)
		add(e, line, tab);
}

void
entry_load_memory(struct entry *e, const char *folder)
{
	struct buf all = { 0 };
	char *copy, *rest, *line;

	e->memory_path = xasprintf("%s/chosen", folder);
	buf_init(&all, MEMORY_BYTES);
	/* none yet, or none that can be read: it is begun anew */
	if (file_read(e->memory_path, MEMORY_BYTES, false, &all, NULL) ==
		    RC_OK &&
	    utf8_check(all.data, all.len, NULL) == RC_OK) {
		rest = copy = xstrndup(all.data, all.len);
		while ((line = strsep(&rest, "\n")) != NULL)
			read_line(e, line);
		(void)xfree(copy);
	}
	buf_release(&all);
	e->n_unsaved = 0;
}

void
entry_save_memory(struct entry *e)
{
	struct buf all = { 0 };

	if (e->n_unsaved == 0)
		return;
	e->n_unsaved = 0;
	buf_init(&all, MEMORY_BYTES);
	for (size_t i = 0; i < e->n_memory; i++)
		(void)buf_addf(&all, NULL, "%s\t%s\n", e->memory[i].letters,
			       e->memory[i].text);
	/* a full disk costs what was learnt, never what was typed */
	(void)file_replace(e->memory_path, buf_str(&all), all.len, 0600, NULL);
	buf_release(&all);
}

void
entry_free_memory(struct entry *e)
{
	entry_save_memory(e);
	while (e->n_memory > 0)
		drop(e, e->n_memory - 1);
	e->memory = xfree(e->memory);
	e->memory_path = xfree(e->memory_path);
}
