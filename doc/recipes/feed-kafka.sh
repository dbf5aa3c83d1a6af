#!/bin/sh
# Carry a desk's feed into Kafka (kcat), keyed by document so that one
# document's events stay in order in one partition. Delivery is at least once:
# readers tell repeats by feeddesk and feedk.
#   feed-kafka.sh DESK-FOLDER OFFICER CURSOR-FILE BROKER TOPIC
set -eu
desk=$1 officer=$2 cursor=$3 broker=$4 topic=$5
: "${DELTADESK:=deltadesk}"

while :; do
	after=$(cat "$cursor" 2>/dev/null || echo 0)
	"$DELTADESK" --desk "$desk" --officer "$officer" feed --after "$after" |
		head -n 500 >"$cursor.batch"
	if [ ! -s "$cursor.batch" ]; then
		sleep 2
		continue
	fi
	# key TAB line; kcat ends with an error when one was not acknowledged
	jq -r '[.subject, tojson] | join("\t")' "$cursor.batch" |
		kcat -P -b "$broker" -t "$topic" -K '	' -X acks=all \
			-X enable.idempotence=true
	tail -n 1 "$cursor.batch" | jq -r .feedk >"$cursor.new"
	mv "$cursor.new" "$cursor"
done
