/* What the files of the doctor share. */
#pragma once

#include "desk/doctor.h"
#include "desk/escalation.h"
#include "desk_int.h"

struct doctor {
	const struct doctor_visit *visit;
	enum verdict_of_doctor worst;
};

/* One finding; advice NULL: nothing is to be done. */
void doctor_say(struct doctor *dr, const char *check,
		enum verdict_of_doctor verdict, const char *advice,
		const char *fmt, ...) __attribute__((format(printf, 5, 6)));
void doctor_say_about(struct doctor *dr, const char *check, const char *about,
		      enum verdict_of_doctor verdict, const char *advice,
		      const char *text);

/* doctor_folder.c: false when there is nothing to go on with */
bool doctor_folder(struct doctor *dr);
void doctor_disk(struct doctor *dr);
/* doctor_keys.c */
void doctor_keys(struct doctor *dr);
void doctor_card(struct doctor *dr, struct desk *d);
/* doctor_clock.c */
void doctor_clock(struct doctor *dr, struct desk *d);
/* doctor_peers.c */
void doctor_service(struct doctor *dr, struct desk *d);
void doctor_peers(struct doctor *dr, struct desk *d);
