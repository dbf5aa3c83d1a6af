/* Conditions of KINDS.md: pure, five forms and three joins. */
#pragma once

#include "base/err.h"
#include "model/fold.h"

struct condition *condition_free(struct condition *c);
/* path names the place in the kind file for errors. */
enum rc condition_read(const json_t *json, const char *path,
		       struct condition **ret_condition, struct err *err);
/* child_state: state of documents created from this one, by kind ("*" any);
 * may be NULL. */
struct condition_in {
	const struct doc *doc;
	const json_t *fields; /* content judged */
	int64_t now_ms;
	/* The desk that asks: of a clock that its own track bears, {clock}
	 * looks at its own instance; of other clocks at any. NULL: any. */
	const char *desk;
	const char *row; /* key: {clock} looks at that row's alone; NULL any */
	bool (*child_in)(void *ctx, const char *kind, const char *state);
	void *ctx;
};
/* Fields alone: holds or not by the content, whoever judges it. */
bool condition_plain(const struct condition *c);
/* Does the kind have this part in documents with such content? */
bool part_applies(const struct part *p, const json_t *fields);
bool condition_holds(const struct condition *c, const struct condition_in *in);
