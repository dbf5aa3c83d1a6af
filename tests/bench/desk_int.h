/* What the files of the bench's `desk` share: the product's own code, asked. */
#pragma once

#include "desk/ask.h"
#include "desk_kit.h"
#include "kit.h"

/* Milliseconds that `part` of such questions do not take; goes on page by
 * page. */
double time_list(struct desk *d, struct list_query q, double part);

/* ---- what is measured: each prints one JSON object ---- */

void run_fill(struct desk *d, const char *peer, const char *mix, int64_t count);
void run_open(struct desk *d, const char *peer, int64_t count);
void run_notice(struct desk *d, const char *folder, const char *peer,
		int64_t count);
void run_sustained(struct desk *d, const char *folder, const char *peer,
		   int64_t count);
void run_await(const char *folder, const char *peer);
void run_stages(const char *folder_a, const char *folder_b, int64_t count,
		int64_t batch);
void run_query(struct desk *d);
void run_clash(struct desk *d);
void run_stats(struct desk *d);
void run_shared(struct desk *d, const char *folder, const char *peer,
		int64_t count);
