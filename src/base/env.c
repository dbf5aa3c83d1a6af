#include "base/env.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "base/time.h"

static int64_t
clock_ms(clockid_t id)
{
	struct timespec ts;

	if (clock_gettime(id, &ts) != 0)
		abort(); /* our own clock ids only: cannot fail */
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int64_t
system_now(void *ctx)
{
	(void)ctx;
	return clock_ms(CLOCK_REALTIME);
}

static int64_t
system_monotonic(void *ctx)
{
	(void)ctx;
	return clock_ms(CLOCK_MONOTONIC);
}

static void
system_random(void *ctx, void *out, size_t n_bytes)
{
	unsigned char *p = out;
	ssize_t n;

	(void)ctx;
	while (n_bytes > 0) {
		n = getrandom(p, n_bytes < 256 ? n_bytes : 256, 0);
		if (n < 0)
			continue; /* EINTR; below 256 bytes nothing else */
		p += n;
		n_bytes -= (size_t)n;
	}
}

/* xoroshiro128+: repeatable, for tests only. */
static uint64_t
seeded_next(uint64_t s[2])
{
	uint64_t a = s[0], b = s[1], sum = a + b;

	b ^= a;
	s[0] = ((a << 24) | (a >> 40)) ^ b ^ (b << 16);
	s[1] = (b << 37) | (b >> 27);
	return sum;
}

static void
seed_set(uint64_t s[2], uint64_t seed)
{
	s[0] = seed * 0x9E3779B97F4A7C15ULL + 0x632BE59BD9B4E019ULL;
	s[1] = (seed ^ 0xD1B54A32D192ED03ULL) * 0xBF58476D1CE4E5B9ULL + 1;
}

static void
seeded_random(uint64_t s[2], void *out, size_t n_bytes)
{
	unsigned char *p = out;
	uint64_t word;
	size_t n;

	while (n_bytes > 0) {
		word = seeded_next(s);
		n = n_bytes < sizeof(word) ? n_bytes : sizeof(word);
		memcpy(p, &word, n);
		p += n;
		n_bytes -= n;
	}
}

/* The system's env with what a test changed by its environment. */
static struct {
	uint64_t state[2];
	int64_t shift_ms;
	const char *path; /* of the file that holds the hour; NULL */
} tested;

/* The hour in the file was that when it was written. */
static void
read_hour(void)
{
	char text[64];
	struct stat st;
	int64_t at;
	ssize_t n = -1;
	int fd = open(tested.path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return; /* it goes on as before */
	if (fstat(fd, &st) == 0)
		n = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	if (n <= 0)
		return;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	if (time_parse(text, &at, NULL) == RC_OK)
		tested.shift_ms = at - ((int64_t)st.st_mtim.tv_sec * 1000 +
					st.st_mtim.tv_nsec / 1000000);
}

static int64_t
shifted_now(void *ctx)
{
	(void)ctx;
	if (tested.path != NULL)
		read_hour();
	return clock_ms(CLOCK_REALTIME) + tested.shift_ms;
}

static void
tested_random(void *ctx, void *out, size_t n_bytes)
{
	(void)ctx;
	seeded_random(tested.state, out, n_bytes);
}

const struct env *
env_system(void)
{
	static struct env env = {
		.now_ms = system_now,
		.monotonic_ms = system_monotonic,
		.random = system_random,
	};
	static int asked;
	const char *text;
	int64_t n;

	if (asked)
		return &env;
	asked = 1;
	text = getenv("DELTADESK_TEST_SEED");
	if (text != NULL && str_to_i64(text, 0, INT64_MAX, &n, NULL) == RC_OK) {
		seed_set(tested.state, (uint64_t)n);
		env.random = tested_random;
	}
	text = getenv("DELTADESK_TEST_NOW");
	if (text != NULL && text[0] == '@') {
		tested.path = text + 1;
		env.now_ms = shifted_now;
	} else if (text != NULL && time_parse(text, &n, NULL) == RC_OK) {
		tested.shift_ms = n - clock_ms(CLOCK_REALTIME);
		env.now_ms = shifted_now;
	}
	return &env;
}

const char *
env_system_path(void)
{
	(void)env_system();
	return tested.path;
}

int64_t
env_now_ms(const struct env *e)
{
	return e->now_ms(e->ctx);
}

int64_t
env_monotonic_ms(const struct env *e)
{
	return e->monotonic_ms(e->ctx);
}

void
env_random(const struct env *e, void *out, size_t n_bytes)
{
	e->random(e->ctx, out, n_bytes);
}

static int64_t
fake_now(void *ctx)
{
	return ((struct env_fake *)ctx)->now_ms;
}

static int64_t
fake_monotonic(void *ctx)
{
	return ((struct env_fake *)ctx)->monotonic_ms;
}

static void
fake_random(void *ctx, void *out, size_t n_bytes)
{
	seeded_random(((struct env_fake *)ctx)->state, out, n_bytes);
}

void
env_fake_init(struct env_fake *f, uint64_t seed, int64_t now_ms)
{
	*f = (struct env_fake){
		.env = { .now_ms = fake_now,
			 .monotonic_ms = fake_monotonic,
			 .random = fake_random,
			 .ctx = f },
		.now_ms = now_ms,
	};
	seed_set(f->state, seed);
}
