/* What two documents may share: the fields that a kind names. */
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "correlate_int.h"
#include "json_int.h"

#define PAIR_MAX 2
#define LEAF_MAX 128
#define TEXT_MAX 4096 /* of a value; beyond it nothing is identified */
#define NEVER	 "never"

/* ---- the fields of a kind ---- */

struct entry {
	char path[LEAF_MAX]; /* what holds the leaves; "" the content itself */
	char leaves[PAIR_MAX][LEAF_MAX];
	size_t n_leaves;
	char what[NAME_MAX_LEN + 1]; /* as given behind ':'; "" */
};

static bool
copy_part(char *out, size_t out_size, const char *s, size_t n)
{
	if (n >= out_size)
		return false;
	memcpy(out, s, n);
	out[n] = '\0';
	return true;
}

/* "a.b" to "a" and "b". */
static bool
split_leaf(const char *s, size_t n, char path[static LEAF_MAX],
	   char leaf[static LEAF_MAX])
{
	size_t dot = n;
	while (dot > 0 && s[dot - 1] != '.')
		dot--;
	return copy_part(path, LEAF_MAX, s, dot > 0 ? dot - 1 : 0) &&
	       copy_part(leaf, LEAF_MAX, s + dot, n - dot) && n > dot;
}

static bool
entry_read(const char *s, struct entry *out)
{
	char path[LEAF_MAX];
	size_t n = strcspn(s, ":");
	*out = (struct entry){ .n_leaves = 0 };
	if (s[n] == ':' && !copy_part(out->what, sizeof(out->what), s + n + 1,
				      strlen(s + n + 1)))
		return false;
	for (size_t at = 0; at < n; out->n_leaves++) {
		size_t part = strcspn(s + at, "+:");
		if (out->n_leaves == PAIR_MAX ||
		    !split_leaf(s + at, part, path,
				out->leaves[out->n_leaves]) ||
		    (out->n_leaves > 0 && !str_eq(path, out->path)))
			return false;
		memcpy(out->path, path, sizeof(path));
		at += part + (s[at + part] == '+');
	}
	return out->n_leaves > 0;
}

/* By its type, else by its name. */
static const char *
what_of(const struct field *f)
{
	size_t n = strlen(f->name), n_tail = strlen("_address");
	switch ((int)f->type) {
	case FIELD_CREDIT_CODE: return "credit_code";
	case FIELD_GTIN: return "barcode";
	case FIELD_PHONE: return "phone";
	case FIELD_URL: return "url";
	default: break;
	}
	return n > n_tail && str_eq(f->name + n - n_tail, "_address")
		       ? "address"
		       : f->name;
}

struct walk {
	const struct kind *kind;
	const struct entry *entry;
	const char *what, *given; /* given: behind ':' in the kind */
	const struct shape *shape;
	struct shared_values *out;
	struct buf key, joined;
};

static void
add_value(struct walk *w, const char *text, bool secret)
{
	struct shared_values *v = w->out;
	for (size_t i = 0; i < v->n; i++)
		if (str_eq(v->list[i].what, w->what) &&
		    str_eq(v->list[i].key, buf_str(&w->key))) {
			v->list[i].secret = v->list[i].secret && secret;
			return;
		}
	if (v->n == SHARED_VALUES_MAX)
		return;
	if (v->list == NULL)
		v->list = xcalloc(SHARED_VALUES_MAX, sizeof(*v->list));
	v->list[v->n++] =
		(struct shared_value){ .what = w->what,
				       .key = xstrdup(buf_str(&w->key)),
				       .text = xstrdup(text),
				       .secret = secret };
}

/* One text, or the several that it holds. */
static void
take_text(struct walk *w, const char *text, bool secret)
{
	static const char *const seps[] = { ",",  ";",	"|",  "\n",
					    "、", "，", "；", "/" };
	bool digits =
		w->shape->form == FORM_DIGITS || w->shape->form == FORM_PHONE;
	size_t n_seps = ARRAY_LEN(seps) - !digits;
	const char *from = text;

	for (const char *s = text;; s++) {
		size_t n_sep = 0;
		for (size_t i = 0; w->shape->many && n_sep == 0 && i < n_seps;
		     i++)
			if (str_starts(s, seps[i]))
				n_sep = strlen(seps[i]);
		if (n_sep == 0 && *s != '\0')
			continue;
		if (shape_key(w->shape, from, (size_t)(s - from), &w->key)) {
			char *one = xstrndup(from, (size_t)(s - from));
			add_value(w, one, secret);
			(void)xfree(one);
		}
		if (*s == '\0')
			return;
		from = s + n_sep;
		s = from - 1;
	}
}

/* Both, or none: a brand alone is shared by too many. */
static void
take_pair(struct walk *w, const json_t *holder, bool secret)
{
	const char *texts[PAIR_MAX];

	buf_reset(&w->joined);
	for (size_t i = 0; i < w->entry->n_leaves; i++) {
		const char *s = json_text(holder, w->entry->leaves[i]);
		if (s == NULL || strlen(s) > TEXT_MAX / 4)
			return;
		texts[i] = s;
		buf_reset(&w->key);
		if (text_key(&w->key, s, strlen(s), NULL) != RC_OK ||
		    w->key.len == 0 || shared_says_nothing(buf_str(&w->key)))
			return;
		if ((i > 0 && buf_adds(&w->joined, " ", NULL) != RC_OK) ||
		    buf_add(&w->joined, w->key.data, w->key.len, NULL) != RC_OK)
			return;
	}
	shared_cut(&w->joined);
	if (utf8_chars(w->joined.data, w->joined.len) < w->shape->min_chars)
		return;
	buf_reset(&w->key);
	if (buf_add(&w->key, w->joined.data, w->joined.len, NULL) != RC_OK)
		return;
	char *both = xasprintf("%s %s", texts[0], texts[PAIR_MAX - 1]);
	add_value(w, both, secret);
	(void)xfree(both);
}

static bool
stays(const struct field *f)
{
	return f->confidential || f->see == SEE_LOCAL || f->see == SEE_OWNER;
}

static const struct field *
sub_named(const struct field *fields, size_t n, const char *name, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(fields[i].name) == len &&
		    memcmp(fields[i].name, name, len) == 0)
			return &fields[i];
	return NULL;
}

static void
take_leaves(struct walk *w, const struct field *fields, size_t n,
	    const json_t *holder, bool secret)
{
	const struct field *leaf = NULL;
	for (size_t i = 0; i < w->entry->n_leaves; i++) {
		leaf = sub_named(fields, n, w->entry->leaves[i],
				 strlen(w->entry->leaves[i]));
		if (leaf == NULL)
			return;
		secret = secret || stays(leaf);
	}
	w->what = w->entry->what[0] != '\0' ? w->given
		  : w->entry->n_leaves > 1  ? SHARED_PAIR
					    : what_of(leaf);
	w->shape = shape_of(w->what);
	if (w->entry->n_leaves > 1)
		take_pair(w, holder, secret);
	else if (json_text(holder, w->entry->leaves[0]) != NULL)
		take_text(w, json_text(holder, w->entry->leaves[0]), secret);
}

/* Down the path: groups, and every row of a list. Kinds nest three deep. */
static void
take_path(struct walk *w, const char *path, const struct field *fields,
	  size_t n, const json_t *holder, bool secret)
{
	const struct field *f = NULL;
	const json_t *v;
	size_t len, at;
	json_t *row;

	for (; *path != '\0'; path += len + (path[len] == '.')) {
		len = strcspn(path, ".");
		f = sub_named(fields, n, path, len);
		v = f == NULL ? NULL : json_object_get(holder, f->name);
		if (v == NULL)
			return;
		secret = secret || stays(f);
		fields = f->sub;
		n = f->n_sub;
		holder = v;
		if (f->type == FIELD_LIST) {
			json_array_foreach(v, at, row)
				take_leaves(w, fields, n, row, secret);
			return; /* lists hold no lists */
		}
	}
	take_leaves(w, fields, n, holder, secret);
}

void
correlate_values(const struct kind *k, const json_t *fields,
		 struct shared_values *out)
{
	*out = (struct shared_values){ .list = NULL };
	if (k == NULL || fields == NULL)
		return;
	struct walk w = { .out = out };
	buf_init(&w.key, TEXT_MAX);
	buf_init(&w.joined, TEXT_MAX);
	for (size_t i = 0; i < k->views.n_correlate; i++) {
		struct entry e;
		const char *s = k->views.correlate[i];
		if (!entry_read(s, &e) || str_eq(e.what, NEVER))
			continue;
		w.entry = &e;
		w.given = s[strcspn(s, ":")] == ':' ? strchr(s, ':') + 1 : NULL;
		take_path(&w, e.path, k->fields, k->n_fields, fields, false);
	}
	buf_release(&w.key);
	buf_release(&w.joined);
}

void
shared_values_release(struct shared_values *v)
{
	for (size_t i = 0; i < v->n; i++) {
		(void)xfree(v->list[i].key);
		(void)xfree(v->list[i].text);
	}
	(void)xfree(v->list);
	*v = (struct shared_values){ .list = NULL };
}

const char *
shared_title(const struct kind *k, const char *what, bool zh)
{
	const struct shape *s = shape_of(what);
	if (s->what != NULL)
		return title_in(&s->title, zh);
	for (size_t i = 0; k != NULL && i < k->views.n_correlate; i++) {
		char dotted[LEAF_MAX];
		const char *entry = k->views.correlate[i];
		size_t n = strcspn(entry, ":");
		if (!copy_part(dotted, sizeof(dotted), entry, n))
			continue;
		const struct field *f = kind_field(k, dotted);
		if (f != NULL &&
		    (str_eq(what_of(f), what) ||
		     (entry[n] == ':' && str_eq(entry + n + 1, what))))
			return title_in(&f->title, zh);
	}
	return what;
}

bool
correlate_entry_ok(const struct kind *k, const char *entry)
{
	struct entry e;
	char dotted[2 * LEAF_MAX];

	if (!entry_read(entry, &e))
		return false;
	for (size_t i = 0; i < e.n_leaves; i++) {
		size_t n = strlen(e.path);
		memcpy(dotted, e.path, n);
		if (n > 0)
			dotted[n++] = '.';
		memcpy(dotted + n, e.leaves[i], strlen(e.leaves[i]) + 1);
		if (kind_field(k, dotted) == NULL)
			return false;
	}
	return strchr(entry, ':') == NULL || str_eq(e.what, NEVER) ||
	       shape_of(e.what)->what != NULL;
}
