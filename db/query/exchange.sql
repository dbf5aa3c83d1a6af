-- What the exchange keeps beside the journal: states, receipts, wants.

-- name: exchange_cursor_out_forget_n
-- A peer in a newer epoch counts its n anew.
UPDATE cursor SET n = -1 WHERE peer = ?1 AND dir = 'out';

-- name: exchange_receipt_in_add
INSERT OR IGNORE INTO receipt_in
	(peer, peer_epoch, epoch, lane, seq, chain, n, time, bytes)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- name: exchange_receipt_in_high
-- How far the peer, in the epoch it is in now, ever said to hold a channel.
-- Newest first, so that reading stops at once; max() would read them all.
SELECT coalesce((SELECT seq FROM receipt_in
	WHERE peer = ?1 AND epoch = ?2 AND lane = ?3 AND peer_epoch = ?4
	ORDER BY seq DESC LIMIT 1), 0);

-- name: exchange_known_get
SELECT peer_epoch, n, serial_high, mine_seen FROM known WHERE peer = ?1;

-- name: exchange_known_set
INSERT INTO known (peer, peer_epoch, n, serial_high, mine_seen)
VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (peer) DO UPDATE SET peer_epoch = excluded.peer_epoch,
	n = excluded.n, serial_high = excluded.serial_high,
	mine_seen = excluded.mine_seen;

-- name: exchange_serial_high
-- One number that rises with every own serial: year * 1000000 + last.
SELECT coalesce(max(year * 1000000 + last), 0) FROM serial;

-- name: exchange_give_add
INSERT INTO give (peer, epoch, lane, from_seq) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (peer, epoch, lane) DO UPDATE SET
	from_seq = min(from_seq, excluded.from_seq);

-- name: exchange_answered
UPDATE answer SET state = 'answered', at = ?3
WHERE peer = ?1 AND epoch = ?2 AND state IN ('waiting', 'overridden');

-- name: exchange_answer_waiting
SELECT count(*) FROM answer WHERE epoch = ?1 AND state = 'waiting';

-- name: exchange_want_theirs_each
SELECT digest FROM want WHERE peer = ?1 AND dir = 'theirs'
ORDER BY asked_at, digest LIMIT ?2;

-- name: exchange_want_theirs_drop
DELETE FROM want WHERE digest = ?1 AND peer = ?2 AND dir = 'theirs';

-- name: exchange_fork_open
SELECT count(*) FROM fork WHERE source = ?1 AND cleared_at IS NULL;

-- name: exchange_peer_each
SELECT desk, state, address, pin, card, changed_at FROM peer ORDER BY desk;

-- name: exchange_request_each
SELECT id, what, arg FROM request ORDER BY id LIMIT 64;

-- name: exchange_request_drop
DELETE FROM request WHERE id = ?1;
