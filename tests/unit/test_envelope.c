#include <unistd.h>

#include "trust/envelope.h"
#include "trust_vectors.h"

static void
test_vectors(void **state)
{
	json_t *v = vectors_load();
	const json_t *keys = json_object_get(v, "keys");
	const json_t *list = json_object_get(v, "envelopes");

	(void)state;
	assert_true(json_array_size(list) >= 4);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		const char *text = vector_text(row, "envelope");
		struct envelope e;
		struct buf pae, want, out;
		struct digest d;
		char hex[DIGEST_HEX_LEN + 1];

		assert_int_equal(envelope_read(text, strlen(text), TYPE_EVENT,
					       &e, NULL),
				 RC_OK);
		buf_init(&pae, 65536);
		buf_init(&out, 65536);
		assert_int_equal(envelope_pae(&e, &pae, NULL), RC_OK);
		vector_bytes(row, "pae", &want);
		assert_int_equal(pae.len, want.len);
		assert_memory_equal(pae.data, want.data, want.len);
		envelope_digest(&e, &d);
		digest_hex(&d, hex);
		assert_string_equal(hex, vector_text(row, "digest"));
		assert_int_equal(envelope_write(&e, &out, NULL), RC_OK);
		assert_string_equal(buf_str(&out), text);
		for (size_t k = 0; k < json_array_size(keys); k++) {
			const json_t *key = json_array_get(keys, k);
			struct verifier *check = vector_verifier(key);
			bool own = str_eq(vector_text(key, "id"), e.key_id);
			assert_int_equal(envelope_check(&e, check, NULL),
					 own ? RC_OK : RC_BADSIG);
			if (own) {
				e.payload[0] ^= 1;
				assert_int_equal(envelope_check(&e, check,
								NULL),
						 RC_BADSIG);
				e.payload[0] ^= 1;
				e.type = TYPE_RECEIPT;
				assert_int_equal(envelope_check(&e, check,
								NULL),
						 RC_BADSIG);
				e.type = TYPE_EVENT;
			}
			(void)verifier_free(check);
		}
		buf_release(&pae);
		buf_release(&want);
		buf_release(&out);
		envelope_release(&e);
	}
	json_decref(v);
}

#define ID64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HEAD "{\"payload\":\"e30=\",\"payloadType\":\"" TYPE_EVENT "\","
#define SIGS "\"signatures\":[{\"keyid\":\"" ID64 "\",\"sig\":\"AA==\"}]}"

static void
test_read_is_strict(void **state)
{
	static const char *const bad[] = {
		"",
		"[]",
		"{}",
		HEAD "\"signatures\":[]}",
		HEAD "\"signatures\":[{\"keyid\":\"" ID64
		     "\",\"sig\":\"AA==\"},{\"keyid\":\"" ID64
		     "\",\"sig\":\"AA==\"}]}",
		HEAD "\"signatures\":[{\"keyid\":\"" ID64
		     "\",\"sig\":\"AA==\",\"alg\":\"none\"}]}",
		HEAD "\"signatures\":[{\"keyid\":\"" ID64 "\",\"sig\":\"\"}]}",
		HEAD "\"signatures\":[{\"keyid\":\"" ID64 "\",\"sig\":\"A\"}]}",
		HEAD "\"signatures\":[{\"keyid\":\"XY\",\"sig\":\"AA==\"}]}",
		HEAD "\"alg\":\"none\"," SIGS,
		HEAD "\"payload\":\"e30=\"," SIGS,
		HEAD SIGS " x",
		"{\"payload\":\"e30\",\"payloadType\":\"" TYPE_EVENT "\"," SIGS,
		"{\"payload\":\"\",\"payloadType\":\"" TYPE_EVENT "\"," SIGS,
		"{\"payload\":7,\"payloadType\":\"" TYPE_EVENT "\"," SIGS,
		"{\"payload\":\"e30=\",\"payloadType\":\"" TYPE_CARD "\"," SIGS,
	};
	struct envelope e;

	(void)state;
	assert_int_equal(envelope_read(HEAD SIGS, strlen(HEAD SIGS), TYPE_EVENT,
				       &e, NULL),
			 RC_OK);
	assert_string_equal(e.payload, "{}");
	envelope_release(&e);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err err = ERR_INIT;
		enum rc rc = envelope_read(bad[i], strlen(bad[i]), TYPE_EVENT,
					   &e, &err);
		if (rc == RC_OK || err.msg[0] == '\0')
			fail_msg("taken: %s", bad[i]);
		assert_null(e.payload);
	}
}

static void
test_sign_then_check(void **state)
{
	char path[] = "/tmp/dd-env-XXXXXX";
	struct signer *s = NULL;
	struct envelope e;
	struct verifier *v = NULL;
	struct buf spki;

	(void)state;
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	(void)close(fd);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(signer_create(path, KEY_SM2_SM3, &s, NULL), RC_OK);
	assert_int_equal(unlink(path), 0);
	buf_init(&spki, 512);
	assert_int_equal(signer_public(s, &spki, NULL), RC_OK);
	assert_int_equal(verifier_new(KEY_SM2_SM3, spki.data, spki.len, &v,
				      NULL),
			 RC_OK);
	assert_int_equal(envelope_sign(s, TYPE_RECEIPT, "{}", 2, &e, NULL),
			 RC_OK);
	assert_int_equal(envelope_check(&e, v, NULL), RC_OK);
	e.sig[e.n_sig - 1] ^= 1;
	assert_int_equal(envelope_check(&e, v, NULL), RC_BADSIG);
	envelope_release(&e);

	char *big = xcalloc(1, EVENT_MAX_BYTES + 1);
	assert_int_equal(envelope_sign(s, TYPE_EVENT, big, EVENT_MAX_BYTES + 1,
				       &e, NULL),
			 RC_TOOLARGE);
	(void)xfree(big);
	buf_release(&spki);
	(void)verifier_free(v);
	(void)signer_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_read_is_strict),
		cmocka_unit_test(test_sign_then_check),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
