-- Bundles on media.

-- name: bundle_add
INSERT INTO bundle (dir, peer, id, spool, officer, at, state, why, frames,
	fresh, apart, blobs)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '', ?8, 0, 0, ?9);

-- name: bundle_last
SELECT max(n) FROM bundle;

-- name: bundle_next
SELECT n, spool FROM bundle WHERE state = 'waiting' ORDER BY n LIMIT 1;

-- name: bundle_done
UPDATE bundle SET state = ?2, why = ?3, frames = ?4, fresh = ?5, apart = ?6,
	blobs = ?7
WHERE n = ?1;

-- name: bundle_get
SELECT n, dir, peer, id, officer, at, state, why, frames, fresh, apart, blobs,
	EXISTS (SELECT 1 FROM bundle AS o WHERE o.id = b.id AND o.dir = b.dir
		AND o.n < b.n AND o.state = 'done')
FROM bundle AS b WHERE n = ?1;

-- name: bundle_each
SELECT n, dir, peer, id, officer, at, state, why, frames, fresh, apart, blobs,
	EXISTS (SELECT 1 FROM bundle AS o WHERE o.id = b.id AND o.dir = b.dir
		AND o.n < b.n AND o.state = 'done')
FROM bundle AS b ORDER BY n DESC LIMIT ?1;

-- name: bundle_spooled
SELECT 1 FROM bundle WHERE state = 'waiting' AND spool = ?1 LIMIT 1;

-- name: bundle_blobs
-- Attachments that some frames of a channel name, that are here and that the
-- peer may have and did not itself supply.
SELECT DISTINCT b.blob FROM frame_out AS f
JOIN event_blob AS b ON b.event = f.event
JOIN blob AS h ON h.digest = b.blob
WHERE f.peer = ?1 AND f.epoch = ?2 AND f.lane = ?3 AND f.seq BETWEEN ?4 AND ?5
	AND NOT EXISTS (SELECT 1 FROM blob_grant AS g
		WHERE g.digest = b.blob AND g.desk = ?1)
ORDER BY b.blob;

-- name: bundle_wants
SELECT w.digest FROM want AS w JOIN blob AS h ON h.digest = w.digest
WHERE w.peer = ?1 AND w.dir = 'theirs'
ORDER BY w.digest;

-- name: bundle_apart
SELECT count(*) FROM quarantine
WHERE peer = ?1 AND epoch = ?2 AND lane = ?3 AND seq > ?4 AND seq <= ?5;
