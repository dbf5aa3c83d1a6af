-- Changes of the full text index that are put off while a backlog comes in
-- (src/journal/index_later.c): made in order of n, a few at a time. As long as
-- one waits here every later one waits too, since the index keeps no text of
-- its own and what is taken out must have been put in before.

CREATE TABLE index_later (
	n INTEGER PRIMARY KEY,
	doc INTEGER NOT NULL,
	take_out INTEGER NOT NULL,
	text TEXT NOT NULL
) STRICT;

PRAGMA user_version = 21;
