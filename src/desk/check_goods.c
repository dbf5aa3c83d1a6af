/* Checks of goods: lists that agree, quantities that are conserved, and what
 * must hold before they are destroyed (DOMAIN 1, 8). */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "check_int.h"
#include "desk_int.h"
#include "journal/projection.h"

#include <math.h>

/* Quantities have three decimals at most; sums of doubles err far below. */
#define QUANTITY_SLACK 0.0005

/* What makes two rows the same goods. */
static const char *const same_by[] = { "name",	"brand",   "model",
				       "batch", "barcode", "unit" };

static bool
same_goods(const json_t *a, const json_t *b)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(same_by); i++) {
		const char *x = json_text(a, same_by[i]);
		const char *y = json_text(b, same_by[i]);

		if (!str_eq(x != NULL ? x : "", y != NULL ? y : ""))
			return false;
	}
	return true;
}

static double
total(const json_t *list, const json_t *goods)
{
	const json_t *row;
	double sum = 0;
	size_t i;

	json_array_foreach(list, i, row)
	{
		if (same_goods(row, goods))
			sum += json_number_value(
				json_object_get(row, "quantity"));
	}
	return sum;
}

static bool
is_in(const json_t *list, const json_t *goods)
{
	const json_t *row;
	size_t i;

	json_array_foreach(list, i, row)
	{
		if (same_goods(row, goods))
			return true;
	}
	return false;
}

static const char *
goods_name(const json_t *row)
{
	const char *name = json_text(row, "name");

	return name != NULL ? name : "?";
}

/* Every goods of a stands in b with the same quantity. */
static enum rc
covers(const json_t *a, const json_t *b, const char *title, struct err *err)
{
	const json_t *row;
	double x, y;
	size_t i;

	json_array_foreach(a, i, row)
	{
		if (!is_in(b, row))
			return err_set(err, RC_DENIED, 0,
				       _("%s: '%s' is not in the other list"),
				       title, goods_name(row));
		x = total(a, row);
		y = total(b, row);
		if (fabs(x - y) > QUANTITY_SLACK)
			return err_set(err, RC_DENIED, 0,
				       _("%s: %g of '%s', but %g in the other "
					 "list"),
				       title, x, goods_name(row), y);
	}
	return RC_OK;
}

/*
 * lists_equal(A,B[,REASON]): the same goods in the same quantities, whatever
 * their order. Where B is not given it is A; REASON names the text that
 * explains a difference.
 */
enum rc
check_lists_equal(const struct check_in *in, struct err *err)
{
	char a[CHECK_ARG_MAX], b[CHECK_ARG_MAX], reason[CHECK_ARG_MAX];
	const json_t *x, *y;
	enum rc rc;

	if (!check_arg(in, 0, a) || !check_arg(in, 1, b))
		return err_set(err, RC_STATE, 0,
			       _("check '%s' lacks what it asks for"),
			       "lists_equal");
	x = check_value(in, a);
	y = check_value(in, b);
	if (y == NULL ||
	    (check_arg(in, 2, reason) && check_text(in, reason) != NULL))
		return RC_OK;
	rc = covers(x, y, check_title(in, a), err);
	return rc == RC_OK ? covers(y, x, check_title(in, b), err) : rc;
}

/*
 * goods_conserved(LIST[,COLUMN]): seized = sampled + transferred + returned +
 * auctioned or otherwise disposed of + destroyed + stored (+ COLUMN, what this
 * paper itself disposes of). Rows that do not say what was seized pass.
 */
enum rc
check_goods_conserved(const struct check_in *in, struct err *err)
{
	static const char *const parts[] = { "sampled",	  "transferred",
					     "returned",  "auctioned",
					     "destroyed", "stored" };
	char list[CHECK_ARG_MAX], column[CHECK_ARG_MAX];
	bool has_column = check_arg(in, 1, column);
	const json_t *row, *seized;
	double sum;
	size_t i, p;

	if (!check_arg(in, 0, list))
		return err_set(err, RC_STATE, 0,
			       _("check '%s' lacks what it asks for"),
			       "goods_conserved");
	json_array_foreach(check_value(in, list), i, row)
	{
		seized = json_object_get(row, "seized");
		if (!json_is_number(seized))
			continue;
		sum = has_column
			      ? json_number_value(json_object_get(row, column))
			      : 0;
		for (p = 0; p < ARRAY_LEN(parts); p++)
			sum += json_number_value(
				json_object_get(row, parts[p]));
		if (fabs(sum - json_number_value(seized)) > QUANTITY_SLACK)
			return err_set(err, RC_DENIED, 0,
				       _("'%s': %g were seized, but %g are "
					 "accounted for"),
				       goods_name(row),
				       json_number_value(seized), sum);
	}
	return RC_OK;
}

/* ---- before goods are destroyed ---- */

/* Service by public notice is made 60 days after it (DOMAIN 8). */
#define PUBLIC_NOTICE_DAYS 60

/*
 * after_service(DATE): DATE is later than the service of the decision, or
 * more than 60 days after the public notice that stands in for it. Fields
 * service_mode, served_on, notice_published_on.
 */
enum rc
check_after_service(const struct check_in *in, struct err *err)
{
	bool notice = str_eq(check_text(in, "service_mode"), "公告送达");
	const char *from = notice ? "notice_published_on" : "served_on";
	char name[CHECK_ARG_MAX], shown[11];
	int32_t day, since;

	if (!check_arg(in, 0, name) || !check_day(in, name, &day))
		return RC_OK; /* not typed yet; the move demands it */
	if (!check_day(in, from, &since))
		return err_set(err, RC_DENIED, 0,
			       _("%s is not known: nothing is destroyed before "
				 "the decision is served"),
			       check_title(in, from));
	since += notice ? PUBLIC_NOTICE_DAYS : 0;
	if (day > since)
		return RC_OK;
	day_format(since + 1, shown);
	return err_set(err, RC_DENIED, 0,
		       _("%s: not before %s, after the decision is served"),
		       check_title(in, name), shown);
}

static enum rc
register_entry(const struct check_in *in, const char *target, struct err *err)
{
	struct doc_list rows = { 0 };
	const struct kind *kind = NULL;
	struct doc_ref ref;
	enum rc rc = doc_find(in->desk, target, &ref, err);

	if (rc == RC_OK)
		rc = ask_row(in->desk, &ref, &rows, err);
	if (rc != RC_OK)
		return rc;
	kind = kinds_get(in->desk->kinds, rows.rows[0].kind,
			 rows.rows[0].kind_version);
	if (kind == NULL || kind->scope != SCOPE_REGISTER)
		rc = err_set(err, RC_DENIED, 0,
			     _("'%s' is no entry of a shared register"),
			     rows.rows[0].title);
	else if (rows.rows[0].withdrawn || rows.rows[0].stage == STAGE_CLOSED)
		rc = err_set(err, RC_DENIED, 0,
			     _("'%s' is no longer in the register"),
			     rows.rows[0].title);
	doc_list_release(&rows);
	return rc;
}

static bool
is_dangerous(const struct check_in *in)
{
	const char *waste = check_text(in, "waste");

	return str_eq(waste, "危险废物") || str_eq(waste, "电子废物");
}

/*
 * licensed_unit: hazardous or electronic waste goes to a unit with a licence
 * that is valid (固废法 80, 82), named by its entry of the shared register or
 * by the licence. Fields waste, unit{doc,licence_no,licence_until}.
 */
enum rc
check_licensed_unit(const struct check_in *in, struct err *err)
{
	const char *entry = check_text(in, "unit.doc");
	int32_t until, today = day_of_ms(env_now_ms(in->desk->env));

	if (entry != NULL) {
		enum rc rc = register_entry(in, entry, err);

		if (rc != RC_OK)
			return rc;
	}
	if (!is_dangerous(in))
		return RC_OK;
	if (check_text(in, "unit.licence_no") == NULL ||
	    !check_day(in, "unit.licence_until", &until))
		return err_set(err, RC_DENIED, 0,
			       _("hazardous and electronic waste go to a "
				 "licensed unit: give %s and %s"),
			       check_title(in, "unit.licence_no"),
			       check_title(in, "unit.licence_until"));
	if (until < today)
		return err_set(err, RC_DENIED, 0,
			       _("the licence of the unit is no longer valid"));
	return RC_OK;
}

/* manifest_for_hazardous: hazardous waste travels with its 转移联单 (固废法
 * 82). Field waste, input manifest_no. */
enum rc
check_manifest_for_hazardous(const struct check_in *in, struct err *err)
{
	if (in->move == NULL || !str_eq(check_text(in, "waste"), "危险废物") ||
	    check_text(in, "manifest_no") != NULL)
		return RC_OK;
	return err_set(err, RC_DENIED, 0,
		       _("hazardous waste travels with a manifest: give %s"),
		       check_title(in, "manifest_no"));
}
