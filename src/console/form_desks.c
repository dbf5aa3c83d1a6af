/*
 * Who a document goes to: one line for each place that the kind's parts take
 * desks from, with the track's title where the kind limits who it may be.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/form_int.h"
#include "model/condition.h"
#include "trust/card.h"

/* Least and most desks that the parts reading `from` ask for with this
 * content; max 0: no limit. The first of those parts; NULL when none reads it
 * now, *ret_any: whether any ever does. */
static const struct part *
bounds_of(const struct kind *k, const char *from, const struct condition_in *in,
	  int *ret_min, int *ret_max, bool *ret_any)
{
	const struct part *first = NULL;
	bool open = false;

	*ret_min = *ret_max = 0;
	*ret_any = false;
	for (size_t i = 0; i < k->n_parts; i++) {
		const struct part *p = &k->parts[i];

		if (!str_eq(p->from, from))
			continue;
		*ret_any = true;
		if (p->when && !condition_holds(p->when, in))
			continue;
		if (!first)
			first = p;
		*ret_min += p->min;
		*ret_max += p->max;
		open = open || p->max == 0;
	}
	if (open)
		*ret_max = 0;
	return first;
}

static const char *
line_from(enum item_type type)
{
	return type == ITEM_TO ? "to" : "cc";
}

/* The label names the track only where it is not any desk that may stand
 * there. */
static void
fit_line(struct form *f, struct form_item *it, const struct condition_in *in)
{
	const char *word = it->type == ITEM_TO ? _("to") : _("copy to");
	const struct track_def *t = NULL;
	const struct part *part;
	bool any;

	part = bounds_of(f->kind, line_from(it->type), in, &it->min, &it->max,
			 &any);
	if (part && (it->max > 0 || (it->type == ITEM_CC && it->min > 0)))
		t = kind_track(f->kind, part->track);
	(void)snprintf(it->label, sizeof(it->label), "%s%s%s%s", word,
		       t ? "(" : "",
		       t ? title_in(&t->title, f->screen.console->zh) : "",
		       t ? ")" : "");
	it->must = it->min > 0;
}

void
form_fit_desks(struct form *f, const struct condition_in *in)
{
	for (size_t i = 0; f->kind && i < f->n_items; i++)
		if (f->items[i].type == ITEM_TO || f->items[i].type == ITEM_CC)
			fit_line(f, &f->items[i], in);
}

static void
add_line(struct form *f, enum item_type type)
{
	const struct condition_in none = { .fields = NULL };
	int min, max;
	bool any;

	(void)bounds_of(f->kind, line_from(type), &none, &min, &max, &any);
	if (any)
		(void)form_add(f, type, "");
}

void
form_add_desks(struct form *f)
{
	add_line(f, ITEM_TO);
	add_line(f, ITEM_CC);
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
		edit_forget(&f->items[i].edit); /* nothing was typed yet */
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
