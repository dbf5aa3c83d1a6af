/* Short texts that a user, a file or a peer gives: keys, key lines of SSH,
 * times, initials, ids, addresses. The first byte says of what. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pinyin.h"
#include "base/text.h"
#include "base/time.h"
#include "base/uuid.h"
#include "console/key_int.h"
#include "store/store.h"
#include "trust/card.h"
#include "trust/sshkey.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A key that is read is shown, and folded, without end of the buffer. */
static void
keys(const char *text, size_t n)
{
	char shown[KEY_NAME_MAX];
	uint32_t key = key_parse(text, n), any = 0;

	if (strlen(key_text(key, shown)) >= sizeof(shown))
		abort();
	memcpy(&any, text, n < sizeof(any) ? n : sizeof(any));
	if (strlen(key_text(any, shown)) >= sizeof(shown))
		abort();
	(void)key_fold(any);
	(void)key_is_text(any);
}

static void
ssh_keys(const char *text, size_t n)
{
	struct err err = ERR_INIT;
	struct ssh_key k;

	if (ssh_key_parse(text, n, &k, &err) != RC_OK)
		return;
	if (k.type[0] == '\0' || k.base64 == NULL || k.comment == NULL ||
	    strncmp(k.fingerprint, "SHA256:", 7) != 0)
		abort();
	ssh_key_release(&k);
}

/* What is read is written and read again as the same instant. */
static void
times(const char *text)
{
	char out[TIME_TEXT_MAX];
	int64_t ms, again;
	int32_t day;

	(void)day_parse(text, &day, NULL);
	if (time_parse(text, &ms, NULL) != RC_OK)
		return;
	time_format(ms, out);
	if (time_parse(out, &again, NULL) != RC_OK || ms != again)
		abort();
}

static void
searches(const char *text, size_t n)
{
	struct text_range ranges[16];
	struct err err = ERR_INIT;
	struct buf query;

	buf_init(&query, 1u << 20);
	if (fts_query(text, &query, &err) == RC_OK) {
		size_t found = fts_find(buf_str(&query), text, n, ranges,
					ARRAY_LEN(ranges));
		for (size_t i = 0; i < found; i++)
			if (ranges[i].from > ranges[i].to || ranges[i].to > n)
				abort();
		(void)fts_holds(buf_str(&query), text, n);
	}
	buf_release(&query);
}

static void
initials(const char *text)
{
	const char *slash = strchr(text, '/');
	char letters[PINYIN_LETTERS_MAX + 2];
	size_t n = 0;

	if (slash == NULL)
		return;
	while (n < sizeof(letters) - 1 && text + n < slash)
		n++;
	memcpy(letters, text, n);
	letters[n] = '\0';
	(void)pinyin_fits(slash + 1, letters);
	(void)pinyin_is_syllable(letters);
	(void)pinyin_chars(letters, &n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;
	size_t n;

	if (size == 0 || size > 65536)
		return 0;
	n = size - 1;
	text = xstrndup((const char *)data + 1, n);
	if (data[0] % 6 == 1)
		ssh_keys(text, n);
	if (utf8_check(text, n, NULL) != RC_OK || strlen(text) != n) {
		xfree(text);
		return 0;
	}
	if (data[0] % 6 == 0)
		keys(text, n);
	else if (data[0] % 6 == 2)
		times(text);
	else if (data[0] % 6 == 3)
		searches(text, n);
	else if (data[0] % 6 == 4)
		initials(text);
	else if (data[0] % 6 == 5)
		(void)(desk_id_valid(text) + address_valid(text) +
		       uuid_valid(text));
	xfree(text);
	return 0;
}
