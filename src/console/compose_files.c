/* Attachments of a draft: chosen in the exchange folder, copied into the desk
 * at once, so that neither a change of the file nor its end changes them. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "console/compose_int.h"
#include "console/files_int.h"

static void
chosen(struct console *c, void *ctx, const struct files_chosen *files)
{
	struct compose *f = ctx;

	if (files->n == 0)
		return;
	if (f->files && f->in_folder != files->in_folder) {
		console_set_message(c, ATTR_SOON, "%s",
				    _("the files before these are still "
				      "being attached"));
		return;
	}
	if (!f->files)
		f->files = json_array();
	f->in_folder = files->in_folder;
	for (size_t i = 0; i < files->n; i++)
		json_array_append_new(f->files, json_string(files->names[i]));
	form_set_error(&f->form, ITEM_FILE, "");
	console_set_message(c, ATTR_PLAIN, "%s", _("it is being attached"));
	compose_save(f);
}

void
compose_choose_files(struct form *form)
{
	struct compose *f = (struct compose *)form;
	struct files_spec spec = { .done = chosen, .ctx = f };

	for (size_t i = 0; i < form->n_items; i++)
		spec.n_there += form->items[i].type == ITEM_ATTACHED;
	spec.n_there += json_array_size(f->files);
	files_choose(form->screen.console, &spec);
}

void
compose_drop_file(struct form *form, size_t item)
{
	struct compose *f = (struct compose *)form;
	const char *name = form->items[item].edit.text;
	const json_t *one;
	size_t i;

	json_array_foreach(f->dropped, i,
			   one) if (strcmp(json_string_value(one), name) ==
				    0) return;
	if (!f->dropped)
		f->dropped = json_array();
	json_array_append_new(f->dropped, json_string(name));
	compose_save(f);
}

void
compose_files_show(struct compose *f)
{
	struct console *c = f->form.screen.console;
	struct view *v = NULL;
	bool had = form_has(&f->form, ITEM_ATTACHED);

	if (!f->draft->exists) {
		form_set_files(&f->form, NULL, 0);
		if (had)
			form_set_error(&f->form, ITEM_FILE,
				       _("the attachments stayed with the "
					 "draft that is gone: attach them "
					 "again"));
		return;
	}
	if (ask_view(c->desk, &f->draft->ref, &v, NULL) == RC_OK)
		form_set_files(&f->form, v->attachments, v->n_attachments);
	(void)view_free(v);
}

void
compose_files_saved(struct compose *f, size_t added)
{
	struct console *c = f->form.screen.console;

	compose_files_show(f);
	if (added > 0)
		console_set_message(c, ATTR_GOOD,
				    ngettext("attached: %zu file",
					     "attached: %zu files",
					     (unsigned long)added),
				    added);
	else
		console_set_message(c, ATTR_PLAIN, "%s",
				    _("taken out of the draft"));
}

void
compose_files_failed(struct compose *f, const struct err *err)
{
	form_set_error(&f->form, ITEM_FILE, err->msg);
	console_show_err(f->form.screen.console, err);
}
