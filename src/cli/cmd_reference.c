/* reference: tables that are picked from and counted with. */
#include "config.h"

#include <stdio.h>

#include <unistd.h>

#include "base/csv.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"
#include "desk/reference.h"

static void
put_problem(void *ctx, const char *sentence)
{
	(void)ctx;
	out_error(sentence);
}

static void
put_left(void *ctx, int64_t left)
{
	(void)ctx;
	(void)fputc('\r', stderr);
	(void)fprintf(stderr, _("%lld documents left to count anew"),
		      (long long)left);
	if (left == 0)
		(void)fputc('\n', stderr);
}

enum rc
run_reference_load(struct cli *c, struct err *err)
{
	struct reference_report report = { .rows = 0 };
	struct reference_job job = { .name = c->words[0],
				     .path = c->words[1],
				     .edition = cli_get(c, "edition"),
				     .problem = put_problem,
				     .ctx = c };

	enum rc rc = cli_open(c, err);
	if (isatty(STDERR_FILENO) == 1)
		job.progress = put_left;
	if (rc == RC_OK)
		rc = reference_import(c->desk, &job, &report, err);
	if (rc != RC_OK)
		return rc;
	if (c->json) {
		json_t *o = json_object();
		json_object_set_new(o, "name", json_string(job.name));
		json_object_set_new(o, "rows", json_integer(report.rows));
		json_object_set_new(o, "known", json_boolean(report.known));
		out_json(o);
		return RC_OK;
	}
	if (report.known)
		(void)printf(_("these %lld rows of %s are in force already"),
			     (long long)report.rows, job.name);
	else
		(void)printf(_("%lld rows of %s are in force now"),
			     (long long)report.rows, job.name);
	(void)putchar('\n');
	return RC_OK;
}

static void
put_row(void *ctx, const struct reference_row *r)
{
	const struct cli *c = ctx;
	char hex[DIGEST_HEX_LEN + 1], when[TIME_TEXT_MAX];

	digest_hex(&r->digest, hex);
	if (c->json) {
		json_t *o = json_object();
		json_object_set_new(o, "name", json_string(r->name));
		json_object_set_new(o, "edition", json_string(r->edition));
		json_object_set_new(o, "rows", json_integer(r->rows));
		json_object_set_new(o, "at", json_time(r->at_ms));
		json_object_set_new(o, "officer", json_string(r->officer));
		json_object_set_new(o, "digest", json_string(hex));
		json_object_set_new(o, "in_force", json_boolean(r->in_force));
		out_json(o);
		return;
	}
	when_text(c, r->at_ms, when);
	out_cell(r->name, 14);
	(void)printf(" %6lld ", (long long)r->rows);
	out_cell(r->in_force ? _("in force") : _("replaced"), 10);
	(void)putchar(' ');
	out_cell(r->at_ms < 0 ? _("built in") : when, 18);
	(void)putchar(' ');
	out_cell(r->officer, 12);
	(void)printf(" %.12s ", hex);
	out_text(r->edition);
	(void)putchar('\n');
}

enum rc
run_reference_list(struct cli *c, struct err *err)
{
	enum rc rc = cli_open(c, err);
	return rc == RC_OK ? reference_each(c->desk, NULL, put_row, c, err)
			   : rc;
}

/* As CSV, which can be changed and imported again; --json: an object a row. */
static enum rc
put_json(const struct buf *bytes, struct err *err)
{
	struct csv_reader r;
	char **heads = NULL;
	size_t n_heads = 0;
	bool more = true;
	enum rc rc;

	csv_reader_init(&r, bytes->data, bytes->len);
	while ((rc = csv_next(&r, &more, err)) == RC_OK && more) {
		if (heads == NULL) {
			n_heads = r.n_cells;
			heads = xcalloc(n_heads, sizeof(*heads));
			for (size_t i = 0; i < n_heads; i++)
				heads[i] = xstrdup(r.cells[i]);
			continue;
		}
		json_t *o = json_object();
		for (size_t i = 0; i < n_heads && i < r.n_cells; i++)
			json_object_set_new(o, heads[i],
					    json_string(r.cells[i]));
		out_json(o);
	}
	for (size_t i = 0; i < n_heads; i++)
		(void)xfree(heads[i]);
	(void)xfree(heads);
	csv_reader_release(&r);
	return rc;
}

enum rc
run_reference_show(struct cli *c, struct err *err)
{
	struct buf bytes;

	enum rc rc = cli_open(c, err);
	buf_init(&bytes, 2 * REFERENCE_MAX);
	if (rc == RC_OK)
		rc = reference_bytes(c->desk, c->words[0], &bytes, err);
	if (rc == RC_OK && c->json)
		rc = put_json(&bytes, err);
	else if (rc == RC_OK)
		(void)fputs(buf_str(&bytes), stdout);
	buf_release(&bytes);
	return rc;
}
