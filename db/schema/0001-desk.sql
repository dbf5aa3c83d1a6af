-- The desk's database: what is truth first, projections last. doc/protocol.md
-- and doc/architecture.md say what each table is for. Never edited after
-- release: later changes are further numbered files.
--
-- Digests, chains, signatures and keys are raw bytes; epochs and ids are
-- canonical UUID text; instants are milliseconds UTC. lane: 0 urgent, 1 plain.

-- ---- truth: epochs and channels ------------------------------------------

CREATE TABLE epoch (
	epoch TEXT PRIMARY KEY,
	began INTEGER NOT NULL,
	why TEXT NOT NULL,
	closed INTEGER
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX epoch_open ON epoch (closed IS NULL)
	WHERE closed IS NULL;

CREATE TABLE answer (
	peer TEXT NOT NULL,
	epoch TEXT NOT NULL,
	state TEXT NOT NULL
		CHECK (state IN ('waiting', 'answered', 'overridden')),
	at INTEGER NOT NULL,
	PRIMARY KEY (peer, epoch)
) WITHOUT ROWID, STRICT;

CREATE TABLE frame_out (
	peer TEXT NOT NULL,
	epoch TEXT NOT NULL,
	lane INTEGER NOT NULL CHECK (lane IN (0, 1)),
	seq INTEGER NOT NULL CHECK (seq > 0),
	event BLOB NOT NULL,
	chain BLOB NOT NULL,
	PRIMARY KEY (peer, epoch, lane, seq)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX frame_out_event ON frame_out (event, peer, epoch, lane);

CREATE TABLE frame_in (
	peer TEXT NOT NULL,
	epoch TEXT NOT NULL,
	lane INTEGER NOT NULL CHECK (lane IN (0, 1)),
	seq INTEGER NOT NULL CHECK (seq > 0),
	event BLOB NOT NULL,
	chain BLOB NOT NULL,
	PRIMARY KEY (peer, epoch, lane, seq)
) WITHOUT ROWID, STRICT;
CREATE INDEX frame_in_event ON frame_in (event, peer);

-- dir: 'in' the end of frame_in, 'out' what the peer is known to hold.
CREATE TABLE cursor (
	peer TEXT NOT NULL,
	dir TEXT NOT NULL CHECK (dir IN ('in', 'out')),
	epoch TEXT NOT NULL,
	lane INTEGER NOT NULL CHECK (lane IN (0, 1)),
	seq INTEGER NOT NULL,
	chain BLOB NOT NULL,
	n INTEGER NOT NULL,
	PRIMARY KEY (peer, dir, epoch, lane)
) WITHOUT ROWID, STRICT;

CREATE TABLE receipt_in (
	peer TEXT NOT NULL,
	peer_epoch TEXT NOT NULL,
	epoch TEXT NOT NULL,
	lane INTEGER NOT NULL CHECK (lane IN (0, 1)),
	seq INTEGER NOT NULL,
	chain BLOB NOT NULL,
	n INTEGER NOT NULL,
	time INTEGER NOT NULL,
	bytes BLOB NOT NULL,
	PRIMARY KEY (peer, epoch, lane, seq, peer_epoch, n)
) STRICT;

CREATE TABLE receipt_out (
	peer TEXT NOT NULL,
	epoch TEXT NOT NULL,
	lane INTEGER NOT NULL CHECK (lane IN (0, 1)),
	seq INTEGER NOT NULL,
	n INTEGER NOT NULL,
	bytes BLOB,
	told INTEGER NOT NULL CHECK (told IN (0, 1)),
	PRIMARY KEY (peer, epoch, lane)
) STRICT;

CREATE TABLE known (
	peer TEXT PRIMARY KEY,
	peer_epoch TEXT NOT NULL,
	n INTEGER NOT NULL,
	serial_high INTEGER NOT NULL,
	mine_seen TEXT NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE give (
	peer TEXT NOT NULL,
	epoch TEXT NOT NULL,
	lane INTEGER NOT NULL CHECK (lane IN (0, 1)),
	from_seq INTEGER NOT NULL,
	PRIMARY KEY (peer, epoch, lane)
) WITHOUT ROWID, STRICT;

CREATE TABLE want (
	digest BLOB NOT NULL,
	peer TEXT NOT NULL,
	dir TEXT NOT NULL CHECK (dir IN ('mine', 'theirs')),
	event BLOB,
	asked_at INTEGER NOT NULL,
	PRIMARY KEY (digest, peer, dir)
) WITHOUT ROWID, STRICT;
CREATE INDEX want_peer ON want (peer, dir);

-- ---- truth: events ---------------------------------------------------------

-- row is the order of arrival. (source, id) and (source, epoch, k) are not
-- unique: a second digest under either is a fork, and both stay.
CREATE TABLE event (
	row INTEGER PRIMARY KEY,
	digest BLOB NOT NULL UNIQUE,
	source TEXT NOT NULL,
	id TEXT NOT NULL,
	epoch TEXT NOT NULL,
	k INTEGER NOT NULL,
	subject TEXT NOT NULL,
	track TEXT NOT NULL,
	type TEXT NOT NULL,
	rev BLOB,
	seen BLOB,
	lane INTEGER NOT NULL CHECK (lane IN (0, 1)),
	key_id BLOB NOT NULL,
	stored_at INTEGER NOT NULL,
	via TEXT NOT NULL, -- the peer whose channel brought it; own desk
	sig BLOB NOT NULL,
	raw BLOB NOT NULL  -- the payload as signed; last: it may overflow
) STRICT;
CREATE INDEX event_id ON event (source, id);
CREATE INDEX event_k ON event (source, epoch, k);
CREATE INDEX event_subject ON event (subject, row);

CREATE TABLE event_prev (
	digest BLOB NOT NULL,
	prev BLOB NOT NULL,
	PRIMARY KEY (digest, prev)
) WITHOUT ROWID, STRICT;

CREATE TABLE quarantine (
	peer TEXT NOT NULL,
	epoch TEXT NOT NULL,
	lane INTEGER NOT NULL CHECK (lane IN (0, 1)),
	seq INTEGER NOT NULL,
	reason TEXT NOT NULL,
	code TEXT NOT NULL, -- unknown_key bad_signature malformed inadmissible
	digest BLOB NOT NULL,
	key_id BLOB NOT NULL,
	at INTEGER NOT NULL,
	sig BLOB NOT NULL,
	raw BLOB NOT NULL,
	PRIMARY KEY (peer, epoch, lane, seq)
) STRICT;

CREATE TABLE fork (
	source TEXT NOT NULL,
	epoch TEXT NOT NULL,
	k INTEGER NOT NULL,
	digest_a BLOB NOT NULL,
	digest_b BLOB NOT NULL,
	found INTEGER NOT NULL,
	cleared_by TEXT,
	cleared_why TEXT,
	cleared_at INTEGER,
	PRIMARY KEY (source, digest_a, digest_b)
) WITHOUT ROWID, STRICT;
CREATE INDEX fork_open ON fork (source) WHERE cleared_at IS NULL;

CREATE TABLE serial (
	year INTEGER NOT NULL,
	kind TEXT NOT NULL,
	last INTEGER NOT NULL,
	PRIMARY KEY (year, kind)
) WITHOUT ROWID, STRICT;

CREATE TABLE act_waiting (
	id INTEGER PRIMARY KEY,
	act TEXT NOT NULL,
	officer TEXT NOT NULL,
	made_at INTEGER NOT NULL
) STRICT;

-- ---- truth: desks, keys, attachments ---------------------------------------

CREATE TABLE card (
	digest BLOB PRIMARY KEY,
	desk TEXT NOT NULL,
	number INTEGER NOT NULL,
	made INTEGER NOT NULL,
	stored_at INTEGER NOT NULL,
	json BLOB NOT NULL -- the envelope as it travels
) STRICT;
CREATE UNIQUE INDEX card_desk ON card (desk, number, digest);

-- retired_epoch and retired_k: the last event of a retired key.
CREATE TABLE key (
	desk TEXT NOT NULL,
	key_id TEXT NOT NULL,
	alg TEXT NOT NULL,
	spki BLOB NOT NULL,
	current INTEGER NOT NULL CHECK (current IN (0, 1)),
	retired_epoch TEXT,
	retired_k INTEGER,
	PRIMARY KEY (desk, key_id)
) WITHOUT ROWID, STRICT;

CREATE TABLE peer (
	desk TEXT PRIMARY KEY,
	state TEXT NOT NULL CHECK (state IN ('trusted', 'revoked')),
	address TEXT,        -- override; NULL: the card's
	pin BLOB NOT NULL,   -- TLS certificate of the newest card
	card BLOB NOT NULL,  -- digest of the newest card
	trusted_at INTEGER NOT NULL,
	changed_at INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX peer_pin ON peer (pin);

CREATE TABLE blob (
	digest BLOB PRIMARY KEY,
	size INTEGER NOT NULL,
	stored_at INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

-- Who supplied the bytes (this desk: its own attachments).
CREATE TABLE blob_grant (
	digest BLOB NOT NULL,
	desk TEXT NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY (digest, desk)
) WITHOUT ROWID, STRICT;

-- ---- truth: of this desk alone ---------------------------------------------

CREATE TABLE officer (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	roles INTEGER NOT NULL,  -- bits of enum role
	login TEXT,              -- of the machine
	ssh_key TEXT,
	added_at INTEGER NOT NULL,
	added_by TEXT NOT NULL,
	disabled_at INTEGER
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX officer_login ON officer (login)
	WHERE login IS NOT NULL AND disabled_at IS NULL;

-- hash = SHA-256(hash before || lengths and texts): include/journal/audit.h
CREATE TABLE audit (
	n INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,
	officer TEXT NOT NULL,
	act TEXT NOT NULL,
	subject TEXT NOT NULL,
	detail TEXT NOT NULL,
	hash BLOB NOT NULL
) STRICT;
CREATE INDEX audit_subject ON audit (subject, n);

-- A document not issued yet, or an act parked for approval (act not 'issue').
CREATE TABLE draft (
	id TEXT PRIMARY KEY,      -- uuid; of the document when it is issued
	act TEXT NOT NULL,        -- issue revise move withdraw
	owner TEXT,               -- subject of a parked act
	doc TEXT,
	rev BLOB,                 -- the revision it was made on
	kind TEXT NOT NULL,
	kind_version INTEGER NOT NULL,
	state TEXT NOT NULL,      -- of the owner's track, or 'review'
	title TEXT NOT NULL,
	body TEXT NOT NULL,       -- data of the event to be, as JSON
	made_by TEXT NOT NULL,
	made_at INTEGER NOT NULL,
	changed_by TEXT NOT NULL,
	changed_at INTEGER NOT NULL,
	version INTEGER NOT NULL, -- rises with each change
	note TEXT
) WITHOUT ROWID, STRICT;
CREATE INDEX draft_doc ON draft (doc) WHERE doc IS NOT NULL;
CREATE INDEX draft_changed ON draft (changed_at, id);

CREATE TABLE setting (
	name TEXT PRIMARY KEY,
	value TEXT NOT NULL,
	changed_by TEXT NOT NULL,
	changed_at INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE kind (
	name TEXT NOT NULL,
	version INTEGER NOT NULL,
	digest BLOB NOT NULL,
	bytes BLOB NOT NULL,
	added_at INTEGER NOT NULL,
	PRIMARY KEY (name, version)
) STRICT;

-- Wishes to the serving process.
CREATE TABLE request (
	id INTEGER PRIMARY KEY,
	what TEXT NOT NULL,
	arg TEXT NOT NULL,
	at INTEGER NOT NULL
) STRICT;

-- A row imported: digest of all its source columns.
CREATE TABLE import (
	kind TEXT NOT NULL,
	row_digest BLOB NOT NULL,
	doc TEXT NOT NULL,
	file TEXT NOT NULL,
	line INTEGER NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY (kind, row_digest)
) WITHOUT ROWID, STRICT;

-- The first time an officer opened a document's detail (看过).
CREATE TABLE looked (
	owner TEXT NOT NULL,
	doc TEXT NOT NULL,
	officer TEXT NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY (doc, owner, officer)
) WITHOUT ROWID, STRICT;

-- A notice row that an officer closed; key as in the view notice.
CREATE TABLE notice_closed (
	key TEXT PRIMARY KEY,
	officer TEXT NOT NULL,
	at INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

-- ---- truth is append-only where nothing may ever change ---------------------

CREATE TRIGGER event_no_update BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TRIGGER event_prev_no_update BEFORE UPDATE ON event_prev
BEGIN SELECT RAISE(ABORT, 'event_prev is append-only'); END;
CREATE TRIGGER event_prev_no_delete BEFORE DELETE ON event_prev
BEGIN SELECT RAISE(ABORT, 'event_prev is append-only'); END;
CREATE TRIGGER receipt_in_no_update BEFORE UPDATE ON receipt_in
BEGIN SELECT RAISE(ABORT, 'receipt_in is append-only'); END;
CREATE TRIGGER receipt_in_no_delete BEFORE DELETE ON receipt_in
BEGIN SELECT RAISE(ABORT, 'receipt_in is append-only'); END;
CREATE TRIGGER frame_in_no_update BEFORE UPDATE ON frame_in
BEGIN SELECT RAISE(ABORT, 'frame_in is append-only'); END;
CREATE TRIGGER frame_in_no_delete BEFORE DELETE ON frame_in
BEGIN SELECT RAISE(ABORT, 'frame_in is append-only'); END;
CREATE TRIGGER card_no_update BEFORE UPDATE ON card
BEGIN SELECT RAISE(ABORT, 'card is append-only'); END;
CREATE TRIGGER card_no_delete BEFORE DELETE ON card
BEGIN SELECT RAISE(ABORT, 'card is append-only'); END;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER epoch_no_delete BEFORE DELETE ON epoch
BEGIN SELECT RAISE(ABORT, 'epoch is append-only'); END;
CREATE TRIGGER epoch_close_once BEFORE UPDATE ON epoch
WHEN OLD.closed IS NOT NULL OR NEW.epoch <> OLD.epoch
	OR NEW.began <> OLD.began
BEGIN SELECT RAISE(ABORT, 'a closed epoch never changes'); END;
CREATE TRIGGER fork_no_delete BEFORE DELETE ON fork
BEGIN SELECT RAISE(ABORT, 'fork is append-only'); END;
CREATE TRIGGER serial_rises BEFORE UPDATE ON serial
WHEN NEW.last <= OLD.last
BEGIN SELECT RAISE(ABORT, 'a serial never falls'); END;
-- Rows of a closed epoch may be replaced by what the peer returns.
CREATE TRIGGER frame_out_no_update BEFORE UPDATE ON frame_out
WHEN EXISTS (SELECT 1 FROM epoch
	WHERE epoch = OLD.epoch AND closed IS NULL)
BEGIN SELECT RAISE(ABORT, 'frame_out of the open epoch never changes'); END;
CREATE TRIGGER frame_out_no_delete BEFORE DELETE ON frame_out
WHEN EXISTS (SELECT 1 FROM epoch
	WHERE epoch = OLD.epoch AND closed IS NULL)
BEGIN SELECT RAISE(ABORT, 'frame_out of the open epoch never changes'); END;

-- ---- projections: all below is rebuilt from the above -------------------------

-- One row a document. box 0 in, 1 out, 2 local. urgency 0 特急, 1 加急, 2 平件.
-- due_ms and others: 253402300800000 (year 10000) stands for none, so that
-- keysets need no NULL. flags: DOC_... of include/journal/projection.h.
CREATE TABLE doc (
	id INTEGER PRIMARY KEY,
	owner TEXT NOT NULL,
	uuid TEXT NOT NULL,
	tail TEXT NOT NULL,        -- last 12 characters of uuid, reversed
	kind TEXT NOT NULL,
	version INTEGER NOT NULL,
	number TEXT,
	title TEXT NOT NULL,
	urgency INTEGER NOT NULL,
	mode TEXT NOT NULL,
	box INTEGER NOT NULL,
	own_track TEXT NOT NULL,   -- '' when this desk has none
	own_state TEXT NOT NULL,
	own_stage INTEGER NOT NULL,
	parties_json TEXT NOT NULL,
	issued_ms INTEGER NOT NULL,
	stored_ms INTEGER NOT NULL, -- first event stored here
	updated_ms INTEGER NOT NULL, -- newest event stored here
	acted_ms INTEGER NOT NULL,  -- when the newest of its acts was done
	due_ms INTEGER NOT NULL,
	due_desk TEXT NOT NULL,
	due_clock TEXT NOT NULL,
	warn_ms INTEGER NOT NULL,  -- 临期 from here on
	waits INTEGER NOT NULL,
	wait_roles INTEGER NOT NULL, -- bits of enum role
	wait_at INTEGER NOT NULL,  -- which of the state's waits; -1 none of them
	assignee TEXT,
	withdrawn INTEGER NOT NULL,
	missing INTEGER NOT NULL,
	flags INTEGER NOT NULL,
	list_json TEXT NOT NULL,
	change INTEGER NOT NULL,
	fts_event INTEGER NOT NULL  -- event.row whose text is indexed; 0 none
) STRICT;
CREATE UNIQUE INDEX doc_uuid ON doc (uuid, owner);
CREATE INDEX doc_tail ON doc (tail);
CREATE INDEX doc_number ON doc (number) WHERE number IS NOT NULL;
CREATE INDEX doc_change ON doc (change);
CREATE INDEX doc_kind ON doc (kind, id);
CREATE INDEX doc_box ON doc (kind, box, id);
CREATE INDEX doc_waits ON doc (due_ms, urgency, id) WHERE waits = 1;
CREATE INDEX doc_due ON doc (due_ms, id) WHERE due_ms < 253402300800000;

CREATE TABLE doc_party (
	doc INTEGER NOT NULL,
	desk TEXT NOT NULL,
	pos INTEGER NOT NULL,
	track TEXT NOT NULL,
	state TEXT NOT NULL,
	stage INTEGER NOT NULL,
	stored_ms INTEGER,
	signed_ms INTEGER,
	removed INTEGER NOT NULL,
	acked INTEGER NOT NULL,
	PRIMARY KEY (doc, desk)
) WITHOUT ROWID, STRICT;
CREATE INDEX doc_party_desk ON doc_party (desk, doc);
-- 2: stored, not signed for.
CREATE INDEX doc_party_stored ON doc_party (desk, stored_ms) WHERE stage = 2;

-- Documents that the current revision points to, target OWNER/uuid.
CREATE TABLE doc_link (
	target TEXT NOT NULL,
	doc INTEGER NOT NULL,
	PRIMARY KEY (target, doc)
) WITHOUT ROWID, STRICT;
CREATE INDEX doc_link_doc ON doc_link (doc);

-- Events of which there is something to tell; one without a row is fit.
-- verdict: 0 fit, 1 early, 2 unfit.
CREATE TABLE verdict (
	digest BLOB PRIMARY KEY,
	subject TEXT NOT NULL,
	verdict INTEGER NOT NULL,
	why TEXT,
	fork INTEGER NOT NULL,
	stepped_back INTEGER NOT NULL,
	odd_time INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX verdict_subject ON verdict (subject);

-- Attachments named by events.
CREATE TABLE event_blob (
	blob BLOB NOT NULL,
	event BLOB NOT NULL,
	PRIMARY KEY (blob, event)
) WITHOUT ROWID, STRICT;

CREATE TABLE counter (
	name TEXT PRIMARY KEY,
	value INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

-- Nothing is ranked, so no column sizes; nothing is stored twice.
CREATE VIRTUAL TABLE doc_fts USING fts5 (
	text, content = '', detail = full, columnsize = 0, tokenize = 'cjk1');
CREATE VIRTUAL TABLE doc_fts_row USING fts5vocab (doc_fts, instance);

-- Counters follow the rows, in the same transaction.
CREATE TRIGGER doc_count_insert AFTER INSERT ON doc
BEGIN
	INSERT INTO counter (name, value)
	VALUES ('box:' || NEW.kind || ':' || NEW.box, 1),
		('state:' || NEW.kind || ':' || NEW.own_track || ':' ||
			NEW.own_state, 1),
		('stage:' || NEW.box || ':' || NEW.own_stage, 1),
		('waits:' || NEW.kind, NEW.waits),
		('undelivered', (NEW.flags & 1))
	ON CONFLICT (name) DO UPDATE SET value = value + excluded.value;
END;
CREATE TRIGGER doc_count_delete AFTER DELETE ON doc
BEGIN
	INSERT INTO counter (name, value)
	VALUES ('box:' || OLD.kind || ':' || OLD.box, -1),
		('state:' || OLD.kind || ':' || OLD.own_track || ':' ||
			OLD.own_state, -1),
		('stage:' || OLD.box || ':' || OLD.own_stage, -1),
		('waits:' || OLD.kind, -OLD.waits),
		('undelivered', -(OLD.flags & 1))
	ON CONFLICT (name) DO UPDATE SET value = value + excluded.value;
END;
CREATE TRIGGER doc_count_update AFTER UPDATE ON doc
WHEN NEW.kind <> OLD.kind OR NEW.box <> OLD.box OR NEW.waits <> OLD.waits
	OR NEW.own_track <> OLD.own_track OR NEW.own_state <> OLD.own_state
	OR NEW.own_stage <> OLD.own_stage
	OR (NEW.flags & 1) <> (OLD.flags & 1)
BEGIN
	INSERT INTO counter (name, value)
	VALUES ('box:' || OLD.kind || ':' || OLD.box, -1),
		('state:' || OLD.kind || ':' || OLD.own_track || ':' ||
			OLD.own_state, -1),
		('stage:' || OLD.box || ':' || OLD.own_stage, -1),
		('waits:' || OLD.kind, -OLD.waits),
		('undelivered', -(OLD.flags & 1)),
		('box:' || NEW.kind || ':' || NEW.box, 1),
		('state:' || NEW.kind || ':' || NEW.own_track || ':' ||
			NEW.own_state, 1),
		('stage:' || NEW.box || ':' || NEW.own_stage, 1),
		('waits:' || NEW.kind, NEW.waits),
		('undelivered', (NEW.flags & 1))
	ON CONFLICT (name) DO UPDATE SET value = value + excluded.value;
END;

-- What an officer must be told beside documents, unless one closed it.
CREATE VIEW notice (key, what, peer, event, detail, at) AS
SELECT key, what, peer, event, detail, at FROM (
	SELECT 'quarantine:' || peer || ':' || epoch || ':' || lane || ':' ||
			seq AS key,
		'quarantine' AS what, peer, digest AS event, reason AS detail,
		at
	FROM quarantine
	UNION ALL
	SELECT 'fork:' || source || ':' || hex(digest_a) || ':' ||
			hex(digest_b),
		'fork', source, digest_b, epoch || ' ' || k, found
	FROM fork WHERE cleared_at IS NULL
	UNION ALL
	SELECT CASE WHEN v.verdict = 1 THEN 'early:'
			WHEN v.verdict = 2 THEN 'unfit:' ELSE 'back:' END ||
			hex(v.digest),
		CASE WHEN v.verdict = 1 THEN 'early'
			WHEN v.verdict = 2 THEN 'unfit' ELSE 'back' END,
		e.source, v.digest, v.subject, e.stored_at
	FROM verdict AS v JOIN event AS e ON e.digest = v.digest
	WHERE v.verdict > 0 OR v.stepped_back = 1) AS n
WHERE NOT EXISTS (SELECT 1 FROM notice_closed AS c WHERE c.key = n.key);

PRAGMA user_version = 1;
