/* The paper of a document: what its kind's layout says, filled in. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/permit.h"
#include "desk_int.h"
#include "draft_int.h"
#include "model/content.h"
#include "paper_doc_int.h"

#define PATTERN_MAX (256 * 1024)

/* --- names and dates --- */

/* "2026年11月24日" */
static char *
date_text(int64_t ms)
{
	struct civil c = day_to_civil(day_of_ms(ms));

	if (!i18n_zh())
		return xasprintf("%04d-%02d-%02d", c.year, c.month, c.day);
	return xasprintf("%d年%d月%d日", c.year, c.month, c.day);
}

static char *
desk_names(struct desk *d, char **ids, size_t n)
{
	struct buf out;
	char *name;
	size_t i;

	buf_init(&out, PARTIES_MAX * 1024);
	for (i = 0; i < n; i++) {
		name = paper_desk_name(d, ids[i]);
		(void)buf_addf(&out, NULL, "%s%s", i == 0 ? "" : _(", "),
			       name); /* cut if huge */
		xfree(name);
	}
	return out.len > 0 ? buf_take(&out) : xstrdup("");
}

/* --- patterns --- */

static char *
pattern_value(struct from_doc *f, const char *name, size_t n)
{
	const struct doc_row *row = f->view->row;
	char *dotted, *value;

	if (n == 6 && strncmp(name, "number", n) == 0)
		return xstrdup(row->number);
	if (n == 5 && strncmp(name, "title", n) == 0)
		return xstrdup(row->title);
	if (n == 5 && strncmp(name, "owner", n) == 0)
		return xstrdup(f->owner);
	if (n == 2 && strncmp(name, "to", n) == 0)
		return desk_names(f->desk, f->view->to, f->view->n_to);
	if (n == 2 && strncmp(name, "cc", n) == 0)
		return desk_names(f->desk, f->view->cc, f->view->n_cc);
	if (n == 4 && strncmp(name, "date", n) == 0)
		return date_text(f->date_ms);
	dotted = xstrndup(name, n);
	value = paper_field_text(f, dotted);
	xfree(dotted);
	return value;
}

/* With {names} replaced; heap. */
static char *
fill(struct from_doc *f, const char *pattern)
{
	const char *open, *close;
	struct buf out;
	char *value;

	if (pattern == NULL)
		return NULL;
	buf_init(&out, PATTERN_MAX);
	while ((open = strchr(pattern, '{')) != NULL &&
	       (close = strchr(open, '}')) != NULL) {
		value = pattern_value(f, open + 1, (size_t)(close - open) - 1);
		/* what does not fit is cut: no paper is that long */
		(void)buf_add(&out, pattern, (size_t)(open - pattern), NULL);
		(void)buf_adds(&out, value, NULL);
		xfree(value);
		pattern = close + 1;
	}
	(void)buf_adds(&out, pattern, NULL);
	return out.len > 0 ? buf_take(&out) : xstrdup("");
}

static void
add_pattern(struct from_doc *f, const json_t *value)
{
	char *text = fill(f, layout_text(value));

	if (text != NULL)
		paper_add(f->paper, BLOCK_PARA, NULL, text);
	xfree(text);
}

/* --- head --- */

/* What must be seen on every page, most pressing first. */
static const char *
mark_of(const struct view *v)
{
	const struct doc_row *r = v->row;

	if (r->withdrawn)
		return _("withdrawn");
	if (str_eq(r->mode, "exercise"))
		return _("exercise");
	if (str_eq(r->mode, "test"))
		return _("test");
	return r->draft ? _("draft") : NULL;
}

/* What a code of that field is called in the language of the paper. */
static const char *
choice_of(const struct from_doc *f, const char *field, const char *code)
{
	const struct field *def = kind_field(f->kind, field);

	return def != NULL && code != NULL ? field_choice(def, code, i18n_zh())
					   : code;
}

static void
make_head(struct from_doc *f)
{
	struct paper *p = f->paper;
	const struct doc_row *row = f->view->row;
	const char *mark = layout_text(layout_get(&f->layout, "mark"));
	const char *secrecy = json_text(f->fields, "secrecy");
	const char *urgency = json_text(f->fields, "urgency");
	char *title = fill(f, layout_text(layout_get(&f->layout, "title")));
	char *number = fill(f, layout_text(layout_get(&f->layout, "number")));
	char *organ = NULL;

	paper_set(&p->title, title != NULL ? title : row->title);
	paper_set(&p->number, number != NULL ? number : row->number);
	paper_set(&p->mark, mark_of(f->view));
	/* 平件 and 公开 are the rule and not marked */
	if (!str_eq(secrecy, "公开"))
		paper_set(&p->secrecy, choice_of(f, "secrecy", secrecy));
	if (!str_eq(urgency, "平件"))
		paper_set(&p->urgency, choice_of(f, "urgency", urgency));
	if (p->style == PAPER_RECORD) {
		paper_set(&p->organ,
			  mark != NULL && mark[0] != '\0'
				  ? mark
				  : title_in(&f->kind->title, i18n_zh()));
	} else {
		organ = p->style == PAPER_MINUTES && mark != NULL
				? xstrdup(mark)
				: xasprintf("%s%s", f->owner,
					    mark != NULL ? mark : "");
		paper_set(&p->organ, organ);
	}
	xfree(title);
	xfree(number);
	xfree(organ);
}

/* --- parts of a letter --- */

static void
add_seal(struct from_doc *f)
{
	const struct doc *doc = f->view->held.doc;
	char hex[DIGEST_HEX_LEN + 1] = "", *date = date_text(f->date_ms);
	struct paper_block *b;

	b = paper_add(f->paper, BLOCK_SEAL, f->owner, date);
	if (doc != NULL && doc->current != NULL) {
		hex_encode(doc->current->digest.bytes, DIGEST_LEN, hex);
		paper_set(&b->extra, hex);
	}
	xfree(date);
}

static void
add_enclosures(struct from_doc *f)
{
	const struct view *v = f->view;
	char number[24], *text;
	size_t i, n = 0;

	for (i = 0; i < f->n_lists; i++) {
		(void)snprintf(number, sizeof(number), "%zu", ++n);
		paper_add(f->paper, BLOCK_ENCLOSURE, number,
			  title_in(&f->lists[i]->title, i18n_zh()));
	}
	for (i = 0; i < v->n_attachments; i++) {
		char hex[DIGEST_HEX_LEN + 1];

		digest_hex(&v->attachments[i].digest, hex);
		(void)snprintf(number, sizeof(number), "%zu", ++n);
		text = xasprintf(_("%s (file, SHA-256 %.16s…)"),
				 v->attachments[i].name, hex);
		paper_add(f->paper, BLOCK_ENCLOSURE, number, text);
		xfree(text);
	}
}

static void
add_note(struct from_doc *f)
{
	const json_t *list = layout_get(&f->layout, "note"), *one;
	struct buf out;
	const struct field *field;
	char *text;
	size_t i;

	buf_init(&out, PATTERN_MAX);
	json_array_foreach(list, i, one)
	{
		field = kind_field(f->kind, json_string_value(one));
		if (field == NULL)
			continue;
		text = paper_field_text(f, json_string_value(one));
		if (text[0] != '\0')
			(void)buf_addf(&out, NULL, "%s%s%s%s",
				       out.len > 0 ? _("; ") : "",
				       title_in(&field->title, i18n_zh()),
				       _(": "), text);
		xfree(text);
	}
	if (out.len > 0)
		paper_add(f->paper, BLOCK_NOTE, NULL, buf_str(&out));
	buf_release(&out);
}

static void
add_annexes(struct from_doc *f)
{
	char label[40];
	size_t i;

	for (i = 0; i < f->n_lists; i++) {
		(void)snprintf(label, sizeof(label), _("Annex %zu"), i + 1);
		paper_add(f->paper, BLOCK_ANNEX, label,
			  title_in(&f->lists[i]->title, i18n_zh()));
		paper_list_table(f, f->lists[i], NULL);
	}
}

static void
add_colophon(struct from_doc *f)
{
	char *cc = desk_names(f->desk, f->view->cc, f->view->n_cc);
	char *to = desk_names(f->desk, f->view->to, f->view->n_to);
	char *date = date_text(f->date_ms);
	char *text = NULL;
	struct paper_block *b;

	/* of minutes all who get them are named here (10.3) */
	if (f->paper->style == PAPER_MINUTES && to[0] != '\0')
		text = xasprintf(_("Distribution: %s%s%s."), to,
				 cc[0] != '\0' ? _("; ") : "", cc);
	else if (cc[0] != '\0')
		text = xasprintf(_("Copies: %s."), cc);
	b = paper_add(f->paper, BLOCK_COLOPHON, text, f->owner);
	paper_set(&b->extra, date);
	xfree(text);
	xfree(cc);
	xfree(to);
	xfree(date);
}

/* --- places to sign --- */

/* "张三 2026-11-24 10:20": who signed by the newest of these moves. */
static char *
signed_by(const struct from_doc *f, const json_t *moves)
{
	const struct doc *doc = f->view->held.doc;
	const struct event *found = NULL, *e;
	const json_t *officers, *one, *m;
	char when[TIME_TEXT_MAX];
	struct buf out;
	size_t i, k;

	for (i = 0; doc != NULL && i < doc->n_events; i++) {
		e = doc->events[i].event;
		if (doc->events[i].verdict != VERDICT_FIT)
			continue;
		json_array_foreach(moves, k, m)
		{
			const char *name = json_string_value(m);

			if ((e->type == EVENT_MOVE &&
			     str_eq(json_text(e->data, "move"), name)) ||
			    (e->type == EVENT_ISSUE && str_eq(name, "issue")))
				found = e;
		}
	}
	buf_init(&out, 4096);
	officers =
		found != NULL ? json_object_get(found->data, "officers") : NULL;
	json_array_foreach(officers, i, one)
	{
		const char *name = json_text(one, "name");

		time_format_short(found->time_ms, when);
		(void)buf_addf(&out, NULL, "%s%s %s", out.len > 0 ? "\n" : "",
			       name != NULL ? name : json_text(one, "id"),
			       when); /* a handful of names */
	}
	return out.len > 0 ? buf_take(&out) : xstrdup("");
}

static void
add_signers(struct from_doc *f, const json_t *signers)
{
	const json_t *one;
	struct paper_block *b;
	char *names;
	size_t i;

	json_array_foreach(signers, i, one)
	{
		names = signed_by(f, json_object_get(one, "moves"));
		b = paper_add(f->paper, BLOCK_SIGN,
			      layout_text(json_object_get(one, "title")),
			      names);
		b->n = (int)json_integer_value(json_object_get(one, "lines"));
		xfree(names);
	}
}

static void
add_receipt(struct from_doc *f)
{
	const json_t *receipt = layout_get(&f->layout, "receipt");
	char *to;

	if (!json_is_object(receipt))
		return;
	paper_add(f->paper, BLOCK_ANNEX, NULL,
		  layout_text(json_object_get(receipt, "mark")));
	to = fill(f, layout_text(json_object_get(receipt, "to")));
	if (to != NULL)
		paper_add(f->paper, BLOCK_TO, NULL, to);
	xfree(to);
	add_pattern(f, json_object_get(receipt, "text"));
	add_signers(f, json_object_get(receipt, "signers"));
}

/* --- the whole --- */

static void
make_letter(struct from_doc *f)
{
	char *to = desk_names(f->desk, f->view->to, f->view->n_to);
	bool minutes = f->paper->style == PAPER_MINUTES;

	if (!minutes && to[0] != '\0')
		paper_add(f->paper, BLOCK_TO, NULL, to);
	xfree(to);
	add_pattern(f, layout_get(&f->layout, "opening"));
	paper_body(f);
	add_pattern(f, layout_get(&f->layout, "closing"));
	if (!minutes) {
		add_enclosures(f);
		add_seal(f);
		add_note(f);
		add_annexes(f);
	} else {
		paper_lists(f);
	}
	add_signers(f, layout_get(&f->layout, "signers"));
	add_colophon(f);
	add_receipt(f);
}

static void
make_record(struct from_doc *f)
{
	add_pattern(f, layout_get(&f->layout, "opening"));
	paper_form(f);
	paper_lists(f);
	add_pattern(f, layout_get(&f->layout, "closing"));
	add_signers(f, layout_get(&f->layout, "signers"));
}

static enum paper_style
style_of(const struct layout *l)
{
	const char *style = layout_text(layout_get(l, "style"));

	if (str_eq(style, "minutes"))
		return PAPER_MINUTES;
	return str_eq(style, "record") ? PAPER_RECORD : PAPER_LETTER;
}

static enum rc
make(struct from_doc *f, const char *layout, struct err *err)
{
	const struct doc_row *row = f->view->row;
	const struct views *views = &f->kind->views;
	enum rc rc = layout_read(layout != NULL ? layout : views->print,
				 views->print_own, &f->layout, err);

	/* a kind of another version may name a layout that is not here */
	if (rc == RC_NOTFOUND && layout == NULL)
		rc = layout_read(NULL, views->print_own, &f->layout, err);
	if (rc != RC_OK)
		return rc;
	f->owner = paper_desk_name(f->desk, row->ref.owner);
	f->date_ms =
		row->issued_ms > 0 ? row->issued_ms : env_now_ms(f->desk->env);
	f->paper = paper_new(style_of(&f->layout), NULL);
	f->paper->made_ms = env_now_ms(f->desk->env);
	paper_find_lists(f);
	make_head(f);
	if (f->paper->style == PAPER_RECORD)
		make_record(f);
	else
		make_letter(f);
	return RC_OK;
}

static enum rc
kind_of(struct desk *d, const struct view *v, const struct kind **ret_kind,
	struct err *err)
{
	const struct doc_row *row = v->row;

	*ret_kind = kinds_get(d->kinds, row->kind, row->kind_version);
	if (*ret_kind != NULL)
		return RC_OK;
	return err_set(err, RC_NOTFOUND, 0,
		       _("kind %s version %d is not installed here: its papers "
			 "cannot be printed"),
		       row->kind, row->kind_version);
}

enum rc
paper_of_doc(struct desk *d, const struct doc_ref *ref, const char *layout,
	     struct paper **ret_paper, struct err *err)
{
	struct from_doc f = { .desk = d };
	enum rc rc = permit(d, PERMIT_TAKE_OUT, ref, err);

	if (rc == RC_OK)
		rc = ask_view(d, ref, &f.view, err);
	if (rc == RC_OK)
		f.fields =
			f.view->held.doc != NULL
				? doc_content(f.view->held.doc, f.view->shown)
				: json_incref(f.view->shown);
	if (rc == RC_OK)
		rc = kind_of(d, f.view, &f.kind, err);
	if (rc == RC_OK)
		rc = make(&f, layout, err);
	if (rc == RC_OK)
		rc = act_taken_out(d, "print", ref, f.layout.name, err);
	if (rc == RC_OK)
		*ret_paper = f.paper;
	else
		paper_free(f.paper);
	layout_release(&f.layout);
	json_decref(f.fields);
	view_free(f.view);
	xfree(f.lists);
	xfree(f.owner);
	return rc;
}
