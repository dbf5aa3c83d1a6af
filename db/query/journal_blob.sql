-- Attachments.

-- name: blob_get
SELECT size FROM blob WHERE digest = ?1;

-- name: blob_insert
INSERT INTO blob (digest, size, stored_at) VALUES (?1, ?2, ?3)
ON CONFLICT (digest) DO NOTHING;

-- name: blob_grant_put
INSERT INTO blob_grant (digest, desk, at) VALUES (?1, ?2, ?3)
ON CONFLICT (digest, desk) DO NOTHING;

-- name: blob_granted
SELECT 1 FROM blob_grant WHERE digest = ?1 AND desk = ?2
UNION ALL
SELECT 1 FROM event_blob AS b
CROSS JOIN frame_out AS f ON f.event = b.event AND f.peer = ?2
JOIN event AS e ON e.digest = b.event
JOIN blob_grant AS g ON g.digest = b.blob AND g.desk IN (e.source, e.via)
WHERE b.blob = ?1
LIMIT 1;

-- name: blob_wanted
SELECT w.digest FROM want AS w
WHERE w.peer = ?1 AND w.dir = 'mine'
	AND NOT EXISTS (SELECT 1 FROM blob AS b WHERE b.digest = w.digest)
ORDER BY w.asked_at, w.digest;

-- name: want_drop_mine
DELETE FROM want WHERE digest = ?1 AND dir = 'mine';

-- name: blob_subjects
SELECT DISTINCT e.subject FROM event_blob AS b
JOIN event AS e ON e.digest = b.event WHERE b.blob = ?1 ORDER BY e.row;

-- name: blob_each
SELECT digest, size FROM blob ORDER BY digest;
