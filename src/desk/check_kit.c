/* What named checks share: their arguments, and what those name. */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "check_int.h"
#include "desk_int.h"

/* Of dotted names: a member of a member. */
static const json_t *
value_at(const json_t *content, const char *dotted)
{
	char part[NAME_MAX_LEN + 1];
	size_t n = strcspn(dotted, ".");

	if (n >= sizeof(part))
		return NULL;
	memcpy(part, dotted, n);
	part[n] = '\0';
	content = json_object_get(content, part);
	return dotted[n] == '\0' ? content : value_at(content, dotted + n + 1);
}

bool
check_arg(const struct check_in *in, size_t at, char out[static CHECK_ARG_MAX])
{
	const char *args = in->args;
	size_t n = strcspn(args, ",;");

	for (; at > 0 && args[n] == ','; at--) {
		args += n + 1;
		n = strcspn(args, ",;");
	}
	if (at > 0 || n == 0 || n >= CHECK_ARG_MAX)
		return false;
	memcpy(out, args, n);
	out[n] = '\0';
	return true;
}

const json_t *
check_value(const struct check_in *in, const char *name)
{
	const json_t *v = value_at(json_object_get(in->move, "input"), name);

	if (v == NULL)
		v = value_at(json_object_get(in->move, "own"), name);
	return v != NULL ? v : value_at(in->fields, name);
}

const char *
check_text(const struct check_in *in, const char *name)
{
	const char *s = json_string_value(check_value(in, name));

	return s != NULL && s[0] != '\0' ? s : NULL;
}

bool
check_instant(const struct check_in *in, const char *name, int64_t *ret_ms,
	      bool *ret_dated)
{
	const char *s = check_text(in, name);
	bool dated = false;
	int32_t day;

	if (str_eq(name, CHECK_ISSUED)) {
		if (in->held == NULL || !in->held->doc->issued)
			return false;
		*ret_ms = in->held->doc->issued_ms;
	} else if (s != NULL && day_parse(s, &day, NULL) == RC_OK) {
		dated = true;
		*ret_ms = day_start_ms(day);
	} else if (s == NULL || time_parse(s, ret_ms, NULL) != RC_OK) {
		return false;
	}
	if (ret_dated != NULL)
		*ret_dated = dated;
	return true;
}

bool
check_day(const struct check_in *in, const char *name, int32_t *ret_day)
{
	int64_t ms;

	if (!check_instant(in, name, &ms, NULL))
		return false;
	*ret_day = day_of_ms(ms);
	return true;
}

static const struct field *
field_named(const struct field *fields, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (str_eq(fields[i].name, name))
			return &fields[i];
	return NULL;
}

const char *
check_title(const struct check_in *in, const char *name)
{
	const char *move = json_text(in->move, "move");
	const struct field *f = NULL;
	size_t t;

	if (str_eq(name, CHECK_ISSUED))
		return _("date of issue");
	for (t = 0; f == NULL && move != NULL && t < in->kind->n_tracks; t++) {
		const struct move *m = track_move(&in->kind->tracks[t], move);

		if (m != NULL)
			f = field_named(m->input, m->n_input, name);
	}
	if (f == NULL)
		f = kind_field(in->kind, name);
	return f != NULL ? title_in(&f->title, i18n_zh()) : name;
}

bool
check_unit_is(const char *desk, const char *unit)
{
	const char *at = desk != NULL ? strchr(desk, '-') : NULL;

	return at != NULL && str_starts(at + 1, unit);
}
