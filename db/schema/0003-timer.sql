-- When time alone brings something to a document of this desk: a move that
-- happens by itself, a seal that opens, a condition on the duty list that
-- turns. A projection of each document's events; serve sleeps until the first.
CREATE TABLE doc_timer (
	doc INTEGER PRIMARY KEY, -- doc.id
	at INTEGER NOT NULL      -- ms
) STRICT;
CREATE INDEX doc_timer_at ON doc_timer (at, doc);

PRAGMA user_version = 3;
