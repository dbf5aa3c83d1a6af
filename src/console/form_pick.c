/* Picking from reference data by initials, and phrases. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/form_int.h"
#include "trust/card.h"

#define PAGE 9

void
pick_forget(struct form *f)
{
	f->n_picks = f->pick_page = 0;
}

/* The word being typed: the last one where several are allowed. */
static const char *
last_word(const struct form_item *it)
{
	const char *space;

	if (!item_has_words(it))
		return it->edit.text;
	space = strrchr(it->edit.text, ' ');
	return space ? space + 1 : it->edit.text;
}

/* May a field of this sort point to documents of that kind? */
static bool
takes_kind(const struct field *field, const char *kind)
{
	for (size_t i = 0; i < field->n_kinds; i++)
		if (str_eq(field->kinds[i], "*") ||
		    str_eq(field->kinds[i], kind))
			return true;
	return field->n_kinds == 0;
}

static void
ask_docs(struct form *f, const char *words)
{
	const struct field *field = f->items[f->at].field;
	const struct list_query q = {
		.kind = field->n_kinds == 1 && !str_eq(field->kinds[0], "*")
				? field->kinds[0]
				: NULL,
		.changed_after = -1,
		.words = words[0] ? words : NULL,
		.order = ORDER_NEWEST,
		.limit = PICKS_MAX,
	};
	struct doc_list found = { 0 };

	if (ask_list(f->screen.console->desk, &q, &found, NULL) != RC_OK)
		return;
	for (size_t i = 0; i < found.n_rows && f->n_picks < PICKS_MAX; i++) {
		const struct doc_row *r = &found.rows[i];
		struct picked *p = &f->picks[f->n_picks];

		if (r->draft || !takes_kind(field, r->kind))
			continue;
		(void)snprintf(p->code, sizeof(p->code), "%s/%s", r->ref.owner,
			       r->ref.id);
		(void)text_show_into(p->name, sizeof(p->name),
				     r->number[0] ? r->number : r->ref.id);
		(void)text_show_into(p->hint, sizeof(p->hint), r->title);
		f->n_picks++;
	}
	doc_list_release(&found);
}

void
pick_settle(struct form *f)
{
	struct form_item *it = &f->items[f->at];
	const char *table = item_table(it);
	struct doc_ref ref;
	char *text;

	if (item_has_desks(it))
		form_settle_groups(f, it);
	if (!table || !str_eq(table, PICK_DOCS) || it->edit.len == 0 ||
	    name_subject(it->edit.text, &ref) ||
	    doc_find(f->screen.console->desk, it->edit.text, &ref, NULL) !=
		    RC_OK)
		return;
	text = xasprintf("%s/%s", ref.owner, ref.id);
	edit_set(&it->edit, text);
	(void)xfree(text);
}

static void
ask(struct form *f, const char *table, const char *word)
{
	struct pick found[PICKS_MAX];
	size_t n;

	if (str_eq(table, PICK_DOCS)) {
		ask_docs(f, word);
		return;
	}
	n = ask_pick(f->screen.console->desk, table, word, found, PICKS_MAX);
	/* the code itself is all that was wanted */
	if (n == 1 && strcmp(found[0].code, word) == 0 && word[0] >= '0' &&
	    word[0] <= '9')
		return;
	for (size_t i = 0; i < n; i++) {
		struct picked *p = &f->picks[i];

		(void)snprintf(p->code, sizeof(p->code), "%s", found[i].code);
		(void)text_show_into(p->name, sizeof(p->name), found[i].name);
		(void)text_show_into(p->hint, sizeof(p->hint),
				     found[i].hint ? found[i].hint : "");
	}
	f->n_picks = n;
}

void
pick_update(struct form *f)
{
	struct form_item *it = &f->items[f->at];
	const char *table = item_table(it), *word;

	pick_forget(f);
	if (!table)
		return;
	word = last_word(it);
	if (!word[0])
		return;
	ask(f, table, word);
}

static void
take(struct form *f, size_t i)
{
	struct form_item *it = &f->items[f->at];
	size_t keep = (size_t)(last_word(it) - it->edit.text);
	char *text;

	if (item_has_desks(it) && !desk_id_valid(f->picks[i].code) &&
	    form_put_group(f, it, keep, f->picks[i].code)) {
		pick_forget(f);
		return;
	}
	text = xasprintf("%.*s%s%s", (int)keep, it->edit.text, f->picks[i].code,
			 item_has_words(it) ? " " : "");

	edit_set(&it->edit, text);
	(void)xfree(text);
	it->changed = true;
	pick_forget(f);
}

bool
pick_key(struct form *f, uint32_t key)
{
	const struct form_item *it = &f->items[f->at];
	size_t first = f->pick_page * PAGE;
	uint32_t folded = key_fold(key);

	if (f->n_picks == 0 && key == ' ' && item_table(it) &&
	    last_word(it)[0] == '\0') {
		ask(f, item_table(it), ""); /* all there are */
		return true;
	}
	if (f->n_picks == 0)
		return false;
	if (key == K_ESC) {
		pick_forget(f);
		return true;
	}
	if (key == K_ENTER && !f->screen.console->pasting) {
		take(f, first);
		return true;
	}
	if (key == ' ' && f->n_picks > PAGE) {
		f->pick_page =
			(first + PAGE < f->n_picks) ? f->pick_page + 1 : 0;
		return true;
	}
	/* digits pick, unless a code is being typed */
	if (folded >= '1' && folded <= '9' &&
	    !(last_word(it)[0] >= '0' && last_word(it)[0] <= '9')) {
		if (first + folded - '1' < f->n_picks)
			take(f, first + folded - '1');
		return true;
	}
	return false;
}

void
pick_draw(struct form *f, struct canvas *cv, int y, int x)
{
	size_t first = f->pick_page * PAGE;
	int n = f->n_picks - first < PAGE ? (int)(f->n_picks - first) : PAGE;
	int width = cv->cols - x - 2 < 56 ? cv->cols - x - 2 : 56;
	char title[64] = "";

	if (f->n_picks == 0)
		return;
	if (y + n + 2 > cv->rows - 2) /* no room below: above the field */
		y = y - 1 - (n + 2);
	if (y < BODY_Y)
		y = BODY_Y;
	if (f->n_picks > PAGE)
		(void)snprintf(title, sizeof(title), _("Space: more (%zu)"),
			       f->n_picks);
	canvas_box(cv, y, x, n + 2, width, title);
	for (int i = 0; i < n; i++) {
		const struct picked *p = &f->picks[first + (size_t)i];
		bool bare = strchr(p->code, '/') || str_eq(p->code, p->name);

		(void)canvas_putf(cv, y + 1 + i, x + 2, 2, ATTR_KEY, "%d",
				  i + 1);
		(void)canvas_putf(cv, y + 1 + i, x + 4, width - 6, ATTR_PLAIN,
				  "%s  %s%s%s", p->name, bare ? "" : p->code,
				  bare ? "" : "  ", p->hint);
	}
}

const char *
pick_name(struct form *f, const char *table, const char *code, char *out,
	  size_t out_size)
{
	const char *known;

	if (str_eq(table, PICK_DOCS))
		return name_doc(f->screen.console, code, out, out_size);
	if (str_eq(table, "desks") || str_eq(table, PICK_ADDRESSEES))
		return name_desk(f->screen.console, code, out, out_size);
	if (str_eq(table, "officers"))
		return name_officer(f->screen.console, code, out, out_size);
	known = ask_pick_name(f->screen.console->desk, table, code);
	(void)snprintf(out, out_size, "%s", known ? known : code);
	return out;
}

/* --- phrases ----------------------------------------------------------------
 */

struct phrases {
	struct form *form;
	size_t item;
	char **texts;
	size_t n;
};

static void
phrase_chosen(struct console *c, void *ctx, int value)
{
	struct phrases *p = ctx;

	(void)c;
	if (value >= 0 && p->item < p->form->n_items) {
		struct form_item *it = &p->form->items[p->item];

		size_t at = it->edit.at;

		if (edit_insert_text(&it->edit, p->texts[value])) {
			size_t end = it->edit.at;

			it->changed = true;
			if (edit_to_slot(&it->edit, at) && it->edit.at >= end)
				it->edit.at = end;
		}
	}
	for (size_t i = 0; i < p->n; i++)
		(void)xfree(p->texts[i]);
	(void)xfree(p->texts);
	(void)xfree(p);
}

void
phrases_open(struct form *f)
{
	struct console *c = f->screen.console;
	const struct form_item *it = &f->items[f->at];
	struct pick picks[PICKS_MAX];
	struct menu_spec spec = { .title = _("phrases"),
				  .done = phrase_chosen };
	struct phrases *p;
	size_t n = 0;

	if (it->type == ITEM_FIELD && it->field->pick &&
	    str_starts(it->field->pick, "phrases:"))
		n = ask_pick(c->desk, it->field->pick, "", picks, PICKS_MAX);
	if (n == 0) {
		console_set_message(c, ATTR_PLAIN,
				    _("no phrases are kept for this field"));
		return;
	}
	p = xcalloc(1, sizeof(*p));
	*p = (struct phrases){ .form = f, .item = f->at };
	p->texts = xcalloc(n, sizeof(*p->texts));
	for (size_t i = 0; i < n; i++) {
		p->texts[p->n++] = xstrdup(picks[i].name);
		menu_add(&spec.take_items, &spec.n_items, picks[i].name, NULL,
			 false, (int)i);
	}
	spec.ctx = p;
	menu_open(c, &spec);
}
