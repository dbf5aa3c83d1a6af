/*
 * A week of joint work between the five desks, as data: db/demo/week.ndjson,
 * one act a line, through the same acts as everybody's. An act that waits for
 * another desk is tried again until it is possible there.
 *
 *	{"at": DESK, "by": OFFICER?, "act": ..}	 who acts where
 *	"new"	  as (a name for later lines) kind to cc fields draft?
 *	"issue"	  doc
 *	"sign"	  doc
 *	"move"	  doc move input? note? officers? row?
 *	"revise"  doc fields (those that change)
 *	"expect"  doc state (of this desk's own track), what it proves
 *	"officer" id name roles; "leave" id
 *
 * Texts that begin with @ are times: "@+1d 09:00" tomorrow at nine, "@+1d"
 * tomorrow's date, "@-90m" ninety minutes ago; "#name" is that document, "$me"
 * who acts.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "base/asset.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "demo_int.h"

#define TRY_TIMEOUT_MS 40000
#define TRY_AGAIN_US   40000
#define IDS_MAX	       8
#define NAMED_MAX      64

struct named {
	char *name;
	struct doc_ref ref;
};

struct week {
	struct demo *demo;
	struct named named[NAMED_MAX];
	size_t n_named;
	const char *me; /* who acts in the line under way */
	void (*prove)(struct demo *d, const char *what);
};

struct act_line {
	struct week *week;
	const json_t *line;
	struct desk *desk;
	struct doc_ref ref; /* of "doc"; empty without */
};

/* ---- texts that stand for times and documents ---- */

static const struct doc_ref *
named(const struct week *w, const char *name)
{
	for (size_t i = 0; name != NULL && i < w->n_named; i++)
		if (str_eq(w->named[i].name, name))
			return &w->named[i].ref;
	return NULL;
}

/* "+1d 09:00", "-90m": NULL when it is none. */
static json_t *
time_text(int64_t now_ms, const char *s)
{
	char out[TIME_TEXT_MAX];
	char *end;
	long n = strtol(s, &end, 10);
	int hour = 0, minute = 0;

	if (*end == 'm' && end[1] == '\0') {
		time_format((now_ms / 1000 + n * 60) * 1000, out);
		return json_string(out);
	}
	if (*end != 'd')
		return NULL;
	int32_t day = day_of_ms(now_ms) + (int32_t)n;
	if (end[1] == '\0') {
		day_format(day, out);
		return json_string(out);
	}
	if (sscanf(end + 1, " %d:%d", &hour, &minute) != 2)
		return NULL;
	time_format(day_start_ms(day) + (hour * 60LL + minute) * 60000, out);
	return json_string(out);
}

static json_t *
text_meant(const struct week *w, const char *s)
{
	const struct doc_ref *ref = s[0] == '#' ? named(w, s + 1) : NULL;
	json_t *time = s[0] == '@'
			       ? time_text(env_now_ms(w->demo->c->env), s + 1)
			       : NULL;

	if (ref != NULL)
		return json_sprintf("%s/%s", ref->owner, ref->id);
	if (str_eq(s, "$me"))
		s = w->me;
	return time != NULL ? time : json_string(s);
}

/* A copy in which every such text is what it stands for. */
static json_t *
meant(const struct week *w, const json_t *v)
{
	const char *key;
	json_t *out, *one;
	size_t i;

	if (json_is_string(v))
		return text_meant(w, json_string_value(v));
	if (json_is_array(v)) {
		out = json_array();
		json_array_foreach(v, i, one)
			json_array_append_new(out, meant(w, one));
		return out;
	}
	if (!json_is_object(v))
		return v == NULL ? json_object() : json_deep_copy(v);
	out = json_object();
	json_object_foreach((json_t *)(uintptr_t)v, key, one)
		json_object_set_new(out, key, meant(w, one));
	return out;
}

static size_t
texts_of(const json_t *list, const char *out[static IDS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(list) && n < IDS_MAX; i++)
		out[n++] = json_string_value(json_array_get(list, i));
	return n;
}

/* ---- the acts ---- */

static enum rc
do_new(struct act_line *a, struct err *err)
{
	const char *to[IDS_MAX], *cc[IDS_MAX];
	enum new_outcome outcome;
	struct week *w = a->week;
	json_t *fields = meant(w, json_object_get(a->line, "fields"));
	struct new_doc n = {
		.kind = json_text(a->line, "kind"),
		.to = to,
		.cc = cc,
		.n_to = texts_of(json_object_get(a->line, "to"), to),
		.n_cc = texts_of(json_object_get(a->line, "cc"), cc),
		.fields = fields,
		.draft = json_is_true(json_object_get(a->line, "draft")),
	};
	struct doc_ref ref;
	enum rc rc = act_new(a->desk, &n, NULL, NULL, &ref, &outcome, err);

	if (rc == RC_OK && w->n_named < NAMED_MAX &&
	    json_text(a->line, "as") != NULL)
		w->named[w->n_named++] = (struct named){
			.name = xstrdup(json_text(a->line, "as")), .ref = ref
		};
	json_decref(fields);
	return rc;
}

static enum rc
do_issue(struct act_line *a, struct err *err)
{
	enum new_outcome outcome;

	return act_issue(a->desk, &a->ref, &outcome, err);
}

static enum rc
do_sign(struct act_line *a, struct err *err)
{
	return act_sign(a->desk, &a->ref, NULL, NULL, NULL, err);
}

static enum rc
do_move(struct act_line *a, struct err *err)
{
	const char *officers[IDS_MAX];
	json_t *input = meant(a->week, json_object_get(a->line, "input"));
	struct do_move m = {
		.move = json_text(a->line, "move"),
		.row = json_text(a->line, "row"),
		.input = input,
		.note = json_text(a->line, "note"),
		.officers = officers,
		.n_officers = texts_of(json_object_get(a->line, "officers"),
				       officers),
	};
	bool parked = false;
	enum rc rc = act_move(a->desk, &a->ref, &m, &parked, err);

	if (rc == RC_OK && parked) /* a week in which nothing is left lying */
		rc = act_approve(a->desk, &a->ref, err);
	json_decref(input);
	return rc;
}

static enum rc
do_revise(struct act_line *a, struct err *err)
{
	struct view *v = NULL;
	json_t *change = meant(a->week, json_object_get(a->line, "fields"));
	json_t *fields = NULL;
	struct new_doc n = { .kind = NULL };
	bool parked;
	enum rc rc = ask_view(a->desk, &a->ref, &v, err);

	if (rc == RC_OK) {
		fields = json_deep_copy(v->fields);
		json_object_update(fields, change);
		n.fields = fields;
		rc = act_revise(a->desk, &a->ref, NULL, &n, &parked, err);
	}
	json_decref(fields);
	json_decref(change);
	(void)view_free(v);
	return rc;
}

static enum rc
do_expect(struct act_line *a, struct err *err)
{
	const char *state = json_text(a->line, "state");
	struct doc_list one = { .rows = NULL };
	enum rc rc = ask_row(a->desk, &a->ref, &one, err);

	if (rc == RC_OK && !str_eq(one.rows[0].state, state))
		rc = err_set(err, RC_STATE, 0,
			     _("document is %s where %s is expected"),
			     one.rows[0].state, state);
	doc_list_release(&one);
	return rc;
}

static enum rc
do_officer(struct act_line *a, struct err *err)
{
	const json_t *list = json_object_get(a->line, "roles");
	unsigned roles = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < json_array_size(list); i++) {
		enum role role = ROLE__COUNT;

		rc = role_parse(json_string_value(json_array_get(list, i)),
				&role, err);
		if (rc == RC_OK)
			roles |= ROLE_BIT(role);
	}
	return rc == RC_OK ? officer_add(a->desk, json_text(a->line, "id"),
					 json_text(a->line, "name"), roles,
					 NULL, err)
			   : rc;
}

static enum rc
do_leave(struct act_line *a, struct err *err)
{
	return officer_disable(a->desk, json_text(a->line, "id"), err);
}

static const struct {
	const char *name;
	enum rc (*run)(struct act_line *a, struct err *err);
} acts[] = {
	{ "new", do_new },	   { "issue", do_issue },
	{ "sign", do_sign },	   { "move", do_move },
	{ "revise", do_revise },   { "expect", do_expect },
	{ "officer", do_officer }, { "leave", do_leave },
};

/* What another desk has yet to do or the line to bring. */
static bool
may_come(enum rc rc)
{
	return rc == RC_STATE || rc == RC_NOTFOUND || rc == RC_CONFLICT ||
	       rc == RC_BUSY || rc == RC_DENIED;
}

static enum rc
until_done(struct act_line *a, size_t which, struct err *err)
{
	const struct env *env = a->week->demo->c->env;
	int64_t until = env_monotonic_ms(env) + TRY_TIMEOUT_MS;
	enum rc rc;

	while ((rc = acts[which].run(a, err)) != RC_OK && may_come(rc) &&
	       env_monotonic_ms(env) < until && !demo_interrupted())
		(void)usleep(TRY_AGAIN_US); /* shorter is fine */
	return rc;
}

/* The desk of a line, opened anew for another officer than the founder. */
static enum rc
open_line(struct act_line *a, const struct demo_desk **ret_desk,
	  struct err *err)
{
	const char *at = json_text(a->line, "at");
	const char *by = json_text(a->line, "by");
	struct demo *d = a->week->demo;

	*ret_desk = NULL;
	for (int i = 0; at != NULL && i < DEMO__COUNT; i++)
		if (str_eq(d->desks[i].id, at))
			*ret_desk = &d->desks[i];
	if (*ret_desk == NULL)
		return err_set(err, RC_MALFORMED, 0, "no desk %s", at);
	a->desk = (*ret_desk)->desk;
	if (by == NULL)
		return RC_OK;
	struct desk_open_as as = { .folder = (*ret_desk)->folder,
				   .officer = by,
				   .env = d->c->env };
	a->desk = NULL;
	return desk_open(&as, &a->desk, err);
}

static enum rc
run_line(struct week *w, const json_t *line, struct err *err)
{
	struct act_line a = { .week = w, .line = line };
	const struct doc_ref *ref = named(w, json_text(line, "doc"));
	const char *act = json_text(line, "act");
	const char *what = json_text(line, "what");
	const struct demo_desk *own = NULL;
	size_t i = 0;

	if (ref != NULL)
		a.ref = *ref;
	while (i < ARRAY_LEN(acts) && !str_eq(acts[i].name, act))
		i++;
	if (i == ARRAY_LEN(acts))
		return err_set(err, RC_MALFORMED, 0, "no act %s", act);
	enum rc rc = open_line(&a, &own, err);
	if (rc == RC_OK) {
		w->me = desk_get_officer(a.desk)->id;
		rc = until_done(&a, i, err);
	}
	if (own != NULL && a.desk != own->desk)
		(void)desk_close(a.desk);
	if (rc == RC_OK && what != NULL)
		w->prove(w->demo, what);
	return rc;
}

enum rc
demo_week(struct demo *d, void (*prove)(struct demo *d, const char *what),
	  struct err *err)
{
	const struct asset *a = asset_find("demo/week.ndjson");
	struct week w = { .demo = d, .prove = prove };
	const char *at = a->bytes;
	enum rc rc = RC_OK;

	for (int number = 1; rc == RC_OK && *at != '\0'; number++) {
		const char *end = strchr(at, '\n');
		size_t n = end != NULL ? (size_t)(end - at) : strlen(at);
		json_t *line = NULL;

		rc = json_read_object(at, n, &line, err);
		if (rc == RC_OK)
			rc = run_line(&w, line, err);
		if (rc != RC_OK)
			(void)err_wrap(err, "week.ndjson %d", number);
		json_decref(line);
		at += n + (end != NULL);
	}
	while (w.n_named > 0)
		(void)xfree(w.named[--w.n_named].name);
	return rc;
}
