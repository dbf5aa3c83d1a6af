"""Sealed fields between real desks: not a byte of the value is at the party
before its hour; then it comes by itself, whoever was offline or restarted."""
import hashlib
import json as js
import sqlite3
from datetime import datetime, timedelta, timezone

from tap import *

KINDS = TOP / "tests" / "data" / "kinds"
SHANGHAI = timezone(timedelta(hours=8))
SECRET = "虬江路1188号三楼仓库"


def in_seconds(seconds):
    at = datetime.now(SHANGHAI) + timedelta(seconds=seconds)
    return at.isoformat(timespec="milliseconds")


def pair_with(kind):
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    for d in (a, b):
        d.must("kind", "add", str(KINDS / f"{kind}.json"))
    return a, b


def on_disk(desk, text):
    """Every file of the folder, byte by byte."""
    return [p.name for p in desk.home.rglob("*")
            if p.is_file() and text.encode() in p.read_bytes()]


def target(desk, doc):
    return desk.json("show", doc)[0]["fields"].get("target", "")


def wait_target(desk, doc, timeout):
    try:
        wait_for(lambda: target(desk, doc) == SECRET, timeout, "the value")
    except TimeoutError:
        pass
    return time.time()


def arrived(desk, doc):
    wait_for(lambda: any(r["id"] == doc for r in desk.json("list")), 20,
             "arrival")


@test
def the_hour_comes():
    a, b = pair_with("raid")
    a.serve()
    b.serve()
    at = time.time() + 5
    doc = a.new("raid", to=[b], title="检查", h_hour=in_seconds(5),
                target=SECRET)
    arrived(b, doc)
    equal(target(a, doc), SECRET, "the owner sees its own value")
    equal(target(b, doc), "", "the party does not")
    contains(b.must("show", doc), "封存", "it is told that it is sealed")
    equal(b.json("show", doc)[0]["sealed"][0]["here"], False, "--json too")
    for words in ("虬江路", "仓库", "sealed"):
        equal(b.json("search", words), [], f"search for {words} finds nothing")
    ok(on_disk(a, SECRET), "the owner's database has it")
    equal(on_disk(b, SECRET), [], "no file of the party's has it")
    ok(time.time() < at, "all of that before its hour")
    late = wait_target(b, doc, 15) - at
    equal(target(b, doc), SECRET, "the party has the value")
    ok(-0.1 < late < 1.0 + SLOW, "within a second of its hour",
       f"{late:.2f} s")
    ok(SECRET in b.must("show", doc), "show tells it")
    with sqlite3.connect(b.home / "desk.db") as db:
        lanes = [r[0] for r in db.execute(
            "SELECT lane FROM event WHERE type = 'reveal'")]
    equal(lanes, [0], "it came by the urgent lane, once")
    for d in (a, b):
        equal(d.run("verify").returncode, 0, f"{d.id} verifies")


@test
def offline_and_restarted():
    a, b = pair_with("raid")
    a.serve()
    b.serve()
    doc = a.new("raid", to=[b], title="检查", h_hour=in_seconds(4),
                target=SECRET)
    arrived(b, doc)
    b.stop()
    a.stop()
    time.sleep(4.2)
    equal(on_disk(b, SECRET), [], "offline: the party has nothing")
    a.serve()
    time.sleep(0.5)
    a.stop()
    a.serve()
    b.serve()
    wait_target(b, doc, 20)
    equal(target(b, doc), SECRET, "it comes when both are back")
    equal(a.run("verify").returncode, 0, "the owner verifies")


@test
def the_lead_opens_earlier():
    a, b = pair_with("raid")
    a.serve()
    b.serve()
    doc = a.new("raid", to=[b], title="检查", h_hour=in_seconds(3600),
                target=SECRET)
    arrived(b, doc)
    out = tmp("evidence") / "closed"
    a.must("evidence", doc, str(out))
    equal([p.name for p in out.iterdir() if "reveal" in p.name], [],
          "evidence leaves out what is sealed")
    a.must("move", doc, "disclose")
    wait_target(b, doc, 20)
    equal(target(b, doc), SECRET, "the party has the value")
    out = tmp("evidence") / "open"
    b.must("evidence", doc, str(out))
    seal = next(out.glob("seal-*"))
    issue = next(out.glob("event-*-issue.pae")).read_bytes()
    ok(hashlib.sha256(seal.read_bytes()).hexdigest().encode() in issue,
       "the digest of salt and value stands in the issue")
    equal(js.loads(seal.read_bytes()[32:]), SECRET, "the value is JSON text")
    p = subprocess.run(["sh", str(out / "verify.sh")], capture_output=True,
                       text=True)
    equal(p.returncode, 0, f"verify.sh agrees: {p.stdout.strip()}")
    seal.write_bytes(seal.read_bytes() + b" ")
    p = subprocess.run(["sh", str(out / "verify.sh")], capture_output=True,
                       text=True)
    ok(p.returncode != 0, "and not when the value was changed")


main()
