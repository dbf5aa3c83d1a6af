/* Where the words of a filter stand in a document. */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/filter.h"
#include "desk_int.h"
#include "journal/index.h"
#include "model/content.h"

#define CHARS_BEFORE 16
#define CHARS_SHOWN  60

static size_t
chars_back(const char *s, size_t at, size_t n_chars)
{
	while (at > 0 && n_chars > 0) {
		at--;
		if (((unsigned char)s[at] & 0xC0) != 0x80)
			n_chars--;
	}
	return at;
}

static size_t
chars_on(const char *s, size_t at, size_t n_chars)
{
	while (s[at] != '\0' && n_chars > 0) {
		at++;
		while (((unsigned char)s[at] & 0xC0) == 0x80)
			at++;
		n_chars--;
	}
	return at;
}

static bool
take(struct match *out, const char *query, const char *where, const char *text)
{
	struct text_range first;
	size_t from, to, i;

	if (text == NULL || fts_find(query, text, strlen(text), &first, 1) == 0)
		return false;
	from = chars_back(text, first.from, CHARS_BEFORE);
	to = chars_on(text, from, CHARS_SHOWN);
	out->cut_before = from > 0;
	out->cut_after = text[to] != '\0';
	out->text = xstrndup(text + from, to - from);
	out->where = xstrdup(where);
	for (i = 0; out->text[i] != '\0'; i++)
		if (out->text[i] == '\n' || out->text[i] == '\t')
			out->text[i] = ' ';
	out->n_ranges = fts_find(query, out->text, strlen(out->text),
				 out->ranges, MATCH_RANGES_MAX);
	return true;
}

static bool
in_fields(const struct kind *k, const json_t *fields, const char *query,
	  struct match *out)
{
	bool found = false;
	size_t i;

	for (i = 0; k != NULL && !found && i < k->views.n_search; i++) {
		const char *name = k->views.search[i];
		const struct field *f = kind_field(k, name);
		char *text;

		if (f == NULL || str_eq(name, "title"))
			continue;
		text = content_text(k, fields, name, i18n_zh());
		found = take(out, query, title_in(&f->title, i18n_zh()), text);
		xfree(text);
	}
	return found;
}

/* The newest that says it. */
static bool
in_events(const struct doc *doc, const char *query, struct match *out)
{
	const char *name;
	json_t *input, *v;
	size_t i;

	for (i = doc->n_events; i-- > 0;) {
		const json_t *data = doc->events[i].event->data;

		if (take(out, query, _("remark"), json_text(data, "text")) ||
		    take(out, query, _("note"), json_text(data, "note")))
			return true;
		input = json_object_get(data, "input");
		json_object_foreach(input, name, v)
		{
			if (take(out, query, _("note"), json_string_value(v)))
				return true;
		}
	}
	return false;
}

enum rc
ask_match(struct desk *d, const struct doc_ref *ref, const char *query,
	  struct match *out, struct err *err)
{
	struct held_doc held;
	enum rc rc = permit(d, PERMIT_READ, ref, err);

	*out = (struct match){ .n_ranges = 0 };
	if (rc == RC_OK)
		rc = journal_load(d->journal, ref->owner, ref->id, &held, err);
	if (rc == RC_OK) {
		if (!in_fields(held.doc->kind, held.doc->fields, query, out))
			(void)in_events(held.doc, query, out);
		held_doc_release(&held);
	} else if (rc == RC_NOTFOUND) {
		rc = RC_OK; /* a draft */
	}
	if (out->where == NULL) {
		out->where = xstrdup("");
		out->text = xstrdup("");
	}
	if (rc != RC_OK)
		match_release(out);
	return rc;
}

void
match_release(struct match *m)
{
	xfree(m->where);
	xfree(m->text);
	*m = (struct match){ .n_ranges = 0 };
}

enum rc
ask_search_lag(struct desk *d, int64_t *ret_n, struct err *err)
{
	return index_left(d->journal, ret_n, err);
}
