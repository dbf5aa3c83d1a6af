/* The key of a value that documents may share (table shared). */
#pragma once

#include <stdint.h>

#include "model/correlate.h"

#define SHARED_KEY_BYTES 16

/* mode: of the document; exercises and tests meet their like alone. */
void shared_key_make(const char *mode, const struct shared_value *v,
		     uint8_t out[static SHARED_KEY_BYTES]);
