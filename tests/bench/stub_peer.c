#include "config.h"

#include <stdio.h>
#include <string.h>

#include <sys/stat.h>

#include "base/env.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "base/uuid.h"
#include "stub_int.h"
#include "trust/tlscert.h"

#define STATE_BYTES 65536

static void
make_keys(const struct stub *s, const char *key, const char *tls_key,
	  const char *tls_cert, enum key_alg alg)
{
	struct err err = ERR_INIT;
	struct signer *signer = NULL;

	must(signer_create(key, alg, &signer, &err), &err);
	must(tlscert_create(tls_key, tls_cert, s->desk,
			    env_now_ms(env_system()), &err),
	     &err);
	(void)signer_free(signer);
}

static void
make_card(struct stub *s, const char *tls_cert)
{
	struct err err = ERR_INIT;
	struct card *c = &s->card;
	struct card_key *k = &c->keys[0];
	struct buf der, spki, json;

	buf_init(&der, 16384);
	buf_init(&spki, 4096);
	buf_init(&json, 65536);
	must(tlscert_der(tls_cert, &der, &err), &err);
	must(signer_public(s->signer, &spki, &err), &err);
	(void)str_copy(c->desk, sizeof(c->desk), s->desk, NULL);
	c->name_zh = xstrdup("测试单位");
	c->name_en = xstrdup("stub");
	c->number = c->made_ms = env_now_ms(env_system());
	c->n_tls_cert = der.len;
	c->tls_cert = (uint8_t *)buf_take(&der);
	(void)str_copy(k->id, sizeof(k->id), signer_get_id(s->signer), NULL);
	k->alg = signer_get_alg(s->signer);
	k->n_spki = spki.len;
	k->spki = (uint8_t *)buf_take(&spki);
	k->current = true;
	c->n_keys = 1;
	must(card_sign(c, s->signer, &err), &err);
	must(envelope_write(&c->envelope, &json, &err), &err);
	s->card_json = buf_take(&json);
}

void
stub_open(struct stub *s, struct crowd *c, const char *folder, size_t i,
	  enum key_alg alg)
{
	char *key = xasprintf("%s/%zu.pem", folder, i);
	char *tls_key = xasprintf("%s/%zu.tls-key.pem", folder, i);
	char *tls_cert = xasprintf("%s/%zu.tls-cert.pem", folder, i);
	struct err err = ERR_INIT;
	struct stat st;

	s->crowd = c;
	(void)snprintf(s->desk, sizeof(s->desk), "330100-s%zu", i);
	if (stat(key, &st) != 0)
		make_keys(s, key, tls_key, tls_cert, alg);
	must(signer_open(key, &s->signer, &err), &err);
	must(tls_new(env_system(), tls_key, tls_cert, &s->tls, &err), &err);
	make_card(s, tls_cert);
	uuid7_make(env_system(), s->epoch);
	chain_start(s->desk, desk_get_id(c->desk), s->epoch,
		    lane_name(LANE_PLAIN), &s->out.chain);
	buf_init(&s->receipt, STATE_BYTES);
	buf_init(&s->push, BODY_MAX_BYTES);
	xfree(key);
	xfree(tls_key);
	xfree(tls_cert);
}

void
stub_close(struct stub *s)
{
	(void)signer_free(s->signer);
	(void)tls_free(s->tls);
	card_release(&s->card);
	xfree(s->card_json);
	buf_release(&s->receipt);
	buf_release(&s->push);
}

/* ---- what it signs ---------------------------------------------------------
 */

void
stub_sign_receipt(struct stub *s)
{
	struct channel c = { .lane = LANE_PLAIN };
	struct envelope e = { 0 };
	char hex[DIGEST_HEX_LEN + 1], now[TIME_TEXT_MAX];
	struct channel_at end;
	struct err err = ERR_INIT;
	char *text;

	(void)str_copy(c.peer, sizeof(c.peer), s->desk, NULL);
	(void)str_copy(c.epoch, sizeof(c.epoch), s->crowd->epoch, NULL);
	must(channel_out_end(desk_get_journal(s->crowd->desk), &c, &end, &err),
	     &err);
	s->wanted = end.seq;
	digest_hex(&end.chain, hex);
	time_format(env_now_ms(env_system()), now);
	text = xasprintf("{\"from\":\"%s\",\"to\":\"%s\",\"epoch\":\"%s\","
			 "\"lane\":\"plain\",\"seq\":%lld,\"chain\":\"%s\","
			 "\"n\":%lld,\"time\":\"%s\",\"wants\":[],"
			 "\"quarantined\":[],\"released\":[]}",
			 s->desk, desk_get_id(s->crowd->desk), c.epoch,
			 (long long)end.seq, hex, (long long)++s->n_receipts,
			 now);
	must(envelope_sign(s->signer, TYPE_RECEIPT, text, strlen(text), &e,
			   &err),
	     &err);
	buf_reset(&s->receipt);
	must(envelope_write(&e, &s->receipt, &err), &err);
	envelope_release(&e);
	xfree(text);
}

/* The event as the next frame of its channel. */
static void
add_frame(struct stub *s, struct event *e)
{
	struct frame f = { .lane = LANE_PLAIN, .seq = ++s->out.seq };
	struct err err = ERR_INIT;
	struct digest digest;
	char *payload = NULL;
	size_t n = 0;

	(void)str_copy(e->source, sizeof(e->source), s->desk, NULL);
	(void)str_copy(e->owner, sizeof(e->owner), s->desk, NULL);
	(void)str_copy(e->epoch, sizeof(e->epoch), s->epoch, NULL);
	(void)str_copy(e->track, sizeof(e->track), "owner", NULL);
	uuid7_make(env_system(), e->id);
	e->time_ms = env_now_ms(env_system());
	e->k = ++s->k;
	e->starts_ms = -1;
	must(event_write(e, &payload, &n, &err), &err);
	must(envelope_sign(s->signer, TYPE_EVENT, payload, n, &f.event, &err),
	     &err);
	envelope_digest(&f.event, &digest);
	chain_next(&s->out.chain, &digest, &s->out.chain);
	f.chain = s->out.chain;
	(void)str_copy(f.epoch, sizeof(f.epoch), s->epoch, NULL);
	must(frame_write(&f, &s->push, &err), &err);
	frame_release(&f);
	xfree(payload);
	json_decref(e->data);
}

void
stub_sign_notice(struct stub *s, int64_t i)
{
	const struct kind *kind = NULL;
	struct err err = ERR_INIT;

	buf_reset(&s->push);
	if (s->k == 0) {
		struct event card = { .type = EVENT_CARD };
		json_t *envelope = NULL;

		must(json_read_object(s->card_json, strlen(s->card_json),
				      &envelope, &err),
		     &err);
		card.data = json_pack("{s:o}", "card", envelope);
		add_frame(s, &card);
	}
	must(desk_kind(s->crowd->desk, "clue", &kind, &err), &err);
	struct event e = { .type = EVENT_ISSUE, .kind_version = kind->version };
	struct digest digest;
	memcpy(digest.bytes, kind->digest, DIGEST_LEN);
	digest_hex(&digest, e.kind_digest);
	(void)str_copy(e.kind, sizeof(e.kind), kind->name, NULL);
	uuid7_make(env_system(), e.doc);
	e.data = json_pack("{s:[], s:[s], s:[], s:o, s:[]}", "officers", "to",
			   desk_get_id(s->crowd->desk), "cc", "fields",
			   clue_of(i, "平件"), "attachments");
	add_frame(s, &e);
}

void
stub_state(struct stub *s, struct buf *out)
{
	char now[TIME_TEXT_MAX];
	struct err err = ERR_INIT;
	int64_t now_ms = env_now_ms(env_system());

	buf_init(out, STATE_BYTES);
	time_format(now_ms, now);
	must(buf_addf(out, &err,
		      "{\"card\":%s,\"versions\":[1],\"limits\":{},"
		      "\"time\":\"%s\",\"epoch\":\"%s\",\"restoring\":false,"
		      "\"you\":{\"epoch\":\"%s\",\"n\":0,\"serial_high\":0},"
		      "\"n\":%lld,\"out\":[],\"in\":[],\"give\":[],"
		      "\"serial_high\":0}",
		      s->card_json, now, s->epoch, s->crowd->epoch,
		      (long long)now_ms),
	     &err);
}
