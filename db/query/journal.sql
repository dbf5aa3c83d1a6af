-- The journal's statements: events, cards, keys, peers. Channels are in
-- journal_channel.sql, projections in journal_projection.sql.

-- name: epoch_current
SELECT epoch FROM epoch WHERE closed IS NULL;

-- name: epoch_insert
INSERT INTO epoch (epoch, began, why) VALUES (?1, ?2, ?3);

-- Another number when another card may be in force.
-- name: card_stamp
SELECT coalesce((SELECT max(rowid) FROM card), 0)
	+ coalesce((SELECT CAST(value AS INTEGER) FROM setting
		WHERE name = 'cards.anew'), 0);

-- A card that was here already is in force again: ?1 now.
-- name: card_anew
INSERT INTO setting (name, value, changed_by, changed_at)
VALUES ('cards.anew', '1', '', ?1)
ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1,
	changed_at = excluded.changed_at;

-- The card in force of a peer is peer.card; of others the newest one heard of.

-- name: card_newest_number
SELECT coalesce(
	(SELECT c.number FROM peer AS p JOIN card AS c ON c.digest = p.card
		WHERE p.desk = ?1),
	(SELECT max(number) FROM card WHERE desk = ?1));

-- name: card_newest
SELECT c.json FROM card AS c LEFT JOIN peer AS p ON p.desk = c.desk
WHERE c.desk = ?1
ORDER BY c.digest IS p.card DESC, c.number DESC, c.digest DESC LIMIT 1;

-- name: card_insert
INSERT INTO card (digest, desk, number, made, stored_at, json)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (digest) DO NOTHING;

-- card: number of the desk's card in force.
-- name: key_each
SELECT k.desk, k.key_id, k.alg, k.spki, k.current, k.retired_epoch, k.retired_k,
	coalesce(c.number, (SELECT max(n.number) FROM card AS n
		WHERE n.desk = k.desk), 0) AS card
FROM key AS k LEFT JOIN peer AS p ON p.desk = k.desk
LEFT JOIN card AS c ON c.digest = p.card
ORDER BY k.desk, k.key_id;

-- The current one first, then those retired last.
-- name: key_of
SELECT key_id, alg, spki, current, retired_epoch, retired_k FROM key
WHERE desk = ?1 ORDER BY current DESC, retired_epoch DESC, retired_k DESC;

-- Keys that the newest card names no more, without a last event: it is the
-- last one held here.
-- name: key_retire_rest
UPDATE key SET
	retired_epoch = coalesce((SELECT epoch FROM event WHERE source = ?1
		ORDER BY epoch DESC, k DESC LIMIT 1),
		'00000000-0000-0000-0000-000000000000'),
	retired_k = coalesce((SELECT k FROM event WHERE source = ?1
		ORDER BY epoch DESC, k DESC LIMIT 1), 0)
WHERE desk = ?1 AND current = 0 AND retired_epoch IS NULL;

-- name: key_none_current
UPDATE key SET current = 0 WHERE desk = ?1;

-- Retired before its first event.
-- name: key_disown
UPDATE key SET current = 0, retired_k = 0,
	retired_epoch = '00000000-0000-0000-0000-000000000000'
WHERE desk = ?1;

-- name: event_subjects_of
SELECT DISTINCT subject FROM event WHERE source = ?1 AND type <> 'card';

-- name: key_put
INSERT INTO key (desk, key_id, alg, spki, current, retired_epoch, retired_k)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (desk, key_id) DO UPDATE SET current = excluded.current,
	retired_epoch = excluded.retired_epoch,
	retired_k = excluded.retired_k;

-- name: peer_new_card
UPDATE peer SET pin = ?2, card = ?3, changed_at = ?4 WHERE desk = ?1;

-- name: peer_put
INSERT INTO peer (desk, state, pin, card, trusted_at, changed_at)
VALUES (?1, 'trusted', ?2, ?3, ?4, ?4)
ON CONFLICT (desk) DO UPDATE SET state = 'trusted', pin = excluded.pin,
	card = excluded.card, trusted_at = excluded.trusted_at,
	changed_at = excluded.changed_at;

-- name: peer_set_address
UPDATE peer SET address = ?2, changed_at = ?3 WHERE desk = ?1;

-- name: peer_revoke
UPDATE peer SET state = 'revoked', changed_at = ?2 WHERE desk = ?1;

-- name: answer_drop
DELETE FROM answer WHERE peer = ?1;

-- name: peer_trusted
SELECT desk FROM peer WHERE state = 'trusted' ORDER BY desk;

-- name: peer_is_trusted
SELECT 1 FROM peer WHERE desk = ?1 AND state = 'trusted';

-- name: peer_may_get
SELECT 1 FROM peer
WHERE desk = ?1 AND state = 'trusted' AND NOT EXISTS (
	SELECT 1 FROM answer AS a JOIN epoch AS e ON e.epoch = a.epoch
	WHERE a.peer = ?1 AND e.closed IS NULL
		AND a.state IN ('waiting', 'overridden'));

-- name: peer_by_pin
SELECT desk FROM peer WHERE pin = ?1 AND state = 'trusted';

-- name: peer_get
SELECT c.desk, p.state, p.address, p.trusted_at, c.json, c.digest
FROM card AS c LEFT JOIN peer AS p ON p.desk = c.desk
WHERE c.desk = ?1
ORDER BY c.digest IS p.card DESC, c.number DESC, c.digest DESC LIMIT 1;

-- name: peer_each
SELECT c.desk, p.state, p.address, p.trusted_at, c.json, c.digest
FROM card AS c LEFT JOIN peer AS p ON p.desk = c.desk
WHERE c.desk <> ?1 AND c.digest = coalesce(p.card, (
	SELECT n.digest FROM card AS n WHERE n.desk = c.desk
	ORDER BY n.number DESC, n.digest DESC LIMIT 1))
ORDER BY c.desk;

-- name: peer_has_row
SELECT state FROM peer WHERE desk = ?1;

-- name: event_known
SELECT 1 FROM event WHERE digest = ?1;

-- name: event_insert
INSERT INTO event (digest, source, id, epoch, k, subject, track, type, rev,
	seen, lane, key_id, stored_at, via, sig, raw)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16);

-- name: event_prev_insert
INSERT INTO event_prev (digest, prev) VALUES (?1, ?2);

-- name: event_blob_insert
INSERT INTO event_blob (blob, event) VALUES (?1, ?2)
ON CONFLICT (blob, event) DO NOTHING;

-- name: event_raw
SELECT key_id, sig, raw FROM event WHERE digest = ?1;

-- name: event_last_k
SELECT max(k) FROM event WHERE source = ?1 AND epoch = ?2;

-- name: event_of_subject
SELECT digest, row, stored_at, via, key_id, lane, raw
FROM event WHERE subject = ?1 ORDER BY row;

-- name: event_twins
SELECT digest, subject FROM event
WHERE source = ?1 AND id = ?2 AND digest <> ?5
	AND type NOT IN ('local', 'reveal')
UNION
SELECT digest, subject FROM event
WHERE source = ?1 AND epoch = ?3 AND k = ?4 AND digest <> ?5
	AND type NOT IN ('local', 'reveal');

-- name: event_holders
SELECT peer FROM frame_out WHERE event = ?1
UNION
SELECT peer FROM frame_in WHERE event = ?1;

-- name: fork_insert
INSERT INTO fork (source, epoch, k, digest_a, digest_b, found)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (source, digest_a, digest_b) DO NOTHING;

-- name: fork_is_open
SELECT 1 FROM fork WHERE source = ?1 AND cleared_at IS NULL LIMIT 1;

-- name: card_event_newest
SELECT digest FROM event
WHERE subject = ?1 AND type = 'card'
ORDER BY epoch DESC, k DESC, digest DESC LIMIT 1;

-- What a desk must be shown to follow an author from key to key: each card
-- event whose key another one follows, and the newest.
-- name: card_event_chain
SELECT digest FROM (
	SELECT digest, epoch, k, key_id,
		lead(key_id) OVER (ORDER BY epoch, k, digest) AS next
	FROM event WHERE subject = ?1 AND type = 'card')
WHERE next IS NOT key_id ORDER BY epoch, k, digest;

-- Trusted desks that are not known to hold this event: ?1 digest.
-- name: peer_without_event
SELECT p.desk FROM peer AS p WHERE p.state = 'trusted' AND NOT EXISTS (
	SELECT 1 FROM frame_out AS f JOIN cursor AS c ON c.peer = f.peer
		AND c.dir = 'out' AND c.epoch = f.epoch AND c.lane = f.lane
	WHERE f.event = ?1 AND f.peer = p.desk AND c.seq >= f.seq)
ORDER BY p.desk;

-- name: subjects_of_peer
SELECT d.owner || '/' || d.uuid FROM doc_party AS p JOIN doc AS d
	ON d.id = p.doc WHERE p.desk = ?1
UNION
SELECT owner || '/' || uuid FROM doc WHERE owner = ?1
UNION
SELECT subject FROM event WHERE source = ?1 AND type <> 'card' AND via <> ?1
ORDER BY 1;

-- Documents of one kind that a desk owns.
-- name: subjects_of_kind
SELECT owner || '/' || uuid FROM doc WHERE kind = ?1 AND owner = ?2
ORDER BY id;

-- name: subjects_of_version
SELECT owner || '/' || uuid FROM doc WHERE kind = ?1 AND version = ?2
ORDER BY id;

-- name: kind_last
SELECT max(rowid) FROM kind;

-- name: kind_each
SELECT rowid, name, bytes, version FROM kind WHERE rowid > ?1 ORDER BY rowid;

-- Of one seq the first epoch of the peer comes first: epochs rise with time.
-- name: stored_by_receipts
SELECT f.peer, e.digest, min((
	SELECT r.time FROM receipt_in AS r
	JOIN frame_out AS g ON g.peer = r.peer AND g.epoch = r.epoch
		AND g.lane = r.lane AND g.seq = r.seq AND g.chain = r.chain
	WHERE r.peer = f.peer AND r.epoch = f.epoch AND r.lane = f.lane
		AND r.seq >= f.seq
	ORDER BY r.seq, r.peer_epoch, r.n LIMIT 1)) AS time
FROM event AS e JOIN frame_out AS f ON f.event = e.digest
WHERE e.subject = ?1 AND e.type IN ('issue', 'revise')
GROUP BY f.peer, e.digest HAVING time IS NOT NULL
ORDER BY f.peer, e.row;

-- name: audit_last
SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1;

-- name: audit_insert
INSERT INTO audit (n, at, officer, act, subject, detail, hash)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: audit_each
SELECT n, at, officer, act, subject, detail, hash FROM audit ORDER BY n;

-- What stands unsealed: the last row, the last seal, when the first row after
-- that seal was made. No row: the trail is empty.
-- name: audit_unsealed
SELECT a.n, a.hash, coalesce((SELECT max(n) FROM audit_seal), 0) AS sealed,
	(SELECT at FROM audit WHERE n = 1 + coalesce(
		(SELECT max(n) FROM audit_seal), 0)) AS since
FROM audit AS a ORDER BY a.n DESC LIMIT 1;

-- name: audit_seal_insert
INSERT INTO audit_seal (n, at, key_id, sig, raw) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: audit_seal_each
SELECT s.n, s.at, s.key_id, s.sig, s.raw, a.hash
FROM audit_seal AS s LEFT JOIN audit AS a ON a.n = s.n ORDER BY s.n;

-- name: audit_seal_last
SELECT n, at FROM audit_seal ORDER BY n DESC LIMIT 1;
