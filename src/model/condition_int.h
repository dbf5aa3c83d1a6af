/* The parts of a condition, for the checks of kind files. */
#pragma once

#include "model/condition.h"

enum condition_form {
	COND_FIELD,
	COND_TRACK,
	COND_CLOCK,
	COND_CHILD,
	COND_NOW,
	COND_ALL,
	COND_ANY,
	COND_NOT
};

enum condition_test {
	TEST_IN,
	TEST_HAS,
	TEST_BEFORE,
	TEST_AFTER,
	TEST_ENDED
};

struct condition {
	enum condition_form form;
	enum condition_test test;
	json_t *json;	   /* owned: what the strings below point into */
	const char *name;  /* field, track, clock or kind of the child */
	const json_t *in;  /* list of values or states */
	const char *value; /* state of a clock or child; date or field */
	bool want;	   /* of `has` and `ended` */
	bool any;	   /* of the tracks one is enough */
	int64_t by_min;
	struct condition **sub; /* owned */
	size_t n_sub;
};
