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
