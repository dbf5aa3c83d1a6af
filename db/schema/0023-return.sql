-- What a peer lost of its own channels and this desk holds: given back in the
-- next bundle to it (on a link it is asked for). Replaced by each state of it.

CREATE TABLE wanted_back (
	peer TEXT NOT NULL,
	epoch TEXT NOT NULL,
	lane INTEGER NOT NULL CHECK (lane IN (0, 1)),
	from_seq INTEGER NOT NULL,
	PRIMARY KEY (peer, epoch, lane)
) WITHOUT ROWID, STRICT;

PRAGMA user_version = 23;
