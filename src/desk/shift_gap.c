/* The gap of a hand-over (DOMAIN 10): what the leader of the shift is told,
 * and who may stand in. */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/text.h"
#include "check_int.h"
#include "desk_int.h"
#include "shift_int.h"

#define GAP_MS (15 * 60000LL) /* until then a hand-over is merely slow */

/* The later of what is known; -1 none. */
int64_t
shift_gap(struct desk *d, const struct shift_now *now)
{
	int64_t ms = env_now_ms(d->env);

	if (now->gone)
		return now->since_ms;
	if (now->pending && ms - now->handed_ms >= GAP_MS)
		return now->handed_ms;
	if (now->plan.hours && now->since_ms < now->plan.from_ms &&
	    !str_eq(now->officer, now->plan.officer) &&
	    !str_eq(now->officer, now->plan.deputy) &&
	    ms - now->plan.from_ms >= GAP_MS)
		return now->plan.from_ms;
	return -1;
}

/* 带班领导, or who approves for the desk. */
enum rc
shift_may_stand_in(struct desk *d, bool *ret_may, struct err *err)
{
	enum rc rc = roster_is_leader(d, ret_may, err);

	if ((d->officer.roles &
	     (ROLE_BIT(ROLE_APPROVER) | ROLE_BIT(ROLE_HEAD))) != 0)
		*ret_may = true;
	return rc;
}

bool
shift_stands_in(struct desk *d)
{
	bool may = false;

	return shift_may_stand_in(d, &may, NULL) == RC_OK && may;
}

/*
 * taker_named(taker,leaver,reason): who the sheet names takes the shift, or
 * his deputy by the roster; the leader of the shift or an approver in his
 * place, who says why. Who leaves never takes it from himself.
 */
enum rc
check_taker_named(const struct check_in *in, struct err *err)
{
	char taker[CHECK_ARG_MAX], leaver[CHECK_ARG_MAX], reason[CHECK_ARG_MAX];
	const char *self = in->desk->officer.id, *named, *why;
	bool may = false;
	enum rc rc;

	if (!check_arg(in, 0, taker) || !check_arg(in, 1, leaver) ||
	    !check_arg(in, 2, reason))
		return RC_OK;
	if (str_eq(json_text(in->fields, leaver), self))
		return err_set(err, RC_DENIED, 0,
			       _("you leave this shift: another officer takes "
				 "it over"));
	named = json_text(in->fields, taker);
	if (named == NULL || named[0] == '\0' || str_eq(named, self))
		return RC_OK;
	rc = roster_is_deputy(in->desk, named, self, &may, err);
	if (rc != RC_OK || may)
		return rc;
	rc = shift_may_stand_in(in->desk, &may, err);
	if (rc != RC_OK)
		return rc;
	if (!may)
		return err_set(err, RC_DENIED, 0,
			       _("the sheet names %s: he takes the shift over, "
				 "or his deputy by the roster, or the leader "
				 "of the shift or an approver who says why"),
			       named);
	why = in->move != NULL
		      ? json_text(json_object_get(in->move, "input"), reason)
		      : "asked only";
	if (why == NULL || why[0] == '\0')
		return err_set(err, RC_DENIED, 0,
			       _("the sheet names %s: say why you take the "
				 "shift over in his place (--reason)"),
			       named);
	return RC_OK;
}
