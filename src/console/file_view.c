/*
 * A file of a document, shown inside: text by lines, a table by columns, of
 * an image its kind and size. Only what is on the screen is read; w writes a
 * copy into the officer's exchange folder.
 */
#include <stdio.h>
#include <string.h>

#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/console_int.h"
#include "console/popup_int.h"
#include "desk/attachment.h"

#define CELLS_MAX  32
#define CELL_COLS  24 /* of a column, unless there is room */
#define ROWS_SEEN  120
#define HEX_COLS   16
#define HEAD_LINES 2

struct file_view {
	struct screen screen;
	struct doc_ref ref;
	struct attachment_row file; /* name is its own */
	struct attachment_shape shape;
	int fd;
	int64_t size, top, end; /* bytes: shown from, shown to */
	bool plain;		/* a table as text */
	int rows, cols;
};

static bool
as_table(const struct file_view *f)
{
	return f->shape.what == ATTACHMENT_TABLE && !f->plain;
}

static int
wrap_cols(const struct file_view *f)
{
	return as_table(f) ? 0 : f->cols;
}

/* --- drawing ----------------------------------------------------------------
 */

static void
draw_text(struct file_view *f, struct canvas *cv, int y, int rows)
{
	struct buf line = { 0 };
	int64_t at = f->top;

	buf_init(&line, 64 * 1024);
	for (int i = 0; i < rows && at < f->size; i++) {
		int64_t next;

		buf_reset(&line);
		next = attachment_line(f->fd, f->shape.gb, at, f->cols, &line);
		if (next == at)
			break;
		(void)canvas_put(cv, y + i, 0, cv->cols, ATTR_PLAIN,
				 buf_str(&line));
		at = next;
	}
	f->end = at;
	buf_release(&line);
}

/* Cuts a row into its cells, in place. */
static size_t
split(char *s, char separator, char *cells[CELLS_MAX])
{
	size_t n = 0;
	char *to = s;
	bool quoted = false;

	cells[n++] = to;
	for (; *s; s++) {
		if (*s == '"' && quoted && s[1] == '"')
			*to++ = *s++;
		else if (*s == '"')
			quoted = !quoted;
		else if (*s == separator && !quoted && n < CELLS_MAX) {
			*to++ = '\0';
			cells[n++] = to;
		} else
			*to++ = *s;
	}
	*to = '\0';
	return n;
}

struct table_rows {
	char *text[ROWS_SEEN];
	char *cells[ROWS_SEEN][CELLS_MAX];
	size_t n_cells[ROWS_SEEN], n;
	int width[CELLS_MAX];
};

/* One row from there on; where the next begins. */
static int64_t
add_row(const struct file_view *f, int64_t at, struct table_rows *t)
{
	struct buf line = { 0 };
	int64_t next;
	size_t i = t->n;

	buf_init(&line, 64 * 1024);
	next = attachment_line(f->fd, f->shape.gb, at, 0, &line);
	if (next != at && t->n < ROWS_SEEN) {
		t->text[i] = xstrdup(buf_str(&line));
		t->n_cells[i] =
			split(t->text[i], f->shape.separator, t->cells[i]);
		t->n++;
		for (size_t k = 0; k < t->n_cells[i]; k++) {
			int cols = (int)utf8_cols(t->cells[i][k],
						  strlen(t->cells[i][k]));

			if (cols > t->width[k])
				t->width[k] =
					cols > CELL_COLS ? CELL_COLS : cols;
		}
	}
	buf_release(&line);
	return next;
}

static void
put_row(const struct table_rows *t, size_t i, struct canvas *cv, int y,
	enum attr attr)
{
	int x = 0;

	for (size_t k = 0; k < t->n_cells[i] && x < cv->cols; k++) {
		int room = cv->cols - x;

		(void)canvas_put(cv, y, x,
				 k + 1 < t->n_cells[i] && t->width[k] < room
					 ? t->width[k]
					 : room,
				 attr, t->cells[i][k]);
		x += t->width[k] + 2;
	}
}

/* The first row of the file stays on top. */
static void
draw_table(struct file_view *f, struct canvas *cv, int y, int rows)
{
	struct table_rows *t = xcalloc(1, sizeof(*t));
	int64_t first = add_row(f, 0, t), at = f->top < first ? first : f->top;

	f->top = at;
	for (int i = 1; i < rows && at < f->size && t->n < ROWS_SEEN; i++) {
		int64_t next = add_row(f, at, t);

		if (next == at)
			break;
		at = next;
	}
	f->end = at;
	for (size_t i = 0; i < t->n; i++) {
		put_row(t, i, cv, y + (int)i, i ? ATTR_PLAIN : ATTR_TITLE);
		(void)xfree(t->text[i]);
	}
	(void)xfree(t);
}

/* What cannot be shown as text: what it is, and its first bytes. */
static void
draw_other(struct file_view *f, struct canvas *cv, int y, int rows)
{
	unsigned char bytes[512];
	ssize_t n = pread(f->fd, bytes, sizeof(bytes), 0);
	char hex[DIGEST_HEX_LEN + 1];

	f->end = f->size;
	if (f->shape.what == ATTACHMENT_IMAGE && f->shape.width)
		(void)canvas_putf(cv, y, 0, -1, ATTR_BOLD,
				  _("%s image, %d x %d"), f->shape.type,
				  f->shape.width, f->shape.height);
	else if (f->shape.what == ATTACHMENT_IMAGE)
		(void)canvas_putf(cv, y, 0, -1, ATTR_BOLD, _("%s image"),
				  f->shape.type);
	else
		(void)canvas_put(cv, y, 0, -1, ATTR_BOLD,
				 f->shape.type[0] ? f->shape.type
						  : _("no text"));
	hex_encode(f->file.digest.bytes, DIGEST_LEN, hex);
	(void)canvas_putf(cv, y + 1, 0, -1, ATTR_PLAIN, "SHA-256 %s", hex);
	for (int i = 0; i + 3 < rows && i * HEX_COLS < n; i++) {
		char text[8 + HEX_COLS * 4 + 4];
		int at = snprintf(text, sizeof(text), "%04x  ",
				  (unsigned)i * HEX_COLS);

		for (int k = i * HEX_COLS; k < (i + 1) * HEX_COLS; k++)
			at += k < n ? snprintf(text + at, 4, "%02x ",
					       (unsigned)bytes[k])
				    : snprintf(text + at, 4, "   ");
		for (int k = i * HEX_COLS; k < (i + 1) * HEX_COLS && k < n; k++)
			text[at++] = bytes[k] >= 0x20 && bytes[k] < 0x7F
					     ? (char)bytes[k]
					     : '.';
		text[at] = '\0';
		(void)canvas_put(cv, y + 3 + i, 0, -1, ATTR_DIM, text);
	}
}

static void
draw(struct screen *s, struct canvas *cv)
{
	struct file_view *f = (struct file_view *)s;
	char place[64];

	f->rows = frame_body_rows(cv) - HEAD_LINES;
	f->cols = cv->cols;
	(void)canvas_putf(cv, BODY_Y, 0, cv->cols - 20, ATTR_BOLD,
			  "%s  %lld B  %s", f->file.name, (long long)f->size,
			  f->shape.type);
	canvas_rule(cv, BODY_Y + 1, 0, cv->cols);
	if (as_table(f))
		draw_table(f, cv, BODY_Y + HEAD_LINES, f->rows);
	else if (f->shape.what <= ATTACHMENT_TABLE)
		draw_text(f, cv, BODY_Y + HEAD_LINES, f->rows);
	else
		draw_other(f, cv, BODY_Y + HEAD_LINES, f->rows);
	(void)snprintf(place, sizeof(place), "%lld%%",
		       (long long)(f->size ? f->end * 100 / f->size : 100));
	canvas_put_right(cv, BODY_Y, cv->cols - 20, 20, ATTR_DIM, place);
	canvas_cursor(cv, BODY_Y + HEAD_LINES, 0, false);
}

/* --- keys -------------------------------------------------------------------
 */

static void
go_down(struct file_view *f, int lines)
{
	struct buf line = { 0 };

	buf_init(&line, 64 * 1024);
	for (int i = 0; i < lines && f->end < f->size; i++) {
		int64_t next;

		buf_reset(&line);
		next = attachment_line(f->fd, f->shape.gb, f->top, wrap_cols(f),
				       &line);
		if (next == f->top)
			break;
		f->top = next;
		next = attachment_line(f->fd, f->shape.gb, f->end, wrap_cols(f),
				       &line);
		if (next == f->end)
			break;
		f->end = next;
	}
	buf_release(&line);
}

static void
go_up(struct file_view *f, int lines)
{
	for (int i = 0; i < lines && f->top > 0; i++)
		f->top = attachment_line_before(f->fd, f->shape.gb, f->top,
						wrap_cols(f));
}

/* --- a copy in the exchange folder ------------------------------------------
 */

struct writing {
	struct doc_ref ref;
	struct attachment_row file;
	char *path;
};

static enum rc
run_write(struct desk *d, void *arg, struct err *err)
{
	struct writing *w = arg;

	return act_attachment_out(d, &w->ref, &w->file, &w->path, err);
}

static void
written(struct console *c, void *take_arg, enum rc rc, const struct err *err)
{
	struct writing *w = take_arg;

	if (rc != RC_OK)
		console_show_err(c, err);
	else
		console_set_message(c, ATTR_GOOD, _("written: %s"), w->path);
	(void)xfree(w->file.name);
	(void)xfree(w->path);
	(void)xfree(w);
}

static void
write_out(struct file_view *f)
{
	struct writing *w = xcalloc(1, sizeof(*w));
	const struct job job = { run_write, written, w };

	w->ref = f->ref;
	w->file = f->file;
	w->file.name = xstrdup(f->file.name);
	job_submit(f->screen.console, &job);
}

static bool
act(struct screen *s, enum action a)
{
	struct file_view *f = (struct file_view *)s;
	int page = f->rows > 2 ? f->rows - 1 : 1;

	if (a == ACTION_LINE_DOWN)
		go_down(f, 1);
	else if (a == ACTION_LINE_UP)
		go_up(f, 1);
	else if (a == ACTION_PAGE_DOWN)
		go_down(f, page);
	else if (a == ACTION_PAGE_UP)
		go_up(f, page);
	else if (a == ACTION_TOP)
		f->top = 0;
	else if (a == ACTION_BOTTOM) {
		f->top = f->size;
		go_up(f, page);
	} else if (a == ACTION_OPEN && f->shape.what == ATTACHMENT_TABLE) {
		f->plain = !f->plain;
		f->top = 0;
	} else if (a == ACTION_WRITE)
		write_out(f);
	else
		return false;
	return true;
}

static void
name(struct screen *s, char *out, size_t out_size)
{
	(void)s;
	(void)snprintf(out, out_size, "%s", _("file"));
}

static void
free_file(struct screen *s)
{
	struct file_view *f = (struct file_view *)s;

	if (f->fd >= 0)
		(void)close(f->fd); /* only read */
	(void)xfree(f->file.name);
}

static const enum action bar[] = { ACTION_PAGE_DOWN, ACTION_PAGE_UP,
				   ACTION_BOTTOM,    ACTION_WRITE,
				   ACTION_HELP,	     ACTION_BACK,
				   ACTION_NONE };

static const struct screen_ops ops = {
	.context = CONTEXT_PAPER,
	.bar = bar,
	.name = name,
	.draw = draw,
	.act = act,
	.free = free_file,
};

void
file_view_open(struct console *c, const struct doc_ref *ref,
	       const struct attachment_row *a)
{
	unsigned char *head;
	struct file_view *f;
	struct err e = ERR_INIT;
	int64_t size;
	ssize_t n;
	int fd = -1;

	if (ask_attachment(c->desk, a, &fd, &size, &e) != RC_OK) {
		console_show_err(c, &e);
		return;
	}
	f = screen_new(c, &ops, sizeof(*f));
	f->ref = *ref;
	f->file = *a;
	f->file.name = xstrdup(a->name);
	f->fd = fd;
	f->size = size;
	head = xcalloc(1, ATTACHMENT_HEAD);
	n = pread(fd, head, ATTACHMENT_HEAD, 0);
	attachment_shape(a->name, head, n > 0 ? (size_t)n : 0, &f->shape);
	(void)xfree(head);
	screen_push(c, &f->screen);
}

/* --- which file -------------------------------------------------------------
 */

struct which {
	struct doc_ref ref;
	struct attachment_row *files;
	size_t n;
};

static void
chosen(struct console *c, void *ctx, int value)
{
	struct which *w = ctx;

	if (value >= 0)
		file_view_open(c, &w->ref, &w->files[value]);
	for (size_t i = 0; i < w->n; i++)
		(void)xfree(w->files[i].name);
	(void)xfree(w->files);
	(void)xfree(w);
}

void
files_open(struct console *c, const struct view *v)
{
	struct menu_spec spec = { .title = _("files"), .done = chosen };
	struct which *w;

	if (v->n_attachments == 0) {
		console_set_message(c, ATTR_PLAIN,
				    _("no file is attached to it"));
		return;
	}
	if (v->n_attachments == 1 && v->attachments[0].here) {
		file_view_open(c, &v->row->ref, &v->attachments[0]);
		return;
	}
	w = xcalloc(1, sizeof(*w));
	w->ref = v->row->ref;
	w->files = xcalloc(v->n_attachments, sizeof(*w->files));
	w->n = v->n_attachments;
	for (size_t i = 0; i < w->n; i++) {
		const struct attachment_row *a = &v->attachments[i];
		char hint[120], label[200];

		w->files[i] = *a;
		w->files[i].name = xstrdup(a->name);
		(void)snprintf(hint, sizeof(hint), "%lld B  %s",
			       (long long)a->size,
			       a->here ? a->type : _("not here yet"));
		(void)text_show_into(label, sizeof(label), a->name);
		menu_add(&spec.take_items, &spec.n_items, label, hint, !a->here,
			 (int)i);
	}
	spec.ctx = w;
	menu_open(c, &spec);
}
