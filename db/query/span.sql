-- Hours of documents, and what clashes in them.

-- name: span_clear
DELETE FROM span WHERE doc = ?1;

-- name: span_insert
INSERT INTO span (doc, n, what, value, level, starts, ends, shown, label)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- What others hold of (?1 what, ?2 value) in [?3, ?4); ?5 the document that
-- asks, 0 none; ?6 limit. ?7 to ?11: the longest time of levels 0 to 4, the
-- last level has no bound.
-- name: span_overlap
WITH level (n, longest) AS (
	VALUES (0, ?7), (1, ?8), (2, ?9), (3, ?10), (4, ?11),
		(5, 8640000000000000))
SELECT d.owner, d.uuid, d.kind, d.number, d.title, s.starts, s.ends, s.shown,
	s.label
FROM level AS l CROSS JOIN span AS s ON s.what = ?1 AND s.value = ?2
	AND s.level = l.n AND s.starts < ?4 AND s.starts > ?3 - l.longest
CROSS JOIN doc AS d ON d.id = s.doc
WHERE s.ends > ?3 AND s.doc <> ?5
ORDER BY s.starts, s.doc, s.n LIMIT ?6;

-- The calendar of [?3, ?4): parameters as above; what was called off, too.
-- name: span_calendar
WITH level (n, longest) AS (
	VALUES (0, ?7), (1, ?8), (2, ?9), (3, ?10), (4, ?11),
		(5, 8640000000000000))
SELECT d.owner, d.uuid, d.kind, d.version, d.number, d.title, d.own_state,
	d.own_track, d.mode, d.withdrawn, s.starts, s.ends, s.shown, s.label,
	d.parties_json, s.value <> ?2
FROM level AS l CROSS JOIN span AS s ON s.what = ?1 AND s.value IN (?2, 'off')
	AND s.level = l.n AND s.starts < ?4 AND s.starts > ?3 - l.longest
CROSS JOIN doc AS d ON d.id = s.doc
WHERE s.ends > ?3 AND s.doc <> ?5
ORDER BY s.starts, s.doc, s.n LIMIT ?6;

-- name: rows_span
SELECT d.owner || '/' || d.uuid || ' ' || printf('%04d', s.n),
	json_array(s.what, s.value, s.level, s.starts, s.ends, s.shown, s.label)
FROM span AS s JOIN doc AS d ON d.id = s.doc
WHERE s.doc = ?1 ORDER BY 1;

-- name: strays_span
DELETE FROM span WHERE NOT EXISTS (SELECT 1 FROM doc WHERE id = span.doc)
RETURNING doc || ' ' || n;

-- Other documents that hold something of ?1/?2 at the same time; ?3 to ?7 as
-- ?7 to ?11 above.
-- name: span_clashes
WITH level (n, longest) AS (
	VALUES (0, ?3), (1, ?4), (2, ?5), (3, ?6), (4, ?7),
		(5, 8640000000000000))
SELECT count(DISTINCT b.doc)
FROM doc AS d JOIN span AS a ON a.doc = d.id AND a.what <> ''
CROSS JOIN level AS l
CROSS JOIN span AS b ON b.what = a.what AND b.value = a.value
	AND b.level = l.n AND b.starts < a.ends
	AND b.starts > a.starts - l.longest
WHERE d.owner = ?1 AND d.uuid = ?2 AND b.ends > a.starts AND b.doc <> a.doc;

-- What ?1/?2 holds of ?3 in [?4, ?5).
-- name: span_of
SELECT s.value, s.shown, s.starts, s.ends
FROM doc AS d JOIN span AS s ON s.doc = d.id
WHERE d.owner = ?1 AND d.uuid = ?2 AND s.what = ?3 AND s.starts < ?5
	AND s.ends > ?4
ORDER BY s.starts, s.n;
