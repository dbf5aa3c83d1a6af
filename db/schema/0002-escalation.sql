-- A projection: clocks that run, or ran out unmet, and that this desk looks
-- at: its own, of an own document everybody's. lapses: a right, never late.
CREATE TABLE doc_clock (
	doc INTEGER NOT NULL,     -- doc.id
	pos INTEGER NOT NULL,
	desk TEXT NOT NULL,       -- bearer
	clock TEXT NOT NULL,
	row TEXT NOT NULL,        -- key or number of a list row; '' none
	due_ms INTEGER NOT NULL,
	warn_ms INTEGER NOT NULL, -- 临期 from here on
	lapses INTEGER NOT NULL,
	PRIMARY KEY (doc, pos)
) WITHOUT ROWID, STRICT;
CREATE INDEX doc_clock_due ON doc_clock (due_ms, doc);

-- Truth: what was put into the spool folder, so that nothing is told twice.
CREATE TABLE escalation (
	key TEXT PRIMARY KEY,
	found_at INTEGER NOT NULL,
	spooled_at INTEGER        -- NULL: the file is not written yet
) WITHOUT ROWID, STRICT;

PRAGMA user_version = 2;
