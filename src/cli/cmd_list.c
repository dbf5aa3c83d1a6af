/* list and search. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "cli_int.h"
#include "desk/filter.h"

#define PAGE 500

enum rc
box_parse(const char *s, enum box *ret_box, struct err *err)
{
	char shown[64];
	if (s == NULL || str_eq(s, "all"))
		*ret_box = BOX_ALL;
	else if (str_eq(s, "in"))
		*ret_box = BOX_IN;
	else if (str_eq(s, "out"))
		*ret_box = BOX_OUT;
	else
		return err_set(err, RC_USAGE, 0,
			       _("--box is in, out or all, not '%s'"),
			       text_show_into(shown, sizeof(shown), s));
	return RC_OK;
}

/* Text with what matches in bold, on a terminal. */
static void
put_marked(const char *text, const struct text_range *ranges, size_t n)
{
	size_t at = 0;
	for (size_t i = 0; i < n; i++) {
		char *before = xstrndup(text + at, ranges[i].from - at);
		char *hit = xstrndup(text + ranges[i].from,
				     ranges[i].to - ranges[i].from);
		out_text(before);
		(void)fputs("\033[1m", stdout);
		out_text(hit);
		(void)fputs("\033[m", stdout);
		at = ranges[i].to;
		(void)xfree(before);
		(void)xfree(hit);
	}
	out_text(text + at);
}

static bool
marks(void)
{
	const char *none = getenv("NO_COLOR");
	return isatty(STDOUT_FILENO) == 1 && (none == NULL || *none == '\0');
}

static void
put_title(const struct doc_row *r, const char *query)
{
	struct text_range ranges[MATCH_RANGES_MAX];
	size_t n = query != NULL && marks()
			   ? fts_find(query, r->title, strlen(r->title), ranges,
				      MATCH_RANGES_MAX)
			   : 0;
	put_marked(r->title, ranges, n);
	if (r->related > 0)
		(void)printf(_(" [related %d]"), r->related);
	(void)putchar('\n');
}

static void
put_match(const struct match *m)
{
	if (*m->text == '\0')
		return;
	(void)printf("    %s: %s", m->where, m->cut_before ? "..." : "");
	put_marked(m->text, m->ranges, marks() ? m->n_ranges : 0);
	(void)puts(m->cut_after ? "..." : "");
}

static json_t *
match_json(const struct match *m)
{
	json_t *o = json_object(), *list = json_array();
	for (size_t i = 0; i < m->n_ranges; i++)
		json_array_append_new(
			list, json_pack("[I, I]", (json_int_t)m->ranges[i].from,
					(json_int_t)m->ranges[i].to));
	json_object_set_new(o, "field", json_string(m->where));
	json_object_set_new(o, "text", json_string(m->text));
	json_object_set_new(o, "ranges", list);
	return o;
}

static void
put_columns(const struct cli *c, const struct doc_row *r, const char *query)
{
	char due[TIME_TEXT_MAX];
	when_text(c, r->due_ms, due);
	(void)printf("%s ", r->ref.id);
	out_cell(r->number != NULL && *r->number != '\0' ? r->number
		 : r->draft				 ? _("(draft)")
							 : "-",
		 26);
	(void)putchar(' ');
	out_cell(r->ref.owner, 12);
	(void)putchar(' ');
	out_cell(r->state_title != NULL ? r->state_title : r->state, 10);
	(void)printf(" %s %s%s ", urgency_title(r->urgency), due,
		     r->late ? _(" late") : "");
	put_title(r, query);
}

void
out_row(const struct cli *c, const struct doc_row *r)
{
	if (c->json)
		out_json(row_json(r));
	else
		put_columns(c, r, NULL);
}

/* query: what was searched for, NULL in lists: with it the row tells where. */
static enum rc
put_row(struct cli *c, const struct doc_row *r, const char *query,
	struct err *err)
{
	struct match m = { .n_ranges = 0 };
	enum rc rc = RC_OK;
	bool where = query != NULL && (c->json || isatty(STDOUT_FILENO) == 1);
	if (where)
		rc = ask_match(c->desk, &r->ref, query, &m, err);
	if (rc != RC_OK)
		return rc;
	if (c->json) {
		json_t *o = row_json(r);
		if (where && *m.text != '\0')
			json_object_set_new(o, "match", match_json(&m));
		out_json(o);
	} else {
		put_columns(c, r, query);
		if (where)
			put_match(&m);
	}
	match_release(&m);
	return RC_OK;
}

/* Beside the rows, which another program may read. */
static enum rc
tell_lag(const struct cli *c, struct err *err)
{
	char text[200];
	int64_t n = 0;
	enum rc rc = ask_search_lag(c->desk, &n, err);
	if (rc != RC_OK || n == 0)
		return rc;
	(void)snprintf(text, sizeof(text),
		       _("%lld changes are not in the search yet; what is new "
			 "may not be found"),
		       (long long)n);
	out_error(text);
	return RC_OK;
}

/* Page by page, so that a million rows take no memory. */
enum rc
put_list(struct cli *c, struct list_query *q, struct err *err)
{
	const char *query = q->filter != NULL ? q->filter->query : NULL;
	bool more = true;
	enum rc rc = RC_OK;
	q->limit = PAGE;
	while (rc == RC_OK && more) {
		struct doc_list list = { .rows = NULL };
		rc = ask_list(c->desk, q, &list, err);
		for (size_t i = 0; rc == RC_OK && i < list.n_rows; i++)
			rc = put_row(c, &list.rows[i], query, err);
		more = rc == RC_OK && list.more && list.n_rows > 0;
		if (more) {
			const struct doc_row *last =
				&list.rows[list.n_rows - 1];
			q->after_row = last->row;
			q->after_key = list_key(q, last);
		}
		doc_list_release(&list);
	}
	return rc == RC_OK && query != NULL ? tell_lag(c, err) : rc;
}

/* `list state=signed`, `list late`: no kind is called so. */
static bool
is_kind_name(const char *s)
{
	return s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0' &&
	       !str_eq(s, "late") && !str_eq(s, "waits");
}

enum rc
run_list(struct cli *c, struct err *err)
{
	struct list_query q = { .kind = c->n_words > 0 ? c->words[0] : NULL,
				.state = cli_get(c, "state"),
				.overdue = cli_has(c, "overdue"),
				.waits = cli_has(c, "waits"),
				.changed_after = -1 };
	const char *since = cli_get(c, "since");
	const struct kind *kind = NULL;
	struct filter filter = { .urgency = 0 };

	enum rc rc = box_parse(cli_get(c, "box"), &q.box, err);
	if (rc == RC_OK && since != NULL)
		rc = parse_when(since, &q.since_ms, err);
	if (rc == RC_OK)
		rc = cli_open(c, err);
	size_t from = q.kind != NULL && is_kind_name(q.kind);
	if (from == 0)
		q.kind = NULL;
	if (rc == RC_OK && q.kind != NULL)
		rc = desk_kind(c->desk, q.kind, &kind, err);
	char *words = cli_join_words(c, from);
	if (rc == RC_OK)
		rc = filter_read(c->desk, words, &filter, err);
	if (rc == RC_OK) {
		filter_query(&filter, &q);
		rc = put_list(c, &q, err);
		filter_release(&filter);
	}
	(void)xfree(words);
	return rc;
}

enum rc
run_search(struct cli *c, struct err *err)
{
	struct list_query q = { .changed_after = -1 };
	struct filter filter;
	enum rc rc = cli_open(c, err);
	if (rc != RC_OK)
		return rc;
	char *words = cli_join_words(c, 0);
	rc = filter_read(c->desk, words, &filter, err);
	(void)xfree(words);
	if (rc != RC_OK)
		return rc;
	filter_query(&filter, &q);
	rc = put_list(c, &q, err);
	filter_release(&filter);
	return rc;
}
