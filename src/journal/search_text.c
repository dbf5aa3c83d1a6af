/* The text of a document that full text search finds. */
#include "config.h"

#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/content.h"
#include "projected_int.h"

#define NAME_MAX_CHARS 40 /* a longer text is no name */

static enum rc
add_line(struct buf *out, const char *s, struct err *err)
{
	if (s == NULL || *s == '\0')
		return RC_OK;
	enum rc rc = buf_adds(out, s, err);
	return rc == RC_OK ? buf_adds(out, "\n", err) : rc;
}

/* 杭州某商行 is found as hzmsh too. */
static enum rc
add_initials(struct buf *out, const struct field *f, const char *s,
	     struct err *err)
{
	size_t n = strlen(s);
	if (f == NULL || f->type != FIELD_TEXT || str_eq(f->name, "title") ||
	    utf8_chars(s, n) > NAME_MAX_CHARS)
		return RC_OK;
	enum rc rc = text_initials(out, s, n, err);
	return rc == RC_OK ? buf_adds(out, "\n", err) : rc;
}

static enum rc
add_revision(const struct kind *kind, const struct event *revision,
	     struct buf *out, struct err *err)
{
	const json_t *fields = json_object_get(revision->data, "fields");
	enum rc rc = add_line(out, json_text(revision->data, "number"), err);

	if (rc == RC_OK && kind == NULL)
		rc = add_line(out, json_text(fields, "title"), err);
	for (size_t i = 0;
	     rc == RC_OK && kind != NULL && i < kind->views.n_search; i++) {
		const char *name = kind->views.search[i];
		char *text = content_text(kind, fields, name, true);
		rc = add_line(out, text, err);
		if (rc == RC_OK)
			rc = add_initials(out, kind_field(kind, name), text,
					  err);
		(void)xfree(text);
	}
	return rc;
}

/* ---- what moves and remarks say ---- */

static bool
says(const struct event *e)
{
	switch ((int)e->type) {
	case EVENT_MOVE:
		return json_text(e->data, "note") != NULL ||
		       json_object_size(json_object_get(e->data, "input")) > 0;
	case EVENT_REMARK: return json_text(e->data, "text") != NULL;
	case EVENT_WITHDRAW: return json_text(e->data, "note") != NULL;
	case EVENT_REVEAL: return true;
	case EVENT_LOCAL: return str_eq(json_text(e->data, "act"), "note");
	default: return false;
	}
}

static bool
is_said(const struct field *f)
{
	return (f->type == FIELD_TEXT || f->type == FIELD_LONG) &&
	       !f->confidential && f->see != SEE_SEALED;
}

static enum rc
add_input(const struct kind *kind, const struct event *e, struct buf *out,
	  struct err *err)
{
	const struct track_def *t =
		kind == NULL ? NULL : kind_track(kind, e->track);
	const struct move *m =
		t == NULL ? NULL : track_move(t, json_text(e->data, "move"));
	const json_t *input = json_object_get(e->data, "input");
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && m != NULL && i < m->n_input; i++)
		if (is_said(&m->input[i]))
			rc = add_line(out, json_text(input, m->input[i].name),
				      err);
	return rc;
}

/* What was sealed, once it is here. */
static enum rc
add_revealed(const struct kind *kind, const struct event *e, struct buf *out,
	     struct err *err)
{
	const char *field = json_text(e->data, "field");
	for (size_t i = 0; kind != NULL && i < kind->views.n_search; i++)
		if (str_eq(kind->views.search[i], field))
			return add_line(out, json_text(e->data, "value"), err);
	return RC_OK;
}

static enum rc
add_notes(const struct held_doc *h, const struct kind *kind, int64_t upto,
	  struct buf *out, struct err *err)
{
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < h->n_events; i++) {
		const struct event *e = &h->events[i];
		if (h->rows->rows[i] > upto || !says(e))
			continue;
		rc = add_line(out, json_text(e->data, "text"), err);
		if (rc == RC_OK)
			rc = add_line(out, json_text(e->data, "note"), err);
		if (rc == RC_OK && e->type == EVENT_MOVE)
			rc = add_input(kind, e, out, err);
		if (rc == RC_OK && e->type == EVENT_REVEAL)
			rc = add_revealed(kind, e, out, err);
		if (rc == RC_TOOLARGE)
			return RC_OK; /* the newest talk of a very long one */
	}
	return rc;
}

struct indexed
search_indexed(const struct held_doc *h)
{
	const struct event *current = h->doc->current;
	struct indexed out = { .event = 0 };

	if (current == NULL)
		return out;
	out.event = h->rows->rows[current - h->events];
	if (h->doc->kind == NULL)
		out.event = -out.event;
	for (size_t i = 0; i < h->n_events; i++)
		if (h->rows->rows[i] > out.notes && says(&h->events[i]))
			out.notes = h->rows->rows[i];
	return out;
}

enum rc
search_text(const struct held_doc *h, const struct indexed *from,
	    struct buf *out, struct err *err)
{
	const struct kind *kind = from->event < 0 ? NULL : h->doc->kind;
	int64_t row = from->event < 0 ? -from->event : from->event;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < h->n_events; i++)
		if (h->rows->rows[i] == row)
			rc = add_revision(kind, &h->events[i], out, err);
	return rc == RC_OK ? add_notes(h, kind, from->notes, out, err) : rc;
}
