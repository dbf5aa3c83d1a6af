/* Marks on documents of a list: Space marks and steps down. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "console/bulk_int.h"

static size_t
place_of(const struct doclist *l, const struct doc_ref *ref)
{
	size_t at = 0;

	while (at < l->n_marks && !ref_same(&l->marks[at], ref))
		at++;
	return at;
}

bool
doclist_marked(const struct doclist *l, const struct doc_ref *ref)
{
	return place_of(l, ref) < l->n_marks;
}

void
doclist_unmark(struct doclist *l, const struct doc_ref *ref)
{
	size_t at = place_of(l, ref);

	if (at == l->n_marks)
		return;
	l->n_marks--;
	memmove(&l->marks[at], &l->marks[at + 1],
		(l->n_marks - at) * sizeof(l->marks[0]));
}

void
doclist_mark(struct doclist *l)
{
	struct console *c = l->screen.console;
	const struct doc_row *r = doclist_row(l);

	if (!r)
		return;
	if (doclist_marked(l, &r->ref)) {
		doclist_unmark(l, &r->ref);
	} else if (l->n_marks == MARKS_MAX) {
		console_set_message(c, ATTR_ERROR,
				    _("at most %d documents can be marked"),
				    MARKS_MAX);
		return;
	} else {
		l->marks = xreallocarray(l->marks, l->n_marks + 1,
					 sizeof(*l->marks));
		l->marks[l->n_marks++] = r->ref;
	}
	doclist_move(l, 1);
}

void
doclist_unmark_all(struct doclist *l)
{
	console_set_message(l->screen.console, ATTR_PLAIN,
			    _("%zu marks taken off"), l->n_marks);
	l->n_marks = 0;
}

bool
doclist_bulk(struct doclist *l, enum action a)
{
	if (l->n_marks == 0 || (a != ACTION_SIGN && a != ACTION_MOVES &&
				a != ACTION_FEEDBACK && a != ACTION_ASSIGN))
		return false;
	bulk_open(l, a);
	return true;
}
