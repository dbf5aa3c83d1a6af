/* Layouts of papers: data embedded from db/print. */
#include <string.h>

#include "base/asset.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk_int.h"
#include "paper_int.h"

#define LAYOUT_FALLBACK "notice"

static enum rc
unknown(const char *name, struct err *err)
{
	const struct asset *a = NULL;
	struct buf names;
	char shown[64];
	enum rc rc;

	buf_init(&names, 1024);
	while ((a = asset_each("print/", a)) != NULL) /* short ones */
		(void)buf_addf(&names, NULL, " %.*s",
			       (int)(strlen(a->path) - strlen("print/.json")),
			       a->path + strlen("print/"));
	rc = err_set(err, RC_NOTFOUND, 0,
		     _("there is no layout '%s' of papers; there are:%s"),
		     text_show_into(shown, sizeof(shown), name),
		     buf_str(&names));
	buf_release(&names);
	return rc;
}

enum rc
layout_read(const char *name, const json_t *own, struct layout *out,
	    struct err *err)
{
	const char *wanted = name != NULL ? name : LAYOUT_FALLBACK;
	char *path = xasprintf("print/%s.json", wanted);
	const struct asset *a = asset_find(path);
	enum rc rc;

	*out = (struct layout){ .own = own, .name = wanted };
	if (a == NULL) {
		rc = unknown(wanted, err);
	} else {
		rc = json_read_object(a->bytes, a->len, &out->named, err);
		if (rc != RC_OK)
			rc = err_wrap(err, "%s", path);
	}
	xfree(path);
	return rc;
}

void
layout_release(struct layout *l)
{
	json_decref(l->named);
	*l = (struct layout){ 0 };
}

const json_t *
layout_get(const struct layout *l, const char *key)
{
	const json_t *own = json_object_get(l->own, key);

	return own != NULL ? own : json_object_get(l->named, key);
}

const char *
layout_text(const json_t *value)
{
	if (json_is_object(value))
		return json_text(value, i18n_zh() ? "zh" : "en");
	return json_string_value(value);
}
