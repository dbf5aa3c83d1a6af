/* Checks of what may be relied upon: a laboratory's result, a qualification. */
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "check_int.h"
#include "desk_int.h"
#include "lookup_int.h"

/*
 * cma_valid_on(issued_on): on that day the qualification, whose last day is
 * views.lookup.until, was in force. Without such a day (a right holder's
 * identification has none) there is nothing to judge.
 */
enum rc
check_cma_valid_on(const struct check_in *in, struct err *err)
{
	const struct lookup *l = in->kind->views.lookup;
	char name[CHECK_ARG_MAX], day[11];
	int32_t on, until;

	if (l == NULL || l->until == NULL || !check_arg(in, 0, name) ||
	    !check_day(in, name, &on) || !check_day(in, l->until, &until) ||
	    on <= until)
		return RC_OK;
	day_format(until, day);
	return err_set(err, RC_STATE, 0,
		       _("the qualification ended on %s, before %s (%s)"), day,
		       check_text(in, name), check_title(in, name));
}

/*
 * objection_over: what the kind's views.lookup waits for is over, so that the
 * document may be relied upon. A clock that ran out counts at once, before
 * the owner's desk signs it (KINDS, rule 5).
 */
enum rc
check_objection_over(const struct check_in *in, struct err *err)
{
	struct lookup_stand stand, endless;
	char *why;

	if (in->held == NULL || lookup_of(in->held->doc) == NULL)
		return RC_OK;
	lookup_stand(in->held->doc, &stand);
	/* its last day is another question: cma_valid_on */
	endless = stand;
	endless.to_ms = LOOKUP_NO_TIME;
	if (lookup_valid(in->desk, &endless))
		return RC_OK;
	why = lookup_why(in->desk, in->held->doc, &stand);
	(void)err_set(err, RC_STATE, 0, "%s", why);
	xfree(why);
	return RC_STATE;
}

/* ---- one paper, one document ---- */

struct twin {
	const struct check_in *in;
	struct lookup_pair pair;
	const struct lookup_key *second;
	struct doc_ref found;
	char *what; /* NULL: none found */
	enum rc rc;
	struct err *err;
};

static const struct lookup_key *
key_of(const struct lookup *l, const char *role)
{
	size_t i;

	for (i = 0; i < l->n_keys; i++)
		if (str_eq(l->keys[i].role, role))
			return &l->keys[i];
	return NULL;
}

static void
with_second(void *ctx, const char *text)
{
	struct twin *t = ctx;

	t->pair.text[1] = text;
	if (t->rc == RC_OK && t->what == NULL)
		t->rc = lookup_twin(t->in->desk, &t->pair, &t->found, &t->what,
				    t->err);
}

static void
with_first(void *ctx, const char *text)
{
	struct twin *t = ctx;
	size_t i;

	t->pair.text[0] = text;
	for (i = 0; i < t->second->n_fields; i++)
		lookup_texts(t->in->fields, t->second->fields[i], with_second,
			     t);
}

/* Is there another document with a value of each of both roles in common? */
static enum rc
find_twin(const struct check_in *in, const char *a, const char *b, bool own,
	  struct twin *t, struct err *err)
{
	const struct lookup *l = in->kind->views.lookup;
	const struct lookup_key *first = l != NULL ? key_of(l, a) : NULL;
	size_t i;

	*t = (struct twin){
		.in = in,
		.pair = { .as = l != NULL ? l->as : "",
			  .role = { a, b },
			  .self = in->held != NULL ? in->held->doc->id : "",
			  .own = own },
		.second = l != NULL ? key_of(l, b) : NULL,
		.rc = RC_OK,
		.err = err,
	};
	if (first == NULL || t->second == NULL)
		return RC_OK;
	for (i = 0; i < first->n_fields; i++)
		lookup_texts(in->fields, first->fields[i], with_first, t);
	return t->rc;
}

/* report_unique: no other document of the replica has the same laboratory
 * (name or code) and number. */
enum rc
check_report_unique(const struct check_in *in, struct err *err)
{
	struct twin t;
	enum rc rc = find_twin(in, "number", "laboratory", false, &t, err);

	if (rc == RC_OK && t.what != NULL)
		rc = err_set(err, RC_EXISTS, 0,
			     _("this report was issued already by %s as %s"),
			     t.found.owner, t.what);
	xfree(t.what);
	return rc;
}

/* latest_wins: what this desk keeps of somebody is one document, of which
 * the latest revision holds. */
enum rc
check_latest_wins(const struct check_in *in, struct err *err)
{
	static const char *const roles[] = { "code", "name" };
	struct twin t;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; rc == RC_OK && i < ARRAY_LEN(roles); i++) {
		rc = find_twin(in, roles[i], "type", true, &t, err);
		if (rc == RC_OK && t.what != NULL)
			rc = err_set(err, RC_EXISTS, 0,
				     _("'%s' is in the register already (%s): "
				       "revise it, the latest revision holds"),
				     t.what, t.found.id);
		xfree(t.what);
	}
	return rc;
}
