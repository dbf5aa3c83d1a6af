-- How officers come in: the SSH keys that the forced command is made for, and
-- the PIN that opens a console which locked itself.

CREATE TABLE officer_key (
	fingerprint TEXT PRIMARY KEY, -- "SHA256:...", as ssh-keygen -l prints
	officer TEXT NOT NULL,        -- one key is one officer's
	type TEXT NOT NULL,
	key TEXT NOT NULL,            -- base64
	comment TEXT NOT NULL,
	added_at INTEGER NOT NULL,
	added_by TEXT NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE officer_pin (
	officer TEXT PRIMARY KEY,
	method TEXT NOT NULL,    -- with its parameters: include/trust/pin.h
	salt BLOB NOT NULL,
	hash BLOB NOT NULL,
	set_at INTEGER NOT NULL,
	tries INTEGER NOT NULL,  -- since the last right one
	tried_at INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

PRAGMA user_version = 14;
