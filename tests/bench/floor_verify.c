#include "config.h"

#include <stdio.h>

#include <unistd.h>

#include "floor_int.h"

#include <pthread.h>

#define THREADS_MAX 64

struct check {
	struct raw_key key;
	uint8_t sig[SIG_MAX];
	size_t n_sig;
	int64_t count;
};

static void *
check_many(void *arg)
{
	const struct check *c = arg;

	for (int64_t i = 0; i < c->count; i++)
		raw_verify(&c->key, row_text(0), ROW_BYTES, c->sig, c->n_sig);
	return NULL;
}

/* Signatures on all cores. */
void
run_verify(const char *alg, int64_t count)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	struct check c = { .n_sig = 0 };
	pthread_t threads[THREADS_MAX];
	double start, cpu;

	if (cores > THREADS_MAX)
		cores = THREADS_MAX;
	raw_key_make(alg, &c.key);
	c.n_sig = raw_sign(&c.key, row_text(0), ROW_BYTES, c.sig);
	c.count = count / cores;
	start = now_ms();
	cpu = cpu_ms();
	for (long i = 0; i < cores; i++)
		need(pthread_create(&threads[i], NULL, check_many, &c) == 0,
		     "thread");
	for (long i = 0; i < cores; i++)
		pthread_join(threads[i], NULL);
	count = c.count * cores;
	printf("{\"verifies_per_s\": %.0f, \"cpu_us\": %.1f}\n",
	       (double)count / (now_ms() - start) * 1e3,
	       (cpu_ms() - cpu) * 1e3 / (double)count);
	EVP_PKEY_free(c.key.pkey);
}
