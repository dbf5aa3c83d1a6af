/*
 * Files of documents, looked at without leaving the desk: what they are, their
 * text by lines read from the middle of a file of any size, and a copy in the
 * officer's exchange folder. The bytes are a peer's: nothing here trusts them.
 */
#pragma once

#include "desk/ask.h"

#define ATTACHMENT_HEAD 65536 /* bytes that tell what a file is */

enum attachment_what {
	ATTACHMENT_TEXT,
	ATTACHMENT_TABLE, /* text of rows: CSV or TSV */
	ATTACHMENT_IMAGE,
	ATTACHMENT_OTHER
};
struct attachment_shape {
	enum attachment_what what;
	char type[32];	   /* "PNG", "PDF", "UTF-8", "GB18030"; "" unknown */
	int width, height; /* of an image; 0 unknown */
	bool gb;	   /* text in GB18030 */
	char separator;	   /* of a table */
};
/* From the name (its ending alone) and the first bytes of a file. */
void attachment_shape(const char *name, const unsigned char *head, size_t n,
		      struct attachment_shape *out);

/* An attachment that lies here, for reading; *ret_fd is the caller's.
 * RC_NOTFOUND while it has not arrived, RC_DENIED. */
enum rc ask_attachment(struct desk *d, const struct attachment_row *a,
		       int *ret_fd, int64_t *ret_size, struct err *err);
/* A copy in the exchange folder, recorded in the audit trail before it is
 * made. The name is cleaned; one that is there already is never replaced.
 * *ret_path: heap. */
enum rc act_attachment_out(struct desk *d, const struct doc_ref *ref,
			   const struct attachment_row *a, char **ret_path,
			   struct err *err);

/*
 * One line of a text file from byte `at` on, at most width columns (0: the
 * whole line), into out as UTF-8 with marks for bytes that are no text.
 * Returns where the next line begins; at the end of the file that is `at`.
 */
int64_t attachment_line(int fd, bool gb, int64_t at, int width,
			struct buf *out);
/* Where the line before `at` begins. */
int64_t attachment_line_before(int fd, bool gb, int64_t at, int width);
