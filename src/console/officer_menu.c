#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/popup_int.h"
#include "desk/permit.h"

struct loading {
	struct officer_names *out;
	const char *self;
};

static void
take(void *ctx, const struct officer *o)
{
	struct loading *l = ctx;
	struct officer_names *out = l->out;

	/* who reads no content is given no document, and no shift */
	if (o->disabled || out->n == OFFICERS_MAX ||
	    (o->roles & ROLES_CONTENT) == 0)
		return;
	(void)str_copy(out->id[out->n], sizeof(out->id[0]), o->id, NULL);
	out->name[out->n] = xstrdup(o->name && o->name[0] ? o->name : o->id);
	if (str_eq(o->id, l->self))
		out->self = out->n;
	out->n++;
}

void
officers_load(struct console *c, struct officer_names *out)
{
	const struct officer *self = desk_get_officer(c->desk);
	struct loading l = { out, self ? self->id : "" };

	*out = (struct officer_names){ .n = 0 };
	/* without a list the signer himself is left, who is the default */
	(void)officer_each(c->desk, take, &l, NULL);
	if (out->n == 0 && self)
		take(&l, self);
	if (out->self != 0) { /* the signer stands first: key 1 */
		char id[OFFICER_ID_MAX + 1];
		char *name = out->name[0];

		memcpy(id, out->id[0], sizeof(id));
		memcpy(out->id[0], out->id[out->self], sizeof(id));
		memcpy(out->id[out->self], id, sizeof(id));
		out->name[0] = out->name[out->self];
		out->name[out->self] = name;
		out->self = 0;
	}
}

void
officers_release(struct officer_names *o)
{
	for (size_t i = 0; i < o->n; i++)
		(void)xfree(o->name[i]);
	o->n = 0;
}
