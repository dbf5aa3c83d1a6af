-- A receipt over a frame that this desk had not when it came is kept as
-- evidence of what its peer claimed; it says nothing of what was sent.
ALTER TABLE receipt_in ADD COLUMN ours INTEGER NOT NULL DEFAULT 1
	CHECK (ours IN (0, 1));

PRAGMA user_version = 25;
