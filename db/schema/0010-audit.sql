-- The audit trail is sealed: at most an hour after its first unsealed row the
-- desk's key signs "up to row n the hash is this" (include/journal/audit.h).

CREATE TABLE audit_seal (
	n INTEGER PRIMARY KEY, -- the last row that it covers
	at INTEGER NOT NULL,
	key_id TEXT NOT NULL,
	sig BLOB NOT NULL,
	raw BLOB NOT NULL      -- the payload as signed
) STRICT;
CREATE TRIGGER audit_seal_no_update BEFORE UPDATE ON audit_seal
BEGIN SELECT RAISE(ABORT, 'audit_seal is append-only'); END;
CREATE TRIGGER audit_seal_no_delete BEFORE DELETE ON audit_seal
BEGIN SELECT RAISE(ABORT, 'audit_seal is append-only'); END;

CREATE INDEX audit_officer ON audit (officer, n);


PRAGMA user_version = 10;
