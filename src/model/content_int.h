/* Shared by the files of content. */
#pragma once

#include "model/content.h"

/* Something is there: not absent, null, empty text, list or group. */
bool content_is_given(const json_t *value);
const struct field *content_find(const struct field *fields, size_t n_fields,
				 const char *name, size_t n_name);
