/*
 * What is known already, over the whole replica: results before a test is
 * ordered, units that can do a work. What can be looked up, and by what, is
 * said by the kinds (views.lookup).
 */
#include "desk/lookup.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "console/form_int.h"
#include "console/grid_int.h"

#define LOOKUP_ROWS 200
#define LOOKUPS_MAX 16
#define WORDS_MAX   200

struct words { /* what is asked, by role */
	char as[NAME_MAX_LEN + 1];
	char role[LOOKUP_ROLES_MAX][NAME_MAX_LEN + 1];
	char title[LOOKUP_ROLES_MAX][128];
	char text[LOOKUP_ROLES_MAX][WORDS_MAX];
	size_t n;
};

/* --- what can be looked up --------------------------------------------------
 */

/* Kinds of today that have a look-up, one for each sort of it. */
static size_t
find_lookups(struct console *c, const struct kind **out)
{
	const struct kinds *ks = desk_get_kinds(c->desk);
	int32_t today = day_of_ms(console_now_ms(c));
	size_t n = 0;

	for (size_t i = 0; i < kinds_count(ks) && n < LOOKUPS_MAX; i++) {
		const struct kind *k =
			kinds_current(ks, kinds_at(ks, i)->name, today);
		bool known = !k || !k->views.lookup;

		for (size_t o = 0; !known && o < n; o++)
			known = str_eq(out[o]->views.lookup->as,
				       k->views.lookup->as);
		if (!known)
			out[n++] = k;
	}
	return n;
}

/* "产品名称": the group and the member of the role's first field. */
static void
key_title(const struct kind *k, const struct lookup_key *key, bool zh,
	  char *out, size_t out_size)
{
	const char *name = key->fields[0], *dot = strchr(name, '.');
	const struct field *f = kind_field(k, name), *outer = NULL;
	char group[NAME_MAX_LEN + 1];

	if (dot && (size_t)(dot - name) < sizeof(group)) {
		(void)snprintf(group, sizeof(group), "%.*s", (int)(dot - name),
			       name);
		outer = kind_field(k, group);
	}
	(void)snprintf(out, out_size, "%s%s%s",
		       outer ? title_in(&outer->title, zh) : "",
		       outer && !zh ? " " : "",
		       f ? title_in(&f->title, zh) : key->role);
}

static void
words_of(const struct kind *k, bool zh, struct words *w)
{
	const struct lookup *l = k->views.lookup;

	*w = (struct words){ .n = 0 };
	(void)str_copy(w->as, sizeof(w->as), l->as, NULL);
	for (size_t i = 0; i < l->n_keys && w->n < LOOKUP_ROLES_MAX; i++) {
		if (str_copy(w->role[w->n], sizeof(w->role[0]), l->keys[i].role,
			     NULL) != RC_OK)
			continue;
		key_title(k, &l->keys[i], zh, w->title[w->n],
			  sizeof(w->title[0]));
		w->n++;
	}
}

/* --- what was found ----------------------------------------------------------
 */

struct found_screen {
	struct grid grid;
	struct words words;
};

static void
found_name(struct grid *g, char *out, size_t out_size)
{
	(void)g;
	(void)snprintf(out, out_size, "%s", _("found"));
}

static void
add_row(struct grid *g, const struct result_row *r)
{
	struct grid_row *row = grid_add(g);
	char keys[600] = "";

	for (size_t i = 0; i < r->n_keys; i++) {
		size_t at = strlen(keys);

		if (r->keys[i].text[0] && at + 100 < sizeof(keys))
			(void)snprintf(keys + at, sizeof(keys) - at, "%s%.90s",
				       at ? " | " : "", r->keys[i].text);
	}
	row->ref = r->ref;
	row->attrs[0] = r->valid ? ATTR_GOOD : ATTR_LATE;
	grid_cell(row, 0, "%s", r->valid ? _("valid") : _("not valid"));
	grid_cell(row, 1, "%s", r->conclusion);
	grid_cell(row, 2, "%s", keys[0] ? keys : r->title);
	grid_cell(row, 3, "%s", r->on);
	grid_cell(row, 4, "%s", r->state_title);
	grid_cell(row, 5, "%s%s%s", r->own_title, r->limits[0] ? ": " : "",
		  r->limits);
	grid_cell(row, 6, "%s", r->why);
}

static void
found_load(struct grid *g)
{
	struct found_screen *s = (struct found_screen *)g;
	struct console *c = g->screen.console;
	struct result_query q = { .as = s->words.as, .limit = LOOKUP_ROWS };
	struct result_list l = { 0 };
	struct err e = ERR_INIT;
	size_t at = 0;

	grid_column(g, _("holds"), c->zh ? 6 : 9, false);
	grid_column(g, _("conclusion"), 10, false);
	grid_column(g, _("what it is of"), 0, false);
	grid_column(g, _("date"), 10, false);
	grid_column(g, _("state"), c->zh ? 8 : 10, false);
	grid_column(g, _("here"), c->zh ? 8 : 10, false);
	grid_column(g, _("why"), 4, false); /* whole in the strip */
	for (size_t i = 0; i < s->words.n; i++) {
		if (!s->words.text[i][0])
			continue;
		q.by[q.n_by++] = (struct lookup_by){ .role = s->words.role[i],
						     .text = s->words.text[i],
						     .how = LOOKUP_HAS };
		at += (size_t)snprintf(g->head + at, sizeof(g->head) - at,
				       "%s%s: %s", at ? "   " : "",
				       s->words.title[i], s->words.text[i]);
	}
	if (ask_results(c->desk, &q, &l, &e) != RC_OK) {
		(void)snprintf(g->empty, sizeof(g->empty), "%.300s", e.msg);
		return;
	}
	(void)snprintf(g->empty, sizeof(g->empty), "%s",
		       _("nothing of that is known here"));
	for (size_t i = 0; i < l.n_rows; i++)
		add_row(g, &l.rows[i]);
	result_list_release(&l);
}

static const enum action bar[] = { ACTION_OPEN, ACTION_HELP, ACTION_BACK,
				   ACTION_NONE };

static const struct grid_ops found_ops = {
	.context = CONTEXT_REGISTRY,
	.bar = bar,
	.name = found_name,
	.load = found_load,
};

/* --- what is asked
 * ------------------------------------------------------------
 */

struct ask_form {
	struct form form;
	struct words words;
	struct field fields[LOOKUP_ROLES_MAX]; /* texts into words */
};

static const char *
ask_name(struct form *f)
{
	(void)f;
	return _("look up");
}

static enum rc
set(struct form *f, json_t *content, const char *dotted, const char *value,
    struct err *err)
{
	(void)f;
	(void)err;
	json_object_set_new(content, dotted, json_string(value));
	return RC_OK;
}

static void
submit(struct form *form, json_t *content, bool has_soft)
{
	struct ask_form *f = (struct ask_form *)form;
	struct found_screen *s =
		grid_new(form->screen.console, &found_ops, sizeof(*s));

	(void)has_soft;
	for (size_t i = 0; i < f->words.n; i++) {
		const char *text = json_string_value(
			json_object_get(content, f->words.role[i]));

		(void)snprintf(f->words.text[i], WORDS_MAX, "%s",
			       text ? text : "");
	}
	s->words = f->words;
	grid_reload(&s->grid);
	screen_push(form->screen.console, &s->grid.screen);
}

static const struct form_ops ask_ops = {
	.name = ask_name,
	.set = set,
	.submit = submit,
};

static void
ask_open(struct console *c, const struct kind *k)
{
	struct ask_form *f = screen_new(c, form_screen_ops(), sizeof(*f));

	form_init(&f->form, &ask_ops);
	words_of(k, c->zh, &f->words);
	for (size_t i = 0; i < f->words.n; i++)
		f->fields[i] = (struct field){
			.name = f->words.role[i],
			.title = { f->words.title[i], f->words.title[i] },
			.type = FIELD_TEXT,
		};
	f->form.fields = f->fields;
	f->form.n_fields = f->words.n;
	for (size_t i = 0; i < f->words.n; i++)
		form_add_field(&f->form, &f->fields[i], "", NULL, 0);
	(void)form_add(&f->form, ITEM_SUBMIT, _("look up"));
	screen_push(c, &f->form.screen);
}

struct choosing {
	const struct kind *kind[LOOKUPS_MAX];
};

static void
chosen(struct console *c, void *ctx, int value)
{
	struct choosing *ch = ctx;

	if (value >= 0)
		ask_open(c, ch->kind[value]);
	(void)xfree(ch);
}

void
lookup_open(struct console *c, const char *kind)
{
	const struct kind *k = kind ? current_kind(c, kind) : NULL;
	struct choosing *ch;
	struct menu_spec spec = { .title = _("look up"), .done = chosen };
	size_t n;

	if (k && k->views.lookup) {
		ask_open(c, k);
		return;
	}
	ch = xcalloc(1, sizeof(*ch));
	n = find_lookups(c, ch->kind);
	spec.ctx = ch;
	for (size_t i = 0; i < n; i++)
		menu_add(&spec.take_items, &spec.n_items,
			 title_in(&ch->kind[i]->title, c->zh), NULL, false,
			 (int)i);
	if (n > 0) {
		menu_open(c, &spec);
		return;
	}
	console_set_message(c, ATTR_PLAIN, "%s",
			    _("no kind that can be looked up is installed"));
	(void)xfree(ch);
}
