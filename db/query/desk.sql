-- What the desk itself keeps: officers, settings, drafts, numbers, imports.

-- name: officer_get
SELECT id, name, roles, login, disabled_at FROM officer WHERE id = ?1;

-- name: officer_by_login
SELECT id, name, roles, login, disabled_at FROM officer
WHERE login = ?1 AND disabled_at IS NULL;

-- name: officer_each
SELECT id, name, roles, login, disabled_at FROM officer ORDER BY id;

-- name: officer_active
SELECT count(*) FROM officer WHERE disabled_at IS NULL;

-- name: officer_add
INSERT INTO officer (id, name, roles, login, ssh_key, added_at, added_by)
VALUES (?1, ?2, ?3, ?4, NULL, ?5, ?6);

-- name: officer_disable
UPDATE officer SET disabled_at = ?2 WHERE id = ?1 AND disabled_at IS NULL;

-- name: setting_get
SELECT value FROM setting WHERE name = ?1;

-- name: setting_set
INSERT INTO setting (name, value, changed_by, changed_at)
VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (name) DO UPDATE SET value = excluded.value,
	changed_by = excluded.changed_by, changed_at = excluded.changed_at;

-- name: kind_add
INSERT INTO kind (name, version, digest, bytes, added_at)
VALUES (?1, ?2, ?3, ?4, ?5);

-- name: draft_get
SELECT id, act, owner, doc, rev, kind, kind_version, state, title, body,
	made_by, made_at, changed_by, changed_at, version, note
FROM draft WHERE id = ?1;

-- A parked act of a document.
-- name: draft_of_doc
SELECT id, act, owner, doc, rev, kind, kind_version, state, title, body,
	made_by, made_at, changed_by, changed_at, version, note
FROM draft WHERE doc = ?1 AND owner = ?2 ORDER BY made_at, id LIMIT 1;

-- name: draft_each
SELECT id, act, owner, doc, rev, kind, kind_version, state, title, body,
	made_by, made_at, changed_by, changed_at, version, note
FROM draft WHERE ?1 IS NULL OR kind = ?1 ORDER BY changed_at DESC, id DESC;

-- name: draft_add
INSERT INTO draft (id, act, owner, doc, rev, kind, kind_version, state, title,
	body, made_by, made_at, changed_by, changed_at, version, note)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?11, ?12, 1, ?13);

-- name: draft_set
UPDATE draft SET state = ?3, title = ?4, body = ?5, changed_by = ?6,
	changed_at = ?7, note = ?8, version = version + 1
WHERE id = ?1 AND version = ?2;

-- name: draft_drop
DELETE FROM draft WHERE id = ?1;

-- name: serial_get
SELECT last FROM serial WHERE year = ?1 AND kind = ?2;

-- name: serial_set
INSERT INTO serial (year, kind, last) VALUES (?1, ?2, ?3)
ON CONFLICT (year, kind) DO UPDATE SET last = excluded.last;

-- name: looked_add
INSERT INTO looked (owner, doc, officer, at) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT DO NOTHING;

-- name: request_add
INSERT INTO request (what, arg, at) VALUES (?1, ?2, ?3);

-- name: import_known
SELECT doc FROM import WHERE kind = ?1 AND row_digest = ?2;

-- name: import_add
INSERT INTO import (kind, row_digest, doc, file, line, at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- Was this refusal kept after ?4? Among the newest rows only: it is asked to
-- keep a loop from filling the trail.
-- name: audit_refused_lately
SELECT 1 FROM audit
WHERE n > (SELECT max(n) FROM audit) - 64 AND officer = ?1
	AND act = 'refused' AND subject = ?2 AND detail IN (?3, 'asserted ' || ?3)
	AND at > ?4
LIMIT 1;

-- The audit trail, newest first: rows before ?1; ?2 officer, ?3 act, ?4
-- subject, NULL = any; made in [?5, ?6); ?7 how many.
-- name: audit_page
SELECT n, at, officer, act, subject, detail FROM audit NOT INDEXED
WHERE n < ?1 AND (?2 IS NULL OR officer = ?2) AND (?3 IS NULL OR act = ?3)
	AND (?4 IS NULL OR subject = ?4) AND at >= ?5 AND at < ?6
ORDER BY n DESC LIMIT ?7;

-- name: audit_kind
SELECT kind, version, number FROM doc WHERE uuid = ?2 AND owner = ?1;

-- name: audit_page_officer
SELECT n, at, officer, act, subject, detail FROM audit
INDEXED BY audit_officer
WHERE n < ?1 AND officer = ?2 AND (?3 IS NULL OR act = ?3)
	AND (?4 IS NULL OR subject = ?4) AND at >= ?5 AND at < ?6
ORDER BY n DESC LIMIT ?7;

-- name: audit_page_subject
SELECT n, at, officer, act, subject, detail FROM audit
INDEXED BY audit_subject
WHERE n < ?1 AND (?2 IS NULL OR officer = ?2) AND (?3 IS NULL OR act = ?3)
	AND subject = ?4 AND at >= ?5 AND at < ?6
ORDER BY n DESC LIMIT ?7;

-- name: officer_set_roles
UPDATE officer SET roles = ?2 WHERE id = ?1 AND disabled_at IS NULL;

-- Sums of statistics: ?1 dimension, ?2 to ?3 months, ?4 kind or NULL. The
-- first column is the row they go to.
-- name: stats_by_value
SELECT value, kind, name, sum(n) FROM stat
WHERE dimension = ?1 AND month BETWEEN ?2 AND ?3
	AND (?4 IS NULL OR kind = ?4)
GROUP BY value, kind, name HAVING sum(n) <> 0 ORDER BY value, kind, name;

-- name: stats_by_month
SELECT CAST(month AS TEXT), kind, name, sum(n) FROM stat
WHERE dimension = ?1 AND month BETWEEN ?2 AND ?3
	AND (?4 IS NULL OR kind = ?4)
GROUP BY month, kind, name HAVING sum(n) <> 0 ORDER BY month, kind, name;

-- name: stats_by_kind
SELECT kind, kind, name, sum(n) FROM stat
WHERE dimension = ?1 AND month BETWEEN ?2 AND ?3
	AND (?4 IS NULL OR kind = ?4)
GROUP BY kind, name HAVING sum(n) <> 0 ORDER BY kind, name;

-- Clocks that run late at ?5, by ?6 (month, kind, desk or the dimension ?1).
-- name: stats_late_clocks
SELECT CASE ?6 WHEN 'month' THEN CAST(s.month AS TEXT) WHEN 'kind' THEN s.kind
		WHEN 'desk' THEN json_extract(r.value, '$[0]')
		ELSE json_extract(x.value, '$[1]') END,
	s.kind, json_extract(r.value, '$[1]'), count(*)
FROM doc INDEXED BY doc_due CROSS JOIN doc_stat AS s ON s.doc = doc.id,
	json_each(s.dims) AS x, json_each(s.running) AS r
WHERE doc.due_ms < 253402300800000 AND doc.due_ms < ?5
	AND json_extract(x.value, '$[0]') = ?1
	AND json_extract(r.value, '$[2]') < ?5
	AND s.month BETWEEN ?2 AND ?3 AND (?4 IS NULL OR s.kind = ?4)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

-- The same, documents: each once in a row.
-- name: stats_late_docs
SELECT CASE ?6 WHEN 'month' THEN CAST(s.month AS TEXT) WHEN 'kind' THEN s.kind
		WHEN 'desk' THEN doc.due_desk
		ELSE json_extract(x.value, '$[1]') END,
	s.kind, 'late', count(DISTINCT s.doc)
FROM doc INDEXED BY doc_due CROSS JOIN doc_stat AS s ON s.doc = doc.id,
	json_each(s.dims) AS x
WHERE doc.due_ms < 253402300800000 AND doc.due_ms < ?5
	AND json_extract(x.value, '$[0]') = ?1
	AND s.month BETWEEN ?2 AND ?3 AND (?4 IS NULL OR s.kind = ?4)
GROUP BY 1, 2 ORDER BY 1, 2;

-- Documents behind a figure: ?1 dimension (NULL: any), ?2 its value, ?5 name
-- of the figure as a key of facts, '' every document; ?6 late before this,
-- NULL any; ?7 1: open ones; ?8 how many.
-- name: stats_behind
SELECT doc.owner, doc.uuid
FROM doc_stat AS s INDEXED BY doc_stat_month JOIN doc ON doc.id = s.doc
WHERE s.month BETWEEN ?3 AND ?4 AND (?9 IS NULL OR s.kind = ?9)
	AND (?1 IS NULL OR EXISTS (SELECT 1 FROM json_each(s.dims) AS x
			WHERE json_extract(x.value, '$[0]') = ?1
				AND json_extract(x.value, '$[1]') = ?2)
		OR EXISTS (SELECT 1 FROM json_each(s.tags) AS x
			WHERE json_extract(x.value, '$[0]') = ?1
				AND json_extract(x.value, '$[1]') = ?2))
	AND (?5 = '' OR EXISTS (SELECT 1 FROM json_each(s.facts)
		WHERE key = ?5))
	AND (?6 IS NULL OR doc.due_ms < ?6)
	AND (?7 = 0 OR NOT EXISTS (SELECT 1 FROM json_each(s.facts)
		WHERE key IN ('closed', 'withdrawn')))
ORDER BY s.doc DESC LIMIT ?8;

-- The same of one desk, ?2: by what counts for that desk alone.
-- name: stats_behind_desk
SELECT doc.owner, doc.uuid
FROM doc_stat AS s INDEXED BY doc_stat_month JOIN doc ON doc.id = s.doc,
	json_each(s.desks) AS k
WHERE s.month BETWEEN ?3 AND ?4 AND (?9 IS NULL OR s.kind = ?9)
	AND k.key = ?2
	AND (?5 = '' OR EXISTS (SELECT 1 FROM json_each(k.value) WHERE key = ?5))
	AND (?6 IS NULL OR (doc.due_ms < ?6 AND doc.due_desk = ?2))
	AND (?7 = 0 OR NOT EXISTS (SELECT 1 FROM json_each(k.value)
		WHERE key = 'closed'))
ORDER BY s.doc DESC LIMIT ?8;

-- name: stats_growth
SELECT value, month, sum(n) FROM stat
WHERE dimension = ?1 AND month BETWEEN ?2 AND ?3 AND name = 'docs'
	AND value <> ''
GROUP BY value, month ORDER BY value, month;
-- Looked up by ?2, a JSON list of [role, value, how], of which the first
-- drives the search (no list: every one). how: 0 the value has the words in
-- it, 1 one has the other in it, 2 equal; with 1 and 2 a document that has no
-- such value will do, but for the first. ?3 now, ?4 valid ones only, ?5 limit.
-- name: lookup_find
WITH by (at, role, word, how) AS (
	SELECT key, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?2)),
hit (doc) AS (
	SELECT DISTINCT k.doc FROM by AS b
	CROSS JOIN lookup_key AS k ON k.as_what = ?1 AND k.role = b.role
	WHERE b.at = 0 AND CASE b.how
		WHEN 2 THEN k.value = b.word
		WHEN 1 THEN instr(k.value, b.word) > 0
			OR instr(b.word, k.value) > 0
		ELSE instr(k.value, b.word) > 0 END
	UNION ALL SELECT doc FROM lookup
	WHERE as_what = ?1 AND json_array_length(?2) = 0)
SELECT d.owner, d.uuid, l.from_ms <= ?3 AND l.to_ms >= ?3 AS valid
FROM hit AS h JOIN lookup AS l ON l.doc = h.doc JOIN doc AS d ON d.id = l.doc
WHERE (?4 = 0 OR (l.from_ms <= ?3 AND l.to_ms >= ?3))
	AND NOT EXISTS (SELECT 1 FROM by AS b
		WHERE b.at > 0 AND NOT EXISTS (
			SELECT 1 FROM lookup_key AS k
			WHERE k.doc = l.doc AND k.role = b.role
				AND CASE b.how
				WHEN 2 THEN k.value = b.word
				WHEN 1 THEN instr(k.value, b.word) > 0
					OR instr(b.word, k.value) > 0
				ELSE instr(k.value, b.word) > 0 END)
		AND (b.how = 0 OR EXISTS (
			SELECT 1 FROM lookup_key AS k
			WHERE k.doc = l.doc AND k.role = b.role)))
ORDER BY 3 DESC, l.on_day DESC, d.issued_ms DESC, d.id DESC LIMIT ?5;

-- Others that have the same two values; withdrawn ones are not there.
-- ?6 own document, not counted; ?7 of this desk only and still valid at ?8.
-- name: lookup_twin
SELECT d.owner, d.uuid, coalesce(d.number, d.title)
FROM lookup_key AS a JOIN lookup_key AS b ON b.doc = a.doc
	AND b.role = ?4 AND b.value = ?5
JOIN doc AS d ON d.id = a.doc JOIN lookup AS l ON l.doc = a.doc
WHERE a.as_what = ?1 AND a.role = ?2 AND a.value = ?3
	AND d.withdrawn = 0 AND d.uuid <> ?6
	AND (?7 IS NULL OR (d.owner = ?7 AND l.from_ms <= ?8))
ORDER BY d.id LIMIT 1;

-- Documents with a lookup that point to one, by content or by a move.
-- name: lookup_linked
SELECT d.owner, d.uuid FROM doc_link AS l JOIN lookup AS k ON k.doc = l.doc
JOIN doc AS d ON d.id = l.doc WHERE l.target = ?1 ORDER BY d.id;

-- name: group_each
SELECT name, desk FROM desk_group ORDER BY name, at;

-- name: group_names
SELECT count(DISTINCT name) FROM desk_group WHERE name <> ?1;

-- name: group_add
INSERT INTO desk_group (name, desk, at, changed_by, changed_at)
VALUES (?1, ?2, ?3, ?4, ?5);

-- name: group_drop
DELETE FROM desk_group WHERE name = ?1;

-- name: kept_get
SELECT value FROM kept WHERE officer = ?1 AND name = ?2;

-- name: kept_set
INSERT INTO kept (officer, name, value, changed_at) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (officer, name) DO UPDATE SET value = excluded.value,
	changed_at = excluded.changed_at;

-- name: kept_drop
DELETE FROM kept WHERE officer = ?1 AND name = ?2;

-- name: kept_count
SELECT count(*) FROM kept WHERE officer = ?1;

-- name: kept_each
SELECT name, value FROM kept
WHERE officer = ?1 AND substr(name, 1, length(?2)) = ?2 ORDER BY name;

-- name: officer_key_get
SELECT k.fingerprint, k.officer, k.type, k.key, k.comment, k.added_at,
	k.added_by, o.disabled_at IS NOT NULL
FROM officer_key k JOIN officer o ON o.id = k.officer
WHERE k.fingerprint = ?1;

-- Of one officer, or of all (NULL).
-- name: officer_key_each
SELECT k.fingerprint, k.officer, k.type, k.key, k.comment, k.added_at,
	k.added_by, o.disabled_at IS NOT NULL
FROM officer_key k JOIN officer o ON o.id = k.officer
WHERE ?1 IS NULL OR k.officer = ?1 ORDER BY k.officer, k.added_at, k.fingerprint;

-- name: officer_key_add
INSERT INTO officer_key (fingerprint, officer, type, key, comment, added_at,
	added_by)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: officer_key_drop
DELETE FROM officer_key WHERE fingerprint = ?1;

-- name: officer_pin_get
SELECT method, salt, hash, set_at, tries, tried_at FROM officer_pin
WHERE officer = ?1;

-- name: officer_pin_set
INSERT INTO officer_pin (officer, method, salt, hash, set_at, tries, tried_at)
VALUES (?1, ?2, ?3, ?4, ?5, 0, 0)
ON CONFLICT (officer) DO UPDATE SET method = excluded.method,
	salt = excluded.salt, hash = excluded.hash, set_at = excluded.set_at,
	tries = 0, tried_at = 0;

-- name: officer_pin_tried
UPDATE officer_pin SET tries = ?2, tried_at = ?3 WHERE officer = ?1;

-- name: officer_pin_drop
DELETE FROM officer_pin WHERE officer = ?1;
-- name: writing_get
SELECT texts, saved_at FROM writing WHERE officer = ?1 AND what = ?2;

-- name: writing_save
INSERT INTO writing (officer, what, texts, saved_at) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (officer, what) DO
UPDATE SET texts = excluded.texts, saved_at = excluded.saved_at;

-- Of one officer the oldest make room.
-- name: writing_trim
DELETE FROM writing WHERE officer = ?1 AND what NOT IN (
	SELECT what FROM writing WHERE officer = ?1
	ORDER BY saved_at DESC LIMIT ?2);

-- name: writing_drop
DELETE FROM writing WHERE officer = ?1 AND what = ?2;

-- name: writing_each
SELECT what, saved_at FROM writing WHERE officer = ?1
ORDER BY saved_at DESC;

-- How far the chains of each peer are here.
-- name: link_taken
SELECT peer, sum(seq) FROM cursor WHERE dir = 'in' GROUP BY peer;
