/* The sheet of a hand-over item by item: reasons for lateness and notes of who
 * leaves, what who takes over confirms. */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "shift_int.h"

enum rc
shift_words(struct desk *d, const struct about_doc *list, size_t n,
	    json_t **ret, struct err *err)
{
	json_t *o = json_object();
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; rc == RC_OK && i < n; i++) {
		struct doc_ref ref;
		char *subject;

		rc = doc_find(d, list[i].doc, &ref, err);
		if (rc != RC_OK)
			break;
		subject = xasprintf("%s/%s", ref.owner, ref.id);
		json_object_set_new(o, subject, json_string(list[i].text));
		xfree(subject);
	}
	if (rc == RC_OK)
		*ret = o;
	else
		json_decref(o);
	return rc;
}

enum rc
shift_reasons(struct desk *d, json_t **ret, struct err *err)
{
	struct held_doc held = { 0 };
	struct doc_ref ref;
	const json_t *row;
	json_t *o = json_object();
	bool found = false;
	size_t i;
	enum rc rc = shift_sheet_at(d, 1, &ref, &found, err);

	if (rc == RC_OK && found)
		rc = journal_load(d->journal, ref.owner, ref.id, &held, err);
	if (rc == RC_OK && found) {
		json_array_foreach(json_object_get(held.doc->fields, "open"), i,
				   row)
		{
			const char *doc = json_text(row, "doc");
			const char *reason = json_text(row, "reason");

			if (doc != NULL && reason != NULL)
				json_object_set_new(o, doc,
						    json_string(reason));
		}
		held_doc_release(&held);
	}
	if (rc == RC_OK)
		*ret = o;
	else
		json_decref(o);
	return rc;
}

enum rc
ask_shift_late(struct desk *d, void (*each)(void *ctx, const struct doc_row *r),
	       void *ctx, struct err *err)
{
	const struct list_query q = { .waits = true, .limit = SHIFT_ROWS_MAX };
	struct doc_list rows = { 0 };
	json_t *before = NULL;
	size_t i;
	enum rc rc = ask_list(d, &q, &rows, err);

	if (rc == RC_OK)
		rc = shift_reasons(d, &before, err);
	for (i = 0; rc == RC_OK && i < rows.n_rows; i++) {
		const struct doc_row *r = &rows.rows[i];
		char *subject = xasprintf("%s/%s", r->ref.owner, r->ref.id);

		if (r->late && !r->draft && r->row > 0 &&
		    json_object_get(before, subject) == NULL)
			each(ctx, r);
		xfree(subject);
	}
	json_decref(before);
	doc_list_release(&rows);
	return rc;
}

static enum rc
confirm_rows(const json_t *open, const json_t *words, json_t *out,
	     struct err *err)
{
	const json_t *row;
	size_t i;

	json_array_foreach(open, i, row)
	{
		const char *doc = json_text(row, "doc"), *remark;
		char shown[200];
		json_t *o;

		if (doc == NULL)
			continue;
		if (json_object_get(words, doc) == NULL)
			return err_set(
				err, RC_STATE, 0,
				_("%s is not confirmed: confirm each item of "
				  "the sheet, with a remark where it is wrong "
				  "(--item), or all at once"),
				text_show_into(shown, sizeof(shown),
					       json_text(row, "title") != NULL
						       ? json_text(row, "title")
						       : doc));
		remark = json_text(words, doc);
		o = json_pack("{s:s}", "doc", doc);
		if (remark != NULL && remark[0] != '\0')
			json_object_set_new(o, "remark", json_string(remark));
		json_array_append_new(out, o);
	}
	return RC_OK;
}

enum rc
shift_confirmed(struct desk *d, const struct doc_ref *sheet,
		const struct shift_take *t, json_t **ret, struct err *err)
{
	struct held_doc held = { 0 };
	json_t *words = NULL, *out = json_array();
	enum rc rc = shift_words(d, t->items, t->n_items, &words, err);

	if (rc == RC_OK)
		rc = journal_load(d->journal, sheet->owner, sheet->id, &held,
				  err);
	if (rc == RC_OK) {
		rc = confirm_rows(json_object_get(held.doc->fields, "open"),
				  words, out, err);
		held_doc_release(&held);
	}
	json_decref(words);
	if (rc == RC_OK)
		*ret = out;
	else
		json_decref(out);
	return rc;
}
