#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/doclist_int.h"
#include "console/lock_int.h"
#include "console/near_int.h"
#include "desk/presence.h"

#define OTHERS_MAX 32

struct near {
	struct presence others[OTHERS_MAX];
	size_t n;
	struct doc_ref said; /* id "": nothing */
	bool said_editing;
	int64_t said_ms;
};

struct saying {
	struct doc_ref ref; /* id "": none any more */
	bool editing;
};

static enum rc
run(struct desk *d, void *arg, struct err *err)
{
	const struct saying *s = arg;

	return presence_set(d, s->ref.id[0] ? &s->ref : NULL, s->editing, err);
}

/* A hint that could not be given is no news to anybody. */
static void
done(struct console *c, void *take_arg, enum rc rc, const struct err *err)
{
	(void)c;
	(void)rc;
	(void)err;
	(void)xfree(take_arg);
}

/* The document of the uppermost screen that has one; a form over it edits. Who
 * has locked his console does neither. */
static void
find_own(const struct console *c, struct saying *out)
{
	*out = (struct saying){ .ref = { .id = "" } };
	if (lock_is_on(c))
		return;
	for (size_t i = c->depth; i > 0; i--) {
		const struct screen *s = c->stack[i - 1];

		if (s->ops->context == CONTEXT_FORM)
			out->editing = true;
		if (s->ops->doc && s->ops->doc(s, &out->ref))
			return;
	}
	*out = (struct saying){ .ref = { .id = "" } };
}

static void
tell(struct console *c)
{
	struct near *n = c->near;
	struct saying now, *s;

	find_own(c, &now);
	if (ref_same(&now.ref, &n->said) && now.editing == n->said_editing &&
	    (now.ref.id[0] == '\0' ||
	     console_now_ms(c) - n->said_ms < PRESENCE_BEAT_MS))
		return;
	n->said = now.ref;
	n->said_editing = now.editing;
	n->said_ms = console_now_ms(c);
	s = xcalloc(1, sizeof(*s));
	*s = now;
	job_submit(c, &(struct job){ run, done, s });
}

static bool
is_same(const struct presence *a, const struct presence *b)
{
	return str_eq(a->officer, b->officer) && ref_same(&a->ref, &b->ref) &&
	       a->editing == b->editing && a->since_ms == b->since_ms;
}

void
near_tick(struct console *c)
{
	struct presence others[OTHERS_MAX];
	struct near *n = c->near;
	size_t count;
	bool same;

	tell(c);
	count = ask_presence(c->desk, others, OTHERS_MAX);
	same = count == n->n;
	for (size_t i = 0; same && i < count; i++)
		same = is_same(&others[i], &n->others[i]);
	if (same)
		return;
	n->n = count;
	memcpy(n->others, others, count * sizeof(others[0]));
	console_dirty(c);
}

const char *
near_text(struct console *c, char *out, size_t out_size)
{
	const struct near *n = c->near;
	struct saying own;

	out[0] = '\0';
	find_own(c, &own);
	for (size_t i = 0; n && i < n->n; i++) {
		const struct presence *p = &n->others[i];
		char who[128], when[SPAN_MAX];
		size_t at = strlen(out);

		if (!ref_same(&p->ref, &own.ref))
			continue;
		(void)snprintf(out + at, out_size - at,
			       p->editing ? _("%s%s is changing it since %s")
					  : _("%s%s has it open since %s"),
			       at ? "  " : "",
			       name_officer(c, p->officer, who, sizeof(who)),
			       time_text(p->since_ms, console_now_ms(c), when));
	}
	return out;
}

const char *
near_who(struct console *c, char *out, size_t out_size)
{
	struct saying own;

	find_own(c, &own);
	for (size_t i = 0; c->near && own.ref.id[0] && i < c->near->n; i++)
		if (ref_same(&c->near->others[i].ref, &own.ref))
			return name_officer(c, c->near->others[i].officer, out,
					    out_size);
	return NULL;
}

bool
near_edits(const struct console *c, const struct doc_ref *ref)
{
	for (size_t i = 0; c->near && i < c->near->n; i++)
		if (c->near->others[i].editing &&
		    ref_same(&c->near->others[i].ref, ref))
			return true;
	return false;
}

void
near_start(struct console *c)
{
	c->near = xcalloc(1, sizeof(*c->near));
}

void
near_stop(struct console *c)
{
	if (!c->near)
		return;
	if (c->near->said.id[0]) {
		const struct job job = { run, done,
					 xcalloc(1, sizeof(struct saying)) };

		job_submit(c, &job);
	}
	c->near = xfree(c->near);
}
