-- name: feed_after
SELECT row, digest, type, stored_at, via, raw FROM event
WHERE row > ?1 ORDER BY row LIMIT ?2;
