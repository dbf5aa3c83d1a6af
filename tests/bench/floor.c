/*
 * The raw limits of this machine that the bench sets beside the desk. Each
 * prints one JSON object.
 *
 *	floor notice ALG COUNT FOLDER	one notice there, its receipt back
 *	floor sustained COUNT FOLDER	notices when each is synced twice
 *	floor insert COUNT BATCH FOLDER	rows of 2 KB with full text
 *	floor verify ALG COUNT		signatures on all cores
 *	floor query COUNT FOLDER	list and search over bare tables
 *	floor stream MEGABYTES FOLDER	TLS into a file
 *	floor hold COUNT [PORT PID]	memory of an idle TLS+HTTP/2 connection
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "floor_int.h"

static void
usage(void)
{
	(void)fprintf(stderr, "usage: floor notice|sustained|insert|verify|"
			      "query|stream|hold ...\n");
	exit(2);
}

static int64_t
number(const char *s)
{
	return strtoll(s, NULL, 10);
}

int
main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";

	if (strcmp(what, "notice") == 0 && argc == 5)
		run_notice(argv[2], number(argv[3]), argv[4]);
	else if (strcmp(what, "sustained") == 0 && argc == 4)
		run_sustained(number(argv[2]), argv[3]);
	else if (strcmp(what, "insert") == 0 && argc == 5)
		run_insert(number(argv[2]), number(argv[3]), argv[4]);
	else if (strcmp(what, "verify") == 0 && argc == 4)
		run_verify(argv[2], number(argv[3]));
	else if (strcmp(what, "query") == 0 && argc == 4)
		run_query(number(argv[2]), argv[3]);
	else if (strcmp(what, "stream") == 0 && argc == 4)
		run_stream(number(argv[2]), argv[3]);
	else if (strcmp(what, "hold") == 0 && (argc == 3 || argc == 5))
		run_hold(number(argv[2]), argc == 5 ? atoi(argv[3]) : 0,
			 argc == 5 ? (pid_t)number(argv[4]) : 0);
	else
		usage();
	return 0;
}
