#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/docview_int.h"
#include "model/content.h"

/* --- fields, in the order of the kind ------------------------------------- */

static bool
in_head(const char *name)
{
	static const char *const head[] = { "title", "urgency", "mode" };

	for (size_t i = 0; i < ARRAY_LEN(head); i++)
		if (strcmp(head[i], name) == 0)
			return true;
	return false;
}

static void
add_value(struct doc_lines *out, const struct field *f, bool zh,
	  const char *text)
{
	char label[160];
	bool missing = text[0] == '\0';

	if (missing && f->need != NEED_MUST && f->need != NEED_SHOULD)
		return;
	(void)snprintf(label, sizeof(label), "%s%s", title_in(&f->title, zh),
		       f->see == SEE_LOCAL ? "*" : "");
	docview_add(out, ATTR_DIM, label, missing ? ATTR_SOON : ATTR_PLAIN,
		    missing ? _("missing") : text);
}

/* A cell of a list's row as it was typed. Heap. */
static char *
cell_text(const json_t *row, const struct field *f)
{
	const json_t *value = json_object_get(row, f->name);

	if (json_is_string(value))
		return xstrdup(json_string_value(value));
	return value ? json_write(value) : xstrdup("");
}

/* Rows of a list as "1. name brand 3 pieces", a line each. */
static void
add_rows(struct console *c, const json_t *fields, const struct field *f,
	 struct doc_lines *out)
{
	const json_t *rows = json_object_get(fields, f->name);
	char label[160];

	(void)snprintf(label, sizeof(label), "%s", title_in(&f->title, c->zh));
	for (size_t i = 0; i < json_array_size(rows); i++) {
		struct buf line = { 0 };

		buf_init(&line, 64 * 1024);
		(void)buf_addf(&line, NULL, "%zu.", i + 1);
		for (size_t s = 0; s < f->n_sub; s++) {
			char *text =
				cell_text(json_array_get(rows, i), &f->sub[s]);

			if (text[0])
				(void)buf_addf(&line, NULL, " %s%s%s",
					       s ? title_in(&f->sub[s].title,
							    c->zh)
						 : "",
					       s ? ":" : "", text);
			(void)xfree(text);
		}
		docview_add(out, ATTR_DIM, i ? "" : label, ATTR_PLAIN,
			    buf_str(&line));
		buf_release(&line);
	}
	if (json_array_size(rows) == 0)
		add_value(out, f, c->zh, "");
}

static void
add_field(struct console *c, const struct kind *k, const json_t *fields,
	  const struct field *f, struct doc_lines *out)
{
	char *text;

	if (f->type == FIELD_LIST) {
		add_rows(c, fields, f, out);
		return;
	}
	if (f->type != FIELD_GROUP) {
		text = content_text(k, fields, f->name, c->zh);
		add_value(out, f, c->zh, text ? text : "");
		(void)xfree(text);
		return;
	}
	if (!json_object_get(fields, f->name))
		return;
	for (size_t i = 0; i < f->n_sub; i++) {
		char dotted[256], label[192];

		(void)snprintf(dotted, sizeof(dotted), "%s.%s", f->name,
			       f->sub[i].name);
		text = content_text(k, fields, dotted, c->zh);
		(void)snprintf(label, sizeof(label), "%s%s",
			       i ? "" : title_in(&f->title, c->zh),
			       i ? title_in(&f->sub[i].title, c->zh) : "");
		if (text && text[0])
			docview_add(out, ATTR_DIM, label, ATTR_PLAIN, text);
		(void)xfree(text);
	}
}

static bool
in_detail(const struct kind *k, const char *name)
{
	for (size_t i = 0; i < k->views.n_detail; i++)
		if (k->views.detail[i] && strcmp(k->views.detail[i], name) == 0)
			return true;
	return false;
}

/* A kind that is not installed here: names as they came. */
static void
add_plain(const json_t *fields, struct doc_lines *out)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)fields, name, value)
	{
		char *text = json_is_string(value)
				     ? xstrdup(json_string_value(value))
				     : json_write(value);

		docview_add(out, ATTR_DIM, name, ATTR_PLAIN, text);
		(void)xfree(text);
	}
}

void
docview_fields(struct console *c, const struct view *v, struct doc_lines *out)
{
	const struct kind *k = name_kind(c, v->row->kind, v->row->kind_version);

	docview_rule(out, k ? title_in(&k->title, c->zh) : v->row->kind);
	if (!v->shown)
		return;
	if (!k) {
		add_plain(v->shown, out);
		return;
	}
	for (size_t i = 0; i < k->views.n_detail; i++) {
		const char *name = k->views.detail[i];
		const struct field *f = name ? kind_field(k, name) : NULL;

		if (f && !in_head(f->name))
			add_field(c, k, v->shown, f, out);
	}
	/* what the view leaves out and yet is there */
	for (size_t i = 0; i < k->n_fields; i++)
		if (!in_head(k->fields[i].name) &&
		    !in_detail(k, k->fields[i].name) &&
		    json_object_get(v->shown, k->fields[i].name))
			add_field(c, k, v->shown, &k->fields[i], out);
}

/* --- the receipt ladder ------------------------------------------------------
 */

static const char *
track_state_title(struct console *c, const struct view *v,
		  const struct party_row *p)
{
	const struct doc_track *t =
		v->held.doc ? doc_track_of(v->held.doc, p->desk) : NULL;

	if (t && t->state)
		return title_in(&t->state->title, c->zh);
	return name_state(c, v->row->kind, v->row->kind_version, p->state);
}

/* 已发 > 已入库 14:02 > 已签收 14:05 > 已受理 */
void
docview_parties(struct console *c, const struct view *v, struct doc_lines *out)
{
	int64_t now = console_now_ms(c);

	if (v->row->n_parties == 0 || v->row->draft)
		return;
	docview_rule(out, _("receipts"));
	for (size_t i = 0; i < v->row->n_parties; i++) {
		const struct party_row *p = &v->row->parties[i];
		char desk[128], stored[SPAN_MAX], sign[SPAN_MAX], line[512];
		int n;

		(void)name_desk(c, p->desk, desk, sizeof(desk));
		n = snprintf(line, sizeof(line), "%s", _("sent"));
		if (p->stored_ms >= 0)
			n += snprintf(line + n, sizeof(line) - (size_t)n,
				      " > %s %s", _("stored"),
				      time_text(p->stored_ms, now, stored));
		if (p->signed_ms >= 0)
			n += snprintf(line + n, sizeof(line) - (size_t)n,
				      " > %s %s", _("signed for"),
				      time_text(p->signed_ms, now, sign));
		if (p->stage > STAGE_SIGNED)
			(void)snprintf(line + n, sizeof(line) - (size_t)n,
				       " > %s", track_state_title(c, v, p));
		else if (p->stored_ms < 0)
			(void)snprintf(line + n, sizeof(line) - (size_t)n,
				       " > %s", _("not yet at the peer"));
		docview_add(out, ATTR_PLAIN, desk,
			    p->stage >= STAGE_SIGNED ? ATTR_GOOD : ATTR_PLAIN,
			    line);
	}
}

/* --- the timeline
 * ------------------------------------------------------------- */

void
docview_timeline(struct console *c, const struct view *v, struct doc_lines *out)
{
	int64_t now = console_now_ms(c);

	if (v->n_timeline == 0)
		return;
	docview_rule(out, _("timeline"));
	for (size_t i = 0; i < v->n_timeline; i++) {
		const struct timeline_row *t = &v->timeline[i];
		char when[SPAN_MAX], desk[128], who[128], stored[SPAN_MAX];
		struct buf line = { 0 };

		buf_init(&line, 64 * 1024);
		(void)time_text(t->acted_ms, now, when);
		(void)buf_addf(&line, NULL, "%s  %s %s", t->what,
			       name_desk(c, t->desk, desk, sizeof(desk)),
			       t->officer && t->officer[0]
				       ? name_officer(c, t->officer, who,
						      sizeof(who))
				       : "");
		if (t->text && t->text[0])
			(void)buf_addf(&line, NULL, "  %s", t->text);
		if (t->offline)
			(void)buf_addf(&line, NULL, "  %s %s",
				       _("offline, stored"),
				       time_text(t->stored_ms, now, stored));
		if (t->flagged)
			(void)buf_addf(&line, NULL, "  ! %s",
				       t->flag && t->flag[0] ? t->flag
							     : _("look at it"));
		docview_add(out, ATTR_DIM, when,
			    t->flagged ? ATTR_SOON : ATTR_PLAIN,
			    buf_str(&line));
		buf_release(&line);
	}
}
