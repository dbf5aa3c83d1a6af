#!/usr/bin/env python3
"""Writes src/base/width_tables.c from the Unicode data Python carries.

Run by hand when the edition changes; its output is in the tree, so that a
build needs no Python. Two tables of closed ranges, each sorted:
zero_ranges: Mn, Me, Cf and joining jamo (drawn on the cell before);
wide_ranges: East Asian Wide and Fullwidth, with the unassigned rest of the
CJK planes 2 and 3, which Unicode declares wide beforehand.
"""
import sys
import unicodedata as u


def ranges(test):
    out, start = [], None
    for cp in range(0x110000):
        hit = test(cp)
        if hit and start is None:
            start = cp
        elif not hit and start is not None:
            out.append((start, cp - 1))
            start = None
    if start is not None:
        out.append((start, 0x10FFFF))
    return out


def zero(cp):
    if 0x1161 <= cp <= 0x11FF or 0xD7B0 <= cp <= 0xD7FB:
        return True  # medial and final jamo join the one before
    return cp > 0x9F and u.category(chr(cp)) in ("Mn", "Me", "Cf")


def wide(cp):
    if 0x20000 <= cp <= 0x2FFFD or 0x30000 <= cp <= 0x3FFFD:
        return True
    if zero(cp) or u.category(chr(cp)) in ("Cn", "Cs"):
        return False
    return u.east_asian_width(chr(cp)) in "WF"


def table(name, rows):
    print("\nconst struct cp_range %s[] = {" % name)
    line = "\t"
    for a, b in rows:
        cell = "{ 0x%X, 0x%X }, " % (a, b)
        if len(line.expandtabs(8)) + len(cell) > 80:
            print(line.rstrip())
            line = "\t"
        line += cell
    print(line.rstrip() + "\n};")
    print("const size_t n_%s = sizeof(%s) / sizeof(%s[0]);"
          % (name, name, name))


print("/* Made by tests/lint/width_tables.py from Unicode %s; do not edit. */"
      % u.unidata_version)
print('#include "width_int.h"')
table("zero_ranges", ranges(zero))
table("wide_ranges", ranges(wide))
sys.exit(0)
