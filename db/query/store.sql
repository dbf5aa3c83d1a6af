-- What src/store itself needs. Each text may hold several statements.

-- name: store_create
-- page_size must come before the first write; 1145336683 is "DDsk".
PRAGMA page_size = 8192;
PRAGMA application_id = 1145336683;

-- name: store_setup
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA wal_autocheckpoint = 0;
-- The WAL keeps this length when it is begun anew: a commit that writes over
-- what is there takes half as long as one that makes the file grow.
PRAGMA journal_size_limit = 67108864;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -16384;

-- Of a process that is one of many on a desk: the system keeps the pages.
-- name: store_frugal
PRAGMA cache_size = -1024;

-- Around a light transaction; inside of one it cannot be changed.
-- name: store_sync_light
PRAGMA synchronous = NORMAL;

-- name: store_sync_full
PRAGMA synchronous = FULL;

-- A write that changes nothing: see store_checkpoint.
-- name: store_touch
PRAGMA application_id = 1145336683;

-- name: store_setup_live
PRAGMA synchronous = OFF;
PRAGMA wal_autocheckpoint = 1000;

-- name: store_wal
PRAGMA journal_mode = WAL;

-- name: store_user_version
PRAGMA user_version;

-- name: store_schema_look
SELECT count(*) FROM sqlite_schema;

-- What SQLite makes for itself has no text or a name of its own.
-- name: store_schema_each
SELECT type, name, sql FROM sqlite_schema
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY type, name;

-- name: store_quick_check
PRAGMA quick_check(1);

-- name: store_integrity_check
PRAGMA integrity_check(1);

-- name: store_data_version
PRAGMA data_version;

-- name: store_begin
BEGIN IMMEDIATE;

-- name: store_read_begin
BEGIN DEFERRED;

-- name: store_commit
COMMIT;

-- name: store_rollback
ROLLBACK;

-- name: store_fts5_api
SELECT fts5(?1);
