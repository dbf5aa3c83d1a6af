/*
 * look_for_result: before a test is ordered, which valid results are there?
 *
 *	look_for_result(product~goods.name,batch=goods.batch;cause=检测|检验)
 *
 * ROLE~FIELD is alike (one has the other in it), ROLE=FIELD the same; what
 * either side lacks does not matter, but for the first. Of a list's fields
 * each row is looked for. A note of the move that says why the results will not
 *do lets it pass; it stays with the move for ever.
 */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "check_int.h"
#include "desk_int.h"
#include "lookup_int.h"

#define TOLD_MAX 4 /* as many names fit a sentence */

struct look {
	struct result_query q;
	char role[LOOKUP_ROLES_MAX][NAME_MAX_LEN + 1];
	char field[LOOKUP_ROLES_MAX][CHECK_ARG_MAX];
};

/* "role~field" */
static void
take_arg(char *arg, struct look *l)
{
	size_t at = strcspn(arg, "~="), i = l->q.n_by;
	bool alike = arg[at] == '~';

	if (arg[at] == '\0' || i == LOOKUP_ROLES_MAX)
		return; /* the kind file says nothing to look for */
	arg[at] = '\0';
	if (str_copy(l->role[i], sizeof(l->role[i]), arg, NULL) != RC_OK ||
	    str_copy(l->field[i], sizeof(l->field[i]), arg + at + 1, NULL) !=
		    RC_OK)
		return;
	l->q.by[i] = (struct lookup_by){ .role = l->role[i],
					 .how = alike ? LOOKUP_ALIKE
						      : LOOKUP_EQUAL };
	l->q.n_by++;
}

/* The list that a field lies in; NULL: none. *ret_rest: the name below it. */
static const json_t *
list_of(const struct check_in *in, const char *field, const char **ret_rest)
{
	const char *dot = strchr(field, '.');
	const json_t *top = dot != NULL
				    ? json_object_getn(in->fields, field,
						       (size_t)(dot - field))
				    : NULL;

	*ret_rest = dot != NULL ? dot + 1 : field;
	return json_is_array(top) ? top : NULL;
}

static size_t
rows_of(const struct check_in *in, const struct look *l)
{
	const char *rest;
	size_t i, n = 1;

	for (i = 0; i < l->q.n_by; i++) {
		const json_t *list = list_of(in, l->field[i], &rest);

		if (json_array_size(list) > n)
			n = json_array_size(list);
	}
	return n;
}

/* Puts the row's values into the question; false: the first has none. */
static bool
ask_row_of(const struct check_in *in, struct look *l, size_t row)
{
	const char *rest;
	size_t i;

	for (i = 0; i < l->q.n_by; i++) {
		const json_t *list = list_of(in, l->field[i], &rest);

		l->q.by[i].text =
			list != NULL
				? json_text_at(json_array_get(list, row), rest)
				: json_text_at(in->fields, l->field[i]);
	}
	return l->q.n_by > 0 && l->q.by[0].text != NULL &&
	       l->q.by[0].text[0] != '\0';
}

struct told {
	char names[160];
	size_t n, len;
	char ids[TOLD_MAX][UUID_LEN + 1];
};

static bool
was_told(const struct told *t, const char *id)
{
	size_t i;

	for (i = 0; i < t->n && i < TOLD_MAX; i++)
		if (str_eq(t->ids[i], id))
			return true;
	return false;
}

static void
tell(struct told *t, const struct result_row *r)
{
	const char *name = r->number[0] != '\0' ? r->number : r->title;
	char one[96];
	int n;

	if (was_told(t, r->ref.id))
		return;
	if (t->n < TOLD_MAX) {
		memcpy(t->ids[t->n], r->ref.id, sizeof(t->ids[t->n]));
		n = snprintf(one, sizeof(one), "%s%s %s", t->n > 0 ? ", " : "",
			     name, r->conclusion);
		if (n > 0 && (size_t)n < sizeof(one) &&
		    t->len + (size_t)n < sizeof(t->names)) {
			memcpy(t->names + t->len, one, (size_t)n + 1);
			t->len += (size_t)n;
		}
	}
	t->n++;
}

static enum rc
look_row(const struct check_in *in, struct look *l, struct told *t,
	 struct err *err)
{
	struct result_list found;
	enum rc rc = ask_results(in->desk, &l->q, &found, err);
	size_t i;

	/* one that this desk declined will not do, and it said why */
	for (i = 0; rc == RC_OK && i < found.n_rows; i++)
		if (found.rows[i].own_stage != STAGE_REFUSED)
			tell(t, &found.rows[i]);
	if (rc == RC_OK)
		result_list_release(&found);
	return rc;
}

enum rc
check_look_for_result(const struct check_in *in, struct err *err)
{
	struct look l = { .q = { .valid_only = true, .limit = TOLD_MAX + 1 } };
	struct told told = { .n = 0 };
	char arg[CHECK_ARG_MAX];
	enum rc rc = RC_OK;
	size_t row, n;

	if (in->move == NULL || json_text(in->move, "note") != NULL)
		return RC_OK;
	for (row = 0; check_arg(in, row, arg); row++)
		take_arg(arg, &l);
	n = rows_of(in, &l);
	for (row = 0; rc == RC_OK && row < n; row++)
		if (ask_row_of(in, &l, row))
			rc = look_row(in, &l, &told, err);
	if (rc != RC_OK || told.n == 0)
		return rc;
	return err_set(err, RC_STATE, 0,
		       ngettext("%zu valid result is there: %s; use it, or "
				"say in a note why it will not do",
				"%zu valid results are there: %s; use one, "
				"or say in a note why they will not do",
				told.n),
		       told.n, told.names);
}
