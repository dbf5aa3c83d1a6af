-- Channels, receipts and the quarantine.

-- name: frame_out_end
SELECT seq, chain FROM frame_out WHERE peer = ?1 AND epoch = ?2 AND lane = ?3
ORDER BY seq DESC LIMIT 1;

-- name: frame_out_has
SELECT 1 FROM frame_out
WHERE event = ?1 AND peer = ?2 AND epoch = ?3 AND lane = ?4;

-- name: frame_out_insert
INSERT INTO frame_out (peer, epoch, lane, seq, event, chain)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: frame_out_chain
SELECT chain FROM frame_out
WHERE peer = ?1 AND epoch = ?2 AND lane = ?3 AND seq = ?4;

-- name: frame_out_read
SELECT f.seq, f.chain, e.key_id, e.sig, e.raw
FROM frame_out AS f JOIN event AS e ON e.digest = f.event
WHERE f.peer = ?1 AND f.epoch = ?2 AND f.lane = ?3 AND f.seq > ?4
ORDER BY f.seq LIMIT ?5;

-- CROSS: else each frame of the peer is asked whether it is the last.
-- name: frame_out_each
SELECT e.epoch, l.lane, f.seq, f.chain
FROM epoch AS e CROSS JOIN (SELECT 0 AS lane UNION ALL SELECT 1) AS l
CROSS JOIN frame_out AS f ON f.peer = ?1 AND f.epoch = e.epoch AND f.lane = l.lane
	AND f.seq = (SELECT max(seq) FROM frame_out
		WHERE peer = ?1 AND epoch = e.epoch AND lane = l.lane)
ORDER BY e.epoch, l.lane;

-- name: frame_in_chain
SELECT chain FROM frame_in
WHERE peer = ?1 AND epoch = ?2 AND lane = ?3 AND seq = ?4;

-- name: frame_in_read
SELECT f.seq, f.chain, coalesce(e.key_id, q.key_id), coalesce(e.sig, q.sig),
	coalesce(e.raw, q.raw)
FROM frame_in AS f LEFT JOIN event AS e ON e.digest = f.event
LEFT JOIN quarantine AS q ON q.peer = f.peer AND q.epoch = f.epoch
	AND q.lane = f.lane AND q.seq = f.seq
WHERE f.peer = ?1 AND f.epoch = ?2 AND f.lane = ?3 AND f.seq > ?4
ORDER BY f.seq LIMIT ?5;

-- name: frame_in_insert
INSERT INTO frame_in (peer, epoch, lane, seq, event, chain)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: cursor_in
SELECT seq, chain FROM cursor
WHERE peer = ?1 AND dir = 'in' AND epoch = ?2 AND lane = ?3;

-- name: cursor_out
SELECT seq, chain, n FROM cursor
WHERE peer = ?1 AND dir = 'out' AND epoch = ?2 AND lane = ?3;

-- name: cursor_in_each
SELECT epoch, lane, seq, chain FROM cursor
WHERE peer = ?1 AND dir = 'in' ORDER BY epoch, lane;

-- name: cursor_put
INSERT INTO cursor (peer, dir, epoch, lane, seq, chain, n)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (peer, dir, epoch, lane) DO UPDATE SET seq = excluded.seq,
	chain = excluded.chain, n = excluded.n;

-- name: receipt_out_next
INSERT INTO receipt_out (peer, epoch, lane, seq, n, bytes, told)
VALUES (?1, ?2, ?3, ?4, 1, NULL, 0)
ON CONFLICT (peer, epoch, lane) DO UPDATE SET seq = excluded.seq, n = n + 1,
	bytes = NULL, told = 0
RETURNING n;

-- name: receipt_out_get
SELECT seq, n, bytes, told FROM receipt_out
WHERE peer = ?1 AND epoch = ?2 AND lane = ?3;

-- name: receipt_out_bytes
UPDATE receipt_out SET bytes = ?5
WHERE peer = ?1 AND epoch = ?2 AND lane = ?3 AND n = ?4;

-- name: receipt_out_told
UPDATE receipt_out SET told = 1
WHERE peer = ?1 AND epoch = ?2 AND lane = ?3 AND n <= ?4;

-- name: receipt_out_due
SELECT peer, epoch, lane FROM receipt_out
WHERE told = 0 AND (?1 IS NULL OR peer = ?1) ORDER BY peer, epoch, lane;

-- name: receipt_in_insert
INSERT INTO receipt_in (peer, peer_epoch, epoch, lane, seq, chain, n, time,
	bytes, ours)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT DO NOTHING;

-- name: receipt_in_before
-- The receipt that ends before that seq: frames after it are told as stored by
-- one of that seq, whenever it came.
SELECT coalesce((SELECT seq FROM receipt_in
	WHERE peer = ?1 AND epoch = ?2 AND lane = ?3 AND seq < ?4
	ORDER BY seq DESC LIMIT 1), 0);

-- name: frame_out_subjects
SELECT DISTINCT e.subject FROM frame_out AS f
JOIN event AS e ON e.digest = f.event
WHERE f.peer = ?1 AND f.epoch = ?2 AND f.lane = ?3 AND f.seq > ?4
	AND f.seq <= ?5 AND e.type <> 'card'
ORDER BY f.seq;

-- name: quarantine_insert
INSERT INTO quarantine (peer, epoch, lane, seq, reason, code, digest, key_id,
	at, sig, raw)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11);

-- name: quarantine_retry
SELECT peer, epoch, lane, seq, key_id, sig, raw FROM quarantine
WHERE code IN ('unknown_key', 'bad_signature')
ORDER BY peer, epoch, lane, seq;

-- name: quarantine_drop
DELETE FROM quarantine
WHERE peer = ?1 AND epoch = ?2 AND lane = ?3 AND seq = ?4;

-- name: quarantine_seqs
SELECT seq FROM quarantine
WHERE peer = ?1 AND epoch = ?2 AND lane = ?3 ORDER BY seq DESC LIMIT 100;

-- name: want_put
INSERT INTO want (digest, peer, dir, event, asked_at)
VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (digest, peer, dir) DO NOTHING;

-- name: want_mine
SELECT w.digest FROM want AS w WHERE w.peer = ?1 AND w.dir = 'mine'
	AND NOT EXISTS (SELECT 1 FROM blob AS b WHERE b.digest = w.digest)
ORDER BY w.asked_at, w.digest LIMIT 1000;

-- name: want_theirs_clear
DELETE FROM want WHERE peer = ?1 AND dir = 'theirs';
