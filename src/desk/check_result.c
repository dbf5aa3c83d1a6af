/* Checks of what may be relied upon: a laboratory's result, a qualification. */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/text.h"
#include "check_int.h"
#include "desk_int.h"
#include "model/condition.h"

static const char *
field_title(const struct kind *kind, const char *dotted)
{
	const struct field *f = kind_field(kind, dotted);

	return f != NULL ? title_in(&f->title, i18n_zh()) : dotted;
}

/*
 * cma_valid_on(issued_on): on that day the qualification, whose last day is
 * views.lookup.until, was in force. Without such a day (a right holder's
 * identification has none) there is nothing to judge.
 */
enum rc
check_cma_valid_on(const struct check_in *in, struct err *err)
{
	const struct lookup *l = in->kind->views.lookup;
	const char *on = json_text_at(in->fields, in->args);
	const char *until = l != NULL && l->until != NULL
				    ? json_text_at(in->fields, l->until)
				    : NULL;

	/* dates as they are written compare as they lie in time */
	if (on == NULL || until == NULL || strcmp(on, until) <= 0)
		return RC_OK;
	return err_set(err, RC_STATE, 0,
		       _("the qualification ended on %s, before %s (%s)"),
		       until, on, field_title(in->kind, in->args));
}

static bool
is_among(const char *const *names, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (str_eq(names[i], name))
			return true;
	return false;
}

static const struct clock_def *
clock_named(const struct kind *k, const char *name)
{
	size_t i;

	for (i = 0; i < k->n_clocks; i++)
		if (str_eq(k->clocks[i].name, name))
			return &k->clocks[i];
	return NULL;
}

/* The clock has no instance: is it not for this document, or does it lack
 * the day it starts from? */
static enum rc
without_clock(const struct check_in *in, const struct clock_def *def,
	      struct err *err)
{
	const struct condition_in at = { .doc = in->held->doc,
					 .fields = in->fields,
					 .now_ms = env_now_ms(in->desk->env) };

	if (in->args[0] != '\0' && json_text_at(in->fields, in->args) == NULL)
		return err_set(err, RC_STATE, 0,
			       _("%s is not given: whether it may be objected "
				 "to is not known"),
			       field_title(in->kind, in->args));
	if (def->when != NULL && !condition_holds(def->when, &at))
		return RC_OK; /* nobody may object */
	if (def->start_field == NULL)
		return RC_OK;
	return err_set(err, RC_STATE, 0,
		       _("%s is not given: '%s' cannot be counted"),
		       field_title(in->kind, def->start_field),
		       title_in(&def->title, i18n_zh()));
}

/*
 * objection_over(FIELD): the owner's clock of views.lookup.after is over, or
 * none is due; FIELD must be given, since it says which. What time brought
 * counts at once, before the owner's desk signs it (KINDS, rule 5).
 */
enum rc
check_objection_over(const struct check_in *in, struct err *err)
{
	const struct lookup *l = in->kind->views.lookup;
	const struct doc *doc = in->held != NULL ? in->held->doc : NULL;
	const struct clock_def *def;
	char day[11];
	size_t i;

	if (l == NULL || l->after_clock == NULL || doc == NULL ||
	    doc->tracks[0].state == NULL ||
	    !is_among(l->after, l->n_after, doc->tracks[0].state->name))
		return RC_OK;
	def = clock_named(in->kind, l->after_clock);
	for (i = 0; i < doc->n_clocks; i++) {
		const struct doc_clock *c = &doc->clocks[i];

		if (!str_eq(c->def->name, l->after_clock))
			continue;
		if (c->state == CLOCK_ENDED)
			return RC_OK;
		day_format(day_of_ms(c->due.rolled_ms), day);
		return err_set(err, RC_STATE, 0,
			       _("'%s' runs until the end of %s"),
			       title_in(&def->title, i18n_zh()), day);
	}
	return def != NULL ? without_clock(in, def, err) : RC_OK;
}
