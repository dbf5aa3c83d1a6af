/* Desks in temporary folders, in one process, for the journal's tests. */
#pragma once

#include "base/env.h"
#include "journal/channel.h"
#include "journal/ingest.h"
#include "journal/journal.h"
#include "journal/peer.h"
#include "journal/receipt.h"
#include "test.h"

#define BED_NOW_MS 1792717200000LL /* 2026-10-23T09:00:00+08:00 */

struct bed {
	char dir[TEST_FOLDER_SIZE];
	char *path;
	struct env_fake env;
	struct store *store;
	struct signer *signer;
	struct kinds *kinds;
	struct calendar *calendar;
	struct journal *journal;
	bool in_backlog; /* what it takes is followed by more */
	bool relay_all;	 /* the kind tells all parties of each other's moves */
};

/* What one pass of a channel did. */
struct carried {
	size_t frames, new_events, quarantined, forked;
	enum rc rc; /* of the last ingest */
};

void bed_open(struct bed *b, const char *desk, uint64_t seed);
/* The same with a kind whose parties see each other's moves. */
void bed_open_relay(struct bed *b, const char *desk, uint64_t seed);
void bed_reopen(struct bed *b); /* the journal alone, as after a restart */
void bed_close(struct bed *b);
/* Both ways. */
void bed_befriend(struct bed *a, struct bed *b);
void bed_trust(struct bed *a, struct bed *b); /* a trusts b */
void bed_read_card(struct bed *b, struct card *out);

/* All that `from` has for `to` and `to` has not, through text lines; then the
 * receipt back when `receipt`. */
struct carried bed_carry(struct bed *from, struct bed *to, bool receipt);
/* Frames of one channel after `after` as lines. */
void bed_lines(struct bed *from, struct bed *to, enum lane lane, int64_t after,
	       struct buf *out);
/* Ingests lines; NULL out = must be RC_OK. */
enum rc bed_ingest(struct bed *to, struct bed *from, const char *lines,
		   struct ingest_result *out);

/* Own acts. data is taken. Fail the test when refused. */
struct ref bed_issue(struct bed *b, const char *doc, json_t *take_data);
/* The document of that number, "第N号", to one desk; its id. */
void bed_number_id(int i, char out[static UUID_LEN + 16]);
void bed_issue_number(struct bed *b, int i, const char *to);
struct ref bed_act(struct bed *b, enum event_type type, const char *owner,
		   const char *doc, json_t *take_data);
json_t *bed_content(const char *title, const char *to, const char *urgency);
json_t *bed_move(const char *move);

int64_t bed_count(struct bed *b, const char *sql);
char *bed_text(struct bed *b, const char *sql); /* heap */
void bed_exec(struct bed *b, const char *sql, bool must_work);
/* journal_verify finds nothing (prints what it finds). */
void bed_verify(struct bed *b, bool rebuild);
size_t bed_problems(struct bed *b, bool rebuild, char **ret_first);
