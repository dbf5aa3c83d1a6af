#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "import_int.h"

#define MAP_FILE_MAX (64 * 1024)

void
import_map_release(struct import_map *m)
{
	size_t i;

	for (i = 0; i < m->n_rules; i++) {
		xfree(m->rules[i].field);
		xfree(m->rules[i].text);
	}
	xfree(m->rules);
	*m = (struct import_map){ 0 };
}

/* Without the spaces around; heap. */
static char *
trimmed(const char *s, size_t n)
{
	while (n > 0 && (*s == ' ' || *s == '\t')) {
		s++;
		n--;
	}
	while (n > 0 && strchr(" \t\r", s[n - 1]) != NULL)
		n--;
	return xstrndup(s, n);
}

/* goods.0.batch is declared as goods.batch. */
static bool
is_field(const struct kind *kind, const char *dotted)
{
	char name[256];
	size_t at = 0, n;

	if (str_eq(dotted, "to") || str_eq(dotted, "cc"))
		return true;
	while (*dotted != '\0') {
		n = strcspn(dotted, ".");
		if (n == 0 || at + n + 2 > sizeof(name))
			return false;
		if (strspn(dotted, "0123456789") < n) {
			if (at > 0)
				name[at++] = '.';
			memcpy(name + at, dotted, n);
			at += n;
		}
		dotted += n + (dotted[n] == '.');
	}
	name[at] = '\0';
	return kind_field(kind, name) != NULL;
}

/* One rule of `FIELD <- COLUMN` or `FIELD = TEXT`. */
static enum rc
read_rule(const char *line, size_t n, const struct kind *kind,
	  struct import_map *m, struct err *err)
{
	struct map_rule r = { 0 };
	char *text = xstrndup(line, n);
	char *arrow = strstr(text, "<-"), *equal = strchr(text, '=');
	char shown[80];
	enum rc rc = RC_OK;

	if (arrow != NULL && (equal == NULL || arrow < equal)) {
		r.column = true;
		r.field = trimmed(text, (size_t)(arrow - text));
		r.text = trimmed(arrow + 2, strlen(arrow + 2));
	} else if (equal != NULL) {
		r.field = trimmed(text, (size_t)(equal - text));
		r.text = trimmed(equal + 1, strlen(equal + 1));
	} else {
		rc = err_set(err, RC_MALFORMED, 0,
			     _("write FIELD <- COLUMN or FIELD = TEXT"));
	}
	if (rc == RC_OK && !is_field(kind, r.field))
		rc = err_set(err, RC_NOTFOUND, 0, _("'%s' is no field of %s"),
			     text_show_into(shown, sizeof(shown), r.field),
			     kind->name);
	if (rc == RC_OK) {
		m->rules = xreallocarray(m->rules, m->n_rules + 1,
					 sizeof(*m->rules));
		m->rules[m->n_rules++] = r;
	} else {
		xfree(r.field);
		xfree(r.text);
	}
	xfree(text);
	return rc;
}

enum rc
import_map_read(const char *path, const struct kind *kind,
		struct import_map *out, struct err *err)
{
	const char *line, *end, *nl;
	char shown[160], *first;
	struct buf bytes;
	size_t number = 0;
	enum rc rc;

	*out = (struct import_map){ 0 };
	buf_init(&bytes, MAP_FILE_MAX);
	rc = file_read(path, MAP_FILE_MAX, true, &bytes, err);
	if (rc == RC_OK)
		rc = utf8_check(buf_str(&bytes), bytes.len, err);
	line = buf_str(&bytes);
	end = line + bytes.len;
	for (; rc == RC_OK && line < end; line = nl + 1) {
		number++;
		nl = memchr(line, '\n', (size_t)(end - line));
		if (nl == NULL)
			nl = end;
		first = trimmed(line, (size_t)(nl - line));
		if (first[0] != '\0' && first[0] != '#')
			rc = read_rule(line, (size_t)(nl - line), kind, out,
				       err);
		xfree(first);
	}
	if (rc != RC_OK) {
		(void)err_wrap(err, "%s:%zu",
			       text_show_into(shown, sizeof(shown), path),
			       number);
		import_map_release(out);
	}
	buf_release(&bytes);
	return rc;
}
