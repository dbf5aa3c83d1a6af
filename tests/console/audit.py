#!/usr/bin/env python3
"""The console of who audits."""
from screen import Screen
from tap import *


@test
def reading_the_trail_leaves_no_refusal_in_it():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.new(to=[b], title="t")
    a.must("officer", "add", "shen", "审", "--roles", "auditor")
    s = Screen(DELTADESK, "--desk", a.home, "--officer", "shen")
    s.wait("[9 审计]")
    s.wait("issue")
    ok(True, "it begins with the trail")
    a.must("officer", "add", "li", "李", "--roles", "duty")
    s.wait("officer add")
    s.keys("q")
    rows = a.json("--officer", "shen", "audit")
    equal([r["act"] for r in rows if "refused" in r["act"]], [],
          "and no name in it is an attempt to read a document")


main()
