-- Lists of what is rare among many: one kind in one state, what one officer
-- was given.

CREATE INDEX doc_state ON doc (kind, own_state, id);
CREATE INDEX doc_assignee ON doc (assignee, id) WHERE assignee IS NOT NULL;

PRAGMA user_version = 15;
