/*
 * The official paper of a document: read on the screen, and written into the
 * officer's exchange folder. Both are made on the pool: a look stands in the
 * audit trail, and a page takes its time.
 */
#include "desk/paper.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/console_int.h"
#include "console/scroll_int.h"
#include "console/shift_int.h"
#include "console/stats_int.h"

#define PAPER_COLS_MAX 100

/* What the paper is of. */
struct source {
	struct doc_ref ref;   /* id "": no document */
	struct figure counts; /* from_month 0: no statistics */
	struct shift_period shift;
};

struct paper_screen {
	struct screen screen;
	struct source of;
	char *text;   /* lines, cut in place */
	char **lines; /* into text */
	size_t n;
	struct scroll scroll;
};

/* One paper being made. */
struct making {
	struct source of;
	bool pdf; /* into the exchange folder; else text for the screen */
	int width, pages;
	struct buf out;
	char *path; /* of what was written */
};

/* --- on the pool ------------------------------------------------------------
 */

static char *
log_name(const struct shift_period *p)
{
	char when[TIME_TEXT_MAX];

	time_format(p->since_ms >= 0 ? p->since_ms : 0, when);
	when[13] = when[16] = '\0'; /* 2026-11-23T08 05 */
	return xasprintf("%s %.10s %s%s", _("duty log"), when, when + 11,
			 when + 14);
}

/* The document's number, else its id. */
static char *
doc_name(struct desk *d, const struct doc_ref *ref)
{
	struct doc_list one = { 0 };
	char *made;

	(void)ask_row(d, ref, &one, NULL);
	made = xstrdup(one.n_rows && one.rows[0].number[0] ? one.rows[0].number
							   : ref->id);
	doc_list_release(&one);
	return made;
}

/* Its name in the folder. */
static char *
source_name(struct desk *d, const struct source *of)
{
	if (of->ref.id[0])
		return doc_name(d, &of->ref);
	if (of->counts.from_month)
		return xasprintf("%s %d-%d", _("statistics"),
				 of->counts.from_month, of->counts.to_month);
	return log_name(&of->shift);
}

static enum rc
make_paper(struct desk *d, const struct source *of, struct paper **ret_paper,
	   struct err *err)
{
	const struct stats_query q = figure_query(&of->counts);

	if (of->ref.id[0])
		return paper_of_doc(d, &of->ref, NULL, ret_paper, err);
	if (of->counts.from_month)
		return paper_of_stats(d, &q, ret_paper, err);
	return paper_of_shift(d, &of->shift, ret_paper, err);
}

static enum rc
write_file(struct desk *d, struct making *m, const char *ending,
	   struct err *err)
{
	char *folder = NULL, *name;
	enum rc rc = desk_exchange_folder(d, &folder, err);

	if (rc != RC_OK)
		return rc;
	name = source_name(d, &m->of);
	for (char *s = name; *s; s++)
		if (*s == '/' || *s == '.')
			*s = '-';
	m->path = xasprintf("%s/%s.%s", folder, name, ending);
	(void)xfree(name);
	(void)xfree(folder);
	return file_replace(m->path, m->out.data, m->out.len, 0600, err);
}

static enum rc
run(struct desk *d, void *arg, struct err *err)
{
	struct making *m = arg;
	const struct paper_text_form form = { .width = m->width };
	struct paper *p = NULL;
	bool pdf = m->pdf;
	enum rc rc = make_paper(d, &m->of, &p, err);

	if (rc == RC_OK && pdf) {
		rc = paper_pdf(p, &m->out, &m->pages, NULL);
		pdf = rc == RC_OK; /* built without it, or no font: text */
		rc = RC_OK;
	}
	if (rc == RC_OK && !pdf)
		rc = paper_text(p, &form, &m->out, err);
	if (rc == RC_OK && m->pdf)
		rc = write_file(d, m, pdf ? "pdf" : "txt", err);
	(void)paper_free(p);
	return rc;
}

/* --- the screen ------------------------------------------------------------
 */

static void start(struct console *c, const struct making *what);

static void
draw(struct screen *s, struct canvas *cv)
{
	struct paper_screen *p = (struct paper_screen *)s;
	char place[48];

	scroll_fit(&p->scroll, p->n, frame_body_rows(cv));
	for (int i = 0; i < p->scroll.rows && p->scroll.top + (size_t)i < p->n;
	     i++)
		(void)canvas_put(cv, BODY_Y + i, 0, cv->cols, ATTR_PLAIN,
				 p->lines[p->scroll.top + (size_t)i]);
	(void)snprintf(place, sizeof(place), "%zu-%zu/%zu", p->scroll.top + 1,
		       p->scroll.top + (size_t)p->scroll.rows < p->n
			       ? p->scroll.top + (size_t)p->scroll.rows
			       : p->n,
		       p->n);
	canvas_put_right(cv, BODY_Y, cv->cols - 14, 14, ATTR_DIM, place);
	canvas_cursor(cv, BODY_Y, 0, false);
}

static bool
act(struct screen *s, enum action a)
{
	struct paper_screen *p = (struct paper_screen *)s;

	if (scroll_act(&p->scroll, p->n, a))
		return true;
	if (a == ACTION_WRITE)
		start(s->console, &(struct making){ .of = p->of, .pdf = true });
	else
		return false;
	return true;
}

static void
name(struct screen *s, char *out, size_t out_size)
{
	(void)s;
	(void)snprintf(out, out_size, "%s", _("paper"));
}

static void
free_paper(struct screen *s)
{
	struct paper_screen *p = (struct paper_screen *)s;

	(void)xfree(p->text);
	(void)xfree(p->lines);
}

static const enum action bar[] = { ACTION_WRITE, ACTION_PAGE_DOWN, ACTION_HELP,
				   ACTION_BACK, ACTION_NONE };

static const struct screen_ops ops = {
	.context = CONTEXT_PAPER,
	.bar = bar,
	.name = name,
	.draw = draw,
	.act = act,
	.free = free_paper,
};

static void
show(struct console *c, struct making *m)
{
	struct paper_screen *p = screen_new(c, &ops, sizeof(*p));
	char *rest, *line;

	p->of = m->of;
	p->text = xstrdup(buf_str(&m->out));
	rest = p->text;
	while ((line = strsep(&rest, "\n")) != NULL) {
		p->lines = xreallocarray(p->lines, p->n + 1, sizeof(*p->lines));
		p->lines[p->n++] = line;
	}
	screen_push(c, &p->screen);
	c->message[0] = '\0';
}

static void
done(struct console *c, void *take_arg, enum rc rc, const struct err *err)
{
	struct making *m = take_arg;

	if (rc != RC_OK)
		console_show_err(c, err);
	else if (m->pdf)
		console_set_message(c, ATTR_GOOD, _("written: %s"), m->path);
	else
		show(c, m);
	buf_release(&m->out);
	(void)xfree(m->path);
	(void)xfree(m);
}

static void
start(struct console *c, const struct making *what)
{
	struct making *m = xcalloc(1, sizeof(*m));
	const struct job job = { run, done, m };

	*m = *what;
	m->width = c->canvas.cols > PAPER_COLS_MAX ? PAPER_COLS_MAX
						   : c->canvas.cols;
	buf_init(&m->out, PAPER_MAX_BYTES);
	console_set_message(c, ATTR_PLAIN, "%s", _("the paper is being made"));
	job_submit(c, &job);
}

void
paper_open(struct console *c, const struct doc_ref *ref)
{
	start(c, &(struct making){ .of.ref = *ref });
}

void
paper_open_shift(struct console *c, const struct shift_period *p)
{
	start(c, &(struct making){ .of.shift = *p });
}

void
paper_open_stats(struct console *c, const struct figure *counts)
{
	start(c, &(struct making){ .of.counts = *counts });
}
