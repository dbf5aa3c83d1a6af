/* Content that leaves the desk, and content that stays. */
#pragma once

#include "desk/act.h"

/* A deep copy without empty texts, empty rows, groups and lists: not given
 * and given empty are one. */
json_t *fields_prune(const json_t *content);
/*
 * Divides content by `see`: *ret_all may leave, *ret_own is kept as a local
 * event (NULL when there is nothing). Of a group that stays at home its
 * masked sub-fields may leave.
 */
void fields_split(const struct field *fields, size_t n_fields,
		  const json_t *content, json_t **ret_all, json_t **ret_own);
/* May everybody who holds the document read this top field now? A sealed one
 * once it is open; of a draft (doc NULL) not yet. */
bool field_leaves(const struct doc *doc, const struct field *f);
