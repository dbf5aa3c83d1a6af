#include <string.h>

#include "base/mem.h"
#include "base/pinyin.h"
#include "base/text.h"
#include "console/engine_int.h"
#include "console/entry_int.h"
#include "console/key_int.h"

static enum rc
open_engine(struct console *c, struct entry *e, struct err *err)
{
	char *folder = NULL;
	enum rc rc = desk_pinyin_folder(c->desk, &folder, err);

	if (rc == RC_OK)
		rc = engine_open(folder, &e->engine, err);
	if (rc == RC_OK) {
		entry_load_memory(e, folder);
		entry_read_terms(c, e);
	}
	(void)xfree(folder);
	return rc;
}

/* Nothing of the letters is left, nor of their candidates. */
static void
clear(struct entry *e)
{
	e->letters[e->n_letters = 0] = '\0';
	e->n_found = e->page = e->n_on_page = 0;
	e->pages[0] = 0;
}

void
entry_toggle(struct console *c)
{
	struct err err = ERR_INIT;
	char key[64];
	const char *lacks;

	if (!c->entry)
		c->entry = xcalloc(1, sizeof(*c->entry));
	if (!c->entry->engine && open_engine(c, c->entry, &err) != RC_OK) {
		console_show_err(c, &err);
		return;
	}
	clear(c->entry);
	c->entry->on = !c->entry->on;
	(void)keymap_keys(c->keymap, CONTEXT_FORM, ACTION_PINYIN, " ", key,
			  sizeof(key));
	lacks = engine_lacks();
	entry_save_memory(c->entry);
	if (!c->entry->on)
		console_set_message(c, ATTR_PLAIN, "%s", _("pinyin off"));
	else if (lacks)
		console_set_message(c, ATTR_SOON, _("pinyin on (%s); %s: off"),
				    lacks, key);
	else
		console_set_message(
			c, ATTR_PLAIN,
			_("pinyin on: digits choose, Space the first, - and = "
			  "page, Enter keeps the letters; %s: off"),
			key);
}

bool
entry_is_on(const struct console *c)
{
	return c->entry && c->entry->on;
}

bool
entry_is_toggle(const struct console *c, uint32_t key)
{
	bool chord = false;

	return !key_is_text(key) && keymap_find(c->keymap, CONTEXT_FORM, K_NONE,
						key, &chord) == ACTION_PINYIN;
}

void
entry_drop(struct console *c)
{
	if (c->entry && c->entry->n_letters)
		clear(c->entry);
}

void
entry_free(struct console *c)
{
	if (!c->entry)
		return;
	c->entry->engine = engine_close(c->entry->engine);
	entry_free_terms(c->entry);
	entry_free_memory(c->entry);
	c->entry = xfree(c->entry);
}

/* --- candidates ------------------------------------------------------------
 */

const char *
entry_text(struct entry *e, size_t i)
{
	return e->found[i].term ? e->found[i].term
				: engine_candidate(e->engine, e->found[i].nth);
}

static void
add(struct entry *e, const char *term, size_t nth)
{
	if (e->n_found < ENTRY_CANDIDATES_MAX)
		e->found[e->n_found++] =
			(struct entry_candidate){ .term = term, .nth = nth };
}

static bool
is_among(const char *text, const char *const *terms, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(terms[i], text))
			return true;
	return false;
}

/*
 * What was chosen for these letters before comes first, then terms that are
 * meant whole; those that only begin so come after the engine's best. A single
 * syllable is more often a word of one character than the initials of a term.
 */
static void
find(struct entry *e)
{
	const char *terms[1 + ENTRY_TERMS_MAX + ENTRY_STARTS_MAX];
	const char *starts[ENTRY_STARTS_MAX], *last = NULL;
	size_t n = 0, n_whole, n_starts = 0, first = 0, count;

	e->n_found = e->page = e->n_on_page = 0;
	e->pages[0] = 0;
	count = engine_count(e->engine);
	if (engine_chosen(e->engine)[0] == '\0') {
		last = entry_remembered(e);
		if (last)
			terms[n++] = last;
		n_whole = entry_find_terms(e, terms + n, starts, &n_starts);
		if (n_whole > 0 && !last && count > 0 &&
		    pinyin_is_syllable(e->letters))
			first = 1;
		n += n_whole;
	}
	if (first)
		add(e, NULL, 0);
	for (size_t i = 0; i < n; i++)
		if (!is_among(terms[i], terms, i))
			add(e, terms[i], 0);
	for (size_t i = 0; i < n_starts; i++)
		terms[n + i] = starts[i];
	for (size_t i = first; i < count; i++) {
		if (!is_among(engine_candidate(e->engine, i), terms,
			      n + n_starts))
			add(e, NULL, i);
		for (size_t k = 0; i == first && k < n_starts; k++)
			if (!is_among(starts[k], terms, n))
				add(e, starts[k], 0);
	}
	for (size_t k = 0; count == 0 && k < n_starts; k++)
		if (!is_among(starts[k], terms, n))
			add(e, starts[k], 0);
}

static void
read_letters(struct entry *e)
{
	engine_read(e->engine, e->letters);
	find(e);
}

/* Puts what was chosen, and what was not, into the text. */
static enum entry_took
put(struct entry *e, struct edit *edit, const char *text)
{
	bool fits = edit_insert_text(edit, text);

	clear(e);
	return fits ? ENTRY_TYPED : ENTRY_TAKEN;
}

static enum entry_took
choose(struct entry *e, struct edit *edit, size_t i)
{
	const char *text;

	if (i >= e->n_found)
		return ENTRY_TAKEN;
	if (e->found[i].term)
		text = e->found[i].term;
	else if (engine_choose(e->engine, e->found[i].nth))
		text = engine_chosen(e->engine);
	else {
		find(e);
		return ENTRY_TAKEN;
	}
	if (text != entry_remembered(e))
		entry_remember(e, e->letters, text);
	return put(e, edit, entry_remembered(e) ? entry_remembered(e) : text);
}

/* --- keys ------------------------------------------------------------------
 */

/* The Chinese sign that the key stands for; NULL for none. */
static const char *
sign_of(struct entry *e, const struct edit *edit, uint32_t key)
{
	static const char *const signs[128] = {
		[','] = "，", ['.'] = "。", [';'] = "；",  [':'] = "：",
		['?'] = "？", ['!'] = "！", ['('] = "（",  [')'] = "）",
		['['] = "【", [']'] = "】", ['\\'] = "、", ['<'] = "《",
		['>'] = "》", ['^'] = "……", ['_'] = "——",
	};
	char before = edit->at > 0 ? edit->text[edit->at - 1] : ' ';

	if (key >= 128)
		return NULL;
	/* 3.5 and 14:30 */
	if ((key == '.' || key == ':' || key == ',') && before >= '0' &&
	    before <= '9')
		return NULL;
	if (key == '"')
		return (e->double_open = !e->double_open) ? "“" : "”";
	if (key == '\'')
		return (e->quote_open = !e->quote_open) ? "‘" : "’";
	return signs[key];
}

static enum entry_took
put_sign(struct entry *e, struct edit *edit, uint32_t key)
{
	const char *sign = sign_of(e, edit, key);

	if (!sign)
		return ENTRY_PASSED;
	return edit_insert_text(edit, sign) ? ENTRY_TYPED : ENTRY_TAKEN;
}

static enum entry_took
turn(struct entry *e, int by)
{
	size_t next = e->pages[e->page] + e->n_on_page;

	if (by < 0 && e->page > 0)
		e->page--;
	if (by > 0 && next < e->n_found && e->page + 1 < ENTRY_PAGES_MAX)
		e->pages[++e->page] = next;
	return ENTRY_TAKEN;
}

static enum entry_took
backspace(struct entry *e)
{
	if (engine_chosen(e->engine)[0] == '\0') {
		/* what was chosen is taken back before a letter is */
		e->letters[--e->n_letters] = '\0';
	}
	if (e->n_letters == 0)
		clear(e);
	else
		read_letters(e);
	return ENTRY_TAKEN;
}

static bool
add_letter(struct entry *e, uint32_t key)
{
	bool letter =
		(key >= 'a' && key <= 'z') || (key == '\'' && e->n_letters > 0);

	if (!letter || e->n_letters + 1 >= sizeof(e->letters) ||
	    (e->n_letters > 0 && engine_chosen(e->engine)[0]))
		return false;
	e->letters[e->n_letters++] = (char)key;
	e->letters[e->n_letters] = '\0';
	read_letters(e);
	return true;
}

/* Letters of which nothing was chosen, or what was and the letters left. */
static enum entry_took
put_as_is(struct entry *e, struct edit *edit)
{
	char *text;
	enum entry_took took;

	if (engine_chosen(e->engine)[0] == '\0')
		return put(e, edit, e->letters);
	text = xasprintf("%s%s", engine_chosen(e->engine),
			 engine_syllables(e->engine));
	took = put(e, edit, text);
	(void)xfree(text);
	return took;
}

/* A key while letters wait for a choice. */
static enum entry_took
choosing(struct entry *e, struct edit *edit, uint32_t key)
{
	size_t first = e->pages[e->page];
	enum entry_took took;

	switch (key) {
	case ' ': return choose(e, edit, first);
	case K_ENTER: return put_as_is(e, edit);
	case K_ESC:
	case KEY_CTRL('g'): clear(e); return ENTRY_TAKEN;
	case K_BS: return backspace(e);
	case '=':
	case K_PGDN:
	case K_DOWN: return turn(e, 1);
	case '-':
	case K_PGUP:
	case K_UP: return turn(e, -1);
	default: break;
	}
	if (key >= '1' && key <= '9')
		return key - '1' < e->n_on_page
			       ? choose(e, edit, first + key - '1')
			       : ENTRY_TAKEN;
	if (!key_is_text(key)) {
		took = put_as_is(e, edit);
		return took == ENTRY_TYPED ? ENTRY_PASSED : took;
	}
	/* a sign or another letter means that the first one was right */
	while (e->n_letters > 0 && e->n_found > 0)
		(void)choose(e, edit, e->pages[e->page]);
	if (e->n_letters > 0)
		(void)put_as_is(e, edit);
	if (put_sign(e, edit, key) == ENTRY_PASSED && !add_letter(e, key))
		(void)edit_insert(edit, key);
	return ENTRY_TYPED;
}

enum entry_took
entry_key(struct console *c, struct edit *edit, uint32_t key)
{
	struct entry *e = c->entry;

	if (!entry_is_on(c) || c->pasting)
		return ENTRY_PASSED;
	if (add_letter(e, key))
		return ENTRY_TAKEN;
	if (e->n_letters > 0)
		return choosing(e, edit, key_fold(key));
	return put_sign(e, edit, key);
}

bool
entry_leave(struct console *c, struct edit *edit)
{
	if (!entry_is_on(c))
		return false;
	entry_save_memory(c->entry);
	return c->entry->n_letters > 0 &&
	       put_as_is(c->entry, edit) == ENTRY_TYPED;
}
