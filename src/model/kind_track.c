#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "json_int.h"
#include "kind_int.h"

static const char *const stage_names[] = { "draft",    "sent",	   "stored",
					   "signed",   "accepted", "refused",
					   "fed_back", "closed",   NULL };

/* KINDS.md, "Built-in checks, by name"; some take fields in brackets. */
static const char *const check_names[] = {
	"parties_known",
	"no_secret_grade",
	"attachments_here",
	"informant_masked",
	"credit_code",
	"gtin",
	"division",
	"reg_no_shape",
	"date_order",
	"two_officers",
	"not_author",
	"two_seals",
	"head_approved",
	"same_level_police",
	"copy_to_procuratorate",
	"enclosures_complete",
	"lists_equal",
	"goods_conserved",
	"forward_once",
	"look_for_result",
	"report_unique",
	"cma_valid_on",
	"objection_over",
	"all_confirmed",
	"clash",
	"reveal_matches_digest",
	"taker_named",
	"roll_call_open",
	"countersigned_revision",
	"after_service",
	"licensed_unit",
	"manifest_for_hazardous",
	"own_unit",
	"registered_here",
	"latest_wins",
	"call_logged",
	"desk_named",
};

void
kind_read_checks(struct reader *r, const json_t *object,
		 const char ***ret_checks, size_t *ret_n)
{
	const char **checks = reader_texts(r, object, "checks", ret_n);

	for (size_t i = 0; i < *ret_n; i++) {
		size_t n = strcspn(checks[i], "(");
		bool known = false;

		for (size_t j = 0; j < ARRAY_LEN(check_names); j++)
			known = known ||
				(strlen(check_names[j]) == n &&
				 strncmp(check_names[j], checks[i], n) == 0);
		if (checks[i][n] == '(' &&
		    checks[i][strlen(checks[i]) - 1] != ')')
			known = false;
		if (!known)
			reader_bad(r, "checks", _("unknown check \"%s\""),
				   checks[i]);
	}
	*ret_checks = checks;
}

static void
read_waits(struct reader *r, const json_t *object, struct state *s)
{
	const json_t *list = reader_list(r, object, "waits", false, 32);
	struct wait *waits;

	s->n_waits = json_array_size(list);
	waits = reader_array(r, s->n_waits, sizeof *waits);
	for (size_t i = 0; i < s->n_waits; i++) {
		const json_t *row = json_array_get(list, i);
		size_t outer = reader_enter(r, "waits");

		reader_enter_row(r, i);
		if (!json_is_object(row))
			reader_bad(r, NULL, _("must be an object"));
		reader_keys(r, row, "roles when do");
		waits[i].roles = reader_roles(r, row, "roles");
		if (waits[i].roles == 0)
			reader_bad(r, "roles", _("names nobody"));
		waits[i].when = reader_condition(r, row, "when");
		waits[i].what = reader_title(r, row, "do", false);
		reader_leave(r, outer);
	}
	s->waits = waits;
}

static void
read_state(struct reader *r, const char *name, const json_t *object,
	   struct state *s)
{
	int stage;

	s->name = name;
	if (!reader_is_name(name))
		reader_bad(r, NULL, _("is no name"));
	if (!json_is_object(object))
		reader_bad(r, NULL, _("must be an object"));
	reader_keys(r, object, "title stage waits end falls_back");
	s->title = reader_title(r, object, "title", true);
	(void)reader_text(r, object, "stage", true);
	stage = reader_choice(r, object, "stage", stage_names, STAGE_DRAFT);
	s->stage = (enum stage)stage;
	s->end = reader_bool(r, object, "end");
	s->falls_back = reader_name(r, object, "falls_back", false);
	read_waits(r, object, s);
}

static void
read_effect(struct reader *r, const json_t *object, struct effect *e)
{
	static const char *const names[] = {
		[EFFECT_SUSPEND] = "suspend", [EFFECT_RESUME] = "resume",
		[EFFECT_EXTEND] = "extend",   [EFFECT_RESTART] = "restart",
		[EFFECT_RELEASE] = "release", [EFFECT_CREATE] = "create",
		[EFFECT_STAMP] = "stamp",
	};
	int n = 0;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (json_object_get(object, names[i]) == NULL)
			continue;
		n++;
		e->type = (enum effect_type)i;
		e->target = reader_text(r, object, names[i], true);
	}
	if (!json_is_object(object) || n != 1) {
		reader_bad(r, NULL,
			   _("must name one of suspend, resume, extend, "
			     "restart, release, create, stamp"));
		return;
	}
	if (e->type == EFFECT_CREATE) {
		reader_keys(r, object, "create to copy link set enclose draft");
		e->to = reader_name(r, object, "to", false);
		e->copy = reader_texts(r, object, "copy", &e->n_copy);
		e->link = reader_name(r, object, "link", false);
		e->set = json_plain(reader_object(r, object, "set", false));
		e->enclose = reader_bool(r, object, "enclose");
		e->draft = reader_bool(r, object, "draft");
	} else {
		reader_keys(r, object,
			    "suspend resume extend restart release stamp "
			    "from");
		e->from = reader_name(r, object, "from", false);
	}
}

static void
read_effects(struct reader *r, const json_t *object, struct move *m)
{
	const json_t *list = reader_list(r, object, "effects", false, 16);
	struct effect *effects;

	m->n_effects = json_array_size(list);
	effects = reader_array(r, m->n_effects, sizeof *effects);
	for (size_t i = 0; i < m->n_effects; i++) {
		size_t outer = reader_enter(r, "effects");

		reader_enter_row(r, i);
		read_effect(r, json_array_get(list, i), &effects[i]);
		reader_leave(r, outer);
	}
	m->effects = effects;
}

static void
read_auto(struct reader *r, const json_t *object, struct move *m)
{
	const json_t *value = reader_object(r, object, "auto", false);
	size_t mark;

	if (value == NULL)
		return;
	mark = reader_enter(r, "auto");
	reader_keys(r, value, "clock date over");
	m->auto_clock = reader_name(r, value, "clock", false);
	m->auto_date = reader_text(r, value, "date", false);
	m->auto_over = reader_bool(r, value, "over");
	if ((m->auto_clock == NULL) == (m->auto_date == NULL))
		reader_bad(r, NULL, _("must name a clock or a date"));
	else if (m->auto_over && m->auto_date == NULL)
		reader_bad(r, "over", _("is for a date"));
	reader_leave(r, mark);
}

static void
read_move(struct reader *r, const char *name, const json_t *object,
	  struct move *m)
{
	static const char *const confirms[] = { "none", "yes", "digits", NULL };
	static const char *const sees[] = { "all", "local", NULL };

	m->name = name;
	if (!reader_is_name(name))
		reader_bad(r, NULL, _("is no name"));
	if (!json_is_object(object))
		reader_bad(r, NULL, _("must be an object"));
	reader_keys(r, object,
		    "title from to roles officers not_author approve input "
		    "when unless_note once confirm auto checks effects see");
	m->title = reader_title(r, object, "title", true);
	m->from = reader_texts(r, object, "from", &m->n_from);
	if (m->n_from == 0)
		reader_bad(r, "from", _("names no state"));
	m->to = reader_name(r, object, "to", false);
	m->roles = reader_roles(r, object, "roles");
	m->officers = (int)reader_int(r, object, "officers", 1, 8, 1);
	m->not_author = reader_bool(r, object, "not_author");
	m->approve = reader_role(r, object, "approve");
	if (json_object_get(object, "input") != NULL)
		m->input = kind_read_fields(r, object, "input", &m->n_input);
	m->when = reader_condition(r, object, "when");
	m->unless_note = reader_bool(r, object, "unless_note");
	m->once = reader_bool(r, object, "once");
	m->confirm = (enum confirm)reader_choice(r, object, "confirm", confirms,
						 CONFIRM_NONE);
	read_auto(r, object, m);
	kind_read_checks(r, object, &m->checks, &m->n_checks);
	/* a check too may take a note for an answer: look_for_result */
	if (m->unless_note && m->when == NULL && m->n_checks == 0)
		reader_bad(r, "unless_note", _("there is no \"when\""));
	read_effects(r, object, m);
	m->local = reader_choice(r, object, "see", sees, 0) == 1;
}

static void
read_states(struct reader *r, const json_t *object, struct track_def *t)
{
	const json_t *states = reader_object(r, object, "states", true);
	struct state *array;
	const char *name;
	json_t *value;
	size_t i = 0;
	size_t outer = reader_enter(r, "states");

	t->n_states = json_object_size(states);
	array = reader_array(r, t->n_states, sizeof *array);
	t->states = array;
	if (t->n_states == 0 || t->n_states > 64)
		reader_bad(r, NULL, _("1 to 64 states are needed"));
	json_object_foreach(json_plain(states), name, value)
	{
		size_t mark = reader_enter(r, name);

		read_state(r, name, value, &array[i++]);
		reader_leave(r, mark);
	}
	reader_leave(r, outer);
}

static void
read_moves(struct reader *r, const json_t *object, struct track_def *t)
{
	const json_t *moves = reader_object(r, object, "moves", true);
	struct move *array;
	const char *name;
	json_t *value;
	size_t i = 0;
	size_t outer = reader_enter(r, "moves");

	t->n_moves = json_object_size(moves);
	array = reader_array(r, t->n_moves, sizeof *array);
	t->moves = array;
	if (t->n_moves > KIND_MOVES_MAX)
		reader_bad(r, NULL, _("more than %d moves"), KIND_MOVES_MAX);
	json_object_foreach(json_plain(moves), name, value)
	{
		size_t mark = reader_enter(r, name);

		read_move(r, name, value, &array[i++]);
		reader_leave(r, mark);
	}
	reader_leave(r, outer);
}

void
kind_read_tracks(struct reader *r, const json_t *tracks)
{
	struct kind *k = r->kind;
	struct track_def *array;
	const char *name;
	json_t *value;
	size_t i = 0;
	size_t outer = reader_enter(r, "tracks");

	k->n_tracks = json_object_size(tracks);
	if (k->n_tracks > KIND_TRACKS_MAX) {
		reader_bad(r, NULL, _("more than %d tracks"), KIND_TRACKS_MAX);
		k->n_tracks = 0;
		return;
	}
	array = reader_array(r, k->n_tracks, sizeof *array);
	k->tracks = array;
	json_object_foreach(json_plain(tracks), name, value)
	{
		size_t mark = reader_enter(r, name);
		struct track_def *t = &array[i++];

		t->name = name;
		if (!reader_is_name(name))
			reader_bad(r, NULL, _("is no name"));
		if (!json_is_object(value))
			reader_bad(r, NULL, _("must be an object"));
		reader_keys(r, value, "title initial states moves");
		t->title = reader_title(r, value, "title", true);
		t->initial = reader_name(r, value, "initial", true);
		read_states(r, value, t);
		read_moves(r, value, t);
		reader_leave(r, mark);
	}
	reader_leave(r, outer);
}

bool
track_drafts(const struct track_def *t, const char *state)
{
	const struct state *s = track_state(t, state);

	return s != NULL && s->stage == STAGE_DRAFT;
}

bool
move_drafts(const struct track_def *t, const struct move *m)
{
	return m->n_from > 0 && track_drafts(t, m->from[0]);
}

const char *
stage_name(enum stage stage)
{
	return stage_names[stage];
}
