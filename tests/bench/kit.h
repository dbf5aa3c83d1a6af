/* What the programs of the bench share: the clock, samples, texts. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/types.h>

#include "base/err.h"

#define SAMPLES_MAX 100000

double now_ms(void); /* monotonic */
/* Processor time that this process used, user and system. */
double cpu_ms(void);
/* Of another process, all threads that it has now. */
double process_cpu_ms(pid_t pid);
/* Kilobytes that belong to it alone, and its part of what it shares. */
double process_pss_kb(pid_t pid);
/* Ends the program with a sentence unless all went well. */
void must(enum rc rc, const struct err *err);
void need(bool good, const char *what); /* tells errno's sentence too */
/* The sample that `part` (0 to 1) of n are not above; sorts them. */
double share(double *samples, size_t n, double part);
/* The longest cell of a record of real cases: facts, in Chinese. */
const char *case_text(int64_t i);
/* Its beginning, at most so many bytes, no character cut. Heap. */
char *case_cut(int64_t i, size_t n_bytes);
