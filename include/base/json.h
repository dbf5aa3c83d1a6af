/*
 * The only way from outside bytes to json_t. json_read() is strict: valid
 * UTF-8, no BOM, depth <= JSON_DEPTH_MAX, tokens <= JSON_TOKENS_MAX, no
 * duplicate names, no lone surrogate, no NUL, integers within +-2^53, reals
 * finite, nothing after the value. jansson's own reader accepts more, and
 * never anything else for what this one accepts.
 */
#pragma once

#include <stdint.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"

enum rc json_read(const char *bytes, size_t n_bytes, json_t **ret_value,
		  struct err *err);
/* As json_read, and RC_MALFORMED unless the value is an object. */
enum rc json_read_object(const char *bytes, size_t n_bytes, json_t **ret_object,
			 struct err *err);
/* Compact, insertion order kept, no trailing newline. Heap string. */
char *json_write(const json_t *value);
/* The same for people's terminals: hidden characters (base/text.h) inside
 * texts are written as \uXXXX, so that no terminal obeys them and no reader
 * takes U+2028 for a line's end. Heap string. */
char *json_write_plain(const json_t *value);
/* The object of that name inside another, made when it is not there.
 * Borrowed. */
json_t *json_child(json_t *object, const char *name);
/* Members of an object with a clear error naming `what` when the member is
 * missing or of another type. Borrowed strings live as long as object. */
enum rc json_need_string(const json_t *object, const char *name,
			 const char **ret_s, struct err *err);
enum rc json_need_int(const json_t *object, const char *name, int64_t min,
		      int64_t max, int64_t *ret_n, struct err *err);
/* NULL when absent or not a string. */
const char *json_text(const json_t *object, const char *name);
/* The same by dotted name through objects: "party_concerned.name". */
const json_t *json_at(const json_t *object, const char *dotted);
const char *json_text_at(const json_t *object, const char *dotted);
