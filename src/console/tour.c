/*
 * Five steps through the console. Offered by a line at the first login, never
 * opening itself; once taken or refused it is not offered again, and a key
 * opens it at any time.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/edit_int.h"
#include "console/popup_int.h"
#include "desk/permit.h"

#define TOUR_LINES 12

struct tour {
	struct screen screen;
	size_t at;
};

/* {action} is the key that it has now. */
static const struct {
	const char *title, *text;
} steps[] = {
	{ N_("what waits for you"),
	  N_("The duty list has everything that waits for this desk, the most "
	     "urgent on top. The column after the state counts down; what is "
	     "late says so in words.\n\n{line-down} {line-up} move, "
	     "{next-new} goes to the newest arrival from any screen, "
	     "{next-late} to the next that is late, {view-1} comes back "
	     "here. Nothing moves under the cursor by itself.") },
	{ N_("sign for it: two keys"),
	  N_("{sign} opens the box, Enter signs and assigns it to you; a digit "
	     "names another officer.\n\n{mark-next} marks several, and {sign}, "
	     "{assign}, {feedback} or {moves} then asks once for all of "
	     "them.") },
	{ N_("one document"),
	  N_("{open} shows all of it: fields, deadlines, who has received it, "
	     "files, what was done and by whom. {moves} has every move that "
	     "is possible now, and says why the others are not.\n\n"
	     "{next-item} {previous-item} go on to the next and the one "
	     "before, {back} goes back.") },
	{ N_("find it again"),
	  N_("{search} finds words, first letters of pinyin do (hzs for "
	     "Hangzhou). {filter} keeps only rows that fit, as "
	     "state=signed due<2d from=3301 words; {filters} keeps a filter "
	     "by a name.\n\n{kinds} has the lists of all kinds, {compose} "
	     "composes a document; a draft saves itself.") },
	{ N_("help, any time"),
	  N_("{help} shows the keys of the screen you are on: type, and they "
	     "narrow. {command} finds any command by a part of its name. Esc "
	     "cancels and never leaves.\n\n{shift} hands the shift over, "
	     "{language} switches the language, {tour} shows these steps "
	     "again.") },
};

/* The text with the keys in force. */
static char *
with_keys(struct console *c, const char *text)
{
	struct buf b = { 0 };

	buf_init(&b, 8192);
	while (*text) {
		size_t n = strcspn(text, "{");
		const char *end = strchr(text + n, '}');
		enum action a;
		char keys[64] = "?";

		(void)buf_add(&b, text, n, NULL);
		text += n;
		if (!end)
			break;
		a = action_find(text + 1, (size_t)(end - text - 1));
		(void)keymap_keys(c->keymap, CONTEXT_LIST, a, " ", keys,
				  sizeof(keys));
		if (!keys[0])
			(void)keymap_keys(c->keymap, CONTEXT_DETAIL, a, " ",
					  keys, sizeof(keys));
		(void)buf_addf(&b, NULL, "[%.*s]", (int)strcspn(keys, " "),
			       keys);
		text = end + 1;
	}
	return buf_take(&b);
}

static void
finish(struct tour *t)
{
	struct console *c = t->screen.console;

	screen_end(&t->screen);
	keep_set(c, "tour", "done", NULL);
}

static bool
key(struct screen *s, uint32_t k)
{
	struct tour *t = (struct tour *)s;
	uint32_t folded = key_fold(k);

	if (k == K_ESC || k == KEY_CTRL('g') || k == KEY_CTRL('c') ||
	    folded == 'q')
		finish(t);
	else if (k == K_LEFT || k == K_BS || k == K_UP || folded == 'k' ||
		 folded == 'h')
		t->at -= t->at > 0;
	else if (k == K_ENTER && t->at + 1 == ARRAY_LEN(steps))
		finish(t);
	else if (k == K_ENTER || k == ' ' || k == K_RIGHT || k == K_DOWN ||
		 folded == 'j' || folded == 'l')
		t->at += t->at + 1 < ARRAY_LEN(steps);
	return true;
}

/* The box keeps its size from step to step. */
static int
most_lines(struct console *c, int width)
{
	size_t most = 0;

	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		char *text = with_keys(c, _(steps[i].text));
		struct wrapped lines[TOUR_LINES];
		size_t n = text_wrap(text, width, lines, TOUR_LINES);

		if (n > most)
			most = n;
		(void)xfree(text);
	}
	return most > TOUR_LINES ? TOUR_LINES : (int)most;
}

static void
draw(struct screen *s, struct canvas *cv)
{
	struct tour *t = (struct tour *)s;
	int width = popup_cols(cv), x = (cv->cols - width) / 2, y;
	int height = most_lines(s->console, width - 4) + 2;
	struct wrapped lines[TOUR_LINES];
	char *text = with_keys(s->console, _(steps[t->at].text));
	char title[200];
	size_t n = text_wrap(text, width - 4, lines, TOUR_LINES);

	if (n > TOUR_LINES)
		n = TOUR_LINES;
	(void)snprintf(title, sizeof(title), "%zu/%zu %s", t->at + 1,
		       ARRAY_LEN(steps), _(steps[t->at].title));
	y = (cv->rows - height) / 2;
	canvas_box(cv, y, x, height, width, title);
	for (size_t i = 0; i < n; i++) {
		char *part = xstrndup(text + lines[i].from, lines[i].len);

		(void)canvas_put(cv, y + 1 + (int)i, x + 2, width - 4,
				 ATTR_PLAIN, part);
		(void)xfree(part);
	}
	canvas_cursor(cv, y + 1, x + 2, false);
	(void)xfree(text);
}

static const char *
hint(struct screen *s)
{
	return ((struct tour *)s)->at + 1 == ARRAY_LEN(steps)
		       ? _("Enter or Esc ends   Left one back")
		       : _("Enter goes on   Left one back   Esc ends");
}

static const struct screen_ops ops = {
	.context = CONTEXT_PROMPT,
	.popup = true,
	.hint = hint,
	.draw = draw,
	.key = key,
};

void
tour_open(struct console *c)
{
	struct tour *t = screen_new(c, &ops, sizeof(*t));

	screen_push(c, &t->screen);
}

void
tour_offer(struct console *c)
{
	char *taken = kept_get(c->desk, "tour"), key[64];

	if (!taken && !c->message[0] && permitted(c->desk, PERMIT_READ)) {
		console_set_message(c, ATTR_PLAIN,
				    _("new here? %s shows five steps; Esc: not "
				      "again"),
				    keymap_keys(c->keymap, CONTEXT_LIST,
						ACTION_TOUR, " ", key,
						sizeof(key)));
		c->tour_offered = true;
	}
	(void)xfree(taken);
}

void
tour_refuse(struct console *c)
{
	c->tour_offered = false;
	keep_set(c, "tour", "refused", NULL);
}
