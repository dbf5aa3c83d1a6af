/* Acts on a document that is there. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"

#define MOVE_OFFICERS_MAX 8

/* "a,b" cut in place into out; returns how many. */
static size_t
cut_list(char *list, const char **out, size_t max)
{
	size_t n = 0;
	while (list != NULL && *list != '\0' && n < max) {
		out[n++] = list;
		list = strchr(list, ',');
		if (list != NULL)
			*list++ = '\0';
	}
	return n;
}

static enum rc
read_input(struct cli *c, const struct doc_ref *ref, const struct do_move *m,
	   struct err *err)
{
	const char *text;
	enum rc rc = RC_OK;
	for (size_t at = 0;
	     rc == RC_OK && (text = cli_next(c, "set", &at)) != NULL;) {
		const char *equal = strchr(text, '=');
		if (equal == NULL || equal == text)
			return err_set(err, RC_USAGE, 0,
				       _("--set needs FIELD=VALUE, as in "
					 "--set title=..."));
		char *name = xstrndup(text, (size_t)(equal - text));
		rc = move_input_set(c->desk, ref, m, name, equal + 1, err);
		(void)xfree(name);
	}
	return rc;
}

enum rc
run_move(struct cli *c, struct err *err)
{
	struct doc_ref ref;
	bool parked = false;
	const char *officers[MOVE_OFFICERS_MAX];
	struct do_move m = { .move = c->words[1],
			     .row = cli_get(c, "row"),
			     .note = cli_get(c, "note"),
			     .input = json_object(),
			     .officers = officers };
	const char *list = cli_get(c, "officers");
	char *cut = xstrdup_or_null(list);

	m.n_officers = cut_list(cut, officers, MOVE_OFFICERS_MAX);
	enum rc rc = cli_doc(c, c->words[0], &ref, err);
	if (rc == RC_OK)
		rc = read_input(c, &ref, &m, err);
	if (rc == RC_OK)
		rc = act_move(c->desk, &ref, &m, &parked, err);
	if (rc == RC_OK)
		cli_say_parked(parked);
	json_decref(m.input);
	(void)xfree(cut);
	return rc;
}

enum rc
run_sign(struct cli *c, struct err *err)
{
	struct doc_ref ref;
	enum rc rc = cli_doc(c, c->words[0], &ref, err);
	return rc == RC_OK ? act_sign(c->desk, &ref, cli_get(c, "assign"),
				      cli_get(c, "note"), NULL, err)
			   : rc;
}

/* DOC TEXT...: the words after the first are one text. */
static enum rc
with_text(struct cli *c,
	  enum rc (*act)(struct desk *, const struct doc_ref *, const char *,
			 struct err *),
	  struct err *err)
{
	struct doc_ref ref;
	char *text = cli_join_words(c, 1);
	enum rc rc = cli_doc(c, c->words[0], &ref, err);
	if (rc == RC_OK && *text == '\0')
		rc = err_set(err, RC_USAGE, 0, _("the text is empty"));
	if (rc == RC_OK)
		rc = act(c->desk, &ref, text, err);
	(void)xfree(text);
	return rc;
}

enum rc
run_remark(struct cli *c, struct err *err)
{
	return with_text(c, act_remark, err);
}

enum rc
run_note(struct cli *c, struct err *err)
{
	return with_text(c, act_note, err);
}

enum rc
run_attach(struct cli *c, struct err *err)
{
	struct doc_ref ref;
	const char *path = c->words[1];
	const struct new_doc files = { .attach = &path, .n_attach = 1 };
	bool parked = false;
	enum rc rc = cli_doc(c, c->words[0], &ref, err);
	if (rc == RC_OK)
		rc = act_attach(c->desk, &ref, &files, &parked, err);
	if (rc == RC_OK)
		cli_say_parked(parked);
	return rc;
}

enum rc
run_ack_withdraw(struct cli *c, struct err *err)
{
	struct doc_ref ref;
	enum rc rc = cli_doc(c, c->words[0], &ref, err);
	return rc == RC_OK ? act_ack_withdraw(c->desk, &ref, err) : rc;
}

enum rc
run_assign(struct cli *c, struct err *err)
{
	struct doc_ref ref;
	enum rc rc = cli_doc(c, c->words[0], &ref, err);
	return rc == RC_OK ? act_assign(c->desk, &ref, c->words[1],
					cli_get(c, "due"), err)
			   : rc;
}

enum rc
run_remind(struct cli *c, struct err *err)
{
	struct doc_ref ref;
	enum rc rc = cli_doc(c, c->words[0], &ref, err);
	return rc == RC_OK ? act_remind(c->desk, &ref, c->words[1], err) : rc;
}
