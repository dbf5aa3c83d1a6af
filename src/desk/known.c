#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "table_int.h"

/* Names and number prefixes that follow from reference data. */

static const char *
province_sign(const char *code)
{
	static const struct {
		const char *code, *sign;
	} signs[] = {
		{ "31", "沪" },
		{ "32", "苏" },
		{ "33", "浙" },
		{ "34", "皖" },
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(signs); i++)
		if (str_starts(code, signs[i].code))
			return signs[i].sign;
	return "";
}

/* First character of s, heap. */
static char *
first_char(const char *s)
{
	uint32_t cp;

	return xstrndup(s, utf8_next(s, strlen(s), &cp));
}

/* Character for a unit beside the joint office: 区公安分局 gives 公. */
static char *
unit_char(struct table **tables, const char *desk)
{
	const struct table *units = table_embedded(tables, "units");
	const char *name;
	size_t row;

	if (!table_find(units, "desk_id", desk, &row))
		return xstrdup(desk + 7);
	name = table_cell(units, row, "short_name");
	if (str_starts(name, "区") || str_starts(name, "市"))
		name += strlen("区");
	return first_char(name);
}

/* 310105 gives 沪长打假 (its papers bear that prefix), 310105-gaj 沪长公打假:
 * a first value that the administrator sets as the unit's seal has it. */
char *
setting_default_prefix(const char *desk)
{
	struct table *tables = NULL;
	const struct table *divisions = table_embedded(&tables, "divisions");
	char code[7], *place = NULL, *unit = NULL, *prefix;
	size_t row;

	memcpy(code, desk, 6);
	code[6] = '\0';
	if (table_find(divisions, "code", code, &row))
		place = first_char(table_cell(divisions, row, "short"));
	if (desk[6] == '-')
		unit = unit_char(&tables, desk);
	prefix = xasprintf("%s%s%s打假", province_sign(code),
			   place != NULL ? place : code,
			   unit != NULL ? unit : "");
	xfree(place);
	xfree(unit);
	tables_free(tables);
	return prefix;
}

char *
desk_known_name(const char *desk)
{
	struct table *tables = NULL;
	const struct table *units = table_embedded(&tables, "units");
	const struct table *divisions = table_embedded(&tables, "divisions");
	char code[7], *name = NULL;
	size_t row;

	memcpy(code, desk, 6);
	code[6] = '\0';
	if (desk[6] == '-' && table_find(units, "desk_id", desk, &row))
		name = xstrdup(table_cell(units, row, "full_name"));
	else if (table_find(divisions, "code", code, &row))
		name = xasprintf("%s%s", table_cell(divisions, row, "name"),
				 desk[6] == '-' ? desk + 6 : "联合执法办公室");
	tables_free(tables);
	return name != NULL ? name : xstrdup(desk);
}
