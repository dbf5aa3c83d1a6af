#include "model/kind.h"

#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "json_int.h"
#include "kind_int.h"
#include "model/condition.h"
#include "model/event.h"

#define KIND_FORMAT 1

static const char *const role_names[] = {
	[ROLE_DUTY] = "duty",	      [ROLE_COORDINATOR] = "coordinator",
	[ROLE_REVIEWER] = "reviewer", [ROLE_APPROVER] = "approver",
	[ROLE_HEAD] = "head",	      [ROLE_ADMINISTRATOR] = "administrator",
	[ROLE_AUDITOR] = "auditor",   [ROLE_ASSIGNEE] = "assignee",
	[ROLE_CLOCK] = "clock",
};

static const char *const relay_names[] = { "owner", "same", "all", NULL };

static void
read_number(struct reader *r, const json_t *top)
{
	const json_t *number = reader_object(r, top, "number", false);
	struct kind *k = r->kind;
	size_t mark;

	if (number == NULL)
		return;
	mark = reader_enter(r, "number");
	reader_keys(r, number, "sign at");
	k->number_sign = reader_text(r, number, "sign", true);
	k->number_at = reader_name(r, number, "at", true);
	if (k->number_sign != NULL &&
	    utf8_chars(k->number_sign, strlen(k->number_sign)) != 1)
		reader_bad(r, "sign", _("must be one character"));
	reader_leave(r, mark);
}

static void
read_parts(struct reader *r, const json_t *top)
{
	const json_t *parts = reader_object(r, top, "parts", false);
	struct part *array;
	const char *track;
	json_t *value;
	size_t i = 0;
	size_t outer = reader_enter(r, "parts");

	r->kind->n_parts = json_object_size(parts);
	array = reader_array(r, r->kind->n_parts, sizeof *array);
	r->kind->parts = array;
	json_object_foreach(json_plain(parts), track, value)
	{
		size_t mark = reader_enter(r, track);
		struct part *p = &array[i++];

		if (!json_is_object(value))
			reader_bad(r, NULL, _("must be an object"));
		reader_keys(r, value, "from min max units when");
		p->track = track;
		p->from = reader_text(r, value, "from", true);
		p->min = (int)reader_int(r, value, "min", 0, PARTIES_MAX, 0);
		p->max = (int)reader_int(r, value, "max", 0, PARTIES_MAX, 0);
		if (p->max > 0 && p->max < p->min)
			reader_bad(r, "max", _("is below min"));
		p->when = reader_condition(r, value, "when");
		reader_leave(r, mark);
	}
	reader_leave(r, outer);
}

static void
read_relay(struct reader *r, const json_t *top)
{
	const json_t *relay = reader_object(r, top, "relay", false);
	size_t mark = reader_enter(r, "relay");
	struct kind *k = r->kind;
	const char *name;
	json_t *value;

	json_object_foreach(json_plain(relay), name, value)
	{
		const struct track_def *t = kind_track(k, name);
		int how = reader_choice(r, relay, name, relay_names, 0);

		if (t == NULL)
			reader_bad(r, name, _("no such track"));
		else
			k->relay_of_track[t - k->tracks] = (enum relay)how;
	}
	reader_leave(r, mark);
}

static void
read_top(struct reader *r, const json_t *top)
{
	static const char *const scopes[] = { "exchange", "register", "local",
					      NULL };
	const json_t *value;
	struct kind *k = r->kind;

	reader_keys(r, top,
		    "format kind version effective title scope number parts "
		    "relay fields tracks clocks checks views");
	k->name = reader_name(r, top, "kind", true);
	k->version = (int)reader_int(r, top, "version", 1, 999999, 0);
	if (k->version == 0)
		reader_bad(r, NULL, _("key \"%s\" is missing"), "version");
	(void)reader_text(r, top, "effective", true);
	k->effective_day = reader_day(r, top, "effective", 0);
	k->title = reader_title(r, top, "title", true);
	(void)reader_text(r, top, "scope", true);
	k->scope = (enum scope)reader_choice(r, top, "scope", scopes, 0);
	read_number(r, top);
	read_parts(r, top);
	k->fields = kind_read_fields(r, top, "fields", &k->n_fields);
	value = reader_object(r, top, "tracks", true);
	if (value != NULL)
		kind_read_tracks(r, value);
	read_relay(r, top);
	value = reader_list(r, top, "clocks", false, KIND_CLOCKS_MAX);
	if (value != NULL)
		kind_read_clocks(r, value);
	kind_read_checks(r, top, &k->checks, &k->n_checks);
	value = reader_object(r, top, "views", false);
	if (value != NULL)
		kind_read_views(r, value);
}

/* The format first: of a newer one nothing else can be said. */
static void
read_format(struct reader *r, const json_t *top)
{
	const json_t *format = json_object_get(top, "format");

	if (json_is_integer(format) && json_integer_value(format) > KIND_FORMAT)
		r->rc = err_set(r->err, RC_NEWER, 0,
				_("%s: format %lld is newer than this "
				  "deltadesk reads (%d)"),
				r->file, (long long)json_integer_value(format),
				KIND_FORMAT);
	else if (!json_is_integer(format) ||
		 json_integer_value(format) != KIND_FORMAT)
		reader_bad(r, "format", _("must be %d"), KIND_FORMAT);
}

enum rc
kind_read(const char *name, const char *bytes, size_t n_bytes,
	  struct kind **ret_kind, struct err *err)
{
	struct reader r = { .file = name, .err = err };
	struct kind *k;
	json_t *top = NULL;
	enum rc rc;

	if (n_bytes > KIND_FILE_MAX)
		return err_set(err, RC_TOOLARGE, 0,
			       _("%s: larger than %d bytes"), name,
			       KIND_FILE_MAX);
	rc = json_read_object(bytes, n_bytes, &top, err);
	if (rc != RC_OK)
		return err_wrap(err, "%s", name);
	k = xcalloc(1, sizeof *k);
	k->json = top;
	k->bytes = xmalloc(n_bytes + 1);
	memcpy(k->bytes, bytes, n_bytes);
	k->bytes[n_bytes] = '\0';
	k->n_bytes = n_bytes;
	r.kind = k;
	read_format(&r, top);
	if (r.rc == RC_OK)
		read_top(&r, top);
	/* The whole is looked at only when every part is sound. */
	if (r.rc == RC_OK)
		kind_check_fields(&r);
	if (r.rc == RC_OK)
		kind_check_tracks(&r);
	if (r.rc == RC_OK)
		kind_check_clocks(&r);
	if (r.rc == RC_OK)
		kind_check_views(&r);
	if (r.rc != RC_OK) {
		kind_free(k);
		return r.rc;
	}
	*ret_kind = k;
	return RC_OK;
}

struct kind *
kind_free(struct kind *k)
{
	if (k == NULL)
		return NULL;
	for (size_t i = 0; i < k->n_conditions; i++)
		condition_free(k->conditions[i]);
	xfree(k->conditions);
	for (size_t i = 0; i < k->n_owned; i++)
		xfree(k->owned[i]);
	xfree(k->owned);
	json_decref(k->json);
	xfree(k->bytes);
	return xfree(k);
}

const struct track_def *
kind_track(const struct kind *k, const char *track)
{
	for (size_t i = 0; i < k->n_tracks; i++) {
		if (str_eq(k->tracks[i].name, track))
			return &k->tracks[i];
	}
	return NULL;
}

const struct track_def *
kind_event_track(const struct kind *k, const char *track)
{
	return kind_track(k, track_row_key(track) != NULL ? TRACK_ROWS : track);
}

const struct state *
track_state(const struct track_def *t, const char *state)
{
	for (size_t i = 0; i < t->n_states; i++) {
		if (str_eq(t->states[i].name, state))
			return &t->states[i];
	}
	return NULL;
}

const struct move *
track_move(const struct track_def *t, const char *move)
{
	for (size_t i = 0; i < t->n_moves; i++) {
		if (str_eq(t->moves[i].name, move))
			return &t->moves[i];
	}
	return NULL;
}

const struct field *
kind_field(const struct kind *k, const char *dotted)
{
	const struct field *fields = k->fields;
	size_t n_fields = k->n_fields;

	while (dotted != NULL) {
		size_t n = strcspn(dotted, ".");
		const struct field *found = NULL;

		for (size_t i = 0; i < n_fields && found == NULL; i++) {
			if (strncmp(fields[i].name, dotted, n) == 0 &&
			    fields[i].name[n] == '\0')
				found = &fields[i];
		}
		if (found == NULL || dotted[n] == '\0')
			return found;
		fields = found->sub;
		n_fields = found->n_sub;
		dotted += n + 1;
	}
	return NULL;
}

const char *
title_in(const struct title *t, bool zh)
{
	return zh ? t->zh : t->en;
}

const char *
field_choice(const struct field *f, const char *code, bool zh)
{
	for (size_t i = 0; i < f->n_choices; i++) {
		if (str_eq(f->choices[i], code))
			return title_in(&f->choice_titles[i], zh);
	}
	return code;
}

const char *
field_choice_code(const struct field *f, const char *text)
{
	for (size_t i = 0; i < f->n_choices; i++) {
		if (str_eq(f->choices[i], text))
			return f->choices[i];
	}
	for (size_t i = 0; i < f->n_choices; i++) {
		if (str_eq(f->choice_titles[i].zh, text) ||
		    str_eq(f->choice_titles[i].en, text))
			return f->choices[i];
	}
	return NULL;
}

const char *
role_name(enum role role)
{
	return role < ROLE__COUNT ? role_names[role] : NULL;
}

const char *
role_title(enum role role)
{
	static const char *const titles[] = {
		[ROLE_DUTY] = N_("duty"),
		[ROLE_COORDINATOR] = N_("coordinator"),
		[ROLE_REVIEWER] = N_("reviewer"),
		[ROLE_APPROVER] = N_("approver"),
		[ROLE_HEAD] = N_("head of unit"),
		[ROLE_ADMINISTRATOR] = N_("administrator"),
		[ROLE_AUDITOR] = N_("auditor"),
		[ROLE_ASSIGNEE] = N_("assignee"),
		[ROLE_CLOCK] = N_("clock"),
	};

	return role < ROLE__COUNT ? _(titles[role]) : "";
}

enum rc
role_parse(const char *s, enum role *ret_role, struct err *err)
{
	for (int i = 0; i < ROLE__COUNT; i++) {
		if (str_eq(role_names[i], s)) {
			*ret_role = (enum role)i;
			return RC_OK;
		}
	}
	return err_set(err, RC_MALFORMED, 0, _("unknown role \"%s\""), s);
}

bool
field_reopens(const struct field *f, const char *track)
{
	for (size_t i = 0; i < f->n_reopens; i++) {
		if (str_eq(f->reopens[i], track))
			return true;
	}
	return false;
}
