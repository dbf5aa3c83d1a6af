/* Parts of the view of one document. */
#pragma once

#include "desk/ask.h"

void timeline_make(struct desk *d, struct view *v);
void timeline_free(struct view *v);
enum rc timeline_looked(struct desk *d, struct view *v, struct err *err);
void clocks_make(struct desk *d, struct view *v);
