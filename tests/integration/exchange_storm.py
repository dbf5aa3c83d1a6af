"""Three desks, one of which cannot be dialled, in a storm of acts, kills and
cuts drawn from a printed seed: when it is over every desk holds the same, each
event once, and verifies."""
import random
import sqlite3

from cutproxy import CutProxy
from tap import *

SECONDS = 12
SEED = int(os.environ.get("TEST_SEED", time.time_ns() % 1000000))
rnd = random.Random(SEED)


def start(d):
    d.server = Proc(DELTADESK, "--desk", d.home, "serve", env=d.env)
    d.server.wait_line(r"listening on|not to be dialled", 20)


def events(d):
    """Digest -> type of what this desk holds, but cards and local notes."""
    db = sqlite3.connect(f"file:{d.home}/desk.db?mode=ro", uri=True)
    rows = db.execute("SELECT hex(digest), type, source FROM event WHERE "
                      "type NOT IN ('card', 'local')").fetchall()
    db.close()
    return {digest: (source, type_) for digest, type_, source in rows}


def behind(d):
    return sum(r["queued"] for r in d.json("peer", "list"))


@test
def a_storm():
    diag(f"TEST_SEED={SEED}")
    a, b = Desk("310105"), Desk("330100")
    c = Desk("320500", listen=False)
    desks = [a, b, c]
    pair(*desks)
    proxies = []
    for d, other in ((a, b), (b, a), (c, a), (c, b)):
        p = CutProxy(other.port)
        d.must("peer", "set", other.id, "--address", f"127.0.0.1:{p.port}")
        proxies.append(p)
    for d in desks:
        start(d)
    docs, issued = [], 0
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        d = rnd.choice(desks)
        what = rnd.random()
        if what < 0.55 or not docs:
            to = rnd.sample([x for x in desks if x is not d],
                            rnd.choice([1, 1, 2]))
            docs.append(d.new(to=to, title=f"n{issued}"))
            issued += 1
        elif what < 0.8:
            d.run("move", rnd.choice(docs), "sign")  # refused where not ours
        elif what < 0.9:
            d.run("remark", rnd.choice(docs), "说明")
        elif what < 0.95:
            rnd.choice(proxies).cut()
        else:
            d.server.kill()
            start(d)
    diag(f"{issued} notices")
    try:
        wait_for(lambda: all(behind(d) == 0 for d in desks), 60, "rest")
    except TimeoutError:
        pass
    for d in desks:
        equal(behind(d), 0, f"{d.id} has every receipt")
    time.sleep(0.5)
    db = {d.id: events(d) for d in desks}
    rows = {d.id: {r["id"]: r for r in d.json("list")} for d in desks}
    for d in desks:
        equal(len(d.json("list")), len(rows[d.id]),
              f"{d.id} lists each notice once")
    missing, other = [], []
    for d in desks:
        for r in d.json("list", "--box", "out"):
            for p in r["parties"]:
                there = rows[p["desk"]].get(r["id"])
                if there is None:
                    missing.append((r["title"], p["desk"]))
                elif (there["title"], there["state"]) != (r["title"],
                                                          p["state"]):
                    other.append((r["title"], p, there["state"]))
    equal(missing, [], "each notice is at every desk it was sent to")
    equal(other, [], "its owner shows each party as that shows itself")
    both = set(db[a.id]) & set(db[b.id]) & set(db[c.id])
    ok(both, "some events are at all three")
    for d in desks:
        d.stop()
    for d in desks:
        p = d.run("verify")
        equal(p.returncode, 0, f"{d.id} verifies: {p.stdout.strip()}")
    for p in proxies:
        p.close()


main()
