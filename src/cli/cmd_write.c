/* new, revise and what becomes of drafts. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"
#include "model/content.h"

#define WARNINGS_MAX 65536

/* One "FIELD=VALUE". */
static enum rc
set_one(const struct kind *kind, json_t *fields, const char *text,
	struct err *err)
{
	const char *equal = strchr(text, '=');
	if (equal == NULL || equal == text)
		return err_set(err, RC_USAGE, 0,
			       _("--set needs FIELD=VALUE, as in "
				 "--set title=..."));
	char *name = xstrndup(text, (size_t)(equal - text));
	enum rc rc = content_set(kind, fields, name, equal + 1, err);
	(void)xfree(name);
	return rc;
}

static enum rc
add_file(const char *path, json_t *fields, struct err *err)
{
	struct buf bytes;
	json_t *given = NULL;
	enum rc rc = cli_read_file(path, FIELDS_MAX_BYTES, &bytes, err);
	if (rc == RC_OK) {
		rc = json_read_object(bytes.data != NULL ? bytes.data : "",
				      bytes.len, &given, err);
		if (rc != RC_OK)
			(void)err_wrap(err, "%s", path);
	}
	if (rc == RC_OK)
		(void)json_object_update(fields, given); /* both objects */
	json_decref(given);
	buf_release(&bytes);
	return rc;
}

enum rc
fields_given(struct cli *c, const struct kind *kind, const json_t *base,
	     json_t **ret_fields, struct err *err)
{
	json_t *fields = base != NULL ? json_deep_copy(base) : json_object();
	const char *text;
	enum rc rc = RC_OK;

	for (size_t at = 0;
	     rc == RC_OK && (text = cli_next(c, "file", &at)) != NULL;)
		rc = add_file(text, fields, err);
	for (size_t at = 0;
	     rc == RC_OK && (text = cli_next(c, "set", &at)) != NULL;)
		rc = set_one(kind, fields, text, err);
	if (rc == RC_OK)
		*ret_fields = fields;
	else
		json_decref(fields);
	return rc;
}

/* What --to, --cc and --attach say, with room for the pointers. */
struct given_doc {
	struct desk_ids to, cc;
	const char *attach[ATTACH_MAX_COUNT];
	size_t n_attach;
	json_t *fields;
};

static enum rc
take_given(struct cli *c, struct given_doc *g, struct err *err)
{
	const char *text;
	enum rc rc = RC_OK;
	for (size_t at = 0;
	     rc == RC_OK && (text = cli_next(c, "to", &at)) != NULL;)
		rc = addressees_parse(c, text, &g->to, err);
	for (size_t at = 0;
	     rc == RC_OK && (text = cli_next(c, "cc", &at)) != NULL;)
		rc = addressees_parse(c, text, &g->cc, err);
	for (size_t at = 0;
	     rc == RC_OK && (text = cli_next(c, "attach", &at)) != NULL;) {
		if (g->n_attach == ATTACH_MAX_COUNT)
			return err_set(err, RC_TOOLARGE, 0,
				       _("at most %d files can be attached"),
				       ATTACH_MAX_COUNT);
		g->attach[g->n_attach++] = text;
	}
	return rc;
}

static void
drop_given(struct given_doc *g)
{
	desk_ids_release(&g->to);
	desk_ids_release(&g->cc);
	json_decref(g->fields);
}

static void
fill(struct new_doc *n, struct given_doc *g)
{
	n->to = g->to.borrowed; /* NULL when not given */
	n->n_to = g->to.n_ids;
	n->cc = g->cc.borrowed;
	n->n_cc = g->cc.n_ids;
	n->attach = g->attach;
	n->n_attach = g->n_attach;
	n->fields = g->fields;
}

static const char *
outcome_word(enum new_outcome o)
{
	static const char *const words[] = { [NEW_DRAFT] = "draft",
					     [NEW_WAITING] = "waiting",
					     [NEW_ISSUED] = "issued" };
	return words[o];
}

static void
put_outcome(const struct cli *c, const struct doc_ref *ref,
	    enum new_outcome outcome)
{
	if (c->json) {
		json_t *j = json_object();
		json_object_set_new(j, "id", json_string(ref->id));
		json_object_set_new(j, "owner", json_string(ref->owner));
		json_object_set_new(j, "outcome",
				    json_string(outcome_word(outcome)));
		out_json(j);
		return;
	}
	(void)puts(ref->id);
	if (outcome == NEW_WAITING)
		(void)fprintf(stderr, "deltadesk: %s\n",
			      _("waits for an approver"));
}

/* Kept until the act is done: a refusal is one line alone. */
static void
keep_warning(void *ctx, const char *sentence)
{
	struct buf *out = ctx;
	(void)buf_adds(out, "deltadesk: ", NULL);
	(void)text_show(out, sentence, strlen(sentence), true, NULL);
	(void)buf_adds(out, "\n", NULL); /* cut when there are too many */
}

enum rc
run_new(struct cli *c, struct err *err)
{
	struct given_doc g = { .fields = NULL };
	struct new_doc n = { .kind = c->words[0],
			     .draft = cli_has(c, "draft"),
			     .insist = cli_has(c, "insist") };
	const struct kind *kind = NULL;
	struct doc_ref ref;
	struct buf warnings;
	enum new_outcome outcome = NEW_DRAFT;

	enum rc rc = cli_open(c, err);
	if (rc == RC_OK)
		rc = desk_kind(c->desk, n.kind, &kind, err);
	if (rc == RC_OK)
		rc = take_given(c, &g, err);
	if (rc == RC_OK)
		rc = fields_given(c, kind, NULL, &g.fields, err);
	buf_init(&warnings, WARNINGS_MAX);
	if (rc == RC_OK) {
		fill(&n, &g);
		rc = act_new(c->desk, &n, keep_warning, &warnings, &ref,
			     &outcome, err);
	}
	if (rc == RC_OK) {
		(void)fputs(buf_str(&warnings), stderr);
		cli_say_clashes(c, &ref, true);
		put_outcome(c, &ref, outcome);
	}
	buf_release(&warnings);
	drop_given(&g);
	return rc;
}

enum rc
run_issue(struct cli *c, struct err *err)
{
	struct doc_ref ref;
	enum new_outcome outcome = NEW_DRAFT;
	enum rc rc = cli_doc(c, c->words[0], &ref, err);
	if (rc == RC_OK)
		rc = act_issue(c->desk, &ref, &outcome, err);
	if (rc == RC_OK)
		put_outcome(c, &ref, outcome);
	return rc;
}

enum rc
run_approve(struct cli *c, struct err *err)
{
	struct doc_ref ref;
	enum rc rc = cli_doc(c, c->words[0], &ref, err);
	return rc == RC_OK ? act_approve(c->desk, &ref, err) : rc;
}

static enum rc
need_note(const struct cli *c, const char **ret_note, struct err *err)
{
	*ret_note = cli_get(c, "note");
	if (*ret_note != NULL && **ret_note != '\0')
		return RC_OK;
	return err_set(err, RC_USAGE, 0, _("'%s' needs a reason: --note TEXT"),
		       c->command->name);
}

enum rc
run_reject(struct cli *c, struct err *err)
{
	struct doc_ref ref;
	const char *note = NULL;
	enum rc rc = need_note(c, &note, err);
	if (rc == RC_OK)
		rc = cli_doc(c, c->words[0], &ref, err);
	return rc == RC_OK ? act_reject(c->desk, &ref, note, err) : rc;
}

void
cli_say_parked(bool parked)
{
	if (parked)
		(void)fprintf(stderr, "deltadesk: %s\n",
			      _("waits for an approver"));
}

/* A draft is saved whole: lists that were not given stay as they are. */
static void
keep_lists(struct given_doc *g, const struct view *v)
{
	bool to = g->to.n_ids > 0;
	bool cc = g->cc.n_ids > 0;
	for (size_t i = 0; !to && i < v->n_to; i++)
		desk_ids_add(&g->to, v->to[i]);
	for (size_t i = 0; !cc && i < v->n_cc; i++)
		desk_ids_add(&g->cc, v->cc[i]);
}

struct expected { /* the revision that is corrected: read now, or --expect */
	int64_t version; /* of a draft */
	bool has_rev;
	struct ref rev;
};

/* The act refuses another than the one named, and says whose came first. */
static enum rc
expected(const struct cli *c, const struct view *v, struct expected *out,
	 struct err *err)
{
	const struct doc *doc = v->held.doc;
	const char *given = cli_get(c, "expect");
	enum rc rc;

	*out = (struct expected){ .version = v->draft_version };
	if (doc != NULL && doc->current != NULL) {
		out->has_rev = true;
		out->rev = doc->current->digest;
	}
	if (given == NULL)
		return RC_OK;
	if (v->row->draft) {
		rc = str_to_i64(given, 0, INT64_MAX, &out->version, NULL);
	} else {
		out->has_rev = true;
		rc = hex_decode(given, out->rev.bytes, DIGEST_LEN, NULL);
	}
	return rc == RC_OK
		       ? RC_OK
		       : err_set(err, RC_CONFLICT, 0,
				 _("--expect names no revision of this document: "
				   "take 'revision' from show --json"));
}

static enum rc
revise(struct cli *c, const struct doc_ref *ref, struct view *v,
       struct err *err)
{
	struct given_doc g = { .fields = NULL };
	struct new_doc n = { .kind = v->row->kind,
			     .insist = cli_has(c, "insist") };
	const struct doc *doc = v->held.doc;
	const struct kind *kind = doc != NULL ? doc->kind : NULL;
	/* the fields are made from what was read: nobody may slip in between */
	struct expected e;
	bool parked = false;
	bool changes = cli_has(c, "set") || cli_has(c, "file");

	enum rc rc = expected(c, v, &e, err);
	if (rc == RC_OK)
		rc = take_given(c, &g, err);
	if (rc == RC_OK && kind == NULL)
		rc = desk_kind(c->desk, v->row->kind, &kind, err);
	if (rc == RC_OK && (changes || v->row->draft))
		rc = fields_given(c, kind, v->fields, &g.fields, err);
	if (rc == RC_OK) {
		if (v->row->draft)
			keep_lists(&g, v);
		fill(&n, &g);
		rc = v->row->draft ? act_draft_save(c->desk, ref, &n, e.version,
						    &e.version, err)
				   : act_revise(c->desk, ref,
						e.has_rev ? &e.rev : NULL, &n,
						&parked, err);
	}
	if (rc == RC_OK) {
		cli_say_parked(parked);
		cli_say_clashes(c, ref, true);
	}
	drop_given(&g);
	return rc;
}

enum rc
run_revise(struct cli *c, struct err *err)
{
	struct doc_ref ref;
	struct view *v = NULL;
	if (c->n_given == (cli_has(c, "expect") ? 1 : 0))
		return err_set(err, RC_USAGE, 0,
			       _("nothing to revise; say what with --set, "
				 "--file, --to, --cc or --attach"));
	enum rc rc = cli_doc(c, c->words[0], &ref, err);
	if (rc == RC_OK)
		rc = ask_view(c->desk, &ref, &v, err);
	if (rc == RC_OK)
		rc = revise(c, &ref, v, err);
	(void)view_free(v);
	return rc;
}

enum rc
run_withdraw(struct cli *c, struct err *err)
{
	struct doc_ref ref;
	bool parked = false;
	const char *note = NULL;
	enum rc rc = need_note(c, &note, err);
	if (rc == RC_OK)
		rc = cli_doc(c, c->words[0], &ref, err);
	if (rc == RC_OK)
		rc = act_withdraw(c->desk, &ref, note, &parked, err);
	if (rc == RC_OK)
		cli_say_parked(parked);
	return rc;
}
