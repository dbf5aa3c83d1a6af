-- By which rules the projections were made, and a rebuild under way
-- (include/journal/projection.h): a program with other rules makes them anew
-- in batches; killed, the next one goes on where it stopped.

CREATE TABLE projected (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	rules TEXT NOT NULL,      -- of what is there; '' none yet
	building TEXT NOT NULL,   -- the rules of a rebuild under way; ''
	next_row INTEGER NOT NULL -- documents first heard of after this event.row
) STRICT;
INSERT INTO projected (one, rules, building, next_row) VALUES (1, '', '', 0);

-- A projection: what documents may share (include/model/correlate.h). key is
-- the first 16 bytes of the SHA-256 of mode, what and value, so that nothing
-- confidential stands here and exercises meet exercises alone. secret: the
-- value stays at home.
CREATE TABLE shared (
	key BLOB NOT NULL,
	doc INTEGER NOT NULL,
	secret INTEGER NOT NULL,
	PRIMARY KEY (key, doc)
) WITHOUT ROWID, STRICT;
CREATE INDEX shared_doc ON shared (doc, key);

-- Notes of moves and remarks are in the index up to this event.row.
ALTER TABLE doc ADD COLUMN fts_notes INTEGER NOT NULL DEFAULT 0;
