/* Values of a filter. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "desk_int.h"
#include "filter_int.h"
#include "table_int.h"

#define PICKS_MAX 64
#define HOUR_MS	  (3600LL * 1000)

enum rc
filter_unknown(const char *what, const char *value, struct err *err)
{
	char shown[64];

	return err_set(err, RC_USAGE, 0, _("%s: there is no '%s'"), what,
		       text_show_into(shown, sizeof(shown), value));
}

static struct filter *
of(const struct reading *r)
{
	return r->out;
}

static bool
is_title(const struct title *t, const char *s)
{
	return str_eq(t->zh, s) || str_eq(t->en, s);
}

static enum rc
take_kind(struct reading *r, const struct condition_text *c, struct err *err)
{
	const struct kinds *ks = r->desk->kinds;
	size_t i;

	for (i = 0; i < kinds_count(ks); i++) {
		const struct kind *k = kinds_at(ks, i);

		if (str_eq(k->name, c->value) || is_title(&k->title, c->value))
			return str_copy(of(r)->kind, sizeof(of(r)->kind),
					k->name, err);
	}
	return filter_unknown("kind", c->value, err);
}

static const char *
state_in(const struct kind *k, const char *value)
{
	size_t t, s;

	for (t = 0; t < k->n_tracks; t++)
		for (s = 0; s < k->tracks[t].n_states; s++) {
			const struct state *st = &k->tracks[t].states[s];

			if (str_eq(st->name, value) ||
			    is_title(&st->title, value))
				return st->name;
		}
	return NULL;
}

static enum rc
take_state(struct reading *r, const struct condition_text *c, struct err *err)
{
	const struct kinds *ks = r->desk->kinds;
	const char *name;
	size_t i;

	for (i = 0; i < kinds_count(ks); i++) {
		name = state_in(kinds_at(ks, i), c->value);
		if (name != NULL)
			return str_copy(of(r)->state, sizeof(of(r)->state),
					name, err);
	}
	return filter_unknown("state", c->value, err);
}

static enum rc
take_box(struct reading *r, const struct condition_text *c, struct err *err)
{
	static const struct {
		const char *en, *zh;
		enum box box;
	} boxes[] = { { "in", "收", BOX_IN },
		      { "out", "发", BOX_OUT },
		      { "all", "全部", BOX_ALL } };
	size_t i;

	for (i = 0; i < ARRAY_LEN(boxes); i++)
		if (str_eq(boxes[i].en, c->value) ||
		    str_eq(boxes[i].zh, c->value)) {
			of(r)->box = boxes[i].box;
			of(r)->boxed = true;
			return RC_OK;
		}
	return filter_unknown("box", c->value, err);
}

static enum rc
take_urgency(struct reading *r, const struct condition_text *c, struct err *err)
{
	static const char *const words[][3] = { { "特急", "特", "flash" },
						{ "加急", "急", "fast" },
						{ "平件", "平", "plain" } };
	size_t i, k;

	for (i = 0; i < ARRAY_LEN(words); i++)
		for (k = 0; k < ARRAY_LEN(words[0]); k++)
			if (str_eq(words[i][k], c->value)) {
				of(r)->urgency = 1 + (int)i;
				return RC_OK;
			}
	return filter_unknown("urgency", c->value, err);
}

/* ---- desks: by id, a beginning of one, name, or first letters ---- */

static bool
is_id(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return n >= 2 && n <= 6 && (s[n] == '\0' || (n == 6 && s[n] == '-'));
}

/* 330100 is all that begins with 3301, 330000 all with 33. */
static void
add_division(json_t *list, const char *code)
{
	size_t n = strlen(code);

	while (n > 2 && code[n - 1] == '0' && code[n - 2] == '0')
		n -= 2;
	json_array_append_new(list, json_stringn(code, n));
}

static void
add_picks(struct desk *d, const char *table, const char *value, json_t *list)
{
	const struct table *units = table_get(d, "units");
	struct pick picks[PICKS_MAX];
	size_t i, row, n = ask_pick(d, table, value, picks, PICKS_MAX);

	for (i = 0; i < n; i++) {
		if (str_eq(table, "divisions"))
			add_division(list, picks[i].code);
		else if (str_eq(table, "desks"))
			json_array_append_new(list, json_string(picks[i].code));
		else if (table_find(units, "id", picks[i].code, &row))
			json_array_append_new(
				list,
				json_string(table_cell(units, row, "desk_id")));
	}
}

static enum rc
desks_named(struct desk *d, const char *what, const char *value, char **ret,
	    struct err *err)
{
	json_t *list = json_array();

	if (str_eq(value, "me") || str_eq(value, "本桌")) {
		json_array_append_new(list, json_string(d->id));
	} else if (is_id(value)) {
		json_array_append_new(list, json_string(value));
	} else {
		add_picks(d, "desks", value, list);
		add_picks(d, "divisions", value, list);
		add_picks(d, "units", value, list);
	}
	if (json_array_size(list) == 0) {
		json_decref(list);
		return filter_unknown(what, value, err);
	}
	xfree(*ret);
	char *text = json_dumps(list, JSON_COMPACT);
	*ret = xstrdup(text != NULL ? text : "[]");
	free(text);
	json_decref(list);
	return RC_OK;
}

static enum rc
take_from(struct reading *r, const struct condition_text *c, struct err *err)
{
	return desks_named(r->desk, "from", c->value, &of(r)->from, err);
}

static enum rc
take_to(struct reading *r, const struct condition_text *c, struct err *err)
{
	return desks_named(r->desk, "to", c->value, &of(r)->to, err);
}

enum rc
filter_officer(struct desk *d, const char *what, const char *value,
	       char ret_id[static OFFICER_ID_MAX + 1], struct err *err)
{
	struct pick pick;
	bool me = str_eq(value, "me") || str_eq(value, "我");

	if (me && d->has_officer)
		return str_copy(ret_id, OFFICER_ID_MAX + 1, d->officer.id, err);
	if (ask_pick(d, "officers", value, &pick, 1) == 0)
		return filter_unknown(what, value, err);
	return str_copy(ret_id, OFFICER_ID_MAX + 1, pick.code, err);
}

static enum rc
take_assignee(struct reading *r, const struct condition_text *c,
	      struct err *err)
{
	char id[OFFICER_ID_MAX + 1];
	enum rc rc = filter_officer(r->desk, "assignee", c->value, id, err);

	if (rc != RC_OK)
		return rc;
	xfree(of(r)->assignee);
	of(r)->assignee = xstrdup(id);
	return RC_OK;
}

/* ---- text of one field ---- */

static void
take_key(struct reading *r, const char *value, char **ret)
{
	struct buf key;

	filter_add_word(r, value, true);
	buf_init(&key, 2 * FILTER_TEXT_MAX);
	(void)text_key(&key, value, strlen(value), NULL); /* it fits */
	xfree(*ret);
	*ret = xstrdup(buf_str(&key));
	buf_release(&key);
}

static enum rc
take_number(struct reading *r, const struct condition_text *c, struct err *err)
{
	(void)err;
	take_key(r, c->value, &of(r)->number);
	return RC_OK;
}

static enum rc
take_title(struct reading *r, const struct condition_text *c, struct err *err)
{
	(void)err;
	take_key(r, c->value, &of(r)->title);
	return RC_OK;
}

/* ---- times ---- */

/* 12h 2d 3w, 2天: milliseconds. */
static bool
span_read(const char *s, int64_t *ret_ms)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = { { "h", HOUR_MS },	   { "时", HOUR_MS },
		      { "小时", HOUR_MS }, { "d", DAY_MS },
		      { "天", DAY_MS },	   { "w", 7 * DAY_MS },
		      { "周", 7 * DAY_MS } };
	size_t n = strspn(s, "0123456789"), i;
	int64_t count = 0;
	char digits[8];

	if (n == 0 || n >= sizeof(digits))
		return false;
	memcpy(digits, s, n);
	digits[n] = '\0';
	if (str_to_i64(digits, 0, 9999999, &count, NULL) != RC_OK)
		return false;
	for (i = 0; i < ARRAY_LEN(units); i++)
		if (str_eq(s + n, units[i].unit)) {
			*ret_ms = count * units[i].ms;
			return true;
		}
	return false;
}

static bool
day_read(const struct desk *d, const char *s, int32_t *ret_day)
{
	int32_t today = day_of_ms(env_now_ms(d->env));

	if (str_eq(s, "today") || str_eq(s, "今天"))
		*ret_day = today;
	else if (str_eq(s, "tomorrow") || str_eq(s, "明天"))
		*ret_day = today + 1;
	else if (str_eq(s, "yesterday") || str_eq(s, "昨天"))
		*ret_day = today - 1;
	else
		return day_parse(s, ret_day, NULL) == RC_OK;
	return true;
}

static void
between_days(enum filter_op op, int32_t day, int64_t *from, int64_t *before)
{
	int64_t start = day_start_ms(day), end = day_start_ms(day + 1);

	switch (op) {
	case OP_IS:
		*from = start;
		*before = end;
		break;
	case OP_BELOW: *before = start; break;
	case OP_UPTO: *before = end; break;
	case OP_ABOVE: *from = end; break;
	case OP_FROM: *from = start; break;
	}
}

static enum rc
bad_time(const char *what, const char *value, struct err *err)
{
	char shown[64];

	return err_set(err, RC_USAGE, 0,
		       _("%s: '%s' is no time; one is 12h, 2d, 3w, today or "
			 "2026-11-30"),
		       what, text_show_into(shown, sizeof(shown), value));
}

/* due<2d: within two days from now. */
static enum rc
take_due(struct reading *r, const struct condition_text *c, struct err *err)
{
	int64_t now = env_now_ms(r->desk->env), span;
	struct filter *f = of(r);
	int32_t day;

	if (day_read(r->desk, c->value, &day)) {
		between_days(c->op, day, &f->due_from, &f->due_before);
	} else if (span_read(c->value, &span)) {
		if (c->op == OP_ABOVE || c->op == OP_FROM)
			f->due_from = now + span;
		else
			f->due_before = now + span;
	} else {
		return bad_time("due", c->value, err);
	}
	return RC_OK;
}

/* issued<7d: less than seven days ago. */
enum rc
filter_past(struct desk *d, const char *what, const struct condition_text *c,
	    int64_t *from, int64_t *before, struct err *err)
{
	int64_t now = env_now_ms(d->env), span;
	int32_t day;

	if (day_read(d, c->value, &day)) {
		between_days(c->op, day, from, before);
	} else if (span_read(c->value, &span)) {
		if (c->op == OP_ABOVE || c->op == OP_FROM)
			*before = now - span;
		else
			*from = now - span;
	} else {
		return bad_time(what, c->value, err);
	}
	return RC_OK;
}

static enum rc
take_issued(struct reading *r, const struct condition_text *c, struct err *err)
{
	return filter_past(r->desk, "issued", c, &of(r)->issued_from,
			   &of(r)->issued_before, err);
}

static const struct filter_name names[] = {
	{ "kind", "种类", take_kind, complete_kind },
	{ "state", "状态", take_state, complete_state },
	{ "box", "箱", take_box, complete_box },
	{ "from", "来自", take_from, complete_desk },
	{ "to", "发往", take_to, complete_desk },
	{ "due", "期限", take_due, complete_time },
	{ "issued", "签发", take_issued, complete_time },
	{ "urgency", "紧急", take_urgency, complete_urgency },
	{ "number", "编号", take_number, NULL },
	{ "title", "标题", take_title, NULL },
	{ "assignee", "承办", take_assignee, complete_officer },
};

static const char *const flags[][2] = { { "late", "超时" },
					{ "waits", "待办" } };

static void
take_flag(struct reading *r, size_t nth)
{
	if (nth == 0)
		of(r)->overdue = true;
	else
		of(r)->waits = true;
}

static enum rc
take_word(struct reading *r, const char *word, bool prefix, struct err *err)
{
	(void)err;
	filter_add_word(r, word, prefix);
	return RC_OK;
}

const struct filter_grammar filter_of_documents = {
	.names = names,
	.n_names = ARRAY_LEN(names),
	.listed = "kind state box from to due issued urgency number title "
		  "assignee late waits",
	.flags = flags,
	.n_flags = ARRAY_LEN(flags),
	.flag = take_flag,
	.word = take_word,
};
