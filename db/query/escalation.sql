-- What is told beyond the duty list, and what was put into the spool folder.

-- ?1 now, ?2 how far ahead a warning may begin: late first, then soon.
-- name: escalation_clocks
SELECT d.owner, d.uuid, d.kind, d.version, d.number, d.title, d.mode, c.desk,
	c.clock, c.row, c.due_ms, c.warn_ms
FROM doc_clock AS c JOIN doc AS d ON d.id = c.doc
WHERE c.due_ms < ?2 AND d.withdrawn = 0 AND (c.warn_ms <= ?1 OR c.due_ms < ?1)
	AND (c.lapses = 0 OR c.due_ms >= ?1)
ORDER BY c.due_ms, c.doc, c.pos;

-- Ours that lie at a peer, stored and not signed for: ?1 peer, ?2 since.
-- name: escalation_unopened
SELECT d.owner, d.uuid, d.kind, d.version, d.number, d.title, d.mode, p.desk,
	p.stored_ms
FROM doc_party AS p INDEXED BY doc_party_stored JOIN doc AS d ON d.id = p.doc
WHERE p.desk = ?1 AND p.stage = 2 AND p.stored_ms < ?2 AND p.removed = 0
	AND d.box = 1 AND d.withdrawn = 0
ORDER BY p.stored_ms, d.id;

-- name: escalation_peers
SELECT desk FROM peer WHERE state = 'trusted' ORDER BY desk;

-- name: spool_find
SELECT found_at, spooled_at FROM escalation WHERE key = ?1;

-- name: spool_add
INSERT INTO escalation (key, found_at, spooled_at) VALUES (?1, ?2, NULL)
ON CONFLICT (key) DO NOTHING;

-- name: spool_done
UPDATE escalation SET spooled_at = ?2 WHERE key = ?1;
