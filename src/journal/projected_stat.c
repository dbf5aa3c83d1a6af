/* What a document counts for in statistics. What is taken out leaves the sums
 * by a trigger; what comes is gathered until the commit (stat_sums.c). */
#include "config.h"

#include "base/json.h"
#include "base/mem.h"
#include "projected_int.h"

struct parts {
	int month;
	char *dims, *tags, *facts, *desks, *running; /* JSON, heap */
};

static void
parts_release(struct parts *p)
{
	(void)xfree(p->dims);
	(void)xfree(p->tags);
	(void)xfree(p->facts);
	(void)xfree(p->desks);
	(void)xfree(p->running);
}

static void
bind(struct stmt *st, int64_t id, const struct doc *d, const struct parts *p)
{
	stmt_int(st, 1, id);
	stmt_int(st, 2, p->month);
	stmt_text(st, 3, d->kind_name);
	stmt_text(st, 4, p->dims);
	stmt_text(st, 5, p->tags);
	stmt_text(st, 6, p->facts);
	stmt_text(st, 7, p->desks);
	stmt_text(st, 8, p->running);
}

static enum rc
drop(struct journal *j, int64_t id, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_DOC_STAT_DROP);
	stmt_int(st, 1, id);
	return stmt_run(st, err);
}

/* The most frequent change: a receipt starts a peer's clock. */
static enum rc
set_running(struct journal *j, int64_t id, const char *running, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_DOC_STAT_SET_RUNNING);
	stmt_int(st, 1, id);
	stmt_text(st, 2, running);
	return stmt_run(st, err);
}

static enum rc
replace(struct journal *j, int64_t id, const struct doc *d,
	const struct measured *m, const struct parts *p, struct err *err)
{
	bool same_sums = false, same_running = false;
	struct stmt *st = stmt_use(j->store, SQL_DOC_STAT_SAME);
	bind(st, id, d, p);
	enum rc rc = stmt_step(st, &same_sums, err);
	if (rc == RC_OK && same_sums)
		same_running = col_int(st, 0) != 0;
	stmt_done(st);
	if (rc != RC_OK || same_running)
		return rc;
	if (same_sums)
		return set_running(j, id, p->running, err);
	rc = drop(j, id, err);
	if (rc != RC_OK)
		return rc;
	stat_sums_add(j, d->kind_name, m);
	st = stmt_use(j->store, SQL_DOC_STAT_INSERT);
	bind(st, id, d, p);
	return stmt_run(st, err);
}

enum rc
stat_write(struct journal *j, const struct doc *d, int64_t id, struct err *err)
{
	struct measured m;

	if (!measure_doc(d, j->desk, &m))
		return drop(j, id, err);
	struct parts p = {
		.month = m.month,
		.dims = json_write(m.dims),
		.tags = json_write(m.tags),
		.facts = json_write(m.facts),
		.desks = json_write(m.desks),
		.running = json_write(m.running),
	};
	enum rc rc = replace(j, id, d, &m, &p, err);
	parts_release(&p);
	measured_release(&m);
	return rc;
}
