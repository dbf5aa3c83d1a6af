-- The roster knows who stands in, and from which hour to which; the hours
-- are HH:MM of the desk's local time, '' both: the whole day. An end that is
-- not after its start is of the next day.

ALTER TABLE roster ADD COLUMN deputy TEXT NOT NULL DEFAULT ''; -- 副班
ALTER TABLE roster ADD COLUMN deputy_phone TEXT NOT NULL DEFAULT '';
ALTER TABLE roster ADD COLUMN starts TEXT NOT NULL DEFAULT '';
ALTER TABLE roster ADD COLUMN ends TEXT NOT NULL DEFAULT '';

PRAGMA user_version = 19;
