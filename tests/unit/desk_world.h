/*
 * Two desks in a temporary folder, through public headers alone: 310105 and
 * its peer 330100. deliver() carries frames as the exchange would.
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/ask.h"
#include "desk/desk.h"
#include "journal/ingest.h"
#include "journal/peer.h"
#include "test.h"
#include "trust/card.h"

#define HELPER static __attribute__((unused))

struct world {
	char root[TEST_FOLDER_SIZE];
	struct env_fake env;
	struct desk *a, *b; /* 310105 and its peer 330100 */
};

#define NOW 1795413900000LL /* 2026-11-23 14:05 +08:00, a Monday */

static struct err err;

HELPER void
ok(enum rc rc)
{
	if (rc != RC_OK)
		fail_msg("%s at %s: %s", rc_name(rc), err.at, err.msg);
}

HELPER struct desk *
make_desk(struct world *w, const char *id)
{
	char *folder = xasprintf("%s/%s", w->root, id);
	struct desk_setup setup = { .folder = folder,
				    .id = id,
				    .signature = KEY_ED25519,
				    .listen = "127.0.0.1:7001",
				    .env = &w->env.env };
	struct desk_open_as as = { .folder = folder, .env = &w->env.env };
	struct desk *d = NULL;

	ok(desk_init(&setup, &err));
	ok(desk_open(&as, &d, &err));
	xfree(folder);
	return d;
}

/* Installs tests/data/kinds/NAME.json. */
HELPER enum rc
kind_file(struct desk *d, const char *name)
{
	const char *top = getenv("TEST_SRCDIR");
	char *path = xasprintf("%s/tests/data/kinds/%s.json",
			       top != NULL ? top : ".", name);
	const struct kind *k = NULL;
	struct buf bytes;
	enum rc rc;

	buf_init(&bytes, KIND_FILE_MAX);
	ok(file_read(path, KIND_FILE_MAX, true, &bytes, &err));
	rc = kind_install(d, path, buf_str(&bytes), bytes.len, &k, &err);
	buf_release(&bytes);
	xfree(path);
	return rc;
}

HELPER void
install(struct desk *d, const char *name)
{
	ok(kind_file(d, name));
}

HELPER void
trust(struct desk *d, struct desk *peer)
{
	struct card card = { 0 };
	struct buf json;

	buf_init(&json, CARD_MAX_BYTES);
	ok(peer_card(desk_get_journal(peer), desk_get_id(peer), &json, &err));
	ok(card_read(json.data, json.len, &card, &err));
	ok(peer_trust(desk_get_journal(d), &card, &err));
	card_release(&card);
	buf_release(&json);
}

HELPER int
setup(void **state)
{
	struct world *w = xcalloc(1, sizeof(*w));

	test_folder(w->root);
	env_fake_init(&w->env, 1, NOW);
	w->a = make_desk(w, "310105");
	w->b = make_desk(w, "330100");
	trust(w->a, w->b);
	trust(w->b, w->a);
	*state = w;
	return 0;
}

HELPER int
teardown(void **state)
{
	struct world *w = *state;
	char *cmd = xasprintf("rm -rf '%s'", w->root);
	FILE *p;

	desk_close(w->a);
	desk_close(w->b);
	p = popen(cmd, "r");
	if (p != NULL)
		(void)pclose(p);
	xfree(cmd);
	xfree(w);
	return 0;
}

HELPER json_t *
fields(const char *text)
{
	json_t *o = NULL;

	ok(json_read_object(text, strlen(text), &o, &err));
	return o;
}

HELPER enum rc
new_clue(struct desk *d, const char *json, const char *to, bool draft,
	 struct doc_ref *out, enum new_outcome *outcome)
{
	struct new_doc n = { .kind = "clue",
			     .to = &to,
			     .n_to = to != NULL ? 1 : 0,
			     .draft = draft };
	enum rc rc;

	n.fields = fields(json);
	rc = act_new(d, &n, NULL, NULL, out, outcome, &err);
	json_decref(n.fields);
	return rc;
}

/* All frames of one desk to the other, lane by lane. */
HELPER void
deliver(struct desk *from, struct desk *to)
{
	struct journal *out = desk_get_journal(from),
		       *in = desk_get_journal(to);
	struct channel sends = { 0 }, takes = { 0 };
	struct ingest_result result;
	struct channel_at held;
	struct batch *batch;
	struct frame frame;
	struct buf lines;
	const char *p, *nl;
	int64_t last;
	int lane;

	strcpy(sends.peer, desk_get_id(to));
	ok(epoch_current(out, sends.epoch, &err));
	takes = sends;
	strcpy(takes.peer, desk_get_id(from));
	for (lane = 0; lane < LANE__COUNT; lane++) {
		sends.lane = takes.lane = (enum lane)lane;
		ok(channel_in_cursor(in, &takes, &held, &err));
		buf_init(&lines, BODY_MAX_BYTES);
		ok(channel_out_read(out, &sends, held.seq, INGEST_BATCH_MAX,
				    BODY_MAX_BYTES, &lines, &last, &err));
		if (lines.len == 0) {
			buf_release(&lines);
			continue;
		}
		batch = NULL;
		ok(batch_new(in, &takes, &batch, &err));
		for (p = buf_str(&lines); *p != '\0'; p = nl + 1) {
			nl = strchr(p, '\n');
			ok(frame_read(p, (size_t)(nl - p), &frame, &err));
			ok(batch_add(batch, &frame, &err));
		}
		batch_check(batch);
		ok(journal_ingest(in, batch, &result, &err));
		assert_int_equal(result.quarantined, 0);
		ingest_result_release(&result);
		batch_free(batch);
		buf_release(&lines);
	}
}

HELPER char *
write_file(const struct world *w, const char *name, const void *bytes, size_t n)
{
	char *path = xasprintf("%s/%s", w->root, name);

	ok(file_replace(path, bytes, n, 0600, &err));
	return path;
}
