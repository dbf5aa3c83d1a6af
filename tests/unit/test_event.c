#include <stdio.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/event.h"
#include "test.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID  "0190a000-0000-7000-8000-000000000001"

static const char good[] =
	"{\"specversion\":\"1.0\",\"id\":\"" ID "\",\"source\":\"330100\","
	"\"type\":\"move\",\"subject\":\"310105/" ID "\","
	"\"time\":\"2026-11-23T09:00:00.250+08:00\","
	"\"dataschema\":\"urn:deltadesk:kind:clue:1:sha256:" HEX "\","
	"\"datacontenttype\":\"application/json\",\"epoch\":\"" ID "\","
	"\"k\":7,\"track\":\"party\",\"prev\":[\"" HEX "\"],\"rev\":\"" HEX
	"\",\"starts\":\"2026-11-23T01:00:00Z\","
	"\"data\":{\"move\":\"sign\"}}";

static enum rc
read_text(const char *text, struct event *out, struct err *err)
{
	const struct ref digest = { { 9 } };

	return event_read(text, strlen(text), &digest, out, err);
}

static void
test_event_read_and_write(void **state)
{
	struct event e = { 0 }, again = { 0 };
	struct err err = ERR_INIT;
	char *payload = NULL;
	size_t n = 0;

	(void)state;
	if (read_text(good, &e, &err) != RC_OK)
		fail_msg("%s", err.msg);
	assert_string_equal(e.source, "330100");
	assert_string_equal(e.owner, "310105");
	assert_string_equal(e.doc, ID);
	assert_int_equal(e.type, EVENT_MOVE);
	assert_string_equal(e.kind, "clue");
	assert_int_equal(e.kind_version, 1);
	assert_string_equal(e.kind_digest, HEX);
	assert_int_equal(e.k, 7);
	assert_string_equal(e.track, "party");
	assert_int_equal(e.n_prev, 1);
	assert_true(e.has_rev && !e.has_seen && !e.has_of);
	assert_int_equal(e.prev[0].bytes[1], 0x23);
	assert_int_equal(e.time_ms % 1000, 250);
	assert_true(e.starts_ms == e.time_ms - 250);
	assert_int_equal(e.digest.bytes[0], 9);
	assert_int_equal(event_write(&e, &payload, &n, &err), RC_OK);
	assert_int_equal(n, strlen(payload));
	assert_non_null(strstr(payload, "\"time\":\"2026-11-23T09:00:00.250"
					"+08:00\""));
	assert_non_null(strstr(payload, "\"type\":\"move\""));
	assert_int_equal(read_text(payload, &again, &err), RC_OK);
	assert_true(again.time_ms == e.time_ms && again.k == e.k &&
		    again.starts_ms == e.starts_ms && again.n_prev == 1 &&
		    again.has_rev && !again.has_seen &&
		    json_equal(again.data, e.data));
	xfree(payload);
	event_release(&again);
	event_release(&e);
	event_release(NULL);
}

/* One piece changed: which attribute the sentence must name. */
static const struct {
	const char *from, *to, *attribute;
} wrong[] = {
	{ "\"1.0\"", "\"1.1\"", "specversion" },
	{ "\"1.0\"", "1.0", "specversion" },
	{ "\"id\":\"0190a000", "\"id\":\"0190A000", "id" },
	{ "\"id\":", "\"ID\":", "id" },
	{ "\"source\":\"330100\"", "\"source\":\"3301\"", "source" },
	{ "\"source\":\"330100\"", "\"source\":\"330100-\"", "source" },
	{ "\"source\":\"330100\"", "\"source\":\"330100-Gaj\"", "source" },
	{ "\"source\":\"330100\"", "\"source\":\"330100-abcdefghijklmnopq\"",
	  "source" },
	{ "\"type\":\"move\"", "\"type\":\"moves\"", "type" },
	{ "\"type\":\"move\"", "\"type\":\"card\"", "subject" },
	{ "310105/" ID, "310105", "subject" },
	{ "310105/" ID, "310105//" ID, "subject" },
	{ "310105/" ID, "31010/" ID, "subject" },
	{ "2026-11-23T09", "2026-11-31T09", "time" },
	{ "2026-11-23T09", "1926-11-23T09", "time" },
	{ "kind:clue:1:", "kind:Clue:1:", "dataschema" },
	{ "kind:clue:1:", "kind:clue:0:", "dataschema" },
	{ "kind:clue:1:", "kind:clue:01:", "dataschema" },
	{ "kind:clue:1:", "kind:clue:12345678:", "dataschema" },
	{ "kind:clue:1:", "kind:clue:", "dataschema" },
	{ ":sha256:", ":sha512:", "dataschema" },
	{ "application/json", "text/json", "datacontenttype" },
	{ "\"epoch\":\"0190", "\"epoch\":\"190", "epoch" },
	{ "\"k\":7", "\"k\":0", "k" },
	{ "\"k\":7", "\"k\":-1", "k" },
	{ "\"k\":7", "\"k\":7.0", "k" },
	{ "\"k\":7", "\"k\":\"7\"", "k" },
	{ "\"track\":\"party\"", "\"track\":\"par ty\"", "track" },
	{ "\"track\":\"party\"", "\"track\":1", "track" },
	{ "\"prev\":[\"" HEX "\"]", "\"prev\":\"" HEX "\"", "prev" },
	{ "\"prev\":[\"" HEX "\"]", "\"prev\":[\"" HEX "\",\"" HEX "\"]",
	  "prev" },
	{ "\"prev\":[\"0123", "\"prev\":[\"01234", "prev" },
	{ "\"prev\":[\"0123456789a", "\"prev\":[\"0123456789A", "prev" },
	{ "\"rev\":\"0", "\"rev\":\"g", "rev" },
	{ "\"rev\":\"" HEX "\"", "\"rev\":null", "rev" },
	{ "\"starts\":\"2026", "\"starts\":\"26", "starts" },
	{ "\"data\":{\"move\":\"sign\"}", "\"data\":[]", "data" },
	{ ",\"data\":{\"move\":\"sign\"}", "", "data" },
};

static char *
replaced(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	char *head, *out;

	if (at == NULL)
		return NULL;
	head = xstrndup(text, (size_t)(at - text));
	out = xasprintf("%s%s%s", head, to, at + strlen(from));
	xfree(head);
	return out;
}

static void
test_event_read_refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		char *text = replaced(good, wrong[i].from, wrong[i].to);
		struct event e = { 0 };
		struct err err = ERR_INIT;
		char named[40];

		if (text == NULL)
			fail_msg("not in the event: %s", wrong[i].from);
		(void)snprintf(named, sizeof named, " %s ", wrong[i].attribute);
		if (read_text(text, &e, &err) != RC_MALFORMED ||
		    strstr(err.msg, named) == NULL)
			fail_msg("%s: \"%s\"", wrong[i].to, err.msg);
		assert_null(e.data);
		xfree(text);
	}
}

static void
test_event_unknown_attributes_are_harmless(void **state)
{
	char *text = replaced(good, "\"k\":7",
			      "\"traceparent\":\"x\",\"K\":{\"k\":9},\"k\":7");
	struct event e = { 0 };

	(void)state;
	assert_int_equal(read_text(text, &e, NULL), RC_OK);
	assert_int_equal(e.k, 7);
	event_release(&e);
	xfree(text);
	text = replaced(good, "\"track\":\"party\",", "");
	assert_int_equal(read_text(text, &e, NULL), RC_OK);
	assert_string_equal(e.track, "owner");
	event_release(&e);
	xfree(text);
	/* the same name twice is refused by the reader of JSON */
	text = replaced(good, "\"k\":7", "\"k\":7,\"k\":8");
	assert_int_not_equal(read_text(text, &e, NULL), RC_OK);
	xfree(text);
}

static void
test_event_card(void **state)
{
	struct event e = { .type = EVENT_CARD, .starts_ms = -1, .k = 1 };
	struct event again = { 0 };
	struct err err = ERR_INIT;
	char *payload = NULL;
	size_t n = 0;

	(void)state;
	memcpy(e.id, ID, sizeof ID);
	memcpy(e.epoch, ID, sizeof ID);
	memcpy(e.source, "330100", 7);
	memcpy(e.owner, "330100", 7);
	e.data = json_pack("{s:{}}", "card");
	if (event_write(&e, &payload, &n, &err) != RC_OK)
		fail_msg("%s", err.msg);
	assert_non_null(strstr(payload, "\"subject\":\"330100\""));
	assert_null(strstr(payload, "dataschema"));
	assert_int_equal(read_text(payload, &again, &err), RC_OK);
	assert_string_equal(again.owner, "330100");
	assert_string_equal(again.doc, "");
	event_release(&again);
	xfree(payload);
	payload = NULL;
	/* another desk's card cannot be announced */
	memcpy(e.owner, "310105", 7);
	assert_int_equal(event_write(&e, &payload, &n, &err), RC_MALFORMED);
	assert_null(payload);
	event_release(&e);
}

static void
test_event_write_refuses_what_nobody_reads(void **state)
{
	struct event e = { 0 };
	struct err err = ERR_INIT;
	char *payload = NULL, *long_text;
	size_t n = 0;

	(void)state;
	assert_int_equal(read_text(good, &e, NULL), RC_OK);
	e.k = 0;
	assert_int_equal(event_write(&e, &payload, &n, &err), RC_MALFORMED);
	e.k = 1;
	long_text = xmalloc(EVENT_MAX_BYTES + 1);
	memset(long_text, 'x', EVENT_MAX_BYTES);
	long_text[EVENT_MAX_BYTES] = '\0';
	json_object_set_new(e.data, "text", json_string(long_text));
	assert_int_equal(event_write(&e, &payload, &n, &err), RC_TOOLARGE);
	assert_null(payload);
	xfree(long_text);
	event_release(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_event_read_and_write),
		cmocka_unit_test(test_event_read_refuses),
		cmocka_unit_test(test_event_unknown_attributes_are_harmless),
		cmocka_unit_test(test_event_card),
		cmocka_unit_test(test_event_write_refuses_what_nobody_reads),
	};

	return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
