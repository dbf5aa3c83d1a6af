"""make bench at tiny sizes: every row is measured and printed. No figure is
judged here, only that the bench still measures what doc/performance.md says.
# run: alone
# run: timeout=400
"""
import json
import pathlib
import subprocess
import sys

from tap import DELTADESK, TOP, main, ok, test

# A beginning of the name of each row that must be there.
ROWS = """
one notice to its receipt, Ed25519
one notice to its receipt, SM2
single notices sustained, Ed25519
single notices sustained, SM2
one notice, 2 consoles watching
catch-up of 60, Ed25519
catch-up of 60, SM2
catch-up: urgent on the screen after the start
duty list of 40
a page of the list
a page back
counters
search, 1 character
search, 2 characters
search, 4 characters
correlation at arrival
open one of 8 events
first screen
3 live peers: memory of one
one notice to all 3
one from each of 3 at once
disk, an event with search
a year of
an attachment of
bytes of a move
bytes of a line
bytes of a page
a burst of 12 arrivals
fold of parsed events
print, pdf
""".strip().splitlines()


@test
def every_row_is_measured():
    build = pathlib.Path(DELTADESK).parent
    p = subprocess.run([sys.executable, str(TOP / "tests/bench/run"), "--tiny",
                        "--json", "--build", str(build)], capture_output=True,
                       text=True, timeout=380)
    if not ok(p.returncode == 0, "the bench ends well", p.stderr):
        return
    rows = json.loads(p.stdout)
    for start in ROWS:
        ok(any(r["name"].startswith(start) and r["desk"] for r in rows),
           f"a row: {start}", [r["name"] for r in rows])
    ok(all(v >= 0 for r in rows for v in r["desk"]), "no figure below zero",
       [r for r in rows if min(r["desk"]) < 0])
    bad = [r["name"] for r in rows if r["goal"] and r["met"] is None
           and r["beside"] != "not installed"]
    ok(not bad, "each goal is met or missed", bad)


main()
