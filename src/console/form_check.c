/* What is said of a field while it is typed, beside it. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "console/form_int.h"

#define PROBLEMS_MAX 16

/* Characters that a value of that type has when it is whole: at least *ret_min;
 * 0: it may be whole at any length. The sum of *ret_of is shown. */
static size_t
whole_length(const struct field *field, size_t *ret_of)
{
	switch (field->type) {
	case FIELD_CREDIT_CODE: *ret_of = 18; return 18;
	case FIELD_GTIN: *ret_of = 13; return 8;
	case FIELD_DATE: *ret_of = 10; return 10;
	case FIELD_TIME: *ret_of = 16; return 16;
	case FIELD_DIGEST: *ret_of = 64; return 64;
	case FIELD_TEXT:
	case FIELD_LONG:
		*ret_of = field->has_max ? (size_t)field->max : 0;
		return 0;
	case FIELD_INT:
	case FIELD_DECIMAL:
	case FIELD_MONEY:
	case FIELD_PHONE: *ret_of = 0; return 0;
	case FIELD_CODE:
	case FIELD_BOOL:
	case FIELD_DESK:
	case FIELD_OFFICER:
	case FIELD_DOC:
	case FIELD_URL:
	case FIELD_GROUP:
	case FIELD_LIST:
	case FIELD__COUNT: break;
	}
	*ret_of = 0;
	return SIZE_MAX; /* told when it is left */
}

/* Characters that may stand in it; NULL: any. */
static const char *
alphabet(enum field_type type)
{
	if (type == FIELD_CREDIT_CODE)
		return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		       "abcdefghijklmnopqrstuvwxyz";
	if (type == FIELD_GTIN || type == FIELD_INT)
		return "-0123456789";
	if (type == FIELD_DATE)
		return "0123456789-.";
	if (type == FIELD_TIME)
		return "0123456789-:. T+Z";
	if (type == FIELD_DECIMAL || type == FIELD_MONEY)
		return "-0123456789.";
	return NULL;
}

/* What the kind says of this value alone. */
static void
judge(struct form *f, struct form_item *it)
{
	struct problem problems[PROBLEMS_MAX];
	char dotted[DOTTED_MAX];
	json_t *content = form_content(f);
	struct err e = ERR_INIT;
	size_t missing, n;
	enum rc rc;

	form_content_name(f, f->at, dotted);
	rc = f->ops->set
		     ? f->ops->set(f, content, dotted, it->edit.text, &e)
		     : content_set(f->kind, content, dotted, it->edit.text, &e);
	if (rc != RC_OK) {
		item_set_error(it, dotted, e.msg, false);
	} else {
		n = content_check(f->fields, f->n_fields, content, problems,
				  PROBLEMS_MAX, &missing);
		for (size_t i = 0; i < n && i < PROBLEMS_MAX; i++)
			if (!problems[i].absent &&
			    str_eq(problems[i].field, dotted)) {
				item_set_error(it, dotted, problems[i].err.msg,
					       problems[i].soft);
				break;
			}
	}
	json_decref(content);
}

static bool
ends_open(const char *text)
{
	size_t n = strlen(text);

	return n == 0 || text[n - 1] == '.' || text[n - 1] == '-';
}

static void
say_length(struct form_item *it, size_t n, size_t of)
{
	if (of == 0 || n == 0)
		return;
	/* a limit far away is no news */
	if (it->field->type == FIELD_TEXT || it->field->type == FIELD_LONG)
		if (n * 2 < of)
			return;
	(void)snprintf(it->said, sizeof(it->said), "%zu/%zu", n, of);
}

void
form_check_typing(struct form *f)
{
	struct form_item *it = &f->items[f->at];
	const char *letters;
	size_t n, of, whole;

	it->error[0] = it->said[0] = '\0';
	it->said_good = false;
	if (it->type != ITEM_FIELD || item_choices(it) || item_table(it))
		return;
	n = utf8_chars(it->edit.text, it->edit.len);
	whole = whole_length(it->field, &of);
	if (whole == SIZE_MAX || n == 0)
		return;
	say_length(it, n, of);
	letters = alphabet(it->field->type);
	if (letters && it->edit.text[strspn(it->edit.text, letters)]) {
		(void)snprintf(it->error, sizeof(it->error),
			       _("%s cannot stand here"),
			       it->edit.text + strspn(it->edit.text, letters));
		return;
	}
	if (n < whole || (whole == 0 && ends_open(it->edit.text)))
		return;
	judge(f, it);
	if (whole > 0 && !it->error[0]) {
		it->said_good = true;
		(void)snprintf(it->said, sizeof(it->said), "%s", _("right"));
	}
}

size_t
form_musts(const struct form *f, size_t *ret_given)
{
	size_t n = 0;

	*ret_given = 0;
	for (size_t i = 0; i < f->n_items; i++)
		if (f->items[i].must && f->items[i].type <= ITEM_ADD_ROW) {
			n++;
			*ret_given +=
				f->items[i].type == ITEM_ADD_ROW
					? form_rows_short(f, &f->items[i]) == 0
					: f->items[i].edit.len > 0;
		}
	return n;
}

bool
form_check_slots(struct form *f)
{
	bool good = true;

	for (size_t i = 0; i < f->n_items; i++) {
		struct form_item *it = &f->items[i];
		const char *slot = it->edit.text;
		size_t n = 0;

		if (!item_is_prose(it) || it->error[0])
			continue;
		while ((slot = strchr(slot, '{')) != NULL &&
		       (n = slot_len(slot)) == 0)
			slot++;
		if (!slot)
			continue;
		(void)snprintf(it->error, sizeof(it->error),
			       _("not filled in yet: %.*s"), (int)n, slot);
		it->soft = true;
		good = false;
	}
	return good;
}
