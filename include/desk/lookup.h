/*
 * Results of tests and appraisals over the whole replica, looked up before a
 * test is ordered (DOMAIN 5). Any kind whose views.lookup says "as": "result"
 * is a result. Who relied on one: ask_reliance (desk/ask.h).
 */
#pragma once

#include "desk/ask.h"

#define LOOKUP_ROLES_MAX 8
#define RESULT_AS	 "result"

enum lookup_how {
	LOOKUP_HAS,   /* the value has these words in it */
	LOOKUP_ALIKE, /* one has the other in it; one that has none will do */
	LOOKUP_EQUAL  /* the same; one that has none will do */
};

struct lookup_by {
	const char *role; /* "product", "batch", ... */
	const char *text; /* as typed; NULL or "": not asked */
	enum lookup_how how;
};

struct result_query {
	const char *as; /* NULL: RESULT_AS */
	struct lookup_by by[LOOKUP_ROLES_MAX];
	size_t n_by;
	bool valid_only;
	size_t limit; /* 0 = no limit */
};

struct result_row {
	struct doc_ref ref;
	char *number, *title; /* "" when none */
	/* What it is looked up by, as the kind orders it; texts joined. */
	struct result_key {
		const char *role; /* of the kind */
		char *text;
	} keys[LOOKUP_ROLES_MAX];
	size_t n_keys;
	char *conclusion;     /* "" */
	char on[11];	      /* "2026-09-01" */
	char *state_title;    /* of the owner's track */
	char *own_title;      /* of this desk's track; "" when it has none */
	enum stage own_stage; /* STAGE_DRAFT when it has none */
	char *limits;	      /* within which this desk recognised it; "" */
	bool valid;
	char *why; /* why it is valid now, or why not */
};
struct result_list {
	struct result_row *rows;
	size_t n_rows;
	bool more;
};
/* Valid ones first, newest first. Roles that no kind declares find nothing.
 * RC_DENIED for who reads no documents. */
enum rc ask_results(struct desk *d, const struct result_query *q,
		    struct result_list *out, struct err *err);
/* What a document rests on: those that this desk or a peer relied on in it.
 * Each says whether it is valid now. */
enum rc ask_rests(struct desk *d, const struct doc_ref *ref,
		  struct result_list *out, struct err *err);
void result_list_release(struct result_list *l);
/* The text of a role; "" when it has none. */
const char *result_text(const struct result_row *r, const char *role);
