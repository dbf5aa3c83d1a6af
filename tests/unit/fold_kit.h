/* Histories for the tests of the fold: events made by hand, sealed with a
 * digest that depends on all they say. */
#pragma once

#include <stdio.h>

#include "base/asset.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "model/fold.h"
#include "test.h"

#define KIT_EVENTS 4096
#define KIT_STORED 64
#define KIT_DOC	   "0190a000-0000-7000-8000-000000000001"

#define OWNER "310105"
#define P1    "330100"
#define P2    "320500"
#define P3    "340100"

struct kit {
	struct kinds *kinds;
	struct calendar *calendar;
	const char *kind;
	struct event events[KIT_EVENTS];
	size_t n;
	struct stored_at stored[KIT_STORED];
	size_t n_stored;
	int64_t now_ms;
	const char *desk; /* that folds; NULL: the owner */
	const char *refused[KIT_EVENTS];
	struct ref seals[KIT_EVENTS]; /* of reveals */
};

struct spec {
	const char *desk;
	enum event_type type;
	const char *track; /* NULL: owner or party */
	int epoch;	   /* 1.. */
	int64_t k;
	const struct event *prev[4];
	const struct event *rev, *of, *seen;
	const char *at; /* RFC 3339; NULL: by epoch and k */
	const char *starts;
	json_t *data; /* taken */
	const char *id;
};

/* An action: its confirmation is reopened by h_hour; officers by party. */
static const char kit_action[] =
	"{\"format\":1,\"kind\":\"action\",\"version\":1,"
	"\"effective\":\"2020-01-01\",\"title\":{\"zh\":\"联合执法\","
	"\"en\":\"joint action\"},\"scope\":\"exchange\","
	"\"parts\":{\"party\":{\"from\":\"to\"}},"
	"\"relay\":{\"party\":\"all\"},\"fields\":["
	"{\"name\":\"title\",\"type\":\"text\",\"title\":{\"zh\":\"标题\","
	"\"en\":\"title\"}},"
	"{\"name\":\"h_hour\",\"type\":\"time\",\"title\":{\"zh\":\"H时\","
	"\"en\":\"H hour\"},\"reopens\":[\"party\"]},"
	"{\"name\":\"reply_by\",\"type\":\"date\",\"title\":{\"zh\":\"回复\","
	"\"en\":\"reply by\"}},"
	"{\"name\":\"officers\",\"type\":\"list\",\"by\":\"party\","
	"\"title\":{\"zh\":\"人员\",\"en\":\"officers\"},\"columns\":["
	"{\"name\":\"cert\",\"type\":\"text\",\"title\":{\"zh\":\"证号\","
	"\"en\":\"no.\"}}]}],"
	"\"tracks\":{\"owner\":{\"title\":{\"zh\":\"牵头\",\"en\":\"lead\"},"
	"\"initial\":\"draft\",\"states\":{"
	"\"draft\":{\"title\":{\"zh\":\"草拟\",\"en\":\"draft\"},"
	"\"stage\":\"draft\"},"
	"\"asking\":{\"title\":{\"zh\":\"征询\",\"en\":\"asking\"},"
	"\"stage\":\"sent\"},"
	"\"locked\":{\"title\":{\"zh\":\"锁定\",\"en\":\"locked\"},"
	"\"stage\":\"accepted\"},"
	"\"done\":{\"title\":{\"zh\":\"归档\",\"en\":\"done\"},"
	"\"stage\":\"closed\",\"end\":true}},\"moves\":{"
	"\"issue\":{\"title\":{\"zh\":\"发出\",\"en\":\"issue\"},"
	"\"from\":[\"draft\"],\"to\":\"asking\"},"
	"\"lock\":{\"title\":{\"zh\":\"锁定\",\"en\":\"lock\"},"
	"\"from\":[\"asking\"],\"to\":\"locked\"},"
	"\"hold\":{\"title\":{\"zh\":\"暂停\",\"en\":\"hold\"},"
	"\"from\":[\"asking\"],\"effects\":[{\"suspend\":\"prepare\"}]},"
	"\"finish\":{\"title\":{\"zh\":\"归档\",\"en\":\"file\"},"
	"\"from\":[\"locked\"],\"to\":\"done\"}}},"
	"\"party\":{\"title\":{\"zh\":\"参加\",\"en\":\"party\"},"
	"\"initial\":\"to_confirm\",\"states\":{"
	"\"to_confirm\":{\"title\":{\"zh\":\"待确认\",\"en\":\"to confirm\"},"
	"\"stage\":\"stored\"},"
	"\"joined\":{\"title\":{\"zh\":\"参加\",\"en\":\"joined\"},"
	"\"stage\":\"accepted\",\"falls_back\":\"to_confirm\"},"
	"\"declined\":{\"title\":{\"zh\":\"不参加\",\"en\":\"declined\"},"
	"\"stage\":\"refused\",\"end\":true},"
	"\"there\":{\"title\":{\"zh\":\"到岗\",\"en\":\"there\"},"
	"\"stage\":\"fed_back\"}},\"moves\":{"
	"\"join\":{\"title\":{\"zh\":\"参加\",\"en\":\"join\"},"
	"\"from\":[\"to_confirm\"],\"to\":\"joined\",\"input\":["
	"{\"name\":\"officers\",\"type\":\"list\",\"title\":{\"zh\":\"人员\","
	"\"en\":\"officers\"},\"columns\":[{\"name\":\"cert\","
	"\"type\":\"text\",\"title\":{\"zh\":\"证号\",\"en\":\"no.\"}}]}]},"
	"\"decline\":{\"title\":{\"zh\":\"不参加\",\"en\":\"decline\"},"
	"\"from\":[\"to_confirm\"],\"to\":\"declined\"},"
	"\"arrive\":{\"title\":{\"zh\":\"到岗\",\"en\":\"arrive\"},"
	"\"from\":[\"joined\"],\"to\":\"there\"},"
	"\"report\":{\"title\":{\"zh\":\"报告\",\"en\":\"report\"},"
	"\"from\":[\"joined\"],\"once\":true},"
	"\"pause\":{\"title\":{\"zh\":\"暂停\",\"en\":\"pause\"},"
	"\"from\":[\"joined\"],\"effects\":[{\"suspend\":\"prepare\"}]},"
	"\"delay\":{\"title\":{\"zh\":\"延期\",\"en\":\"delay\"},"
	"\"from\":[\"joined\"],\"effects\":[{\"extend\":\"prepare\"}]}}}},"
	"\"clocks\":[{\"name\":\"prepare\",\"title\":{\"zh\":\"准备\","
	"\"en\":\"prepare\"},\"bearer\":\"party\",\"start\":{\"moves\":"
	"[\"join\"]},\"stop\":[\"arrive\"],\"unit\":\"calendar_day\","
	"\"amount\":5,\"suspend\":true,\"extend\":{\"amount\":3,\"times\":1},"
	"\"rules\":[{\"law\":\"\",\"article\":\"约定\","
	"\"from\":\"2020-01-01\",\"confidence\":\"L\"}]},"
	"{\"name\":\"reply\",\"title\":{\"zh\":\"回复\","
	"\"en\":\"reply\"},\"bearer\":\"party\",\"start\":{\"stored\":true},"
	"\"stop\":[\"join\",\"decline\"],\"until\":\"reply_by\","
	"\"duty\":\"agreed\",\"rules\":[{\"law\":\"\",\"article\":\"约定\","
	"\"from\":\"2020-01-01\",\"confidence\":\"L\"}]}]}";

/* Tasks: each row is one desk's, with a track and clocks of its own. */
static const char kit_tasks[] =
	"{\"format\":1,\"kind\":\"tasks\",\"version\":1,"
	"\"effective\":\"2020-01-01\",\"title\":{\"zh\":\"督办\","
	"\"en\":\"tasks\"},\"scope\":\"exchange\","
	"\"parts\":{\"party\":{\"from\":\"to\"}},"
	"\"relay\":{\"rows\":\"same\"},\"fields\":["
	"{\"name\":\"title\",\"type\":\"text\",\"title\":{\"zh\":\"标题\","
	"\"en\":\"title\"}},"
	"{\"name\":\"tasks\",\"type\":\"list\",\"key\":\"no\",\"each\":\"who\","
	"\"reopens\":[\"rows\"],"
	"\"title\":{\"zh\":\"任务\",\"en\":\"tasks\"},\"columns\":["
	"{\"name\":\"no\",\"type\":\"code\",\"title\":{\"zh\":\"编号\","
	"\"en\":\"no.\"}},"
	"{\"name\":\"what\",\"type\":\"text\",\"title\":{\"zh\":\"事项\","
	"\"en\":\"what\"}},"
	"{\"name\":\"who\",\"type\":\"desk\",\"title\":{\"zh\":\"单位\","
	"\"en\":\"who\"}},"
	"{\"name\":\"due\",\"type\":\"date\",\"title\":{\"zh\":\"期限\","
	"\"en\":\"due\"}}]}],"
	"\"tracks\":{\"owner\":{\"title\":{\"zh\":\"牵头\",\"en\":\"lead\"},"
	"\"initial\":\"draft\",\"states\":{"
	"\"draft\":{\"title\":{\"zh\":\"草拟\",\"en\":\"draft\"},"
	"\"stage\":\"draft\"},"
	"\"sent\":{\"title\":{\"zh\":\"已发\",\"en\":\"sent\"},"
	"\"stage\":\"sent\"},"
	"\"done\":{\"title\":{\"zh\":\"办结\",\"en\":\"done\"},"
	"\"stage\":\"closed\",\"end\":true}},\"moves\":{"
	"\"issue\":{\"title\":{\"zh\":\"发出\",\"en\":\"issue\"},"
	"\"from\":[\"draft\"],\"to\":\"sent\"},"
	"\"finish\":{\"title\":{\"zh\":\"办结\",\"en\":\"finish\"},"
	"\"from\":[\"sent\"],\"to\":\"done\",\"when\":{\"tracks\":\"rows\","
	"\"all\":{\"ended\":true}}}}},"
	"\"party\":{\"title\":{\"zh\":\"参加\",\"en\":\"party\"},"
	"\"initial\":\"stored\",\"states\":{"
	"\"stored\":{\"title\":{\"zh\":\"已入库\",\"en\":\"stored\"},"
	"\"stage\":\"stored\"},"
	"\"signed\":{\"title\":{\"zh\":\"签收\",\"en\":\"signed\"},"
	"\"stage\":\"signed\"}},\"moves\":{"
	"\"sign\":{\"title\":{\"zh\":\"签收\",\"en\":\"sign\"},"
	"\"from\":[\"stored\"],\"to\":\"signed\"}}},"
	"\"rows\":{\"title\":{\"zh\":\"任务\",\"en\":\"task\"},"
	"\"initial\":\"assigned\",\"states\":{"
	"\"assigned\":{\"title\":{\"zh\":\"督办\",\"en\":\"assigned\"},"
	"\"stage\":\"stored\",\"waits\":[{\"roles\":[\"duty\"],\"do\":"
	"{\"zh\":\"反馈\",\"en\":\"report\"}}]},"
	"\"reported\":{\"title\":{\"zh\":\"已反馈\",\"en\":\"reported\"},"
	"\"stage\":\"fed_back\",\"falls_back\":\"assigned\"},"
	"\"struck_off\":{\"title\":{\"zh\":\"销号\",\"en\":\"struck off\"},"
	"\"stage\":\"closed\",\"end\":true}},\"moves\":{"
	"\"report\":{\"title\":{\"zh\":\"反馈\",\"en\":\"report\"},"
	"\"from\":[\"assigned\"],\"to\":\"reported\"},"
	"\"test\":{\"title\":{\"zh\":\"送检\",\"en\":\"test\"},"
	"\"from\":[\"assigned\"],\"effects\":[{\"suspend\":\"handle\"}]},"
	"\"strike\":{\"title\":{\"zh\":\"销号\",\"en\":\"strike off\"},"
	"\"from\":[\"reported\"],\"to\":\"struck_off\",\"once\":true}}}},"
	"\"clocks\":[{\"name\":\"due\",\"title\":{\"zh\":\"期限\","
	"\"en\":\"due\"},\"bearer\":\"rows\",\"start\":{\"stored\":true},"
	"\"stop\":[\"report\"],\"until\":\"due\",\"duty\":\"agreed\","
	"\"rules\":[{\"law\":\"\",\"article\":\"约定\","
	"\"from\":\"2020-01-01\",\"confidence\":\"L\"}]},"
	"{\"name\":\"handle\",\"title\":{\"zh\":\"办理\",\"en\":\"handle\"},"
	"\"bearer\":\"rows\",\"start\":{\"stored\":true},\"stop\":[\"report\"],"
	"\"unit\":\"calendar_day\",\"amount\":5,\"suspend\":true,"
	"\"rules\":[{\"law\":\"\",\"article\":\"约定\","
	"\"from\":\"2020-01-01\",\"confidence\":\"L\"}]},"
	"{\"name\":\"check\",\"title\":{\"zh\":\"核验\",\"en\":\"check\"},"
	"\"bearer\":\"owner\",\"start\":{\"moves\":[\"report\"],"
	"\"of\":\"rows\"},\"stop\":{\"moves\":[\"strike\"],\"of\":\"rows\"},"
	"\"repeat\":true,\"unit\":\"working_day\",\"amount\":3,"
	"\"rules\":[{\"law\":\"\",\"article\":\"约定\","
	"\"from\":\"2020-01-01\",\"confidence\":\"L\"}]}]}";

static inline int64_t
kit_time(const char *s)
{
	int64_t ms = -1;

	if (s != NULL && time_parse(s, &ms, NULL) != RC_OK)
		fail_msg("not a time: %s", s);
	return ms;
}

static inline void
kit_init(struct kit *w, const char *kind)
{
	const struct asset *clue = asset_find("kinds/clue.json");
	const struct asset *days = asset_find("reference/holidays.csv");
	struct err err = ERR_INIT;
	struct kind *k = NULL;

	(void)memset(w, 0, sizeof *w);
	w->kinds = kinds_new();
	w->kind = kind;
	w->now_ms = kit_time("2026-09-30T12:00:00+08:00");
	if (kind_read("clue", clue->bytes, clue->len, &k, &err) != RC_OK ||
	    kinds_add(w->kinds, k, &err) != RC_OK ||
	    kind_read("action", kit_action, strlen(kit_action), &k, &err) !=
		    RC_OK ||
	    kinds_add(w->kinds, k, &err) != RC_OK ||
	    kind_read("tasks", kit_tasks, strlen(kit_tasks), &k, &err) !=
		    RC_OK ||
	    kinds_add(w->kinds, k, &err) != RC_OK ||
	    calendar_new(days->bytes, days->len, &w->calendar, &err) != RC_OK)
		fail_msg("%s", err.msg);
}

static inline void
kit_release(struct kit *w)
{
	for (size_t i = 0; i < w->n; i++)
		event_release(&w->events[i]);
	w->kinds = kinds_free(w->kinds);
	w->calendar = calendar_free(w->calendar);
}

static inline void
kit_mix(struct ref *d, const void *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < DIGEST_LEN; j++) {
			unsigned v = d->bytes[j] * 31u +
				     ((const uint8_t *)bytes)[i] +
				     d->bytes[(j + 7) % DIGEST_LEN] +
				     (unsigned)j;

			d->bytes[j] = (uint8_t)(v ^ v >> 8);
		}
	}
}

/* All bytes of the event but its digest, mixed: good enough to be unlike. */
static inline void
kit_seal(struct event *e)
{
	char *data = json_dumps(e->data, JSON_COMPACT);
	struct ref d = { { 0 } };

	kit_mix(&d, e->id, strlen(e->id));
	kit_mix(&d, e->source, strlen(e->source));
	kit_mix(&d, e->track, strlen(e->track));
	kit_mix(&d, e->epoch, strlen(e->epoch));
	kit_mix(&d, &e->k, sizeof e->k);
	kit_mix(&d, &e->type, sizeof e->type);
	kit_mix(&d, e->prev, e->n_prev * sizeof e->prev[0]);
	kit_mix(&d, &e->rev, sizeof e->rev);
	kit_mix(&d, &e->time_ms, sizeof e->time_ms);
	kit_mix(&d, data, strlen(data));
	free(data);
	e->digest = d;
}

static inline struct event *
kit_add(struct kit *w, struct spec s)
{
	struct event *e = &w->events[w->n++];
	bool own = strcmp(s.desk, OWNER) == 0;

	assert_true(w->n <= KIT_EVENTS);
	(void)memset(e, 0, sizeof *e);
	(void)snprintf(e->source, sizeof e->source, "%s", s.desk);
	(void)snprintf(e->owner, sizeof e->owner, "%s", OWNER);
	(void)snprintf(e->doc, sizeof e->doc, "%s", KIT_DOC);
	(void)snprintf(e->kind, sizeof e->kind, "%s", w->kind);
	(void)snprintf(e->track, sizeof e->track, "%s",
		       s.track != NULL ? s.track
		       : own	       ? "owner"
				       : "party");
	/* epochs of all desks sort by number first */
	(void)snprintf(e->epoch, sizeof e->epoch,
		       "0190%04d-0000-7000-8000-%.6s000000", s.epoch, s.desk);
	if (s.id != NULL)
		(void)snprintf(e->id, sizeof e->id, "%s", s.id);
	else
		(void)snprintf(e->id, sizeof e->id,
			       "0190%04d-0000-7000-8000-%012zu", s.epoch, w->n);
	/* the clue that is shipped; the kit's own kinds are of version 1 */
	e->kind_version = str_eq(w->kind, "clue") ? 2 : 1;
	e->type = s.type;
	e->k = s.k;
	e->time_ms = s.at != NULL ? kit_time(s.at)
				  : kit_time("2026-09-01T08:00:00+08:00") +
					    s.epoch * DAY_MS + s.k * 60000;
	e->starts_ms = kit_time(s.starts);
	for (size_t i = 0; i < 4 && s.prev[i] != NULL; i++)
		e->prev[e->n_prev++] = s.prev[i]->digest;
	e->has_rev = s.rev != NULL;
	if (s.rev != NULL)
		e->rev = s.rev->digest;
	e->has_of = s.of != NULL;
	if (s.of != NULL)
		e->of = s.of->digest;
	e->has_seen = s.seen != NULL;
	if (s.seen != NULL)
		e->seen = s.seen->digest;
	e->data = s.data != NULL ? s.data : json_object();
	kit_seal(e);
	return e;
}

/* Content addressed to desks "330100 320500", copied to others. */
static inline json_t *
kit_content(const char *to, const char *cc, json_t *take_fields)
{
	json_t *data = json_object();
	const char *lists[] = { to, cc };
	const char *names[] = { "to", "cc" };

	for (int i = 0; i < 2; i++) {
		json_t *list = json_array();
		char copy[512];
		char *save = NULL;

		(void)snprintf(copy, sizeof copy, "%s",
			       lists[i] != NULL ? lists[i] : "");
		for (char *d = strtok_r(copy, " ", &save); d != NULL;
		     d = strtok_r(NULL, " ", &save))
			json_array_append_new(list, json_string(d));
		json_object_set_new(data, names[i], list);
	}
	if (take_fields == NULL)
		take_fields = json_pack("{s:s}", "title", "线索");
	json_object_set_new(data, "fields", take_fields);
	return data;
}

static inline json_t *
kit_move(const char *move, json_t *take_input)
{
	json_t *data = json_pack("{s:s}", "move", move);

	if (take_input != NULL)
		json_object_set_new(data, "input", take_input);
	return data;
}

/* Folds the events whose bit is not in `without`, in the order given. */
static inline struct doc *
kit_fold_order(struct kit *w, const size_t *order, size_t n)
{
	const struct event **list = calloc(n + 1, sizeof(struct event *));
	const char **refused = calloc(n + 1, sizeof(char *));
	struct ref *seals = calloc(n + 1, sizeof(struct ref));
	struct fold_in in = {
		.events = list,
		.n_events = n,
		.kinds = w->kinds,
		.calendar = w->calendar,
		.stored = w->stored,
		.n_stored = w->n_stored,
		.now_ms = w->now_ms,
		.desk = w->desk != NULL ? w->desk : OWNER,
		.refused = refused,
		.seals = seals,
	};
	struct doc *d;

	for (size_t i = 0; i < n; i++) {
		size_t at = order != NULL ? order[i] : i;

		list[i] = &w->events[at];
		refused[i] = w->refused[at];
		seals[i] = w->seals[at];
	}
	d = doc_fold(&in);
	free(list);
	free(refused);
	free(seals);
	return d;
}

static inline struct doc *
kit_fold(struct kit *w)
{
	return kit_fold_order(w, NULL, w->n);
}

static inline const struct folded_event *
kit_find(const struct doc *d, const struct event *e)
{
	for (size_t i = 0; i < d->n_events; i++) {
		if (d->events[i].event == e)
			return &d->events[i];
	}
	fail_msg("event not in the document");
	abort();
}

static inline const struct doc_track *
kit_track(const struct doc *d, const char *desk)
{
	const struct doc_track *t = doc_track_of(d, desk);

	if (t != NULL)
		return t;
	fail_msg("no track of %s", desk);
	abort();
}

static inline void
kit_verdict(const struct doc *d, const struct event *e, enum verdict v)
{
	const struct folded_event *f = kit_find(d, e);

	if (f->verdict != v)
		fail_msg("event k=%lld of %s: verdict %d (%s), not %d",
			 (long long)e->k, e->source, f->verdict,
			 f->why != NULL ? f->why : "", v);
}

static inline void
kit_state(const struct doc *d, const char *desk, const char *state)
{
	const struct doc_track *t = doc_track_of(d, desk);

	if (t == NULL || t->state == NULL || strcmp(t->state->name, state) != 0)
		fail_msg("%s is in %s, not %s", desk,
			 t == NULL || t->state == NULL ? "nothing"
						       : t->state->name,
			 state);
}

static inline const struct doc_clock *
kit_clock(const struct doc *d, const char *desk, const char *name)
{
	for (size_t i = 0; i < d->n_clocks; i++) {
		if (strcmp(d->clocks[i].desk, desk) == 0 &&
		    strcmp(d->clocks[i].def->name, name) == 0)
			return &d->clocks[i];
	}
	return NULL;
}

static inline const struct doc_clock *
kit_need_clock(const struct doc *d, const char *desk, const char *name)
{
	const struct doc_clock *c = kit_clock(d, desk, name);

	if (c != NULL)
		return c;
	fail_msg("%s has no clock %s", desk, name);
	abort();
}

static inline void
kit_stored(struct kit *w, const char *desk, const char *at,
	   const struct event *event)
{
	struct stored_at *s = &w->stored[w->n_stored++];

	(void)snprintf(s->desk, sizeof s->desk, "%s", desk);
	s->at_ms = kit_time(at);
	s->has_event = event != NULL;
	if (event != NULL)
		s->event = event->digest;
}

static inline struct event *
kit_issue(struct kit *w, const char *to, const char *cc)
{
	return kit_add(w, (struct spec){ .desk = OWNER,
					 .type = EVENT_ISSUE,
					 .epoch = 1,
					 .k = 1,
					 .data = kit_content(to, cc, NULL) });
}

/* (epoch, k) as 10 * epoch + k, so that a history reads in one line. */
static inline struct event *
kit_party(struct kit *w, const char *desk, int at, const struct event *prev,
	  const struct event *rev, const char *move)
{
	return kit_add(w, (struct spec){ .desk = desk,
					 .type = EVENT_MOVE,
					 .epoch = at / 10,
					 .k = at % 10,
					 .prev = { prev },
					 .rev = rev,
					 .data = kit_move(move, NULL) });
}

static inline struct event *
kit_revise(struct kit *w, int at, const struct event *prev,
	   json_t *take_content)
{
	return kit_add(w, (struct spec){ .desk = OWNER,
					 .type = EVENT_REVISE,
					 .epoch = at / 10,
					 .k = at % 10,
					 .prev = { prev },
					 .data = take_content });
}
