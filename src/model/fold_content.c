/* What an issue or a revise says: parties, and since when what holds. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "fold_int.h"
#include "model/condition.h"
#include "model/content.h"

struct content *
content_free(struct content *c)
{
	if (c == NULL)
		return NULL;
	xfree(c->parties);
	xfree(c->rows);
	return xfree(c);
}

static int
by_desk(const void *a, const void *b)
{
	const struct party *x = a;
	const struct party *y = b;
	int c = strcmp(x->desk, y->desk);

	return c != 0 ? c : (x->order > y->order) - (x->order < y->order);
}

const struct party *
content_party(const struct content *c, const char *desk)
{
	struct party key = { .desk = desk };
	size_t low = 0, high = c->n_parties;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int d = strcmp(c->parties[mid].desk, key.desk);

		if (d == 0)
			return &c->parties[mid];
		if (d < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const char *
part_track(const struct content *c, const struct party *p)
{
	return c->kind != NULL ? c->kind->parts[p->part].track : NULL;
}

static bool
add_desk(struct content *c, const char *owner, const json_t *value, int part)
{
	static const struct field desk = { .type = FIELD_DESK };
	const char *s = json_string_value(value);

	if (s == NULL || s[0] == '\0' || !content_type_ok(&desk, value) ||
	    c->n_parties >= PARTIES_MAX)
		return false;
	if (str_eq(s, owner))
		return true;
	/* room doubles at powers of two */
	if ((c->n_parties & (c->n_parties - 1)) == 0)
		c->parties =
			xreallocarray(c->parties,
				      c->n_parties > 0 ? 2 * c->n_parties : 1,
				      sizeof *c->parties);
	c->parties[c->n_parties] = (struct party){ .desk = s,
						   .part = part,
						   .order = c->n_parties };
	c->n_parties++;
	return true;
}

/* One desk or a list of them; false when it is anything else. */
static bool
add_desks(struct content *c, const char *owner, const json_t *list, int part)
{
	if (list == NULL || json_is_null(list))
		return true;
	if (json_is_string(list))
		return json_string_length(list) == 0 ||
		       add_desk(c, owner, list, part);
	if (!json_is_array(list))
		return false;
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (!add_desk(c, owner, json_array_get(list, i), part))
			return false;
	}
	return true;
}

/* A desk named in two parts has the first one's track. */
static void
sort_parties(struct content *c)
{
	size_t n = 0;

	if (c->n_parties > 0)
		qsort(c->parties, c->n_parties, sizeof *c->parties, by_desk);
	for (size_t i = 0; i < c->n_parties; i++) {
		if (n == 0 ||
		    !str_eq(c->parties[i].desk, c->parties[n - 1].desk))
			c->parties[n++] = c->parties[i];
	}
	c->n_parties = n;
}

static bool
read_parties(struct content *c, const struct event *e)
{
	const json_t *to = json_object_get(e->data, "to");
	const json_t *cc = json_object_get(e->data, "cc");
	const json_t *fields = json_object_get(e->data, "fields");

	if (c->kind == NULL) {
		if (!add_desks(c, e->owner, to, 0) ||
		    !add_desks(c, e->owner, cc, 1))
			return false;
		sort_parties(c);
		return true;
	}
	for (size_t i = 0; i < c->kind->n_parts; i++) {
		const struct part *p = &c->kind->parts[i];
		const char *from = p->from;
		const json_t *list = str_eq(from, "to") ? to
				     : str_eq(from, "cc")
					     ? cc
					     : json_object_get(fields, from);

		if (part_applies(p, fields) &&
		    !add_desks(c, e->owner, list, (int)i))
			return false;
	}
	sort_parties(c);
	return true;
}

/* Who was a party before, on the same track, is one without a break. */
static void
find_members(struct folding *f, struct content *c, struct node *n)
{
	struct node *fresh = c->parent == NULL ? &f->index->root : n;

	for (size_t i = 0; i < c->n_parties; i++) {
		struct party *p = &c->parties[i];
		const struct party *before =
			c->parent != NULL
				? content_party(c->parent->content, p->desk)
				: NULL;

		p->base = before != NULL && before->part == p->part
				  ? before->base
				  : fresh;
	}
}

/* A list whose rows have tracks of their own reopens those rows alone that
 * changed. */
static bool
reopens_by_row(const struct kind *k, const struct field *f, const char *track)
{
	return f == k->rows && str_eq(track, TRACK_ROWS);
}

static void
find_bases(struct content *c, struct node *n)
{
	const struct kind *k = c->kind;
	const json_t *now, *before;

	if (k == NULL)
		return;
	for (size_t t = 0; t < k->n_tracks; t++)
		c->base_of_track[t] =
			c->parent != NULL && c->parent->content->kind == k
				? c->parent->content->base_of_track[t]
				: n;
	if (c->parent == NULL)
		return;
	now = json_object_get(n->event->data, "fields");
	before = json_object_get(c->parent->event->data, "fields");
	for (size_t i = 0; i < k->n_fields; i++) {
		const struct field *f = &k->fields[i];

		if (f->n_reopens == 0 || !content_differs(before, now, f->name))
			continue;
		for (size_t t = 0; t < k->n_tracks; t++) {
			const char *track = k->tracks[t].name;

			if (field_reopens(f, track) &&
			    !reopens_by_row(k, f, track))
				c->base_of_track[t] = n;
		}
	}
}

/* The installed kind, if it is the same file that the sender had. */
static const struct kind *
find_kind(const struct folding *f, const struct event *e)
{
	static const uint8_t unset[DIGEST_LEN];
	const struct kind *k =
		f->in->kinds != NULL
			? kinds_get(f->in->kinds, e->kind, e->kind_version)
			: NULL;
	char hex[DIGEST_HEX_LEN + 1];

	if (k == NULL || memcmp(k->digest, unset, DIGEST_LEN) == 0)
		return k;
	hex_encode(k->digest, DIGEST_LEN, hex);
	return str_eq(hex, e->kind_digest) ? k : NULL;
}

struct content *
content_new(struct folding *f, struct node *n, struct node *parent,
	    const char **ret_why)
{
	const struct event *e = n->event;
	const json_t *fields = json_object_get(e->data, "fields");
	struct content *c = xcalloc(1, sizeof *c);

	c->parent = parent;
	c->root = parent != NULL ? parent->content->root : e;
	c->kind = parent != NULL ? parent->content->kind : find_kind(f, e);
	*ret_why = NULL;
	if (!str_eq(e->kind, c->root->kind) ||
	    e->kind_version != c->root->kind_version)
		*ret_why = N_("is of another kind than its document");
	else if (!json_is_object(fields) || !read_parties(c, e))
		*ret_why = N_("its content or addressees are malformed");
	else if (c->kind != NULL && c->kind->scope == SCOPE_LOCAL &&
		 f->in->desk != NULL && !str_eq(e->owner, f->in->desk))
		*ret_why = N_("is of a kind that never leaves its desk");
	else if (c->kind != NULL &&
		 !content_event_ok(c->kind, fields, !f->in->draft))
		*ret_why = N_("a field is of the wrong type");
	if (*ret_why != NULL)
		return content_free(c);
	find_members(f, c, n);
	find_bases(c, n);
	content_find_rows(c, n, parent == NULL ? &f->index->root : n);
	return c;
}
