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

/* Are the same sums there, and the same running clocks? */
static enum rc
compare(struct journal *j, int64_t id, const struct doc *d,
	const struct parts *p, bool *ret_sums, bool *ret_running,
	struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_DOC_STAT_SAME);
	bind(st, id, d, p);
	enum rc rc = stmt_step(st, ret_sums, err);
	*ret_running = rc == RC_OK && *ret_sums && col_int(st, 0) != 0;
	stmt_done(st);
	return rc;
}

static enum rc
insert(struct journal *j, int64_t id, const struct doc *d,
       const struct parts *p, struct err *err)
{
	struct stmt *st = stmt_use(j->store, SQL_DOC_STAT_INSERT);
	bind(st, id, d, p);
	return stmt_run(st, err);
}

enum rc
stat_write(struct journal *j, const struct doc *d, int64_t id, struct err *err)
{
	struct measured m;
	bool same_sums = false, same_running = false;

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
	enum rc rc = compare(j, id, d, &p, &same_sums, &same_running, err);
	if (rc == RC_OK && same_sums && !same_running)
		rc = set_running(j, id, p.running, err);
	if (rc == RC_OK && !same_sums)
		rc = drop(j, id, err);
	if (rc == RC_OK && !same_sums)
		rc = insert(j, id, d, &p, err);
	if (rc == RC_OK && !same_sums)
		stat_sums_add(j, d->kind_name, &m);
	parts_release(&p);
	measured_release(&m);
	return rc;
}
