-- Statistics (include/model/measure.h): what one document counts for, and the
-- sums over all documents by month, kept by triggers in the transaction that
-- changes the document. A sum beyond 64 bits stays as it is: what a peer says
-- must never make a trigger fail.

CREATE TABLE doc_stat (
	doc INTEGER PRIMARY KEY,
	month INTEGER NOT NULL,  -- 202603
	kind TEXT NOT NULL,
	dims TEXT NOT NULL,      -- [[dimension, value]...]: facts count there
	tags TEXT NOT NULL,      -- the same, documents alone
	facts TEXT NOT NULL,     -- {name: n}
	desks TEXT NOT NULL,     -- {desk: {name: n}}
	running TEXT NOT NULL    -- [[desk, clock, due_ms]...]
) STRICT;
CREATE INDEX doc_stat_month ON doc_stat (month, kind, doc);

CREATE TABLE stat (
	dimension TEXT NOT NULL,
	month INTEGER NOT NULL,
	kind TEXT NOT NULL,
	value TEXT NOT NULL,
	name TEXT NOT NULL,
	n INTEGER NOT NULL,
	PRIMARY KEY (dimension, month, kind, value, name)
) WITHOUT ROWID, STRICT;

-- One row for each thing that a document counts for.
CREATE VIEW doc_stat_part (doc, dimension, month, kind, value, name, n) AS
SELECT s.doc, json_extract(d.value, '$[0]'), s.month, s.kind,
	json_extract(d.value, '$[1]'), f.key, f.value
FROM doc_stat AS s, json_each(s.dims) AS d, json_each(s.facts) AS f
UNION ALL
SELECT s.doc, json_extract(t.value, '$[0]'), s.month, s.kind,
	json_extract(t.value, '$[1]'), 'docs', 1
FROM doc_stat AS s, json_each(s.tags) AS t
UNION ALL
SELECT s.doc, 'desk', s.month, s.kind, k.key, f.key, f.value
FROM doc_stat AS s, json_each(s.desks) AS k, json_each(k.value) AS f;

CREATE TRIGGER doc_stat_insert AFTER INSERT ON doc_stat
BEGIN
	INSERT INTO stat (dimension, month, kind, value, name, n)
	SELECT dimension, month, kind, value, name, n
	FROM doc_stat_part WHERE doc = NEW.doc
	ON CONFLICT DO UPDATE SET n = iif(
		typeof(n + excluded.n) = 'integer', n + excluded.n, n);
END;
CREATE TRIGGER doc_stat_delete BEFORE DELETE ON doc_stat
BEGIN
	INSERT INTO stat (dimension, month, kind, value, name, n)
	SELECT dimension, month, kind, value, name, -n
	FROM doc_stat_part WHERE doc = OLD.doc
	ON CONFLICT DO UPDATE SET n = iif(
		typeof(n + excluded.n) = 'integer', n + excluded.n, n);
END;

PRAGMA user_version = 8;
