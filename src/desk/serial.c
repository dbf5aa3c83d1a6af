#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "serial_int.h"

static enum rc
serial_last(struct desk *d, int year, const char *kind, int64_t *ret_last,
	    struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_SERIAL_GET);
	bool row;
	enum rc rc;

	stmt_int(st, 1, year);
	stmt_text(st, 2, kind);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK)
		*ret_last = row ? col_int(st, 0) : 0;
	stmt_done(st);
	return rc;
}

static enum rc
serial_write(struct desk *d, int year, const char *kind, int64_t last,
	     struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_SERIAL_SET);

	stmt_int(st, 1, year);
	stmt_text(st, 2, kind);
	stmt_int(st, 3, last);
	return stmt_run(st, err);
}

enum rc
serial_take(struct desk *d, const struct kind *kind, int64_t time_ms,
	    char **ret_number, struct err *err)
{
	int year = day_to_civil(day_of_ms(time_ms)).year;
	char *prefix = NULL;
	int64_t last = 0;
	enum rc rc;

	if (kind->number_sign == NULL)
		return RC_OK;
	rc = setting_get(d, "prefix", &prefix, err);
	if (rc == RC_OK)
		rc = serial_last(d, year, kind->name, &last, err);
	if (rc == RC_OK)
		rc = serial_write(d, year, kind->name, last + 1, err);
	if (rc == RC_OK)
		*ret_number =
			xasprintf("%s%s〔%d〕%lld号", prefix, kind->number_sign,
				  year, (long long)(last + 1));
	xfree(prefix);
	return rc;
}

enum rc
serial_check_next(struct desk *d, const char *value, struct err *err)
{
	int year = day_to_civil(day_of_ms(env_now_ms(d->env))).year;
	const struct kind *kind = NULL;
	char name[NAME_MAX_LEN + 1];
	int64_t next, last = 0;
	const char *space = strchr(value, ' ');
	enum rc rc;

	if (space == NULL || (size_t)(space - value) >= sizeof(name))
		return err_set(err, RC_USAGE, 0,
			       _("write KIND N, such as 'clue 40'"));
	memcpy(name, value, (size_t)(space - value));
	name[space - value] = '\0';
	rc = desk_kind(d, name, &kind, err);
	if (rc == RC_OK)
		rc = str_to_i64(space + 1, 1, 1000000, &next, err);
	if (rc == RC_OK)
		rc = serial_last(d, year, name, &last, err);
	if (rc != RC_OK)
		return rc;
	if (next <= last)
		return err_set(err, RC_EXISTS, 0,
			       _("number %lld of %d was given already; the "
				 "next is %lld"),
			       (long long)next, year, (long long)last + 1);
	/* the serial kept is the one before the next */
	return next == last + 1 ? RC_OK
				: serial_write(d, year, name, next - 1, err);
}

char *
number_canonical(const char *typed)
{
	struct buf folded, out;
	const char *s;

	buf_init(&folded, 4 * strlen(typed));
	buf_init(&out, 16 * strlen(typed) + 16);
	(void)text_fold(&folded, typed, strlen(typed), NULL); /* room enough */
	for (s = buf_str(&folded); *s != '\0'; s++) {
		if (*s == '(')
			(void)buf_adds(&out, "〔", NULL);
		else if (*s == ')')
			(void)buf_adds(&out, "〕", NULL);
		else if (*s != ' ')
			(void)buf_add(&out, s, 1, NULL);
	}
	buf_release(&folded);
	return buf_take(&out);
}
