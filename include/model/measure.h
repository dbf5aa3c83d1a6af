/*
 * What statistics count of one document (DOMAIN 11): a pure function of the
 * fold, so that every figure comes from moves and receipts and none is typed
 * in. Exercises, tests and documents that are not issued count nowhere.
 *
 * Counted as 1 or an amount, by name:
 *	docs            the document itself; withdrawn ones are only that
 *	withdrawn       it was withdrawn
 *	closed          nothing is owed any more on this desk's own track
 *	missing         something that should be given is not (缺项)
 *	sum:FIELD       a number of views.measures over all rows, thousandths;
 *	                more than 10^10 in one document is left out
 *	issued received documents of a desk, of its hand and to it; its
 *	                closed are those where its own track has ended
 *	on:CLOCK        the clock was met in time
 *	over:CLOCK      it was met late
 *	minutes:CLOCK   minutes from start to met, added up
 *	at:CLOCK:NN     how many were met in bucket NN (measure_bucket)
 *
 * Dimensions: "" (all), "box" (in out local), "desk" (who owns it, who was
 * addressed, who bears a clock), each field picked from workpoints, campaigns
 * or products, and each other field that views.measures names and that is no
 * number: the last ones count documents alone.
 */
#pragma once

#include <jansson.h>

#include "model/fold.h"

#define MEASURE_VALUE_MAX 96 /* bytes of a dimension's value */
#define MEASURE_TAGS_MAX  16 /* values of one such field in one document */
#define MEASURE_BUCKETS	  136

struct measured {
	int month;	 /* 202603, of the issue, local */
	json_t *dims;	 /* [[dimension, value]...]: facts count there */
	json_t *tags;	 /* the same, documents alone */
	json_t *facts;	 /* {name: n} */
	json_t *desks;	 /* {desk: {name: n}} */
	json_t *running; /* [[desk, clock, due_ms]...] of duties */
};

/* False: it counts nowhere, and *out is left empty. */
bool measure_doc(const struct doc *d, const char *own_desk,
		 struct measured *out);
void measured_release(struct measured *m);

/*
 * Durations are kept in buckets, each about an eleventh wider than the one
 * before (8 an octave from 8 minutes on), so that a median is right to 5 %.
 */
int measure_bucket(int64_t minutes);
/* A duration that stands for the bucket. */
int64_t measure_bucket_minutes(int bucket);

/* Does a field count amounts (numbers), or is it a dimension? */
bool measure_is_sum(const struct field *f);
/* Fields that are dimensions by their pick. */
bool measure_is_dimension(const struct field *f);
