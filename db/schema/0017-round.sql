-- The full text index is emptied when projections are made anew; a document is
-- in it since round fts_round. Those of an earlier round are not, without
-- every row being written.

ALTER TABLE projected ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
ALTER TABLE doc ADD COLUMN fts_round INTEGER NOT NULL DEFAULT 0;

PRAGMA user_version = 17;
