-- verify and verify --rebuild.

-- name: verify_event_each
SELECT row, digest, source, id, epoch, k, subject, track, type, rev, seen,
	(SELECT count(*) FROM event_prev AS p WHERE p.digest = e.digest),
	key_id, sig, raw
FROM event AS e ORDER BY row;

-- name: verify_kind_each
SELECT name, version, digest, bytes FROM kind ORDER BY name, version;

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
SELECT peer, n, seq, time, bytes, epoch, lane, chain FROM receipt_in
ORDER BY peer, epoch, lane, seq, n;

-- name: verify_card
SELECT digest, desk, number, json, made FROM card ORDER BY desk, number;

-- ---- projections: see src/journal/projections_int.h -------------------------

-- Documents in the order in which they were first heard of, after ?1.
-- name: subject_after
SELECT row, subject FROM event AS e
WHERE row > ?1 AND type <> 'card' AND NOT EXISTS (SELECT 1 FROM event AS f
	WHERE f.subject = e.subject AND f.row < e.row)
ORDER BY row LIMIT ?2;

-- name: event_last
SELECT max(row) FROM event;

-- name: kind_has
SELECT 1 FROM kind WHERE name = ?1 AND version = ?2;

-- name: projected_get
SELECT rules, building, next_row FROM projected;

-- name: projected_set
UPDATE projected SET rules = ?1, building = ?2, next_row = ?3;

-- name: rebuild_drop_fts
INSERT INTO doc_fts (doc_fts) VALUES ('delete-all');

-- name: rebuild_drop_later
DELETE FROM index_later;

-- name: rebuild_no_fts
UPDATE projected SET round = round + 1;

-- name: verify_fts_sum
SELECT count(*), coalesce(sum(doc), 0),
	coalesce(sum((offset + 1) * (doc % 8191)), 0),
	coalesce(sum(unicode(term) * (offset % 127 + 1)), 0)
FROM doc_fts_row;

-- name: rows_doc
SELECT owner || '/' || uuid, json_array(tail, kind, version, number, title,
	urgency, mode, box, own_track, own_state, own_stage, parties_json,
	issued_ms, stored_ms, updated_ms, acted_ms, due_ms, due_desk,
	due_clock, warn_ms, waits, wait_roles, wait_at, assignee, withdrawn,
	missing, flags, list_json)
FROM doc WHERE id = ?1;

-- name: strays_doc
DELETE FROM doc WHERE NOT EXISTS (SELECT 1 FROM event AS e
	WHERE e.subject = doc.owner || '/' || doc.uuid)
RETURNING owner || '/' || uuid;

-- name: rows_doc_timer
SELECT d.owner || '/' || d.uuid, t.at
FROM doc_timer AS t JOIN doc AS d ON d.id = t.doc WHERE t.doc = ?1;

-- name: strays_doc_timer
DELETE FROM doc_timer WHERE doc NOT IN (SELECT id FROM doc) RETURNING doc;

-- name: rows_doc_clock
SELECT d.owner || '/' || d.uuid || ' ' || c.desk || ' ' || c.clock || ' ' ||
		c.row || ' ' || c.pos,
	json_array(c.due_ms, c.warn_ms, c.lapses)
FROM doc_clock AS c JOIN doc AS d ON d.id = c.doc
WHERE c.doc = ?1 ORDER BY 1;

-- name: strays_doc_clock
DELETE FROM doc_clock WHERE doc NOT IN (SELECT id FROM doc)
RETURNING doc || ' ' || clock;

-- name: rows_doc_party
SELECT d.owner || '/' || d.uuid || ' ' || p.desk, json_array(p.pos, p.track,
	p.state, p.stage, p.stored_ms, p.signed_ms, p.removed, p.acked)
FROM doc_party AS p JOIN doc AS d ON d.id = p.doc
WHERE p.doc = ?1 ORDER BY p.desk;

-- name: strays_doc_party
DELETE FROM doc_party WHERE doc NOT IN (SELECT id FROM doc)
RETURNING doc || ' ' || desk;

-- name: rows_doc_link
SELECT d.owner || '/' || d.uuid || ' ' || l.target, ''
FROM doc_link AS l JOIN doc AS d ON d.id = l.doc
WHERE l.doc = ?1 ORDER BY l.target;

-- name: strays_doc_link
DELETE FROM doc_link WHERE doc NOT IN (SELECT id FROM doc)
RETURNING doc || ' ' || target;

-- name: rows_verdict
SELECT v.subject || ' ' || lower(hex(v.digest)), json_array(v.verdict, v.why,
	v.fork, v.stepped_back, v.odd_time)
FROM doc AS d JOIN verdict AS v ON v.subject = d.owner || '/' || d.uuid
WHERE d.id = ?1 ORDER BY v.digest;

-- name: strays_verdict
DELETE FROM verdict WHERE NOT EXISTS (SELECT 1 FROM event AS e
	WHERE e.digest = verdict.digest AND e.subject = verdict.subject)
RETURNING subject || ' ' || lower(hex(digest));

-- name: rows_event_blob
SELECT d.owner || '/' || d.uuid || ' ' || lower(hex(b.blob)) || ' ' ||
	lower(hex(b.event)), ''
FROM doc AS d JOIN event AS e ON e.subject = d.owner || '/' || d.uuid
JOIN event_blob AS b ON b.event = e.digest
WHERE d.id = ?1 ORDER BY b.blob, b.event;

-- name: strays_event_blob
DELETE FROM event_blob WHERE NOT EXISTS (SELECT 1 FROM event AS e
	WHERE e.digest = event_blob.event)
RETURNING lower(hex(blob)) || ' ' || lower(hex(event));

-- What sums should be is gathered row by row in a small table beside: GROUP BY
-- would sort every row of every document in memory.

-- name: real_counter_make
CREATE TEMP TABLE IF NOT EXISTS real_counter (
	name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

-- name: real_counter_clear
DELETE FROM real_counter;

-- name: real_counter_gather
INSERT INTO real_counter (name, value)
SELECT CASE c.n WHEN 0 THEN 'box:' || kind || ':' || box
	WHEN 1 THEN 'state:' || kind || ':' || own_track || ':' || own_state
	WHEN 2 THEN 'stage:' || box || ':' || own_stage
	WHEN 3 THEN 'waits:' || kind ELSE 'undelivered' END,
	CASE c.n WHEN 3 THEN waits WHEN 4 THEN flags & 1 ELSE 1 END
FROM doc CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2
	UNION ALL SELECT 3 UNION ALL SELECT 4) AS c
WHERE true
ON CONFLICT (name) DO UPDATE SET value = value + excluded.value;

-- name: differ_counter
SELECT name FROM (
	SELECT name, value FROM counter WHERE value <> 0
	EXCEPT SELECT name, value FROM real_counter)
UNION
SELECT name FROM (
	SELECT name, value FROM real_counter WHERE value <> 0
	EXCEPT SELECT name, value FROM counter)
ORDER BY 1;

-- name: clear_counter
DELETE FROM counter;

-- name: fill_counter
INSERT INTO counter (name, value) SELECT name, value FROM real_counter;

-- name: rows_doc_stat
SELECT d.owner || '/' || d.uuid, json_array(s.month, s.kind, s.dims, s.tags,
	s.facts, s.desks, s.running)
FROM doc_stat AS s JOIN doc AS d ON d.id = s.doc WHERE s.doc = ?1;

-- name: strays_doc_stat
DELETE FROM doc_stat WHERE doc NOT IN (SELECT id FROM doc) RETURNING doc;

-- name: real_stat_make
CREATE TEMP TABLE IF NOT EXISTS real_stat (
	dimension TEXT, month INTEGER, kind TEXT, value TEXT, name TEXT,
	n INTEGER NOT NULL,
	PRIMARY KEY (dimension, month, kind, value, name)) WITHOUT ROWID;

-- name: real_stat_clear
DELETE FROM real_stat;

-- name: real_stat_gather
INSERT INTO real_stat (dimension, month, kind, value, name, n)
SELECT dimension, month, kind, value, name, n FROM doc_stat_part
WHERE true
ON CONFLICT (dimension, month, kind, value, name) DO UPDATE SET n = iif(
	typeof(n + excluded.n) = 'integer', n + excluded.n, n);

-- name: differ_stat
SELECT dimension || ' ' || month || ' ' || kind || ' ' || value || ' ' || name
FROM (SELECT * FROM (
		SELECT dimension, month, kind, value, name, n
		FROM stat WHERE n <> 0
		EXCEPT SELECT dimension, month, kind, value, name, n
		FROM real_stat)
	UNION
	SELECT * FROM (
		SELECT dimension, month, kind, value, name, n
		FROM real_stat WHERE n <> 0
		EXCEPT SELECT dimension, month, kind, value, name, n
		FROM stat WHERE n <> 0))
ORDER BY 1;

-- name: clear_stat
DELETE FROM stat;

-- name: fill_stat
INSERT INTO stat (dimension, month, kind, value, name, n)
SELECT dimension, month, kind, value, name, n FROM real_stat;
-- name: rows_lookup
SELECT d.owner || '/' || d.uuid, json_array(l.as_what, l.on_day, l.from_ms,
	l.to_ms)
FROM lookup AS l JOIN doc AS d ON d.id = l.doc WHERE l.doc = ?1;

-- name: strays_lookup
DELETE FROM lookup WHERE doc NOT IN (SELECT id FROM doc) RETURNING doc;

-- name: rows_lookup_key
SELECT d.owner || '/' || d.uuid || ' ' || k.role || ' ' || k.value, k.as_what
FROM lookup_key AS k JOIN doc AS d ON d.id = k.doc
WHERE k.doc = ?1 ORDER BY 1;

-- name: strays_lookup_key
DELETE FROM lookup_key WHERE doc NOT IN (SELECT id FROM doc)
RETURNING doc || ' ' || role || ' ' || value;
