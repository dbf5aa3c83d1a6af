/* The clock: against the desk's own log, the kernel's word, and the peers. */
#include <sys/timex.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "doctor_int.h"

#define NEWEST_EVENTS 1000 /* whose times are compared */

struct log_times {
	int64_t newest_ms;
	int64_t backward; /* steps back among the newest rows */
};

static enum rc
read_log(struct desk *d, struct log_times *out, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_DOCTOR_EVENT_TIMES);
	int64_t before = 0;
	bool row = false;
	enum rc rc;

	stmt_int(st, 1, NEWEST_EVENTS);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		int64_t at = col_int(st, 0);

		out->backward += at < before - CLOCK_SKEW_MAX_MS;
		before = at;
	}
	stmt_done(st);
	out->newest_ms = before;
	if (rc != RC_OK)
		return rc;
	st = stmt_use(d->store, SQL_DOCTOR_AUDIT_TIME);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row && col_int(st, 0) > out->newest_ms)
		out->newest_ms = col_int(st, 0);
	stmt_done(st);
	return rc;
}

/* What peers said of their own time when the link began, against ours. */
static void
look_at_skew(struct doctor *dr, struct desk *d)
{
	struct store *live = desk_live(d, false);
	struct stmt *st;
	bool row;

	if (live == NULL)
		return;
	st = stmt_use(live, SQL_LIVE_SKEW_EACH);
	while (stmt_step(st, &row, NULL) == RC_OK && row) {
		int64_t skew = col_int(st, 1);

		if (skew > -CLOCK_SKEW_MAX_MS && skew < CLOCK_SKEW_MAX_MS)
			continue;
		doctor_say(dr, "clock", DOCTOR_LOOK,
			   _("see which of the two is wrong, and let it follow "
			     "a time server"),
			   skew > 0 ? _("%s is %lld s ahead of this desk")
				    : _("%s is %lld s behind this desk"),
			   col_text(st, 0),
			   (long long)((skew > 0 ? skew : -skew) / 1000));
	}
	stmt_done(st);
}

static bool
kernel_is_synchronised(void)
{
	struct timex t = { .modes = 0 };

	return adjtimex(&t) != TIME_ERROR;
}

void
doctor_clock(struct doctor *dr, struct desk *d)
{
	struct log_times log = { .newest_ms = 0 };
	struct err err = ERR_INIT;
	int64_t now = env_now_ms(d->env);
	char text[TIME_TEXT_MAX];

	if (read_log(d, &log, &err) != RC_OK) {
		doctor_say(dr, "clock", DOCTOR_WRONG, _("run deltadesk verify"),
			   "%s", err.msg);
		return;
	}
	time_format(now, text);
	if (log.newest_ms - now > CLOCK_SKEW_MAX_MS)
		doctor_say(dr, "clock", DOCTOR_WRONG,
			   _("set the machine's clock right before anybody "
			     "acts: deadlines are counted by it"),
			   _("%s is %lld s before the newest row of the log"),
			   text, (long long)((log.newest_ms - now) / 1000));
	else if (log.backward > 0)
		doctor_say(dr, "clock", DOCTOR_LOOK,
			   _("let it follow a time server (chrony), which "
			     "never steps back"),
			   _("it went back %lld times in the newest rows of "
			     "the log"),
			   (long long)log.backward);
	else if (!kernel_is_synchronised())
		doctor_say(dr, "clock", DOCTOR_LOOK,
			   _("let it follow a time server (chrony)"),
			   _("%s, nothing keeps it right"), text);
	else
		doctor_say(dr, "clock", DOCTOR_GOOD, NULL, "%s", text);
	look_at_skew(dr, d);
}
