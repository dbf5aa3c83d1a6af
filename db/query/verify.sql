-- verify: rows that nothing signs, against those that are. Each query names
-- rows that do not fit, as "table NAME: ROW".

-- What a peer signed to hold in the open epoch was sent from here. (Of a
-- closed one it may be on its way back. What the desk had not when the receipt
-- came is a claim of the peer alone.)
-- name: verify_held
SELECT DISTINCT 'table frame_out: ' || r.peer || ' lane ' || r.lane || ' seq ' ||
	r.seq
FROM receipt_in AS r JOIN epoch AS e ON e.epoch = r.epoch AND e.closed IS NULL
WHERE r.seq > 0 AND r.ours = 1 AND NOT EXISTS (SELECT 1 FROM frame_out AS f
	WHERE f.peer = r.peer AND f.epoch = r.epoch AND f.lane = r.lane
		AND f.seq = r.seq AND f.chain = r.chain);

-- The own events of the open epoch are counted without a gap.
-- name: verify_own_gap
SELECT 'table event: ' || e.source || ' ' || e.epoch || ' ' || (e.k + 1)
FROM event AS e JOIN epoch AS o ON o.epoch = e.epoch AND o.closed IS NULL
WHERE e.source = ?1 AND NOT EXISTS (SELECT 1 FROM event AS n
		WHERE n.source = e.source AND n.epoch = e.epoch
			AND n.k = e.k + 1)
	AND e.k < (SELECT max(k) FROM event AS m
		WHERE m.source = e.source AND m.epoch = e.epoch);

-- name: verify_epoch
SELECT DISTINCT 'table epoch: ' || e.epoch FROM event AS e
WHERE e.source = ?1 AND NOT EXISTS (SELECT 1 FROM epoch AS o
	WHERE o.epoch = e.epoch);

-- Who brought an event has a frame of it, in a lane that it has; what came back
-- of a closed epoch has one that was sent there. (Cards come with states, too.)
-- name: verify_via
SELECT 'table event: row ' || e.row FROM event AS e
WHERE (e.via <> ?1 AND e.type <> 'card'
		AND NOT EXISTS (SELECT 1 FROM frame_in AS f
			WHERE f.event = e.digest AND f.peer = e.via)
		AND (e.epoch = (SELECT epoch FROM epoch WHERE closed IS NULL)
			OR NOT EXISTS (SELECT 1 FROM frame_out AS f
			WHERE f.event = e.digest AND f.peer = e.via)))
	OR (e.via = ?1 AND e.source <> ?1)
	OR (EXISTS (SELECT 1 FROM frame_in AS f WHERE f.event = e.digest)
		AND NOT EXISTS (SELECT 1 FROM frame_in AS f
			WHERE f.event = e.digest AND f.lane = e.lane)
		AND NOT EXISTS (SELECT 1 FROM frame_out AS f
			WHERE f.event = e.digest AND f.lane = e.lane))
ORDER BY e.row;

-- name: verify_prev_stray
SELECT 'table event_prev: ' || lower(hex(p.digest)) FROM event_prev AS p
WHERE NOT EXISTS (SELECT 1 FROM event AS e WHERE e.digest = p.digest);

-- name: verify_quarantine_stray
SELECT 'table quarantine: ' || q.peer || ' lane ' || q.lane || ' seq ' || q.seq
FROM quarantine AS q WHERE NOT EXISTS (SELECT 1 FROM frame_in AS f
	WHERE f.peer = q.peer AND f.epoch = q.epoch AND f.lane = q.lane
		AND f.seq = q.seq AND f.event = q.digest);

-- name: verify_fork_stray
SELECT 'table fork: ' || f.source || ' ' || f.epoch || ' ' || f.k
FROM fork AS f
WHERE NOT EXISTS (SELECT 1 FROM event AS e
		WHERE e.digest = f.digest_a AND e.source = f.source)
	OR NOT EXISTS (SELECT 1 FROM event AS e
		WHERE e.digest = f.digest_b AND e.source = f.source);

-- name: verify_receipt_out
SELECT 'table receipt_out: ' || r.peer || ' lane ' || r.lane || ' seq ' || r.seq
FROM receipt_out AS r WHERE r.seq > coalesce((SELECT c.seq FROM cursor AS c
	WHERE c.peer = r.peer AND c.dir = 'in' AND c.epoch = r.epoch
		AND c.lane = r.lane), 0);

-- Bytes may be given to those alone whose events name them.
-- name: verify_grant
SELECT 'table blob_grant: ' || lower(hex(g.digest)) || ' ' || g.desk
FROM blob_grant AS g
WHERE g.desk <> ?1 AND NOT EXISTS (SELECT 1 FROM event_blob AS b
	JOIN event AS e ON e.digest = b.event
	WHERE b.blob = g.digest AND g.desk IN (e.source, e.via));

-- An own attachment is here, unless it is looked for.
-- name: verify_own_blob
SELECT DISTINCT 'table blob: ' || lower(hex(b.blob))
FROM event_blob AS b JOIN event AS e ON e.digest = b.event
JOIN epoch AS o ON o.epoch = e.epoch AND o.closed IS NULL
WHERE e.source = ?1
	AND NOT EXISTS (SELECT 1 FROM blob AS h WHERE h.digest = b.blob)
	AND NOT EXISTS (SELECT 1 FROM want AS w WHERE w.digest = b.blob);

-- The card in force of a peer is one of its own.
-- name: verify_peer
SELECT 'table peer: ' || p.desk FROM peer AS p
WHERE NOT EXISTS (SELECT 1 FROM card AS c
	WHERE c.digest = p.card AND c.desk = p.desk);

-- Who acted in the open epoch stands in the audit trail: of each document at
-- least as many rows as acts. What the clock does by itself has none.
-- name: verify_audited
SELECT e.subject
FROM event AS e JOIN epoch AS o ON o.epoch = e.epoch AND o.closed IS NULL
WHERE e.source = ?1
	AND NOT EXISTS (SELECT 1 FROM event AS n WHERE n.subject = e.subject
		AND n.row > e.row AND n.source = e.source AND n.epoch = e.epoch)
	AND (SELECT count(*) FROM event AS n WHERE n.subject = e.subject
		AND n.source = e.source AND n.epoch = e.epoch
		AND n.type NOT IN ('card', 'local', 'reveal', 'ack-withdraw')
		AND coalesce(json_extract(CAST(n.raw AS TEXT),
			'$.data.officers[0].id'), 'clock') <> 'clock')
	> (SELECT count(*) FROM audit AS a WHERE a.subject = e.subject
		AND a.act NOT IN ('look', 'look confidential', 'refused',
			'print', 'export', 'evidence', 'draft'));

-- ---- bytes with their digests: checked by the program ----

-- name: verify_reference
SELECT name || ' ' || edition, digest, bytes FROM reference ORDER BY row;

-- name: verify_quarantine
SELECT peer || ' lane ' || lane || ' seq ' || seq, digest, key_id, sig, raw
FROM quarantine ORDER BY peer, epoch, lane, seq;

-- name: verify_cards_of
SELECT json FROM card WHERE desk = ?1 ORDER BY number DESC;

-- name: verify_key
SELECT desk, key_id, alg, spki FROM key ORDER BY desk, key_id;

-- name: verify_pin
SELECT p.desk, p.pin, c.json FROM peer AS p JOIN card AS c ON c.digest = p.card
ORDER BY p.desk;

-- ---- officers, their keys and settings, against the audit trail ----

-- name: verify_people_audit
SELECT act, detail FROM audit
WHERE act IN ('officer add', 'officer roles', 'officer disable',
	'officer key add', 'officer key remove', 'set')
ORDER BY n;

-- name: verify_officer
SELECT id, name, roles, disabled_at IS NOT NULL, added_by FROM officer
ORDER BY id;

-- name: verify_officer_key
SELECT fingerprint, officer FROM officer_key ORDER BY fingerprint;

-- name: verify_setting
SELECT name, value, changed_by FROM setting ORDER BY name;
