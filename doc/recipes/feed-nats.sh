#!/bin/sh
# Carry a desk's feed into NATS JetStream (nats CLI). JetStream drops what it
# had already by the header Nats-Msg-Id, so that a repeated line does no harm.
#   nats stream add DELTADESK --subjects 'deltadesk.>' --storage file \
#       --dupe-window 1h --defaults
#   feed-nats.sh DESK-FOLDER OFFICER CURSOR-FILE
set -eu
desk=$1 officer=$2 cursor=$3
: "${DELTADESK:=deltadesk}"

after=$(cat "$cursor" 2>/dev/null || echo 0)
"$DELTADESK" --desk "$desk" --officer "$officer" feed --after "$after" \
	--follow | while IFS= read -r line; do
	key=$(printf '%s' "$line" | jq -r '.feeddesk + "-" + (.feedk|tostring)')
	printf '%s' "$line" | nats pub "deltadesk.${key%-*}" \
		-H "Nats-Msg-Id:$key" --force-stdin >/dev/null
	echo "${key##*-}" >"$cursor.new" # only what was taken
	mv "$cursor.new" "$cursor"
done
