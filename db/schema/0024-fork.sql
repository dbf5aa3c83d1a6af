-- A fork is cleared once, by somebody and for a reason, and never otherwise
-- changed. Its alarm names both hashes and is closed by nothing else.

CREATE TRIGGER fork_cleared_once BEFORE UPDATE ON fork
WHEN OLD.cleared_at IS NOT NULL OR NEW.cleared_at IS NULL
	OR coalesce(NEW.cleared_by, '') = '' OR coalesce(NEW.cleared_why, '') = ''
	OR NEW.source <> OLD.source OR NEW.epoch <> OLD.epoch
	OR NEW.k <> OLD.k OR NEW.digest_a <> OLD.digest_a
	OR NEW.digest_b <> OLD.digest_b OR NEW.found <> OLD.found
BEGIN SELECT RAISE(ABORT, 'a fork is cleared once, with officer and reason');
END;

DROP VIEW notice;
CREATE VIEW notice (key, what, peer, event, detail, at) AS
SELECT key, what, peer, event, detail, at FROM (
	SELECT 'quarantine:' || peer || ':' || epoch || ':' || lane || ':' ||
			seq AS key,
		'quarantine' AS what, peer, digest AS event, reason AS detail,
		at
	FROM quarantine
	UNION ALL
	SELECT CASE WHEN v.verdict = 1 THEN 'early:'
			WHEN v.verdict = 2 THEN 'unfit:' ELSE 'back:' END ||
			hex(v.digest),
		CASE WHEN v.verdict = 1 THEN 'early'
			WHEN v.verdict = 2 THEN 'unfit' ELSE 'back' END,
		e.source, v.digest, v.subject, e.stored_at
	FROM verdict AS v JOIN event AS e ON e.digest = v.digest
	WHERE v.verdict > 0 OR v.stepped_back = 1) AS n
WHERE NOT EXISTS (SELECT 1 FROM notice_closed AS c WHERE c.key = n.key)
UNION ALL
SELECT 'fork:' || source || ':' || hex(digest_a) || ':' || hex(digest_b),
	'fork', source, digest_b,
	lower(hex(digest_a)) || ' ' || lower(hex(digest_b)), found
FROM fork WHERE cleared_at IS NULL;

PRAGMA user_version = 24;
