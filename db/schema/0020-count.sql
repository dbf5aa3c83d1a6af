-- What a commit adds to statistics and counters, with less work for each
-- document: the sums of new documents are gathered by the program and added
-- once before the commit (src/journal/stat_sums.c), and a counter is touched
-- only when what it counts changed.

DROP TRIGGER doc_stat_insert;

DROP TRIGGER doc_count_update;
CREATE TRIGGER doc_count_box AFTER UPDATE OF kind, box ON doc
WHEN NEW.kind <> OLD.kind OR NEW.box <> OLD.box
BEGIN
	INSERT INTO counter (name, value)
	VALUES ('box:' || OLD.kind || ':' || OLD.box, -1),
		('box:' || NEW.kind || ':' || NEW.box, 1)
	ON CONFLICT (name) DO UPDATE SET value = value + excluded.value;
END;
CREATE TRIGGER doc_count_state AFTER UPDATE OF kind, own_track, own_state
ON doc
WHEN NEW.kind <> OLD.kind OR NEW.own_track <> OLD.own_track
	OR NEW.own_state <> OLD.own_state
BEGIN
	INSERT INTO counter (name, value)
	VALUES ('state:' || OLD.kind || ':' || OLD.own_track || ':' ||
			OLD.own_state, -1),
		('state:' || NEW.kind || ':' || NEW.own_track || ':' ||
			NEW.own_state, 1)
	ON CONFLICT (name) DO UPDATE SET value = value + excluded.value;
END;
CREATE TRIGGER doc_count_stage AFTER UPDATE OF box, own_stage ON doc
WHEN NEW.box <> OLD.box OR NEW.own_stage <> OLD.own_stage
BEGIN
	INSERT INTO counter (name, value)
	VALUES ('stage:' || OLD.box || ':' || OLD.own_stage, -1),
		('stage:' || NEW.box || ':' || NEW.own_stage, 1)
	ON CONFLICT (name) DO UPDATE SET value = value + excluded.value;
END;
CREATE TRIGGER doc_count_waits AFTER UPDATE OF kind, waits ON doc
WHEN NEW.kind <> OLD.kind OR NEW.waits <> OLD.waits
BEGIN
	INSERT INTO counter (name, value)
	VALUES ('waits:' || OLD.kind, -OLD.waits),
		('waits:' || NEW.kind, NEW.waits)
	ON CONFLICT (name) DO UPDATE SET value = value + excluded.value;
END;
CREATE TRIGGER doc_count_undelivered AFTER UPDATE OF flags ON doc
WHEN (NEW.flags & 1) <> (OLD.flags & 1)
BEGIN
	INSERT INTO counter (name, value)
	VALUES ('undelivered', (NEW.flags & 1) - (OLD.flags & 1))
	ON CONFLICT (name) DO UPDATE SET value = value + excluded.value;
END;

PRAGMA user_version = 20;
