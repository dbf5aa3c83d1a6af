/* The key of a value that documents may share (table shared). */
#pragma once

#include <stdint.h>

#include "model/correlate.h"
#include "model/fold.h"

#define SHARED_KEY_BYTES 16

/* mode: of the document; exercises and tests meet their like alone. */
void shared_key_make(const char *mode, const struct shared_value *v,
		     uint8_t out[static SHARED_KEY_BYTES]);
/* The content that is compared: with what stays at home, without what is
 * sealed yet, also where the value is here. New reference. */
json_t *shared_fields(const struct doc *d);
