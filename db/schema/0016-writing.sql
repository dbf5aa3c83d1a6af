-- Forms that an officer has begun to fill in, beside the drafts of documents:
-- a correction, the inputs of a move. Gone when they are handed in.

CREATE TABLE writing (
	officer TEXT NOT NULL,
	what TEXT NOT NULL,  -- "revise OWNER/ID", "move OWNER/ID MOVE ROW"
	texts TEXT NOT NULL, -- JSON: what stands in each field, as typed
	saved_at INTEGER NOT NULL,
	PRIMARY KEY (officer, what)
) WITHOUT ROWID, STRICT;

PRAGMA user_version = 16;
