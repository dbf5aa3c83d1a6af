/* How a value that documents may share is compared. */
#pragma once

#include "model/correlate.h"

#define SHARED_PAIR "goods" /* what two fields of a row are together */

enum form {
	FORM_KEY,    /* letters, digits and characters alone */
	FORM_NUMBER, /* the same without 第 .. 号 */
	FORM_CODE,   /* the same; O and I are the digits they look like */
	FORM_DIGITS,
	FORM_PHONE,
	FORM_URL
};

struct shape {
	const char *what;   /* NULL: of all others */
	struct title title; /* NULL: the field's own */
	enum form form;
	size_t min_chars; /* of the normal form */
	bool digit;	  /* at least one digit */
	bool many;	  /* a text may hold several */
};

const struct shape *shape_of(const char *what);
bool shape_key(const struct shape *s, const char *text, size_t n_bytes,
	       struct buf *out);
/* "无", "0000": what people write where they have nothing to write. */
bool shared_says_nothing(const char *key);
/* To SHARED_KEY_MAX bytes, at the end of a character. */
void shared_cut(struct buf *b);
