#include <unistd.h>

#include "trust/card.h"
#include "trust/tlscert.h"
#include "trust_vectors.h"

static void
test_desk_ids(void **state)
{
	static const struct {
		const char *id;
		bool valid;
	} cases[] = {
		{ "310105", true },
		{ "310105-gaj", true },
		{ "310105-a", true },
		{ "310105-abcdefghijklmnop", true },
		{ "310105-abcdefghijklmnopq", false },
		{ "310105-", false },
		{ "31010", false },
		{ "3101055", false },
		{ "310105-GAJ", false },
		{ "310105/gaj", false },
		{ "310105-g aj", false },
		{ " 310105", false },
		{ "310105\n", false },
		{ "", false },
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (desk_id_valid(cases[i].id) != cases[i].valid)
			fail_msg("desk id '%s'", cases[i].id);
	assert_false(desk_id_valid(NULL));
}

static void
test_vectors(void **state)
{
	json_t *v = vectors_load();
	const json_t *list = json_object_get(v, "cards");
	char print[DIGEST_HEX_LEN + 1];
	char hex[DIGEST_HEX_LEN + 1];

	(void)state;
	assert_int_equal(json_array_size(list), 2);
	for (size_t i = 0; i < 2; i++) {
		const json_t *row = json_array_get(list, i);
		char *text = xstrdup(vector_text(row, "envelope"));
		struct card c;
		struct err err = ERR_INIT;

		if (card_read(text, strlen(text), &c, &err) != RC_OK)
			fail_msg("%s", err.msg);
		assert_string_equal(c.desk, "310105");
		assert_true(c.number == 1795449600000);
		assert_string_equal(c.name_zh, "长宁区联合执法办公室");
		assert_int_equal(c.n_addresses, 1);
		assert_string_equal(c.addresses[0], "desk.example.cn:8443");
		assert_int_equal(c.n_keys, 1);
		card_fingerprint(&c, print);
		assert_string_equal(print, vector_text(row, "key"));
		digest_hex(&c.digest, hex);
		assert_string_equal(hex, vector_text(row, "digest"));
		card_release(&c);
		card_release(&c); /* harmless twice */
		/* the same without the checks, but for shape and key ids */
		assert_int_equal(card_read_stored(text, strlen(text), &c, NULL),
				 RC_OK);
		card_fingerprint(&c, print);
		assert_string_equal(print, vector_text(row, "key"));
		card_release(&c);
		assert_int_equal(card_read_stored("{}", 2, &c, NULL),
				 RC_MALFORMED);
		/* any one payload character changed */
		text[40] = text[40] == 'A' ? 'B' : 'A';
		assert_int_not_equal(card_read(text, strlen(text), &c, NULL),
				     RC_OK);
		(void)xfree(text);
	}
	json_decref(v);
}

struct made {
	char dir[32];
	struct signer *signer;
	struct card card;
};

static char *
in(const struct made *m, const char *name)
{
	return xasprintf("%s/%s", m->dir, name);
}

static int
make_card(void **state)
{
	struct made *m = xcalloc(1, sizeof(*m));
	struct card *c = &m->card;
	struct buf b;

	(void)strcpy(m->dir, "/tmp/dd-card-XXXXXX");
	assert_non_null(mkdtemp(m->dir));
	char *key = in(m, "k"), *tls = in(m, "t"), *cert = in(m, "c");
	assert_int_equal(signer_create(key, KEY_ED25519, &m->signer, NULL),
			 RC_OK);
	assert_int_equal(tlscert_create(tls, cert, "320500", 1795449600000,
					NULL),
			 RC_OK);
	assert_int_equal(tlscert_create(tls, cert, "320500", 0, NULL),
			 RC_EXISTS);
	(void)strcpy(c->desk, "320500");
	c->name_zh = xstrdup("苏州");
	c->number = 7;
	c->made_ms = 1795449600000;
	c->addresses[c->n_addresses++] = xstrdup("127.0.0.1:1");
	buf_init(&b, 8192);
	assert_int_equal(tlscert_der(cert, &b, NULL), RC_OK);
	c->n_tls_cert = b.len;
	c->tls_cert = (uint8_t *)buf_take(&b);
	assert_int_equal(signer_public(m->signer, &b, NULL), RC_OK);
	struct card_key *k = &c->keys[c->n_keys++];
	k->n_spki = b.len;
	k->spki = (uint8_t *)buf_take(&b);
	k->alg = KEY_ED25519;
	k->current = true;
	(void)strcpy(k->id, signer_get_id(m->signer));
	buf_release(&b);
	(void)unlink(key);
	(void)unlink(tls);
	(void)unlink(cert);
	(void)rmdir(m->dir);
	(void)xfree(key);
	(void)xfree(tls);
	(void)xfree(cert);
	*state = m;
	return 0;
}

static int
drop_card(void **state)
{
	struct made *m = *state;
	card_release(&m->card);
	(void)signer_free(m->signer);
	(void)xfree(m);
	return 0;
}

static enum rc
sign_and_read(struct made *m, struct card *out)
{
	struct buf b;
	buf_init(&b, CARD_MAX_BYTES);
	enum rc rc = card_sign(&m->card, m->signer, NULL);
	if (rc == RC_OK)
		rc = envelope_write(&m->card.envelope, &b, NULL);
	if (rc == RC_OK)
		rc = card_read(b.data, b.len, out, NULL);
	buf_release(&b);
	return rc;
}

static void
test_round_trip(void **state)
{
	struct made *m = *state;
	struct card back;
	int64_t expiry = 0;

	assert_int_equal(sign_and_read(m, &back), RC_OK);
	assert_string_equal(back.desk, "320500");
	assert_string_equal(back.name_zh, "苏州");
	assert_true(digest_eq(&back.digest, &m->card.digest));
	assert_true(digest_eq(&back.tls_pin, &m->card.tls_pin));
	assert_int_equal(tlscert_expiry(back.tls_cert, back.n_tls_cert, &expiry,
					NULL),
			 RC_OK);
	assert_true(expiry > 1795449600000 + 3600LL * 24 * 3640 * 1000);
	card_release(&back);
}

static void
test_retired_key(void **state)
{
	struct made *m = *state;
	struct card back;
	json_t *v = vectors_load();
	const json_t *old = json_array_get(json_object_get(v, "keys"), 0);
	struct card_key *k = &m->card.keys[m->card.n_keys++];
	struct buf spki;

	vector_bytes(old, "spki", &spki);
	k->n_spki = spki.len;
	k->spki = (uint8_t *)buf_take(&spki);
	k->alg = KEY_SM2_SM3;
	k->last_k = 12;
	(void)strcpy(k->id, vector_text(old, "id"));
	(void)strcpy(k->last_epoch, "019ab1c2-0000-7000-8000-000000000001");
	assert_int_equal(sign_and_read(m, &back), RC_OK);
	assert_int_equal(back.n_keys, 2);
	assert_false(back.keys[1].current);
	assert_int_equal(back.keys[1].last_k, 12);
	card_release(&back);

	k->id[0] = k->id[0] == '0' ? '1' : '0'; /* an id that is not its hash */
	assert_int_equal(sign_and_read(m, &back), RC_MALFORMED);
	(void)strcpy(k->id, vector_text(old, "id"));
	k->current = true; /* two current keys */
	assert_int_equal(sign_and_read(m, &back), RC_MALFORMED);
	buf_release(&spki);
	json_decref(v);
}

static void
test_wrong_contents_are_refused(void **state)
{
	struct made *m = *state;
	struct card back;

	(void)strcpy(m->card.desk, "3205");
	assert_int_equal(sign_and_read(m, &back), RC_MALFORMED);
	(void)strcpy(m->card.desk, "320500");
	m->card.number = 0;
	assert_int_equal(sign_and_read(m, &back), RC_RANGE);
	m->card.number = 8;
	m->card.addresses[0][9] = ' ';
	assert_int_equal(sign_and_read(m, &back), RC_MALFORMED);
	m->card.addresses[0][9] = ':';
	m->card.tls_cert[0] ^= 0xff;
	assert_int_equal(sign_and_read(m, &back), RC_MALFORMED);
	m->card.tls_cert[0] ^= 0xff;
	assert_int_equal(sign_and_read(m, &back), RC_OK);
	card_release(&back);
	m->card.keys[0].current = false; /* nobody may sign it */
	assert_int_equal(sign_and_read(m, &back), RC_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_desk_ids),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test_setup_teardown(test_round_trip, make_card,
						drop_card),
		cmocka_unit_test_setup_teardown(test_retired_key, make_card,
						drop_card),
		cmocka_unit_test_setup_teardown(test_wrong_contents_are_refused,
						make_card, drop_card),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
