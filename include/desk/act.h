/*
 * Acts. Every one is one short transaction: roles, expected revision and the
 * kind's gates are judged inside it, then signed and committed. Refusals name
 * what, where and what to do.
 */
#pragma once

#include "desk/desk.h"

struct doc_ref { /* a document or draft */
	char owner[DESK_ID_MAX + 1];
	char id[UUID_LEN + 1];
};

/* DOC of a user: an id (bare uuid or OWNER/uuid), a unique ending of one
 * (>= 4 characters), or a reference number in any bracket form. RC_NOTFOUND,
 * or RC_CONFLICT naming the candidates. */
enum rc doc_find(struct desk *d, const char *words, struct doc_ref *out,
		 struct err *err);

struct new_doc {
	const char *kind;
	const char **to, **cc; /* desk ids, and names of groups */
	size_t n_to, n_cc;
	json_t *fields;	     /* borrowed */
	const char **attach; /* paths of regular files */
	size_t n_attach;
	bool in_folder; /* attach: names in the officer's exchange folder */
	const char **detach; /* names of attachments, of drafts alone */
	size_t n_detach;
	bool draft;    /* keep as a draft, do not issue */
	bool complete; /* a draft that lacks nothing demanded (import) */
	bool insist;   /* soft problems (check digits) are kept */
};
enum new_outcome {
	NEW_DRAFT,
	NEW_WAITING /* 待批 */,
	NEW_ISSUED
};
/* warnings: each(ctx, sentence) for soft problems and 缺项. */
enum rc act_new(struct desk *d, const struct new_doc *n,
		void (*warn)(void *ctx, const char *sentence), void *ctx,
		struct doc_ref *out, enum new_outcome *ret_outcome,
		struct err *err);
/* Drafts: addressees and fields are replaced whole at every save, files in
 * attach are added to those it has, those of detach taken out; expected = the
 * version read. */
enum rc act_draft_save(struct desk *d, const struct doc_ref *ref,
		       const struct new_doc *n, int64_t expected_version,
		       int64_t *ret_version, struct err *err);
enum rc act_draft_drop(struct desk *d, const struct doc_ref *ref,
		       struct err *err);
enum rc act_issue(struct desk *d, const struct doc_ref *ref,
		  enum new_outcome *ret_outcome, struct err *err);
/* 待批: drafts waiting to be issued and parked moves alike. */
enum rc act_approve(struct desk *d, const struct doc_ref *ref, struct err *err);
enum rc act_reject(struct desk *d, const struct doc_ref *ref, const char *note,
		   struct err *err);

/*
 * rev: the revision on the screen, NULL = current. change->fields is the
 * whole new content (NULL: unchanged); change->to, cc NULL: unchanged; files
 * in attach are added. An officer who is no approver leaves it as 待批
 * (*ret_parked), as with withdraw and with moves that ask for approval.
 */
enum rc act_revise(struct desk *d, const struct doc_ref *ref,
		   const struct ref *rev, const struct new_doc *change,
		   bool *ret_parked, struct err *err);
struct do_move {
	const char *move;
	const char *row;  /* key of a row of this desk, which is then moved;
			   * NULL: its own track */
	json_t *input;	  /* borrowed, NULL = none; of text to be typed: see
			   * move_input_set */
	const char *note; /* NULL */
	const struct ref *rev;
	const char **officers; /* further signers */
	size_t n_officers;
};
/* --set of a move: puts the text into m->input as the type its field has. The
 * move must be one of this desk's own track, or of its row. */
enum rc move_input_set(struct desk *d, const struct doc_ref *ref,
		       const struct do_move *m, const char *dotted,
		       const char *value, struct err *err);
/* *ret_parked: the move waits for an approver. */
enum rc act_move(struct desk *d, const struct doc_ref *ref,
		 const struct do_move *m, bool *ret_parked, struct err *err);
/* sign + assign in one transaction (签收并分办). assignee NULL = signer. */
enum rc act_sign(struct desk *d, const struct doc_ref *ref,
		 const char *assignee, const char *late_reason,
		 const struct ref *rev, struct err *err);
enum rc act_remark(struct desk *d, const struct doc_ref *ref, const char *text,
		   struct err *err);
/* All of files->attach in one revision, or in one remark on another desk's
 * document; all or none. *ret_parked as with act_revise(). */
enum rc act_attach(struct desk *d, const struct doc_ref *ref,
		   const struct new_doc *files, bool *ret_parked,
		   struct err *err);
enum rc act_withdraw(struct desk *d, const struct doc_ref *ref,
		     const char *note, bool *ret_parked, struct err *err);
enum rc act_ack_withdraw(struct desk *d, const struct doc_ref *ref,
			 struct err *err);
enum rc act_assign(struct desk *d, const struct doc_ref *ref,
		   const char *officer, const char *due_date, struct err *err);
enum rc act_note(struct desk *d, const struct doc_ref *ref, const char *text,
		 struct err *err);
/* 催办; RC_STATE names when the next is possible (one in four hours). */
enum rc act_remind(struct desk *d, const struct doc_ref *ref, const char *peer,
		   struct err *err);
/*
 * The confidential fields of a document, asked for: *ret_fields is the whole
 * content (a new reference). Every look stands in the audit trail.
 */
enum rc act_look(struct desk *d, const struct doc_ref *ref, json_t **ret_fields,
		 struct err *err);
/* Documents leave by paper or file: how is "print", "export" ...; ref NULL
 * for many, detail says which. Before anything is written. */
enum rc act_taken_out(struct desk *d, const char *how,
		      const struct doc_ref *ref, const char *detail,
		      struct err *err);
/* An officer opens or leaves a face ("console"). */
enum rc act_login(struct desk *d, bool in, const char *face, struct err *err);
/* 看过: an officer opened the detail. Local row, no event. */
enum rc act_seen(struct desk *d, const struct doc_ref *ref, struct err *err);
