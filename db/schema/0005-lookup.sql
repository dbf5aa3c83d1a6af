-- Documents looked up by what they are about (views.lookup of their kinds):
-- rebuilt from the events as all projections are. as_what: what it is looked
-- up as ("result"). It may be used from from_ms to to_ms; 253402300800000
-- (year 10000) for not at all, or without end. Values are in the form of
-- text_key (base/text.h).

CREATE TABLE lookup (
	doc INTEGER PRIMARY KEY,
	as_what TEXT NOT NULL,
	on_day TEXT NOT NULL,   -- newest first
	from_ms INTEGER NOT NULL,
	to_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX lookup_on ON lookup (as_what, on_day);

CREATE TABLE lookup_key (
	as_what TEXT NOT NULL,
	role TEXT NOT NULL,     -- "product", "batch"
	value TEXT NOT NULL,
	doc INTEGER NOT NULL,
	PRIMARY KEY (as_what, role, value, doc)
) WITHOUT ROWID, STRICT;
CREATE INDEX lookup_key_doc ON lookup_key (doc, role);

PRAGMA user_version = 5;
