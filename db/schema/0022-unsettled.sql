-- Documents of which events are stored (and receipts given) that are not yet
-- in lists, search and statistics, nor in what others are owed: a transaction
-- that follows at once does that and takes the row away. A row that stays is
-- of a process that died in between; the next one settles it.

CREATE TABLE unsettled (
	subject TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 22;
