"""The shared register (DOMAIN 10): laboratories, experts, units that destroy,
contacts: published to every peer, the latest revision wins.
"""
# run: timeout=400
from tap import *

NOW = "2026-09-21T09:00:00+08:00"


def desks(*ids):
    made = [Desk(i, env={"DELTADESK_TEST_NOW": NOW}) for i in ids]
    for d in made:
        d.serve()
    return made


def enter(desk, title, sort="检验检测机构", **fields):
    args = ["new", "resource", "--set", f"title={title}", "--set",
            f"type={sort}"]
    for k, v in fields.items():
        args += ["--set", f"{k}={v}"]
    return desk.must(*args).splitlines()[-1]


def held(desk, doc):
    return [r for r in desk.json("list", "resource") if r["id"] == doc]


def field(desk, doc, name):
    return desk.json("show", doc)[0]["fields"].get(name)


def verified(*all_):
    for d in all_:
        d.stop()
        p = d.run("verify", "--rebuild")
        equal(p.returncode, 0, f"{d.id} verifies: {p.stdout.strip()}")


@test
def published_to_all():
    a, b, c = desks("310105", "330100", "320500")
    pair(a, b)
    lab = enter(a, "虚构质检中心", ability="纺织品", valid_until="2027-12-31")
    wait_for(lambda: held(b, lab), 20, "at the peer")
    ok(True, "an entry reaches a peer that nobody named")
    equal(held(c, lab), [], "and nobody else")
    b.stop()
    a.must("revise", lab, "--set", "ability=纺织品、皮革")
    a.must("revise", lab, "--set", "ability=皮革")
    b.serve()
    wait_for(lambda: field(b, lab, "ability") == "皮革", 20, "revision")
    ok(True, "the latest revision wins at a peer that was offline")
    pair(a, c)
    wait_for(lambda: held(c, lab) and field(c, lab, "ability") == "皮革", 20,
             "at the later peer")
    ok(True, "a peer trusted later gets it, as it stands now")
    p = b.run("--lang", "en", "revise", lab, "--set", "ability=x")
    equal(p.returncode, 1, "only its publisher revises it")
    a.must("move", lab, "retire", "--set", "reason=停业")
    for d in (b, c):
        wait_for(lambda: d.json("show", lab)[0]["fields"] and any(
            "停业" in (t["text"] or "") for t in
            d.json("show", lab)[0]["timeline"]), 20, "retired")
    ok(True, "each is told that it was retired")
    verified(a, b, c)


@test
def one_entry_each():
    a, b = desks("310105", "330100")
    pair(a, b)
    lab = enter(a, "虚构质检中心", credit_code="91320500YYYY0040X4")
    enter(a, "虚构质检中心", sort="专家")
    p = a.run("--lang", "en", "new", "resource", "--set",
              "title=虚构质检 中心", "--set", "type=检验检测机构")
    equal(p.returncode, 1, "the same name and sort is no second entry")
    contains(p.stderr, lab, "it names the entry to revise")
    p = a.run("--lang", "en", "new", "resource", "--set", "title=新名称",
              "--set", "type=检验检测机构", "--set",
              "credit_code=91320500yyyy0040x4", "--set", "mode=actual")
    equal(p.returncode, 1, "nor the same credit code under another name")
    wait_for(lambda: held(b, lab), 20, "at the peer")
    own = enter(b, "虚构质检中心")
    ok(own, "another desk may keep its own entry")
    a.must("move", lab, "retire", "--set", "reason=x")
    again = enter(a, "虚构质检中心", credit_code="91320500YYYY0040X4")
    ok(again != lab, "after it was retired it may be entered anew")
    a.must("revise", again, "--set", "ability=纺织品")
    ok(True, "a revision is no second entry")
    verified(a, b)


@test
def out_of_date():
    a, = desks("310105")
    lab = enter(a, "虚构质检中心", valid_until="2026-10-15")
    shown = a.json("show", lab)[0]["clocks"]
    equal([(c["name"], c["due_at"][:10]) for c in shown],
          [("validity", "2026-10-15")], "it says until when it is valid")
    a.stop()
    a.env["DELTADESK_TEST_NOW"] = "2026-10-16T00:01:00+08:00"
    a.serve()
    wait_for(lambda: [r for r in a.json("list", "--waits")
                      if r["id"] == lab], 20, "a duty row")
    ok(True, "when it is out of date its publisher is told")
    a.must("revise", lab, "--set", "valid_until=2027-10-15")
    equal([r for r in a.json("list", "--waits") if r["id"] == lab], [],
          "a revision mends it")
    verified(a)


main()
