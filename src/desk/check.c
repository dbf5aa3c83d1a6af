#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "check_int.h"
#include "desk_int.h"
#include "journal/blob.h"
#include "journal/peer.h"

static enum rc
known_list(const struct check_in *in, const char *member, struct err *err)
{
	const json_t *list = json_object_get(in->body, member), *one;
	const char *desk;
	size_t i;
	bool trusted;
	enum rc rc;

	json_array_foreach(list, i, one)
	{
		desk = json_string_value(one);
		rc = peer_is_trusted(in->desk->journal, desk, &trusted, err);
		if (rc != RC_OK)
			return rc;
		if (!trusted)
			return err_set(err, RC_DENIED, 0,
				       _("%s is no trusted peer: trust its "
					 "card first ('deltadesk peer trust')"),
				       desk);
	}
	return RC_OK;
}

static enum rc
parties_known(const struct check_in *in, struct err *err)
{
	enum rc rc = known_list(in, "to", err);

	return rc == RC_OK ? known_list(in, "cc", err) : rc;
}

/* 机密 and above never travel here (DOMAIN 1, secrecy); 内部 and 工作秘密 may.
 */
static enum rc
no_secret_grade(const struct check_in *in, struct err *err)
{
	static const char *const grades[] = { "秘密", "机密", "绝密" };
	const char *secrecy = json_text(in->fields, "secrecy");
	const char *title = json_text(in->fields, "title");
	char mark[16];
	size_t i;

	for (i = 0; i < ARRAY_LEN(grades); i++) {
		memcpy(mark, grades[i], 6);
		memcpy(mark + 6, "★", 4);
		if ((secrecy != NULL && str_starts(secrecy, grades[i])) ||
		    (title != NULL && strstr(title, mark) != NULL))
			return err_set(err, RC_DENIED, 0,
				       _("a paper marked %s may not be sent "
					 "from this desk"),
				       grades[i]);
	}
	return RC_OK;
}

static enum rc
attachments_here(const struct check_in *in, struct err *err)
{
	const json_t *list = json_object_get(in->body, "attachments"), *one;
	struct digest digest;
	char shown[80];
	size_t i;

	json_array_foreach(list, i, one)
	{
		const char *text = json_text(one, "digest");

		if (text == NULL ||
		    digest_parse(text, &digest, NULL) != RC_OK ||
		    !blob_here(in->desk->journal, &digest, NULL))
			return err_set(
				err, RC_NOTFOUND, 0,
				_("attachment '%s' is not here: attach it "
				  "again"),
				text_show_into(shown, sizeof(shown),
					       json_text(one, "name") != NULL
						       ? json_text(one, "name")
						       : ""));
	}
	return RC_OK;
}

/* Does any text of v contain words? */
static bool
contains(const json_t *v, const char *words)
{
	const char *name;
	json_t *one;
	size_t i;

	if (json_is_string(v))
		return strstr(json_string_value(v), words) != NULL;
	if (json_is_object(v))
		json_object_foreach((json_t *)(uintptr_t)v, name,
				    one) if (contains(one, words)) return true;
	if (json_is_array(v))
		json_array_foreach(v, i,
				   one) if (contains(one, words)) return true;
	return false;
}

static bool
is_masked(const struct field *f, const char *name)
{
	size_t i;

	for (i = 0; i < f->n_masked; i++)
		if (str_eq(f->masked[i], name))
			return true;
	return false;
}

/* What identifies a person must not stand in what leaves (投诉举报办法 37). */
static enum rc
masked_group(const struct check_in *in, const struct field *f,
	     const json_t *group, struct err *err)
{
	const json_t *public = json_object_get(in->body, "fields");
	const struct field *sub;
	const char *value;
	bool identified = false, masked = false;
	size_t i;

	for (i = 0; i < f->n_sub; i++) {
		sub = &f->sub[i];
		value = json_text(group, sub->name);
		if (value == NULL || value[0] == '\0')
			continue;
		if (is_masked(f, sub->name)) {
			masked = true;
			continue;
		}
		if (sub->type == FIELD_CODE)
			continue; /* a sort, not an identity */
		identified = true;
		if (utf8_chars(value, strlen(value)) >= 2 &&
		    contains(public, value))
			return err_set(err, RC_DENIED, 0,
				       _("%s of the informant stands in a "
					 "field that would leave the desk: "
					 "take it out"),
				       title_in(&sub->title, i18n_zh()));
	}
	if (identified && !masked)
		return err_set(err, RC_DENIED, 0,
			       _("%s is confidential: give its masked form, "
				 "which is what peers get"),
			       title_in(&f->title, i18n_zh()));
	return RC_OK;
}

static enum rc
informant_masked(const struct check_in *in, struct err *err)
{
	const json_t *group;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; rc == RC_OK && i < in->kind->n_fields; i++) {
		const struct field *f = &in->kind->fields[i];

		group = json_object_get(in->fields, f->name);
		if (f->confidential && f->n_masked > 0 && json_is_object(group))
			rc = masked_group(in, f, group, err);
	}
	return rc;
}

/* DOMAIN 1: a forwarded clue is not forwarded again. */
static enum rc
forward_once(const struct check_in *in, struct err *err)
{
	const struct event *issue =
		in->held != NULL ? in->held->doc->issue : NULL;

	if (issue != NULL && json_text(issue->data, "from") != NULL)
		return err_set(err, RC_STATE, 0,
			       _("it was forwarded once already: return it to "
				 "%s instead"),
			       in->held->doc->owner);
	return RC_OK;
}

/* Judged where content is checked, as a problem that an officer may insist
 * on (credit_code, gtin, division), or where the officer is (not_author). */
static enum rc
judged_elsewhere(const struct check_in *in, struct err *err)
{
	(void)in;
	(void)err;
	return RC_OK;
}

static const struct {
	const char *name;
	enum rc (*run)(const struct check_in *in, struct err *err);
	bool by_note; /* a note of the move answers it */
} checks[] = {
	{ .name = "parties_known", .run = parties_known },
	{ .name = "no_secret_grade", .run = no_secret_grade },
	{ .name = "attachments_here", .run = attachments_here },
	{ .name = "informant_masked", .run = informant_masked },
	{ .name = "credit_code", .run = judged_elsewhere },
	{ .name = "gtin", .run = judged_elsewhere },
	{ .name = "division", .run = judged_elsewhere },
	{ .name = "not_author", .run = judged_elsewhere },
	{ .name = "forward_once", .run = forward_once },
	{ .name = "look_for_result",
	  .run = check_look_for_result,
	  .by_note = true },
	{ .name = "roll_call_open", .run = check_roll_call_open },
	{ .name = "call_logged", .run = check_call_logged },
	{ .name = "all_confirmed", .run = check_all_confirmed },
	{ .name = "countersigned_revision",
	  .run = check_countersigned_revision },
	{ .name = "desk_named", .run = check_desk_named },
	{ .name = "cma_valid_on", .run = check_cma_valid_on },
	{ .name = "objection_over", .run = check_objection_over },
	{ .name = "report_unique", .run = check_report_unique },
	{ .name = "latest_wins", .run = check_latest_wins },
	{ .name = "registered_here", .run = check_registered_here },
	{ .name = "two_officers", .run = check_two_officers },
	{ .name = "two_seals", .run = check_two_seals },
	{ .name = "head_approved", .run = check_head_approved },
	{ .name = "same_level_police", .run = check_same_level_police },
	{ .name = "copy_to_procuratorate", .run = check_copy_to_procuratorate },
	{ .name = "own_unit", .run = check_own_unit },
	{ .name = "enclosures_complete", .run = check_enclosures_complete },
	{ .name = "lists_equal", .run = check_lists_equal },
	{ .name = "goods_conserved", .run = check_goods_conserved },
	{ .name = "after_service", .run = check_after_service },
	{ .name = "licensed_unit", .run = check_licensed_unit },
	{ .name = "manifest_for_hazardous",
	  .run = check_manifest_for_hazardous },
	{ .name = "date_order", .run = check_date_order },
	{ .name = "reg_no_shape", .run = check_reg_no_shape },
	{ .name = "clash", .run = check_clash, .by_note = true },
	{ .name = "reveal_matches_digest", .run = check_reveal_matches_digest },
	{ .name = "taker_named", .run = check_taker_named },
};

/* "NAME(ARGS;FIELD=VALUE|VALUE)": only where the field has such a value. */
static bool
applies(const struct check_in *in)
{
	const char *only = strchr(in->args, ';'), *equal, *at, *value;
	char field[CHECK_ARG_MAX];
	size_t n;

	if (only == NULL)
		return true;
	only++;
	equal = strchr(only, '=');
	if (equal == NULL || (size_t)(equal - only) >= sizeof(field))
		return true; /* kind_read() refuses that */
	memcpy(field, only, (size_t)(equal - only));
	field[equal - only] = '\0';
	value = check_text(in, field);
	for (at = equal + 1; value != NULL && *at != '\0'; at += n) {
		at += *at == '|';
		n = strcspn(at, "|");
		if (strlen(value) == n && strncmp(at, value, n) == 0)
			return true;
	}
	return false;
}

/* "cma_valid_on(issued_on)": the name up to the bracket, what is inside. */
static enum rc
run_one(const struct check_in *in, const char *text, struct err *err)
{
	size_t n = strcspn(text, "("), tail = strlen(text + n);
	struct check_in with = *in;
	char *args = NULL;
	enum rc rc;
	size_t c;

	for (c = 0; c < ARRAY_LEN(checks); c++)
		if (strlen(checks[c].name) == n &&
		    strncmp(checks[c].name, text, n) == 0)
			break;
	/* a check that cannot be made must not pass */
	if (c == ARRAY_LEN(checks))
		return err_set(err, RC_STATE, 0,
			       _("check '%s' is not known to this version: "
				 "update deltadesk"),
			       text);
	args = xstrndup(tail > 2 ? text + n + 1 : "", tail > 2 ? tail - 2 : 0);
	with.args = args;
	rc = applies(&with) ? checks[c].run(&with, err) : RC_OK;
	xfree(args);
	return rc;
}

enum rc
checks_run(const struct check_in *in, const char **names, size_t n_names,
	   struct err *err)
{
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; rc == RC_OK && i < n_names; i++)
		rc = run_one(in, names[i], err);
	return rc;
}

bool
checks_take_note(const char **names, size_t n_names)
{
	size_t i, k;

	for (i = 0; i < n_names; i++)
		for (k = 0; k < ARRAY_LEN(checks); k++)
			if (checks[k].by_note &&
			    strlen(checks[k].name) == strcspn(names[i], "(") &&
			    str_starts(names[i], checks[k].name))
				return true;
	return false;
}
