/* Every limit of the product, named once. Sizes in bytes, times in ms. */
#pragma once

/* text and identifiers */
#define DESK_ID_MAX	23 /* 6 digits, '-', 16 */
#define UUID_LEN	36 /* text form without NUL */
#define DIGEST_LEN	32 /* SHA-256 */
#define DIGEST_HEX_LEN	64
#define NAME_MAX_LEN	31 /* kinds, fields, tracks, states, moves */
#define ROW_KEY_MAX	32 /* of a list row that has a track of its own */
#define TRACK_MAX_LEN	(NAME_MAX_LEN + 1 + ROW_KEY_MAX) /* "rows:KEY" */
#define OFFICER_ID_MAX	63
#define NUMBER_MAX	127 /* a reference number, bytes */
#define TITLE_MAX_BYTES 2048

/* JSON */
#define JSON_DEPTH_MAX	32
#define JSON_TOKENS_MAX 20000
#define JSON_INT_MAX	9007199254740992LL /* 2^53 */

/* documents */
#define LOOKUP_KEY_MAX	 400 /* bytes of a name that is looked up by */
#define FIELDS_MAX_BYTES (512 * 1024)
#define EVENT_MAX_BYTES	 (640 * 1024) /* payload of one event */
#define PARTIES_MAX	 320
#define PREV_MAX	 16
#define KIND_FILE_MAX	 (512 * 1024)
#define ATTACH_MAX_COUNT 100
#define ATTACH_MAX_BYTES (2LL * 1024 * 1024 * 1024)
#define ATTACH_NAME_MAX	 255

/* correlation 串并 */
#define SHARED_VALUES_MAX 64  /* values of one document that are compared */
#define SHARED_KEY_MAX	  160 /* bytes of a value's normal form */
#define SHARED_MANY	  20  /* a value of more documents says 'many' alone */

/* wire */
#define LINE_MAX_BYTES	     (1024 * 1024)
#define BODY_MAX_BYTES	     (16 * 1024 * 1024)
#define HEADER_LIST_MAX	     (16 * 1024)
#define CONN_PER_PEER_MAX    8
#define CONN_UNAUTH_MAX	     64
#define CONN_ALL_MAX	     1024
#define FILES_KEPT	     64 /* descriptors that callers leave */
#define STREAMS_MAX	     64
#define HANDSHAKE_TIMEOUT_MS 10000
#define HEADERS_TIMEOUT_MS   10000
#define IDLE_TIMEOUT_MS	     60000
#define PING_INTERVAL_MS     10000
#define PING_TIMEOUT_MS	     20000
#define H2_WINDOW_BYTES	     (4 * 1024 * 1024)
#define CONN_OUT_MAX	     (1024 * 1024)
/* What one peer may cost, all its connections together. A token buys a frame
 * that brings nothing (PING, PRIORITY, unknown, empty DATA ...). */
#define H2_TOKENS_MAX	1000
#define H2_TOKENS_PER_S 100
#define H2_DATA_TOKENS	2   /* earned by a DATA of ours: WINDOW_UPDATEs */
#define H2_HELD_WINDOWS 2   /* bodies of paused streams, in windows */
#define H2_OUT_FACTOR	4   /* answers waiting, in CONN_OUT_MAX */
#define CALLS_MAX	200 /* connections at once after a rest */
#define CALLS_PER_S	50
/* of one connection, kept by nghttp2 */
#define H2_RESETS_BURST	     200
#define H2_RESETS_PER_S	     20
#define H2_CONTINUATIONS_MAX 8
#define H2_SETTINGS_MAX	     32	  /* in one frame */
#define H2_ACKS_MAX	     256  /* unsent answers to PING and SETTINGS */
#define H2_FRAMES_WAIT_MAX   1000 /* while the socket takes nothing */
#define RETRY_FIRST_MS	     2000
#define RETRY_MAX_MS	     60000
#define INGEST_QUEUE_MAX     4096 /* frames waiting, one channel and lane */
#define INGEST_BATCH_MAX     512  /* frames in one transaction */
/* changes of the full text index: of one step; put off at most, beyond it a
 * backlog waits for its index */
#define INDEX_STEP	128
#define INDEX_LATER_MAX 250000
/* free space below which peers are told to wait, and what own acts still get
 * when there is none: base/space.h */
#define DISK_PERCENT	     5 /* of the file system, each at most */
#define DISK_WATERMARK_BYTES (64LL * 1024 * 1024)
#define DISK_SPARE_BYTES     (16LL * 1024 * 1024)
#define DISK_SPARE_PIECES    8

/* while something waits for the peer on a line that carries little else: how
 * often it is asked for a sign of life, and how long it may be silent then */
#define ASK_INTERVAL_MS 2000
#define ASK_TIMEOUT_MS	4000
#define ASK_QUIET_BYTES (64 * 1024)

/* bundles on media: doc/protocol.md, "Bundles" */
#define BUNDLE_LINE_MAX	 1024 /* its head and a part's */
#define BUNDLE_MAX_BYTES (64LL * 1024 * 1024 * 1024)
#define BUNDLE_BLOBS_MAX 65536	     /* attachments in one */
#define BUNDLE_END_MAX	 (16 * 1024) /* its signed end */

/* files a user hands in */
#define CARD_MAX_BYTES	(64 * 1024)
#define IMPORT_LINE_MAX (1024 * 1024)
#define IMPORT_FILE_MAX (1024LL * 1024 * 1024)
#define KEYMAP_FILE_MAX (256 * 1024)
#define REFERENCE_MAX	(4 * 1024 * 1024)

/* rules */
#define REMIND_INTERVAL_MS (4LL * 3600 * 1000)
#define CLOCK_SKEW_MAX_MS  60000
#define DB_BUSY_TIMEOUT_MS 10000
