# db/embed.awk - SQL files as rows of an X-list for src/store.
#
# schema/NNNN-*.sql gives SQL_MIGRATION(NNNN, text); in query/*.sql each
# "-- name: outbox_next" begins SQL_QUERY(OUTBOX_NEXT, text). Comment lines
# and empty lines are left out. POSIX awk.

function quote(s)
{
	gsub(/\\/, "&&", s)
	gsub(/"/, "\\\\&", s)
	gsub(/\?/, "\\\\&", s)
	return "\"" s "\\n\""
}

function flush()
{
	if (head != "") {
		if (text == "") {
			print "db/embed.awk: empty: " head > "/dev/stderr"
			bad = 1
			exit 1
		}
		print head ",\n" text ")"
	}
	head = text = ""
}

FNR == 1 {
	flush()
	base = FILENAME
	sub(/.*\//, "", base)
	if (FILENAME ~ /schema\//)
		head = "SQL_MIGRATION(" (substr(base, 1, 4) + 0)
}

/^-- name: / {
	flush()
	if ($3 !~ /^[a-z][a-z0-9_]*$/ || ($3 in seen)) {
		print FILENAME ":" FNR ": bad or repeated name " $3 \
			> "/dev/stderr"
		bad = 1
		exit 1
	}
	seen[$3] = 1
	head = "SQL_QUERY(" toupper($3)
	next
}

/^[ \t]*--/ || /^[ \t]*$/ { next }

head == "" {
	print FILENAME ":" FNR ": text before the first -- name:" \
		> "/dev/stderr"
	bad = 1
	exit 1
}

{ text = text "\t" quote($0) "\n" }

END {
	if (bad)
		exit 1
	flush()
}
