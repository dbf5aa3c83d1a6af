-- Shifts: who is on duty by plan, lines typed into the log of the shift; and
-- the nearest deadline of a draft, which dates of its content start. Who is
-- responsible is no table: the newest sheet taken over says it.

CREATE TABLE roster (
	day TEXT NOT NULL,    -- YYYY-MM-DD, holidays included
	slot TEXT NOT NULL,   -- as the unit calls it: 全天 白班 夜班
	officer TEXT NOT NULL,
	phone TEXT NOT NULL,
	leader TEXT NOT NULL, -- 带班领导
	leader_phone TEXT NOT NULL,
	note TEXT NOT NULL,
	changed_by TEXT NOT NULL,
	changed_at INTEGER NOT NULL,
	PRIMARY KEY (day, slot)
) WITHOUT ROWID, STRICT;

-- act: line, or on (began without taking over from anybody).
CREATE TABLE shift_line (
	n INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	officer TEXT NOT NULL,
	act TEXT NOT NULL CHECK (act IN ('on', 'line')),
	text TEXT NOT NULL
) STRICT;
CREATE INDEX shift_line_on ON shift_line (n) WHERE act = 'on';
CREATE TRIGGER shift_line_no_update BEFORE UPDATE ON shift_line
BEGIN SELECT RAISE(ABORT, 'shift_line is append-only'); END;
CREATE TRIGGER shift_line_no_delete BEFORE DELETE ON shift_line
BEGIN SELECT RAISE(ABORT, 'shift_line is append-only'); END;

ALTER TABLE draft ADD COLUMN due_ms INTEGER; -- NULL: none runs
ALTER TABLE draft ADD COLUMN warn_ms INTEGER;
CREATE INDEX draft_due ON draft (due_ms) WHERE due_ms IS NOT NULL;

PRAGMA user_version = 6;
