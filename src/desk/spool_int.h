/* The spool folder: see desk/escalation.h. */
#pragma once

#include "desk/escalation.h"

/* Check of the setting: "" or an absolute path of a folder that can be
 * written. */
enum rc spool_check_folder(struct desk *d, const char *value, struct err *err);

/* The same for the serving process, which no officer has begun. */
enum rc escalations_each(struct desk *d, unsigned which,
			 void (*each)(void *ctx, const struct escalation *e),
			 void *ctx, struct err *err);
