#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/keymap_int.h"

#define WORDS_MAX 16

/* One file being read. */
struct reading {
	struct keymap *map;
	const struct keymap_reader *reader;
	const char *name;
	unsigned line;
	bool user, failed, versioned;
	int depth;
	/* rules of this file, to find two for one key */
	struct binding *own;
	size_t n_own;
	/* key unmapped here, so that it may be given away */
	struct binding *freed;
	size_t n_freed;
	bool dropped[CONTEXT__COUNT][ACTION__COUNT];
};

struct word {
	const char *s;
	size_t n;
};

static bool read_file(struct reading *r, const char *bytes, size_t n_bytes);

static void __attribute__((format(printf, 3, 4)))
tell(struct reading *r, bool note, const char *fmt, ...)
{
	char what[240];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (!note)
		r->failed = true;
	if (r->reader->problem)
		r->reader->problem(r->reader->ctx, r->name, r->line, note,
				   what);
}

static bool
word_is(struct word w, const char *s)
{
	return strlen(s) == w.n && memcmp(w.s, s, w.n) == 0;
}

static void
remember(struct binding **list, size_t *n, const struct binding *b)
{
	*list = xreallocarray(*list, *n + 1, sizeof(**list));
	(*list)[(*n)++] = *b;
}

static bool
same_key(const struct binding *a, const struct binding *b)
{
	return a->context == b->context && a->key[0] == b->key[0] &&
	       a->key[1] == b->key[1];
}

static bool
holds(const struct binding *list, size_t n, const struct binding *b)
{
	for (size_t i = 0; i < n; i++)
		if (same_key(&list[i], b))
			return true;
	return false;
}

/* "<F2>" or "g g" between commas. */
static bool
read_key(struct reading *r, struct word w, uint32_t out[2])
{
	size_t first = 0, second;

	while (w.n && *w.s == ' ') {
		w.s++;
		w.n--;
	}
	while (w.n && w.s[w.n - 1] == ' ')
		w.n--;
	while (first < w.n && w.s[first] != ' ')
		first++;
	second = first;
	while (second < w.n && w.s[second] == ' ')
		second++;
	out[0] = key_parse(w.s, first);
	out[1] = K_NONE;
	if (second < w.n)
		out[1] = key_parse(w.s + second, w.n - second);
	if (out[0] == K_NONE || (second < w.n && out[1] == K_NONE)) {
		tell(r, false,
		     _("unknown key '%.*s'; keys are written as a, "
		       "<F2>, <C-d>, or two for a chord: g g"),
		     (int)w.n, w.s);
		return false;
	}
	return true;
}

/* Would the rule take a key away from an act of office without saying so? */
static void
check_hidden(struct reading *r, const struct binding *b)
{
	bool prefix = false;
	uint32_t first = b->key[1] != K_NONE ? b->key[0] : K_NONE;
	uint32_t key = b->key[1] != K_NONE ? b->key[1] : b->key[0];
	enum action was = keymap_find(r->map, b->context, first, key, &prefix);
	char name[KEY_NAME_MAX];

	if (was == b->action || was == ACTION_NONE ||
	    holds(r->freed, r->n_freed, b))
		return;
	(void)key_text(b->key[0], name);
	if (action_is_act(was))
		tell(r, false,
		     _("key %s would hide the act '%s'; unmap it first"), name,
		     action_name(was));
	else if (r->user)
		tell(r, true, _("key %s no longer does '%s'"), name,
		     action_name(was));
}

/* A user's file that names an action gives all its keys there. */
static void
drop_inherited(struct reading *r, enum context c, enum action a)
{
	struct keymap *m = r->map;
	size_t kept = 0;

	if (!r->user || r->dropped[c][a])
		return;
	r->dropped[c][a] = true;
	for (size_t i = 0; i < m->n_bindings; i++)
		if (m->bindings[i].user || m->bindings[i].context != c ||
		    m->bindings[i].action != a)
			m->bindings[kept++] = m->bindings[i];
	m->n_bindings = kept;
}

static void
add_binding(struct reading *r, const struct binding *b)
{
	struct keymap *m = r->map;
	char name[KEY_NAME_MAX];

	(void)key_text(b->key[0], name);
	if (holds(r->own, r->n_own, b)) {
		tell(r, false, _("a second rule for key %s in this file"),
		     name);
		return;
	}
	if (b->context == CONTEXT_FORM && key_is_text(b->key[0])) {
		tell(r, false,
		     _("key %s types text in a form; use a control "
		       "or function key"),
		     name);
		return;
	}
	if (m->n_bindings >= KEYMAP_RULES_MAX) {
		tell(r, false, _("more than %d rules"), KEYMAP_RULES_MAX);
		return;
	}
	check_hidden(r, b);
	remember(&r->own, &r->n_own, b);
	if (m->n_bindings == m->cap) {
		m->cap = m->cap ? m->cap * 2 : 64;
		m->bindings = xreallocarray(m->bindings, m->cap,
					    sizeof(*m->bindings));
	}
	m->bindings[m->n_bindings++] = *b;
}

static void
remove_binding(struct reading *r, const struct binding *b)
{
	struct keymap *m = r->map;
	size_t kept = 0;

	if (holds(r->freed, r->n_freed, b) || holds(r->own, r->n_own, b)) {
		tell(r, false, _("a second rule for a key in this file"));
		return;
	}
	for (size_t i = 0; i < m->n_bindings; i++)
		if (!same_key(&m->bindings[i], b))
			m->bindings[kept++] = m->bindings[i];
	if (kept == m->n_bindings)
		tell(r, true, _("nothing was mapped to this key"));
	m->n_bindings = kept;
	remember(&r->freed, &r->n_freed, b);
}

/* The keys of words[2..n), commas between alternatives. */
static void
each_key(struct reading *r, struct word keys, struct binding *b, bool add)
{
	while (keys.n) {
		const char *comma = memchr(keys.s, ',', keys.n);
		struct word one = { keys.s,
				    comma ? (size_t)(comma - keys.s) : keys.n };

		if (!read_key(r, one, b->key))
			return;
		if (add)
			add_binding(r, b);
		else
			remove_binding(r, b);
		if (!comma)
			return;
		keys.n -= one.n + 1;
		keys.s += one.n + 1;
		if (keys.n == 0)
			tell(r, false, _("a key is missing after the comma"));
	}
}

static struct word
join(const struct word *from, const struct word *to)
{
	return (struct word){ from->s, (size_t)(to->s + to->n - from->s) };
}

static bool
read_context(struct reading *r, struct word w, struct binding *b)
{
	b->context = context_find(w.s, w.n);
	b->user = r->user;
	if (b->context == CONTEXT__COUNT) {
		tell(r, false, _("unknown context '%.*s'"), (int)w.n, w.s);
		return false;
	}
	if (r->map->limited[b->context]) {
		tell(r, false, _("keys of '%.*s' are built in"), (int)w.n, w.s);
		return false;
	}
	return true;
}

static void
rule_map(struct reading *r, const struct word *w, size_t n)
{
	struct binding b = { 0 };

	if (n < 4) {
		tell(r, false, _("write: map CONTEXT KEYS ACTION"));
		return;
	}
	if (!read_context(r, w[1], &b))
		return;
	b.action = action_find(w[n - 1].s, w[n - 1].n);
	if (b.action == ACTION_NONE) {
		tell(r, false, _("unknown action '%.*s'"), (int)w[n - 1].n,
		     w[n - 1].s);
		return;
	}
	drop_inherited(r, b.context, b.action);
	each_key(r, join(&w[2], &w[n - 2]), &b, true);
}

static void
rule_unmap(struct reading *r, const struct word *w, size_t n)
{
	struct binding b = { 0 };

	if (n < 3)
		tell(r, false, _("write: unmap CONTEXT KEYS"));
	else if (read_context(r, w[1], &b))
		each_key(r, join(&w[2], &w[n - 1]), &b, false);
}

static void
rule_limit(struct reading *r, const struct word *w, size_t n)
{
	enum context c = n == 3 ? context_find(w[1].s, w[1].n) : CONTEXT__COUNT;

	if (c == CONTEXT__COUNT || !word_is(w[2], "builtin"))
		tell(r, false, _("write: limit CONTEXT builtin"));
	else
		r->map->limited[c] = true;
}

static void
rule_use(struct reading *r, const struct word *w, size_t n)
{
	struct reading inner = { .map = r->map,
				 .reader = r->reader,
				 .user = r->user,
				 .depth = r->depth + 1 };
	char name[256];
	size_t n_bytes = 0;
	const char *bytes;

	if (n != 2 || w[1].n >= sizeof(name)) {
		tell(r, false, _("write: use FILE"));
		return;
	}
	memcpy(name, w[1].s, w[1].n);
	name[w[1].n] = '\0';
	if (name[0] == '/' || strstr(name, "..")) {
		tell(r, false, _("only a file beside this one may be used"));
		return;
	}
	if (inner.depth > KEYMAP_DEPTH_MAX) {
		tell(r, false, _("files use each other more than %d deep"),
		     KEYMAP_DEPTH_MAX);
		return;
	}
	bytes = r->reader->open
			? r->reader->open(r->reader->ctx, name, &n_bytes)
			: NULL;
	if (!bytes) {
		tell(r, false, _("no key file '%s'"), name);
		return;
	}
	inner.name = name;
	if (!read_file(&inner, bytes, n_bytes))
		r->failed = true;
}

static void
rule_version(struct reading *r, const struct word *w, size_t n)
{
	int64_t version = 0;
	char digits[12] = "";
	struct err e = ERR_INIT;

	if (n == 2 && w[1].n < sizeof(digits))
		memcpy(digits, w[1].s, w[1].n);
	r->versioned = true;
	if (str_to_i64(digits, 1, 1000000, &version, &e) != RC_OK)
		tell(r, false, _("write: keymap 1"));
	else if (version > KEYMAP_VERSION)
		tell(r, false,
		     _("format %d is newer than this program knows "
		       "(%d)"),
		     (int)version, KEYMAP_VERSION);
}

/* A comment begins at a # at the start or after a blank. */
static size_t
split(const char *s, size_t n, struct word *words)
{
	size_t count = 0, i = 0;

	while (i < n) {
		size_t from;

		while (i < n && (s[i] == ' ' || s[i] == '\t' || s[i] == '\r'))
			i++;
		if (i == n || s[i] == '#')
			break;
		from = i;
		while (i < n && s[i] != ' ' && s[i] != '\t' && s[i] != '\r')
			i++;
		if (count < WORDS_MAX)
			words[count] = (struct word){ s + from, i - from };
		count++;
	}
	return count;
}

static void
read_line(struct reading *r, const char *s, size_t n)
{
	static const struct {
		const char *word;
		void (*rule)(struct reading *, const struct word *, size_t);
	} rules[] = { { "keymap", rule_version },
		      { "use", rule_use },
		      { "map", rule_map },
		      { "unmap", rule_unmap },
		      { "limit", rule_limit } };
	struct word words[WORDS_MAX];
	size_t count = split(s, n, words);

	if (count == 0)
		return;
	if (count > WORDS_MAX) {
		tell(r, false, _("too many words"));
		return;
	}
	if (!r->versioned && !word_is(words[0], "keymap")) {
		tell(r, false, _("the first rule must be: keymap 1"));
		r->versioned = true;
	}
	for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
		if (!word_is(words[0], rules[i].word))
			continue;
		rules[i].rule(r, words, count);
		return;
	}
	tell(r, false, _("unknown rule '%.*s'"), (int)words[0].n, words[0].s);
}

static bool
read_file(struct reading *r, const char *bytes, size_t n_bytes)
{
	struct err e = ERR_INIT;

	if (n_bytes > KEYMAP_FILE_MAX)
		tell(r, false, _("the file is larger than %d bytes"),
		     KEYMAP_FILE_MAX);
	else if (utf8_check(bytes, n_bytes, &e) != RC_OK)
		tell(r, false, "%s", e.msg);
	else
		for (size_t at = 0; at < n_bytes;) {
			const char *end =
				memchr(bytes + at, '\n', n_bytes - at);
			size_t n =
				end ? (size_t)(end - bytes) - at : n_bytes - at;

			r->line++;
			read_line(r, bytes + at, n);
			at += n + 1;
		}
	r->own = xfree(r->own);
	r->freed = xfree(r->freed);
	return !r->failed;
}

bool
keymap_read(struct keymap *m, const char *name, const char *bytes,
	    size_t n_bytes, bool user, const struct keymap_reader *reader)
{
	struct reading r = {
		.map = m, .reader = reader, .name = name, .user = user
	};

	return read_file(&r, bytes, n_bytes);
}
