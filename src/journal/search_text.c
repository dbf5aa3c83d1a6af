/* The text of a revision that full text search finds. */
#include "config.h"

#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "model/content.h"
#include "projected_int.h"

static enum rc
add_line(struct buf *out, const char *s, struct err *err)
{
	if (s == NULL || *s == '\0')
		return RC_OK;
	enum rc rc = buf_adds(out, s, err);
	return rc == RC_OK ? buf_adds(out, "\n", err) : rc;
}

enum rc
search_text(const struct kind *kind, const struct event *revision,
	    struct buf *out, struct err *err)
{
	const json_t *fields = json_object_get(revision->data, "fields");
	enum rc rc = add_line(out, json_text(revision->data, "number"), err);

	if (rc == RC_OK && kind == NULL)
		rc = add_line(out, json_text(fields, "title"), err);
	for (size_t i = 0;
	     rc == RC_OK && kind != NULL && i < kind->views.n_search; i++) {
		char *text =
			content_text(kind, fields, kind->views.search[i], true);
		rc = add_line(out, text, err);
		(void)xfree(text);
	}
	return rc;
}
