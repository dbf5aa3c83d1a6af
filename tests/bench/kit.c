#include "config.h"

#include "kit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <unistd.h>

#include "base/asset.h"
#include "base/csv.h"
#include "base/mem.h"

#include <dirent.h>

#define TEXTS_MAX 256

static char *texts[TEXTS_MAX];
static size_t n_texts;

static double
clock_ms(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

double
now_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

double
cpu_ms(void)
{
	return clock_ms(CLOCK_PROCESS_CPUTIME_ID);
}

double
process_cpu_ms(pid_t pid)
{
	char path[64], task[384];
	unsigned long long ns = 0, sum = 0;
	const struct dirent *e;
	DIR *tasks;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/task", pid);
	tasks = opendir(path);
	need(tasks != NULL, path);
	while ((e = readdir(tasks)) != NULL) {
		(void)snprintf(task, sizeof(task), "%s/%s/schedstat", path,
			       e->d_name);
		f = fopen(task, "r");
		if (f == NULL) /* "." and ".." */
			continue;
		if (fscanf(f, "%llu", &ns) == 1)
			sum += ns;
		(void)fclose(f);
	}
	(void)closedir(tasks);
	return (double)sum / 1e6;
}

double
process_pss_kb(pid_t pid)
{
	char path[64], line[256];
	double kb = -1;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	f = fopen(path, "r");
	need(f != NULL, path);
	while (fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "Pss:", 4) == 0)
			kb = strtod(line + 4, NULL);
	(void)fclose(f);
	return kb;
}

void
must(enum rc rc, const struct err *err)
{
	if (rc == RC_OK)
		return;
	(void)fprintf(stderr, "bench: %s\n", err->msg);
	exit(1);
}

void
need(bool good, const char *what)
{
	if (good)
		return;
	(void)fprintf(stderr, "bench: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int
double_cmp(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

double
share(double *samples, size_t n, double part)
{
	need(n > 0, "nothing was measured");
	qsort(samples, n, sizeof(*samples), double_cmp);
	return samples[(size_t)((double)(n - 1) * part)];
}

static void
load_texts(void)
{
	const struct asset *a = asset_find("demo/judgment_facts_ip.csv");
	struct csv_reader r;
	struct err err = ERR_INIT;
	bool more = true;

	need(a != NULL, "demo records");
	csv_reader_init(&r, a->bytes, a->len);
	while (n_texts < TEXTS_MAX && csv_next(&r, &more, &err) == RC_OK &&
	       more) {
		const char *cell = r.cells[0];

		for (size_t i = 0; i < r.n_cells; i++)
			if (strlen(r.cells[i]) > strlen(cell))
				cell = r.cells[i];
		texts[n_texts++] = xstrdup(cell);
	}
	csv_reader_release(&r);
	need(n_texts > 0, "demo records are empty");
}

const char *
case_text(int64_t i)
{
	if (n_texts == 0)
		load_texts();
	return texts[(size_t)i % n_texts];
}

char *
case_cut(int64_t i, size_t n_bytes)
{
	const char *text = case_text(i);
	size_t n = strnlen(text, n_bytes);

	while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80)
		n--;
	return xstrndup(text, n);
}
