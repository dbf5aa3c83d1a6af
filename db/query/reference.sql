-- Reference tables in force, and the refolding that a new one asks for.

-- name: reference_newest
SELECT coalesce(max(row), 0) FROM reference WHERE name = ?1;

-- name: reference_get
SELECT name, edition, n_rows, bytes, digest, at, officer
FROM reference WHERE row = ?1;

-- name: reference_add
INSERT INTO reference (name, edition, n_rows, bytes, digest, at, officer)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: reference_each
SELECT r.row, r.name, r.edition, r.n_rows, r.digest, r.at, r.officer,
	NOT EXISTS (SELECT 1 FROM reference AS n
		WHERE n.name = r.name AND n.row > r.row)
FROM reference AS r WHERE ?1 IS NULL OR r.name = ?1
ORDER BY r.name, r.row DESC;

-- name: refold_begin
INSERT INTO refold (one, next, last)
SELECT 1, 0, max(id) FROM doc HAVING max(id) IS NOT NULL
ON CONFLICT (one) DO UPDATE SET next = 0, last = excluded.last;

-- name: refold_next
SELECT d.id, d.owner, d.uuid FROM doc AS d, refold AS r
WHERE d.id > r.next AND d.id <= r.last ORDER BY d.id LIMIT ?1;

-- name: refold_reached
UPDATE refold SET next = ?1;

-- name: refold_done
DELETE FROM refold;

-- name: refold_left
SELECT CASE WHEN r.last > r.next THEN r.last - r.next ELSE 0 END
FROM refold AS r;
