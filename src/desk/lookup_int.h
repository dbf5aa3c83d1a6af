/* Looking up over the replica, for questions and checks. */
#pragma once

#include "desk/lookup.h"
#include "model/lookup.h"

/* Why a document may be used now, or why not. Heap. */
char *lookup_why(struct desk *d, const struct doc *doc,
		 const struct lookup_stand *stand);
/* Is it so now? */
bool lookup_valid(struct desk *d, const struct lookup_stand *stand);

/* A document beside `self` ("" none) that has both values in their roles.
 * own: only this desk's that are in force. *ret_what: its number, heap, NULL
 * when there is none. */
struct lookup_pair {
	const char *as;
	const char *role[2], *text[2];
	const char *self;
	bool own;
};
enum rc lookup_twin(struct desk *d, const struct lookup_pair *p,
		    struct doc_ref *out, char **ret_what, struct err *err);
