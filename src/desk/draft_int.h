/* Rows of table draft: documents not issued yet, and parked acts. */
#pragma once

#include "desk/act.h"

struct draft {
	char id[UUID_LEN + 1];
	char act[16];	    /* issue revise move withdraw */
	struct doc_ref doc; /* of a parked act */
	bool has_rev;
	struct ref rev;
	char kind[NAME_MAX_LEN + 1];
	int kind_version;
	char state[NAME_MAX_LEN + 1]; /* draft review */
	char *title;
	json_t *body;
	char made_by[OFFICER_ID_MAX + 1];
	int64_t made_ms;
	char changed_by[OFFICER_ID_MAX + 1];
	int64_t changed_ms;
	int64_t version;
	char *note; /* NULL */
};
void draft_release(struct draft *f);
/* RC_NOTFOUND. */
enum rc draft_read(struct desk *d, const char *id, struct draft *out,
		   struct err *err);
/* The act parked on a document. */
enum rc draft_of(struct desk *d, const struct doc_ref *doc, struct draft *out,
		 struct err *err);
/* Newest first; each owns its draft. kind NULL = all. */
enum rc draft_list(struct desk *d, const char *kind, struct draft **ret,
		   size_t *ret_n, struct err *err);
/* Inside a transaction. add: id, act, doc, rev, kind, state, title, body,
 * note; the rest is filled. put: RC_CONFLICT when the version moved on. */
enum rc draft_add(struct desk *d, const struct draft *f, struct err *err);
enum rc draft_put(struct desk *d, const struct draft *f, struct err *err);
/* In a transaction: RC_CONFLICT, naming who changed it and when, if the draft
 * is no longer as it was read. overtaken: without a look, since it is known. */
enum rc draft_still(struct desk *d, const struct draft *f, struct err *err);
enum rc draft_overtaken(struct desk *d, const char *id, struct err *err);
enum rc draft_drop(struct desk *d, const char *id, struct err *err);
