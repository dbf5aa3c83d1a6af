/* The list of attachments in an issue or a revise of another desk. */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/text.h"
#include "model/event.h"

static bool
digest_ok(const char *s)
{
	static const char prefix[] = "sha256:";

	return s != NULL && str_starts(s, prefix) &&
	       strlen(s) == sizeof(prefix) - 1 + DIGEST_HEX_LEN &&
	       strspn(s + sizeof(prefix) - 1, "0123456789abcdef") ==
		       DIGEST_HEX_LEN;
}

static enum rc
check_one(const json_t *one, struct err *err)
{
	const json_t *type = json_object_get(one, "type");
	const char *name = json_text(one, "name");
	int64_t size;

	if (name == NULL || name[0] == '\0' || strlen(name) > ATTACH_NAME_MAX)
		return err_set(err, RC_MALFORMED, 0,
			       _("event: an attachment's name has 1 to %d "
				 "bytes"),
			       ATTACH_NAME_MAX);
	if (!digest_ok(json_text(one, "digest")))
		return err_set(err, RC_MALFORMED, 0,
			       _("event: an attachment's digest is sha256: "
				 "and 64 hexadecimal digits"));
	if (type != NULL && !json_is_string(type))
		return err_set(err, RC_MALFORMED, 0,
			       _("event: an attachment's type is no text"));
	return json_need_int(one, "size", 0, ATTACH_MAX_BYTES, &size, err);
}

enum rc
event_check_files(const struct event *e, struct err *err)
{
	const json_t *list = json_object_get(e->data, "attachments"), *one;
	enum rc rc = RC_OK;
	size_t i;

	if (list == NULL || (e->type != EVENT_ISSUE && e->type != EVENT_REVISE))
		return RC_OK;
	if (!json_is_array(list) || json_array_size(list) > ATTACH_MAX_COUNT)
		return err_set(err, RC_MALFORMED, 0,
			       _("event: attachments is a list of at most %d"),
			       ATTACH_MAX_COUNT);
	json_array_foreach(list, i, one)
	{
		rc = check_one(one, err);
		if (rc != RC_OK)
			break;
	}
	return rc;
}
