/* The first command of a newer program makes a desk's projections anew. */
#include "config.h"

#include <stdio.h>

#include "base/i18n.h"
#include "cli_int.h"

#define TELL_EACH_MS 1000

struct telling {
	struct cli *c;
	int64_t told_ms;
	bool told;
};

static void
on_batch(void *ctx, int64_t done, int64_t all)
{
	struct telling *t = ctx;
	int64_t now = env_now_ms(t->c->env);
	bool end = done >= all;

	cli_checkpoint(t->c);
	/* What ends within the first second is not worth a line. */
	if (t->told_ms == 0)
		t->told_ms = now;
	if ((end && !t->told) || (!end && now - t->told_ms < TELL_EACH_MS))
		return;
	t->told_ms = now;
	t->told = true;
	(void)fprintf(stderr,
		      _("making lists and search anew for this program: "
			"%d %%"),
		      all > 0 ? (int)(done * 100 / all) : 100);
	(void)fputc('\n', stderr);
}

enum rc
cli_renew(struct cli *c, struct err *err)
{
	struct telling t = { .c = c };
	struct renewal progress = { .each = on_batch, .ctx = &t };
	return projections_renew(desk_get_journal(c->desk), &progress, err);
}

enum rc
cli_verify(struct cli *c, bool rebuild, struct verify_report *report,
	   struct err *err)
{
	struct telling t = { .c = c };
	struct renewal progress = { .each = on_batch, .ctx = &t };
	enum rc rc =
		projections_renew(desk_get_journal(c->desk), &progress, err);
	if (rc != RC_OK)
		return rc;
	return journal_verify(desk_get_journal(c->desk), rebuild, &progress,
			      report, err);
}
