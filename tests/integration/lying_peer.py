"""A peer with a valid card that lies in every way that it can (THREATS P1 to
P8, P12, P13, goal G10): nothing of it takes effect, each lie is kept apart or
refused with its reason, and another peer's notices arrive meanwhile.

`--full` (make check-peer) tells at least 5,000 lies; `--seed N` the same again.
The peer is tests/fault/lying_peer.py, which knows doc/protocol.md alone.
"""
# run: timeout=300
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(HERE / "support"), str(HERE / "fault")]

import debian

debian.need("h2", "cryptography")

import random
import sqlite3
import ssl

import lies
from lies import LIE
from lying_peer import *
from tap import *

FULL = "--full" in sys.argv
SEED = (int(sys.argv[sys.argv.index("--seed") + 1])
        if "--seed" in sys.argv else int(time.time()))
GOAL = 5000 if FULL else 1
PUSH_FRAMES = 100
HONEST_S = 2 if FULL else 1
rng = random.Random(SEED)
diag(f"seed {SEED}")

a = Desk("310105")
honest = Desk("320500")
pair(a, honest)
liars = [Peer("330100", "ed25519"), Peer("330200", "sm2-sm3")]
other = Peer("340100")
for p in [*liars, other]:
    a.must("peer", "trust", "-", input=p.card_text())
a.serve()
honest.serve()

SCHEMA = ("urn:deltadesk:kind:clue:1:sha256:" + hashlib.sha256(
    (TOP / "db/kinds/clue.json").read_bytes()).hexdigest())
told = {"lies": 0, "forks": 0}
by_family = {}
wrong = []


_db = threading.local()  # one connection a thread


def rows(sql, *args):
    if not hasattr(_db, "db"):
        _db.db = sqlite3.connect(f"file:{a.home}/desk.db?mode=ro", uri=True,
                                 timeout=30)
    return _db.db.execute(sql, args).fetchall()


# ---- an honest peer meanwhile ----

class Honest(threading.Thread):
    """Issues a notice now and then and waits until the desk has it."""

    def __init__(self):
        super().__init__(daemon=True)
        self.stop, self.took, self.lost = False, [], []
        self.start()

    def run(self):
        while not self.stop:
            title = f"诚实 {len(self.took)}"
            try:
                honest.new(to=[a], title=title)
                begun = time.monotonic()
                wait_for(lambda: rows("SELECT 1 FROM doc WHERE title = ?",
                                      title), 30, title)
                self.took.append(time.monotonic() - begun)
            except Exception as e:  # told at the end, whatever it was
                self.lost.append(f"{title}: {e}")
            time.sleep(HONEST_S)

    def end(self):
        self.stop = True
        self.join()


# ---- telling lies ----

def fail(what, got, want):
    if len(wrong) < 40:
        wrong.append(f"{what}: got {got}, want {want}")
    return False


def judged(p, seq, digest):
    """(where, code) of a frame that the channel took."""
    q = rows("SELECT code, reason FROM quarantine WHERE peer = ? AND"
             " epoch = ? AND lane = 1 AND seq = ?", p.desk, p.epoch, seq)
    if q:
        return ("apart", q[0][0]) if q[0][1] else ("apart", "no reason")
    n = rows("SELECT verdict FROM verdict WHERE digest = ? AND verdict > 0",
             digest)
    if n:
        return "told", n[0][0]
    e = rows("SELECT type FROM event WHERE digest = ?", digest)
    return ("event", e[0][0]) if e else ("nowhere", "")


def good(lie, where, code):
    if lie.how == "apart":
        return where == "apart" and code in lie.want
    if lie.how == "unfit":
        return where == "told"
    if lie.how == "either":
        return where == "told" or where == "apart" and code in lie.want
    return where in ("event", "told")  # twice, quiet, hidden, card, odd


def settle():
    """Verdicts follow right behind the receipt: wait for them."""
    wait_for(lambda: not rows("SELECT 1 FROM unsettled LIMIT 1"), 30,
             "all is settled")


def push(p, batch):
    """Frames that the channel must take; then each is looked for."""
    frames = []
    for lie in batch:
        e = lie.make(p)
        f = p.frame(e)
        frames.append((lie, f, digest_of(e)))
    r = p.push([f for _, f, _ in frames])
    if r.status != 200:
        raise RuntimeError(f"{[x.what for x in batch][:3]}…: {r.status} "
                           f"{r.body[:300]}")
    settle()
    kept = set(r.payload()["quarantined"])
    for lie, f, digest in frames:
        where, code = judged(p, f["seq"], digest)
        if not good(lie, where, code):
            fail(lie.what, (where, code), (lie.how, lie.want))
        elif (where == "apart") != (f["seq"] in kept) and len(kept) < 1000:
            fail(lie.what, f"the receipt says {f['seq'] in kept}", where)
    # an honest line of its own, for what is to be repeated
    f = p.frame(p.envelope(p.issue("好的")))
    r = p.push([f])
    if r.status != 200:
        raise RuntimeError(f"a good one after them: {r.status} {r.body}")
    p.last_line = dump(f)


def tell(p, family, world):
    batch, n = [], 0
    for lie in family(rng, world):
        n += 1
        if lie.how in ("line", "ask"):
            k = p.k
            r = (p.push(lie.make(p)) if lie.how == "line" else lie.make(p))
            got = r.problem()
            if got not in lie.want:
                fail(lie.what, (*got, r.body[:120]), lie.want)
            p.k = k  # nothing of it was taken
            continue
        batch.append(lie)
        if len(batch) == PUSH_FRAMES:
            push(p, batch)
            batch = []
    if batch:
        push(p, batch)
    told["lies"] += n
    by_family[family.__name__] = by_family.get(family.__name__, 0) + n


# ---- what the liars stand on ----

def outbox(p, epoch):
    """The desk's events to the peer: subject -> its issue's digest."""
    out = {}
    for lane in ("urgent", "plain"):
        r = p.ask("GET", f"/v1/outbox?epoch={epoch}&lane={lane}&after=0")
        for line in r.body.splitlines():
            e = json.loads(line)["event"]
            body = json.loads(base64.b64decode(e["payload"]))
            if body["type"] == "issue":
                out[body["subject"]] = digest_of(e).hex()
    return out


def issued(path=None, to=(), title=""):
    args = ["new", "clue", "--to", ",".join(to), "--set", f"title={title}"]
    if path:
        args += ["--attach", path]
    return f"{a.id}/" + a.must(*args).strip().splitlines()[-1]


folder = tmp("files")
(folder / "held").write_bytes(b"h" * 1000)
(folder / "secret").write_bytes(b"s" * 1000)
held = hashlib.sha256(b"h" * 1000).hexdigest()
secret = hashlib.sha256(b"s" * 1000).hexdigest()
own = issued(folder / "secret", [honest.id], "与说谎者无关")
shared = issued(folder / "held", [p.desk for p in liars], "共有的")
thirds = honest.new(to=[a], title="第三方的")
wait_for(lambda: rows("SELECT 1 FROM doc WHERE title = '第三方的'"), 30,
         "the honest peer's first")


def begin(p):
    p.schema = SCHEMA
    p.connect(a.id, a.port)
    r = p.put_state()
    assert r.status == 200, r.body
    wanted = hashlib.sha256(secrets.token_bytes(8)).hexdigest()
    first = p.frame(p.envelope(p.event("issue", p.content(
        "好的", attachments=[{"name": "w", "digest": "sha256:" + wanted,
                              "size": 9, "type": "text/plain"}]))))
    r = p.push([first])
    assert r.status == 200 and wanted in r.payload()["wants"], r.body
    p.last_line = dump(first)
    hello = p.ask("GET", "/v1/desk").json()
    state = p.put_state().json()
    plain = next(o for o in state["out"] if o["lane"] == "plain")
    theirs = outbox(p, hello["epoch"])
    assert shared in theirs, theirs
    own_digest = a.json("events", own.split("/")[1])[0]["digest"]
    return {"alg": p.key.alg, "to": a.id, "third": honest.id,
            "thirds": f"{honest.id}/{thirds}", "other": other,
            "own": (own, own_digest), "shared": (shared, theirs[shared]),
            "wanted": wanted, "held": held, "blob": secret,
            "out": (plain["epoch"], plain["seq"], plain["chain"])}


other.to, other.schema = a.id, SCHEMA
worlds = [(p, begin(p)) for p in liars]


def own_view():
    keep = ("title", "state", "fields", "parties", "withdrawn", "owner",
            "number")
    out = []
    for s in (own, shared):
        v = a.json("show", s.split("/")[1])[0]
        out.append({k: v.get(k) for k in keep})
    return out


before = own_view()
crowd = Honest()


def nothing_took_effect(when):
    got = rows("SELECT title FROM doc WHERE title LIKE ?", f"%{LIE}%")
    equal(got, [], f"{when}: no document came of a lie")
    equal(own_view(), before, f"{when}: own documents are as they were")
    names = [r["name"] for r in a.json("peer", "list")]
    ok(LIE not in names, f"{when}: no card was put in place of a newer",
       names)


def report(family):
    bad, wrong[:] = list(wrong), []
    ok(not bad, f"{family}: each is refused or kept apart with its reason",
       "\n".join(bad))


@test
def every_family_of_lies():
    while True:
        for i, family in enumerate(lies.FAMILIES):
            # the short form: one of the two, in turn
            for p, world in worlds if FULL or family is lies.algorithms \
                    else [worlds[(i + SEED) % 2]]:
                tell(p, family, world)
            report(family.__name__)
        if told["lies"] >= GOAL:
            break
    nothing_took_effect("after all of them")


@test
def times_are_shown_for_what_they_are():
    for r in a.json("list"):
        if r["title"] != "时间不实":
            continue
        t = a.json("show", r["id"])[0]["timeline"][0]
        ahead = t["acted_at"] > t["stored_at"]
        ok(abs(parse(t["stored_at"]) - time.time()) < 3600 * SLOW,
           "the time of arrival is this desk's own", t)
        ok(bool(t["flag"]) if ahead else t["offline"],
           "and what was claimed is marked", t)


def parse(text):
    return datetime.datetime.fromisoformat(text).timestamp()


@test
def forks():
    for p, _ in worlds:
        for n in range(20 if FULL else 1):
            first = p.issue("分叉甲")
            twins = [changed(first, id=uuid7(), subject=f"{p.desk}/{uuid7()}"),
                     changed(first, k=p.k + 1)]
            p.k += 1
            for twin in twins[:1 + n % 2] if FULL else twins[:1]:
                twin["data"] = p.content("分叉乙")
                r = p.push([p.frame(p.envelope(first))])
                ok(r.status == 200, f"{p.desk}: a place is taken", r.body)
                r = p.push([p.frame(p.envelope(twin))])
                ok(r.status == 200, "two events in one place: both kept",
                   r.body)
                at = p.place()
                for _ in range(5):
                    r = p.push([p.frame(p.envelope(p.issue(LIE)))])
                    p.back_to(at)
                    p.k -= 1
                    if r.problem() != (409, "fork"):
                        fail("a frame after a fork", r.problem(), "fork")
                    told["forks"] += 1
                told["forks"] += 2
                open_ = [f for f in a.json("fork", "list", p.desk)
                         if not f["cleared_by"]]
                ok(open_, "the alarm names them", open_)
                a.must("fork", "clear", p.desk, "--note", "核实")
                wait_for(lambda: p.ask(
                    "GET", f"/v1/outbox?epoch={uuid7()}&lane=plain")
                    .problem()[1] != "fork", 30, "the link goes on")
                break
    report("forks")


@test
def officers_are_told():
    for p, _ in worlds:
        shown = a.json("peer", "show", p.desk)
        n = rows("SELECT count(*) FROM quarantine WHERE peer = ?", p.desk)
        equal(shown[0]["kept_apart"], n[0][0],
              f"{p.desk}: how many were kept apart")
        ok(all(x["detail"] for x in shown[1:]), "each with its reason")


@test
def keys_that_are_dead():
    x = Peer("350100", days=(-30, -1))
    a.run("peer", "trust", "-", input=x.card_text())
    try:
        x.connect(a.id, a.port)
        x.ask("GET", "/v1/desk")
        ok(False, "an expired certificate is refused at the handshake")
    except (OSError, ssl.SSLError):
        ok(True, "an expired certificate is refused at the handshake")
    a.run("peer", "revoke", x.desk)
    other.connect(a.id, a.port)
    equal(other.ask("GET", "/v1/desk").status, 200, "a peer is connected")
    a.must("peer", "revoke", other.desk)
    try:
        wait_for(lambda: other.link.ask("GET", "/v1/desk").status == 403, 10,
                 "403")
        ok(True, "revoked: the live link is of no use")
    except (OSError, ConnectionError):
        ok(True, "revoked: the live link is of no use")
    try:
        other.connect(a.id, a.port)
        r = other.link.ask("GET", "/v1/desk")
        ok(r.status == 403, "and no new one comes up", r.body)
    except (OSError, ssl.SSLError):
        ok(True, "and no new one comes up")


@test
def a_false_claim_that_the_desk_was_rolled_back():
    """It costs an epoch and a wait; revoking who made it ends the wait."""
    liar, second = liars
    was = liar.ask("GET", "/v1/desk").json()["epoch"]
    n = len(crowd.took)
    r = liar.put_state(you={"epoch": uuid7(), "n": 0, "serial_high": 0})
    equal(r.problem(), (409, "rolled-back"), "the claim is answered")
    now = wait_for(lambda: (lambda e: e > was and e)(
        second.ask("GET", "/v1/desk").json()["epoch"]), 30, "a new epoch")
    ok(any(f"peer={liar.desk}" in line and "holds more" in line
           for line in a.server.lines), "the log names who claims it")
    title = "后来签的"
    a.must("new", "clue", "--to", honest.id, "--set", f"title={title}")
    r = second.put_state()
    equal((r.status, r.json()["epoch"]), (200, now), "another one answers")
    wait_for(lambda: len(crowd.took) > n, 60, "an honest notice comes in")
    ok(True, "what others send comes in meanwhile")
    ok(title not in [x["title"] for x in honest.json("list")],
       "own acts wait for the liar's answer")
    # a second time: only its own link stops, and no further epoch begins
    for _ in range(2):
        r = liar.put_state(you={"epoch": uuid7(), "n": 0, "serial_high": 0})
        equal(r.problem(), (409, "rolled-back"), "the claim again")
    wait_for(lambda: next(r["state"] for r in a.json("peer", "list")
                          if r["desk"] == liar.desk) == "stopped", 30,
             "its link is stopped")
    equal(second.ask("GET", "/v1/desk").json()["epoch"], now,
          "a second claim begins no epoch")
    n = len(crowd.took)
    wait_for(lambda: len(crowd.took) > n, 60, "others still come in")
    a.must("peer", "revoke", liar.desk)
    wait_for(lambda: title in [x["title"] for x in honest.json("list")], 60,
             "the act leaves")
    ok(True, "until it is revoked: then they are signed and leave")


@test
def honest_notices_came_meanwhile():
    crowd.end()
    equal(crowd.lost, [], "none of the honest peer's notices was lost")
    ok(len(crowd.took) >= 2, f"{len(crowd.took)} arrived during the lies")
    if FULL and crowd.took:
        ok(max(crowd.took) < 5 * SLOW, "none waited five seconds",
           max(crowd.took))
    diag(f"honest: {len(crowd.took)} notices, worst "
         f"{max(crowd.took, default=0):.3f} s; lies {told}; {by_family}")
    ok(told["lies"] + told["forks"] >= GOAL, f"{sum(told.values())} lies")


@test
def all_of_it_verifies():
    ok(a.server.alive(), "serve lives")
    equal(a.stop(), 0, "and ends well")
    v = a.run("verify", *(["--rebuild"] if FULL else []))
    equal(v.returncode, 0, f"the desk verifies: {v.stdout.strip()}")
    nothing_took_effect("at the end")


main()
