#!/bin/sh
# Checks every other file of this folder with stock openssl (3.0 or newer)
# alone: digests, signatures, and that each key stands in its desk's card.
# Exit status 0 only when all is as it was written.
# 用标准 openssl 核验本文件夹内其余所有文件；全部一致时退出码为 0。

cd "$(dirname "$0")" || exit 2
command -v openssl >/dev/null || { echo "openssl is missing"; exit 2; }
failed=0
bad() {
	echo "FAILED: $*"
	failed=$((failed + 1))
}

# good FILE: nothing but the named bytes (HASH), and no link
check_file() {
	if [ ! -f "$2" ] || [ -L "$2" ]; then
		bad "$2 is missing"
		return
	fi
	got=$(openssl dgst -sha256 -r "$2") || got=
	[ "${got%% *}" = "$1" ] || bad "$2 was changed"
}

# ALG KEY PAE SIG
check_signature() {
	case $1 in
	sm2-sm3)
		openssl dgst -sm3 -verify "$2" \
			-sigopt distid:1234567812345678 \
			-signature "$4" "$3" >/dev/null 2>&1
		;;
	ed25519)
		openssl pkeyutl -verify -rawin -pubin -inkey "$2" \
			-in "$3" -sigfile "$4" >/dev/null 2>&1
		;;
	*) false ;;
	esac || bad "$3: signature $4 does not verify with $2"
}

# FILE: a salt and a value; an issue or a revise holds its digest
check_seal() {
	got=$(openssl dgst -sha256 -r "$1") || got=
	cat event-*-issue.pae event-*-revise.pae 2>/dev/null |
		grep -q -F "\"sealed\":\"${got%% *}\"" ||
		bad "$1 opens no seal"
}

# A B: two different statements of one desk
check_differ() {
	! cmp -s "$1" "$2" || bad "$1 and $2 are one event"
}

# A B TEXT...: in both of them, whatever blanks stand between
check_both() {
	a=$1
	b=$2
	shift 2
	for text; do
		for f in "$a" "$b"; do
			tr -d ' \t\r\n' <"$f" | grep -q "$text" ||
				bad "$f does not say $text"
		done
	done
}

# KEY CARD-PAE
check_key_in_card() {
	spki=$(openssl pkey -pubin -in "$1" -outform DER 2>/dev/null |
		openssl base64 -A) || spki=
	[ -n "$spki" ] && grep -q -F "\"$spki\"" "$2" ||
		bad "$1 does not stand in the card $2"
}

