-- What documents share (串并).

-- name: shared_of_doc
SELECT key, secret FROM shared INDEXED BY shared_doc WHERE doc = ?1
ORDER BY key;

-- name: shared_clear
DELETE FROM shared WHERE doc = ?1;

-- name: shared_put
INSERT INTO shared (key, doc, secret) VALUES (?1, ?2, ?3)
ON CONFLICT (key, doc) DO UPDATE SET secret = min(secret, excluded.secret);

-- Newest first; one more than the limit tells that there are many.
-- name: shared_with
SELECT doc, secret FROM shared WHERE key = ?1 AND doc <> ?2
ORDER BY doc DESC LIMIT ?3;

-- Documents that share a value with ?1, each once; what more than ?2 share
-- does not count.
-- name: shared_count
-- Most share nothing, and are asked for with each row of a list: for them no
-- set of what is distinct is begun.
SELECT CASE WHEN EXISTS (SELECT 1 FROM shared WHERE doc = ?1) THEN (
	SELECT count(DISTINCT o.doc)
	FROM shared AS c INDEXED BY shared_doc
	CROSS JOIN shared AS o ON o.key = c.key
	WHERE c.doc = ?1 AND o.doc <> ?1 AND (SELECT count(*) FROM (
		SELECT 1 FROM shared AS m WHERE m.key = c.key LIMIT ?2 + 2))
			<= ?2 + 1)
	ELSE 0 END;

-- name: rows_shared
SELECT d.owner || '/' || d.uuid || ' ' || lower(hex(s.key)), s.secret
FROM shared AS s JOIN doc AS d ON d.id = s.doc
WHERE s.doc = ?1 ORDER BY s.key;

-- name: strays_shared
DELETE FROM shared WHERE doc NOT IN (SELECT id FROM doc)
RETURNING doc || ' ' || lower(hex(key));
