#include "base/limits.h"
#include "base/log.h"
#include "base/space.h"
#include "exchange/link_int.h"
#include "exchange/queue_int.h"
#include "exchange/room_int.h"

#define DAY	   (24LL * 3600 * 1000)
#define QUOTA_PART 4 /* of the free space, where none is set */
/* Whatever is free when the day begins: a disk that was full a moment ago must
 * not hold everybody back till the next day; the watermark guards the rest. */
#define QUOTA_MIN_BYTES (64LL * 1024 * 1024)
#define RETRY_QUOTA_S	3600 /* at most: the administrator may make room */
/* Enough again: a little above, else it would flap. */
#define ENOUGH_PART 8

static void
shut_the_door(struct exchange *x)
{
	for (struct remote *r = x->remotes; r != NULL; r = r->next) {
		queues_fail(r, RC_FULL);
		link_no_room(r->link);
	}
}

void
room_look(struct exchange *x)
{
	const char *folder = journal_get_folder(x->journal);
	struct space s;
	bool low;

	if (!space_look(folder, &s))
		return;
	x->free_bytes =
		s.free_bytes > s.watermark ? s.free_bytes - s.watermark : 0;
	low = x->disk_low
		      ? s.free_bytes < s.watermark + s.watermark / ENOUGH_PART
		      : space_is_short(&s);
	if (!low && !x->offline)
		spare_keep(folder);
	if (low == x->disk_low)
		return;
	log_line(low ? LOG_ERROR : LOG_INFO, EXCHANGE_ROOM,
		 low ? "disk space is short: peers are told to wait"
		     : "disk space is enough again");
	x->disk_low = low;
	if (low)
		shut_the_door(x);
}

static bool
over_quota(const struct remote *r)
{
	return r->quota_bytes > 0 && r->brought_bytes > r->quota_bytes &&
	       loop_now_ms(r->x->loop) - r->quota_ms < DAY;
}

bool
room_for(const struct remote *r)
{
	return !r->x->disk_low && !over_quota(r);
}

enum problem
room_problem(const struct remote *r)
{
	return r->x->disk_low ? PROBLEM_DISK_FULL : PROBLEM_QUOTA;
}

int
room_retry_after_s(const struct remote *r)
{
	int64_t s = (r->quota_ms + DAY - loop_now_ms(r->x->loop)) / 1000;

	if (r->x->disk_low)
		return RETRY_AFTER_DISK_S;
	if (s < 1)
		return 1;
	return s > RETRY_QUOTA_S ? RETRY_QUOTA_S : (int)s;
}

static int64_t
day_quota(const struct exchange *x)
{
	int64_t part = x->free_bytes / QUOTA_PART;

	if (x->peer_quota_bytes > 0)
		return x->peer_quota_bytes;
	return part > QUOTA_MIN_BYTES ? part : QUOTA_MIN_BYTES;
}

void
room_taken(struct remote *r, int64_t n_bytes)
{
	struct exchange *x = r->x;
	int64_t now = loop_now_ms(x->loop);
	bool over = over_quota(r);

	if (r->quota_bytes == 0 || now - r->quota_ms >= DAY) {
		r->quota_ms = now;
		r->brought_bytes = 0;
		r->quota_bytes = day_quota(x);
	}
	r->brought_bytes += n_bytes;
	if (over || !over_quota(r))
		return;
	log_line(LOG_ERROR, EXCHANGE_ROOM,
		 "peer=%s brought %lld MiB within a day: it is told to wait "
		 "(setting peer_quota)",
		 r->desk, (long long)(r->brought_bytes / (1024 * 1024)));
	queues_fail(r, RC_FULL);
	link_no_room(r->link);
}
