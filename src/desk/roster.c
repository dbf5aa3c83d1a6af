/* 值班表: who is on duty and who leads, by day. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/permit.h"
#include "desk/shift.h"
#include "desk_int.h"

#define ROSTER_DAYS 30

static const char *const heads[] = { "day",   "slot",	"officer",
				     "phone", "leader", "leader_phone",
				     "note" };

struct columns {
	size_t at[ARRAY_LEN(heads)]; /* SIZE_MAX: not there */
};

static enum rc
read_head(const struct csv_reader *r, struct columns *out, struct err *err)
{
	size_t i, c;

	for (i = 0; i < ARRAY_LEN(heads); i++)
		out->at[i] = SIZE_MAX;
	for (c = 0; c < r->n_cells; c++) {
		for (i = 0; i < ARRAY_LEN(heads); i++)
			if (str_eq(r->cells[c], heads[i]))
				out->at[i] = c;
	}
	if (out->at[0] != SIZE_MAX && out->at[2] != SIZE_MAX)
		return RC_OK;
	return err_set(err, RC_MALFORMED, 0,
		       _("the roster's first line names its columns: day, "
			 "officer, and perhaps slot, phone, leader, "
			 "leader_phone, note"));
}

static const char *
cell(const struct csv_reader *r, const struct columns *c, size_t i)
{
	return c->at[i] < r->n_cells ? r->cells[c->at[i]] : "";
}

static enum rc
put_row(struct desk *d, const struct csv_reader *r, const struct columns *c,
	struct err *err)
{
	struct officer o = { 0 };
	struct stmt *st;
	int32_t day;
	size_t i;
	enum rc rc = day_parse(cell(r, c, 0), &day, err);

	if (rc == RC_OK)
		rc = officer_check(d, cell(r, c, 2), &o, err);
	officer_release(&o);
	for (i = 0; rc == RC_OK && i < ARRAY_LEN(heads); i++)
		rc = utf8_check(cell(r, c, i), strlen(cell(r, c, i)), err);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(d->store, SQL_ROSTER_PUT);
	for (i = 0; i < ARRAY_LEN(heads); i++)
		stmt_text(st, (int)i + 1, cell(r, c, i));
	if (cell(r, c, 1)[0] == '\0')
		stmt_text(st, 2, "全天");
	stmt_text(st, 8, d->officer.id);
	stmt_int(st, 9, env_now_ms(d->env));
	return stmt_run(st, err);
}

static enum rc
put_rows(struct desk *d, struct csv_reader *r, size_t *ret_rows,
	 struct err *err)
{
	struct columns c;
	char where[32];
	bool more = false;
	enum rc rc = csv_next(r, &more, err);

	*ret_rows = 0;
	if (rc == RC_OK)
		rc = read_head(r, &c, err);
	while (rc == RC_OK && (rc = csv_next(r, &more, err)) == RC_OK && more) {
		if (r->n_cells == 1 && r->cells[0][0] == '\0')
			continue;
		rc = put_row(d, r, &c, err);
		(*ret_rows)++;
	}
	if (rc != RC_OK) {
		(void)snprintf(where, sizeof(where), "%zu", *ret_rows + 1);
		(void)err_wrap(err, _("line %s"), where);
	}
	return rc;
}

enum rc
act_roster(struct desk *d, const char *csv, size_t n_bytes, size_t *ret_rows,
	   struct err *err)
{
	struct csv_reader r;
	enum rc rc = permit(d, PERMIT_WRITE, NULL, err);

	if (rc == RC_OK)
		rc = utf8_check(csv, n_bytes, err);
	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc != RC_OK)
		return rc;
	csv_reader_init(&r, csv, n_bytes);
	rc = put_rows(d, &r, ret_rows, err);
	csv_reader_release(&r);
	if (rc == RC_OK)
		rc = act_audit(d, "roster", NULL, NULL, err);
	return act_end(d, rc, err);
}

enum rc
ask_roster(struct desk *d, const char *from, const char *to,
	   void (*each)(void *ctx, const struct roster_row *r), void *ctx,
	   struct err *err)
{
	int32_t today = day_of_ms(env_now_ms(d->env)), day;
	char first[11], last[11];
	struct stmt *st;
	bool row;
	enum rc rc = permit(d, PERMIT_READ, NULL, err);

	day_format(today, first);
	day_format(today + ROSTER_DAYS, last);
	if (rc == RC_OK && from != NULL)
		rc = day_parse(from, &day, err);
	if (rc == RC_OK && to != NULL)
		rc = day_parse(to, &day, err);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(d->store, SQL_ROSTER_EACH);
	stmt_text(st, 1, from != NULL ? from : first);
	stmt_text(st, 2, to != NULL ? to : last);
	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		const struct roster_row r = { .day = col_text(st, 0),
					      .slot = col_text(st, 1),
					      .officer = col_text(st, 2),
					      .phone = col_text(st, 3),
					      .leader = col_text(st, 4),
					      .leader_phone = col_text(st, 5),
					      .note = col_text(st, 6) };

		each(ctx, &r);
	}
	stmt_done(st);
	return rc;
}
