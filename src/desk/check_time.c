/* Checks of dates and hours: their order, when a move opens, what a late
 * change of time asks for. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "check_int.h"
#include "desk_int.h"

#define MINUTE_MS 60000LL

/* The next of "a,b,c" into out; false at the end. */
bool
check_next_arg(const char **args, char *out, size_t size)
{
	size_t n = strcspn(*args, ",");

	if (n == 0 || n >= size)
		return false;
	memcpy(out, *args, n);
	out[n] = '\0';
	*args += n + ((*args)[n] == ',');
	return true;
}

/* A date counts from its first moment. */
static bool
instant_of(const json_t *fields, const char *name, int64_t *ret_ms)
{
	const char *s = json_text(fields, name);
	int32_t day;

	if (s == NULL)
		return false;
	if (day_parse(s, &day, NULL) == RC_OK) {
		*ret_ms = day_start_ms(day);
		return true;
	}
	return time_parse(s, ret_ms, NULL) == RC_OK;
}

static const char *
title_of(const struct kind *kind, const char *name)
{
	const struct field *f = kind_field(kind, name);

	return f != NULL ? title_in(&f->title, i18n_zh()) : name;
}

/* roll_call_open(field,minutes): not earlier than so long before that hour. */
enum rc
check_roll_call_open(const struct check_in *in, struct err *err)
{
	const char *args = in->args;
	char name[NAME_MAX_LEN + 1], minutes[16], when[TIME_TEXT_MAX];
	int64_t start, opens;

	if (!check_next_arg(&args, name, sizeof(name)) ||
	    !check_next_arg(&args, minutes, sizeof(minutes)) ||
	    !instant_of(in->fields, name, &start))
		return RC_OK;
	opens = start - strtoll(minutes, NULL, 10) * MINUTE_MS;
	if (env_now_ms(in->desk->env) >= opens)
		return RC_OK;
	time_format_short(opens, when);
	return err_set(err, RC_STATE, 0, _("the roll call opens at %s"), when);
}

static const char *
time_column(const struct field *list)
{
	size_t i;

	for (i = 0; list != NULL && i < list->n_sub; i++)
		if (list->sub[i].type == FIELD_TIME)
			return list->sub[i].name;
	return NULL;
}

/* A row of the log that names the desk, later than the revision it changes.
 * Hours are typed to the minute: a call in the minute of that revision
 * counts as later. */
static bool
called(const json_t *rows, const struct field *list, const char *desk,
       int64_t after_ms)
{
	const char *column = rows_desk_column(list), *at = time_column(list);
	const json_t *row;
	int64_t ms;
	size_t i;

	json_array_foreach(
		rows, i,
		row) if (column != NULL && at != NULL &&
			 str_eq(json_text(row, column), desk) &&
			 instant_of(row, at, &ms) &&
			 ms >= after_ms - after_ms % MINUTE_MS) return true;
	return false;
}

static bool
is_late_change(const struct check_in *in, const char *field, int64_t within)
{
	int64_t now = env_now_ms(in->desk->env), old, new;

	if (in->held == NULL || in->body == NULL ||
	    !instant_of(in->held->doc->fields, field, &old) ||
	    !instant_of(in->fields, field, &new) || old == new)
		return false;
	return now >= old - within || now >= new - within;
}

/*
 * call_logged(field,minutes,list): a revise that changes the hour so shortly
 * before the old or the new one has been told by telephone to every party
 * that takes part, and each call stands in the list (DOMAIN 4).
 */
enum rc
check_call_logged(const struct check_in *in, struct err *err)
{
	const char *args = in->args;
	char field[NAME_MAX_LEN + 1], minutes[16], name[NAME_MAX_LEN + 1];
	const struct field *list;
	const struct doc *doc;
	size_t i;

	if (!check_next_arg(&args, field, sizeof(field)) ||
	    !check_next_arg(&args, minutes, sizeof(minutes)) ||
	    !check_next_arg(&args, name, sizeof(name)) ||
	    !is_late_change(in, field, strtoll(minutes, NULL, 10) * MINUTE_MS))
		return RC_OK;
	list = kind_field(in->kind, name);
	doc = in->held->doc;
	for (i = 1; list != NULL && i < doc->n_tracks; i++) {
		const struct doc_track *t = &doc->tracks[i];

		if (t->def == NULL || !track_takes_part(t) ||
		    !field_reopens(kind_field(in->kind, field), t->name))
			continue;
		if (!called(json_object_get(in->fields, name), list, t->desk,
			    doc->current->time_ms))
			return err_set(
				err, RC_STATE, 0,
				_("%s changes within %s minutes of the hour: "
				  "telephone %s and log the call in %s first"),
				title_of(in->kind, field), minutes, t->desk,
				title_in(&list->title, i18n_zh()));
	}
	return RC_OK;
}
