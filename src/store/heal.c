/*
 * After a sync that failed. The kernel then may call pages clean that never
 * reached the disk, so that a later sync that succeeds says nothing of them:
 * what was committed before without waiting for the disk, and what a
 * checkpoint moved. And the transaction that failed lies whole in the WAL
 * behind its end, where the next to open the file alone would take it for
 * committed. So the WAL is written once more, byte by byte as it is, what
 * lies behind it is struck out, and only when a sync of that succeeded is
 * anything written again.
 */
#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "store_int.h"

/* Layout of WAL and WAL index, sqlite.org/walformat.html 2.1 and fileformat2
 * 4.1; words of 32 bits in the index. */
#define WAL_INDEX_BYTES	   32768
#define WAL_INDEX_MX_FRAME 4
#define WAL_INDEX_BACKFILL 24
#define WAL_INDEX_PAGE	   3 /* in its second half */
#define WAL_HEADER_BYTES   32
#define WAL_AT_SALT	   16
#define WAL_AT_SUM	   24
#define FRAME_HEADER_BYTES 24
#define FRAME_AT_SALT	   8
#define FRAME_AT_SUM	   16

volatile uint32_t *
wal_index(struct store *s)
{
	sqlite3_file *file = NULL;
	void volatile *shm = NULL;

	/* From the index in shared memory: the WAL file itself keeps its
	 * length when it is used anew, and opening the index as a file would
	 * drop this process's locks on it. */
	if (sqlite3_file_control(s->db, "main", SQLITE_FCNTL_FILE_POINTER,
				 (void *)&file) != SQLITE_OK ||
	    file == NULL || file->pMethods == NULL ||
	    file->pMethods->iVersion < 2 ||
	    file->pMethods->xShmMap(file, 0, WAL_INDEX_BYTES, 0, &shm) !=
		    SQLITE_OK)
		return NULL;
	return shm;
}

int64_t
store_wal_pages(struct store *s)
{
	const volatile uint32_t *words = wal_index(s);
	uint32_t mx_frame;
	uint32_t backfill;

	if (words == NULL)
		return 0;
	/* A torn read gives a wrong hint once, no more. */
	mx_frame = words[WAL_INDEX_MX_FRAME];
	backfill = words[WAL_INDEX_BACKFILL];
	return mx_frame > backfill ? (int64_t)mx_frame - backfill : 0;
}

bool
is_failed_sync(int code)
{
	return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
}

/* ---- the WAL, written once more ---- */

struct sum {
	bool big;
	uint32_t a, b;
};

static uint32_t
word(const unsigned char *p, bool big)
{
	if (big)
		return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		       (uint32_t)p[2] << 8 | p[3];
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[1] << 8 | p[0];
}

static void
sum_add(struct sum *s, const unsigned char *p, size_t n_bytes)
{
	for (size_t i = 0; i < n_bytes; i += 8) {
		s->a += word(p + i, s->big) + s->b;
		s->b += word(p + i + 4, s->big) + s->a;
	}
}

/* The sums themselves are always big-endian. */
static bool
sum_is(const struct sum *s, const unsigned char *p)
{
	return word(p, true) == s->a && word(p + 4, true) == s->b;
}

static int
write_frames(sqlite3_file *wal, uint32_t n, size_t n_page)
{
	const sqlite3_io_methods *io = wal->pMethods;
	int n_frame = (int)(FRAME_HEADER_BYTES + n_page);
	unsigned char head[WAL_HEADER_BYTES];
	unsigned char *f = xmalloc((size_t)n_frame);
	struct sum sum = { .big = false };
	int code = io->xRead(wal, head, sizeof(head), 0);

	if (code == SQLITE_OK) {
		sum.big = (head[3] & 1) != 0; /* of the magic number */
		sum_add(&sum, head, WAL_AT_SUM);
		code = sum_is(&sum, head + WAL_AT_SUM)
			       ? io->xWrite(wal, head, sizeof(head), 0)
			       : SQLITE_CORRUPT;
	}
	for (uint32_t i = 0; code == SQLITE_OK && i < n; i++) {
		int64_t at = WAL_HEADER_BYTES + (int64_t)i * n_frame;

		code = io->xRead(wal, f, n_frame, at);
		if (code != SQLITE_OK)
			break;
		sum_add(&sum, f, FRAME_AT_SALT);
		sum_add(&sum, f + FRAME_HEADER_BYTES, n_page);
		/* the kernel may have gone back to what the disk holds */
		if (!sum_is(&sum, f + FRAME_AT_SUM) ||
		    memcmp(f + FRAME_AT_SALT, head + WAL_AT_SALT, 8) != 0)
			code = SQLITE_CORRUPT;
		else
			code = io->xWrite(wal, f, n_frame, at);
	}
	xfree(f);
	return code;
}

/* No frame header: whoever recovers the WAL ends there. */
static int
strike_out(sqlite3_file *wal, int64_t at)
{
	static const unsigned char zeros[FRAME_HEADER_BYTES];
	sqlite3_int64 size = 0;
	int code = wal->pMethods->xFileSize(wal, &size);

	if (code != SQLITE_OK || size <= at)
		return code;
	return wal->pMethods->xWrite(wal, zeros, sizeof(zeros), at);
}

/* Inside BEGIN IMMEDIATE: the index stands still. */
static int
write_again(struct store *s)
{
	volatile uint32_t *words = wal_index(s);
	sqlite3_file *wal = NULL;
	uint32_t page_word;
	uint16_t size; /* 1 is 65536 */
	size_t n_page;
	uint32_t n;
	int code = sqlite3_file_control(
		s->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, (void *)&wal);

	if (code != SQLITE_OK || words == NULL || wal == NULL ||
	    wal->pMethods == NULL)
		return code != SQLITE_OK ? code : SQLITE_IOERR;
	/* two bytes of a word, in the order of the machine */
	page_word = words[WAL_INDEX_PAGE];
	memcpy(&size, (const char *)&page_word + 2, sizeof(size));
	n_page = size == 1 ? 65536 : size;
	n = words[WAL_INDEX_MX_FRAME];
	if (n > 0)
		code = write_frames(wal, n, n_page);
	if (code == SQLITE_OK)
		code = strike_out(
			wal, WAL_HEADER_BYTES +
				     (int64_t)n * (int64_t)(FRAME_HEADER_BYTES +
							    n_page));
	if (code == SQLITE_OK)
		code = wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL |
							 SQLITE_SYNC_DATAONLY);
	/* What was moved to the file may not be there: all is moved again.
	 * Only the holder of exchange.lock moves, and not meanwhile. */
	if (code == SQLITE_OK && s->moved_in_doubt)
		words[WAL_INDEX_BACKFILL] = 0;
	return code;
}

enum rc
heal(struct store *s, struct err *err)
{
	int code;
	enum rc rc;

	if (!s->in_doubt)
		return RC_OK;
	rc = store_exec(s, SQL_STORE_BEGIN, _("writing"), err);
	if (rc != RC_OK)
		return rc;
	code = write_again(s);
	if (code == SQLITE_OK)
		s->in_doubt = s->moved_in_doubt = s->unsynced = false;
	else
		rc = store_error(s, code, _("writing"), err);
	(void)store_exec(s, SQL_STORE_ROLLBACK, "", NULL);
	return rc;
}
