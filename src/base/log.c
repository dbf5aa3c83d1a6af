#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#include <unistd.h>

#include "base/env.h"
#include "base/text.h"
#include "base/time.h"

#include <stdatomic.h>

static _Atomic int shown_level = LOG_INFO;

void
log_set_level(enum log_level level)
{
	atomic_store(&shown_level, (int)level);
}

void
log_line(enum log_level level, const char *room, const char *fmt, ...)
{
	static const char *const names[] = {
		[LOG_ERROR] = "error",
		[LOG_WARN] = "warn",
		[LOG_INFO] = "info",
		[LOG_DEBUG] = "debug",
	};
	char text[1024], shown[2048], line[2200], when[TIME_TEXT_MAX];
	va_list ap;
	int n;

	if ((int)level > atomic_load(&shown_level))
		return;
	va_start(ap, fmt);
	if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
		text[0] = '\0';
	va_end(ap);
	time_format(env_now_ms(env_system()), when);
	n = snprintf(line, sizeof(line), "%s %s %s %s\n", when, names[level],
		     room, text_show_into(shown, sizeof(shown), text));
	/* one write, so that lines of several threads do not mix; a log that
	 * cannot be written has nobody to be told */
	if (n > 0 && write(STDERR_FILENO, line, (size_t)n) < 0)
		return;
}
