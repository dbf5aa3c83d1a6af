/* The keys in force as a list: for people, and for who prints a card of them.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/console.h"
#include "console/keymap_int.h"

#define KEYS_COLS  20
#define LABEL_COLS 14

static const char *const titles[CONTEXT__COUNT] = {
	[CONTEXT_GENERIC] = N_("on every screen"),
	[CONTEXT_LIST] = N_("lists"),
	[CONTEXT_DETAIL] = N_("a document"),
	[CONTEXT_CALENDAR] = N_("calendar"),
	[CONTEXT_REGISTRY] = N_("tables"),
	[CONTEXT_LINKS] = N_("peers"),
	[CONTEXT_STATS] = N_("statistics"),
	[CONTEXT_AUDIT] = N_("audit"),
	[CONTEXT_SHIFT] = N_("duty and hand-over"),
	[CONTEXT_PAPER] = N_("papers"),
	[CONTEXT_FORM] = N_("forms"),
	[CONTEXT_PROMPT] = N_("a line to type"),
	[CONTEXT_CONFIRM] = N_("a question"),
};

static void
put_cell(FILE *out, const char *text, int cols)
{
	int n = cols - (int)utf8_cols(text, strlen(text));

	(void)fprintf(out, "%s%*s", text, n > 0 ? n : 1, "");
}

static void
put_text(FILE *out, const char *keys, enum action a)
{
	(void)fputs("  ", out);
	put_cell(out, keys, KEYS_COLS);
	put_cell(out, action_label(a), LABEL_COLS);
	(void)fprintf(out, "%s\n", action_help(a));
}

static void
put_json(FILE *out, enum context context, const char *keys, enum action a)
{
	json_t *o = json_object();
	char *text;

	json_object_set_new(o, "context", json_string(context_name(context)));
	json_object_set_new(o, "context_title",
			    json_string(_(titles[context])));
	json_object_set_new(o, "keys", json_string(keys));
	json_object_set_new(o, "action", json_string(action_name(a)));
	json_object_set_new(o, "label", json_string(action_label(a)));
	json_object_set_new(o, "help", json_string(action_help(a)));
	text = json_dumps(o, JSON_COMPACT);
	(void)fprintf(out, "%s\n", text);
	free(text);
	json_decref(o);
}

/* What every screen has is said once. */
static void
list_context(const struct keymap *m, enum context context, bool json, FILE *out)
{
	bool headed = json;
	char keys[128];

	for (int a = ACTION_NONE + 1; a < ACTION__COUNT; a++) {
		(void)keymap_keys(m, context, (enum action)a, " ", keys,
				  sizeof(keys));
		if (!keys[0] || (context != CONTEXT_GENERIC &&
				 !keymap_is_own(m, context, (enum action)a)))
			continue;
		if (!headed)
			(void)fprintf(out, "%s\n", _(titles[context]));
		headed = true;
		if (json)
			put_json(out, context, keys, (enum action)a);
		else
			put_text(out, keys, (enum action)a);
	}
}

/* Mistakes are for `keymap check`; here the outcome says that there are. */
static void
pass_over(void *ctx, const char *file, unsigned line, bool note,
	  const char *what)
{
	(void)ctx;
	(void)file;
	(void)line;
	(void)note;
	(void)what;
}

enum rc
console_keymap_list(const char *path, bool json, FILE *out, struct err *err)
{
	struct keymap *m = path ? keymap_load(path, pass_over, NULL, err)
				: keymap_default();

	if (!m)
		return err->code;
	for (int i = 0; i < CONTEXT__COUNT; i++)
		list_context(m, (enum context)i, json, out);
	(void)keymap_free(m);
	return RC_OK;
}
