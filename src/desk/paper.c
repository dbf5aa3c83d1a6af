/* Papers put together: a head and blocks. */
#include "desk/paper.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"

/* Marks take up to 10 bytes for a character of 1. */
#define SHOWN_FACTOR 10

static char *
shown(const char *text, size_t n, bool one_line)
{
	struct buf out;

	buf_init(&out, n * SHOWN_FACTOR + 1);
	(void)text_show(&out, text, n, one_line, NULL); /* it fits */
	return out.len > 0 ? buf_take(&out) : xstrdup("");
}

void
paper_set(char **at, const char *text)
{
	xfree(*at);
	*at = text != NULL && text[0] != '\0' ? shown(text, strlen(text), true)
					      : NULL;
}

struct paper *
paper_new(enum paper_style style, const char *title)
{
	struct paper *p = xcalloc(1, sizeof(*p));

	p->style = style;
	paper_set(&p->title, title);
	return p;
}

static void
table_free(struct paper_table *t)
{
	size_t i;

	if (t == NULL)
		return;
	for (i = 0; i < t->n_columns; i++)
		xfree(t->columns[i].title);
	for (i = 0; i < t->n_cells; i++)
		xfree(t->cells[i]);
	xfree(t->columns);
	xfree(t->cells);
	xfree(t);
}

struct paper *
paper_free(struct paper *p)
{
	size_t i;

	if (p == NULL)
		return NULL;
	for (i = 0; i < p->n_blocks; i++) {
		struct paper_block *b = &p->blocks[i];

		xfree(b->label);
		xfree(b->text);
		xfree(b->extra);
		table_free(b->table);
	}
	xfree(p->blocks);
	xfree(p->secrecy);
	xfree(p->urgency);
	xfree(p->organ);
	xfree(p->number);
	xfree(p->title);
	xfree(p->mark);
	return xfree(p);
}

static struct paper_block *
add_block(struct paper *p, enum paper_block_type type, const char *label)
{
	struct paper_block *b;

	/* grown by powers of two: a report may have many */
	if ((p->n_blocks & (p->n_blocks - 1)) == 0)
		p->blocks = xreallocarray(p->blocks,
					  p->n_blocks > 0 ? 2 * p->n_blocks : 1,
					  sizeof(*p->blocks));
	b = &p->blocks[p->n_blocks++];
	*b = (struct paper_block){ .type = type };
	paper_set(&b->label, label);
	return b;
}

struct paper_block *
paper_add(struct paper *p, enum paper_block_type type, const char *label,
	  const char *text)
{
	struct paper_block *b;
	size_t n;

	if (type != BLOCK_PARA || text == NULL) {
		b = add_block(p, type, label);
		paper_set(&b->text, text);
		if (type == BLOCK_SIGN && b->text != NULL) {
			xfree(b->text); /* a line a name */
			b->text = shown(text, strlen(text), false);
		}
		return b;
	}
	b = NULL;
	for (;;) {
		n = strcspn(text, "\r\n");
		if (n > 0) {
			b = add_block(p, type, label);
			b->text = shown(text, n, true);
		}
		if (text[n] == '\0')
			break;
		text += n + 1;
	}
	return b;
}

struct paper_table *
paper_add_table(struct paper *p, enum paper_block_type type, const char *label)
{
	struct paper_block *b = add_block(p, type, label);

	return b->table = xcalloc(1, sizeof(*b->table));
}

void
paper_column(struct paper_table *t, const char *title, bool right, bool sum)
{
	struct paper_column *c;

	t->columns = xreallocarray(t->columns, t->n_columns + 1,
				   sizeof(*t->columns));
	c = &t->columns[t->n_columns++];
	*c = (struct paper_column){ .title = shown(title, strlen(title), true),
				    .right = right,
				    .sum = sum };
}

void
paper_cell(struct paper_table *t, const char *text)
{
	if ((t->n_cells & (t->n_cells - 1)) == 0)
		t->cells = xreallocarray(t->cells,
					 t->n_cells > 0 ? 2 * t->n_cells : 1,
					 sizeof(*t->cells));
	t->cells[t->n_cells++] = shown(text, strlen(text), false);
}
