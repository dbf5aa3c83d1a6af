/* The service, and each peer as it sees it. */
#include <stdio.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "doctor_int.h"

void
doctor_service(struct doctor *dr, struct desk *d)
{
	int64_t begun = -1, beat = -1;
	char since[TIME_TEXT_MAX] = "";

	if (serving_since(d, &begun, &beat)) {
		time_format(begun, since);
		doctor_say(dr, "service", DOCTOR_GOOD, NULL, _("since %s"),
			   since);
		return;
	}
	if (beat >= 0)
		time_format(beat, since);
	doctor_say(dr, "service", DOCTOR_WRONG,
		   _("start it: systemctl start deltadesk (or 'deltadesk "
		     "serve')"),
		   _("not running, last seen %s"), beat >= 0 ? since : "-");
}

/* The worst that is to be said of it, with what to do. */
static enum verdict_of_doctor
judge(const struct link_row *r, const char **ret_advice)
{
	*ret_advice = NULL;
	if (str_eq(r->state, "stopped")) {
		*ret_advice =
			_("its link is stopped: 'deltadesk fork list' or the "
			  "log tells why; ask the peer by telephone");
		return DOCTOR_WRONG;
	}
	if (r->cert_days <= 0)
		*ret_advice = _("its certificate has expired: ask it for its "
				"new card and trust that (deltadesk peer "
				"trust)");
	else if (str_eq(r->state, "unknown"))
		*ret_advice = _("start the service");
	else if (!str_eq(r->state, "up"))
		*ret_advice = _("see whether its machine and the line are up; "
				"what waits leaves by itself");
	else if (r->not_taking)
		*ret_advice = _("the link is up and it does not take: ask its "
				"administrator for 'deltadesk doctor'");
	else if (r->kept_apart > 0)
		*ret_advice = _("events of it are in quarantine: see "
				"'deltadesk peer show'");
	else if (r->cert_days <= CERT_WARN_DAYS)
		*ret_advice = _("its certificate expires soon: ask it for "
				"a new card in time");
	return *ret_advice != NULL ? DOCTOR_LOOK : DOCTOR_GOOD;
}

static void
say_peer(struct doctor *dr, const struct link_row *r)
{
	char heard[TIME_TEXT_MAX] = "-", *text;
	const char *advice;
	enum verdict_of_doctor v = judge(r, &advice);

	if (r->heard_ms >= 0)
		time_format(r->heard_ms, heard);
	text = xasprintf(_("%s, %lld to send, heard %s, certificate %d days"),
			 link_word(r->state), (long long)r->queued, heard,
			 r->cert_days);
	doctor_say_about(dr, "peer", r->desk, v, advice, text);
	xfree(text);
}

void
doctor_peers(struct doctor *dr, struct desk *d)
{
	struct link_list list = { .rows = NULL };
	struct err err = ERR_INIT;
	size_t trusted = 0;

	if (ask_links(d, &list, &err) != RC_OK) {
		doctor_say(dr, "peer", DOCTOR_WRONG, _("run deltadesk verify"),
			   "%s", err.msg);
		return;
	}
	for (size_t i = 0; i < list.n_rows; i++) {
		if (!list.rows[i].trusted)
			continue;
		trusted++;
		say_peer(dr, &list.rows[i]);
	}
	if (trusted == 0)
		doctor_say(dr, "peer", DOCTOR_LOOK,
			   _("trust a peer's card: deltadesk peer trust"), "%s",
			   _("no peer is trusted"));
	link_list_release(&list);
}
