#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/asset.h"
#include "base/csv.h"
#include "base/text.h"
#include "console/console_int.h"
#include "desk/permit.h"

/* Calls take(ctx, cells) for the row of a reference table whose cell `key` is
 * `value`. */
static bool
find_row(const char *path, size_t key, const char *value, size_t want,
	 char *out, size_t out_size)
{
	const struct asset *a = asset_find(path);
	struct csv_reader r;
	bool more = true, found = false;

	if (!a)
		return false;
	csv_reader_init(&r, a->bytes, a->len);
	while (!found && csv_next(&r, &more, NULL) == RC_OK && more) {
		if (r.n_cells <= want || r.n_cells <= key ||
		    strcmp(r.cells[key], value) != 0)
			continue;
		(void)snprintf(out, out_size, "%s", r.cells[want]);
		found = true;
	}
	csv_reader_release(&r);
	return found;
}

enum {
	DIVISION_CODE,
	DIVISION_SHORT = 2,
	DIVISION_PINYIN = 6
};
enum {
	UNIT_SHORT = 1,
	UNIT_DESK = 5
};

static void
make_name(bool zh, const char *id, char *out, size_t out_size)
{
	char code[7] = "", place[64] = "", unit[128] = "";

	(void)snprintf(code, sizeof(code), "%.6s", id);
	if (!find_row("reference/divisions.csv", DIVISION_CODE, code,
		      zh ? DIVISION_SHORT : DIVISION_PINYIN, place,
		      sizeof(place)))
		(void)snprintf(place, sizeof(place), "%s", code);
	if (!zh)
		place[0] = (char)toupper((unsigned char)place[0]);
	if (id[strlen(code)] == '\0') {
		(void)snprintf(out, out_size, "%s", place);
		return;
	}
	if (zh && find_row("reference/units.csv", UNIT_DESK, id, UNIT_SHORT,
			   unit, sizeof(unit))) {
		const char *rest =
			str_starts(unit, "区") ? unit + strlen("区") : unit;

		(void)snprintf(out, out_size, "%s%s", place, rest);
		return;
	}
	(void)snprintf(out, out_size, "%s%s", place, id + strlen(code));
}

/* Reading the tables for each row of each frame would be waste. */
#define CACHE_SIZE 64
static struct {
	char id[DESK_ID_MAX + 1];
	char name[256];
	bool zh;
} cache[CACHE_SIZE];
static size_t cache_next;

const char *
name_desk(struct console *c, const char *id, char *out, size_t out_size)
{
	size_t i;

	if (!id[0]) {
		out[0] = '\0';
		return out;
	}
	for (i = 0; i < CACHE_SIZE; i++)
		if (cache[i].zh == c->zh && strcmp(cache[i].id, id) == 0)
			break;
	if (i == CACHE_SIZE) {
		i = cache_next++ % CACHE_SIZE;
		(void)snprintf(cache[i].id, sizeof(cache[i].id), "%s", id);
		cache[i].zh = c->zh;
		make_name(c->zh, id, cache[i].name, sizeof(cache[i].name));
	}
	(void)snprintf(out, out_size, "%s", cache[i].name);
	return out;
}

struct officer_name {
	const char *id;
	char *out;
	size_t out_size;
};

static void
match_officer(void *ctx, const struct officer *o)
{
	struct officer_name *n = ctx;

	if (str_eq(o->id, n->id) && o->name && o->name[0])
		(void)snprintf(n->out, n->out_size, "%s", o->name);
}

const char *
name_officer(struct console *c, const char *id, char *out, size_t out_size)
{
	struct officer_name n = { id, out, out_size };

	(void)snprintf(out, out_size, "%s",
		       str_eq(id, "clock") ? _("by itself") : id);
	if (id[0]) /* a failure leaves the id, which is a name too */
		(void)officer_each(c->desk, match_officer, &n, NULL);
	return out;
}

const struct kind *
name_kind(struct console *c, const char *kind, int version)
{
	return kinds_get(desk_get_kinds(c->desk), kind, version);
}

const char *
name_state(struct console *c, const char *kind, int version, const char *state)
{
	const struct kind *k = name_kind(c, kind, version);

	for (size_t i = 0; k && i < k->n_tracks; i++) {
		const struct state *s = track_state(&k->tracks[i], state);

		/* the owner's track is the first to look at, "sent" its own */
		if (s)
			return title_in(&s->title, c->zh);
	}
	return state;
}

const char *
name_urgency(int urgency)
{
	static const char *const names[] = { N_("URGENT"), N_("urgent"),
					     N_("plain") };

	return urgency >= 0 && urgency < 3 ? _(names[urgency]) : "";
}

bool
name_subject(const char *subject, struct doc_ref *out)
{
	const char *slash = strchr(subject, '/');
	size_t n = slash ? (size_t)(slash - subject) : 0;

	if (n == 0 || n > DESK_ID_MAX || strlen(slash + 1) != UUID_LEN)
		return false;
	memcpy(out->owner, subject, n);
	out->owner[n] = '\0';
	memcpy(out->id, slash + 1, UUID_LEN + 1);
	return true;
}

const char *
name_doc(struct console *c, const char *subject, char *out, size_t out_size)
{
	struct doc_list one = { 0 };
	struct doc_ref ref;

	(void)snprintf(out, out_size, "%s", subject);
	/* a name is no attempt to read: none is to stand in the trail */
	if (!name_subject(subject, &ref) || !permitted(c->desk, PERMIT_READ))
		return out;
	if (ask_row(c->desk, &ref, &one, NULL) == RC_OK && one.n_rows)
		(void)snprintf(out, out_size, "%s %s", one.rows[0].number,
			       one.rows[0].title);
	doc_list_release(&one);
	return out;
}

const char *
name_value(struct console *c, const struct field *f, const char *text,
	   char *out, size_t out_size)
{
	const char *name;

	if (!text[0])
		return text;
	if (f->type == FIELD_DESK)
		return name_desk(c, text, out, out_size);
	if (f->type == FIELD_OFFICER)
		return name_officer(c, text, out, out_size);
	if (f->type == FIELD_DOC)
		return name_doc(c, text, out, out_size);
	name = f->pick ? ask_pick_name(c->desk, f->pick, text) : NULL;
	return name ? name : text;
}

const char *
name_number(const char *number, int cols)
{
	const char *bracket = strstr(number, "\xe3\x80\x94");
	const char *at = bracket;

	if (!bracket || utf8_cols(number, strlen(number)) <= (size_t)cols)
		return number;
	if (cols < NUMBER_COLS)
		return bracket;
	while (at > number && ((unsigned char)*--at & 0xc0) == 0x80)
		;
	return at;
}

const char *
name_size(int64_t size, char out[static SIZE_TEXT_MAX])
{
	static const char units[] = "BKMG";
	size_t u = 0;

	while (size >= 4096 && u + 1 < sizeof(units) - 1) {
		size /= 1024;
		u++;
	}
	(void)snprintf(out, SIZE_TEXT_MAX, "%lld%c", (long long)size, units[u]);
	return out;
}
