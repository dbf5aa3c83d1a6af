/* import and export. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"
#include "desk/export.h"
#include "desk/import.h"

static void
put_progress(void *ctx, const struct import_report *r)
{
	(void)ctx;
	int64_t percent =
		r->total_bytes > 0 ? r->done_bytes * 100 / r->total_bytes : 0;
	(void)fputc('\r', stderr);
	(void)fprintf(stderr, _("%lld rows, %lld made, %lld rejected, %lld%%"),
		      (long long)r->rows, (long long)r->made,
		      (long long)r->rejected, (long long)percent);
}

static void
put_problem(void *ctx, const char *sentence)
{
	(void)ctx;
	char *shown = xmalloc(1024);
	(void)fprintf(stderr, "%s\n", text_show_into(shown, 1024, sentence));
	(void)xfree(shown);
}

static void
put_report(const struct cli *c, const struct import_report *r)
{
	if (c->json) {
		json_t *o = json_object();
		json_object_set_new(o, "rows", json_integer(r->rows));
		json_object_set_new(o, "made", json_integer(r->made));
		json_object_set_new(o, "waiting", json_integer(r->waiting));
		json_object_set_new(o, "known", json_integer(r->known));
		json_object_set_new(o, "rejected", json_integer(r->rejected));
		out_json(o);
		return;
	}
	(void)printf(_("%lld rows: %lld made, %lld known before, %lld "
		       "rejected"),
		     (long long)r->rows, (long long)r->made,
		     (long long)r->known, (long long)r->rejected);
	(void)putchar('\n');
}

enum rc
run_import(struct cli *c, struct err *err)
{
	struct desk_ids to = { .ids = NULL };
	struct import_report report = { .rows = 0 };
	const char *list;
	bool terminal = isatty(STDERR_FILENO) == 1;
	struct import_job job = { .kind = c->words[0],
				  .path = c->words[1],
				  .map = cli_get(c, "map"),
				  .issue = cli_has(c, "issue"),
				  .dry_run = cli_has(c, "dry-run"),
				  .problem = put_problem,
				  .progress = terminal ? put_progress : NULL,
				  .ctx = c };

	enum rc rc = cli_open(c, err);
	for (size_t at = 0;
	     rc == RC_OK && (list = cli_next(c, "to", &at)) != NULL;)
		rc = addressees_parse(c, list, &to, err);
	job.to = to.borrowed;
	job.n_to = to.n_ids;
	if (rc == RC_OK)
		rc = desk_import(c->desk, &job, &report, err);
	if (terminal && report.rows > 0)
		(void)fputc('\n', stderr);
	if (rc == RC_OK)
		put_report(c, &report);
	if (rc == RC_OK && report.rejected > 0)
		rc = err_set(err, RC_MALFORMED, 0,
			     _("%lld rows of %s were rejected; mend and "
			       "import the file of rejected rows beside it"),
			     (long long)report.rejected, job.path);
	desk_ids_release(&to);
	return rc;
}

/* Whole records of CSV come as they are, but a terminal gets no control
 * character of theirs. */
static enum rc
write_terminal(void *ctx, const char *bytes, size_t n_bytes, struct err *err)
{
	struct buf b;
	(void)ctx;
	buf_init(&b, n_bytes * 8 + 1);
	enum rc rc = text_show(&b, bytes, n_bytes, false, err);
	if (rc == RC_OK)
		(void)fputs(buf_str(&b), stdout);
	buf_release(&b);
	return rc;
}

static enum rc
write_stdout(void *ctx, const char *bytes, size_t n_bytes, struct err *err)
{
	(void)ctx;
	if (fwrite(bytes, 1, n_bytes, stdout) == n_bytes)
		return RC_OK;
	return err_errno(err, errno != 0 ? errno : EIO, _("cannot write"),
			 _("standard output"));
}

enum rc
run_export(struct cli *c, struct err *err)
{
	int64_t n = 0;
	const char *format = cli_get(c, "format");
	struct export_job job = { .kind = c->n_words > 0 ? c->words[0] : NULL,
				  .format = EXPORT_NDJSON,
				  .drafts = cli_has(c, "drafts"),
				  .own = cli_has(c, "confidential"),
				  .mark = cli_has(c, "bom"),
				  .rows = cli_get(c, "rows"),
				  .write = isatty(STDOUT_FILENO)
						   ? write_terminal
						   : write_stdout };
	enum rc rc = RC_OK;
	if (format != NULL)
		rc = export_format_parse(format, &job.format, err);
	else if (!c->json)
		rc = err_set(err, RC_USAGE, 0,
			     _("--format is csv, ndjson or ics"));
	if (rc == RC_OK)
		rc = box_parse(cli_get(c, "box"), &job.box, err);
	if (rc == RC_OK)
		rc = cli_open(c, err);
	return rc == RC_OK ? desk_export(c->desk, &job, &n, err) : rc;
}
