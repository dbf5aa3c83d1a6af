/* Documents with hours as iCalendar events, and events as rows of an import. */
#pragma once

#include "base/buf.h"
#include "desk/act.h"

#define ICS_EVENTS_MAX 10000
#define ICS_FILE_MAX   (16 * 1024 * 1024)
/* Member of a row that is none; its value is a msgid that says why. */
#define ICS_REFUSED "refused"

enum rc ics_head(struct buf *out, struct err *err);
enum rc ics_tail(struct buf *out, struct err *err);
/* One event for each stretch of its hours, none for a kind without: UID from
 * the document, SEQUENCE rises with its revisions, STATUS CANCELLED when it is
 * withdrawn or called off. Only fields that every desk reads. */
enum rc ics_doc(const struct held_doc *h, struct buf *out, struct err *err);
/* A calendar as NDJSON for an import of the kind: title, hours, place and text
 * by the kind's calendar. text ends with NUL. */
enum rc ics_read(const struct kind *kind, const char *text, struct buf *out,
		 struct err *err);
