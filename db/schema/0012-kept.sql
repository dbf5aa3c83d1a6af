-- What an officer keeps for himself: filters by name, whether the bell rings,
-- that he has taken the tour. Of this desk alone, no part of any document.

CREATE TABLE kept (
	officer TEXT NOT NULL,
	name TEXT NOT NULL,  -- "bell", "tour", "filter:LIST:NAME"
	value TEXT NOT NULL,
	changed_at INTEGER NOT NULL,
	PRIMARY KEY (officer, name)
) WITHOUT ROWID, STRICT;

PRAGMA user_version = 12;
