-- A desk after a loss: its new epoch, what it asks back, acts kept unsigned.

-- name: epoch_close
UPDATE epoch SET closed = ?1 WHERE closed IS NULL;

-- name: epoch_first
SELECT min(epoch) FROM epoch;

-- name: epoch_insert_closed
-- One that a peer returned frames of: began here once and was lost.
INSERT OR IGNORE INTO epoch (epoch, began, why, closed)
VALUES (?1, ?2, 'returned', ?2);

-- name: epoch_highest
-- The newest epoch of this desk that it or a peer ever heard of.
SELECT max(e) FROM (
	SELECT max(epoch) AS e FROM epoch
	UNION ALL SELECT max(mine_seen) FROM known
	UNION ALL SELECT max(epoch) FROM receipt_in
	UNION ALL SELECT max(epoch) FROM event WHERE source = ?1);

-- name: epoch_by_itself
-- Begun since without an administrator's word.
SELECT count(*) FROM epoch WHERE why IN ('mark', 'peers') AND began > ?1;

-- name: answer_fill
INSERT INTO answer (peer, epoch, state, at)
SELECT desk, ?1, 'waiting', ?2 FROM peer WHERE state = 'trusted';

-- name: answer_override
UPDATE answer SET state = 'overridden', at = ?3
WHERE peer = ?1 AND epoch = ?2 AND state = 'waiting';

-- name: answer_each
SELECT a.peer, a.state FROM answer AS a JOIN epoch AS e ON e.epoch = a.epoch
WHERE e.closed IS NULL AND a.state <> 'answered' ORDER BY a.peer;

-- name: epoch_waiting
SELECT 1 FROM answer AS a JOIN epoch AS e ON e.epoch = a.epoch
WHERE e.closed IS NULL AND a.state = 'waiting' LIMIT 1;

-- name: serial_each
SELECT year, kind, last FROM serial ORDER BY year, kind;

-- name: serial_raise
INSERT INTO serial (year, kind, last) VALUES (?1, ?2, ?3)
ON CONFLICT (year, kind) DO UPDATE SET last = excluded.last
WHERE excluded.last > last;

-- name: give_each
SELECT epoch, lane, from_seq FROM give WHERE peer = ?1
ORDER BY epoch, lane;

-- name: give_get
SELECT from_seq FROM give WHERE peer = ?1 AND epoch = ?2 AND lane = ?3;

-- name: frame_out_drop
DELETE FROM frame_out WHERE peer = ?1 AND epoch = ?2 AND lane = ?3
	AND seq > ?4;

-- name: waiting_add
INSERT INTO act_waiting (act, officer, made_at) VALUES (?1, ?2, ?3);

-- name: waiting_of_doc
SELECT 1 FROM act_waiting WHERE json_extract(act, '$.owner') = ?1
	AND json_extract(act, '$.doc') = ?2 LIMIT 1;

-- name: waiting_next
SELECT id, act, officer, made_at FROM act_waiting
WHERE id > ?1 AND json_extract(act, '$.refused') IS NULL ORDER BY id LIMIT 1;

-- name: waiting_drop
DELETE FROM act_waiting WHERE id = ?1;

-- name: waiting_refused
UPDATE act_waiting SET act = json_set(act, '$.refused', ?2) WHERE id = ?1;

-- name: waiting_count
SELECT count(*) FROM act_waiting;

-- name: give_done
DELETE FROM give WHERE peer = ?1 AND epoch = ?2 AND lane = ?3;

-- name: peers_in_doubt
SELECT 1 FROM setting WHERE name = 'peers.in_doubt';

-- name: peers_doubt
INSERT OR REPLACE INTO setting (name, value, changed_by, changed_at)
SELECT 'peers.in_doubt', '1', '', ?1
WHERE EXISTS (SELECT 1 FROM peer WHERE state = 'trusted');

-- name: peers_confirm
DELETE FROM setting WHERE name = 'peers.in_doubt';

-- name: key_current
SELECT key_id, alg, spki FROM key WHERE desk = ?1 AND current = 1;

-- name: blob_count
SELECT count(*) FROM blob;

-- name: wanted_back_clear
DELETE FROM wanted_back WHERE peer = ?1;

-- name: wanted_back_add
INSERT INTO wanted_back (peer, epoch, lane, from_seq) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (peer, epoch, lane) DO UPDATE SET
	from_seq = min(from_seq, excluded.from_seq);

-- name: wanted_back_each
SELECT epoch, lane, from_seq FROM wanted_back WHERE peer = ?1
ORDER BY epoch, lane;
