-- Lists of documents. Keyset only: an offset would read what it skips.
-- ?1 kind ?2 box ?3 own state ?4 stored since ?5 due before: NULL = any
-- (?4: 0); ?6 the row after which to go on, ?7 limit (-1 none). Of a filter
-- (desk/filter.h), NULL = any: ?9 owners, ?10 parties as JSON lists of
-- beginnings, ?11 urgency, ?12 due from, ?13 number, ?14 title, ?15 assignee,
-- ?16 issued from, ?17 issued before, ?18 waits.

-- part: list_columns
	doc.id, owner, uuid, kind, version, number, title, urgency, mode, box,
	own_track, own_state, own_stage, issued_ms, stored_ms, updated_ms,
	due_ms, due_clock, waits, wait_roles, assignee, withdrawn, flags,
	list_json, change, missing, warn_ms, wait_at

-- part: list_fits
	AND (?1 IS NULL OR kind = ?1) AND (?2 IS NULL OR box = ?2)
	AND (?3 IS NULL OR own_state = ?3) AND stored_ms >= ?4
	AND (?5 IS NULL OR due_ms < ?5)
	AND (?9 IS NULL OR EXISTS (SELECT 1 FROM json_each(?9) AS f
		WHERE substr(owner, 1, length(f.value)) = f.value))
	AND (?10 IS NULL OR EXISTS (SELECT 1 FROM doc_party AS p
		JOIN json_each(?10) AS f
			ON substr(p.desk, 1, length(f.value)) = f.value
		WHERE p.doc = doc.id AND p.removed = 0 AND p.desk <> owner))
	AND (?11 IS NULL OR urgency = ?11) AND (?12 IS NULL
		OR (due_ms >= ?12 AND due_ms < 253402300800000))
	AND (?13 IS NULL OR instr(cjk1_key(number), ?13) > 0)
	AND (?14 IS NULL OR instr(cjk1_key(title), ?14) > 0)
	AND (?15 IS NULL OR assignee = ?15)
	AND (?16 IS NULL OR issued_ms >= ?16)
	AND (?17 IS NULL OR issued_ms < ?17) AND (?18 IS NULL OR waits = ?18)

-- name: list_newest
SELECT
-- use: list_columns
FROM doc NOT INDEXED
WHERE id < ?6
-- use: list_fits
ORDER BY id DESC LIMIT ?7;

-- name: list_newest_back
SELECT
-- use: list_columns
FROM doc NOT INDEXED
WHERE id > ?6
-- use: list_fits
ORDER BY id ASC LIMIT ?7;

-- By index: of one kind and box, of one kind, of one kind in one state, of one
-- assignee. What is asked for may be rare among a million.

-- name: list_box
SELECT
-- use: list_columns
FROM doc INDEXED BY doc_box
WHERE kind = ?1 AND box = ?2 AND id < ?6
-- use: list_fits
ORDER BY id DESC LIMIT ?7;

-- name: list_box_back
SELECT
-- use: list_columns
FROM doc INDEXED BY doc_box
WHERE kind = ?1 AND box = ?2 AND id > ?6
-- use: list_fits
ORDER BY id ASC LIMIT ?7;

-- name: list_kind
SELECT
-- use: list_columns
FROM doc INDEXED BY doc_kind
WHERE kind = ?1 AND id < ?6
-- use: list_fits
ORDER BY id DESC LIMIT ?7;

-- name: list_kind_back
SELECT
-- use: list_columns
FROM doc INDEXED BY doc_kind
WHERE kind = ?1 AND id > ?6
-- use: list_fits
ORDER BY id ASC LIMIT ?7;

-- name: list_state
SELECT
-- use: list_columns
FROM doc INDEXED BY doc_state
WHERE kind = ?1 AND own_state = ?3 AND id < ?6
-- use: list_fits
ORDER BY id DESC LIMIT ?7;

-- name: list_state_back
SELECT
-- use: list_columns
FROM doc INDEXED BY doc_state
WHERE kind = ?1 AND own_state = ?3 AND id > ?6
-- use: list_fits
ORDER BY id ASC LIMIT ?7;

-- name: list_assignee
SELECT
-- use: list_columns
FROM doc INDEXED BY doc_assignee
WHERE assignee = ?15 AND id < ?6
-- use: list_fits
ORDER BY id DESC LIMIT ?7;

-- name: list_assignee_back
SELECT
-- use: list_columns
FROM doc INDEXED BY doc_assignee
WHERE assignee = ?15 AND id > ?6
-- use: list_fits
ORDER BY id ASC LIMIT ?7;

-- The duty list: what waits, most urgent first. ?8 due of the row ?6.
-- name: list_waits
SELECT
-- use: list_columns
FROM doc INDEXED BY doc_waits
WHERE waits = 1 AND (due_ms, urgency, id) > (?8,
		coalesce((SELECT urgency FROM doc WHERE id = ?6), -1), ?6)
-- use: list_fits
ORDER BY due_ms, urgency, id LIMIT ?7;

-- name: list_waits_back
SELECT
-- use: list_columns
FROM doc INDEXED BY doc_waits
WHERE waits = 1 AND (due_ms, urgency, id) < (?8,
		coalesce((SELECT urgency FROM doc WHERE id = ?6), -1), ?6)
-- use: list_fits
ORDER BY due_ms DESC, urgency DESC, id DESC LIMIT ?7;

-- name: list_due
SELECT
-- use: list_columns
FROM doc INDEXED BY doc_due
WHERE due_ms < 253402300800000 AND (due_ms, id) > (?8, ?6)
-- use: list_fits
ORDER BY due_ms, id LIMIT ?7;

-- name: list_due_back
SELECT
-- use: list_columns
FROM doc INDEXED BY doc_due
WHERE due_ms < 253402300800000 AND (due_ms, id) < (?8, ?6)
-- use: list_fits
ORDER BY due_ms DESC, id DESC LIMIT ?7;

-- ?8: change number after which rows changed.
-- name: list_changed
SELECT
-- use: list_columns
FROM doc INDEXED BY doc_change
WHERE change > ?8 AND id < ?6
-- use: list_fits
ORDER BY change LIMIT ?7;

-- ?8: FTS5 query. By row, never by rank: rank reads every match.
-- name: list_search
SELECT
-- use: list_columns
FROM doc_fts CROSS JOIN doc ON doc.id = doc_fts.rowid
WHERE doc_fts MATCH ?8 AND doc_fts.rowid < ?6
-- use: list_fits
ORDER BY doc_fts.rowid DESC LIMIT ?7;

-- name: list_search_back
SELECT
-- use: list_columns
FROM doc_fts CROSS JOIN doc ON doc.id = doc_fts.rowid
WHERE doc_fts MATCH ?8 AND doc_fts.rowid > ?6
-- use: list_fits
ORDER BY doc_fts.rowid ASC LIMIT ?7;

-- name: list_one
SELECT
-- use: list_columns
FROM doc WHERE uuid = ?1 AND owner = ?2;

-- name: list_by_id
SELECT
-- use: list_columns
FROM doc WHERE id = ?1;

-- name: list_parties
SELECT desk, track, state, stage, stored_ms, signed_ms, removed, acked
FROM doc_party WHERE doc = ?1 ORDER BY pos, desk;

-- name: find_uuid
SELECT owner, uuid, number, title FROM doc WHERE uuid = ?1 LIMIT 20;

-- Endings: tail is the end of the id reversed.
-- name: find_tail
SELECT owner, uuid, number, title FROM doc
WHERE tail >= ?1 AND tail < ?1 || 'g' ORDER BY tail LIMIT 200;

-- name: find_number
SELECT owner, uuid, number, title FROM doc WHERE number = ?1 LIMIT 20;

-- name: find_draft
SELECT id, title FROM draft
WHERE act = 'issue' AND substr(id, -length(?1)) = ?1 ORDER BY id LIMIT 20;

-- name: count_counters
SELECT name, value FROM counter WHERE value <> 0 ORDER BY name;

-- name: count_late
SELECT (SELECT count(*) FROM doc INDEXED BY doc_due
	WHERE due_ms < ?1 AND due_ms < 253402300800000) +
	(SELECT count(*) FROM draft INDEXED BY draft_due
	WHERE due_ms IS NOT NULL AND due_ms < ?1);

-- name: count_soon
SELECT (SELECT count(*) FROM doc INDEXED BY doc_due
	WHERE due_ms >= ?1 AND due_ms < ?2 AND due_ms < 253402300800000
		AND warn_ms <= ?1) +
	(SELECT count(*) FROM draft INDEXED BY draft_due
	WHERE due_ms IS NOT NULL AND due_ms >= ?1 AND due_ms < ?2
		AND warn_ms <= ?1);

-- name: count_other
SELECT (SELECT count(*) FROM notice WHERE what IN ('quarantine', 'fork')),
	(SELECT count(*) FROM draft),
	(SELECT count(*) FROM draft WHERE state = 'review'),
	(SELECT coalesce(max(change), 0) FROM doc);

-- Frames of the open epoch beyond what the peer is known to hold.
-- name: count_queued
SELECT peer.desk, lane.n, epoch.epoch,
	coalesce((SELECT max(seq) FROM frame_out AS f WHERE f.peer = peer.desk
		AND f.epoch = epoch.epoch AND f.lane = lane.n), 0),
	coalesce((SELECT seq FROM cursor AS c WHERE c.peer = peer.desk
		AND c.dir = 'out' AND c.epoch = epoch.epoch
		AND c.lane = lane.n), 0)
FROM peer CROSS JOIN epoch CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1) AS lane
WHERE epoch.closed IS NULL AND (?1 IS NULL OR peer.desk = ?1)
ORDER BY peer.desk, lane.n;

-- name: queued_since
SELECT e.stored_at FROM frame_out AS f JOIN event AS e ON e.digest = f.event
WHERE f.peer = ?1 AND f.epoch = ?2 AND f.lane = ?3 AND f.seq > ?4
ORDER BY f.seq LIMIT 1;

-- Item by item: what of ?3 a peer is not known to hold after ?4.
-- name: queue_each
SELECT f.seq, e.raw, e.source, e.stored_at, d.owner, d.uuid, d.kind,
	d.version, d.number, d.title
FROM frame_out AS f JOIN event AS e ON e.digest = f.event
LEFT JOIN doc AS d ON d.uuid = substr(e.subject, instr(e.subject, '/') + 1)
	AND d.owner = substr(e.subject, 1, instr(e.subject, '/') - 1)
WHERE f.peer = ?1 AND f.epoch = ?2 AND f.lane = ?3 AND f.seq > ?4
ORDER BY f.seq LIMIT ?5;

-- Ours that lie at a peer, stored and not signed for.
-- name: count_unopened
SELECT count(*)
FROM doc_party AS p INDEXED BY doc_party_stored JOIN doc AS d ON d.id = p.doc
WHERE p.desk = ?1 AND p.stage = 2 AND p.stored_ms < ?2 AND p.removed = 0
	AND d.box = 1 AND d.withdrawn = 0;

-- name: looked_each
SELECT officer, at FROM looked WHERE doc = ?1 AND owner = ?2 ORDER BY at;

-- name: export_each
SELECT id, owner, uuid FROM doc
WHERE id > ?1 AND (?2 IS NULL OR kind = ?2) AND (?3 IS NULL OR box = ?3)
ORDER BY id LIMIT 200;

-- name: notice_each
SELECT what, lower(hex(event)), detail, at FROM notice WHERE peer = ?1
ORDER BY at DESC, key LIMIT 200;

-- name: notice_kept_apart
SELECT count(*), (SELECT detail FROM notice
	WHERE peer = ?1 AND what = 'quarantine' ORDER BY at DESC LIMIT 1)
FROM notice WHERE peer = ?1 AND what IN ('quarantine', 'fork');

-- What lists are sorted by, of the newest ?7 rows that fit: ?19 which column
-- (enum sort_by), ?20 which of the kind's own.
-- part: list_sort_case
	CASE ?19 WHEN 0 THEN own_stage || ' ' || own_state
		WHEN 1 THEN CASE WHEN due_ms < 253402300800000 THEN due_ms END
		WHEN 2 THEN urgency WHEN 3 THEN owner WHEN 4 THEN title
		WHEN 5 THEN number WHEN 6 THEN (SELECT group_concat(desk)
			FROM doc_party WHERE doc_party.doc = doc.id AND removed = 0
				AND desk <> owner)
		WHEN 7 THEN CASE WHEN issued_ms < 253402300800000
			THEN issued_ms END
		WHEN 8 THEN kind
		ELSE json_extract(list_json, '$[' || ?20 || ']') END

-- name: list_sort_keys
SELECT doc.id,
-- use: list_sort_case
FROM doc NOT INDEXED
WHERE id < ?6
-- use: list_fits
ORDER BY id DESC LIMIT ?7;

-- name: list_sort_keys_search
SELECT doc.id,
-- use: list_sort_case
FROM doc_fts CROSS JOIN doc ON doc.id = doc_fts.rowid
WHERE doc_fts MATCH ?8 AND doc_fts.rowid < ?6
-- use: list_fits
ORDER BY doc_fts.rowid DESC LIMIT ?7;

-- name: list_sort_key
SELECT doc.id,
-- use: list_sort_case
FROM doc WHERE id = ?6;
