/* print: the official paper of a document, as text or PDF. */
#include "config.h"

#include <stdio.h>

#include <unistd.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"
#include "desk/paper.h"

#define WIDTH_DEFAULT 80

static enum rc
number_option(struct cli *c, const char *name, int fallback, int *ret,
	      struct err *err)
{
	const char *text = cli_get(c, name);
	int64_t n = fallback;
	enum rc rc = RC_OK;

	if (text != NULL)
		rc = str_to_i64(text, 0, 1000, &n, err);
	if (rc != RC_OK)
		return err_wrap(err, "--%s", name);
	*ret = (int)n;
	return RC_OK;
}

static enum rc
print_pdf(const struct paper *p, const char *path, struct buf *out,
	  struct err *err)
{
	int pages = 0;
	enum rc rc = paper_pdf(p, out, &pages, err);

	if (rc != RC_OK)
		return rc;
	if (str_eq(path, "-")) {
		(void)fwrite(out->data, 1, out->len, stdout);
		return out_finish(err);
	}
	rc = file_replace(path, out->data, out->len, 0600, err);
	if (rc == RC_OK) {
		(void)printf(ngettext("%s: %d page", "%s: %d pages",
				      (unsigned long)pages),
			     path, pages);
		(void)putchar('\n');
	}
	return rc;
}

enum rc
out_paper(struct cli *c, const struct paper *p, struct err *err)
{
	struct paper_text_form form = { .form_feed = cli_has(c, "form-feed") };
	const char *pdf = cli_get(c, "pdf");
	struct buf out;

	enum rc rc = number_option(c, "width", WIDTH_DEFAULT, &form.width, err);
	if (rc == RC_OK)
		rc = number_option(c, "lines", 0, &form.lines, err);
	buf_init(&out, PAPER_MAX_BYTES);
	if (rc == RC_OK && pdf != NULL) {
		rc = print_pdf(p, pdf, &out, err);
	} else if (rc == RC_OK) {
		rc = paper_text(p, &form, &out, err);
		if (rc == RC_OK)
			(void)fputs(buf_str(&out), stdout);
	}
	buf_release(&out);
	return rc;
}

enum rc
run_print(struct cli *c, struct err *err)
{
	struct paper *p = NULL;
	struct doc_ref ref;

	enum rc rc = cli_doc(c, c->words[0], &ref, err);
	if (rc == RC_OK)
		rc = paper_of_doc(c->desk, &ref, cli_get(c, "template"), &p,
				  err);
	if (rc == RC_OK)
		rc = out_paper(c, p, err);
	(void)paper_free(p);
	return rc;
}
