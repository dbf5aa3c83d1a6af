/* tests/vectors/wire.json: a channel as it travels, read as doc/protocol.md
 * tells a stranger to. */
#include <stdio.h>

#include "base/json.h"
#include "base/mem.h"
#include "journal/channel.h"
#include "trust/card.h"
#include "trust_vectors.h"

struct wire {
	json_t *v;
	struct frame frames[2];
};

static int
wire_open(void **state)
{
	const char *top = getenv("TEST_SRCDIR");
	char *path = xasprintf("%s/tests/vectors/wire.json",
			       top != NULL ? top : "../..");
	struct wire *w = xcalloc(1, sizeof(*w));
	struct err err = ERR_INIT;

	w->v = json_load_file(path, 0, NULL);
	xfree(path);
	assert_non_null(w->v);
	for (size_t i = 0; i < ARRAY_LEN(w->frames); i++) {
		const char *line = json_string_value(
			json_array_get(json_object_get(w->v, "frames"), i));

		assert_non_null(line);
		if (frame_read(line, strlen(line), &w->frames[i], &err) !=
		    RC_OK)
			fail_msg("%s", err.msg);
	}
	*state = w;
	return 0;
}

static int
wire_close(void **state)
{
	struct wire *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(w->frames); i++)
		frame_release(&w->frames[i]);
	json_decref(w->v);
	xfree(w);
	return 0;
}

static void
assert_hex(const struct digest *d, const char *want)
{
	char hex[DIGEST_HEX_LEN + 1];

	digest_hex(d, hex);
	assert_string_equal(hex, want);
}

static void
test_wire_chain(void **state)
{
	struct wire *w = *state;
	struct digest chain, event;

	chain_start(vector_text(w->v, "from"), vector_text(w->v, "to"),
		    vector_text(w->v, "epoch"), vector_text(w->v, "lane"),
		    &chain);
	assert_hex(&chain, vector_text(w->v, "start"));
	for (size_t i = 0; i < ARRAY_LEN(w->frames); i++) {
		assert_int_equal(w->frames[i].seq, (int64_t)i + 1);
		envelope_digest(&w->frames[i].event, &event);
		assert_hex(&event,
			   json_string_value(json_array_get(
				   json_object_get(w->v, "events"), i)));
		chain_next(&chain, &event, &chain);
		assert_true(digest_eq(&chain, &w->frames[i].chain));
	}
	assert_hex(&chain, vector_text(w->v, "end"));
}

/* What is read and written again is the same line, byte for byte. */
static void
test_wire_frame_write(void **state)
{
	struct wire *w = *state;

	for (size_t i = 0; i < ARRAY_LEN(w->frames); i++) {
		const char *line = json_string_value(
			json_array_get(json_object_get(w->v, "frames"), i));
		struct buf b;

		buf_init(&b, LINE_MAX_BYTES);
		assert_int_equal(frame_write(&w->frames[i], &b, NULL), RC_OK);
		assert_int_equal(b.len, strlen(line) + 1);
		assert_memory_equal(b.data, line, strlen(line));
		assert_int_equal(b.data[b.len - 1], '\n');
		buf_release(&b);
	}
}

static char *
respell(const char *line, const char *what, const char *with)
{
	const char *at = strstr(line, what);

	assert_non_null(at);
	return xasprintf("%.*s%s%s", (int)(at - line), line, with,
			 at + strlen(what));
}

/* JSON may say the same in other words; what only looks like a payload is
 * none. */
static void
test_wire_frame_spelling(void **state)
{
	static const struct {
		const char *what, *with;
		enum rc rc;
	} other[] = {
		{ "\"payload\":\"", "\"payload\" : \"", RC_OK },
		{ "\"payload\":\"e", "\"payload\":\"\\u0065", RC_OK },
		{ "{\"payload\"", "{ \"payl\\u006fad\"", RC_OK },
		{ "\"payload\":\"", "\"x\\\"payload\":\"", RC_MALFORMED },
		{ "\"payload\":\"", "\"payload\":\"=", RC_MALFORMED },
		{ "\"payload\":\"e", "\"payload\":\"*", RC_MALFORMED },
		{ "{\"epoch\"", "{\"payload\":\"AAAA\",\"epoch\"",
		  RC_MALFORMED },
		{ "\"payload\":\"", "\"payload\":\"\",\"payload\":\"",
		  RC_MALFORMED },
	};
	struct wire *w = *state;
	const char *line = json_string_value(
		json_array_get(json_object_get(w->v, "frames"), 1));

	for (size_t i = 0; i < ARRAY_LEN(other); i++) {
		char *text = respell(line, other[i].what, other[i].with);
		struct frame f;
		struct err err = ERR_INIT;

		assert_int_equal(frame_read(text, strlen(text), &f, &err),
				 other[i].rc);
		if (other[i].rc == RC_OK) {
			assert_true(digest_eq(&f.digest, &w->frames[1].digest));
			frame_release(&f);
		}
		xfree(text);
	}
}

/* The card in frame 1 has the key that signed both frames. */
static void
test_wire_author_card_first(void **state)
{
	struct wire *w = *state;
	const struct envelope *e = &w->frames[0].event;
	struct verifier *v = NULL;
	struct card card;
	struct err err = ERR_INIT;
	json_t *o = NULL;
	char *text;

	assert_int_equal(json_read_object(e->payload, e->n_payload, &o, &err),
			 RC_OK);
	text = json_write(json_object_get(json_object_get(o, "data"), "card"));
	if (card_read(text, strlen(text), &card, &err) != RC_OK)
		fail_msg("%s", err.msg);
	assert_string_equal(card.desk, vector_text(w->v, "from"));
	assert_int_equal(verifier_new(card.keys[0].alg, card.keys[0].spki,
				      card.keys[0].n_spki, &v, &err),
			 RC_OK);
	for (size_t i = 0; i < ARRAY_LEN(w->frames); i++) {
		assert_string_equal(w->frames[i].event.key_id, card.keys[0].id);
		assert_int_equal(envelope_check(&w->frames[i].event, v, &err),
				 RC_OK);
	}
	w->frames[1].event.payload[10] ^= 1;
	assert_int_equal(envelope_check(&w->frames[1].event, v, &err),
			 RC_BADSIG);
	w->frames[1].event.payload[10] ^= 1;
	verifier_free(v);
	card_release(&card);
	xfree(text);
	json_decref(o);
}

static void
test_wire_receipt(void **state)
{
	struct wire *w = *state;
	const char *text = vector_text(w->v, "receipt");
	struct verifier *v = vector_verifier(json_object_get(w->v, "receiver"));
	struct envelope e;
	struct err err = ERR_INIT;
	json_t *o = NULL;

	assert_int_equal(envelope_read(text, strlen(text), TYPE_RECEIPT, &e,
				       &err),
			 RC_OK);
	assert_int_equal(envelope_check(&e, v, &err), RC_OK);
	assert_int_equal(json_read_object(e.payload, e.n_payload, &o, &err),
			 RC_OK);
	assert_string_equal(json_text(o, "from"), vector_text(w->v, "to"));
	assert_string_equal(json_text(o, "to"), vector_text(w->v, "from"));
	assert_string_equal(json_text(o, "chain"), vector_text(w->v, "end"));
	json_decref(o);
	envelope_release(&e);
	verifier_free(v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wire_chain),
		cmocka_unit_test(test_wire_frame_write),
		cmocka_unit_test(test_wire_frame_spelling),
		cmocka_unit_test(test_wire_author_card_first),
		cmocka_unit_test(test_wire_receipt),
	};

	return cmocka_run_group_tests_name("wire", tests, wire_open,
					   wire_close);
}
