-- Two signed events in one place: the proofs, and who said that is settled.

-- Open ones first, then the newest.
-- name: fork_each
SELECT f.source, a.id = b.id, a.epoch = b.epoch AND a.k = b.k, b.id, b.epoch,
	b.k, f.digest_a, f.digest_b, a.subject, b.subject, f.found,
	f.cleared_by, f.cleared_why, f.cleared_at
FROM fork AS f CROSS JOIN event AS a ON a.digest = f.digest_a
	CROSS JOIN event AS b ON b.digest = f.digest_b
WHERE (?1 IS NULL OR f.source = ?1) AND (?2 = 0 OR f.cleared_at IS NULL)
ORDER BY f.cleared_at IS NOT NULL, f.found DESC, f.digest_b;

-- name: fork_clear
UPDATE fork SET cleared_by = ?4, cleared_why = ?5, cleared_at = ?6
WHERE source = ?1 AND digest_a = ?2 AND digest_b = ?3 AND cleared_at IS NULL;
