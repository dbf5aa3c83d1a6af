/* What the five desks tell each other. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <unistd.h>

#include "base/asset.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "demo_int.h"
#include "desk/import.h"

#define TICK_US		    200000
#define TRAFFIC_EVERY_TICKS 20 /* 4 s */

static int
find_desk(const struct demo *d, const char *id)
{
	for (int i = 0; i < DEMO__COUNT; i++)
		if (str_eq(d->desks[i].id, id))
			return i;
	return -1;
}

/* An embedded file as a file of the demo's folder. Heap path. */
static enum rc
lay_out(struct demo *d, const char *name, char **ret_path, struct err *err)
{
	char *asset_name = xasprintf("demo/%s", name);
	char *path = xasprintf("%s/%s", d->root, name);
	const struct asset *a = asset_find(asset_name);
	enum rc rc = a == NULL
			     ? err_set(err, RC_NOTFOUND, 0, "no %s", name)
			     : file_replace(path, a->bytes, a->len, 0600, err);
	(void)xfree(asset_name);
	if (rc == RC_OK)
		*ret_path = path;
	else
		(void)xfree(path);
	return rc;
}

enum rc
demo_import(struct demo *d, enum demo_desk_at from, enum demo_desk_at to,
	    const char *file, const char *map, struct err *err)
{
	char *path = NULL;
	char *map_path = NULL;
	const char *addressee = d->desks[to].id;
	struct import_report report = { .rows = 0 };
	struct import_job job = { .kind = "clue",
				  .to = &addressee,
				  .n_to = 1,
				  .issue = true,
				  .problem = out_warn };

	enum rc rc = lay_out(d, file, &path, err);
	if (rc == RC_OK)
		rc = lay_out(d, map, &map_path, err);
	job.path = path;
	job.map = map_path;
	if (rc == RC_OK)
		rc = desk_import(d->desks[from].desk, &job, &report, err);
	if (rc == RC_OK && (report.made == 0 || report.rejected > 0))
		rc = err_set(err, RC_MALFORMED, 0,
			     _("%s: %lld made, %lld rejected"), file,
			     (long long)report.made,
			     (long long)report.rejected);
	d->desks[from].expected += report.made;
	d->desks[to].expected += report.made;
	(void)xfree(path);
	(void)xfree(map_path);
	return rc;
}

/* Ids of an array as borrowed pointers; those of the five are counted. */
static size_t
take_ids(struct demo *d, const json_t *list, const char **out, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < json_array_size(list) && n < max; i++) {
		const char *id = json_string_value(json_array_get(list, i));
		int at = id != NULL ? find_desk(d, id) : -1;
		if (at < 0)
			continue;
		out[n++] = id;
		d->desks[at].expected++;
	}
	return n;
}

/* One line of clues.ndjson; *ret_issued false when it is of no use here. */
static enum rc
issue_sample(struct demo *d, const json_t *sample, bool *ret_issued,
	     struct err *err)
{
	const char *to[DEMO__COUNT];
	const char *cc[DEMO__COUNT];
	struct new_doc n = {
		.kind = "clue", .to = to, .cc = cc, .insist = true
	};
	struct doc_ref ref;
	enum new_outcome outcome;
	const char *owner = json_text(sample, "owner");
	int at = owner != NULL ? find_desk(d, owner) : -1;

	*ret_issued = false;
	if (at < 0)
		return RC_OK;
	n.n_to = take_ids(d, json_object_get(sample, "to"), to, DEMO__COUNT);
	if (n.n_to == 0)
		return RC_OK;
	n.n_cc = take_ids(d, json_object_get(sample, "cc"), cc, DEMO__COUNT);
	n.fields = json_object_get(sample, "fields");
	d->desks[at].expected++;
	*ret_issued = true;
	return act_new(d->desks[at].desk, &n, NULL, NULL, &ref, &outcome, err);
}

enum rc
demo_issue_samples(struct demo *d, size_t n, struct err *err)
{
	const struct asset *a = asset_find("demo/clues.ndjson");
	const char *at = a->bytes;
	enum rc rc = RC_OK;
	size_t line = 0;

	while (rc == RC_OK && n > 0 && *at != '\0') {
		const char *end = strchr(at, '\n');
		size_t n_line = end != NULL ? (size_t)(end - at) : strlen(at);
		json_t *sample = NULL;
		bool issued = false;
		if (line++ >= d->n_known) {
			rc = json_read_object(at, n_line, &sample, err);
			if (rc == RC_OK)
				rc = issue_sample(d, sample, &issued, err);
			json_decref(sample);
			d->n_known = line;
			n -= issued;
		}
		at += n_line + (end != NULL);
	}
	return rc;
}

enum rc
demo_issue(struct demo *d, enum demo_desk_at from, enum demo_desk_at to,
	   const char *title, struct doc_ref *out, struct err *err)
{
	const char *addressee = d->desks[to].id;
	enum new_outcome outcome;
	json_t *fields = json_object();
	struct new_doc n = {
		.kind = "clue", .to = &addressee, .n_to = 1, .fields = fields
	};
	json_object_set_new(fields, "title", json_string(title));
	json_object_set_new(fields, "facts", json_string(title));
	enum rc rc = act_new(d->desks[from].desk, &n, NULL, NULL, out, &outcome,
			     err);
	json_decref(fields);
	if (rc == RC_OK) {
		d->desks[from].expected++;
		d->desks[to].expected++;
	}
	return rc;
}

/* false when the parent is gone. */
static bool
sleep_beside(pid_t parent)
{
	for (int i = 0; i < TRAFFIC_EVERY_TICKS; i++) {
		if (getppid() != parent)
			return false;
		(void)usleep(TICK_US); /* shorter is fine */
	}
	return true;
}

void
demo_traffic(struct demo *d, pid_t parent)
{
	static const enum demo_desk_at senders[] = { DEMO_HANGZHOU, DEMO_HEFEI,
						     DEMO_POLICE };
	for (size_t i = 0; sleep_beside(parent); i++) {
		enum demo_desk_at from = senders[i % ARRAY_LEN(senders)];
		struct desk_open_as as = { .folder = d->desks[from].folder,
					   .env = d->c->env };
		struct doc_ref ref;
		char title[96];
		(void)snprintf(title, sizeof(title),
			       "演示：%s 第 %zu 条实时线索", d->desks[from].id,
			       i + 1);
		if (desk_open(&as, &d->desks[from].desk, NULL) == RC_OK)
			(void)demo_issue(d, from, DEMO_CHANGNING, title, &ref,
					 NULL); /* the next one may do */
		d->desks[from].desk = desk_close(d->desks[from].desk);
	}
}
