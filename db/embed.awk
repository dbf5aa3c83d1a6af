# db/embed.awk - SQL files as rows of an X-list for src/store.
#
# schema/NNNN-*.sql gives SQL_MIGRATION(NNNN, text), which ends by setting
# user_version to its own number; in query/*.sql each
# "-- name: outbox_next" begins SQL_QUERY(OUTBOX_NEXT, text). What follows
# "-- part: list_fits" stands wherever a later "-- use: list_fits" asks for it.
# Comment lines and empty lines are left out. POSIX awk.

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
		if (head ~ /^SQL_MIGRATION/)
			text = text "\t" quote("PRAGMA user_version = " \
				number ";") "\n"
		print head ",\n" text ")"
	}
	head = text = part = ""
}

function fail(why)
{
	print FILENAME ":" FNR ": " why > "/dev/stderr"
	bad = 1
	exit 1
}

FNR == 1 {
	flush()
	base = FILENAME
	sub(/.*\//, "", base)
	if (FILENAME ~ /schema\//) {
		number = substr(base, 1, 4) + 0
		if (number != last + 1)
			fail("follows migration " last)
		last = number
		head = "SQL_MIGRATION(" number
	}
}

/^-- name: / {
	flush()
	if ($3 !~ /^[a-z][a-z0-9_]*$/ || ($3 in seen))
		fail("bad or repeated name " $3)
	seen[$3] = 1
	head = "SQL_QUERY(" toupper($3)
	next
}

/^-- part: / {
	flush()
	part = $3
	if (part !~ /^[a-z][a-z0-9_]*$/ || (part in parts))
		fail("bad or repeated part " part)
	parts[part] = ""
	next
}

/^-- use: / {
	if (head == "" || !($3 in parts))
		fail("no part " $3 " to use here")
	text = text parts[$3]
	next
}

/^[ \t]*--/ || /^[ \t]*$/ { next }

part != "" {
	parts[part] = parts[part] "\t" quote($0) "\n"
	next
}

head == "" { fail("text before the first -- name:") }

{ text = text "\t" quote($0) "\n" }

END {
	if (bad)
		exit 1
	flush()
}
