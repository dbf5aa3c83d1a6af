#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/entry_int.h"
#include "console/form_int.h"
#include "console/popup_int.h"

static bool form_key(struct screen *s, uint32_t key);
static bool form_act(struct screen *s, enum action a);

void
form_init(struct form *f, const struct form_ops *ops)
{
	f->ops = ops;
}

void
form_release(struct form *f)
{
	for (size_t i = 0; i < f->n_items; i++)
		item_release(&f->items[i]);
	f->items = xfree(f->items);
	f->n_items = 0;
	form_keep_free(f);
}

static struct form_item *
current(struct form *f)
{
	return &f->items[f->at];
}

/* The field is left: what is given is judged, the draft saves itself. */
static void
leave_item(struct form *f)
{
	struct form_item *it = current(f);
	bool good, soft;
	json_t *content;

	pick_forget(f);
	if (it->type != ITEM_ATTACHED) /* whose size it is */
		it->said[0] = '\0';
	if (item_is_prose(it) && entry_leave(f->screen.console, &it->edit))
		it->changed = true;
	if (!it->changed)
		return;
	it->changed = false;
	pick_settle(f);
	item_settle_time(it, console_now_ms(f->screen.console));
	content = form_judge(f, false, &good, &soft);
	form_conditions(f, content);
	json_decref(content);
	form_keep(f);
}

static void
go(struct form *f, int by)
{
	leave_item(f);
	if (by > 0 && f->at + 1 < f->n_items)
		f->at++;
	else if (by < 0 && f->at > 0)
		f->at--;
}

static void
submit(struct form *f)
{
	bool good, soft;
	json_t *content;

	leave_item(f);
	if (f->busy || form_conflict_stops(f))
		return;
	content = form_judge(f, true, &good, &soft);
	if (good)
		f->ops->submit(f, content, soft); /* may end the form */
	json_decref(content);
	if (good)
		return;
	for (size_t i = 0; i < f->n_items; i++) {
		if (!f->items[i].error[0] || f->items[i].soft)
			continue;
		f->at = i;
		console_set_message(f->screen.console, ATTR_ERROR, "%s: %s",
				    f->items[i].label, f->items[i].error);
		break;
	}
}

/* --- closed lists --------------------------------------------------------- */

static size_t
choice_at(const struct form_item *it)
{
	for (size_t i = 0; i < item_choices(it); i++)
		if (str_eq(item_choice(it, i), it->edit.text))
			return i;
	return SIZE_MAX;
}

static bool
choice_key(struct form_item *it, uint32_t key)
{
	size_t n = item_choices(it), at = choice_at(it);
	uint32_t folded = key_fold(key);

	if (folded >= 'a' && folded < 'a' + n)
		at = folded - 'a';
	else if (key == ' ' || key == K_RIGHT)
		at = at == SIZE_MAX || at + 1 >= n ? 0 : at + 1;
	else if (key == K_LEFT)
		at = at == SIZE_MAX || at == 0 ? n - 1 : at - 1;
	else if ((key == K_BS || key == K_DEL) && !it->must)
		at = SIZE_MAX;
	else
		return key_is_text(key);
	edit_set(&it->edit, at == SIZE_MAX ? "" : item_choice(it, at));
	it->changed = true;
	it->error[0] = '\0';
	return true;
}

/* --- keys -------------------------------------------------------------------
 */

static void
press(struct form *f)
{
	struct form_item *it = current(f);
	size_t at = f->at;

	if (it->type == ITEM_SUBMIT)
		submit(f);
	else if (it->type == ITEM_LATER)
		(void)form_act(&f->screen, ACTION_CANCEL);
	else if (it->type == ITEM_FILE)
		f->ops->choose_files(f);
	else if (it->type == ITEM_ADD_ROW) {
		form_add_row(f, at);
		f->at = at;
	} else {
		go(f, 1);
	}
}

/* A document picked is one thing: what is typed takes its place. */
static void
drop_whole(struct form_item *it, uint32_t key)
{
	struct doc_ref ref;
	bool edits =
		key == K_BS || key == K_DEL || (key_is_text(key) && key != ' ');

	if (edits && it->type == ITEM_FIELD && it->field->type == FIELD_DOC &&
	    name_subject(it->edit.text, &ref)) {
		edit_set(&it->edit, "");
		it->changed = true;
	}
}

/* The key ended a word, or the text was changed as a whole. */
static bool
ends_word(uint32_t key)
{
	return key >= 0x80 || !((key >= '0' && key <= '9') ||
				((key | 0x20) >= 'a' && (key | 0x20) <= 'z'));
}

static void
typed(struct form *f, uint32_t key)
{
	struct form_item *it = current(f);

	it->changed = true;
	form_check_typing(f);
	if (ends_word(key))
		form_keep_word(f);
}

/* Text of several words came in at that byte: to its first slot. */
static void
typed_whole(struct form *f, size_t from)
{
	struct edit *e = &current(f)->edit;
	size_t at = e->at;

	if (edit_to_slot(e, from) && e->at >= at)
		e->at = at; /* not of what came */
	typed(f, ' ');
}

static void
paste(struct screen *s, const char *text)
{
	struct form *f = (struct form *)s;
	struct form_item *it = current(f);
	size_t at = it->edit.at;

	if (it->type >= ITEM_ADD_ROW || item_choices(it))
		return;
	if (item_is_prose(it))
		(void)entry_leave(s->console, &it->edit);
	drop_whole(it, 'x');
	if (edit_insert_text(&it->edit, text)) {
		typed_whole(f, at);
		pick_update(f);
		return;
	}
	console_set_message(s->console, ATTR_ERROR,
			    _("nothing was pasted: the field holds at most "
			      "%zu bytes"),
			    it->edit.max_bytes);
}

/* --- what is done to a text ------------------------------------------------
 */

static void
found(struct console *c, void *ctx, const char *text)
{
	struct form *f = ctx;

	if (!text || !text[0])
		return;
	(void)str_copy(f->sought, sizeof(f->sought), text, NULL);
	if (!edit_find(&current(f)->edit, text))
		console_set_message(c, ATTR_PLAIN, _("not in this text: %s"),
				    text);
}

static void
find(struct form *f)
{
	const struct prompt_spec spec = { .label = _("find:"),
					  .text = f->sought,
					  .max_bytes = sizeof(f->sought) - 1,
					  .done = found,
					  .ctx = f };

	prompt_open(f->screen.console, &spec);
}

static bool
edit_act(struct form *f, enum action a)
{
	struct form_item *it = current(f);
	bool changed;

	if (it->type >= ITEM_ADD_ROW || item_choices(it))
		return false;
	if (a == ACTION_WORD_LEFT)
		edit_word_left(&it->edit);
	else if (a == ACTION_WORD_RIGHT)
		edit_word_right(&it->edit);
	else if (a == ACTION_FIND)
		find(f);
	if (a != ACTION_UNDO && a != ACTION_REDO)
		return a == ACTION_WORD_LEFT || a == ACTION_WORD_RIGHT ||
		       a == ACTION_FIND;
	changed =
		a == ACTION_UNDO ? edit_undo(&it->edit) : edit_redo(&it->edit);
	if (changed)
		typed(f, ' ');
	else
		console_set_message(f->screen.console, ATTR_PLAIN, "%s",
				    a == ACTION_UNDO
					    ? _("nothing to take back")
					    : _("nothing was taken back"));
	return true;
}

static bool
form_key(struct screen *s, uint32_t key)
{
	struct form *f = (struct form *)s;
	struct form_item *it = current(f);
	bool button = it->type >= ITEM_ADD_ROW;

	if (pick_key(f, key))
		return true;
	if (item_is_prose(it)) {
		size_t at = it->edit.at;
		enum entry_took took = entry_key(s->console, &it->edit, key);

		if (took == ENTRY_TYPED)
			typed_whole(f, at);
		if (took != ENTRY_PASSED)
			return true;
	}
	if (item_is_lines(it) && edit_line_key(&it->edit, key, f->text_cols))
		return true;
	if (key == K_ENTER && !item_is_lines(it)) {
		press(f);
		return true;
	}
	/* where nothing is typed the key of help is free */
	if ((button || item_choices(it)) && key_fold(key) == '?') {
		screen_push(s->console, help_new(s->console, CONTEXT_FORM));
		return true;
	}
	if (button) {
		if (key == ' ')
			press(f);
		return key_is_text(key);
	}
	if (item_choices(it))
		return choice_key(it, key);
	if (key == K_BS && form_drop_desk(it)) {
		typed(f, key);
		pick_update(f);
		return true;
	}
	drop_whole(it, key);
	if (!edit_key(&it->edit, key))
		return key_is_text(key); /* full: nothing happens */
	if (key != K_LEFT && key != K_RIGHT && key != K_HOME && key != K_END) {
		typed(f, key);
		pick_update(f);
	}
	return true;
}

static bool
form_act(struct screen *s, enum action a)
{
	struct form *f = (struct form *)s;

	if (a == ACTION_FIELD_NEXT && item_is_prose(current(f)) &&
	    edit_next_slot(&current(f)->edit))
		return true;
	if (edit_act(f, a))
		return true;
	if (a == ACTION_FIELD_NEXT)
		go(f, 1);
	else if (a == ACTION_FIELD_PREV)
		go(f, -1);
	else if (a == ACTION_SUBMIT)
		submit(f);
	else if (a == ACTION_PHRASE)
		phrases_open(f);
	else if (a == ACTION_DROP && f->kept)
		form_keep_ask_drop(f);
	else if (a == ACTION_PINYIN)
		entry_toggle(s->console);
	else if (a == ACTION_GROUP && item_has_desks(current(f)))
		group_menu_open(f);
	else if (a == ACTION_CHOOSE)
		form_choose(f);
	else if (a == ACTION_ROW_DROP && item_has_desks(current(f)))
		form_ask_drop_desk(f);
	else if (a == ACTION_ROW_DROP && current(f)->type == ITEM_ATTACHED)
		f->ops->drop_file(f, f->at);
	else if (a == ACTION_ROW_DROP && current(f)->list)
		form_drop_row(f, f->at);
	else if (a == ACTION_CANCEL) {
		struct console *c = s->console;
		bool kept;

		leave_item(f);
		kept = form_keep_leave(f);
		screen_end(s);
		console_set_message(c, ATTR_PLAIN, "%s",
				    kept ? _("the draft is kept")
					 : _("nothing was done"));
	} else {
		return false;
	}
	return true;
}

/* Who thinks over a long field loses nothing by a cut: it is kept there too.
 * The field is judged only when it is left. */
static void
rest(struct screen *s)
{
	struct form *f = (struct form *)s;

	if (current(f)->changed)
		form_keep(f);
}

static void
name(struct screen *s, char *out, size_t out_size)
{
	struct form *f = (struct form *)s;

	(void)snprintf(out, out_size, "%s", f->ops->name(f));
}

static void
free_form(struct screen *s)
{
	struct form *f = (struct form *)s;

	entry_drop(s->console);
	if (f->ops->free)
		f->ops->free(f);
	form_release(f);
}

static const enum action bar[] = { ACTION_FIELD_NEXT, ACTION_FIELD_PREV,
				   ACTION_SUBMIT,     ACTION_PINYIN,
				   ACTION_PHRASE,     ACTION_ROW_DROP,
				   ACTION_CANCEL,     ACTION_NONE };

static bool
form_doc(const struct screen *s, struct doc_ref *out)
{
	const struct form *f = (const struct form *)s;

	return f->ops->doc && f->ops->doc(f, out);
}

static const struct screen_ops form_ops = {
	.context = CONTEXT_FORM,
	.bar = bar,
	.name = name,
	.draw = form_draw,
	.key = form_key,
	.paste = paste,
	.act = form_act,
	.rest = rest,
	.doc = form_doc,
	.free = free_form,
};

const struct screen_ops *
form_screen_ops(void)
{
	return &form_ops;
}
