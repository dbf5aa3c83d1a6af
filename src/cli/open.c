/* Which desk a command works on, and as whom. */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"
#include "desk/group.h"

static enum rc
open_as(struct cli *c, bool for_serve, struct err *err)
{
	struct desk_open_as as = { .folder = c->folder,
				   .officer = c->officer,
				   .env = c->env,
				   .for_serve = for_serve };
	if (c->desk != NULL)
		return RC_OK;
	enum rc rc = desk_open(&as, &c->desk, err);
	return rc == RC_OK && !for_serve ? cli_renew(c, err) : rc;
}

enum rc
cli_open(struct cli *c, struct err *err)
{
	return open_as(c, false, err);
}

enum rc
cli_open_for_serve(struct cli *c, struct err *err)
{
	return open_as(c, true, err);
}

enum rc
cli_doc(struct cli *c, const char *words, struct doc_ref *out, struct err *err)
{
	enum rc rc = cli_open(c, err);
	return rc == RC_OK ? doc_find(c->desk, words, out, err) : rc;
}

void
desk_ids_add(struct desk_ids *d, const char *id)
{
	size_t n = d->n_ids++;
	d->ids = xreallocarray(d->ids, n + 1, sizeof(*d->ids));
	d->borrowed = xreallocarray(d->borrowed, n + 1, sizeof(*d->borrowed));
	d->ids[n] = xstrdup(id);
	d->borrowed[n] = d->ids[n];
}

enum rc
addressees_parse(struct cli *c, const char *list, struct desk_ids *out,
		 struct err *err)
{
	enum rc rc = cli_open(c, err);

	while (rc == RC_OK && *list != '\0') {
		size_t n = strcspn(list, ",");
		char *id = xstrndup(list, n);
		if (!desk_id_valid(id))
			rc = group_check(c->desk, id, err);
		if (rc == RC_OK)
			desk_ids_add(out, id);
		(void)xfree(id);
		list += n;
		list += *list == ',';
	}
	if (rc != RC_OK)
		desk_ids_release(out);
	return rc;
}

void
desk_ids_release(struct desk_ids *d)
{
	for (size_t i = 0; i < d->n_ids; i++)
		(void)xfree(d->ids[i]);
	(void)xfree(d->ids);
	(void)xfree(d->borrowed);
	*d = (struct desk_ids){ .ids = NULL };
}
