/* What is asked of the stubs. Each prints one JSON object. */
#pragma once

#include <sys/types.h>

#include "stub_int.h"

struct live {
	const char *folder; /* of the desk */
	size_t count;
	const char *keys; /* folder of the stubs */
	enum key_alg alg;
	pid_t serve; /* process that serves the desk */
	int rounds;
	int64_t idle_ms;
};
/* Trusts them at the desk, whose serve does not run. */
void run_enrol(const char *folder, size_t count, const char *keys,
	       enum key_alg alg);
void run_live(const struct live *l);
