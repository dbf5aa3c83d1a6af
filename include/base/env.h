/*
 * The only door to time and chance. Everything that needs the clock or
 * random numbers is handed a struct env, so that tests repeat.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct env {
	int64_t (*now_ms)(void *ctx);	    /* wall clock, UTC */
	int64_t (*monotonic_ms)(void *ctx); /* never goes back */
	void (*random)(void *ctx, void *out, size_t n_bytes);
	void *ctx;
};

/*
 * The real one: CLOCK_REALTIME, CLOCK_MONOTONIC, getrandom. When the
 * environment has DELTADESK_TEST_SEED=N or DELTADESK_TEST_NOW=RFC3339 (tests
 * only), random numbers come from that seed and time starts there. With
 * DELTADESK_TEST_NOW=@PATH the hour stands in that file and may be changed
 * while the program runs.
 */
const struct env *env_system(void);
/* That PATH, for a process that keeps itself from files; NULL: none. */
const char *env_system_path(void);

int64_t env_now_ms(const struct env *e);
int64_t env_monotonic_ms(const struct env *e);
void env_random(const struct env *e, void *out, size_t n_bytes);

/* A repeatable env for tests: time stands at now_ms until moved. */
struct env_fake {
	struct env env; /* pass &f->env */
	int64_t now_ms;
	int64_t monotonic_ms;
	uint64_t state[2];
};
void env_fake_init(struct env_fake *f, uint64_t seed, int64_t now_ms);
