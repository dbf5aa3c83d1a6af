/* Checks of where something belongs. */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/text.h"
#include "check_int.h"
#include "desk_int.h"

/* Does the desk's division hold the division code? 330000 holds all of its
 * province, 330100 all of its prefecture. */
static bool
holds(const char *desk, const char *code)
{
	size_t n = 6;

	if (strncmp(desk + 2, "0000", 4) == 0)
		n = 2;
	else if (strncmp(desk + 4, "00", 2) == 0)
		n = 4;
	return strncmp(desk, code, n) == 0;
}

/* Is the place in another province: by its code, else by what was chosen of
 * the field's two choices, the first of which is this province. */
static bool
is_away(const struct check_in *in, const char *code, const char *chosen_in)
{
	const struct field *f = kind_field(in->kind, chosen_in);

	if (code != NULL)
		return strncmp(in->desk->id, code, 2) != 0;
	return f != NULL && f->n_choices == 2 &&
	       str_eq(json_text_at(in->fields, chosen_in), f->choices[1]);
}

static enum rc
agree(const struct check_in *in, const char *code, const char *chosen_in,
      struct err *err)
{
	const struct field *f = kind_field(in->kind, chosen_in);
	bool away = is_away(in, code, chosen_in);

	if (code == NULL || f == NULL || f->n_choices != 2 ||
	    str_eq(json_text_at(in->fields, chosen_in), f->choices[away]))
		return RC_OK;
	return err_set(err, RC_RANGE, 0, _("division %s: %s should be %s"),
		       code, title_in(&f->title, i18n_zh()), f->choices[away]);
}

/* The push goes to the unit of registration, and must go when it lies in
 * another province (公示规定). */
static enum rc
push_goes_there(const struct check_in *in, const char *code,
		const char *chosen_in, struct err *err)
{
	const json_t *to = json_object_get(in->body, "to"), *one;
	enum rc rc = agree(in, code, chosen_in, err);
	size_t i;

	if (rc != RC_OK)
		return rc;
	if (json_array_size(to) == 0 && is_away(in, code, chosen_in))
		return err_set(err, RC_RANGE, 0,
			       _("registered in another province: push it to "
				 "the unit there (--to)"));
	json_array_foreach(to, i, one)
	{
		const char *desk = json_string_value(one);

		if (code != NULL && desk != NULL && !holds(desk, code))
			return err_set(err, RC_RANGE, 0,
				       _("%s is not the unit of registration: "
					 "the party is registered in %s"),
				       desk, code);
	}
	return RC_OK;
}

/*
 * registered_here(CODE,WHERE): CODE a field with a division, WHERE a field
 * with two choices, this province and another. At issue the addressees are
 * the unit of registration; on a party's move this desk is.
 */
enum rc
check_registered_here(const struct check_in *in, struct err *err)
{
	char field[CHECK_ARG_MAX] = "", where[CHECK_ARG_MAX] = "";
	const char *code = check_arg(in, 0, field)
				   ? json_text_at(in->fields, field)
				   : NULL;
	enum rc rc = RC_OK;

	(void)check_arg(in, 1, where); /* without it the code alone says */
	if (code != NULL && strlen(code) != 6)
		code = NULL; /* judged as a field; says no place */
	if (in->body != NULL)
		rc = push_goes_there(in, code, where, err);
	else if (code != NULL && !holds(in->desk->id, code))
		rc = err_set(err, RC_STATE, 0,
			     _("registered in %s, not here: return it"), code);
	return rc;
}
