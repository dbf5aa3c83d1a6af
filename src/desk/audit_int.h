/* Names of what stands in the audit trail (audit_words.c). */
#pragma once

#include "desk/ask.h"

struct completing;

/* Of an act on a document of that kind; kind NULL: of none, or unknown. */
const char *audit_title(struct desk *d, const struct kind *kind,
			const char *act);
/* The act that has this name or title; NULL none. */
const char *audit_act_find(struct desk *d, const char *value);
void audit_complete_act(struct completing *c);
