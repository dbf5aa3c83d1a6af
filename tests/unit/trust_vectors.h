/* tests/vectors/trust.json and its keys, for the tests of trust. */
#pragma once

#include <stdio.h>

#include <jansson.h>

#include "base/mem.h"
#include "base/text.h"
#include "test.h"
#include "trust/key.h"

static inline json_t *
vectors_load(void)
{
	const char *top = getenv("TEST_SRCDIR");
	char *path = xasprintf("%s/tests/vectors/trust.json",
			       top != NULL ? top : "../..");
	json_t *v = json_load_file(path, 0, NULL);
	(void)xfree(path);
	assert_non_null(v);
	return v;
}

static inline const char *
vector_text(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));
	assert_non_null(s);
	return s;
}

/* The decoded base64 member; release it. */
static inline void
vector_bytes(const json_t *o, const char *name, struct buf *out)
{
	const char *s = vector_text(o, name);
	buf_init(out, 65536);
	assert_int_equal(base64_decode(s, strlen(s), out, NULL), RC_OK);
}

static inline struct verifier *
vector_verifier(const json_t *key)
{
	struct verifier *v = NULL;
	struct buf spki;
	enum key_alg alg;
	assert_int_equal(key_alg_parse(vector_text(key, "alg"), &alg, NULL),
			 RC_OK);
	vector_bytes(key, "spki", &spki);
	assert_int_equal(verifier_new(alg, spki.data, spki.len, &v, NULL),
			 RC_OK);
	buf_release(&spki);
	return v;
}
