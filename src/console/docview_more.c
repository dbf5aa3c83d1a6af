/* What lies around a document: rows with tracks of their own, what was held
 * back, what shares something with it. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "console/docview_int.h"
#include "console/related_int.h"
#include "trust/card.h"

void
more_load(struct console *c, const struct view *v, struct doc_more *m)
{
	more_release(m);
	/* without it the document is still readable */
	(void)ask_related(c->desk, &v->row->ref, &m->related, NULL);
	(void)ask_clashes(c->desk, &v->row->ref, &m->clashes, NULL);
}

void
more_release(struct doc_more *m)
{
	related_release(&m->related);
	m->related = (struct related){ .n_rows = 0 };
	clash_list_release(&m->clashes);
	m->clashes = (struct clash_list){ .n_rows = 0 };
	json_decref(m->looked);
	m->looked = NULL;
}

/* The title of the list whose rows have tracks. */
static const char *
rows_title(const struct kind *k, bool zh)
{
	for (size_t i = 0; k && i < k->n_fields; i++)
		if (k->fields[i].each)
			return title_in(&k->fields[i].title, zh);
	return _("rows");
}

/* 任务: "2 督促平台下架  嘉善  已反馈 11-24 09:00" */
void
docview_rows(struct console *c, const struct view *v, struct doc_lines *out)
{
	const struct kind *k = name_kind(c, v->row->kind, v->row->kind_version);
	int64_t now = console_now_ms(c);

	if (v->n_rows == 0)
		return;
	docview_rule(out, rows_title(k, c->zh));
	for (size_t i = 0; i < v->n_rows; i++) {
		const struct row_row *r = &v->rows[i];
		char desk[128], since[SPAN_MAX];

		docview_addf(out, r->key,
			     r->state && r->state->end ? ATTR_GOOD : ATTR_PLAIN,
			     "%s  %s  %s %s%s",
			     name_desk(c, r->desk, desk, sizeof(desk)),
			     r->title ? r->title : "",
			     r->state ? title_in(&r->state->title, c->zh) : "",
			     time_text(r->since_ms, now, since),
			     r->removed ? _("  (taken out)") : "");
	}
}

/* 采用: "长宁 11-24 09:00 沪长市监罚〔2026〕1号  认可" */
void
docview_reliance(struct console *c, const struct view *v, struct doc_lines *out)
{
	int64_t now = console_now_ms(c);

	if (v->reliance.n_rows == 0)
		return;
	docview_rule(out, _("who relied on it"));
	for (size_t i = 0; i < v->reliance.n_rows; i++) {
		const struct reliance_row *r = &v->reliance.rows[i];
		char desk[128], when[SPAN_MAX], doc[600];

		docview_addf(out, name_desk(c, r->desk, desk, sizeof(desk)),
			     r->open ? ATTR_LATE : ATTR_PLAIN,
			     "%s  %s%s%s  %s  %s%s",
			     time_text(r->acted_ms, now, when), r->paper,
			     r->doc[0] ? " " : "",
			     r->doc[0] ? name_doc(c, r->doc, doc, sizeof(doc))
				       : "",
			     r->note, r->state_title,
			     r->open ? _("  must decide anew") : "");
	}
}

/* What is confidential, and the key that shows it. */
void
docview_withheld(struct console *c, const struct view *v,
		 const struct doc_more *m, struct doc_lines *out)
{
	struct buf names = { 0 };
	char key[64];

	if (v->n_withheld == 0 || (m && m->looked))
		return;
	buf_init(&names, 4096);
	for (size_t i = 0; i < v->n_withheld; i++)
		(void)buf_addf(&names, NULL, "%s%s", i ? " " : "",
			       v->withheld[i]);
	docview_addf(out, _("confidential"), ATTR_SOON,
		     _("%s (%s shows it; every look is recorded)"),
		     buf_str(&names),
		     keymap_keys(c->keymap, CONTEXT_DETAIL, ACTION_LOOK, " ",
				 key, sizeof(key)));
	buf_release(&names);
}

/* "单位 长宁: 沪长打假联〔2026〕1号 箱包行动  12-01 09:00-12:00" */
static void
add_clash(struct console *c, const struct clash_row *r, const char *label,
	  struct doc_lines *out)
{
	char desk[128], starts[TIME_TEXT_MAX], ends[TIME_TEXT_MAX];
	bool same = day_of_ms(r->starts_ms) == day_of_ms(r->ends_ms - 1);

	time_format_short(r->starts_ms, starts);
	time_format_short(r->ends_ms, ends);
	docview_addf(out, label, ATTR_LATE, "%s %s: %s %s%s%s  %s-%s%s",
		     r->title,
		     desk_id_valid(r->shown)
			     ? name_desk(c, r->shown, desk, sizeof(desk))
			     : r->shown,
		     r->number, r->doc_title, r->label[0] ? " " : "", r->label,
		     starts, same ? ends + 6 : ends,
		     r->draft ? _(" (draft)") : "");
}

void
docview_clashes(struct console *c, const struct doc_more *m,
		struct doc_lines *out)
{
	size_t n = m->clashes.n_rows;

	for (size_t i = 0; i < n && i < CLASHES_SHOWN; i++)
		add_clash(c, &m->clashes.rows[i], i ? "" : _("clash"), out);
	if (n > CLASHES_SHOWN)
		docview_addf(out, "", ATTR_LATE, _("and %zu more"),
			     n - CLASHES_SHOWN);
}

void
docview_related(struct console *c, const struct doc_more *m,
		struct doc_lines *out)
{
	char key[64], text[1000];

	if (m->related.n_rows == 0 && m->related.n_many == 0)
		return;
	(void)snprintf(text, sizeof(text), "%s %zu (%s)", _("related"),
		       m->related.n_rows,
		       keymap_keys(c->keymap, CONTEXT_DETAIL, ACTION_RELATED,
				   " ", key, sizeof(key)));
	docview_rule(out, text);
	for (size_t i = 0; i < m->related.n_rows && i < RELATED_SHOWN; i++) {
		const struct related_row *r = &m->related.rows[i];

		related_reasons(r->reasons, r->n_reasons, text, sizeof(text));
		docview_addf(out, NULL, ATTR_PLAIN, "%s  %s  %s",
			     r->row.number[0] ? r->row.number : _("(draft)"),
			     r->row.title, text);
	}
	if (m->related.n_rows > RELATED_SHOWN)
		docview_add(out, ATTR_DIM, NULL, ATTR_DIM, "...");
	if (m->related.n_many == 0)
		return;
	related_reasons(m->related.many, m->related.n_many, text, sizeof(text));
	docview_addf(out, NULL, ATTR_DIM, "%s %s",
		     _("shared by too many to list:"), text);
}
