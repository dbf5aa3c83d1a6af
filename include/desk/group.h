/*
 * Groups of desks for addressees: all trusted peers, those of a province, and
 * those that this desk keeps by a name of its own. A group stands for its
 * desks of the moment in which it is used: what is written into a draft or
 * document is the desks, so that a group which grows widens nothing.
 */
#pragma once

#include "desk/desk.h"

#define GROUP_NAME_MAX 60  /* bytes */
#define GROUPS_MAX     100 /* that a desk keeps */
#define GROUP_ALL      "全部"

struct group {
	char *name; /* by which it is used: GROUP_ALL, "上海", "重点市场" */
	char *title;  /* in the user's language */
	char *pinyin; /* of a built-in one, and its initials; "" */
	char *initials;
	bool built_in;
	char **desks; /* trusted peers, each once, never this desk */
	size_t n_desks;
	size_t n_left_out; /* kept in it, but trusted no longer */
};
struct group_list {
	struct group *rows;
	size_t n_rows;
};
/* Built-in ones first; a province without a peer has none. */
enum rc ask_groups(struct desk *d, struct group_list *out, struct err *err);
void group_list_release(struct group_list *l);
/* By name, title or pinyin; "all" too. NULL when there is none. */
const struct group *group_find(const struct group_list *l, const char *word);
/* RC_RANGE names what may stand there: a desk id, or one of the groups. */
enum rc group_check(struct desk *d, const char *word, struct err *err);

/*
 * Makes a group, or puts these desks in place of those it had. RC_RANGE for a
 * name that could be taken for something else, for this desk itself, one named
 * twice, and for none; RC_NOTFOUND for a desk that is no trusted peer;
 * RC_EXISTS for a built-in one; RC_DENIED.
 */
enum rc group_set(struct desk *d, const char *name, const char **desks,
		  size_t n_desks, struct err *err);
/* RC_NOTFOUND. */
enum rc group_remove(struct desk *d, const char *name, struct err *err);
