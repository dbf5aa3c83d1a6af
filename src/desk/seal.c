#include "trust/seal.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "desk/ask.h"
#include "desk_int.h"
#include "model/content.h"
#include "seal_int.h"

static json_t *
seal_json(const char *hex)
{
	return json_pack("{s:s}", "sealed", hex);
}

/* A new salt; the value as JSON text is what the digest covers. */
static void
seal_anew(struct desk *d, const char *name, json_t *fields, json_t *reveals)
{
	uint8_t salt[SEAL_SALT_LEN];
	char salt_hex[2 * SEAL_SALT_LEN + 1], hex[DIGEST_HEX_LEN + 1];
	char *text = json_dumps(json_object_get(fields, name),
				JSON_COMPACT | JSON_ENCODE_ANY);
	struct digest digest;

	env_random(d->env, salt, sizeof(salt));
	seal_digest(salt, text, strlen(text), &digest);
	hex_encode(salt, sizeof(salt), salt_hex);
	digest_hex(&digest, hex);
	json_array_append_new(reveals,
			      json_pack("{s:o,s:s,s:s,s:s}", "officers",
					officers_json(d), "field", name, "salt",
					salt_hex, "value", text));
	json_object_set_new(fields, name, seal_json(hex));
	free(text);
}

static void
keep_seal(const struct doc_seal *s, json_t *fields)
{
	char hex[DIGEST_HEX_LEN + 1];

	hex_encode(s->digest.bytes, DIGEST_LEN, hex);
	json_object_set_new(fields, s->field->name, seal_json(hex));
}

void
fields_seal(struct desk *d, const struct kind *kind,
	    const struct held_doc *before, json_t *fields, json_t **ret_reveals)
{
	json_t *reveals = json_array();

	for (size_t i = 0; i < kind->n_fields; i++) {
		const char *name = kind->fields[i].name;
		const json_t *value = json_object_get(fields, name);
		const struct doc_seal *s = NULL;

		if (kind->fields[i].see != SEE_SEALED)
			continue;
		if (before != NULL)
			s = doc_seal_of(before->doc, name);
		/* one that this desk cannot open itself (a restore lost the
		 * reveal) is not taken for an empty field */
		if (s != NULL &&
		    (s->reveal == NULL ? value == NULL
				       : !content_differs(before->doc->fields,
							  fields, name)))
			keep_seal(s, fields);
		else if (value != NULL)
			seal_anew(d, name, fields, reveals);
	}
	*ret_reveals = reveals;
}

enum rc
reveals_write(struct desk *d, const struct doc_ref *ref, const json_t *reveals,
	      struct err *err)
{
	enum rc rc = RC_OK;
	size_t i;
	json_t *data;

	json_array_foreach(reveals, i, data)
	{
		struct own_act act = { .type = EVENT_REVEAL,
				       .owner = ref->owner,
				       .doc = ref->id,
				       .track = "owner",
				       .time_ms = env_now_ms(d->env),
				       .data = data };

		if (rc == RC_OK)
			rc = journal_append(d->journal, &act, NULL, err);
	}
	return rc;
}

/* The reason why others see nothing yet; heap. */
static char *
seal_words(const struct doc *d, const struct doc_seal *s)
{
	char when[TIME_TEXT_MAX];

	if (doc_seal_is_open(d, s))
		return xstrdup(_("sealed: its value has not come yet"));
	if (d->withdrawn || s->opens_ms < 0)
		return xstrdup(_("sealed"));
	time_format_short(s->opens_ms, when);
	return xasprintf(_("sealed until %s"), when);
}

void
view_say_seals(const struct view *v, json_t *fields)
{
	const struct doc *d = v->held.doc;
	size_t i;

	for (i = 0; d != NULL && i < d->n_seals; i++) {
		const struct doc_seal *s = &d->seals[i];
		const char *name = s->field->name;
		const json_t *value = json_object_get(fields, name);
		char *words, *text;

		if (s->reveal != NULL &&
		    (doc_seal_is_open(d, s) || !json_is_string(value)))
			continue;
		words = seal_words(d, s);
		text = s->reveal != NULL
			       ? xasprintf("%s (%s)", json_string_value(value),
					   words)
			       : xstrdup(words);
		json_object_set_new(fields, name, json_string(text));
		xfree(text);
		xfree(words);
	}
}
