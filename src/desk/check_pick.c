/* Codes of fields that pick from a closed reference table. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "check_int.h"
#include "desk_int.h"
#include "table_int.h"

/* Only codes that a standard closes: others grow with each year's plan, and
 * an older edition's code must not hold a paper up. */
static const char *const closed[] = { "divisions" };

static bool
is_closed(const char *pick)
{
	size_t i;

	for (i = 0; pick != NULL && i < ARRAY_LEN(closed); i++)
		if (str_eq(closed[i], pick))
			return true;
	return false;
}

struct picking {
	struct desk *d;
	struct err *err;
};

static enum rc pick_fields(const struct picking *p, const struct field *fields,
			   size_t n_fields, const json_t *content);

static enum rc
pick_value(const struct picking *p, const struct field *f, const json_t *value)
{
	const char *code = json_string_value(value);
	const struct table *t;
	char shown[80];
	size_t i, row;
	enum rc rc = RC_OK;

	if (f->type == FIELD_GROUP)
		return pick_fields(p, f->sub, f->n_sub, value);
	if (f->type == FIELD_LIST) {
		for (i = 0; rc == RC_OK && i < json_array_size(value); i++)
			rc = pick_fields(p, f->sub, f->n_sub,
					 json_array_get(value, i));
		return rc;
	}
	if (code == NULL || code[0] == '\0' || !is_closed(f->pick))
		return RC_OK;
	t = table_get(p->d, f->pick);
	if (t == NULL || table_find(t, t->heads[0], code, &row))
		return RC_OK;
	return err_set(p->err, RC_RANGE, 0,
		       _("%s: '%s' is no code of table %s"),
		       title_in(&f->title, i18n_zh()),
		       text_show_into(shown, sizeof(shown), code), f->pick);
}

static enum rc
pick_fields(const struct picking *p, const struct field *fields,
	    size_t n_fields, const json_t *content)
{
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; rc == RC_OK && i < n_fields; i++)
		rc = pick_value(p, &fields[i],
				json_object_get(content, fields[i].name));
	return rc;
}

enum rc
picks_known(struct desk *d, const struct kind *kind, const json_t *fields,
	    struct err *err)
{
	struct picking p = { .d = d, .err = err };

	return pick_fields(&p, kind->fields, kind->n_fields, fields);
}
