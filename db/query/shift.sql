-- Shifts: roster, log, and what a sheet of the hand-over is made from.

-- name: roster_each
SELECT day, slot, officer, phone, leader, leader_phone, note, deputy,
	deputy_phone, starts, ends
FROM roster WHERE day >= ?1 AND day <= ?2 ORDER BY day, starts, slot;

-- name: roster_put
INSERT INTO roster (day, slot, officer, phone, leader, leader_phone, note,
	deputy, deputy_phone, starts, ends, changed_by, changed_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
ON CONFLICT (day, slot) DO UPDATE SET officer = excluded.officer,
	phone = excluded.phone, leader = excluded.leader,
	leader_phone = excluded.leader_phone, note = excluded.note,
	deputy = excluded.deputy, deputy_phone = excluded.deputy_phone,
	starts = excluded.starts, ends = excluded.ends,
	changed_by = excluded.changed_by, changed_at = excluded.changed_at;

-- name: shift_line_add
INSERT INTO shift_line (at, officer, act, text) VALUES (?1, ?2, ?3, ?4);

-- name: shift_on_last
SELECT at, officer FROM shift_line WHERE act = 'on' ORDER BY n DESC LIMIT 1;

-- By the index of at, then sorted (+n): a shift's lines are few, all are many.
-- name: shift_line_each
SELECT at, officer, act, text FROM shift_line WHERE at >= ?1 AND at < ?2
ORDER BY +n;

-- The newest sheet that nobody signed yet (?2 = 0) or that one did (1).
-- name: shift_sheet
SELECT id, owner, uuid FROM doc
WHERE kind = ?1 AND (own_state = ?2) = ?3 AND (?3 = 1 OR own_stage < ?4)
ORDER BY id DESC LIMIT 1;

-- Number ?3 (0: the newest) of those that were taken over.
-- name: shift_sheet_taken
SELECT owner, uuid FROM doc WHERE kind = ?1 AND own_state = ?2
ORDER BY id DESC LIMIT 1 OFFSET ?3;

-- name: shift_event_first
SELECT coalesce(min(row), 0) FROM event WHERE subject = ?1;

-- Documents that came, were issued or written down since; newest first, so
-- that reading stops where the shift began.
-- name: shift_docs
SELECT owner, uuid, kind, number, title, own_track, own_state, box, due_ms,
	stored_ms, version
FROM doc WHERE id > ?1 ORDER BY id DESC LIMIT ?2;

-- name: shift_reminders
SELECT subject, source, json_extract(CAST(raw AS TEXT), '$.data.to'),
	stored_at
FROM event WHERE row > ?1 AND type = 'remind' ORDER BY row DESC LIMIT ?2;

-- name: shift_events
SELECT e.stored_at, e.source, e.type, e.track, d.kind, d.version, d.title,
	d.number, d.owner, d.uuid,
	json_extract(CAST(e.raw AS TEXT), '$.data.move'),
	json_extract(CAST(e.raw AS TEXT), '$.data.act'),
	json_extract(CAST(e.raw AS TEXT), '$.data.officers[0].id')
FROM event AS e LEFT JOIN doc AS d
	ON d.owner || '/' || d.uuid = e.subject AND d.uuid = substr(e.subject,
		instr(e.subject, '/') + 1)
WHERE e.row > ?1 AND e.row < ?3 ORDER BY e.row LIMIT ?2;

-- name: draft_dates
UPDATE draft SET due_ms = ?2, warn_ms = ?3 WHERE id = ?1;
