/* One document on its way out. */
#pragma once

#include "base/buf.h"
#include "desk/export.h"

#define EXPORT_ROW_MAX (4 * 1024 * 1024)

struct exporter {
	struct desk *d;
	const struct export_job *job;
	const struct kind *kind;  /* CSV: columns are its fields */
	const struct field *rows; /* a row for each of this list; NULL */
	struct buf out;
	int64_t documents;
};

struct out_doc {
	const char *id, *number, *kind_name, *owner, *state; /* borrowed */
	const json_t *to, *cc;				     /* borrowed */
	int64_t issued_ms;				     /* 0: a draft */
	const struct kind *kind; /* NULL: not installed */
	const struct doc *doc;	 /* NULL: a draft */
	json_t *fields;		 /* what may leave, in the kind's order */
};

/*
 * What may leave of a content, in the order that the kind declares, so that
 * the same content gives the same bytes wherever it is exported. own: what
 * stays at home too. doc NULL: of a draft; kind NULL: as it is. New reference.
 */
json_t *export_fields(const struct kind *kind, const struct doc *doc,
		      const json_t *content, bool own);

enum rc export_head(struct exporter *x, struct err *err);
/* Into x->out. */
enum rc export_doc(struct exporter *x, const struct out_doc *o,
		   struct err *err);
