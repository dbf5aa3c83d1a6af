"""Dates of clocks between two desks: what the starting desk computed travels
in its event, and a desk with another holiday table says so."""
from tap import *

HOLIDAYS = (TOP / "db/reference/holidays.csv").read_text(encoding="utf-8")
# a Sunday: 15 working days end on 8 January 2027, if New Year's Day counts
NOW = {"DELTADESK_TEST_NOW": "2026-12-20T10:00:00+08:00"}
a, b = Desk("310105", env=NOW), Desk("330100", env=NOW)
pair(a, b)


def clocks(desk, doc):
    return {c["name"]: c for c in desk.json("show", doc)[0]["clocks"]
            if c["desk"] == "330100"}


def signed(title):
    doc = a.new(to=[b], title=title)
    wait_for(lambda: [r for r in b.json("list") if r["id"] == doc],
             what="arrival")
    b.must("sign", doc)
    wait_for(lambda: [p for p in a.json("show", doc)[0]["parties"]
                      if p["signed_at"]], what="signed")
    return doc


@test
def dates_travel():
    a.serve(), b.serve()
    doc = signed("同一年历")
    e = [e for e in a.json("events", doc) if e["source"] == "330100"][0]
    stated = {c["clock"]: c for c in e["data"]["clocks"]}
    ok({"sign", "verify", "feedback"} <= set(stated),
       "the party says what it starts", stated)
    ok(e["data"]["calendar"].startswith("2019-2026 "), "and by which table",
       e["data"].get("calendar"))
    equal(stated["verify"]["strict"], "2027-01-08T23:59:59+08:00",
          "as it counts")
    here = clocks(a, doc)
    equal(here["verify"]["strict_due_at"], stated["verify"]["strict"],
          "the owner counts alike")
    ok(not any(c["differs"] for c in here.values()), "nothing differs", here)
    ok(here["verify"]["assumed"], "a year that is not published is said")
    out = a.must("show", doc, "--lang", "zh")
    contains(out, "年历未公布", "in words too")


@test
def another_table_is_flagged():
    path = tmp("ref") / "holidays.csv"
    path.write_text(HOLIDAYS + "2027-01-01,holiday,元旦\n"
                    "2027-12-31,holiday,试\n", encoding="utf-8")
    b.must("reference", "import", "holidays", path)
    doc = signed("两种年历")
    here, there = clocks(a, doc), clocks(b, doc)
    equal(there["verify"]["strict_due_at"], "2027-01-11T23:59:59+08:00",
          "the party has the new table")
    ok(not there["verify"]["assumed"] and not there["verify"]["differs"],
       "for which nothing is assumed")
    equal(here["verify"]["strict_due_at"], "2027-01-08T23:59:59+08:00",
          "the owner has not")
    ok(here["verify"]["differs"], "the difference is flagged", here["verify"])
    equal(here["verify"]["stated_due_at"], "2027-01-11T23:59:59+08:00",
          "with the other's date")
    ok(not here["sign"]["differs"], "hours differ nowhere")
    contains(a.must("show", doc, "--lang", "en"),
             "(330100 counts until 2027-01-11 23:59)", "and in words")
    a.must("reference", "import", "holidays", path)
    here = clocks(a, doc)
    ok(not here["verify"]["differs"], "with the same table it is gone", here)
    equal(here["verify"]["strict_due_at"], "2027-01-11T23:59:59+08:00",
          "one date")
    for d in (a, b):
        d.stop()
        equal(d.run("verify", "--rebuild").returncode, 0, "it verifies")


main()
