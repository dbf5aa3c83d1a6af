/*
 * What two documents may share (串并): a credit code, a batch, an address ..
 * A kind names its fields in views.correlate:
 *
 *	"goods.batch"                 compared as what its last name says
 *	"operating_address:address"   compared as something else
 *	"goods.brand+goods.name"      two fields of one row, taken together
 *	"contact.phone:never"         looks like one and is none
 *
 * Values are compared in a normal form (full width, case, punctuation and
 * brackets do not matter). What is too short or stands for nothing ("1",
 * "不详") is no value.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "model/kind.h"

struct shared_value {
	const char *what; /* borrowed from the kind or static: "batch" */
	char *key;	  /* normal form, at most SHARED_KEY_MAX bytes */
	char *text;	  /* as written */
	bool secret;	  /* stays at home or is confidential: never shown */
};
struct shared_values {
	struct shared_value *list;
	size_t n;
};

/* The values of a content, each once, at most SHARED_VALUES_MAX. */
void correlate_values(const struct kind *k, const json_t *fields,
		      struct shared_values *out);
void shared_values_release(struct shared_values *v);
/* The normal form of one text compared as `what`; false: no value. out is
 * emptied first. */
bool shared_key(const char *what, const char *text, struct buf *out);
/* What is shared, for people; `what` itself when nobody named it. */
const char *shared_title(const struct kind *k, const char *what, bool zh);
/* Is an entry of views.correlate one of the forms above? */
bool correlate_entry_ok(const struct kind *k, const char *entry);
