"""Three desks exchange notices, signatures, revisions and attachments while
the six lines between them turn bad in ten ways at random. After each round the
lines heal: all that was accepted is then at every desk that is to hold it,
once, and every desk shows and verifies the same.

    net_faults.py             one short round
    net_faults.py --full [N]  N rounds (12), 3 minutes of faults and more than
                              300 of them; how soon all was even after each

TEST_SEED=N repeats the drawing (not the timing) of a run.
"""
# run: timeout=120
import json as js
import random
import statistics
import threading

from tap import *

sys.path.insert(0, str(TOP / "tests" / "fault"))
from netfaults import AT_ONCE, KINDS, Net  # noqa: E402

FULL = "--full" in sys.argv
ROUNDS = int((sys.argv[sys.argv.index("--full") + 1:] or ["12"])[0]) \
    if FULL else 1
SECONDS = 15 if FULL else 4
FAULT_EVERY = 0.5 if FULL else 0.2
EVEN_MAX = 60
SEED = int(os.environ.get("TEST_SEED", time.time_ns() % 1000000))
rnd = random.Random(SEED)


def stored(desk, digest):
    return desk.home / "blobs" / digest[:2] / digest


BEHIND = """
SELECT (SELECT count(*) FROM (SELECT peer, epoch, lane, max(seq) AS seq
	FROM frame_out GROUP BY peer, epoch, lane) AS f
	LEFT JOIN cursor AS c ON c.dir = 'out' AND c.peer = f.peer
		AND c.epoch = f.epoch AND c.lane = f.lane
	WHERE coalesce(c.seq, 0) < f.seq)
	+ (SELECT count(*) FROM want WHERE dir = 'mine')"""


def even(desks):
    """Nothing is owed to anybody, and no attachment is missing."""
    return all(d.rows(BEHIND)[0][0] == 0 for d in desks)


class World:
    def __init__(self):
        self.desks = [Desk(x, env={"XDG_STATE_HOME": str(tmp("state"))})
                      for x in ("310105", "330100", "320500")]
        pair(*self.desks)
        self.net = Net({d.id: d.port for d in self.desks}, SEED)
        for d in self.desks:
            for o in self.desks:
                if o is not d:
                    d.must("peer", "set", o.id, "--address",
                           f"127.0.0.1:{self.net.port(d.id, o.id)}")
        for d in self.desks:
            d.serve()
        self.acts, self.docs, self.files = [], [], 0
        self.refused = 0

    def others(self, d):
        return [x for x in self.desks if x is not d]

    # ---- what officers do meanwhile ----

    def act(self):
        d = rnd.choice(self.desks)
        what = rnd.random()
        own = [x for x, owner in self.docs if owner is d]
        if what < 0.4 or not self.docs:
            self.issue(d)
        elif what < 0.65:
            self.told(d, "move", rnd.choice(self.docs)[0], "sign")
        elif what < 0.8 and own:
            self.told(d, "revise", rnd.choice(own), "--set",
                      f"title=改{len(self.acts)}")
        else:
            self.told(d, "remark", rnd.choice(self.docs)[0],
                      f"说明{len(self.acts)}")

    def issue(self, d):
        to = rnd.sample(self.others(d), rnd.choice([1, 1, 2]))
        argv = ["new", "clue", "--to", ",".join(x.id for x in to), "--set",
                f"title=件{len(self.acts)}"]
        if rnd.random() < 0.4:
            path = tmp("file") / f"证据{self.files}.bin"
            path.write_bytes(rnd.randbytes(rnd.randint(1, 300_000)))
            self.files += 1
            argv += ["--attach", path]
        self.docs.append((d.must(*argv).strip().splitlines()[-1], d))
        self.acts.append(d.id)

    def told(self, d, *argv):
        """An act that a desk may refuse: not here yet, signed already."""
        p = d.run(*argv)
        if p.returncode == 0:
            self.acts.append(d.id)
        elif p.returncode == 1:
            self.refused += 1
        else:
            raise RuntimeError(f"{d.id} {argv}: {p.stderr}")

    # ---- what the lines do meanwhile ----

    def storm(self, end, seed):
        """Faults of every kind on every line, until `end`."""
        chance = random.Random(seed)
        bag = []
        while time.monotonic() < end:
            if not bag:
                bag = list(KINDS)
                chance.shuffle(bag)
            x, y = chance.sample([d.id for d in self.desks], 2)
            kind = bag.pop()
            self.net.fault(kind, x, y, 0 if kind in AT_ONCE
                           else chance.uniform(0.3, SECONDS / 2))
            time.sleep(chance.uniform(0.5, 1.5) * FAULT_EVERY)

    def round(self, n):
        end = time.monotonic() + SECONDS
        t = threading.Thread(target=self.storm, args=(end, SEED + n))
        t.start()
        while time.monotonic() < end:
            self.act()
            time.sleep(rnd.uniform(0, 0.3))
        t.join()
        self.net.heal()
        began = time.monotonic()
        try:
            wait_for(lambda: even(self.desks), EVEN_MAX + 1, "even", 0.1)
        except TimeoutError:
            pass
        return time.monotonic() - began


def compare(w):
    """Every accepted act once where it belongs; all show the same."""
    rows = {d.id: {r["id"]: r for r in d.json("list")} for d in w.desks}
    held, twice, own = {}, [], {}
    for d in w.desks:
        found = d.rows("SELECT hex(digest), source, id, k, subject, type,"
                         " raw FROM event WHERE type != 'card'")
        held[d.id] = {r[0]: r for r in found}
        if len({(r[1], r[2]) for r in found}) != len(found):
            twice.append(d.id)
        own[d.id] = sorted(r[3] for r in found if r[1] == d.id)
        bad = d.rows("SELECT (SELECT count(*) FROM fork) +"
                       " (SELECT count(*) FROM quarantine)")[0][0]
        equal(bad, 0, f"{d.id} holds nothing apart and sees no fork")
    equal(twice, [], "no event twice under one id")
    missing = []
    for d in w.desks:
        for digest, source, _, k, subject, type_, raw in \
                held[d.id].values():
            if source != d.id or type_ == "local":
                continue
            owner, doc = subject.split("/", 1)
            if owner == d.id:
                to = [p["desk"] for r in rows[d.id].values()
                      if r["id"].endswith(doc) for p in r["parties"]]
            else:
                to = [owner]
            missing += [(d.id, type_, k, x) for x in to
                        if digest not in held[x]]
    equal(missing, [], "every event is at the desks that are to hold it")
    for d in w.desks:
        acts = [r for r in held[d.id].values() if r[1] == d.id]
        equal(len(acts) >= w.acts.count(d.id), True,
              f"{d.id} holds each of its {w.acts.count(d.id)} acts")
    lost = [(doc, d.id) for doc, d in w.docs if doc not in rows[d.id]]
    equal(lost, [], f"{len(w.docs)} documents are where they were issued")
    other = []
    for d in w.desks:
        for r in rows[d.id].values():
            if r["owner"] != d.id:
                continue
            for p in r["parties"]:
                there = rows[p["desk"]].get(r["id"])
                if there is None or (there["title"], there["state"]) != (
                        r["title"], p["state"]):
                    other.append((r["id"], p, there))
    equal(other, [], "its owner and each party show one document")
    files = [d.id for d in w.desks for (raw,) in
             d.rows("SELECT raw FROM event WHERE type = 'issue'")
             for a in js.loads(raw)["data"].get("attachments", [])
             if not stored(d, a["digest"].split(":")[-1]).exists()]
    equal(files, [], f"{w.files} attachments are wherever they are named")


@test
def bad_lines():
    diag(f"TEST_SEED={SEED}")
    w = World()
    took = []
    for n in range(ROUNDS):
        took.append(w.round(n))
        if FULL:
            diag(f"round {n}: even after {took[-1]:.1f} s; "
                 f"{sum(w.net.counts.values())} faults, "
                 f"{len(w.acts)} acts")
    ok(even(w.desks) and max(took) <= EVEN_MAX * SLOW,
       f"even within {EVEN_MAX} s after the lines healed", f"{took}")
    if FULL:
        ok(statistics.median(took) <= 5, "and in 5 s mostly", f"{took}")
        ok(sum(w.net.counts.values()) >= 25 * ROUNDS, "faults enough")
    diag(f"{sum(w.net.counts.values())} faults {dict(w.net.counts)}; "
         f"{len(w.acts)} acts, {w.refused} refused; even after median "
         f"{statistics.median(took):.1f} s, worst {max(took):.1f} s")
    compare(w)
    for d in w.desks:
        equal(d.stop(), 0, f"{d.id} ends well")
        p = d.run("verify")
        equal(p.returncode, 0, f"{d.id} verifies: {p.stdout.strip()}")
    w.net.close()


main()
