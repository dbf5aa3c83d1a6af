/*
 * The sums of statistics (table stat), added to once before a commit: a batch
 * of notices adds to the same few rows again and again.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "projected_int.h"

/* A sum beyond 64 bits stays as it is, as in the table. */
static void
add(json_t *sums, const char *name, int64_t n)
{
	json_t *have = json_object_get(sums, name);
	json_int_t sum = 0;
	if (have == NULL)
		json_object_set_new(sums, name, json_integer(n));
	else if (!__builtin_add_overflow(json_integer_value(have), n, &sum))
		(void)json_integer_set(have, sum);
}

static void
add_facts(json_t *sums, json_t *facts)
{
	const char *name;
	json_t *n;
	json_object_foreach(facts, name, n)
		add(sums, name, json_integer_value(n));
}

void
stat_sums_add(struct journal *j, const char *kind, const struct measured *m)
{
	char month[12];
	const char *desk;
	json_t *pair, *facts;
	size_t i;

	(void)snprintf(month, sizeof(month), "%d", m->month);
	if (j->stat_sums == NULL)
		j->stat_sums = json_object();
	json_t *dimensions = json_child(json_child(j->stat_sums, kind), month);
	json_array_foreach(m->dims, i, pair) add_facts(
		json_child(
			json_child(dimensions,
				   json_string_value(json_array_get(pair, 0))),
			json_string_value(json_array_get(pair, 1))),
		m->facts);
	json_array_foreach(m->tags, i, pair)
		add(json_child(json_child(dimensions,
					  json_string_value(
						  json_array_get(pair, 0))),
			       json_string_value(json_array_get(pair, 1))),
		    "docs", 1);
	json_object_foreach(m->desks, desk, facts) add_facts(
		json_child(json_child(dimensions, "desk"), desk), facts);
}

struct sum_of { /* where one value's names stand */
	const char *kind, *dimension, *value;
	int64_t month;
};

static enum rc
put_value(struct journal *j, const struct sum_of *of, json_t *sums,
	  struct err *err)
{
	enum rc rc = RC_OK;
	const char *name;
	json_t *n;
	json_object_foreach(sums, name, n)
	{
		if (rc != RC_OK)
			break;
		struct stmt *st = stmt_use(j->store, SQL_STAT_ADD);
		stmt_text(st, 1, of->dimension);
		stmt_int(st, 2, of->month);
		stmt_text(st, 3, of->kind);
		stmt_text(st, 4, of->value);
		stmt_text(st, 5, name);
		stmt_int(st, 6, json_integer_value(n));
		rc = stmt_run(st, err);
	}
	return rc;
}

static enum rc
put_month(struct journal *j, struct sum_of *of, json_t *dimensions,
	  struct err *err)
{
	enum rc rc = RC_OK;
	json_t *values, *sums;
	json_object_foreach(dimensions, of->dimension, values)
		json_object_foreach(values, of->value, sums) if (rc == RC_OK)
			rc = put_value(j, of, sums, err);
	return rc;
}

enum rc
stat_sums_make(struct journal *j, struct err *err)
{
	struct sum_of of = { .kind = NULL };
	enum rc rc = RC_OK;
	const char *month;
	json_t *months, *dimensions;
	json_object_foreach(j->stat_sums, of.kind, months)
		json_object_foreach(months, month, dimensions)
	{
		of.month = strtoll(month, NULL, 10);
		if (rc == RC_OK)
			rc = put_month(j, &of, dimensions, err);
	}
	stat_sums_reset(j);
	return rc;
}

void
stat_sums_reset(struct journal *j)
{
	json_decref(j->stat_sums);
	j->stat_sums = NULL;
}
