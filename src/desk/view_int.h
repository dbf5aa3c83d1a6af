/* Parts of the view of one document. */
#pragma once

#include "desk/ask.h"
#include "draft_int.h"

void timeline_make(struct desk *d, struct view *v);
/* What waits for approval, as a row of its own. */
void timeline_parked(struct desk *d, struct view *v, const struct draft *f);
/* Moves of the draft, each a row of its own. */
void timeline_before(struct desk *d, struct view *v, const struct kind *kind,
		     const json_t *before);
void timeline_free(struct view *v);
/* "issued", "signed for": title of what an event does; kind may be NULL.
 * Heap. */
char *event_what(const struct kind *kind, const struct event *e);
/* Of an issue: what never leaves the desk is what its kind calls it. */
const char *issue_what(const struct kind *kind);
/* "张三, 李四" of an event's data. Heap. */
char *officer_names(const json_t *data);
enum rc timeline_looked(struct desk *d, struct view *v, struct err *err);
void reliance_make(struct desk *d, const struct doc *doc,
		   struct reliance_list *out);
/* Sets shown and withheld; the drafter of a draft sees all he wrote. */
void view_withhold(struct view *v, const struct kind *kind, bool drafter);
/* Of the fold, also of a draft's. */
void clocks_make(struct desk *d, struct view *v, const struct doc *doc);
