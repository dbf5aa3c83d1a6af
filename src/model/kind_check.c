/* What only the whole of a kind file shows. */
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "condition_int.h"
#include "kind_int.h"
#include "model/condition.h"
#include "model/content.h"
#include "model/correlate.h"
#include "model/event.h"

/* Names that views may use beside the fields. */
static const char *const built_in[] = { "number", "owner",     "to",
					"cc",	  "state",     "issued_at",
					"due_at", "starts_at", "parties" };

/* The field, refused when missing, or when hidden and wanted shared. */
const struct field *
kind_need_field(struct reader *r, const char *dotted, bool shared)
{
	char top[NAME_MAX_LEN + 1];
	size_t n = strcspn(dotted, ".");
	const struct field *f = kind_field(r->kind, dotted);
	const struct field *outer;

	if (f == NULL || n >= sizeof top) {
		reader_bad(r, NULL, _("no field \"%s\""), dotted);
		return NULL;
	}
	memcpy(top, dotted, n);
	top[n] = '\0';
	outer = kind_field(r->kind, top);
	if (shared && (f->see != SEE_ALL || outer->see != SEE_ALL)) {
		reader_bad(r, NULL, _("field \"%s\" is not seen by every desk"),
			   dotted);
		return NULL;
	}
	return f;
}

static bool
is_date(const struct field *f)
{
	return f->type == FIELD_DATE || f->type == FIELD_TIME;
}

/* A literal date or a date field, as `before` and `after` take. */
void
kind_check_instant(struct reader *r, const char *value, bool shared)
{
	const struct field *f;
	int64_t ms;
	int32_t day;

	if (day_parse(value, &day, NULL) == RC_OK ||
	    time_parse(value, &ms, NULL) == RC_OK)
		return;
	f = kind_need_field(r, value, shared);
	if (f != NULL && !is_date(f))
		reader_bad(r, NULL, _("field \"%s\" is no date"), value);
}

const struct clock_def *
kind_find_clock(const struct kind *k, const char *name)
{
	for (size_t i = 0; i < k->n_clocks; i++) {
		if (str_eq(k->clocks[i].name, name))
			return &k->clocks[i];
	}
	return NULL;
}

static void
check_condition_track(struct reader *r, const struct condition *c)
{
	const struct track_def *t = kind_track(r->kind, c->name);

	if (t == NULL) {
		reader_bad(r, NULL, _("no track \"%s\""), c->name);
		return;
	}
	for (size_t i = 0; c->test == TEST_IN && i < json_array_size(c->in);
	     i++) {
		const char *s = json_string_value(json_array_get(c->in, i));

		if (s == NULL || track_state(t, s) == NULL)
			reader_bad(r, NULL, _("track %s has no state \"%s\""),
				   t->name, s != NULL ? s : "?");
	}
}

static void
check_condition_field(struct reader *r, const struct condition *c, bool shared)
{
	const struct field *f = kind_need_field(r, c->name, shared);

	if (f == NULL)
		return;
	if (c->test == TEST_BEFORE || c->test == TEST_AFTER) {
		if (!is_date(f))
			reader_bad(r, NULL, _("field \"%s\" is no date"),
				   c->name);
		kind_check_instant(r, c->value, shared);
	}
	for (size_t i = 0; c->test == TEST_IN && f->n_choices > 0 &&
			   i < json_array_size(c->in);
	     i++) {
		const char *s = json_string_value(json_array_get(c->in, i));
		bool found = false;

		for (size_t j = 0; j < f->n_choices; j++)
			found = found || str_eq(f->choices[j], s);
		if (!found)
			reader_bad(r, NULL, _("field %s has no choice \"%s\""),
				   c->name, s != NULL ? s : "?");
	}
}

void
kind_check_condition(struct reader *r, const struct condition *c, bool shared)
{
	if (c == NULL)
		return;
	switch (c->form) {
	case COND_FIELD: check_condition_field(r, c, shared); break;
	case COND_TRACK: check_condition_track(r, c); break;
	case COND_CLOCK:
		if (kind_find_clock(r->kind, c->name) == NULL)
			reader_bad(r, NULL, _("no clock \"%s\""), c->name);
		break;
	case COND_NOW: kind_check_instant(r, c->name, shared); break;
	case COND_CHILD:
		if (shared)
			reader_bad(r, NULL,
				   _("children are not seen by every desk"));
		break;
	case COND_ALL:
	case COND_ANY:
	case COND_NOT: break;
	}
	for (size_t i = 0; i < c->n_sub; i++)
		kind_check_condition(r, c->sub[i], shared);
}

static const struct field *
find_sub(const struct field *f, const char *name)
{
	for (size_t i = 0; i < f->n_sub; i++) {
		if (str_eq(f->sub[i].name, name))
			return &f->sub[i];
	}
	return NULL;
}

static void
check_list_keys(struct reader *r, const struct field *f)
{
	const struct field *each;

	if ((f->by || f->key || f->each) && f->type != FIELD_LIST)
		reader_bad(r, NULL, _("by, key and each are for lists"));
	if (f->by != NULL && kind_track(r->kind, f->by) == NULL)
		reader_bad(r, "by", _("no track \"%s\""), f->by);
	if (f->key != NULL && find_sub(f, f->key) == NULL)
		reader_bad(r, "key", _("no column \"%s\""), f->key);
	if (f->by != NULL && str_eq(f->by, TRACK_ROWS))
		reader_bad(r, "by", _("no track \"%s\""), f->by);
	if (f->each == NULL)
		return;
	each = find_sub(f, f->each);
	if (each == NULL || each->type != FIELD_DESK)
		reader_bad(r, "each", _("no column \"%s\" of desks"), f->each);
}

static void
check_field(struct reader *r, const struct field *f, bool input)
{
	const struct track_def *owner = kind_track(r->kind, "owner");

	check_list_keys(r, f);
	for (size_t i = 0; i < f->n_masked; i++) {
		if (find_sub(f, f->masked[i]) == NULL)
			reader_bad(r, "masked", _("no field \"%s\""),
				   f->masked[i]);
	}
	for (size_t i = 0; i < f->n_reopens; i++) {
		if (kind_track(r->kind, f->reopens[i]) == NULL)
			reader_bad(r, "reopens", _("no track \"%s\""),
				   f->reopens[i]);
	}
	for (size_t i = 0; owner != NULL && i < f->n_edit; i++) {
		if (track_state(owner, f->edit[i]) == NULL)
			reader_bad(r, "edit",
				   _("the owner has no state \"%s\""),
				   f->edit[i]);
	}
	/* opens: a time field, or nothing when a `release` effect opens it */
	if (f->see == SEE_SEALED &&
	    (input || kind_field(r->kind, f->name) != f))
		reader_bad(r, "see", _("only a field of its own is sealed"));
	if (f->opens != NULL && f->see != SEE_SEALED)
		reader_bad(r, "opens", _("only a sealed field has it"));
	else if (f->opens != NULL)
		kind_check_instant(r, f->opens, true);
	if (!input)
		kind_check_condition(r, f->need_when, false);
	if (f->default_value != NULL && !content_type_ok(f, f->default_value))
		reader_bad(r, "default", _("is not of the field's type"));
}

void
kind_check_inputs(struct reader *r, const struct field *fields, size_t n,
		  const char *key, bool input)
{
	size_t outer = reader_enter(r, key);

	for (size_t i = 0; i < n; i++) {
		const struct field *f = &fields[i];
		size_t mark = reader_enter(r, f->name);

		check_field(r, f, input);
		if (f->n_sub > 0)
			kind_check_inputs(r, f->sub, f->n_sub,
					  f->type == FIELD_GROUP ? "fields"
								 : "columns",
					  input);
		reader_leave(r, mark);
	}
	reader_leave(r, outer);
}

static bool
has_input(const struct move *m, const char *name)
{
	for (size_t i = 0; m != NULL && i < m->n_input; i++) {
		if (str_eq(m->input[i].name, name))
			return true;
	}
	return false;
}

void
kind_check_checks(struct reader *r, const char **checks, size_t n,
		  const struct move *m)
{
	for (size_t i = 0; i < n; i++) {
		const char *only = strchr(checks[i], ';');
		char field[NAME_MAX_LEN * 2];
		size_t len = only != NULL ? strcspn(only + 1, "=") : 0;

		if (only == NULL)
			continue;
		if (only[1 + len] != '=' || len >= sizeof field) {
			reader_bad(r, "checks",
				   _("\"%s\": FIELD=VALUE|VALUE after ;"),
				   checks[i]);
			continue;
		}
		memcpy(field, only + 1, len);
		field[len] = '\0';
		if (!has_input(m, field))
			(void)kind_need_field(r, field, false);
	}
}

static void
check_parts(struct reader *r)
{
	const struct kind *k = r->kind;
	size_t outer = reader_enter(r, "parts");

	for (size_t i = 0; i < k->n_parts; i++) {
		const struct part *p = &k->parts[i];
		size_t mark = reader_enter(r, p->track);

		if (str_eq(p->track, "owner") || str_eq(p->track, TRACK_ROWS) ||
		    kind_track(k, p->track) == NULL)
			reader_bad(r, NULL, _("no such track"));
		if (!str_eq(p->from, "to") && !str_eq(p->from, "cc"))
			(void)kind_need_field(r, p->from, true);
		kind_check_condition(r, p->when, true);
		if (p->when != NULL && !condition_plain(p->when))
			reader_bad(r, "when", _("asks only for fields"));
		reader_leave(r, mark);
	}
	reader_leave(r, outer);
}

void
kind_check_fields(struct reader *r)
{
	const struct kind *k = r->kind;

	kind_check_inputs(r, k->fields, k->n_fields, "fields", false);
	check_parts(r);
	kind_check_checks(r, k->checks, k->n_checks, NULL);
	if (k->scope == SCOPE_EXCHANGE && k->n_parts == 0)
		reader_bad(r, "parts", _("nobody can be addressed"));
	if (k->scope == SCOPE_LOCAL && k->n_parts > 0)
		reader_bad(r, "parts",
			   _("what never leaves the desk addresses nobody"));
}

static void
check_name(struct reader *r, const char *key, const char *name)
{
	char dotted[128];
	size_t n = strcspn(name, ":");

	for (size_t i = 0; i < ARRAY_LEN(built_in); i++) {
		if (str_eq(built_in[i], name))
			return;
	}
	if (n >= sizeof dotted) {
		reader_bad(r, key, _("no field \"%s\""), name);
		return;
	}
	memcpy(dotted, name, n);
	dotted[n] = '\0';
	if (str_eq(key, "correlate")
		    ? !correlate_entry_ok(r->kind, name)
		    : kind_field(r->kind, dotted) == NULL || name[n] == ':')
		reader_bad(r, key, _("no field \"%s\""), name);
}

void
kind_check_views(struct reader *r)
{
	const struct views *v = &r->kind->views;
	const struct {
		const char *key;
		const char **names;
		size_t n;
	} lists[] = {
		{ "list", v->list, v->n_list },
		{ "search", v->search, v->n_search },
		{ "correlate", v->correlate, v->n_correlate },
		{ "measures", v->measures, v->n_measures },
		{ "detail", v->detail, v->n_detail },
		{ "form", v->form, v->n_form },
	};
	size_t outer = reader_enter(r, "views");

	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		for (size_t j = 0; j < lists[i].n; j++) {
			if (lists[i].names[j] != NULL)
				check_name(r, lists[i].key, lists[i].names[j]);
		}
	}
	kind_check_lookup(r);
	kind_check_calendar(r);
	reader_leave(r, outer);
}
