#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/env.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"

#include <stdatomic.h>

static const struct {
	const char *name;
	int priority; /* sd-daemon(3) */
} levels[] = {
	[LOG_ERROR] = { "error", 3 },
	[LOG_WARN] = { "warn", 4 },
	[LOG_INFO] = { "info", 6 },
	[LOG_DEBUG] = { "debug", 7 },
};

static _Atomic int shown_level = LOG_INFO;

/* systemd says which file the journal reads; stderr may have been sent
 * elsewhere since (sd_journal_stream_fd(3)). */
static bool
is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char own[64];
	struct stat st;

	if (stream == NULL || fstat(STDERR_FILENO, &st) != 0)
		return false;
	(void)snprintf(own, sizeof(own), "%ju:%ju", (uintmax_t)st.st_dev,
		       (uintmax_t)st.st_ino);
	return str_eq(stream, own);
}

enum rc
log_level_parse(const char *s, enum log_level *ret_level, struct err *err)
{
	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		if (str_eq(levels[i].name, s)) {
			*ret_level = (enum log_level)i;
			return RC_OK;
		}
	return err_set(err, RC_USAGE, 0,
		       _("error, warn, info or debug, please"));
}

void
log_set_level(enum log_level level)
{
	atomic_store(&shown_level, (int)level);
}

void
log_line(enum log_level level, const char *room, const char *fmt, ...)
{
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
	(void)text_show_into(shown, sizeof(shown), text);
	if (is_journal()) /* which adds the time itself */
		n = snprintf(line, sizeof(line), "<%d>%s %s\n",
			     levels[level].priority, room, shown);
	else
		n = snprintf(line, sizeof(line), "%s %s %s %s\n", when,
			     levels[level].name, room, shown);
	/* one write, so that lines of several threads do not mix; a log that
	 * cannot be written has nobody to be told */
	if (n > 0 && write(STDERR_FILENO, line, (size_t)n) < 0)
		return;
}
