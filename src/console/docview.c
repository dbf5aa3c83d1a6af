#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/docview_int.h"
#include "console/edit_int.h"

#define WRAP_MAX 400

static struct doc_line *
new_line(struct doc_lines *out)
{
	out->lines = xreallocarray(out->lines, out->n + 1, sizeof(*out->lines));
	out->lines[out->n] = (struct doc_line){ .due_ms = -1 };
	return &out->lines[out->n++];
}

void
docview_add(struct doc_lines *out, enum attr label_attr, const char *label,
	    enum attr attr, const char *text)
{
	struct wrapped *w = xcalloc(WRAP_MAX, sizeof(*w));
	int width = out->width - (label ? LABEL_COLS : 0);
	size_t n = text_wrap(text, width > 8 ? width : 8, w, WRAP_MAX);

	/* one that is too long for its column has a line of its own */
	if (label && utf8_cols(label, strlen(label)) >= LABEL_COLS) {
		struct doc_line *line = new_line(out);

		line->text = xstrdup(label);
		line->attr = label_attr;
		label = "";
	}
	for (size_t i = 0; i < n && i < WRAP_MAX; i++) {
		struct doc_line *line = new_line(out);

		if (label)
			line->label = xstrdup(i ? "" : label);
		line->text = xstrndup(text + w[i].from, w[i].len);
		line->label_attr = label_attr;
		line->attr = attr;
	}
	(void)xfree(w);
}

void
docview_addf(struct doc_lines *out, const char *label, enum attr attr,
	     const char *fmt, ...)
{
	char text[2048];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n >= (int)sizeof(text)) /* cut by bytes: end before a character */
		for (size_t at = sizeof(text) - 1;
		     at > 0 && ((unsigned char)text[at] & 0xc0) != 0xc0; at--)
			text[at] = text[at - 1] = '\0';
	docview_add(out, ATTR_DIM, label, attr, text);
}

void
docview_rule(struct doc_lines *out, const char *label)
{
	struct doc_line *line = new_line(out);

	line->rule = true;
	line->label = xstrdup(label);
}

static void
add_names(struct console *c, const struct view *v, struct doc_lines *out,
	  const char *label, char **ids, size_t n)
{
	char text[1024] = "", one[128];

	(void)v;
	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		size_t at = strlen(text);

		(void)name_desk(c, ids[i], one, sizeof(one));
		if (at + strlen(one) + 8 > sizeof(text)) {
			(void)snprintf(text + at, sizeof(text) - at, " ...");
			break;
		}
		(void)snprintf(text + at, sizeof(text) - at, "%s%s",
			       at ? " " : "", one);
	}
	docview_addf(out, label, ATTR_PLAIN, "%s", text);
}

const char *
row_wait_text(const struct doc_row *r)
{
	if (!r->wait_text || str_eq(r->wait_text, r->state_title))
		return "";
	return r->wait_text;
}

static void
add_head(struct console *c, const struct view *v, struct doc_lines *out)
{
	const struct doc_row *r = v->row;
	char from[128], when[SPAN_MAX], who[128];
	int64_t now = console_now_ms(c);

	docview_add(out, ATTR_PLAIN, NULL, ATTR_BOLD,
		    r->title[0] ? r->title : _("(no title)"));
	docview_addf(out, _("number"), ATTR_PLAIN, "%s   %s%s%s",
		     r->number[0] ? r->number : _("(none yet)"),
		     name_urgency(r->urgency),
		     strcmp(r->mode, "exercise") == 0 ? _("  EXERCISE")
		     : strcmp(r->mode, "test") == 0   ? _("  TEST")
						      : "",
		     r->withdrawn ? _("  WITHDRAWN") : "");
	docview_addf(out, _("state"), ATTR_BOLD, "%s   %s",
		     r->state_title && r->state_title[0] ? r->state_title
		     : r->state[0]			 ? r->state
							 : _("unknown kind"),
		     row_wait_text(r));
	(void)name_desk(c, r->ref.owner, from, sizeof(from));
	docview_addf(out, _("sender"), ATTR_PLAIN, "%s%s%s", from,
		     r->issued_ms >= 0 ? "   " : "",
		     time_text(r->issued_ms, now, when));
	add_names(c, v, out, _("to"), v->to, v->n_to);
	add_names(c, v, out, _("copy to"), v->cc, v->n_cc);
	if (r->assignee && r->assignee[0])
		docview_addf(out, _("assigned to"), ATTR_PLAIN, "%s",
			     name_officer(c, r->assignee, who, sizeof(who)));
}

static const char *
unit_name(enum clock_unit unit)
{
	static const char *const names[] = {
		[UNIT_HOUR] = N_("hours"),
		[UNIT_CALENDAR_DAY] = N_("calendar days"),
		[UNIT_WORKING_DAY] = N_("working days"),
		[UNIT_MONTH] = N_("months"),
	};

	return (size_t)unit < ARRAY_LEN(names) ? _(names[unit]) : "";
}

static const char *
clock_state(const struct clock_row *k)
{
	if (strcmp(k->state, "suspended") == 0)
		return _("suspended");
	if (strcmp(k->state, "met") == 0)
		return _("met");
	if (strcmp(k->state, "lapsed") == 0)
		return _("lapsed");
	if (strcmp(k->state, "ended") == 0)
		return _("ended");
	return "";
}

/* One clock: what is left, when it ends, how it is counted, by which rule. */
static void
add_clock(struct console *c, const struct doc_row *r, const struct clock_row *k,
	  struct doc_lines *out)
{
	char left[SPAN_MAX] = "", due[SPAN_MAX], strict[SPAN_MAX], desk[128];
	char amount[80] = "", when[400], rule[400];
	bool two = k->strict_ms >= 0 && k->strict_ms != k->due_ms, fits;
	int64_t now = console_now_ms(c);
	bool open = strcmp(k->state, "running") == 0 ||
		    strcmp(k->state, "late") == 0;
	bool ours = strcmp(k->desk, desk_get_id(c->desk)) == 0;
	enum span_state span = SPAN_NONE;
	struct doc_line *line;
	size_t first = out->n;

	if (open)
		span = span_text(k->due_ms,
				 strcmp(k->name, r->due_clock) == 0 &&
						 k->due_ms == r->due_ms
					 ? r->warn_ms
					 : INT64_MAX,
				 now, left);
	if (k->amount > 0)
		(void)snprintf(amount, sizeof(amount), "%lld %s  ",
			       (long long)k->amount, unit_name(k->unit));
	(void)time_text(k->due_ms, now, due);
	(void)time_text(k->strict_ms, now, strict);
	(void)snprintf(when, sizeof(when), "%s%s%s%s%s %s%s%s%s",
		       k->row ? k->row : "", k->row ? " " : "",
		       ours ? "" : name_desk(c, k->desk, desk, sizeof(desk)),
		       ours ? "" : ": ", open ? left : clock_state(k),
		       k->due_ms >= 0 ? _("until ") : "", due,
		       two ? _(" strictly ") : "", two ? strict : "");
	(void)snprintf(rule, sizeof(rule), "%s%s%s", amount,
		       k->article ? k->article : "", k->remarks);
	fits = utf8_cols(when, strlen(when)) + utf8_cols(rule, strlen(rule)) +
		       2 <=
	       (size_t)(out->width - LABEL_COLS);
	docview_addf(out, k->title, ours ? span_attr(span) : ATTR_PLAIN,
		     "%s%s%s", when, fits ? "  " : "\n", rule);
	if (open && span_fast(k->due_ms, now) && first < out->n) {
		line = &out->lines[first];
		line->due_ms = k->due_ms;
	}
}

static void
add_files(const struct view *v, struct doc_lines *out)
{
	size_t here = 0;

	if (v->n_attachments == 0)
		return;
	for (size_t i = 0; i < v->n_attachments; i++)
		here += v->attachments[i].here;
	for (size_t i = 0; i < v->n_attachments; i++) {
		const struct attachment_row *a = &v->attachments[i];
		char label[64], size[SIZE_TEXT_MAX];

		(void)snprintf(label, sizeof(label), "%s %zu/%zu", _("files"),
			       here, v->n_attachments);
		docview_addf(out, i ? "" : label, ATTR_PLAIN, "%s  %s  %s",
			     a->name, name_size(a->size, size),
			     a->here ? "" : _("not here yet"));
	}
}

void
docview_make(struct console *c, const struct view *v,
	     const struct doc_more *more, int width, const enum doc_part *parts,
	     struct doc_lines *out)
{
	*out = (struct doc_lines){ .width = width };
	for (; *parts != PART_END; parts++)
		switch (*parts) {
		case PART_HEAD: add_head(c, v, out); break;
		case PART_CLASHES:
			if (more)
				docview_clashes(c, more, out);
			break;
		case PART_CLOCKS:
			for (size_t i = 0; i < v->n_clocks; i++)
				add_clock(c, v->row, &v->clocks[i], out);
			break;
		case PART_FIELDS:
			docview_fields(c, v, more ? more->looked : NULL, out);
			docview_withheld(c, v, more, out);
			break;
		case PART_RELIANCE: docview_reliance(c, v, out); break;
		case PART_ROWS: docview_rows(c, v, out); break;
		case PART_RELATED:
			if (more)
				docview_related(c, more, out);
			break;
		case PART_PARTIES: docview_parties(c, v, out); break;
		case PART_FILES: add_files(v, out); break;
		case PART_TIMELINE: docview_timeline(c, v, out); break;
		case PART_NOT_NOW: docview_not_now(c, v, out); break;
		case PART_END: break;
		}
}

void
docview_release(struct doc_lines *l)
{
	for (size_t i = 0; i < l->n; i++) {
		(void)xfree(l->lines[i].label);
		(void)xfree(l->lines[i].text);
	}
	l->lines = xfree(l->lines);
	l->n = 0;
}

static void
draw_line(struct console *c, const struct doc_line *line, struct canvas *cv,
	  int y, int x, int width)
{
	if (line->rule) {
		canvas_rule(cv, y, x, width);
		if (line->label[0]) {
			int cols = (int)utf8_cols(line->label,
						  strlen(line->label));

			(void)canvas_put(cv, y, x + 2, cols + 2, ATTR_PLAIN,
					 " ");
			(void)canvas_put(cv, y, x + 3, cols, ATTR_TITLE,
					 line->label);
		}
		return;
	}
	if (line->label) {
		(void)canvas_put(cv, y, x, LABEL_COLS - 1, line->label_attr,
				 line->label);
		x += LABEL_COLS;
		width -= LABEL_COLS;
	}
	if (line->due_ms >= 0)
		c->fast = true;
	(void)canvas_put(cv, y, x, width, line->attr, line->text);
}

int
docview_draw(struct console *c, const struct doc_lines *l, size_t top,
	     struct canvas *cv, int y, int x, int rows)
{
	int i;

	for (i = 0; i < rows && top + (size_t)i < l->n; i++)
		draw_line(c, &l->lines[top + (size_t)i], cv, y + i, x,
			  l->width);
	return i;
}
