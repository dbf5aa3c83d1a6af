/* What an auditor types to find acts. */
#include <string.h>

#include "audit_int.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/act.h"
#include "desk_int.h"
#include "filter_int.h"

static struct audit_filter *
of(const struct reading *r)
{
	return r->out;
}

static enum rc
take_by(struct reading *r, const struct condition_text *c, struct err *err)
{
	enum rc rc =
		filter_officer(r->desk, "by", c->value, of(r)->officer, err);

	if (rc == RC_OK)
		of(r)->q.officer = of(r)->officer;
	return rc;
}

static enum rc
take_act(struct reading *r, const struct condition_text *c, struct err *err)
{
	const char *act = audit_act_find(r->desk, c->value);
	enum rc rc;

	if (act == NULL)
		return filter_unknown("act", c->value, err);
	rc = str_copy(of(r)->act, sizeof(of(r)->act), act, err);
	if (rc == RC_OK)
		of(r)->q.act = of(r)->act;
	return rc;
}

static enum rc
take_time(struct reading *r, const struct condition_text *c, struct err *err)
{
	return filter_past(r->desk, "time", c, &of(r)->q.since_ms,
			   &of(r)->q.until_ms, err);
}

static enum rc
find_doc(struct reading *r, const char *words, struct err *err)
{
	enum rc rc = doc_find(r->desk, words, &of(r)->doc, err);

	if (rc == RC_OK)
		of(r)->q.doc = &of(r)->doc;
	return rc;
}

static enum rc
take_doc(struct reading *r, const struct condition_text *c, struct err *err)
{
	return find_doc(r, c->value, err);
}

static enum rc
take_word(struct reading *r, const char *word, bool prefix, struct err *err)
{
	(void)prefix;
	return find_doc(r, word, err);
}

static const struct filter_name names[] = {
	{ "by", "经办", take_by, complete_officer },
	{ "act", "事项", take_act, audit_complete_act },
	{ "time", "时间", take_time, complete_time },
	{ "doc", "文书", take_doc, NULL },
};

static const struct filter_grammar grammar = {
	.names = names,
	.n_names = ARRAY_LEN(names),
	.listed = "by act time doc",
	.word = take_word,
};

enum rc
audit_filter_read(struct desk *d, const char *text, struct audit_filter *out,
		  struct err *err)
{
	struct reading r = { .desk = d, .grammar = &grammar, .out = out };

	*out = (struct audit_filter){ .act = "" };
	return filter_parse(&r, text, err);
}

size_t
audit_filter_complete(struct desk *d, const char *word,
		      struct filter_choice *out, size_t max)
{
	struct completing c = {
		.desk = d, .grammar = &grammar, .out = out, .max = max
	};

	return complete_word(&c, word);
}
