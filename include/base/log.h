/*
 * One line a record on stderr: time level room message key=value. Where the
 * journal of systemd reads stderr: <priority>room message, without the time.
 */
#pragma once

#include "base/err.h"

enum log_level {
	LOG_NONE = -1, /* as a level: not one line */
	LOG_ERROR = 0,
	LOG_WARN,
	LOG_INFO,
	LOG_DEBUG
};

/* "error" "warn" "info" "debug"; RC_USAGE. */
enum rc log_level_parse(const char *s, enum log_level *ret_level,
			struct err *err);
/* Those below it are not written. */
void log_set_level(enum log_level level);
/* Values from outside pass through text_show. Never document content. */
void log_line(enum log_level level, const char *room, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
