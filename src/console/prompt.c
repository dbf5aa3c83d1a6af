#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/entry_int.h"
#include "console/popup_int.h"

#define CHOICES_MAX 8
#define CHOICE_COLS 50

struct prompt {
	struct screen screen;
	struct prompt_spec spec;
	char *label;
	struct edit edit;
	struct filter_choice choices[CHOICES_MAX];
	size_t n_choices, at;
};

static void
finish(struct prompt *p, bool accepted)
{
	struct console *c = p->screen.console;
	const struct prompt_spec spec = p->spec;
	char *text = accepted ? xstrdup(p->edit.text) : NULL;

	p->spec.done = NULL; /* answered */
	screen_end(&p->screen);
	spec.done(c, spec.ctx, text);
	if (text && spec.secret)
		explicit_bzero(text, strlen(text));
	(void)xfree(text);
}

/* Where the last word begins; quotes keep blanks in one. */
static size_t
last_word(const char *text)
{
	size_t at = 0;
	bool quoted = false;

	for (size_t i = 0; text[i]; i++) {
		quoted = quoted != (text[i] == '"');
		if (text[i] == ' ' && !quoted)
			at = i + 1;
	}
	return at;
}

static void
find_choices(struct prompt *p)
{
	p->at = p->n_choices = 0;
	if (p->spec.complete && p->edit.at == p->edit.len)
		p->n_choices =
			p->spec.complete(p->screen.console, p->spec.ctx,
					 p->edit.text + last_word(p->edit.text),
					 p->choices, CHOICES_MAX);
}

static void
typed(struct prompt *p)
{
	find_choices(p);
	if (p->spec.typed)
		p->spec.typed(p->screen.console, p->spec.ctx, p->edit.text);
}

static void
take_choice(struct prompt *p)
{
	const char *word = p->choices[p->at].text;
	size_t from = last_word(p->edit.text), n = strlen(word);
	char *text = xasprintf("%.*s%s%s", (int)from, p->edit.text, word,
			       strchr("=<>", word[n - 1]) ? "" : " ");

	if (strlen(text) <= p->edit.max_bytes)
		edit_set(&p->edit, text);
	(void)xfree(text);
	typed(p);
}

/* Keys of the list of choices. */
static bool
choice_key(struct prompt *p, uint32_t k)
{
	if (p->n_choices == 0)
		return false;
	if (k == K_TAB)
		take_choice(p);
	else if (k == K_DOWN)
		p->at = (p->at + 1) % p->n_choices;
	else if (k == K_UP)
		p->at = (p->at + p->n_choices - 1) % p->n_choices;
	else
		return false;
	return true;
}

static bool
ends(struct prompt *p, uint32_t k)
{
	if (k == K_ENTER && !p->screen.console->pasting)
		finish(p, true);
	else if (k == K_ESC || k == KEY_CTRL('g') || k == KEY_CTRL('c'))
		finish(p, false);
	else
		return false;
	return true;
}

/* No entry of Chinese, which would learn it. */
static bool
secret_key(struct prompt *p, uint32_t k)
{
	if (!ends(p, key_fold(k)))
		(void)edit_key(&p->edit, key_fold(k));
	return true;
}

static bool
key(struct screen *s, uint32_t k)
{
	struct prompt *p = (struct prompt *)s;

	if (p->spec.secret)
		return secret_key(p, k);
	if (entry_is_toggle(s->console, k)) {
		entry_toggle(s->console);
		return true;
	}
	switch (entry_key(s->console, &p->edit, k)) {
	case ENTRY_TAKEN: return true;
	case ENTRY_TYPED: typed(p); return true;
	case ENTRY_PASSED: break;
	}
	if (choice_key(p, k) || ends(p, k))
		return true;
	if (edit_key(&p->edit, k))
		typed(p);
	return true;
}

static void
draw_choices(struct prompt *p, struct canvas *cv)
{
	int n = (int)p->n_choices, width = CHOICE_COLS;
	int x = cv->cols - width, y = cv->rows - 2 - n - 2;

	if (y < 1)
		return;
	canvas_box(cv, y, x, n + 2, width, _("Tab takes one"));
	for (int i = 0; i < n; i++) {
		const struct filter_choice *ch = &p->choices[i];
		bool here = (size_t)i == p->at;

		(void)canvas_put(cv, y + 1 + i, x + 1, 2, ATTR_BOLD,
				 here ? ">" : " ");
		(void)canvas_put(cv, y + 1 + i, x + 3, 22,
				 here ? ATTR_BOLD : ATTR_PLAIN, ch->text);
		(void)canvas_put(cv, y + 1 + i, x + 26, width - 27, ATTR_DIM,
				 ch->hint);
	}
}

static void
draw(struct screen *s, struct canvas *cv)
{
	struct prompt *p = (struct prompt *)s;
	int y = cv->rows - 2, x, col = 0;
	size_t from = 0;

	canvas_blank(cv, y, 0, cv->cols);
	x = canvas_put(cv, y, 0, cv->cols / 2, ATTR_BOLD, p->label) + 1;
	if (p->spec.secret) {
		for (int i = (int)utf8_chars(p->edit.text, p->edit.len);
		     i > 0 && x < cv->cols - 1; i--)
			x += canvas_put(cv, y, x, 1, ATTR_INPUT, "*");
		canvas_cursor(cv, y, x, true);
		return;
	}
	edit_window(&p->edit, cv->cols - x, &from, &col);
	(void)canvas_put(cv, y, x, cv->cols - x, ATTR_INPUT,
			 p->edit.text + from);
	if (p->n_choices)
		draw_choices(p, cv);
	else if (p->spec.complete && s->console->message[0])
		(void)canvas_put(cv, y - 1, 0, cv->cols, ATTR_ERROR,
				 s->console->message);
	canvas_cursor(cv, y, x + col, true);
	entry_draw(s->console, cv);
}

static const char *
hint(struct screen *s)
{
	(void)s;
	return _("Enter accepts   Esc gives up");
}

static void
free_prompt(struct screen *s)
{
	struct prompt *p = (struct prompt *)s;

	entry_drop(s->console);
	if (p->spec.done) /* taken away unanswered: given up */
		p->spec.done(s->console, p->spec.ctx, NULL);
	p->label = xfree(p->label);
	if (p->spec.secret)
		explicit_bzero(p->edit.text, p->edit.cap);
	edit_release(&p->edit);
}

static void
paste(struct screen *s, const char *text)
{
	struct prompt *p = (struct prompt *)s;

	if (edit_insert_text(&p->edit, text))
		typed(p);
}

static const struct screen_ops prompt_ops = {
	.paste = paste,
	.context = CONTEXT_PROMPT,
	.popup = true,
	.hint = hint,
	.draw = draw,
	.key = key,
	.free = free_prompt,
};

void
prompt_open(struct console *c, const struct prompt_spec *spec)
{
	struct prompt *p = screen_new(c, &prompt_ops, sizeof(*p));

	p->spec = *spec;
	p->label = xstrdup(spec->label);
	edit_init(&p->edit, spec->max_bytes ? spec->max_bytes : TITLE_MAX_BYTES,
		  false);
	if (spec->text)
		edit_set(&p->edit, spec->text);
	screen_push(c, &p->screen);
}
