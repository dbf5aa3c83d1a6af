/* Checks of a case that goes from one unit to another: who signs, who decided,
 * to whom it goes, what lies with it (行政执法机关移送涉嫌犯罪案件的规定). */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "check_int.h"
#include "desk_int.h"
#include "journal/peer.h"
#include "table_int.h"
#include "trust/card.h"

/* Units by the beginning of what stands after the hyphen of a desk id. */
#define UNIT_POLICE	   "ga"
#define UNIT_PROCURATORATE "jcy"

/* How many rows name somebody, each once. */
static size_t
distinct(const json_t *list, const char *column)
{
	size_t n = 0, i, j;

	for (i = 0; i < json_array_size(list); i++) {
		const char *who = json_text(json_array_get(list, i), column);
		bool before = who == NULL || who[0] == '\0';

		for (j = 0; !before && j < i; j++)
			before = str_eq(who, json_text(json_array_get(list, j),
						       column));
		n += !before;
	}
	return n;
}

/* The column that names a row: its key, else the first. */
static const char *
key_column(const struct check_in *in, const char *list)
{
	const struct field *f = kind_field(in->kind, list);

	if (f == NULL || f->n_sub == 0)
		return "";
	return f->key != NULL ? f->key : f->sub[0].name;
}

/* two_officers(LIST): the list names two; without an argument two sign the
 * move. */
enum rc
check_two_officers(const struct check_in *in, struct err *err)
{
	char list[CHECK_ARG_MAX];

	if (check_arg(in, 0, list)) {
		if (distinct(check_value(in, list), key_column(in, list)) >= 2)
			return RC_OK;
		return err_set(err, RC_DENIED, 0,
			       _("%s: two different officers are needed"),
			       check_title(in, list));
	}
	if (in->move == NULL ||
	    distinct(json_object_get(in->move, "officers"), "id") >= 2)
		return RC_OK;
	return err_set(err, RC_DENIED, 0, _("this move takes %d officers"), 2);
}

static enum rc
read_card(struct desk *d, const char *desk, struct card *out, struct err *err)
{
	struct buf json;
	enum rc rc;

	buf_init(&json, CARD_MAX_BYTES);
	rc = peer_card(d->journal, desk, &json, err);
	if (rc == RC_OK)
		rc = card_read_stored(buf_str(&json), json.len, out, err);
	buf_release(&json);
	return rc;
}

/* two_seals: what is handed over bears the seals of two desks, so this desk
 * and its key are not those that issued it. */
enum rc
check_two_seals(const struct check_in *in, struct err *err)
{
	char theirs[DIGEST_HEX_LEN + 1], ours[DIGEST_HEX_LEN + 1];
	struct card card = { 0 };
	const char *owner;
	enum rc rc;

	if (in->held == NULL)
		return RC_OK;
	owner = in->held->doc->owner;
	if (!str_eq(owner, in->desk->id)) {
		rc = read_card(in->desk, owner, &card, err);
		if (rc != RC_OK)
			return rc;
		card_fingerprint(&card, theirs);
		card_release(&card);
		card = (struct card){ 0 };
		rc = read_card(in->desk, in->desk->id, &card, err);
		if (rc != RC_OK)
			return rc;
		card_fingerprint(&card, ours);
		card_release(&card);
		if (!str_eq(ours, theirs))
			return RC_OK;
	}
	return err_set(err, RC_DENIED, 0,
		       _("it needs two different seals: who issued it does not "
			 "sign for it too"));
}

static bool
had_role(const json_t *officers, const char *role)
{
	const json_t *one, *name;
	size_t i, j;

	json_array_foreach(officers, i, one)
	{
		json_array_foreach(json_object_get(one, "roles"), j, name)
		{
			if (str_eq(json_string_value(name), role))
				return true;
		}
	}
	return false;
}

/* head_approved(MOVE): the draft went through that move, by the head (移送规定
 * 5: the officer in charge of the whole unit decides). */
enum rc
check_head_approved(const struct check_in *in, struct err *err)
{
	char move[CHECK_ARG_MAX];
	const json_t *one;
	size_t i;

	if (in->held != NULL)
		return RC_OK; /* issued: it was judged then */
	if (!check_arg(in, 0, move))
		return err_set(err, RC_STATE, 0,
			       _("check '%s' lacks what it asks for"),
			       "head_approved");
	json_array_foreach(in->before, i, one)
	{
		if (str_eq(json_text(one, "move"), move) &&
		    had_role(json_object_get(one, "officers"),
			     role_name(ROLE_HEAD)))
			return RC_OK;
	}
	return err_set(err, RC_DENIED, 0,
		       _("the head of the unit has not decided on it"));
}

/* Level of a desk's division: province, city, county; "" unknown. */
static const char *
level_of(struct desk *d, const char *desk)
{
	const struct table *t = table_get(d, "divisions");
	char code[7];
	size_t row;

	if (strlen(desk) < 6)
		return "";
	memcpy(code, desk, 6);
	code[6] = '\0';
	if (t != NULL && table_find(t, "code", code, &row))
		return table_cell(t, row, "level");
	return str_eq(code + 2, "0000") ? "province"
	       : str_eq(code + 4, "00") ? "city"
					: "county";
}

/*
 * same_level_police(REASON): every addressee is a police desk (公安) of this
 * desk's level (移送规定 5), unless the field gives a reason why not.
 */
enum rc
check_same_level_police(const struct check_in *in, struct err *err)
{
	const json_t *to = json_object_get(in->body, "to"), *one;
	char reason[CHECK_ARG_MAX];
	bool excused =
		check_arg(in, 0, reason) && check_text(in, reason) != NULL;
	size_t i;

	json_array_foreach(to, i, one)
	{
		const char *desk = json_string_value(one);

		if (!check_unit_is(desk, UNIT_POLICE))
			return err_set(err, RC_DENIED, 0,
				       _("%s is no police desk: a case goes to "
					 "the police (310105-gaj)"),
				       desk);
		if (excused || str_eq(level_of(in->desk, desk),
				      level_of(in->desk, in->desk->id)))
			continue;
		return err_set(err, RC_DENIED, 0,
			       _("%s is not the police of this desk's level; "
				 "say why in '%s'"),
			       desk, check_title(in, reason));
	}
	return RC_OK;
}

/* copy_to_procuratorate: a procuratorate (检察院) is among those copied. */
enum rc
check_copy_to_procuratorate(const struct check_in *in, struct err *err)
{
	const json_t *cc = json_object_get(in->body, "cc"), *one;
	size_t i;

	json_array_foreach(cc, i, one)
	{
		if (check_unit_is(json_string_value(one), UNIT_PROCURATORATE))
			return RC_OK;
	}
	return err_set(err, RC_DENIED, 0,
		       _("a copy goes to the procuratorate: name its desk in "
			 "--cc (310105-jcy)"));
}

/* own_unit(SUFFIX): only for desks of such a unit ("jcy"). */
enum rc
check_own_unit(const struct check_in *in, struct err *err)
{
	char unit[CHECK_ARG_MAX];

	if (check_arg(in, 0, unit) && check_unit_is(in->desk->id, unit))
		return RC_OK;
	return err_set(err, RC_DENIED, 0,
		       _("only for a desk of the unit that the law names"));
}

static bool
enclosed(const struct check_in *in, const char *group, const char *name)
{
	char dotted[2 * CHECK_ARG_MAX];
	const json_t *list, *files;

	(void)snprintf(dotted, sizeof(dotted), "%s.%s", group, name);
	if (!json_is_true(check_value(in, dotted)))
		return false;
	/* what the paper itself can hold must not be empty */
	if (kind_field(in->kind, name) == NULL)
		return true;
	list = check_value(in, name);
	files = json_object_get(in->body, "attachments");
	return json_array_size(list) > 0 || json_array_size(files) > 0;
}

/*
 * enclosures_complete(GROUP): the three papers that cannot be missing, and
 * the fourth or a stated reason (移送规定 6).
 */
enum rc
check_enclosures_complete(const struct check_in *in, struct err *err)
{
	static const char *const needed[] = { "transfer_letter",
					      "investigation_report",
					      "goods_list" };
	char group[CHECK_ARG_MAX], dotted[2 * CHECK_ARG_MAX];
	size_t i;

	if (!check_arg(in, 0, group))
		return err_set(err, RC_STATE, 0,
			       _("check '%s' lacks what it asks for"),
			       "enclosures_complete");
	for (i = 0; i < ARRAY_LEN(needed); i++) {
		(void)snprintf(dotted, sizeof(dotted), "%s.%s", group,
			       needed[i]);
		if (!enclosed(in, group, needed[i]))
			return err_set(err, RC_DENIED, 0,
				       _("the enclosures lack: %s"),
				       check_title(in, dotted));
	}
	(void)snprintf(dotted, sizeof(dotted), "%s.missing_reason", group);
	if (enclosed(in, group, "test_or_appraisal") ||
	    check_text(in, dotted) != NULL)
		return RC_OK;
	return err_set(err, RC_DENIED, 0,
		       _("neither a test or appraisal is enclosed nor a reason "
			 "given why not"));
}
