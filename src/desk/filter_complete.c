/* What may be typed next in a filter. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "filter_int.h"

#define PICKS_SHOWN 12

static void
add(struct completing *c, const char *value, const char *hint)
{
	struct filter_choice *one;
	bool blank = strchr(value, ' ') != NULL;
	size_t i;
	char text[sizeof(one->text) + sizeof(c->before)];

	if (c->n == c->max)
		return;
	(void)snprintf(text, sizeof(text), "%s%s%.80s%s", c->before,
		       blank ? "\"" : "", value, blank ? "\"" : "");
	for (i = 0; i < c->n; i++)
		if (str_eq(c->out[i].text, text))
			return;
	one = &c->out[c->n++];
	(void)snprintf(one->text, sizeof(one->text), "%.119s", text);
	(void)snprintf(one->hint, sizeof(one->hint), "%.150s", hint);
}

/* Begins with what is typed, or its first letters do. */
static bool
goes_on(const char *name, const char *typed)
{
	struct buf b;
	bool fits;

	if (str_starts(name, typed))
		return true;
	buf_init(&b, 4096);
	(void)text_initials(&b, name, strlen(name), NULL);
	fits = b.len > 0 && typed[0] != '\0' && str_starts(buf_str(&b), typed);
	buf_release(&b);
	return fits;
}

static void
add_named(struct completing *c, const char *name, const struct title *t)
{
	const char *zh = t->zh != NULL ? t->zh : name;

	if (goes_on(name, c->typed) || goes_on(zh, c->typed))
		add(c, i18n_zh() ? zh : name,
		    i18n_zh() ? name : title_in(t, false));
}

void
complete_kind(struct completing *c)
{
	const struct kinds *ks = c->desk->kinds;
	size_t i;

	for (i = 0; i < kinds_count(ks); i++)
		add_named(c, kinds_at(ks, i)->name, &kinds_at(ks, i)->title);
}

void
complete_state(struct completing *c)
{
	const struct kinds *ks = c->desk->kinds;
	size_t i, t, s;

	for (i = 0; i < kinds_count(ks); i++) {
		const struct kind *k = kinds_at(ks, i);

		if (c->kind != NULL && !str_eq(c->kind, k->name))
			continue;
		for (t = 0; t < k->n_tracks; t++)
			for (s = 0; s < k->tracks[t].n_states; s++)
				add_named(c, k->tracks[t].states[s].name,
					  &k->tracks[t].states[s].title);
	}
}

static void
add_words(struct completing *c, const char *const words[][2], size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (goes_on(words[i][0], c->typed) ||
		    goes_on(words[i][1], c->typed))
			add(c, words[i][i18n_zh()], words[i][!i18n_zh()]);
}

void
complete_add(struct completing *c, const char *en, const char *zh)
{
	const char *const words[][2] = { { en, zh } };

	add_words(c, words, 1);
}

void
complete_box(struct completing *c)
{
	static const char *const words[][2] = { { "in", "收" },
						{ "out", "发" } };

	add_words(c, words, ARRAY_LEN(words));
}

void
complete_urgency(struct completing *c)
{
	static const char *const words[][2] = { { "flash", "特急" },
						{ "fast", "加急" },
						{ "plain", "平件" } };

	add_words(c, words, ARRAY_LEN(words));
}

void
complete_time(struct completing *c)
{
	static const char *const words[][2] = {
		{ "12h", "12时" },	{ "2d", "2天" },
		{ "1w", "1周" },	{ "today", "今天" },
		{ "tomorrow", "明天" }, { "yesterday", "昨天" }
	};

	add_words(c, words, ARRAY_LEN(words));
}

static void
add_picks(struct completing *c, const char *table)
{
	struct pick picks[PICKS_SHOWN];
	size_t i, n = ask_pick(c->desk, table, c->typed, picks, PICKS_SHOWN);

	for (i = 0; i < n; i++)
		add(c, picks[i].code, picks[i].name);
}

void
complete_desk(struct completing *c)
{
	static const char *const me[][2] = { { "me", "本桌" } };

	add_words(c, me, 1);
	add_picks(c, "desks");
	if (c->typed[0] != '\0')
		add_picks(c, "divisions");
}

void
complete_officer(struct completing *c)
{
	static const char *const me[][2] = { { "me", "我" } };

	add_words(c, me, 1);
	add_picks(c, "officers");
}

static void
complete_names(struct completing *c)
{
	const struct filter_grammar *g = c->grammar;
	size_t i;
	char text[64];

	if (c->typed[0] == '\0')
		return;
	for (i = 0; i < g->n_names; i++) {
		const struct filter_name *name = &g->names[i];

		if (!goes_on(name->en, c->typed) &&
		    !goes_on(name->zh, c->typed))
			continue;
		(void)snprintf(text, sizeof(text), "%s%s",
			       i18n_zh() ? name->zh : name->en,
			       name->complete == complete_time ? "<" : "=");
		add(c, text, i18n_zh() ? name->en : name->zh);
	}
	add_words(c, g->flags, g->n_flags);
}

size_t
complete_word(struct completing *c, const char *word)
{
	size_t n_name = strcspn(word, "=<>:"), n_op;
	const struct filter_name *name;

	c->typed = word;
	if (word[n_name] == '\0') {
		complete_names(c);
		return c->n;
	}
	n_op = strspn(word + n_name, "=<>:");
	name = filter_name_find(c->grammar, word, n_name);
	if (name == NULL || name->complete == NULL ||
	    n_name + n_op >= sizeof(c->before))
		return 0;
	memcpy(c->before, word, n_name + n_op);
	c->before[n_name + n_op] = '\0';
	c->typed = word + n_name + n_op;
	name->complete(c);
	/* nothing more to say of what stands there already */
	return c->n == 1 && str_eq(c->out[0].text, word) ? 0 : c->n;
}

size_t
filter_complete(struct desk *d, const char *kind, const char *word,
		struct filter_choice *out, size_t max)
{
	struct completing c = { .desk = d,
				.grammar = &filter_of_documents,
				.kind = kind,
				.out = out,
				.max = max };

	return complete_word(&c, word);
}
