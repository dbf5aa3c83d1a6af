-- live.db: what is no truth between the processes of one desk. May be deleted
-- at any time; written with synchronous=OFF, at most once a second.

-- name: live_schema
CREATE TABLE IF NOT EXISTS serve (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	pid INTEGER NOT NULL,
	address TEXT,          -- listening; NULL: cannot be dialled
	started_ms INTEGER NOT NULL,
	beat_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS link (
	peer TEXT PRIMARY KEY,
	state TEXT NOT NULL,   -- wait dial greet state return flow stopped off
	since_ms INTEGER NOT NULL,
	address TEXT,
	dialled INTEGER NOT NULL, -- 1: we dialled, 0: the peer did
	rtt_us INTEGER,
	heard_ms INTEGER,      -- last sign of life
	next_ms INTEGER,       -- next try
	queue_out INTEGER NOT NULL,
	queue_in INTEGER NOT NULL,
	oldest_out_ms INTEGER,
	error TEXT,
	error_ms INTEGER
) WITHOUT ROWID, STRICT;

DROP TABLE IF EXISTS looker;
-- The document that a console has open.
CREATE TABLE IF NOT EXISTS presence (
	pid INTEGER PRIMARY KEY,
	officer TEXT NOT NULL,
	owner TEXT NOT NULL,
	doc TEXT NOT NULL,
	editing INTEGER NOT NULL,
	since_ms INTEGER NOT NULL,
	beat_ms INTEGER NOT NULL
) STRICT;
-- How links came and went. peer '': the serving process itself.
CREATE TABLE IF NOT EXISTS link_log (
	n INTEGER PRIMARY KEY,
	peer TEXT NOT NULL,
	at_ms INTEGER NOT NULL,
	state TEXT NOT NULL,
	address TEXT,
	error TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS link_log_peer ON link_log (peer, n);
-- The peer's clock less this desk's, when it last gave its state.
CREATE TABLE IF NOT EXISTS skew (
	peer TEXT PRIMARY KEY,
	skew_ms INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
PRAGMA user_version = 1;

-- A row only where it says something other than the one before, or the first
-- since this process serves.
-- name: live_log_add
INSERT INTO link_log (peer, at_ms, state, address, error)
SELECT ?1, ?2, ?3, ?4, ?5
WHERE ?1 = '' OR ?3 || ' ' || coalesce(?5, '') <> coalesce((
	SELECT state || ' ' || coalesce(error, '') FROM link_log
	WHERE peer IN (?1, '') ORDER BY n DESC LIMIT 1), '');

-- name: live_log_prune
DELETE FROM link_log WHERE peer = ?1 AND n <= (SELECT n FROM link_log
	WHERE peer = ?1 ORDER BY n DESC LIMIT 1 OFFSET ?2);

-- name: live_log_each
SELECT at_ms, peer, state, address, error FROM link_log
WHERE peer IN (?1, '') ORDER BY n DESC LIMIT ?2;

-- name: live_serve_set
INSERT INTO serve (one, pid, address, started_ms, beat_ms)
VALUES (1, ?1, ?2, ?3, ?4)
ON CONFLICT (one) DO UPDATE SET pid = excluded.pid,
	address = excluded.address, started_ms = excluded.started_ms,
	beat_ms = excluded.beat_ms;

-- name: live_serve_get
SELECT pid, address, started_ms, beat_ms FROM serve WHERE one = 1;

-- name: live_serve_clear
DELETE FROM serve;

-- name: live_link_set
INSERT INTO link (peer, state, since_ms, address, dialled, rtt_us, heard_ms,
	next_ms, queue_out, queue_in, oldest_out_ms, error, error_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
ON CONFLICT (peer) DO UPDATE SET state = excluded.state,
	since_ms = excluded.since_ms, address = excluded.address,
	dialled = excluded.dialled, rtt_us = excluded.rtt_us,
	heard_ms = excluded.heard_ms, next_ms = excluded.next_ms,
	queue_out = excluded.queue_out, queue_in = excluded.queue_in,
	oldest_out_ms = excluded.oldest_out_ms, error = excluded.error,
	error_ms = excluded.error_ms;

-- name: live_link_clear
DELETE FROM link;

-- name: live_link_each
SELECT peer, state, since_ms, address, dialled, rtt_us, heard_ms, next_ms,
	queue_out, queue_in, oldest_out_ms, error, error_ms
FROM link ORDER BY peer;

-- name: live_skew_set
INSERT INTO skew (peer, skew_ms) VALUES (?1, ?2)
ON CONFLICT (peer) DO UPDATE SET skew_ms = excluded.skew_ms;

-- name: live_skew_clear
DELETE FROM skew;

-- name: live_skew_each
SELECT peer, skew_ms FROM skew ORDER BY peer;

-- name: live_presence_set
INSERT INTO presence (pid, officer, owner, doc, editing, since_ms, beat_ms)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
ON CONFLICT (pid) DO UPDATE SET
	since_ms = iif(owner = excluded.owner AND doc = excluded.doc
		AND editing = excluded.editing, since_ms, excluded.since_ms),
	officer = excluded.officer, owner = excluded.owner,
	doc = excluded.doc, editing = excluded.editing,
	beat_ms = excluded.beat_ms;

-- Of this process, and of those that have not said anything since ?2.
-- name: live_presence_drop
DELETE FROM presence WHERE pid = ?1 OR beat_ms < ?2;

-- name: live_presence_others
SELECT officer, owner, doc, editing, since_ms FROM presence
WHERE pid <> ?1 AND beat_ms >= ?2 ORDER BY editing DESC, since_ms, pid
LIMIT ?3;
