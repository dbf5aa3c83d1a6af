/* evidence: what a third party needs to check a document for itself. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <unistd.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli_int.h"
#include "evidence_int.h"
#include "journal/blob.h"
#include "journal/peer.h"
#include "trust/seal.h"

#define BLOB_IN_MEMORY_MAX (64LL << 20)

const struct card *
evidence_card(struct cli *c, struct evidence *e, const char *desk,
	      struct err *err)
{
	struct buf json;
	char name[48];
	for (size_t i = 0; i < e->n_cards; i++)
		if (str_eq(e->cards[i].desk, desk))
			return &e->cards[i];
	if (e->n_cards == EVIDENCE_CARDS_MAX) {
		(void)err_set(err, RC_TOOLARGE, 0, _("too many desks"));
		return NULL;
	}
	if (e->cards == NULL)
		e->cards = xcalloc(EVIDENCE_CARDS_MAX, sizeof(*e->cards));
	struct card *card = &e->cards[e->n_cards];
	buf_init(&json, CARD_MAX_BYTES);
	enum rc rc = peer_card(desk_get_journal(c->desk), desk, &json, err);
	if (rc == RC_OK)
		rc = card_read(json.data, json.len, card, err);
	buf_release(&json);
	if (rc != RC_OK)
		return NULL;
	e->n_cards++;
	(void)snprintf(name, sizeof(name), "card-%s", desk);
	if (evidence_signed(e, name, &card->envelope, card, err) != RC_OK)
		return NULL;
	return card;
}

/* The owner's own reveal whose seal is still closed. */
static bool
is_closed(const struct held_doc *h, const struct event *event)
{
	const char *field = json_text(event->data, "field");
	const struct doc_seal *s =
		field != NULL ? doc_seal_of(h->doc, field) : NULL;

	return event->type == EVENT_REVEAL &&
	       (s == NULL || s->reveal != event ||
		!doc_seal_is_open(h->doc, s));
}

/* Salt and value as a file: its digest is the seal in the issue or revise. */
static enum rc
put_seal(struct evidence *e, const struct event *event, struct err *err)
{
	const char *salt = json_text(event->data, "salt");
	const char *value = json_text(event->data, "value");
	uint8_t *bytes;
	char name[32];
	size_t n;
	enum rc rc;

	if (salt == NULL || value == NULL || strlen(salt) != 2 * SEAL_SALT_LEN)
		return RC_OK; /* unfit: it opens nothing */
	n = SEAL_SALT_LEN + strlen(value);
	bytes = xmalloc(n + 1);
	memcpy(bytes + SEAL_SALT_LEN, value, n - SEAL_SALT_LEN + 1);
	rc = hex_decode(salt, bytes, SEAL_SALT_LEN, err);
	(void)snprintf(name, sizeof(name), "seal-%03zu", e->n_events);
	if (rc == RC_OK)
		rc = evidence_file(e, name, bytes, n, err);
	if (rc == RC_OK)
		rc = buf_addf(&e->checks, err, "check_seal %s\n", name);
	(void)xfree(bytes);
	return rc;
}

/* Notes of this desk stay on this desk. */
static enum rc
put_event(struct cli *c, struct evidence *e, const struct event *event,
	  struct err *err)
{
	struct envelope env = { .type = NULL };
	char name[80];
	const struct card *card;

	if (event->type == EVENT_LOCAL)
		return RC_OK;
	card = evidence_card(c, e, event->source, err);
	if (card == NULL)
		return err != NULL ? err->code : RC_NOTFOUND;
	enum rc rc = journal_envelope(desk_get_journal(c->desk), &event->digest,
				      &env, err);
	e->n_events++;
	(void)snprintf(name, sizeof(name), "event-%03zu-%s-%s", e->n_events,
		       event->source, event_type_name(event->type));
	if (rc == RC_OK)
		rc = evidence_signed(e, name, &env, card, err);
	if (rc == RC_OK && event->type == EVENT_REVEAL)
		rc = put_seal(e, event, err);
	envelope_release(&env);
	return rc;
}

static enum rc
put_blob(struct cli *c, struct evidence *e, const struct attachment_row *a,
	 struct err *err)
{
	char hex[DIGEST_HEX_LEN + 1];
	char name[DIGEST_HEX_LEN + 16];
	int fd = -1;
	int64_t size = 0;
	size_t n = 0;

	if (!a->here || a->size > BLOB_IN_MEMORY_MAX)
		return RC_OK; /* its digest stands in the signed bytes */
	enum rc rc = blob_open(desk_get_journal(c->desk), &a->digest, &fd,
			       &size, err);
	if (rc != RC_OK)
		return rc;
	char *bytes = xmalloc((size_t)size + 1);
	while (n < (size_t)size) {
		ssize_t got = read(fd, bytes + n, (size_t)size - n);
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	(void)close(fd); /* opened for reading only */
	digest_hex(&a->digest, hex);
	(void)snprintf(name, sizeof(name), "attachment-%s", hex);
	if (n != (size_t)size)
		rc = err_set(err, RC_IO, 0, _("cannot read attachment %s"),
			     hex);
	else if (strstr(buf_str(&e->known), name) == NULL)
		rc = evidence_file(e, name, bytes, n, err);
	(void)xfree(bytes);
	return rc;
}

static enum rc
put_document(struct cli *c, struct evidence *e, const struct doc_ref *ref,
	     struct err *err)
{
	struct view *v = NULL;
	enum rc rc = ask_view(c->desk, ref, &v, err);
	if (rc == RC_OK && v->held.n_events == 0)
		rc = err_set(err, RC_STATE, 0,
			     _("a draft has no signed events yet; issue it "
			       "first"));
	for (size_t i = 0; rc == RC_OK && i < v->held.n_events; i++)
		if (!is_closed(&v->held, &v->held.events[i]))
			rc = put_event(c, e, &v->held.events[i], err);
	for (size_t i = 0; rc == RC_OK && i < v->n_attachments; i++)
		rc = put_blob(c, e, &v->attachments[i], err);
	(void)view_free(v);
	return rc;
}

enum rc
run_evidence(struct cli *c, struct err *err)
{
	struct doc_ref ref;
	struct evidence e = { .dir = NULL };
	enum rc rc = cli_doc(c, c->words[0], &ref, err);
	if (rc == RC_OK)
		rc = act_taken_out(c->desk, "evidence", &ref, NULL, err);
	if (rc == RC_OK)
		rc = evidence_begin(&e, c->words[1], err);
	if (rc != RC_OK)
		return rc;
	rc = put_document(c, &e, &ref, err);
	if (rc == RC_OK)
		rc = evidence_end(&e, err);
	if (rc == RC_OK) {
		(void)printf(_("%zu events and %zu cards written; check them "
			       "with sh %s/verify.sh"),
			     e.n_events, e.n_cards, c->words[1]);
		(void)putchar('\n');
	}
	evidence_release(&e, rc != RC_OK);
	return rc;
}
