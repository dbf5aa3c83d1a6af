/* A document being composed, and the saves of its draft on the work pool. */
#pragma once

#include "base/limits.h"
#include "console/form_int.h"

struct compose;

/* What a save under way and its form share; the last one frees it. */
struct draft {
	struct compose *form; /* NULL when the form is gone */
	struct doc_ref ref;
	bool exists;
	int64_t version;
	bool saving, again;
	struct save *last; /* of a form that is gone: is saved next */
};

struct compose {
	struct form form;
	struct draft *draft;
	bool issuing;  /* confirmed: the next save issues */
	bool offering; /* handed in: what is possible is asked after the save */
	bool soft;     /* something looked wrong when it was handed in */
	/* to be attached and taken out with the next save; NULL: none */
	json_t *files, *dropped;
	bool in_folder; /* files: names in the exchange folder, else paths */
	char *base;	/* texts of the draft as it was read or saved last */
	bool insist;
};

/* One save on the work pool. */
struct save {
	struct draft *draft;
	struct doc_ref ref;
	bool exists, issue, offer;
	int64_t version;
	char kind[NAME_MAX_LEN + 1];
	char *words; /* of to and cc, cut in place */
	const char *to[ADDRESSEES_MAX], *cc[ADDRESSEES_MAX];
	size_t n_to, n_cc;
	json_t *fields;
	json_t *files, *dropped; /* names; NULL */
	bool in_folder;
	char *texts; /* as the form had them */
	bool insist;
	enum new_outcome outcome;
};

/* --- compose_save.c --- */
/* What stands in the form now: one save at a time, the newest is saved then. */
void compose_save(struct compose *f);
/* The form goes; what was typed while it saved outlives it. */
void compose_leave(struct compose *f);

/* --- compose_files.c: attachments of the draft --- */
void compose_choose_files(struct form *form);
void compose_drop_file(struct form *form, size_t item);
/* The lines of attachments as the draft has them now; a draft that is gone has
 * none any more, which is said. */
void compose_files_show(struct compose *f);
/* A save with files or without some is through: reads what the draft has. */
void compose_files_saved(struct compose *f, size_t added);
/* The files of a save are at fault: said beside their line; the draft is to be
 * saved again without them. */
void compose_files_failed(struct compose *f, const struct err *err);

/* --- compose.c --- */
/* Issues it, or shows the steps that the draft may take. */
void compose_offer(struct compose *f);
/* The form as the draft is, not yet shown; NULL: said. */
struct screen *compose_read(struct console *c, const char *kind,
			    const struct doc_ref *draft);

/* --- compose_merge.c: another officer had a hand in it --- */
/* What is typed is kept under this name while it cannot be saved. */
void compose_keep_name(const struct compose *f, char out[static KEEP_NAME_MAX]);
/* It cannot be saved, as while it waits for an approver: what was typed is
 * kept for this officer until it can. */
void compose_keep_beside(struct compose *f);
/* After a save that failed so. false: nobody else had a hand in that. */
bool compose_merge(struct console *c, struct compose *f, enum rc rc,
		   bool handing_in);
