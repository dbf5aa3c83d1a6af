/*
 * Import of records that others made: CSV or NDJSON, with a map file.
 *
 * A map has one rule a line; `#` starts a comment line:
 *	FIELD <- COLUMN      the column's text (NDJSON: dotted member)
 *	FIELD = TEXT         the same text for each row; {COLUMN} in it is
 *			     replaced by the column's text
 * FIELD is a dotted name of the kind (`goods.0.name`), or `to`, `cc`
 * (desk ids separated by , ; or space). Without a map, columns of a CSV and
 * members of an NDJSON line are named as the fields are (what export writes).
 * FILE.ics: each event is a row whose members are the title and what the
 * kind's calendar names (start, end, place, text); one that repeats, was called
 * off or names an unknown zone is rejected.
 * CSV may be UTF-8 (with or without a mark), UTF-16 with a mark, or GB18030.
 */
#pragma once

#include "desk/act.h"

struct import_report {
	int64_t rows;	 /* read so far */
	int64_t made;	 /* new drafts or notices */
	int64_t waiting; /* of them 待批 */
	int64_t known;	 /* imported before */
	int64_t rejected;
	int64_t total_bytes, done_bytes; /* for a progress line */
};

struct import_job {
	const char *kind;
	const char *path; /* .csv or .ndjson */
	const char *map;  /* path or NULL */
	const char **to;  /* for rows that name no addressee */
	size_t n_to;
	bool issue;   /* else drafts */
	bool dry_run; /* judge everything, write nothing */
	/* "file:line: what"; may be NULL */
	void (*problem)(void *ctx, const char *sentence);
	/* now and then and at the end; may be NULL */
	void (*progress)(void *ctx, const struct import_report *r);
	void *ctx;
};

/*
 * Good rows are kept; the bad ones of FILE.csv are written to FILE.rejected.csv
 * (.ndjson alike) as they were, but for the encoding. RC_OK also when rows were
 * rejected: see ret->rejected. A row is known by the digest of all its source
 * columns, so a second import of the same file makes nothing.
 */
enum rc desk_import(struct desk *d, const struct import_job *job,
		    struct import_report *ret, struct err *err);
