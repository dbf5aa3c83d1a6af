/* Checks of how single values look, and of the order of dates. */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "check_int.h"
#include "desk_int.h"

/*
 * date_order(A,B,...): none of them before the one named before it; by the
 * day where one of the two is a date. "issued" is the time of issue.
 */
enum rc
check_date_order(const struct check_in *in, struct err *err)
{
	char name[CHECK_ARG_MAX], last[CHECK_ARG_MAX] = "";
	bool dated, last_dated = false, late;
	int64_t at, before = 0;
	size_t i;

	for (i = 0; check_arg(in, i, name); i++) {
		if (!check_instant(in, name, &at, &dated))
			continue;
		late = dated || last_dated ? day_of_ms(at) < day_of_ms(before)
					   : at < before;
		if (last[0] != '\0' && late)
			return err_set(err, RC_RANGE, 0, _("%s is before %s"),
				       check_title(in, name),
				       check_title(in, last));
		before = at;
		last_dated = dated;
		memcpy(last, name, sizeof(last));
	}
	return RC_OK;
}

/* A trade mark: 1 to 9 digits, perhaps G before it (Madrid) or a letter after
 * it. A patent: ZL, year, kind, serial, point, check digit. */
static bool
mark_ok(const char *s)
{
	size_t n;

	s += s[0] == 'G';
	n = strspn(s, "0123456789");
	return n >= 1 && n <= 9 &&
	       (s[n] == '\0' ||
		(s[n] >= 'A' && s[n] <= 'Z' && s[n + 1] == '\0'));
}

/* Of application numbers: weights 2..9, 2..5 over 12 digits, modulo 11. */
static bool
patent_ok(const char *s)
{
	unsigned sum = 0, i;

	s += str_starts(s, "ZL") ? 2 : 0;
	if (strspn(s, "0123456789") < 12)
		return false;
	for (i = 0; i < 12; i++)
		sum += (unsigned)(s[i] - '0') * (i < 8 ? i + 2 : i - 6);
	s += 12;
	s += *s == '.';
	return *s == "0123456789X"[sum % 11] && s[1] == '\0';
}

/* reg_no_shape(NUMBER,SORT): of the SORT of right 商标 or 专利. */
enum rc
check_reg_no_shape(const struct check_in *in, struct err *err)
{
	char number[CHECK_ARG_MAX], sort[CHECK_ARG_MAX], shown[80];
	const char *no, *of;

	if (!check_arg(in, 0, number) || !check_arg(in, 1, sort))
		return err_set(err, RC_STATE, 0,
			       _("check '%s' lacks what it asks for"),
			       "reg_no_shape");
	no = check_text(in, number);
	of = check_text(in, sort);
	if (no == NULL || (str_eq(of, "商标") && mark_ok(no)) ||
	    (str_eq(of, "专利") && patent_ok(no)) ||
	    (!str_eq(of, "商标") && !str_eq(of, "专利")))
		return RC_OK;
	return err_set(err, RC_RANGE, 0, _("%s: '%s' is no number of a %s"),
		       check_title(in, number),
		       text_show_into(shown, sizeof(shown), no), of);
}
