#include "base/uuid.h"

#include <string.h>

#include "base/text.h"

#include <stdatomic.h>

/*
 * The last stamp given in this process: 48 bits of milliseconds and 12 of a
 * counter, so that ids of one millisecond sort as they were made (RFC 9562
 * 6.2 method 1). Atomic because console acts run on the work pool.
 */
static _Atomic uint64_t last_stamp;

static uint64_t
next_stamp(const struct env *env, uint64_t floor)
{
	uint64_t now = (uint64_t)env_now_ms(env) << 12;
	uint64_t last = atomic_load(&last_stamp), next;

	do {
		next = now > last ? now : last + 1;
		if (next <= floor)
			next = floor + 1;
	} while (!atomic_compare_exchange_weak(&last_stamp, &last, next));
	return next;
}

static void
write_uuid(const struct env *env, uint64_t stamp, char out[static UUID_LEN + 1])
{
	unsigned char b[16];
	char hex[33];
	int i;

	env_random(env, b + 8, 8);
	for (i = 0; i < 6; i++)
		b[i] = (unsigned char)(stamp >> 12 >> (40 - 8 * i));
	b[6] = (unsigned char)(0x70 | (stamp >> 8 & 0x0F));
	b[7] = (unsigned char)stamp;
	b[8] = (unsigned char)(0x80 | (b[8] & 0x3F));
	hex_encode(b, sizeof(b), hex);
	for (i = 0; i < 32; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			*out++ = '-';
		*out++ = hex[i];
	}
	*out = '\0';
}

void
uuid7_make(const struct env *env, char out[static UUID_LEN + 1])
{
	write_uuid(env, next_stamp(env, 0), out);
}

void
uuid7_make_after(const struct env *env, const char *min_exclusive,
		 char out[static UUID_LEN + 1])
{
	char hex[17];
	unsigned char b[8];
	uint64_t floor = 0;
	size_t i, n = 0;

	for (i = 0; min_exclusive != NULL && min_exclusive[i] != '\0' && n < 16;
	     i++)
		if (min_exclusive[i] != '-')
			hex[n++] = min_exclusive[i];
	hex[n] = '\0';
	if (n == 16 && hex_decode(hex, b, sizeof(b), NULL) == RC_OK) {
		for (i = 0; i < 6; i++)
			floor = floor << 8 | b[i];
		floor = floor << 12 | (uint64_t)(b[6] & 0x0F) << 8 | b[7];
	}
	write_uuid(env, next_stamp(env, floor), out);
}

bool
uuid_valid(const char *s)
{
	size_t i;

	for (i = 0; i < UUID_LEN; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (s[i] != '-')
				return false;
		} else if (!((s[i] >= '0' && s[i] <= '9') ||
			     (s[i] >= 'a' && s[i] <= 'f'))) {
			return false;
		}
	}
	return s[UUID_LEN] == '\0';
}
