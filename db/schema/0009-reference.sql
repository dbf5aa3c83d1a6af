-- Reference tables that an administrator put in place of those embedded in
-- the program. Every version is kept; of each name the newest is in force.

CREATE TABLE reference (
	row INTEGER PRIMARY KEY,
	name TEXT NOT NULL,      -- "holidays"
	edition TEXT NOT NULL,   -- as the administrator calls it
	n_rows INTEGER NOT NULL, -- without the head row
	bytes BLOB NOT NULL,     -- CSV as checked, UTF-8
	digest BLOB NOT NULL,    -- SHA-256 of bytes
	at INTEGER NOT NULL,
	officer TEXT NOT NULL
) STRICT;
CREATE INDEX reference_name ON reference (name, row);

CREATE TRIGGER reference_no_update BEFORE UPDATE ON reference
BEGIN SELECT RAISE(ABORT, 'reference is append-only'); END;
CREATE TRIGGER reference_no_delete BEFORE DELETE ON reference
BEGIN SELECT RAISE(ABORT, 'reference is append-only'); END;

-- Documents whose projections are still to be made anew (another holiday
-- table): those with next < doc.id <= last. No row: none.
CREATE TABLE refold (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	next INTEGER NOT NULL,
	last INTEGER NOT NULL
) STRICT;

PRAGMA user_version = 9;
