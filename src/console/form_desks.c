/*
 * Who a document goes to: one line for each place that the kind's parts take
 * desks from, with the track's title where the kind limits who it may be.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/form_int.h"
#include "trust/card.h"

/* Least and most desks that the parts reading `from` ask for; max 0: no
 * limit. False when no part reads it. */
static bool
bounds_of(const struct kind *k, const char *from, int *ret_min, int *ret_max,
	  const struct part **ret_part)
{
	bool found = false, open = false;

	*ret_min = *ret_max = 0;
	for (size_t i = 0; i < k->n_parts; i++) {
		const struct part *p = &k->parts[i];

		if (!str_eq(p->from, from))
			continue;
		if (!found)
			*ret_part = p;
		found = true;
		*ret_min += p->min;
		*ret_max += p->max;
		open = open || p->max == 0;
	}
	if (open)
		*ret_max = 0;
	return found;
}

static void
add_line(struct form *f, enum item_type type, const char *from,
	 const char *word)
{
	const struct part *part = NULL;
	const struct track_def *t;
	struct form_item *it;
	int min, max;
	char label[128];

	if (!bounds_of(f->kind, from, &min, &max, &part))
		return;
	t = kind_track(f->kind, part->track);
	/* only where it is not any desk that may be named */
	if (t && (max > 0 || (type == ITEM_CC && min > 0)))
		(void)snprintf(label, sizeof(label), "%s(%s)", word,
			       title_in(&t->title, f->screen.console->zh));
	else
		(void)snprintf(label, sizeof(label), "%s", word);
	it = form_add(f, type, label);
	it->must = min > 0;
	it->min = min;
	it->max = max;
}

void
form_add_desks(struct form *f)
{
	add_line(f, ITEM_TO, "to", _("to"));
	add_line(f, ITEM_CC, "cc", _("copy to"));
}

const char *
form_text_of(const struct form *f, enum item_type type)
{
	for (size_t i = 0; i < f->n_items; i++)
		if (f->items[i].type == type)
			return f->items[i].edit.text;
	return "";
}

void
form_fill_desks(struct form *f, enum item_type type, char **ids, size_t n)
{
	for (size_t i = 0; i < f->n_items; i++) {
		if (f->items[i].type != type)
			continue;
		for (size_t k = 0; k < n; k++) {
			(void)edit_insert_text(&f->items[i].edit, ids[k]);
			(void)edit_insert(&f->items[i].edit, ' ');
		}
	}
}

size_t
form_split(char *words, bool all, const char **out, size_t max)
{
	char *rest = words, *word;
	size_t n = 0;

	while ((word = strsep(&rest, " ")) != NULL)
		if (word[0] && n < max && (all || desk_id_valid(word)))
			out[n++] = word;
	return n;
}

static int
count_words(const char *text)
{
	int n = 0;

	for (size_t i = 0; text[i]; i++)
		n += text[i] != ' ' && (i == 0 || text[i - 1] == ' ');
	return n;
}

static bool
check_words(struct form_item *it)
{
	int n = count_words(it->edit.text);
	bool signers = it->type == ITEM_SIGNERS;

	if (n < it->min && n == 0 && it->min == 1)
		(void)snprintf(it->error, sizeof(it->error), "%s",
			       signers ? _("another officer must sign too")
				       : _("at least one addressee is needed"));
	else if (n < it->min)
		(void)snprintf(it->error, sizeof(it->error),
			       _("at least %d are needed"), it->min);
	else if (it->max > 0 && n > it->max)
		(void)snprintf(it->error, sizeof(it->error),
			       _("at most %d may stand here"), it->max);
	return it->error[0] == '\0';
}

bool
form_check_others(struct form *f)
{
	bool good = true;

	for (size_t i = 0; i < f->n_items; i++) {
		struct form_item *it = &f->items[i];

		if (item_has_words(it)) {
			it->error[0] = '\0';
			good = check_words(it) && good;
		}
		if (it->type == ITEM_NOTE && it->must && it->edit.len == 0) {
			(void)snprintf(it->error, sizeof(it->error), "%s",
				       _("a reason is needed here"));
			good = false;
		}
	}
	return good;
}
