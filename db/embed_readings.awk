# db/embed_readings.awk - readings.txt turned round: a row READING("安", "an")
# for each character and syllable, to be sorted by bytes (characters first).
# POSIX awk, LC_ALL=C: a character's length is told by its first byte.

BEGIN {
	for (i = 192; i < 248; i++)
		len[sprintf("%c", i)] = i < 224 ? 2 : i < 240 ? 3 : 4
}

{
	rest = $2
	while (rest != "") {
		n = len[substr(rest, 1, 1)]
		if (n == 0)
			exit 1
		print "READING(\"" substr(rest, 1, n) "\", \"" $1 "\")"
		rest = substr(rest, n + 1)
	}
}
