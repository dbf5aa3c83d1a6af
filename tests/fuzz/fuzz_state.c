/*
 * What only a desk can read: the state object and receipts of a peer, filters
 * that officers type, calendars that they bring. One empty desk in a folder of
 * its own; the first byte says of what.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "desk/desk.h"
#include "desk/filter.h"
#include "desk/ics_int.h"
#include "exchange/state_int.h"

#include <ftw.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char top[64];
static struct desk *desk;

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *at)
{
	(void)st;
	(void)flag;
	(void)at;
	return remove(path);
}

static void
end(void)
{
	desk = desk_close(desk);
	(void)nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void
begin(void)
{
	char folder[80];
	struct err err = ERR_INIT;
	struct desk_setup setup = { .folder = folder,
				    .id = "310105",
				    .signature = KEY_ED25519,
				    .env = env_system() };
	struct desk_open_as as = { .folder = folder,
				   .env = env_system(),
				   .for_serve = true };

	(void)snprintf(top, sizeof(top), "/tmp/dd-fuzz-XXXXXX");
	if (mkdtemp(top) == NULL || setenv("XDG_STATE_HOME", top, 1) != 0)
		abort();
	(void)snprintf(folder, sizeof(folder), "%s/desk", top);
	if (desk_init(&setup, &err) != RC_OK ||
	    desk_open(&as, &desk, &err) != RC_OK) {
		(void)fprintf(stderr, "%s\n", err.msg);
		abort();
	}
	(void)atexit(end);
}

static void
states(const char *text, size_t n)
{
	char epoch[UUID_LEN + 1];
	struct journal *j = desk_get_journal(desk);
	struct err err = ERR_INIT;
	struct desk_state s;
	struct receipt r;

	(void)state_hello_read(text, n, epoch, &err);
	if (state_read(j, "330100", text, n, &s, &err) == RC_OK)
		state_release(&s);
	if (receipt_read(j, "330100", text, n, &r, &err) == RC_OK)
		abort(); /* no key of that desk is here */
}

static void
filters(const char *text)
{
	struct filter_choice choices[8];
	struct list_query q = { .limit = 1 };
	struct doc_list l = { .rows = NULL };
	struct err err = ERR_INIT;
	struct filter f;

	(void)filter_complete(desk, NULL, text, choices, ARRAY_LEN(choices));
	if (filter_read(desk, text, &f, &err) != RC_OK)
		return;
	filter_query(&f, &q);
	/* whatever was typed, it is no syntax error of the search */
	if (ask_list(desk, &q, &l, &err) != RC_OK && err.code != RC_USAGE &&
	    err.code != RC_RANGE) {
		(void)fprintf(stderr, "%s\n", err.msg);
		abort();
	}
	doc_list_release(&l);
	filter_release(&f);
}

static void
calendars(const char *text)
{
	const struct kind *kind = NULL;
	struct err err = ERR_INIT;
	struct buf out;

	if (desk_kind(desk, "action", &kind, &err) != RC_OK)
		abort();
	buf_init(&out, ICS_FILE_MAX);
	(void)ics_read(kind, text, &out, &err);
	buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;
	size_t n;

	if (desk == NULL)
		begin();
	if (size == 0 || size > STATE_MAX_BYTES)
		return 0;
	n = size - 1;
	text = xstrndup((const char *)data + 1, n);
	if (data[0] % 3 == 0)
		states(text, n);
	else if (utf8_check(text, n, NULL) == RC_OK && strlen(text) == n)
		data[0] % 3 == 1 ? filters(text) : calendars(text);
	xfree(text);
	return 0;
}
