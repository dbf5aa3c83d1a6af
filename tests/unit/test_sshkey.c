#include <stdio.h>

#include "base/mem.h"
#include "base/text.h"
#include "test.h"
#include "trust/sshkey.h"

/* made by ssh-keygen, but for the two of FIDO, put together from its parts;
 * the fingerprints are those of ssh-keygen -l */
/* clang-format off */
static const struct {
	const char *type, *base64, *fingerprint;
} good[] = {
	{ "ssh-ed25519",
		  "AAAAC3NzaC1lZDI1NTE5AAAAIMr4CzEV1wekBDSutmsggFISpKmJWs7Zhs23"
		  "9M+pHuh6",
	  "SHA256:693d/t5jItQBcgT9pUOeCOEpj354mKtCSGXXJQRJdfM" },
	{ "ecdsa-sha2-nistp256",
		  "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBMiZbtov"
		  "ign8mQ44b08UOSMEvmz74vUe6dKu08x0TFZTD0vcdShoaZupMGcgPrbUk4nA"
		  "0Yox4OyLqpIH7FC7MTg=",
	  "SHA256:ifVsdSBCSH/sMTmYuAW0ebXYI9kdKWcKNyGos4WlvZY" },
	{ "ecdsa-sha2-nistp384",
		  "AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBEEWFyW4"
		  "bnGY7dU7/+6PlX1AIhmvNtdYSJX3Z0k6U+4zTkWBcZwOI6Io1TWtf4wdQz2n"
		  "NWIRaPhyznzN1vw09BDQJp1+furvN1Cmits+SmV198TEEB6y8ZSbCuai6kXZ"
		  "jA==",
	  "SHA256:ViRcmR+q5tDzr7GVKZOQL3Au/3jY2LDQJOBus3+5lcI" },
	{ "ecdsa-sha2-nistp521",
		  "AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBABhTLbv"
		  "NvXLi6T1kQ1wsf7AHvJ++gOtHfCSPv/mK0zbuHrkbnlNNGWo0L3hoo55Iesv"
		  "97k0Q1n26GCjTUXpYpyNpQGkOb18XI2fOrtdD87AuXtLcFgKK3WKW1gVCjQr"
		  "kSb3nQ5TxJ4gyhhUrzLM9IDTkGvZ5KuxgwCev0iUVeXOKGPi7Q==",
	  "SHA256:MEEH4VSiMusq50vn97bIIwKGmjEXaGf0aMjzj8AXSLI" },
	{ "ssh-rsa",
		  "AAAAB3NzaC1yc2EAAAADAQABAAABgQDi16uoOy20QDRn15qpXk3Q0yxB9HPE"
		  "XEUd/zO2PlE9Q396QRP7FqaSsgGokneGl/vGLN4sS+1HyU4moy2hrszezynu"
		  "xKPH0nD5r+tyJFRcEujuIXoT1I/1ZljkAIpIa+T9KclLHoYNfuSajUe+ihVZ"
		  "/MYJY64YaB+3M8t1cYZMisAAhmdGKAOG7nDbAnlku3rCLtMPLGkE6x79h92q"
		  "Z/qppG+AeAplaJKtU2ZRotYGd1RpQOLHtgZSjfEbntXfK+MfLTr/kYmVB0WQ"
		  "urfwAEMXTuXF9JUAtpmye+FKazxZI0cSG1p3tQZWOMS1Jdh6rYEPWCfi0Ty3"
		  "AJCYKGod4PHi0LuQTU14OReNKzyEXbuh8lc261G8O704W/oIhu06B900vJBV"
		  "f6jVtRxSdsTTchx03rukN6vIkfMW6LUqKc7FuNC65Z2K58o3PJXZ7vnFGCkB"
		  "vxYr242j8fayVI43OcRW3RDS+M2tzT+j8DwdQsyzQjVQEnL7k6jXbawXcMwy"
		  "zFE=",
	  "SHA256:uyWnyGn/5YssdrYxelTeCMJHizme8U27M7vHKLIZb7U" },
	{ "sk-ssh-ed25519@openssh.com",
		  "AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIMr4CzEV1wekBDSu"
		  "tmsggFISpKmJWs7Zhs239M+pHuh6AAAABHNzaDo=",
	  "SHA256:N+3i2VCBcR3DpQyH17lCQ5I/8HgZBs1/EnC9UYh2kO8" },
	{ "sk-ecdsa-sha2-nistp256@openssh.com",
		  "AAAAInNrLWVjZHNhLXNoYTItbmlzdHAyNTZAb3BlbnNzaC5jb20AAAAIbmlz"
		  "dHAyNTYAAABBBMiZbtovign8mQ44b08UOSMEvmz74vUe6dKu08x0TFZTD0vc"
		  "dShoaZupMGcgPrbUk4nA0Yox4OyLqpIH7FC7MTgAAAAEc3NoOg==",
	  "SHA256:xN/aQdzorwO/g+SQ3FUo0Xf6qAiGqQ0YmR/jgN69cRg" },
};

static const char ed25519[] = "AAAAC3NzaC1lZDI1NTE5AAAAIMr4CzEV1wekBDSutmsggFISpKmJWs7Zhs23"
		  "9M+pHuh6";
static const char rsa2048[] = "AAAAB3NzaC1yc2EAAAADAQABAAABAQCweuMJ5S1CE1nOnGQkneCZecaj5ret"
		  "l1gGI6vl0MrZiYS76/xd3BUsg3PSeriascZFz0F+A7+1CGS9UIqEyHG4ffpU"
		  "DpNYF5i0/iaMNxWxFOjfijqqDjjXD2NnpQ6q4TmMkz9MHDBXXAOz4w9NntcJ"
		  "ok+/0aqd3O2CAoI1LDOYDpAMVw1kI2v9hPScQWh7jB8sapwuY148xuBKmu1B"
		  "6a64TCKLUpS39JkbC+DPEowBJPLdBJpDREataFjcUTl8R6o33pGdtqQ0XZWK"
		  "0c9GGAEvgnBKkiBJUhD2slxZNLxAi4cVVbJ+dKBrkZfJAEUK5k307PIRHrl9"
		  "7FA70iZd/fFf";
static const char of_other_curve[] = "AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAyNTYAAABBBMiZbtov"
		  "ign8mQ44b08UOSMEvmz74vUe6dKu08x0TFZTD0vcdShoaZupMGcgPrbUk4nA"
		  "0Yox4OyLqpIH7FC7MTg=";
static const char with_rest[] = "AAAAC3NzaC1lZDI1NTE5AAAAIMr4CzEV1wekBDSutmsggFISpKmJWs7Zhs23"
		  "9M+pHuh6eA==";
/* clang-format on */

static void
test_parse_takes_each_type(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct ssh_key k = { 0 };
		struct err err = ERR_INIT;
		char *line = xasprintf("%s %s li@host, desk\r\n", good[i].type,
				       good[i].base64);

		if (ssh_key_parse(line, strlen(line), &k, &err) != RC_OK)
			fail_msg("%s: %s", good[i].type, err.msg);
		assert_string_equal(k.type, good[i].type);
		assert_string_equal(k.base64, good[i].base64);
		assert_string_equal(k.fingerprint, good[i].fingerprint);
		assert_string_equal(k.comment, "li@host, desk");
		ssh_key_release(&k);
		(void)xfree(line);
	}
}

static void
refused(const char *line, size_t n_bytes, enum rc want)
{
	struct ssh_key k = { 0 };
	struct err err = ERR_INIT;
	enum rc rc = ssh_key_parse(line, n_bytes, &k, &err);

	if (rc != want)
		fail_msg("%s: %d, not %d (%s)", line, (int)rc, (int)want,
			 err.msg);
	assert_null(k.base64);
}

static void
test_parse_refuses(void **state)
{
	static const struct {
		const char *before, *base64, *after;
		enum rc want;
	} bad[] = {
		{ "", "", "", RC_MALFORMED },
		{ "ssh-ed25519", "", "", RC_MALFORMED },
		{ "ssh-ed25519 ", "", "", RC_MALFORMED },
		{ "ssh-ed25519 ", "AAAA", "", RC_MALFORMED },
		{ "ssh-ed25519 ", "!!!!", "", RC_MALFORMED },
		{ "", ed25519, "", RC_MALFORMED },
		/* options, the ways they may be written */
		{ "no-pty ssh-ed25519 ", ed25519, "", RC_MALFORMED },
		{ "command=\"/bin/sh\" ssh-ed25519 ", ed25519, "",
		  RC_MALFORMED },
		{ "command=\"a b\",pty ssh-ed25519 ", ed25519, "",
		  RC_MALFORMED },
		{ "\"x\" ssh-ed25519 ", ed25519, "", RC_MALFORMED },
		/* a second line */
		{ "ssh-ed25519 ", ed25519, " c\nssh-ed25519 AAAA",
		  RC_MALFORMED },
		{ "ssh-ed25519 ", ed25519, " c\rpermitopen=\"x\"",
		  RC_MALFORMED },
		/* the bytes are another key's */
		{ "ssh-rsa ", ed25519, "", RC_MALFORMED },
		{ "ecdsa-sha2-nistp384 ", of_other_curve, "", RC_MALFORMED },
		{ "ssh-ed25519 ", with_rest, "", RC_MALFORMED },
		/* weak, or another's to give */
		{ "ssh-rsa ", rsa2048, "", RC_DENIED },
		{ "ssh-dss ", "AAAAB3NzaC1kc3M=", "", RC_DENIED },
		{ "ssh-ed25519-cert-v01@openssh.com ", ed25519, "", RC_DENIED },
		{ "-----BEGIN OPENSSH PRIVATE KEY-----\n", ed25519,
		  "\n-----END OPENSSH PRIVATE KEY-----\n", RC_DENIED },
		{ "ssh-ed25519 ", ed25519, " \xff", RC_MALFORMED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		char *line = xasprintf("%s%s%s", bad[i].before, bad[i].base64,
				       bad[i].after);

		refused(line, strlen(line), bad[i].want);
		(void)xfree(line);
	}
	refused("ssh-ed25519 \0", 13, RC_MALFORMED);
}

static void
test_parse_bounds_and_shows_the_comment(void **state)
{
	char line[SSH_KEY_LINE_MAX + 64];
	struct ssh_key k = { 0 };
	int n = snprintf(line, sizeof(line), "ssh-ed25519 %s \033[2J", ed25519);

	(void)state;
	assert_int_equal(ssh_key_parse(line, (size_t)n, &k, NULL), RC_OK);
	assert_string_equal(k.comment, "<1B>[2J");
	ssh_key_release(&k);
	memset(line + n, 'c', sizeof(line) - (size_t)n);
	assert_int_equal(ssh_key_parse(line, 1000, &k, NULL), RC_OK);
	assert_true(strlen(k.comment) <= SSH_COMMENT_MAX);
	ssh_key_release(&k);
	assert_int_equal(ssh_key_parse(line, sizeof(line), &k, NULL), RC_RANGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_takes_each_type),
		cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_parse_bounds_and_shows_the_comment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
