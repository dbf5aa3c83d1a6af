#!/bin/sh
# Carry a desk's feed into PostgreSQL; start it again at any time, it goes on
# where the table ends. One table holds many desks.
#   feed-postgres.sh DESK-FOLDER OFFICER [--once]
# The database is what PGHOST, PGDATABASE, PGUSER and ~/.pgpass say.
set -eu
desk=$1 officer=$2 once=${3-}
: "${DELTADESK:=deltadesk}" "${BATCH:=500}"

psql -qX -v ON_ERROR_STOP=1 <<'SQL'
SET client_min_messages = warning;
CREATE TABLE IF NOT EXISTS deltadesk_event (
	feeddesk text NOT NULL,
	feedk bigint NOT NULL,
	source text NOT NULL,
	id uuid NOT NULL,
	type text NOT NULL,
	subject text NOT NULL,
	time timestamptz NOT NULL,
	event jsonb NOT NULL,
	PRIMARY KEY (feeddesk, feedk)
);
CREATE INDEX IF NOT EXISTS deltadesk_event_subject
	ON deltadesk_event (subject, time);
SQL

# the desk's own card is always the first
id=$("$DELTADESK" --desk "$desk" --officer "$officer" feed | head -n 1 |
	sed 's/.*"feeddesk":"\([^"]*\)".*/\1/')

# A line has no control characters: CSV whose quote and delimiter are two of
# them takes it as it is.
load() {
	psql -qX -v ON_ERROR_STOP=1 <<SQL
BEGIN;
CREATE TEMP TABLE line (event jsonb NOT NULL) ON COMMIT DROP;
\\copy line FROM '$1' WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')
INSERT INTO deltadesk_event (feeddesk, feedk, source, id, type, subject, time,
	event)
SELECT event->>'feeddesk', (event->>'feedk')::bigint, event->>'source',
	(event->>'id')::uuid, event->>'type', event->>'subject',
	(event->>'time')::timestamptz, event
FROM line ON CONFLICT (feeddesk, feedk) DO NOTHING;
COMMIT;
SQL
}

batch=$(mktemp)
trap 'rm -f "$batch"' EXIT INT TERM
while :; do
	after=$(psql -qAtX -c "SELECT coalesce(max(feedk), 0)
		FROM deltadesk_event WHERE feeddesk = '$id'")
	"$DELTADESK" --desk "$desk" --officer "$officer" feed --after "$after" |
		head -n "$BATCH" >"$batch"
	if [ -s "$batch" ]; then
		load "$batch"
	elif [ -n "$once" ]; then
		exit 0
	else
		sleep 2
	fi
done
