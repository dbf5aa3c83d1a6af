-- Projections: written by the journal, read by everybody.

-- name: doc_get
SELECT id, fts_event, fts_notes, fts_round = (SELECT round FROM projected)
FROM doc WHERE uuid = ?2 AND owner = ?1;

-- name: doc_insert
INSERT INTO doc (
	owner, uuid, tail, kind, version, number, title, urgency, mode, box,
	own_track, own_state, own_stage, parties_json, issued_ms, stored_ms,
	updated_ms, acted_ms, due_ms, due_desk, due_clock, warn_ms, waits,
	wait_roles, wait_at, assignee, withdrawn, missing, flags, list_json,
	change, fts_event, fts_notes, fts_round)
VALUES (
	?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
	?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30,
	(SELECT coalesce(max(change), 0) + 1 FROM doc), ?31, ?32,
	(SELECT round FROM projected WHERE one = 1));

-- What indexes find it by is the same but for its times: SQLite writes every
-- index anew of which a column is set, whatever its value. Nothing changes
-- when more than that is another.
-- name: doc_update_times
UPDATE doc SET
	version = ?5, title = ?7, urgency = ?8, mode = ?9, own_track = ?11,
	own_stage = ?13, parties_json = ?14, issued_ms = ?15, stored_ms = ?16,
	updated_ms = ?17, acted_ms = ?18, due_ms = ?19, due_desk = ?20,
	due_clock = ?21, warn_ms = ?22, waits = ?23, wait_roles = ?24,
	wait_at = ?25, withdrawn = ?27, missing = ?28, flags = ?29,
	list_json = ?30, change = (SELECT max(change) + 1 FROM doc)
WHERE uuid = ?2 AND owner = ?1
	AND (tail, kind, number, box, own_state, assignee)
		IS (?3, ?4, ?6, ?10, ?12, ?26)
	AND (
		version, title, urgency, mode, own_track, own_stage, parties_json,
		issued_ms, stored_ms, updated_ms, acted_ms, due_ms, due_desk,
		due_clock, warn_ms, waits, wait_roles, wait_at, withdrawn, missing,
		flags, list_json
	) IS NOT (
		?5, ?7, ?8, ?9, ?11, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
		?22, ?23, ?24, ?25, ?27, ?28, ?29, ?30);

-- name: doc_update
UPDATE doc SET
	tail = ?3, kind = ?4, version = ?5, number = ?6, title = ?7, urgency =
	?8, mode = ?9, box = ?10, own_track = ?11, own_state = ?12, own_stage =
	?13, parties_json = ?14, issued_ms = ?15, stored_ms = ?16, updated_ms =
	?17, acted_ms = ?18, due_ms = ?19, due_desk = ?20, due_clock = ?21,
	warn_ms = ?22, waits = ?23, wait_roles = ?24, wait_at = ?25, assignee =
	?26, withdrawn = ?27, missing = ?28, flags = ?29, list_json = ?30,
	change = (SELECT max(change) + 1 FROM doc)
WHERE uuid = ?2 AND owner = ?1 AND (
		tail, kind, version, number, title, urgency, mode, box, own_track,
		own_state, own_stage, parties_json, issued_ms, stored_ms, updated_ms,
		acted_ms, due_ms, due_desk, due_clock, warn_ms, waits, wait_roles,
		wait_at, assignee, withdrawn, missing, flags, list_json
) IS NOT (
		?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
		?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30);

-- name: doc_set_fts
UPDATE doc SET fts_event = ?2, fts_notes = ?3,
	fts_round = (SELECT round FROM projected)
WHERE id = ?1;

-- name: doc_fts_insert
INSERT INTO doc_fts (rowid, text) VALUES (?1, ?2);

-- name: doc_fts_delete
INSERT INTO doc_fts (doc_fts, rowid, text) VALUES ('delete', ?1, ?2);

-- name: doc_party_clear
DELETE FROM doc_party WHERE doc = ?1;

-- name: doc_party_insert
INSERT INTO doc_party (doc, desk, pos, track, state, stage, stored_ms,
	signed_ms, removed, acked)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- name: verdict_clear
DELETE FROM verdict WHERE subject = ?1;

-- name: verdict_insert
INSERT INTO verdict (digest, subject, verdict, why, fork, stepped_back,
	odd_time)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: doc_pending
SELECT EXISTS (
	SELECT 1 FROM event AS e JOIN frame_out AS f ON f.event = e.digest
	JOIN peer AS p ON p.desk = f.peer AND p.state = 'trusted'
	LEFT JOIN cursor AS c ON c.peer = f.peer AND c.dir = 'out'
		AND c.epoch = f.epoch AND c.lane = f.lane
	WHERE e.subject = ?1 AND f.seq > coalesce(c.seq, 0))
OR (?2 <> ?3 AND EXISTS (
	SELECT 1 FROM event AS e
	WHERE e.subject = ?1 AND e.source = ?2 AND e.type <> 'local'
		AND NOT EXISTS (SELECT 1 FROM frame_out AS f
			WHERE f.event = e.digest AND f.peer = ?3)
		AND NOT EXISTS (SELECT 1 FROM frame_in AS i
			WHERE i.event = e.digest AND i.peer = ?3)));

-- name: doc_blobs_missing
SELECT EXISTS (
	SELECT 1 FROM event AS e JOIN event_blob AS b ON b.event = e.digest
	WHERE e.subject = ?1 AND NOT EXISTS (
		SELECT 1 FROM blob AS h WHERE h.digest = b.blob));

-- name: doc_link_clear
DELETE FROM doc_link WHERE doc = ?1;

-- name: doc_link_put
INSERT INTO doc_link (target, doc) VALUES (?1, ?2)
ON CONFLICT (target, doc) DO NOTHING;

-- name: doc_link_targets
SELECT target FROM doc_link WHERE doc = ?1 ORDER BY target;

-- name: doc_child_in
SELECT 1 FROM doc_link AS l JOIN doc AS d ON d.id = l.doc
WHERE l.target = ?1 AND d.owner = ?2 AND d.own_state = ?4
	AND (?3 = '*' OR d.kind = ?3)
LIMIT 1;

-- name: doc_clock_clear
DELETE FROM doc_clock WHERE doc = ?1;

-- name: doc_clock_put
INSERT INTO doc_clock (doc, pos, desk, clock, row, due_ms, warn_ms, lapses)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: event_blob_clear
DELETE FROM event_blob WHERE event IN (
	SELECT digest FROM event WHERE subject = ?1);

-- name: doc_timer_put
INSERT INTO doc_timer (doc, at) VALUES (?1, ?2)
ON CONFLICT (doc) DO UPDATE SET at = excluded.at WHERE at <> excluded.at;

-- name: doc_timer_drop
DELETE FROM doc_timer WHERE doc = ?1;

-- The next after (?1, ?2); those of one instant by document.
-- name: doc_timer_next
SELECT t.at, t.doc, d.owner, d.uuid
FROM doc_timer AS t JOIN doc AS d ON d.id = t.doc
WHERE (t.at, t.doc) > (?1, ?2)
ORDER BY t.at, t.doc LIMIT 1;

-- What a document counts for in statistics; is what runs the same, too?
-- name: doc_stat_same
SELECT running = ?8 FROM doc_stat WHERE doc = ?1 AND month = ?2
	AND kind = ?3 AND dims = ?4 AND tags = ?5 AND facts = ?6 AND desks = ?7;

-- No sum has a part of it.
-- name: doc_stat_set_running
UPDATE doc_stat SET running = ?2 WHERE doc = ?1;

-- name: doc_stat_drop
DELETE FROM doc_stat WHERE doc = ?1;

-- name: doc_stat_insert
INSERT INTO doc_stat (doc, month, kind, dims, tags, facts, desks, running)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: stat_add
INSERT INTO stat (dimension, month, kind, value, name, n)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (dimension, month, kind, value, name) DO UPDATE SET n = iif(
	typeof(n + excluded.n) = 'integer', n + excluded.n, n);

-- ---- the full text index, put off ----

-- name: index_later_put
INSERT INTO index_later (doc, take_out, text) VALUES (?1, ?2, ?3);

-- name: index_later_some
SELECT n, doc, take_out, text FROM index_later WHERE n > 0 ORDER BY n LIMIT ?1;

-- name: index_later_done
DELETE FROM index_later WHERE n <= ?1;

-- name: index_later_left
SELECT (SELECT max(n) FROM index_later) - (SELECT min(n) FROM index_later) + 1;

-- name: lookup_clear
DELETE FROM lookup WHERE doc = ?1;

-- name: lookup_key_clear
DELETE FROM lookup_key WHERE doc = ?1;

-- name: lookup_put
INSERT INTO lookup (doc, as_what, on_day, from_ms, to_ms)
VALUES (?1, ?2, ?3, ?4, ?5);

-- name: lookup_key_put
INSERT INTO lookup_key (as_what, role, value, doc) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (as_what, role, value, doc) DO NOTHING;
