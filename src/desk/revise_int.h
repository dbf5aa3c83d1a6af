/* Writing a revision or a withdrawal, inside a transaction. */
#pragma once

#include "desk/act.h"

enum rc revise_write(struct desk *d, const struct held_doc *held,
		     const json_t *body, const struct ref *rev,
		     struct err *err);
/* body: {officers, note, approved_by?} */
enum rc withdraw_write(struct desk *d, const struct held_doc *held,
		       const json_t *body, const struct ref *rev,
		       struct err *err);
