#include "console/scroll_int.h"

bool
scroll_act(struct scroll *s, size_t n, enum action a)
{
	size_t page = s->rows > 2 ? (size_t)s->rows - 1 : 1;

	if (a == ACTION_LINE_DOWN)
		s->top++;
	else if (a == ACTION_LINE_UP)
		s->top -= s->top > 0;
	else if (a == ACTION_PAGE_DOWN)
		s->top += page;
	else if (a == ACTION_PAGE_UP)
		s->top = s->top > page ? s->top - page : 0;
	else if (a == ACTION_TOP)
		s->top = 0;
	else if (a == ACTION_BOTTOM)
		s->top = n;
	else
		return false;
	return true;
}

void
scroll_fit(struct scroll *s, size_t n, int rows)
{
	s->rows = rows;
	if (n <= (size_t)rows)
		s->top = 0;
	else if (s->top > n - (size_t)rows)
		s->top = n - (size_t)rows;
}
