-- Documents that are stored and not yet settled (journal/settle.c).

-- name: unsettled_add
INSERT INTO unsettled (subject) VALUES (?1) ON CONFLICT (subject) DO NOTHING;

-- name: unsettled_any
SELECT EXISTS (SELECT 1 FROM unsettled);

-- name: unsettled_some
SELECT subject FROM unsettled WHERE subject > ?1 ORDER BY subject LIMIT ?2;

-- name: unsettled_drop
DELETE FROM unsettled WHERE subject = ?1;
