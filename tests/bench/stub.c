/*
 * Stub peers of one desk.
 *
 *	stub enrol FOLDER COUNT KEYS ALG	makes them and trusts them
 *	stub live FOLDER COUNT KEYS ALG PID ROUNDS IDLE_MS
 *		dials the desk that process PID serves with all of them: memory
 *		a connection, idle time, one notice to all, one from each
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stub_live_int.h"

int
main(int argc, char **argv)
{
	struct live l = { 0 };
	struct err err = ERR_INIT;

	if (argc < 6) {
		(void)fprintf(stderr, "usage: stub enrol|live FOLDER COUNT "
				      "KEYS ALG [PID ROUNDS IDLE_MS]\n");
		return 2;
	}
	l.folder = argv[2];
	l.count = strtoul(argv[3], NULL, 10);
	l.keys = argv[4];
	must(key_alg_parse(argv[5], &l.alg, &err), &err);
	if (strcmp(argv[1], "enrol") == 0) {
		run_enrol(l.folder, l.count, l.keys, l.alg);
		return 0;
	}
	need(argc == 9, "PID, ROUNDS and IDLE_MS are missing");
	l.serve = (pid_t)strtol(argv[6], NULL, 10);
	l.rounds = atoi(argv[7]);
	l.idle_ms = strtoll(argv[8], NULL, 10);
	run_live(&l);
	return 0;
}
