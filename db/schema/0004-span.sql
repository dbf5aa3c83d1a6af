-- Projection: when documents take up what (include/model/span.h). what '' is
-- the calendar itself; value is normalised, shown as it was written. level by
-- length: overlaps of a long time ago are found by few short index ranges.

CREATE TABLE span (
	doc INTEGER NOT NULL,
	n INTEGER NOT NULL,
	what TEXT NOT NULL,
	value TEXT NOT NULL,
	level INTEGER NOT NULL,
	starts INTEGER NOT NULL,
	ends INTEGER NOT NULL,
	shown TEXT NOT NULL,
	label TEXT NOT NULL,
	PRIMARY KEY (doc, n)
) WITHOUT ROWID, STRICT;
CREATE INDEX span_at ON span (what, value, level, starts, ends);

PRAGMA user_version = 4;
