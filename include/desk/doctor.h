/*
 * What is right and wrong with a desk and the machine under it, for who keeps
 * it running. Nothing is changed and no content is read; a desk that cannot be
 * opened is looked at as far as that goes.
 */
#pragma once

#include "base/env.h"
#include "base/err.h"

enum verdict_of_doctor {
	DOCTOR_GOOD,
	DOCTOR_LOOK, /* works, but see to it */
	DOCTOR_WRONG /* something that was promised does not hold */
};

struct finding {
	const char *check; /* ASCII: "folder" "keys" "peer" ... */
	const char *about; /* a peer's desk id, else "" */
	enum verdict_of_doctor verdict;
	const char *text;   /* what was found */
	const char *advice; /* what to do; "" nothing */
};

struct doctor_visit {
	const char *folder;
	const struct env *env;
	void (*each)(void *ctx, const struct finding *f);
	void *ctx;
};
/* The worst verdict found. */
enum verdict_of_doctor desk_doctor(const struct doctor_visit *visit);
