/* 值班表: who is on duty and who leads, by day and hour. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/permit.h"
#include "desk/schedule.h"
#include "desk/shift.h"
#include "desk_int.h"
#include "shift_int.h"

#define ROSTER_DAYS 30
#define MINUTES_DAY (24 * 60)
#define MINUTE_MS   60000LL

enum column {
	COLUMN_DAY,
	COLUMN_SLOT,
	COLUMN_OFFICER,
	COLUMN_LEADER = 4,
	COLUMN_DEPUTY = 7,
	COLUMN_STARTS = 9,
	COLUMN_ENDS,
	COLUMN__COUNT
};

/* In the order of the row's parameters; either word heads its column. */
static const struct {
	const char *name, *zh;
} heads[COLUMN__COUNT] = {
	{ "day", "日期" },
	{ "slot", "班次" },
	{ "officer", "值班员" },
	{ "phone", "电话" },
	{ "leader", "带班领导" },
	{ "leader_phone", "领导电话" },
	{ "note", "备注" },
	{ "deputy", "副班" },
	{ "deputy_phone", "副班电话" },
	{ "starts", "起" },
	{ "ends", "止" },
};

struct columns {
	size_t at[COLUMN__COUNT]; /* SIZE_MAX: not there */
};

struct reading {
	struct desk *desk;
	struct csv_reader csv;
	struct columns columns;
	json_t *seen; /* "DAY SLOT" of the rows before */
	size_t line;  /* of the row being read */
};

static enum rc
read_head(struct reading *r, struct err *err)
{
	size_t i, c;

	for (i = 0; i < ARRAY_LEN(heads); i++)
		r->columns.at[i] = SIZE_MAX;
	for (c = 0; c < r->csv.n_cells; c++) {
		const char *cell = r->csv.cells[c];
		char shown[80];

		if (c == 0 && str_starts(cell, "\xef\xbb\xbf"))
			cell += 3; /* spreadsheets put it there */
		for (i = 0; i < ARRAY_LEN(heads); i++)
			if (str_eq(cell, heads[i].name) ||
			    str_eq(cell, heads[i].zh))
				break;
		if (i == ARRAY_LEN(heads))
			return err_set(err, RC_MALFORMED, 0,
				       _("line %zu, column %zu: '%s' is no "
					 "column of the roster"),
				       r->line, c + 1,
				       text_show_into(shown, sizeof(shown),
						      cell));
		r->columns.at[i] = c;
	}
	if (r->columns.at[COLUMN_DAY] != SIZE_MAX &&
	    r->columns.at[COLUMN_OFFICER] != SIZE_MAX)
		return RC_OK;
	return err_set(err, RC_MALFORMED, 0,
		       _("the roster's first line names its columns: day, "
			 "officer, and perhaps slot, phone, leader, "
			 "leader_phone, note, deputy, deputy_phone, starts, "
			 "ends"));
}

static const char *
cell(const struct reading *r, enum column i)
{
	return r->columns.at[i] < r->csv.n_cells
		       ? r->csv.cells[r->columns.at[i]]
		       : "";
}

/* Minutes of the day; "24:00" is an end. */
static bool
hour_parse(const char *s, int *ret_minutes)
{
	int h, m;

	if (strlen(s) != 5 || strspn(s, "0123456789") != 2 || s[2] != ':' ||
	    strspn(s + 3, "0123456789") != 2)
		return false;
	h = (s[0] - '0') * 10 + s[1] - '0';
	m = (s[3] - '0') * 10 + s[4] - '0';
	*ret_minutes = h * 60 + m;
	return m < 60 && *ret_minutes <= MINUTES_DAY;
}

static enum rc
check_hours(const struct reading *r, enum column *at, struct err *err)
{
	const char *starts = cell(r, COLUMN_STARTS), *ends;
	int from = 0, to = 0;

	ends = cell(r, COLUMN_ENDS);
	if (starts[0] == '\0' && ends[0] == '\0')
		return RC_OK;
	*at = COLUMN_STARTS;
	if (!hour_parse(starts, &from) || from == MINUTES_DAY)
		return err_set(err, RC_MALFORMED, 0,
			       _("an hour is written 08:30"));
	*at = COLUMN_ENDS;
	if (!hour_parse(ends, &to))
		return err_set(err, RC_MALFORMED, 0,
			       _("an hour is written 08:30"));
	return RC_OK;
}

/* *at: the column that is wrong. */
static enum rc
check_row(const struct reading *r, enum column *at, struct err *err)
{
	static const enum column people[] = { COLUMN_OFFICER, COLUMN_DEPUTY };
	struct officer o = { 0 };
	int32_t day;
	size_t i;
	enum rc rc;

	for (i = 0; i < COLUMN__COUNT; i++) {
		*at = (enum column)i;
		rc = utf8_check(cell(r, *at), strlen(cell(r, *at)), err);
		if (rc != RC_OK)
			return rc;
	}
	*at = COLUMN_DAY;
	rc = day_parse(cell(r, COLUMN_DAY), &day, err);
	for (i = 0; rc == RC_OK && i < ARRAY_LEN(people); i++) {
		*at = people[i];
		if (*at == COLUMN_DEPUTY && cell(r, *at)[0] == '\0')
			continue;
		rc = officer_check(r->desk, cell(r, *at), &o, err);
		officer_release(&o);
		o = (struct officer){ 0 };
	}
	return rc == RC_OK ? check_hours(r, at, err) : rc;
}

/* Two rows of one slot: which of them stands would be chance. */
static enum rc
check_seen(const struct reading *r, struct err *err)
{
	char *key =
		xasprintf("%s %s", cell(r, COLUMN_DAY), cell(r, COLUMN_SLOT));
	enum rc rc = RC_OK;

	if (json_object_get(r->seen, key) != NULL)
		rc = err_set(err, RC_EXISTS, 0,
			     _("this day and slot stand in line %lld already"),
			     (long long)json_integer_value(
				     json_object_get(r->seen, key)));
	else
		json_object_set_new(r->seen, key,
				    json_integer((json_int_t)r->line));
	xfree(key);
	return rc;
}

static enum rc
put_row(struct reading *r, struct err *err)
{
	enum column at = COLUMN_DAY;
	struct stmt *st;
	size_t i;
	enum rc rc = check_row(r, &at, err);

	if (rc == RC_OK) {
		at = COLUMN_DAY;
		rc = check_seen(r, err);
	}
	if (rc != RC_OK) {
		(void)err_wrap(err, _("line %zu, column %zu (%s)"), r->line,
			       r->columns.at[at] + 1,
			       i18n_zh() ? heads[at].zh : heads[at].name);
		return rc;
	}
	st = stmt_use(r->desk->store, SQL_ROSTER_PUT);
	for (i = 0; i < COLUMN__COUNT; i++)
		stmt_text(st, (int)i + 1, cell(r, (enum column)i));
	if (cell(r, COLUMN_SLOT)[0] == '\0')
		stmt_text(st, COLUMN_SLOT + 1, "全天");
	stmt_text(st, COLUMN__COUNT + 1, r->desk->officer.id);
	stmt_int(st, COLUMN__COUNT + 2, env_now_ms(r->desk->env));
	return stmt_run(st, err);
}

static enum rc
next(struct reading *r, bool *ret_more, struct err *err)
{
	r->line = r->csv.line;
	return csv_next(&r->csv, ret_more, err);
}

static enum rc
put_rows(struct reading *r, size_t *ret_rows, struct err *err)
{
	bool more = false;
	enum rc rc = next(r, &more, err);

	*ret_rows = 0;
	if (rc == RC_OK)
		rc = read_head(r, err);
	while (rc == RC_OK && (rc = next(r, &more, err)) == RC_OK && more) {
		if (r->csv.n_cells == 1 && r->csv.cells[0][0] == '\0')
			continue;
		rc = put_row(r, err);
		(*ret_rows)++;
	}
	return rc;
}

enum rc
act_roster(struct desk *d, const char *csv, size_t n_bytes, size_t *ret_rows,
	   struct err *err)
{
	struct reading r = { .desk = d };
	enum rc rc = permit(d, PERMIT_WRITE, NULL, err);

	if (rc == RC_OK)
		rc = utf8_check(csv, n_bytes, err);
	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc != RC_OK)
		return rc;
	r.seen = json_object();
	csv_reader_init(&r.csv, csv, n_bytes);
	rc = put_rows(&r, ret_rows, err);
	csv_reader_release(&r.csv);
	json_decref(r.seen);
	if (rc == RC_OK)
		rc = act_audit(d, "roster", NULL, NULL, err);
	return act_end(d, rc, err);
}

/* From when to when a row is of: over midnight where it does not end after
 * its start. A row without hours has its whole day. */
static void
span_of(struct roster_row *r)
{
	int from = 0, to = MINUTES_DAY;
	int32_t day = 0;

	(void)day_parse(r->day, &day, NULL); /* checked when it was taken */
	if (r->starts[0] != '\0' &&
	    (!hour_parse(r->starts, &from) || !hour_parse(r->ends, &to)))
		from = 0, to = MINUTES_DAY;
	if (to <= from)
		to += MINUTES_DAY;
	r->from_ms = day_start_ms(day) + from * MINUTE_MS;
	r->until_ms = day_start_ms(day) + to * MINUTE_MS;
}

enum rc
roster_each(struct desk *d, int32_t from, int32_t to,
	    void (*each)(void *ctx, const struct roster_row *r), void *ctx,
	    struct err *err)
{
	int64_t now = env_now_ms(d->env);
	char first[11], last[11];
	struct stmt *st = stmt_use(d->store, SQL_ROSTER_EACH);
	bool row;
	enum rc rc;

	day_format(from, first);
	day_format(to, last);
	stmt_text(st, 1, first);
	stmt_text(st, 2, last);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		struct roster_row r = { .day = col_text(st, 0),
					.slot = col_text(st, 1),
					.officer = col_text(st, 2),
					.phone = col_text(st, 3),
					.leader = col_text(st, 4),
					.leader_phone = col_text(st, 5),
					.note = col_text(st, 6),
					.deputy = col_text(st, 7),
					.deputy_phone = col_text(st, 8),
					.starts = col_text(st, 9),
					.ends = col_text(st, 10) };
		int32_t day = 0;

		(void)day_parse(r.day, &day, NULL); /* checked when taken */
		r.holiday = ask_day(d, day).name;
		span_of(&r);
		r.now = now >= r.from_ms && now < r.until_ms;
		each(ctx, &r);
	}
	stmt_done(st);
	return rc;
}

enum rc
ask_roster(struct desk *d, const char *from, const char *to,
	   void (*each)(void *ctx, const struct roster_row *r), void *ctx,
	   struct err *err)
{
	int32_t first = day_of_ms(env_now_ms(d->env)),
		last = first + ROSTER_DAYS;
	enum rc rc = permit(d, PERMIT_READ, NULL, err);

	if (rc == RC_OK && from != NULL)
		rc = day_parse(from, &first, err);
	if (rc == RC_OK && to != NULL)
		rc = day_parse(to, &last, err);
	return rc == RC_OK ? roster_each(d, first, last, each, ctx, err) : rc;
}

static void
copy(char *out, size_t size, const char *text)
{
	if (str_copy(out, size, text, NULL) != RC_OK)
		out[0] = '\0'; /* too long to be a name */
}

/* Of two that hold now the one that began last. */
static void
take_now(void *ctx, const struct roster_row *r)
{
	struct roster_now *out = ctx;

	if (!r->now || r->from_ms <= out->from_ms)
		return;
	out->from_ms = r->from_ms;
	out->hours = r->starts[0] != '\0';
	copy(out->officer, sizeof(out->officer), r->officer);
	copy(out->phone, sizeof(out->phone), r->phone);
	copy(out->deputy, sizeof(out->deputy), r->deputy);
	copy(out->leader, sizeof(out->leader), r->leader);
	copy(out->leader_phone, sizeof(out->leader_phone), r->leader_phone);
}

enum rc
ask_roster_now(struct desk *d, struct roster_now *out, struct err *err)
{
	int32_t today = day_of_ms(env_now_ms(d->env));

	*out = (struct roster_now){ .from_ms = -1 };
	return roster_each(d, today - 1, today, take_now, out, err);
}

struct deputising {
	const char *officer, *deputy;
	bool found;
};

static void
look(void *ctx, const struct roster_row *r)
{
	struct deputising *l = ctx;

	l->found = l->found || (str_eq(r->officer, l->officer) &&
				str_eq(r->deputy, l->deputy));
}

enum rc
roster_is_deputy(struct desk *d, const char *officer, const char *deputy,
		 bool *ret_is, struct err *err)
{
	struct deputising l = { .officer = officer, .deputy = deputy };
	int32_t today = day_of_ms(env_now_ms(d->env));
	enum rc rc = roster_each(d, today - 1, today + 1, look, &l, err);

	*ret_is = l.found;
	return rc;
}

/* The roster may name him by his id or by his name. */
enum rc
roster_is_leader(struct desk *d, bool *ret_is, struct err *err)
{
	struct roster_now now;
	enum rc rc = ask_roster_now(d, &now, err);

	*ret_is = rc == RC_OK && now.leader[0] != '\0' &&
		  (str_eq(now.leader, d->officer.id) ||
		   str_eq(now.leader, d->officer.name));
	return rc;
}
