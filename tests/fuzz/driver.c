/*
 * Runs a fuzz target over the files and folders named, one run a file, where
 * libFuzzer is not linked in: so that `make check` runs every corpus.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>

#include <dirent.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	uint8_t *data;
	size_t size;

	if (!f || fstat(fileno(f), &st) != 0) {
		(void)fprintf(stderr, "%s: %s\n", path, strerror(errno));
		if (f)
			(void)fclose(f);
		return -1;
	}
	/* exactly as large as the input, so that a read past it is caught */
	size = (size_t)st.st_size;
	data = malloc(size ? size : 1);
	if (!data)
		abort();
	if (fread(data, 1, size, f) != size)
		size = 0;
	(void)fclose(f);
	(void)LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 1;
}

static int
run_folder(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;
	char name[4096];
	int n = 0, one;

	if (!d) {
		(void)fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		(void)snprintf(name, sizeof(name), "%s/%s", path, e->d_name);
		one = run_file(name);
		if (one < 0) {
			n = -1;
			break;
		}
		n += one;
	}
	(void)closedir(d);
	return n;
}

int
main(int argc, char **argv)
{
	struct stat st;
	int total = 0;

	for (int i = 1; i < argc; i++) {
		int n;

		if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
			n = run_folder(argv[i]);
		else
			n = run_file(argv[i]);
		if (n < 0)
			return 1;
		total += n;
	}
	(void)printf("%d inputs\n", total);
	return total > 0 ? 0 : 1;
}
