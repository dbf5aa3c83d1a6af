#include "desk/group.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/permit.h"
#include "desk_int.h"
#include "journal/peer.h"
#include "table_int.h"

/* The first two digits of a desk's division are its province's. */
#define PROVINCE_DIGITS 2

static void
group_release(struct group *g)
{
	size_t i;

	xfree(g->name);
	xfree(g->title);
	xfree(g->pinyin);
	xfree(g->initials);
	for (i = 0; i < g->n_desks; i++)
		xfree(g->desks[i]);
	xfree(g->desks);
}

void
group_list_release(struct group_list *l)
{
	size_t i;

	for (i = 0; i < l->n_rows; i++)
		group_release(&l->rows[i]);
	xfree(l->rows);
	*l = (struct group_list){ .rows = NULL };
}

static void
add_desk(struct group *g, const char *desk)
{
	g->desks = xreallocarray(g->desks, g->n_desks + 1, sizeof(*g->desks));
	g->desks[g->n_desks++] = xstrdup(desk);
}

static bool
has_desk(const struct group *g, const char *desk)
{
	size_t i;

	for (i = 0; i < g->n_desks; i++)
		if (str_eq(g->desks[i], desk))
			return true;
	return false;
}

static struct group *
add_group(struct group_list *l, const char *name)
{
	struct group *g;

	l->rows = xreallocarray(l->rows, l->n_rows + 1, sizeof(*l->rows));
	g = &l->rows[l->n_rows++];
	*g = (struct group){ .name = xstrdup(name),
			     .title = xstrdup(name),
			     .pinyin = xstrdup(""),
			     .initials = xstrdup("") };
	return g;
}

/* "Shanghai" of "shanghai". */
static char *
capital(const char *pinyin)
{
	char *s = xstrdup(pinyin);

	s[0] = (char)toupper((unsigned char)s[0]);
	return s;
}

static void
name_built_in(struct group *g, const char *title, const char *pinyin,
	      const char *initials)
{
	g->built_in = true;
	xfree(g->title);
	xfree(g->pinyin);
	xfree(g->initials);
	g->title = title != NULL ? xstrdup(title) : capital(pinyin);
	g->pinyin = xstrdup(pinyin);
	g->initials = xstrdup(initials);
}

static void
add_peer(void *ctx, const struct peer *p)
{
	if (p->state == PEER_TRUSTED)
		add_desk(ctx, p->desk);
}

static void
add_province(struct group_list *l, const struct table *t, size_t row)
{
	const char *code = table_cell(t, row, "code");
	const char *name = table_cell(t, row, "short");
	struct group *g = NULL;
	size_t i, n = l->rows[0].n_desks; /* of all peers */

	for (i = 0; i < n; i++) {
		const char *desk = l->rows[0].desks[i];

		if (strncmp(desk, code, PROVINCE_DIGITS) != 0)
			continue;
		if (g == NULL)
			g = add_group(l, name);
		add_desk(g, desk);
	}
	if (g != NULL)
		name_built_in(g, i18n_zh() ? name : NULL,
			      table_cell(t, row, "pinyin"),
			      table_cell(t, row, "initials"));
}

static enum rc
add_own(struct desk *d, struct group_list *l, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_GROUP_EACH);
	struct group *g = NULL;
	bool row;
	enum rc rc;

	while ((rc = stmt_step(st, &row, err)) == RC_OK && row) {
		const char *name = col_text(st, 0), *desk = col_text(st, 1);

		if (g == NULL || !str_eq(g->name, name))
			g = add_group(l, name);
		if (has_desk(&l->rows[0], desk))
			add_desk(g, desk);
		else
			g->n_left_out++;
	}
	stmt_done(st);
	return rc;
}

enum rc
ask_groups(struct desk *d, struct group_list *out, struct err *err)
{
	const struct table *t = table_get(d, "divisions");
	struct group_list l = { .rows = NULL };
	struct group *all = add_group(&l, GROUP_ALL);
	size_t i;
	enum rc rc;

	name_built_in(all, i18n_zh() ? GROUP_ALL : _("all peers"), "quanbu",
		      "qb");
	rc = peer_each(d->journal, add_peer, all, err);
	for (i = 0; rc == RC_OK && t != NULL && i < t->n_rows; i++)
		if (str_eq(table_cell(t, i, "level"), "province"))
			add_province(&l, t, i);
	if (rc == RC_OK)
		rc = add_own(d, &l, err);
	if (rc != RC_OK) {
		group_list_release(&l);
		return rc;
	}
	*out = l;
	return RC_OK;
}

const struct group *
group_find(const struct group_list *l, const char *word)
{
	size_t i;

	for (i = 0; i < l->n_rows; i++)
		if (str_eq(l->rows[i].name, word))
			return &l->rows[i];
	for (i = 0; i < l->n_rows; i++)
		if (str_eq(l->rows[i].title, word) ||
		    (l->rows[i].built_in && str_eq(l->rows[i].pinyin, word)))
			return &l->rows[i];
	return l->n_rows > 0 && str_eq(word, "all") ? &l->rows[0] : NULL;
}

enum rc
group_check(struct desk *d, const char *word, struct err *err)
{
	struct group_list l = { .rows = NULL };
	enum rc rc = ask_groups(d, &l, err);
	char shown[64], names[120] = "";
	size_t i, at = 0;

	if (rc != RC_OK)
		return rc;
	if (group_find(&l, word) == NULL) {
		for (i = 0; i < l.n_rows && at + GROUP_NAME_MAX < sizeof(names);
		     i++)
			at += (size_t)snprintf(names + at, sizeof(names) - at,
					       " %s", l.rows[i].name);
		rc = err_set(err, RC_RANGE, 0,
			     _("'%s' is no desk id (310105, 310105-gaj) and "
			       "no group:%s"),
			     text_show_into(shown, sizeof(shown), word), names);
	}
	group_list_release(&l);
	return rc;
}

/* ---- those that the desk keeps ---- */

/* A name is one word of a line of addressees, and nothing else there. */
static enum rc
check_name(const struct group_list *l, const char *name, struct err *err)
{
	char shown[80];
	const struct group *g;
	const char *s = name;
	size_t left = strlen(name), len;
	uint32_t cp;
	enum rc rc = utf8_check(name, left, err);

	if (rc != RC_OK)
		return rc;
	text_show_into(shown, sizeof(shown), name);
	if (left == 0 || left > GROUP_NAME_MAX)
		return err_set(err, RC_RANGE, 0,
			       _("a group's name has 1 to %d bytes"),
			       GROUP_NAME_MAX);
	if (isdigit((unsigned char)name[0]) || name[0] == '-')
		return err_set(err, RC_RANGE, 0,
			       _("'%s' could be taken for a desk id: begin "
				 "the group's name with a letter"),
			       shown);
	for (; (len = utf8_next(s, left, &cp)) > 0; s += len, left -= len)
		if (cp <= ' ' || cp == ',' || cp == 0x3000 || cp == 0xff0c ||
		    cp == 0x3001 || cp_is_hidden(cp))
			return err_set(err, RC_RANGE, 0,
				       _("'%s': no blank, comma or control "
					 "character in a group's name"),
				       shown);
	g = group_find(l, name);
	if (g != NULL && g->built_in)
		return err_set(err, RC_EXISTS, 0,
			       _("'%s' is always there and cannot be changed"),
			       shown);
	return RC_OK;
}

static enum rc
check_desks(struct desk *d, const struct group *all, const char **desks,
	    size_t n, struct err *err)
{
	char shown[64];
	size_t i, k;

	if (n == 0 || n > PARTIES_MAX)
		return err_set(err, RC_RANGE, 0, _("a group has 1 to %d desks"),
			       PARTIES_MAX);
	for (i = 0; i < n; i++) {
		text_show_into(shown, sizeof(shown), desks[i]);
		if (str_eq(desks[i], d->id))
			return err_set(err, RC_RANGE, 0,
				       _("%s is this desk itself"), shown);
		if (!has_desk(all, desks[i]))
			return err_set(err, RC_NOTFOUND, 0,
				       _("%s is no trusted peer; 'peer list' "
					 "shows them"),
				       shown);
		for (k = 0; k < i; k++)
			if (str_eq(desks[i], desks[k]))
				return err_set(err, RC_RANGE, 0,
					       _("%s is named twice"), shown);
	}
	return RC_OK;
}

static enum rc
drop(struct desk *d, const char *name, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_GROUP_DROP);

	stmt_text(st, 1, name);
	return stmt_run(st, err);
}

static enum rc
check_room(struct desk *d, const char *name, struct err *err)
{
	struct stmt *st = stmt_use(d->store, SQL_GROUP_NAMES);
	bool row, full = false;
	enum rc rc;

	stmt_text(st, 1, name);
	rc = stmt_step(st, &row, err);
	if (rc == RC_OK && row)
		full = col_int(st, 0) >= GROUPS_MAX;
	stmt_done(st);
	if (rc == RC_OK && full)
		rc = err_set(err, RC_RANGE, 0,
			     _("%d groups are kept already; remove one first"),
			     GROUPS_MAX);
	return rc;
}

static enum rc
write_desks(struct desk *d, const char *name, const char **desks, size_t n,
	    struct err *err)
{
	enum rc rc = check_room(d, name, err);
	size_t i;

	if (rc == RC_OK)
		rc = drop(d, name, err);
	for (i = 0; rc == RC_OK && i < n; i++) {
		struct stmt *st = stmt_use(d->store, SQL_GROUP_ADD);

		stmt_text(st, 1, name);
		stmt_text(st, 2, desks[i]);
		stmt_int(st, 3, (int64_t)i);
		stmt_text(st, 4, d->officer.id);
		stmt_int(st, 5, env_now_ms(d->env));
		rc = stmt_run(st, err);
	}
	return rc;
}

enum rc
group_set(struct desk *d, const char *name, const char **desks, size_t n_desks,
	  struct err *err)
{
	struct group_list l = { .rows = NULL };
	enum rc rc = permit(d, PERMIT_WRITE, NULL, err);

	if (rc == RC_OK)
		rc = ask_groups(d, &l, err);
	if (rc == RC_OK)
		rc = check_name(&l, name, err);
	if (rc == RC_OK)
		rc = check_desks(d, &l.rows[0], desks, n_desks, err);
	group_list_release(&l);
	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc != RC_OK)
		return rc;
	rc = write_desks(d, name, desks, n_desks, err);
	if (rc == RC_OK)
		rc = act_audit(d, "group-set", NULL, name, err);
	return act_end(d, rc, err);
}

enum rc
group_remove(struct desk *d, const char *name, struct err *err)
{
	struct group_list l = { .rows = NULL };
	const struct group *g;
	char shown[80];
	enum rc rc = permit(d, PERMIT_WRITE, NULL, err);

	if (rc == RC_OK)
		rc = ask_groups(d, &l, err);
	if (rc != RC_OK)
		return rc;
	text_show_into(shown, sizeof(shown), name);
	g = group_find(&l, name);
	if (g == NULL)
		rc = err_set(err, RC_NOTFOUND, 0,
			     _("no group '%s'; 'group list' shows them"),
			     shown);
	else if (g->built_in)
		rc = err_set(err, RC_EXISTS, 0,
			     _("'%s' is always there and cannot be changed"),
			     shown);
	group_list_release(&l);
	if (rc == RC_OK)
		rc = act_begin(d, err);
	if (rc != RC_OK)
		return rc;
	rc = drop(d, name, err);
	if (rc == RC_OK)
		rc = act_audit(d, "group-remove", NULL, name, err);
	return act_end(d, rc, err);
}
