#include "desk/desk.h"

#include <stdio.h>
#include <string.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/asset.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/space.h"
#include "base/text.h"
#include "base/time.h"
#include "desk_int.h"
#include "journal/audit.h"
#include "journal/kind_row.h"
#include "key_files_int.h"
#include "table_int.h"

char *
desk_path(const char *folder, const char *name)
{
	return xasprintf("%s/%s", folder, name);
}

/* A folder that others may look into is closed; one of another is refused. */
static enum rc
check_folder(const char *folder, struct err *err)
{
	struct stat st;
	char shown[160];

	text_show_into(shown, sizeof(shown), folder);
	if (stat(folder, &st) != 0 || !S_ISDIR(st.st_mode))
		return err_set(err, RC_IO, 0,
			       _("no desk in %s: make one with 'deltadesk "
				 "init', or name its folder with --desk"),
			       shown);
	if (st.st_uid != geteuid() && geteuid() != 0)
		return err_set(err, RC_IO, 0,
			       _("folder %s belongs to another user"), shown);
	if ((st.st_mode & 077) != 0 && chmod(folder, 0700) != 0)
		return err_set(err, RC_IO, 0,
			       _("folder %s is open to other users and cannot "
				 "be closed: chmod 700 it"),
			       shown);
	return RC_OK;
}

static bool
is_here(const struct kinds *kinds, const struct asset *a)
{
	struct kind_id id;

	for (size_t i = 0; kinds_id(kinds, i, &id); i++) {
		if (id.n_bytes == a->len &&
		    memcmp(id.bytes, a->bytes, a->len) == 0)
			return true;
	}
	return false;
}

/* Those built in that the database has not: reading one takes a millisecond,
 * and every command would read them all twice. */
static enum rc
add_built_in(struct kinds *kinds, const struct asset *a, struct err *err)
{
	struct kind *kind = NULL;
	struct digest digest;
	enum rc rc;

	if (is_here(kinds, a))
		return RC_OK;
	rc = kind_read(a->path, a->bytes, a->len, &kind, err);
	if (rc != RC_OK)
		return rc;
	digest_sha256(a->bytes, a->len, &digest);
	memcpy(kind->digest, digest.bytes, sizeof(kind->digest));
	if (kinds_has(kinds, kind->name, kind->version)) {
		kind_free(kind);
		return RC_OK;
	}
	return kinds_add(kinds, kind, err);
}

/* Kinds of the database first: what documents here were made with stays. */
static enum rc
load_kinds(struct desk *d, int64_t *ret_row, struct err *err)
{
	const struct asset *a = NULL;
	enum rc rc;

	d->kinds = kinds_new();
	rc = kind_rows_read(d->store, d->kinds, ret_row, err);
	while (rc == RC_OK && (a = asset_each("kinds/", a)) != NULL)
		rc = add_built_in(d->kinds, a, err);
	return rc;
}

static enum rc
load_calendar(struct desk *d, struct err *err)
{
	const struct asset *a = asset_find("reference/holidays.csv");

	if (a == NULL)
		return err_set(
			err, RC_DAMAGED, 0,
			_("this program was built without holidays.csv"));
	return calendar_new(a->bytes, a->len, &d->calendar, err);
}

static enum rc
load_identity(struct desk *d, struct err *err)
{
	char *id = NULL;
	enum rc rc = setting_read(d->store, "desk.id", &id, err);

	if (rc == RC_OK)
		rc = str_copy(d->id, sizeof(d->id), id, err);
	if (rc == RC_OK)
		rc = setting_read(d->store, "name", &d->name, err);
	if (rc == RC_NOTFOUND)
		rc = err_set(err, RC_DAMAGED, 0,
			     _("%s/" FILE_STORE " is not a whole desk: restore "
			       "a backup"),
			     d->folder);
	xfree(id);
	return rc;
}

static enum rc
open_parts(struct desk *d, bool frugal, struct err *err)
{
	char *store = desk_path(d->folder, FILE_STORE);
	char *seal = desk_path(d->folder, FILE_SEAL), *mark = NULL;
	struct journal_config config = { 0 };
	int64_t kind_row = 0;
	enum rc rc;

	rc = file_exists(store)
		     ? RC_OK
		     : err_set(err, RC_IO, 0,
			       _("no desk in %s: make one with 'deltadesk "
				 "init', or name its folder with --desk"),
			       d->folder);
	if (rc == RC_OK)
		rc = store_open(store, STORE_WRITE, &d->store, err);
	if (rc == RC_OK && frugal)
		rc = store_be_frugal(d->store, err);
	if (rc == RC_OK)
		rc = load_identity(d, err);
	if (rc == RC_OK)
		rc = load_kinds(d, &kind_row, err);
	if (rc == RC_OK)
		rc = load_calendar(d, err);
	if (rc == RC_OK)
		rc = signer_open(seal, &d->signer, err);
	if (rc == RC_OK) {
		mark = desk_mark_folder(d->store);
		config = (struct journal_config){
			.folder = d->folder,
			.desk = d->id,
			.store = d->store,
			.env = d->env,
			.kinds = d->kinds,
			.kind_row = kind_row,
			.calendar = d->calendar,
			.signer = d->signer,
			.open_signer = key_files_signer,
			.signer_ctx = d->folder,
			.mark_folder = mark,
		};
		rc = journal_open(&config, &d->journal, err);
	}
	xfree(mark);
	xfree(store);
	xfree(seal);
	return rc;
}

bool
desk_is_there(const char *folder)
{
	char *store = desk_path(folder, FILE_STORE);
	bool there = file_exists(store);

	xfree(store);
	return there;
}

enum rc
desk_open(const struct desk_open_as *as, struct desk **ret_desk,
	  struct err *err)
{
	struct desk *d = NULL;
	enum rc rc = check_folder(as->folder, err);

	if (rc != RC_OK)
		return rc;
	d = xcalloc(1, sizeof(*d));
	d->folder = xstrdup(as->folder);
	d->env = as->env != NULL ? as->env : env_system();
	d->tls_key = desk_path(d->folder, FILE_TLS_KEY);
	d->tls_cert = desk_path(d->folder, FILE_TLS_CERT);
	d->tls_next_key = desk_path(d->folder, FILE_TLS_NEXT_KEY);
	d->tls_next_cert = desk_path(d->folder, FILE_TLS_NEXT_CERT);
	d->wake = desk_path(d->folder, FILE_WAKE);
	rc = open_parts(d, as->frugal, err);
	if (rc == RC_OK && !(as->for_serve && as->officer == NULL))
		rc = officer_login(d, as->officer, err);
	if (rc != RC_OK) {
		bool refused = rc == RC_DENIED || rc == RC_NOTFOUND;

		if (refused && d->journal != NULL) {
			login_refused(d, as->officer);
			rc = RC_DENIED;
		} else if (refused) { /* a key that may not be used */
			rc = RC_IO;
		}
		if (err != NULL)
			err->code = rc;
		desk_close(d);
		return rc;
	}
	/* what a process left that died; else the one that serves tries */
	(void)key_files_settle(d, false, NULL);
	(void)journal_settle_rest(d->journal, NULL);
	d->seen_version = store_data_version(d->store);
	*ret_desk = d;
	return RC_OK;
}

struct desk *
desk_close(struct desk *d)
{
	if (d == NULL)
		return NULL;
	journal_close(d->journal);
	signer_free(d->signer);
	kinds_free(d->kinds);
	calendar_free(d->calendar);
	store_close(d->live);
	store_close(d->store);
	officer_release(&d->officer);
	tables_free(d->tables);
	xfree(d->folder);
	xfree(d->name);
	xfree(d->tls_key);
	xfree(d->tls_cert);
	xfree(d->tls_next_key);
	xfree(d->tls_next_cert);
	xfree(d->wake);
	return xfree(d);
}

struct journal *
desk_get_journal(const struct desk *d)
{
	return d->journal;
}

const char *
desk_get_id(const struct desk *d)
{
	return d->id;
}

const char *
desk_get_name(const struct desk *d)
{
	return d->name;
}

const char *
desk_get_folder(const struct desk *d)
{
	return d->folder;
}

/* A folder of the officer at work below one of that name. */
static enum rc
own_folder(const struct desk *d, const char *name, char **ret_path,
	   struct err *err)
{
	char *all = xasprintf("%s/%s", d->folder, name), *own;
	enum rc rc;

	/* ids have no slash (officer_add); "." and ".." are no folders of
	 * their own */
	own = xasprintf("%s/%s%s", all,
			d->has_officer && d->officer.id[0] == '.' ? "_" : "",
			d->has_officer ? d->officer.id : "desk");
	rc = dir_make(all, 0700, err);
	if (rc == RC_OK)
		rc = dir_make(own, 0700, err);
	xfree(all);
	if (rc != RC_OK) {
		xfree(own);
		return rc;
	}
	*ret_path = own;
	return RC_OK;
}

enum rc
desk_exchange_folder(const struct desk *d, char **ret_path, struct err *err)
{
	return own_folder(d, "files", ret_path, err);
}

enum rc
desk_pinyin_folder(const struct desk *d, char **ret_path, struct err *err)
{
	return own_folder(d, "pinyin", ret_path, err);
}

const struct env *
desk_get_env(const struct desk *d)
{
	return d->env;
}

const struct kinds *
desk_get_kinds(const struct desk *d)
{
	return d->kinds;
}

const struct calendar *
desk_get_calendar(const struct desk *d)
{
	return journal_get_calendar(d->journal);
}

const char *
desk_get_tls_key(const struct desk *d)
{
	return d->tls_key;
}

const char *
desk_get_tls_cert(const struct desk *d)
{
	return d->tls_cert;
}

const char *
desk_get_tls_next_key(const struct desk *d)
{
	return d->tls_next_key;
}

const char *
desk_get_tls_next_cert(const struct desk *d)
{
	return d->tls_next_cert;
}

const char *
desk_get_wake(const struct desk *d)
{
	return d->wake;
}

const struct officer *
desk_get_officer(const struct desk *d)
{
	return d->has_officer ? &d->officer : NULL;
}

enum rc
desk_kind(const struct desk *d, const char *name, const struct kind **ret_kind,
	  struct err *err)
{
	int32_t today = day_of_ms(env_now_ms(d->env)), first = INT32_MAX;
	char shown[64], names[160] = "";
	size_t i, at = 0, n;
	enum rc rc = journal_refresh_kinds(d->journal, err);

	if (rc != RC_OK)
		return rc;
	*ret_kind = kinds_current(d->kinds, name, today);
	if (*ret_kind != NULL)
		return RC_OK;
	for (i = 0; i < kinds_count(d->kinds); i++) {
		const char *one = kinds_at(d->kinds, i)->name;

		n = strlen(one);
		if (str_eq(one, name) &&
		    kinds_at(d->kinds, i)->effective_day < first)
			first = kinds_at(d->kinds, i)->effective_day;
		if (strstr(names, one) != NULL || at + n + 2 > sizeof(names))
			continue;
		if (at > 0)
			names[at++] = ' ';
		memcpy(names + at, one, n + 1);
		at += n;
	}
	if (first < INT32_MAX) {
		char from[11], now[11];

		day_format(first, from);
		day_format(today, now);
		return err_set(err, RC_NOTFOUND, 0,
			       _("kind '%s' is in force from %s on, and this "
				 "desk's clock says %s"),
			       name, from, now);
	}
	return err_set(err, RC_NOTFOUND, 0,
		       _("no kind '%s' is installed here; there are: %s"),
		       text_show_into(shown, sizeof(shown), name), names);
}

enum rc
act_begin(struct desk *d, struct err *err)
{
	spare_lend(d->folder); /* what serve keeps for a full disk */
	enum rc rc = journal_begin(d->journal, err);

	if (rc == RC_OK) {
		rc = officer_refresh(d, err);
		if (rc != RC_OK)
			journal_rollback(d->journal);
	}
	return rc;
}

enum rc
act_audit(struct desk *d, const char *act, const struct doc_ref *ref,
	  const char *detail, struct err *err)
{
	char subject[DESK_ID_MAX + UUID_LEN + 2] = "", *more = NULL;
	enum rc rc;

	if (ref != NULL && ref->owner[0] != '\0')
		(void)snprintf(subject, sizeof(subject), "%s/%s", ref->owner,
			       ref->id);
	else if (ref != NULL)
		(void)snprintf(subject, sizeof(subject), "%s", ref->id);
	if (d->officer.asserted)
		more = xasprintf("asserted %s", detail != NULL ? detail : "");
	rc = audit_append(d->journal, d->has_officer ? d->officer.id : "", act,
			  subject, more != NULL ? more : detail, err);
	xfree(more);
	return rc;
}

enum rc
act_end(struct desk *d, enum rc rc, struct err *err)
{
	if (rc == RC_OK)
		rc = journal_commit(d->journal, err);
	if (rc != RC_OK)
		journal_rollback(d->journal);
	else
		d->version++;
	return rc;
}

int64_t
ask_data_version(struct desk *d)
{
	int64_t now = store_data_version(d->store);

	if (now != d->seen_version) {
		d->seen_version = now;
		d->version++;
		/* a failure shows again with the question that follows */
		(void)journal_refresh_kinds(d->journal, NULL);
	}
	return d->version;
}
