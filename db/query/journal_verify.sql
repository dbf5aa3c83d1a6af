-- verify and verify --rebuild.

-- name: verify_event_each
SELECT row, digest, source, id, epoch, k, subject, track, type, rev, seen,
	(SELECT count(*) FROM event_prev AS p WHERE p.digest = e.digest),
	key_id, sig, raw
FROM event AS e ORDER BY row;

-- name: event_prev_has
SELECT 1 FROM event_prev WHERE digest = ?1 AND prev = ?2;

-- name: verify_frame_out
SELECT f.peer, f.epoch, f.lane, f.seq, f.event, f.chain,
	EXISTS (SELECT 1 FROM event AS e WHERE e.digest = f.event)
FROM frame_out AS f ORDER BY f.peer, f.epoch, f.lane, f.seq;

-- name: verify_frame_in
SELECT f.peer, f.epoch, f.lane, f.seq, f.event, f.chain,
	EXISTS (SELECT 1 FROM event AS e WHERE e.digest = f.event)
	OR EXISTS (SELECT 1 FROM quarantine AS q WHERE q.peer = f.peer
		AND q.epoch = f.epoch AND q.lane = f.lane AND q.seq = f.seq
		AND q.digest = f.event)
FROM frame_in AS f ORDER BY f.peer, f.epoch, f.lane, f.seq;

-- name: verify_cursor
SELECT 'table cursor: ' || dir || ' ' || peer || ' lane ' || lane || ' seq ' ||
	seq
FROM cursor AS c
WHERE seq > 0 AND ((dir = 'in' AND NOT EXISTS (
		SELECT 1 FROM frame_in AS f WHERE f.peer = c.peer
			AND f.epoch = c.epoch AND f.lane = c.lane
			AND f.seq = c.seq AND f.chain = c.chain))
	OR (dir = 'out' AND NOT EXISTS (
		SELECT 1 FROM frame_out AS f WHERE f.peer = c.peer
			AND f.epoch = c.epoch AND f.lane = c.lane
			AND f.seq = c.seq AND f.chain = c.chain)))
ORDER BY 1;

-- name: verify_fork
SELECT 'table event: ' || a.source || ' ' || a.epoch || ' ' || a.k
FROM event AS a JOIN event AS b ON b.source = a.source AND b.epoch = a.epoch
	AND b.k = a.k AND b.row > a.row
WHERE a.type NOT IN ('local', 'reveal') AND b.type NOT IN ('local', 'reveal')
	AND NOT EXISTS (SELECT 1 FROM fork AS f WHERE f.source = a.source
		AND ((f.digest_a = a.digest AND f.digest_b = b.digest)
			OR (f.digest_a = b.digest AND f.digest_b = a.digest)))
ORDER BY 1;

-- name: verify_receipt_in
SELECT peer, n, seq, time, bytes FROM receipt_in
ORDER BY peer, epoch, lane, seq, n;

-- name: verify_card
SELECT digest, desk, number, json FROM card ORDER BY desk, number;

-- name: subject_each
SELECT subject FROM event WHERE type <> 'card'
GROUP BY subject ORDER BY min(row);

-- name: doc_party_same
SELECT (pos, track, state, stage, stored_ms, signed_ms, removed, acked)
	IS (?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
FROM doc_party WHERE doc = ?1 AND desk = ?2;

-- name: verify_doc_extra
SELECT 'doc', owner || '/' || uuid FROM doc AS d
WHERE NOT EXISTS (SELECT 1 FROM event AS e
	WHERE e.subject = d.owner || '/' || d.uuid)
UNION ALL
SELECT 'verdict', hex(digest) FROM verdict AS v
WHERE NOT EXISTS (SELECT 1 FROM event AS e WHERE e.digest = v.digest)
UNION ALL
SELECT 'doc_party', p.doc || ' ' || p.desk FROM doc_party AS p
WHERE NOT EXISTS (SELECT 1 FROM doc AS d WHERE d.id = p.doc)
UNION ALL
SELECT 'doc_link', l.doc || ' ' || l.target FROM doc_link AS l
WHERE NOT EXISTS (SELECT 1 FROM doc AS d WHERE d.id = l.doc)
ORDER BY 1, 2;

-- name: verify_counter
WITH real (name, value) AS (
	SELECT 'box:' || kind || ':' || box, count(*) FROM doc GROUP BY 1
	UNION ALL
	SELECT 'state:' || kind || ':' || own_track || ':' || own_state,
		count(*) FROM doc GROUP BY 1
	UNION ALL
	SELECT 'stage:' || box || ':' || own_stage, count(*)
	FROM doc GROUP BY 1
	UNION ALL
	SELECT 'waits:' || kind, sum(waits) FROM doc GROUP BY 1
	UNION ALL
	SELECT 'undelivered', sum(flags & 1) FROM doc)
SELECT 'counter', name FROM (
	SELECT name, value FROM counter WHERE value <> 0
	EXCEPT SELECT name, value FROM real)
UNION
SELECT 'counter', name FROM (
	SELECT name, value FROM real WHERE value <> 0
	EXCEPT SELECT name, value FROM counter)
ORDER BY 2;

-- name: verify_fts_sum
SELECT count(*), coalesce(sum(doc), 0),
	coalesce(sum((offset + 1) * (doc % 8191)), 0),
	coalesce(sum(unicode(term) * (offset % 127 + 1)), 0)
FROM doc_fts_row;

-- name: rebuild_keep_doc
CREATE TEMP TABLE old_doc AS SELECT * FROM doc;

-- name: rebuild_keep_party
CREATE TEMP TABLE old_doc_party AS SELECT d.owner, d.uuid, p.* FROM doc_party AS p JOIN doc AS d
	ON d.id = p.doc;

-- name: rebuild_keep_verdict
CREATE TEMP TABLE old_verdict AS SELECT * FROM verdict;

-- name: rebuild_keep_blob
CREATE TEMP TABLE old_event_blob AS SELECT * FROM event_blob;

-- name: rebuild_keep_counter
CREATE TEMP TABLE old_counter AS SELECT * FROM counter;

-- name: rebuild_keep_link
CREATE TEMP TABLE old_doc_link AS SELECT d.owner, d.uuid, l.target
FROM doc_link AS l JOIN doc AS d ON d.id = l.doc;

-- name: rebuild_drop_link
DELETE FROM doc_link;

-- name: rebuild_gone_link
DROP TABLE temp.old_doc_link;

-- name: rebuild_other_link
SELECT 'doc_link', owner || '/' || uuid || ' ' || target FROM (
	SELECT * FROM (SELECT owner, uuid, target FROM old_doc_link
		EXCEPT SELECT d.owner, d.uuid, l.target
		FROM doc_link AS l JOIN doc AS d ON d.id = l.doc)
	UNION
	SELECT * FROM (SELECT d.owner, d.uuid, l.target
		FROM doc_link AS l JOIN doc AS d ON d.id = l.doc
		EXCEPT SELECT owner, uuid, target FROM old_doc_link))
ORDER BY 2;

-- name: rebuild_drop_doc
DELETE FROM doc;

-- name: rebuild_drop_party
DELETE FROM doc_party;

-- name: rebuild_drop_verdict
DELETE FROM verdict;

-- name: rebuild_drop_blob
DELETE FROM event_blob;

-- name: rebuild_drop_counter
DELETE FROM counter;

-- name: rebuild_drop_fts
INSERT INTO doc_fts (doc_fts) VALUES ('delete-all');

-- name: rebuild_change
UPDATE doc SET change = change + (SELECT coalesce(max(change), 0) FROM old_doc);

-- name: rebuild_gone_doc
DROP TABLE temp.old_doc;

-- name: rebuild_gone_party
DROP TABLE temp.old_doc_party;

-- name: rebuild_gone_verdict
DROP TABLE temp.old_verdict;

-- name: rebuild_gone_blob
DROP TABLE temp.old_event_blob;

-- name: rebuild_gone_counter
DROP TABLE temp.old_counter;

-- name: rebuild_other_doc
SELECT 'doc', owner || '/' || uuid FROM (
	SELECT * FROM (SELECT
		owner, uuid, tail, kind, version, number, title, urgency, mode, box,
		own_track, own_state, own_stage, parties_json, issued_ms, stored_ms,
		updated_ms, acted_ms, due_ms, due_desk, due_clock, warn_ms, waits,
		wait_roles, wait_at, assignee, withdrawn, missing, flags, list_json,
		fts_event
	FROM old_doc EXCEPT SELECT
		owner, uuid, tail, kind, version, number, title, urgency, mode, box,
		own_track, own_state, own_stage, parties_json, issued_ms, stored_ms,
		updated_ms, acted_ms, due_ms, due_desk, due_clock, warn_ms, waits,
		wait_roles, wait_at, assignee, withdrawn, missing, flags, list_json,
		fts_event
	FROM doc)
	UNION
	SELECT * FROM (SELECT
		owner, uuid, tail, kind, version, number, title, urgency, mode, box,
		own_track, own_state, own_stage, parties_json, issued_ms, stored_ms,
		updated_ms, acted_ms, due_ms, due_desk, due_clock, warn_ms, waits,
		wait_roles, wait_at, assignee, withdrawn, missing, flags, list_json,
		fts_event
	FROM doc EXCEPT SELECT
		owner, uuid, tail, kind, version, number, title, urgency, mode, box,
		own_track, own_state, own_stage, parties_json, issued_ms, stored_ms,
		updated_ms, acted_ms, due_ms, due_desk, due_clock, warn_ms, waits,
		wait_roles, wait_at, assignee, withdrawn, missing, flags, list_json,
		fts_event
	FROM old_doc))
ORDER BY 2;

-- name: rebuild_other_party
SELECT 'doc_party', owner || '/' || uuid || ' ' || desk FROM (
	SELECT * FROM (SELECT
		owner, uuid, desk, pos, track, state, stage, stored_ms, signed_ms,
		removed, acked
	FROM old_doc_party EXCEPT SELECT
		owner, uuid, desk, pos, track, state, stage, stored_ms, signed_ms,
		removed, acked
	FROM (SELECT d.owner, d.uuid, p.* FROM doc_party AS p JOIN doc AS d
		ON d.id = p.doc))
	UNION
	SELECT * FROM (SELECT
		owner, uuid, desk, pos, track, state, stage, stored_ms, signed_ms,
		removed, acked
	FROM (SELECT d.owner, d.uuid, p.* FROM doc_party AS p JOIN doc AS d
		ON d.id = p.doc) EXCEPT SELECT
		owner, uuid, desk, pos, track, state, stage, stored_ms, signed_ms,
		removed, acked
	FROM old_doc_party))
ORDER BY 2;

-- name: rebuild_other_verdict
SELECT 'verdict', subject || ' ' || hex(digest) FROM (
	SELECT * FROM (SELECT
		digest, subject, verdict, why, fork, stepped_back, odd_time
	FROM old_verdict EXCEPT SELECT
		digest, subject, verdict, why, fork, stepped_back, odd_time
	FROM verdict)
	UNION
	SELECT * FROM (SELECT
		digest, subject, verdict, why, fork, stepped_back, odd_time
	FROM verdict EXCEPT SELECT
		digest, subject, verdict, why, fork, stepped_back, odd_time
	FROM old_verdict))
ORDER BY 2;

-- name: rebuild_other_blob
SELECT 'event_blob', hex(blob) FROM (
	SELECT * FROM (SELECT
		blob, event
	FROM old_event_blob EXCEPT SELECT
		blob, event
	FROM event_blob)
	UNION
	SELECT * FROM (SELECT
		blob, event
	FROM event_blob EXCEPT SELECT
		blob, event
	FROM old_event_blob))
ORDER BY 2;

-- name: rebuild_other_counter
SELECT 'counter', name FROM (
	SELECT * FROM (SELECT
		name, value
	FROM (SELECT * FROM old_counter WHERE value <> 0) EXCEPT SELECT
		name, value
	FROM (SELECT * FROM counter WHERE value <> 0))
	UNION
	SELECT * FROM (SELECT
		name, value
	FROM (SELECT * FROM counter WHERE value <> 0) EXCEPT SELECT
		name, value
	FROM (SELECT * FROM old_counter WHERE value <> 0)))
ORDER BY 2;
