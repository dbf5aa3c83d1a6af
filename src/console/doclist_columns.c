/*
 * The columns of a list: state and time left first, then what the kind's
 * list view names. Widths follow the types of the fields; what has no width
 * of its own shares the rest, a title twice as much as another text. Where a
 * screen is narrow the last columns are left out, the number after them,
 * never the title.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "console/doclist_int.h"

#define MARK_COLS    2
#define NUMBER_LOW   13 /* without the kind's character */
#define KIND_FROM    96 /* width from which lists of all kinds name them */
#define SHARE_MIN    8	/* columns of a text below which others give way */
#define CHOICE_MAX   12
#define STATE_MAX_ZH 14
#define STATE_MAX_EN 16
#define HEAD_MAX     10
#define TIME_COLS    16
#define TIME_LOW     11
#define COLS_NARROW  120

static void
add(struct columns *cs, const char *head, int cols, enum column_from from,
    size_t nth)
{
	struct column *c;

	if (cs->n == COLUMNS_MAX)
		return;
	c = &cs->c[cs->n++];
	*c = (struct column){ .cols = cols, .nth = nth, .from = from };
	(void)snprintf(c->head, sizeof(c->head), "%s", head);
}

static int
text_cols(const char *s)
{
	return (int)utf8_cols(s, strlen(s));
}

static const char *
state_text(struct console *c, const struct doc_row *r)
{
	return r->waiting_approval		     ? _("approve?")
	       : row_begun(c, r)		     ? _("draft")
	       : r->withdrawn			     ? _("withdrawn")
	       : r->state_title && r->state_title[0] ? r->state_title
	       : r->state[0]			     ? r->state
						     : _("unknown kind");
}

/* As wide as the longest title of a state that the kind has, within reason;
 * in a list of many kinds as wide as the longest that is listed. */
static int
state_cols(const struct doclist *l)
{
	bool zh = l->screen.console->zh;
	const struct kind *k =
		l->kind[0] ? current_kind(l->screen.console, l->kind) : NULL;
	int max = zh ? STATE_MAX_ZH : STATE_MAX_EN;
	int cols = l->kind[0] ? (zh ? 8 : 12) : zh ? 10 : max;

	for (size_t i = 0; !l->kind[0] && i < l->win.n_rows; i++) {
		int n = text_cols(
			state_text(l->screen.console, &l->win.rows[i]));

		if (n > cols)
			cols = n;
	}
	for (size_t t = 0; k && t < k->n_tracks; t++)
		for (size_t i = 0; i < k->tracks[t].n_states; i++) {
			const struct state *s = &k->tracks[t].states[i];
			int n = text_cols(title_in(&s->title, zh));

			if (n > cols)
				cols = n;
		}
	return cols > max ? max : cols;
}

static int
level_cols(const struct doclist *l)
{
	return l->screen.console->zh ? 4 : 6;
}

static int
desk_cols(const struct doclist *l)
{
	return l->screen.console->zh ? 8 : 10;
}

static int
choice_cols(const struct field *f, bool zh)
{
	int widest = 4;

	for (size_t i = 0; i < f->n_choices; i++) {
		int cols = text_cols(title_in(&f->choice_titles[i], zh));

		if (cols > widest)
			widest = cols;
	}
	return widest > CHOICE_MAX ? CHOICE_MAX : widest;
}

/* -1: a share of what is left. */
static int
type_cols(const struct doclist *l, const struct field *f, int width)
{
	switch (f->type) {
	case FIELD_INT: return 6;
	case FIELD_DECIMAL: return 9;
	case FIELD_MONEY: return 13;
	case FIELD_DATE: return 10;
	case FIELD_TIME: return width < COLS_NARROW ? TIME_LOW : TIME_COLS;
	case FIELD_BOOL: return 4;
	case FIELD_DESK: return desk_cols(l);
	case FIELD_OFFICER: return 8;
	case FIELD_DOC: return NUMBER_COLS;
	case FIELD_PHONE: return 13;
	case FIELD_DIGEST: return 12;
	case FIELD_CREDIT_CODE: return 18;
	case FIELD_GTIN: return 14;
	case FIELD_TEXT:
	case FIELD_LONG:
	case FIELD_CODE:
	case FIELD_URL:
	case FIELD_GROUP:
	case FIELD_LIST:
	case FIELD__COUNT: break;
	}
	return f->n_choices ? choice_cols(f, l->screen.console->zh) : -1;
}

/* Names another column a member of the same group? */
static bool
shares_group(const struct kind *k, const char *name, size_t n_group)
{
	size_t n = 0;

	for (size_t i = 0; i < k->views.n_list; i++)
		n += strncmp(k->views.list[i], name, n_group + 1) == 0;
	return n > 1;
}

/* "party_concerned.name" is headed by the group, unless two columns would be
 * headed alike. */
static const char *
head_of(const struct kind *k, const char *name, const struct field *f, bool zh)
{
	const char *dot = strchr(name, '.');
	char group[NAME_MAX_LEN + 1];
	const struct field *outer;

	if (!dot || (size_t)(dot - name) >= sizeof(group) ||
	    shares_group(k, name, (size_t)(dot - name)))
		return title_in(&f->title, zh);
	memcpy(group, name, (size_t)(dot - name));
	group[dot - name] = '\0';
	outer = kind_field(k, group);
	return title_in(outer ? &outer->title : &f->title, zh);
}

static void
add_field(struct doclist *l, struct columns *cs, const struct kind *k,
	  size_t nth, int width)
{
	bool zh = l->screen.console->zh;
	const char *name = k->views.list[nth];
	const struct field *f = kind_field(k, name);
	const char *head;
	int cols, head_cols;

	if (!f)
		return;
	head = head_of(k, name, f, zh);
	cols = type_cols(l, f, width);
	head_cols = text_cols(head);
	if (head_cols > HEAD_MAX)
		head_cols = HEAD_MAX;
	if (cols > 0 && cols < head_cols)
		cols = head_cols;
	add(cs, head, cols, FROM_KIND, nth);
	cs->c[cs->n - 1].field = f;
	cs->c[cs->n - 1].right = f->type == FIELD_INT ||
				 f->type == FIELD_DECIMAL ||
				 f->type == FIELD_MONEY;
}

/* The columns that the kind declares for its list. */
static void
add_kind_columns(struct doclist *l, struct columns *cs, int width)
{
	struct console *c = l->screen.console;
	const struct kind *k = current_kind(c, l->kind);

	for (size_t i = 0; k && i < k->views.n_list; i++) {
		const char *name = k->views.list[i];
		const struct field *f = kind_field(k, name);

		if (str_eq(name, "urgency"))
			add(cs, _("level"), level_cols(l), FROM_LEVEL, 0);
		else if (str_eq(name, "number"))
			add(cs, _("number"),
			    width < KIND_FROM ? NUMBER_LOW : NUMBER_COLS,
			    FROM_NUMBER, 0);
		else if (str_eq(name, "title"))
			add(cs, f ? title_in(&f->title, c->zh) : _("title"), 0,
			    FROM_TITLE, 0);
		else if (str_eq(name, "owner"))
			add(cs, _("from"), desk_cols(l), FROM_DESK, 0);
		else if (str_eq(name, "to") || str_eq(name, "cc") ||
			 str_eq(name, "parties"))
			add(cs, _("to"), -1, FROM_PARTIES, 0);
		else if (str_eq(name, "issued_at"))
			add(cs, _("issued"), TIME_LOW, FROM_ISSUED, 0);
		else
			add_field(l, cs, k, i, width);
	}
}

static void
add_all_columns(struct doclist *l, struct columns *cs, int width)
{
	add(cs, _("level"), level_cols(l), FROM_LEVEL, 0);
	if (width >= KIND_FROM)
		add(cs, _("kind"), l->screen.console->zh ? 8 : 14, FROM_KINDS,
		    0);
	add(cs, _("from"), desk_cols(l), FROM_DESK, 0);
	add(cs, _("title"), 0, FROM_TITLE, 0);
	add(cs, _("number"), NUMBER_COLS, FROM_NUMBER, 0);
}

/* Shares are (columns left, number of shares). */
static int
count(const struct columns *cs, int width, int *ret_shares)
{
	int left = width - MARK_COLS + 1;

	*ret_shares = 0;
	for (size_t i = 0; i < cs->n; i++) {
		left -= (cs->c[i].cols > 0 ? cs->c[i].cols : 0) + 1;
		*ret_shares += cs->c[i].cols == 0 ? 2 : cs->c[i].cols < 0;
	}
	return left;
}

/* Takes the last column that may go; false when there is none. Where a screen
 * is too narrow even for those that stay, the number stands in the strip. */
static bool
drop_one(struct columns *cs, bool number)
{
	for (size_t i = cs->n; i-- > 0;) {
		if (number ? cs->c[i].from != FROM_NUMBER
			   : cs->c[i].from != FROM_KIND &&
				     cs->c[i].from != FROM_PARTIES &&
				     cs->c[i].from != FROM_ISSUED)
			continue;
		memmove(&cs->c[i], &cs->c[i + 1],
			(cs->n - i - 1) * sizeof(cs->c[0]));
		cs->n--;
		return true;
	}
	return false;
}

void
columns_lay_out(struct doclist *l, struct columns *cs, int width)
{
	int shares, left, x = MARK_COLS;

	cs->n = 0;
	add(cs, _("state"), state_cols(l), FROM_STATE, 0);
	add(cs, _("left"), SPAN_COLS, FROM_LEFT, 0);
	cs->c[cs->n - 1].right = true;
	if (l->kind[0])
		add_kind_columns(l, cs, width);
	else
		add_all_columns(l, cs, width);
	do {
		left = count(cs, width, &shares);
	} while (left < shares * SHARE_MIN &&
		 (drop_one(cs, false) || drop_one(cs, true)));
	for (size_t i = 0; i < cs->n; i++) {
		struct column *c = &cs->c[i];
		int share = c->cols == 0 ? 2 : 1;

		if (c->cols <= 0) {
			c->cols = left > 0 ? left * share / shares : 1;
			left -= c->cols;
			shares -= share;
		}
		c->x = x;
		x += c->cols + 1;
	}
}

static const char *
parties_text(struct console *c, const struct doc_row *r, char *out,
	     size_t out_size)
{
	size_t at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < r->n_parties && at + 64 < out_size; i++) {
		char one[128];

		at += (size_t)snprintf(
			out + at, out_size - at, "%s%.50s", at ? " " : "",
			name_desk(c, r->parties[i].desk, one, sizeof(one)));
	}
	return out;
}

static const char *
field_text(struct console *c, const struct column *col, const struct doc_row *r,
	   char *out, size_t out_size)
{
	const char *text = col->nth < r->n_columns && r->columns[col->nth]
				   ? r->columns[col->nth]
				   : "";

	/* 2026-11-24 09:00: the year goes where there is no room for it */
	if (col->field->type == FIELD_TIME && col->cols < TIME_COLS &&
	    strlen(text) >= TIME_COLS)
		return text + strlen("2026-");
	return name_value(c, col->field, text, out, out_size);
}

const char *
column_text(struct doclist *l, const struct column *col,
	    const struct doc_row *r, char *out, size_t out_size)
{
	struct console *c = l->screen.console;
	const struct kind *k;
	char span[SPAN_MAX];

	switch (col->from) {
	case FROM_STATE: return state_text(c, r);
	case FROM_LEFT:
		(void)span_text(r->due_ms, r->warn_ms, console_now_ms(c), span);
		(void)snprintf(out, out_size, "%s", span);
		return out;
	case FROM_LEVEL: return name_urgency(r->urgency);
	case FROM_DESK: return name_desk(c, r->ref.owner, out, out_size);
	case FROM_TITLE: return r->title[0] ? r->title : _("(no title)");
	case FROM_NUMBER: return name_number(r->number, col->cols);
	case FROM_PARTIES: return parties_text(c, r, out, out_size);
	case FROM_ISSUED:
		(void)time_text(r->issued_ms, console_now_ms(c), span);
		(void)snprintf(out, out_size, "%s", span);
		return out;
	case FROM_KINDS:
		k = name_kind(c, r->kind, r->kind_version);
		return k ? title_in(&k->title, c->zh) : r->kind;
	case FROM_KIND: return field_text(c, col, r, out, out_size);
	}
	return "";
}
