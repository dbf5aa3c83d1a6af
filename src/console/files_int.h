/*
 * Files to be attached, chosen in the officer's exchange folder: a list with
 * size, sort and time that narrows while one types, several by marks. Outside
 * a locked down console a path may be typed too.
 */
#pragma once

#include "console/console_int.h"

struct files_chosen {
	const char **names; /* borrowed for the call */
	size_t n;
	bool in_folder; /* names in the exchange folder; else paths */
};
struct files_spec {
	size_t n_there; /* attachments that the document has already */
	/* Once, the last thing done; n 0: given up. */
	void (*done)(struct console *c, void *ctx,
		     const struct files_chosen *chosen);
	void *ctx;
};
void files_choose(struct console *c, const struct files_spec *spec);
/* Chosen and attached to a document or draft. */
void files_attach(struct console *c, const struct doc_ref *ref);
