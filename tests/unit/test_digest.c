#include "trust/digest.h"
#include "trust_vectors.h"

static void
test_sha256_known(void **state)
{
	struct digest d;
	char hex[DIGEST_HEX_LEN + 1];

	(void)state;
	digest_sha256("abc", 3, &d); /* FIPS 180-4 */
	digest_hex(&d, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223"
				 "b00361a396177a9cb410ff61f20015ad");
}

static void
test_stream_equals_whole(void **state)
{
	struct digest whole, parts;
	struct digest_stream *s = digest_stream_new();

	(void)state;
	digest_sha256("hello world", 11, &whole);
	digest_stream_add(s, "hello", 5);
	digest_stream_add(s, "", 0);
	digest_stream_add(s, " world", 6);
	digest_stream_end(s, &parts);
	assert_true(digest_eq(&whole, &parts));
	assert_null(digest_stream_free(NULL));
}

static void
test_parse_both_forms_and_refuse_others(void **state)
{
	struct digest a, b;
	char hex[DIGEST_HEX_LEN + 1];
	char text[8 + DIGEST_HEX_LEN];

	(void)state;
	digest_sha256("x", 1, &a);
	digest_hex(&a, hex);
	assert_int_equal(digest_parse(hex, &b, NULL), RC_OK);
	assert_true(digest_eq(&a, &b));
	(void)snprintf(text, sizeof(text), "sha256:%s", hex);
	assert_int_equal(digest_parse(text, &b, NULL), RC_OK);
	memset(hex, 'a', DIGEST_HEX_LEN);
	hex[9] = 'A'; /* one spelling only */
	assert_int_equal(digest_parse(hex, &b, NULL), RC_MALFORMED);
	hex[9] = 'a';
	hex[3] = 'g';
	assert_int_equal(digest_parse(hex, &b, NULL), RC_MALFORMED);
	hex[3] = '\0';
	assert_int_equal(digest_parse(hex, &b, NULL), RC_MALFORMED);
	assert_int_equal(digest_parse("", &b, NULL), RC_MALFORMED);
}

static void
test_chain_vector(void **state)
{
	json_t *v = vectors_load();
	const json_t *c = json_object_get(v, "chain");
	const json_t *rows = json_object_get(c, "rows");
	struct digest chain = { { 0 } };

	(void)state;
	assert_true(json_array_size(rows) > 2);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		struct digest event, want;
		if (i == 0) {
			chain_start(vector_text(c, "from"),
				    vector_text(c, "to"),
				    vector_text(c, "epoch"),
				    vector_text(c, "lane"), &chain);
		} else {
			assert_int_equal(digest_parse(vector_text(row, "event"),
						      &event, NULL),
					 RC_OK);
			chain_next(&chain, &event, &chain);
		}
		assert_int_equal(digest_parse(vector_text(row, "chain"), &want,
					      NULL),
				 RC_OK);
		assert_true(digest_eq(&chain, &want));
	}
	json_decref(v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha256_known),
		cmocka_unit_test(test_stream_equals_whole),
		cmocka_unit_test(test_parse_both_forms_and_refuse_others),
		cmocka_unit_test(test_chain_vector),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
