"""A kind is one JSON file: added to running desks, a whole document of it goes
between them; a document keeps the version of its day."""
import json as js
import sqlite3
from datetime import date, timedelta

from tap import *

FILE = TOP / "tests" / "data" / "kinds" / "market_check.json"


def arrived(desk, doc):
    wait_for(lambda: any(r["id"] == doc for r in desk.json("list")), 20,
             "arrival")


def state(desk, doc):
    return desk.json("show", doc)[0]["state"]


def write(name, **changes):
    kind = js.loads(FILE.read_text(encoding="utf-8"))
    kind.update(changes)
    path = tmp("kind") / name
    path.write_text(js.dumps(kind, ensure_ascii=False), encoding="utf-8")
    return path


def new(desk, to, title, *more):
    return desk.must("new", "market_check", "--to", to.id, "--set",
                     f"title={title}", "--set", "meets_at=2026-12-01 20:30",
                     *more).strip().splitlines()[-1]


@test
def a_whole_document():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    b.serve()
    p = a.run("new", "market_check", "--to", b.id, "--set", "title=t")
    equal(p.returncode, 1, "before it is there it is refused")
    for d in (a, b):  # while they serve
        contains(d.must("kind", "add", str(FILE)), "market_check", "added")
    names = {r["kind"] for r in a.json("kind", "list")}
    ok("market_check" in names and len(names) > 10, "the list has one more",
       names)
    doc = new(a, b, "城东联查", "--set", "market=城东市场",
              "--set", "shops.0.name=甲店")
    arrived(b, doc)
    row = [r for r in b.json("list", "market_check") if r["id"] == doc][0]
    equal((row["state"], row["kind"], row["title"]),
          ("stored", "market_check", "城东联查"), "the receiver lists it")
    ok(row["number"], "it has a number of its own series")
    contains(b.must("list", "market_check"), "城东联查", "list in words")
    shown = b.must("show", doc)
    contains(shown, "城东市场", "show tells its fields")
    equal([r["id"] for r in b.json("search", "甲店")], [doc],
          "search finds it by what the kind names")
    moves = {m["name"] for m in b.json("show", doc)[0]["moves"]}
    ok({"join", "decline"} <= moves, "its moves are offered", moves)
    b.must("move", doc, "decline", "--set", "reason=人手不足")
    wait_for(lambda: [p for p in a.json("show", doc)[0]["parties"]
                      if p["state"] == "declined"], 20, "the answer")
    ok(True, "the sender sees the answer")
    a.must("withdraw", doc, "--note", "改期")
    wait_for(lambda: b.json("show", doc)[0].get("withdrawn"), 20, "withdrawal")
    b.must("ack-withdraw", doc)
    wait_for(lambda: not a.json("show", doc)[0].get("waits"), 20, "the end")
    for d in (a, b):
        equal(d.run("verify").returncode, 0, f"{d.id} verifies")
        equal(d.run("verify", "--rebuild").returncode, 0,
              f"{d.id} is made anew from its events")


@test
def it_comes_later_than_its_documents():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    b.serve()
    a.must("kind", "add", str(FILE))
    doc = new(a, b, "早到的联查")
    arrived(b, doc)
    shown = b.json("show", doc)[0]
    equal(shown["title"], "早到的联查", "without its kind it is shown plainly")
    p = b.run("move", doc, "decline", "--set", "reason=x")
    equal(p.returncode, 1, "and nothing can be done with it yet")
    b.must("kind", "add", str(FILE))
    equal(state(b, doc), "stored", "it is read anew when the kind comes")
    b.must("move", doc, "decline", "--set", "reason=人手不足")
    wait_for(lambda: [p for p in a.json("show", doc)[0]["parties"]
                      if p["state"] == "declined"], 20, "the answer")
    ok(True, "and handled")


@test
def a_document_keeps_its_version():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    today = date.today()
    one = write("one.json")
    kind = js.loads(FILE.read_text(encoding="utf-8"))
    fields = kind["fields"] + [
        {"name": "added", "type": "text",
         "title": {"zh": "新增项", "en": "added"}}]
    two = write("two.json", version=2, fields=fields,
                effective=str(today - timedelta(days=1)))
    three = write("three.json", version=3, fields=fields,
                  effective=str(today + timedelta(days=30)))
    for d in (a, b):
        d.must("kind", "add", str(one))
    old = new(a, b, "旧版")
    p = a.run("new", "market_check", "--to", b.id, "--set", "title=t",
              "--set", "meets_at=2026-12-01 20:30", "--set", "added=x")
    equal(p.returncode, 1, "version 1 knows no such field")
    for d in (a, b):
        d.must("kind", "add", str(two))
        d.must("kind", "add", str(three))
    current = {r["version"]: r["current"] for r in a.json("kind", "list")
               if r["kind"] == "market_check"}
    equal(current, {1: False, 2: True, 3: False},
          "the version of today is in force, not that of next month")
    fresh = new(a, b, "新版", "--set", "added=x")
    a.serve()
    b.serve()
    for doc, version in ((old, 1), (fresh, 2)):
        arrived(b, doc)
        with sqlite3.connect(b.home / "desk.db") as db:
            got = db.execute("SELECT version FROM doc WHERE uuid = ?",
                             (doc,)).fetchone()[0]
        equal(got, version, f"it is of version {version}")
    p = a.run("revise", old, "--set", "added=x")
    equal(p.returncode, 1, "a correction follows the old rules")
    a.must("revise", fresh, "--set", "added=y")
    p = a.run("kind", "add", str(two))
    equal(p.returncode, 1, "a version is installed once")
    other = write("other.json", version=2, title={"zh": "另一", "en": "other"})
    p = a.run("kind", "add", str(other))
    equal(p.returncode, 1, "and never replaced by other content")
    contains(p.stderr, "2", p.stderr.strip())


@test
def who_may_and_what_is_refused():
    a = Desk("310105")
    a.must("officer", "add", "li", "李敏", "--roles", "duty")
    p = a.run("--officer", "li", "kind", "add", str(FILE))
    equal(p.returncode, 1, "not an officer on duty")
    broken = write("broken.json", tracks={})
    p = a.run("kind", "add", str(broken))
    equal(p.returncode, 1, "nothing that does not check out")
    contains(p.stderr, "broken.json", p.stderr.strip())
    equal([r for r in a.json("kind", "list")
           if r["kind"] == "market_check"], [], "nothing stayed behind")


main()
