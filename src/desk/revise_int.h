/* Writing a revision or a withdrawal, inside a transaction. */
#pragma once

#include "desk/act.h"

/* May the owner put that body in the place of the current content, now? */
enum rc revise_judge(struct desk *d, const struct held_doc *held,
		     const json_t *body, struct err *err);
enum rc withdraw_judge(const struct desk *d, const struct held_doc *held,
		       struct err *err);
enum rc revise_write(struct desk *d, const struct held_doc *held,
		     const json_t *body, const struct ref *rev,
		     struct err *err);
/* body: {officers, note, approved_by?} */
enum rc withdraw_write(struct desk *d, const struct held_doc *held,
		       const json_t *body, const struct ref *rev,
		       struct err *err);
