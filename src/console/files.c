#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "console/files_int.h"
#include "console/order_int.h"
#include "console/popup_int.h"
#include "desk/folder.h"

#define PATH_CHOSEN (-2) /* value of the line for a file elsewhere */

struct choosing {
	struct files_spec spec;
	struct folder_list folder;
};

/* Tells what was chosen; nothing of it is used afterwards. */
static void
tell(struct console *c, struct choosing *f, const struct files_chosen *chosen)
{
	f->spec.done(c, f->spec.ctx, chosen);
	folder_list_release(&f->folder);
	(void)xfree(f);
}

static void
path_given(struct console *c, void *ctx, const char *text)
{
	const struct files_chosen chosen = { .names = &text,
					     .n = text && text[0] };

	tell(c, ctx, &chosen);
}

static void
chosen_many(struct console *c, void *ctx, const int *values, size_t n)
{
	struct choosing *f = ctx;
	const char *names[ATTACH_MAX_COUNT];
	struct files_chosen chosen = { .names = names, .in_folder = true };
	const struct prompt_spec path = { .label = _("path of the file:"),
					  .done = path_given,
					  .ctx = f };

	if (n == 1 && values[0] == PATH_CHOSEN) {
		prompt_open(c, &path);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (values[i] < 0)
			continue; /* a path beside marks: what is marked */
		if (chosen.n + f->spec.n_there >= ATTACH_MAX_COUNT) {
			console_set_message(c, ATTR_ERROR,
					    _("more than %d attachments"),
					    ATTACH_MAX_COUNT);
			chosen.n = 0; /* not some of them unasked */
			break;
		}
		names[chosen.n++] = f->folder.rows[values[i]].name;
	}
	tell(c, f, &chosen);
}

static void
add_file(struct console *c, const struct folder_file *f, struct menu_spec *menu,
	 int value)
{
	char hint[160], size[SIZE_TEXT_MAX], when[SPAN_MAX], shape[48] = "";

	if (f->shape.what == ATTACHMENT_IMAGE && f->shape.width > 0)
		(void)snprintf(shape, sizeof(shape), "%s %dx%d", f->shape.type,
			       f->shape.width, f->shape.height);
	else
		(void)snprintf(shape, sizeof(shape), "%s", f->shape.type);
	if (f->unfit)
		(void)snprintf(hint, sizeof(hint), "%s", f->unfit);
	else
		(void)snprintf(hint, sizeof(hint), "%6s  %s  %s",
			       name_size(f->size, size),
			       time_text(f->changed_ms, console_now_ms(c),
					 when),
			       shape);
	menu_add(&menu->take_items, &menu->n_items, f->shown, hint,
		 f->unfit != NULL, value);
}

void
files_choose(struct console *c, const struct files_spec *spec)
{
	struct choosing *f = xcalloc(1, sizeof(*f));
	const struct files_chosen nothing = { .n = 0 };
	struct err e = ERR_INIT;
	struct menu_spec menu = { .filter = true,
				  .done_many = chosen_many,
				  .ctx = f };
	char title[200], *empty;

	f->spec = *spec;
	if (ask_folder(c->desk, &f->folder, &e) != RC_OK) {
		console_show_err(c, &e);
		tell(c, f, &nothing);
		return;
	}
	(void)snprintf(title, sizeof(title),
		       f->folder.more ? _("the newest %zu of the exchange "
					  "folder")
				      : _("exchange folder (%zu)"),
		       f->folder.n_rows);
	menu.title = title;
	for (size_t i = 0; i < f->folder.n_rows; i++)
		add_file(c, &f->folder.rows[i], &menu, (int)i);
	if (!c->config->confined)
		menu_add(&menu.take_items, &menu.n_items, _("a file elsewhere"),
			 _("its path is typed"), false, PATH_CHOSEN);
	empty = xasprintf(_("nothing lies in %s"), f->folder.path);
	if (menu.n_items == 0 || f->folder.n_rows == 0)
		console_set_message(c, ATTR_PLAIN, "%s", empty);
	menu.empty = _("nothing lies in the folder yet");
	menu_open(c, &menu);
	(void)xfree(empty);
}

/* --- to a document that is there ------------------------------------------ */

static void
attach_chosen(struct console *c, void *ctx, const struct files_chosen *chosen)
{
	struct doc_ref *ref = ctx;
	struct order order = { .type = ORDER_ATTACH, .ref = *ref };

	(void)xfree(ref);
	if (chosen->n == 0) {
		if (!c->message[0])
			console_set_message(c, ATTR_PLAIN, "%s",
					    _("nothing was done"));
		return;
	}
	order.in_folder = chosen->in_folder;
	order.take_input = json_array();
	for (size_t i = 0; i < chosen->n; i++)
		json_array_append_new(order.take_input,
				      json_string(chosen->names[i]));
	(void)snprintf(order.said, sizeof(order.said),
		       ngettext("attached: %zu file", "attached: %zu files",
				(unsigned long)chosen->n),
		       chosen->n);
	order_submit(c, &order);
}

void
files_attach(struct console *c, const struct doc_ref *ref)
{
	struct files_spec spec = { .done = attach_chosen };
	struct doc_ref *copy = xcalloc(1, sizeof(*copy));
	struct view *v = NULL;

	*copy = *ref;
	spec.ctx = copy;
	/* who may not see it is told by the act */
	if (ask_view(c->desk, ref, &v, NULL) == RC_OK &&
	    strcmp(ref->owner, desk_get_id(c->desk)) == 0)
		spec.n_there = v->n_attachments;
	(void)view_free(v);
	files_choose(c, &spec);
}
