-- Tables that grow, asked by what had no index: which attachments one event
-- names (asked whenever its document changes), a shift's lines by time.

CREATE INDEX event_blob_event ON event_blob (event);
CREATE INDEX shift_line_at ON shift_line (at, n);

PRAGMA user_version = 13;
