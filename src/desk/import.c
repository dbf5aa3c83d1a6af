#include "desk/import.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "charset_int.h"
#include "compose_int.h"
#include "desk_int.h"
#include "ics_int.h"
#include "import_int.h"
#include "parked_int.h"

/* Rows in one transaction: few enough that a console never waits long. */
#define BATCH 32

struct importer {
	struct desk *d;
	const struct import_job *job;
	const struct kind *kind;
	struct import_map map;
	struct source source;
	struct import_report report;
	struct buf rejected;
	size_t pending; /* made in the open transaction */
	int64_t pending_waiting;
	bool open;	  /* a transaction is */
	const char *file; /* name without folders */
};

static void
tell_progress(struct importer *im)
{
	im->report.done_bytes = (int64_t)(im->source.csv ? im->source.reader.at
							 : im->source.at);
	if (im->job->progress != NULL)
		im->job->progress(im->job->ctx, &im->report);
}

static void
tell_problem(struct importer *im, const char *what)
{
	char sentence[640], shown[200];

	if (im->job->problem == NULL)
		return;
	(void)snprintf(sentence, sizeof(sentence), "%s:%zu: %s",
		       text_show_into(shown, sizeof(shown), im->job->path),
		       im->source.row.line, what);
	im->job->problem(im->job->ctx, sentence);
}

static void
warn(void *ctx, const char *sentence)
{
	(void)ctx;
	(void)sentence; /* what is missing shows in the draft as 缺项 */
}

static enum rc
flush(struct importer *im, enum rc rc, struct err *err)
{
	if (!im->open)
		return rc;
	im->open = false;
	rc = act_end(im->d, rc, err);
	if (rc == RC_OK) {
		im->report.made += (int64_t)im->pending;
		im->report.waiting += im->pending_waiting;
	}
	im->pending = 0;
	im->pending_waiting = 0;
	return rc;
}

static enum rc
is_known(struct importer *im, const struct digest *digest, bool *ret_known,
	 struct err *err)
{
	struct stmt *st = stmt_use(im->d->store, SQL_IMPORT_KNOWN);
	enum rc rc;

	stmt_text(st, 1, im->kind->name);
	stmt_blob(st, 2, digest->bytes, sizeof(digest->bytes));
	rc = stmt_step(st, ret_known, err);
	stmt_done(st);
	return rc;
}

static enum rc
write_row(struct importer *im, json_t *body, const struct digest *digest,
	  struct err *err)
{
	struct new_made made = { .body = body, .draft = !im->job->issue };
	enum new_outcome outcome = NEW_DRAFT;
	struct doc_ref ref;
	struct stmt *st;
	enum rc rc = RC_OK;

	if (!im->open) {
		rc = act_begin(im->d, err);
		im->open = rc == RC_OK;
	}
	if (rc == RC_OK)
		rc = new_write(im->d, im->kind, &made, &ref, &outcome, err);
	if (rc != RC_OK)
		return rc;
	st = stmt_use(im->d->store, SQL_IMPORT_ADD);
	stmt_text(st, 1, im->kind->name);
	stmt_blob(st, 2, digest->bytes, sizeof(digest->bytes));
	stmt_text(st, 3, ref.id);
	stmt_text(st, 4, im->file);
	stmt_int(st, 5, (int64_t)im->source.row.line);
	stmt_int(st, 6, env_now_ms(im->d->env));
	rc = stmt_run(st, err);
	im->pending++;
	im->pending_waiting += outcome == NEW_WAITING;
	return rc == RC_OK && im->pending >= BATCH ? flush(im, rc, err) : rc;
}

/* The desk itself is no addressee: what others sent here comes in as drafts. */
static size_t
without_own(const struct desk *d, char **ids, size_t n, const char **out)
{
	size_t i, kept = 0;

	for (i = 0; i < n; i++)
		if (!str_eq(ids[i], d->id))
			out[kept++] = ids[i];
	return kept;
}

/* Judges the row: its body, or why it is bad. */
static enum rc
judge(struct importer *im, json_t **ret_body, struct err *err)
{
	struct warn_to to = { .warn = warn };
	struct new_doc n = { .kind = im->kind->name,
			     .draft = !im->job->issue,
			     .complete = true };
	const char **to_ids = NULL, **cc_ids = NULL;
	struct mapped m = { 0 };
	enum rc rc;

	rc = map_row(im->kind, im->job->map != NULL ? &im->map : NULL,
		     &im->source.row, &m, err);
	if (rc != RC_OK)
		return rc;
	to_ids = xcalloc(m.n_to, sizeof(*to_ids));
	cc_ids = xcalloc(m.n_cc, sizeof(*cc_ids));
	n.fields = m.fields;
	n.n_to = without_own(im->d, m.to, m.n_to, to_ids);
	n.to = to_ids;
	n.n_cc = without_own(im->d, m.cc, m.n_cc, cc_ids);
	n.cc = cc_ids;
	if (m.n_to == 0) { /* the row names nobody at all */
		n.to = im->job->to;
		n.n_to = im->job->n_to;
	}
	rc = compose_body(im->d, im->kind, &n, NULL, &to, ret_body, err);
	if (rc == RC_OK && im->job->issue)
		rc = compose_gate(im->d, im->kind, *ret_body, err);
	xfree(to_ids);
	xfree(cc_ids);
	mapped_release(&m);
	return rc;
}

static enum rc
reject(struct importer *im, const struct err *why, struct err *err)
{
	const struct source_row *r = &im->source.row;
	enum rc rc = RC_OK;

	im->report.rejected++;
	tell_problem(im, why->msg);
	if (im->rejected.len == 0 && im->source.csv)
		rc = buf_add(&im->rejected, im->source.bytes,
			     im->source.n_head_bytes, err);
	if (rc == RC_OK)
		rc = buf_add(&im->rejected, r->raw, r->n_raw, err);
	if (rc == RC_OK && im->rejected.len > 0 &&
	    im->rejected.data[im->rejected.len - 1] != '\n')
		rc = buf_adds(&im->rejected, "\n", err);
	return rc;
}

/* One row: read already as `read`; why says what was wrong with it. */
static enum rc
take_row(struct importer *im, enum rc read, struct err *why, struct err *err)
{
	struct digest digest;
	json_t *body = NULL;
	bool known = false;
	enum rc rc = RC_OK;

	im->report.rows++;
	if (read == RC_OK) {
		source_digest(&im->source.row, im->kind->name, &digest);
		rc = is_known(im, &digest, &known, err);
		if (rc != RC_OK || known) {
			im->report.known += known;
			return rc;
		}
		read = judge(im, &body, why);
	}
	if (read == RC_DB || read == RC_FULL || read == RC_IO ||
	    read == RC_BUSY) {
		if (err != NULL)
			*err = *why; /* no fault of the row */
		rc = read;
	} else if (read != RC_OK) {
		rc = reject(im, why, err);
	} else if (im->job->dry_run) {
		im->report.made++;
	} else {
		rc = write_row(im, body, &digest, err);
	}
	json_decref(body);
	return rc;
}

static enum rc
take_rows(struct importer *im, struct err *err)
{
	struct err why = ERR_INIT;
	bool more = true;
	enum rc rc = RC_OK, read;

	while (rc == RC_OK) {
		read = source_next(&im->source, &more, &why);
		if (!more)
			break;
		rc = take_row(im, read, &why, err);
		if (im->report.rows % 100 == 0)
			tell_progress(im);
	}
	rc = flush(im, rc, err);
	tell_progress(im);
	return rc;
}

static bool
is_calendar(const struct import_job *job)
{
	return str_eq(strrchr(job->path, '.'), ".ics");
}

/* FILE.csv -> FILE.rejected.csv */
static enum rc
write_rejected(struct importer *im, struct err *err)
{
	const char *path = im->job->path, *dot = strrchr(path, '.');
	char *name;
	enum rc rc;

	if (im->rejected.len == 0 || im->job->dry_run)
		return RC_OK;
	/* of a calendar: the rows read out of it */
	name = xasprintf("%.*s.rejected%s", (int)(dot - path), path,
			 is_calendar(im->job) ? ".ndjson" : dot);
	rc = file_replace(name, im->rejected.data, im->rejected.len, 0600, err);
	xfree(name);
	return rc;
}

/* The calendar becomes the rows that are read out of it. */
static enum rc
calendar_text(struct importer *im, struct buf *text, struct err *err)
{
	struct buf rows;
	enum rc rc;

	buf_init(&rows, IMPORT_FILE_MAX);
	rc = ics_read(im->kind, buf_str(text), &rows, err);
	if (rc != RC_OK) {
		buf_release(&rows);
		return rc;
	}
	buf_release(text);
	*text = rows;
	return RC_OK;
}

static enum rc
read_text(struct importer *im, bool csv, struct buf *text, struct err *err)
{
	bool ics = is_calendar(im->job);
	char shown[160];
	struct buf bytes;
	enum rc rc;

	buf_init(&bytes, IMPORT_FILE_MAX);
	rc = file_read(im->job->path, IMPORT_FILE_MAX, true, &bytes, err);
	if (rc == RC_IO && err != NULL)
		rc = err->code = RC_DENIED; /* not the desk's own folder */
	if (rc == RC_OK) {
		rc = charset_to_utf8(buf_str(&bytes), bytes.len, text, err);
		if (rc == RC_OK && ics)
			rc = calendar_text(im, text, err);
		if (rc == RC_OK)
			rc = source_open(&im->source, csv, text, err);
		im->source.ics = ics;
		if (rc == RC_OK && csv && im->job->map == NULL)
			rc = map_check_heads(im->kind, &im->source, err);
		if (rc != RC_OK)
			(void)err_wrap(err, "%s",
				       text_show_into(shown, sizeof(shown),
						      im->job->path));
	}
	buf_release(&bytes);
	im->report.total_bytes = (int64_t)text->len;
	return rc;
}

enum rc
desk_import(struct desk *d, const struct import_job *job,
	    struct import_report *ret, struct err *err)
{
	struct importer im = { .d = d, .job = job };
	const char *slash = strrchr(job->path, '/');
	const char *dot = strrchr(job->path, '.');
	struct buf text;
	enum rc rc = permit(d, PERMIT_BRING_IN, NULL, err);

	buf_init(&text, IMPORT_FILE_MAX);
	buf_init(&im.rejected, 2 * IMPORT_FILE_MAX);
	im.file = slash != NULL ? slash + 1 : job->path;
	if (rc == RC_OK && !str_eq(dot, ".csv") && !str_eq(dot, ".ndjson") &&
	    !is_calendar(job))
		rc = err_set(err, RC_USAGE, 0,
			     _("the file must be named .csv, .ndjson or .ics"));
	if (rc == RC_OK)
		rc = desk_kind(d, job->kind, &im.kind, err);
	if (rc == RC_OK && job->map != NULL)
		rc = import_map_read(job->map, im.kind, &im.map, err);
	if (rc == RC_OK)
		rc = read_text(&im, str_eq(dot, ".csv"), &text, err);
	if (rc == RC_OK) {
		rc = take_rows(&im, err);
		if (rc == RC_OK)
			rc = write_rejected(&im, err);
	}
	*ret = im.report;
	source_close(&im.source);
	import_map_release(&im.map);
	buf_release(&im.rejected);
	buf_release(&text);
	return rc;
}
