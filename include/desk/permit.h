/*
 * Who may do what: the one table role x act, read by every act of the desk,
 * by `deltadesk roles`, by the console's menus and by the tests. Separation
 * of the three officers (三员分立): an administrator reads no content, an
 * auditor changes nothing, and who works with documents administers nothing.
 * What a kind asks of its moves (roles, approval, not_author) comes on top.
 */
#pragma once

#include "desk/act.h"

/* Roles that work with documents. */
#define ROLES_CONTENT                                        \
	(ROLE_BIT(ROLE_DUTY) | ROLE_BIT(ROLE_COORDINATOR) |  \
	 ROLE_BIT(ROLE_REVIEWER) | ROLE_BIT(ROLE_APPROVER) | \
	 ROLE_BIT(ROLE_HEAD))

enum permit {
	PERMIT_READ,	   /* lists, documents, search, statistics */
	PERMIT_LOOK,	   /* confidential fields */
	PERMIT_WRITE,	   /* drafts, moves, remarks, notes, reminders */
	PERMIT_TAKE_OUT,   /* print, export, evidence */
	PERMIT_BRING_IN,   /* import */
	PERMIT_BUNDLE,	   /* write and read bundles on media */
	PERMIT_OFFICERS,   /* enrol, change roles, disable */
	PERMIT_SETTINGS,   /* settings */
	PERMIT_PEERS,	   /* trust, address, revoke */
	PERMIT_KEYS,	   /* rotate the desk's own keys */
	PERMIT_BACKUP,	   /* make backups */
	PERMIT_REFERENCES, /* replace reference tables and kinds */
	PERMIT_AUDIT,	   /* read the audit trail */
	PERMIT__COUNT
};

struct permit_row {
	const char *name;  /* ASCII, for --json */
	const char *title; /* msgid */
	unsigned roles;	   /* any of these, ROLE_BIT */
};
const struct permit_row *permit_row(enum permit p);
/* For menus: says nothing and leaves no trace. True for the serving process,
 * which has no officer. */
bool permitted(const struct desk *d, enum permit p);
/*
 * Reads the officer's row anew, then RC_OK, or RC_DENIED naming the roles
 * that would do; a refusal stands in the audit trail (ref may be NULL).
 */
enum rc permit(struct desk *d, enum permit p, const struct doc_ref *ref,
	       struct err *err);
/* Keeps a refusal that something finer than the table made (a kind's roles,
 * "not by who drafted it"). At most one row for the same words of the same
 * officer in ten minutes; nothing inside a transaction, which rolls back. */
void permit_refused(struct desk *d, const char *what,
		    const struct doc_ref *ref);
/*
 * May these roles be one officer's? RC_DENIED for an auditor who is anything
 * else, and for an administrator who works with documents. The founding
 * officer has both until the roles are split.
 */
enum rc permit_roles(unsigned roles, struct err *err);
