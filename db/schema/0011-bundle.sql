-- Bundles on media: what was written, what was handed in and how it went. The
-- rows are a history for people; what they moved are cursors and receipts.

CREATE TABLE bundle (
	n INTEGER PRIMARY KEY,
	dir TEXT NOT NULL CHECK (dir IN ('in', 'out')),
	peer TEXT NOT NULL,
	id TEXT NOT NULL,    -- a UUID its maker gave
	spool TEXT NOT NULL, -- in: its file in bundles/ until it is read
	officer TEXT NOT NULL,
	at INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'refused')),
	why TEXT NOT NULL,   -- refused: a word, see exchange/bundle_row.c
	frames INTEGER NOT NULL,
	fresh INTEGER NOT NULL, -- frames that were not held before
	apart INTEGER NOT NULL, -- of these kept apart
	blobs INTEGER NOT NULL
) STRICT;
CREATE INDEX bundle_waiting ON bundle (n) WHERE state = 'waiting';
CREATE INDEX bundle_id ON bundle (id);

PRAGMA user_version = 11;
