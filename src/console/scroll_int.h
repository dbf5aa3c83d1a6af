/* Lines that are moved through without a selection: what they share. */
#pragma once

#include "console/action_int.h"

struct scroll {
	size_t top; /* first line shown */
	int rows;   /* of the screen, as last drawn */
};

/* An action that moves; false for all others. n: lines that there are. */
bool scroll_act(struct scroll *s, size_t n, enum action a);
/* Before drawing: no empty rows below while lines are hidden above. */
void scroll_fit(struct scroll *s, size_t n, int rows);
