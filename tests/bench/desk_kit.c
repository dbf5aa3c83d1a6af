#include "config.h"

#include "desk_kit.h"

#include "base/env.h"
#include "base/mem.h"
#include "base/uuid.h"
#include "kit.h"

#define TEXT_BYTES 1800

json_t *
clue_of(int64_t i, const char *urgency)
{
	char *title =
		xasprintf("涉嫌销售假冒注册商标商品线索 %lld", (long long)i);
	char *facts = case_cut(i, TEXT_BYTES);
	if (urgency == NULL)
		urgency = i % 4 == 1 ? "加急" : "平件";
	json_t *fields = json_pack("{s:s, s:s, s:s, s:s, s:s}", "title", title,
				   "secrecy", "内部", "urgency", urgency,
				   "mode", "actual", "facts", facts);

	xfree(facts);
	xfree(title);
	return fields;
}

json_t *
clue_fields(int64_t i)
{
	return clue_of(i, NULL);
}

struct desk *
bench_desk(const char *folder)
{
	struct desk_open_as as = { .folder = folder, .env = env_system() };
	struct desk *d = NULL;
	struct err err = ERR_INIT;

	must(desk_open(&as, &d, &err), &err);
	return d;
}

void
append_one(struct desk *d, json_t *take_to, const char *kind_name,
	   json_t *take_fields, char ret_doc[static UUID_LEN + 1])
{
	const struct kind *kind = NULL;
	struct err err = ERR_INIT;
	struct own_act act = { .type = EVENT_ISSUE };

	must(desk_kind(d, kind_name, &kind, &err), &err);
	uuid7_make(desk_get_env(d), ret_doc);
	act.owner = desk_get_id(d);
	act.doc = ret_doc;
	act.kind = kind->name;
	act.kind_version = kind->version;
	act.time_ms = env_now_ms(desk_get_env(d));
	act.data =
		json_pack("{s:[], s:o, s:[], s:o, s:[]}", "officers", "to",
			  take_to, "cc", "fields", take_fields, "attachments");
	must(journal_append(desk_get_journal(d), &act, NULL, &err), &err);
	json_decref(act.data);
}
