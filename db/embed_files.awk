# db/embed_files.awk - files as rows ASSET("kinds/clue.json", text) for
# src/base/asset.c. The name is the path from db/, or from the top for others
# (keymaps/default.keys). The files are text with LF at each line's end; an
# empty literal at the head keeps an empty file valid. POSIX awk, LC_ALL=C.

function quote(s)
{
	gsub(/\\/, "&&", s)
	gsub(/"/, "\\\\&", s)
	gsub(/\?/, "\\\\&", s)
	gsub(/\t/, "\\t", s)
	gsub(/\r/, "\\r", s)
	return "\"" s "\\n\""
}

FNR == 1 {
	n = split(FILENAME, part, "/")
	if (open)
		print ")"
	print "ASSET(\"" part[n - 1] "/" part[n] "\",\n\t\"\""
	open = 1
}

{ print "\t" quote($0) }

END {
	if (open)
		print ")"
}
