/* A document before it is issued: judged content and its write. */
#pragma once

#include "desk/act.h"
#include "draft_int.h"

struct warn_to {
	void (*warn)(void *ctx, const char *sentence); /* NULL = nobody */
	void *ctx;
};

/*
 * The body of a draft: {to, cc, fields (whole), attachments, insist?, from?}.
 * Checks shape and content; stores the files named. old: the body it
 * replaces (its attachments stay) or NULL. Outside any transaction.
 */
enum rc compose_body(struct desk *d, const struct kind *kind,
		     const struct new_doc *n, const json_t *old,
		     const struct warn_to *warn, json_t **ret_body,
		     struct err *err);
/* Everything that must hold before the body may be issued. */
enum rc compose_gate(struct desk *d, const struct kind *kind,
		     const json_t *body, struct err *err);
/* The same for what is to replace the content of a document. */
enum rc compose_gate_revise(struct desk *d, const struct kind *kind,
			    const struct held_doc *held, const json_t *body,
			    struct err *err);
/*
 * Data of an issue or revise from a body: {officers,to,cc,fields (what may
 * leave),attachments,terms,...}; *ret_own what stays, or NULL.
 */
json_t *compose_data(struct desk *d, const struct kind *kind,
		     const json_t *body, json_t **ret_own);
/* The issue itself, inside a transaction: number, event, local event. id is
 * the document's. author: who drafted it. */
struct issue_act {
	const struct kind *kind;
	const char *id;
	const json_t *body;
	const char *author;
	bool alone; /* approved by its author, alone on the desk */
};
enum rc compose_issue(struct desk *d, const struct issue_act *act,
		      struct err *err);
/* Local event with what stays at home; own may be NULL. */
enum rc compose_own(struct desk *d, const struct doc_ref *ref,
		    const json_t *own, struct err *err);

/* May the officer at work approve (roles: who may)? author: who made it;
 * not_author: another than he. *ret_alone: only because he is alone. */
bool may_approve(struct desk *d, unsigned roles, bool not_author,
		 const char *author, bool *ret_alone);
/* Roles that issue this kind, and whether the author may not. */
unsigned issue_roles(const struct kind *kind, bool *ret_not_author);
