#!/usr/bin/env python3
"""Makes readings.txt: usage: bzcat Unihan_Readings.txt.bz2 | make_readings.py

A line a syllable, as it is typed (v for u with dots), then the characters that
are read so, the commonest first: those of the table of general standard
characters (kTGHZ2013) with all their readings, ordered by how often
kHanyuPinlu counted the reading.
"""
import re
import sys
import unicodedata

DOTS = "\u0308"


def plain(reading):
    out = ""
    for c in unicodedata.normalize("NFD", reading):
        if c == DOTS:
            out = out[:-1] + "v"
        elif not unicodedata.combining(c):
            out += c
    return out if re.fullmatch("[a-z]*[aeiouv][a-z]*", out) else None


def main():
    known, often, main_reading = {}, {}, {}
    for line in sys.stdin:
        part = line.rstrip("\n").split("\t")
        if len(part) != 3:
            continue
        char = chr(int(part[0][2:], 16))
        if part[1] == "kTGHZ2013":
            for r in re.findall(r":([^ ]+)", part[2]):
                known.setdefault(char, []).extend(map(plain, r.split(",")))
        elif part[1] == "kHanyuPinlu":
            for r, n in re.findall(r"([^ (]+)\((\d+)\)", part[2]):
                key = char, plain(r)
                often[key] = often.get(key, 0) + int(n)
        elif part[1] == "kMandarin":
            main_reading[char] = plain(part[2].split()[0])
    lines = {}
    for char, readings in known.items():
        for r in set(readings) - {None}:
            lines.setdefault(r, []).append(char)
    for syllable in sorted(lines):
        chars = sorted(lines[syllable], key=lambda c: (
            -often.get((c, syllable), 0),
            main_reading.get(c) != syllable, ord(c)))
        print(syllable, "".join(chars))


main()
