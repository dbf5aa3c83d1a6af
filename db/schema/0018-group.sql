-- Desks that are addressed together, by a name of this desk's own. What a
-- document was sent to is in the document: a group that changes later changes
-- no addressee.

CREATE TABLE desk_group (
	name TEXT NOT NULL,
	desk TEXT NOT NULL,
	at INTEGER NOT NULL, -- place in the group, from 0
	changed_by TEXT NOT NULL,
	changed_at INTEGER NOT NULL,
	PRIMARY KEY (name, desk)
) WITHOUT ROWID, STRICT;

PRAGMA user_version = 18;
