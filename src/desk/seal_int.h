/* Sealed fields at their owner: digests into what leaves, reveals beside. */
#pragma once

#include "desk/act.h"

/*
 * Puts seals in place of the sealed values of fields (what an issue or a
 * revise will carry). before: the document that is revised, NULL at issue: a
 * value that stays keeps its seal. *ret_reveals: data of the reveals to sign,
 * an array, new.
 */
void fields_seal(struct desk *d, const struct kind *kind,
		 const struct held_doc *before, json_t *fields,
		 json_t **ret_reveals);
/* Signs the reveals after the issue or revise they belong to, inside its
 * transaction. They leave when their seal opens. */
enum rc reveals_write(struct desk *d, const struct doc_ref *ref,
		      const json_t *reveals, struct err *err);
