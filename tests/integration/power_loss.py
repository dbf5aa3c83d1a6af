"""The power goes at any place: whatever of what was not synced is lost,
reordered or torn, the desk verifies, holds every notice that it gave a receipt
for, every event that it sent and every act that it said was done.

    power_loss.py [--full [SEED]]     2,000 cuts; make check-power

A run of two desks is written down call by call (tests/fault/powerlog.c); then
the disk as it could be after each call is made anew and looked at.
"""
import concurrent.futures
import random
import sqlite3
import threading

from tap import *

sys.path.append(str(TOP / "tests/fault"))
from power import *  # noqa: E402

FULL = "--full" in sys.argv
SEED = int(sys.argv[-1]) if sys.argv[-1].isdigit() else 7
CUTS = 2400 if FULL else 24
ROUNDS = 8 if FULL else 1
STARTS = 60 if FULL else 13  # on one image in so many serve is started


def query(home, sql, *args):
    db = sqlite3.connect(f"file:{home}/desk.db?mode=ro", uri=True)
    try:
        return db.execute(sql, args).fetchall()
    finally:
        db.close()


def own_k(home, desk_id):
    return query(home, "SELECT epoch, max(k) FROM event WHERE source = ?"
                 " AND epoch = (SELECT max(epoch) FROM event WHERE source ="
                 " ?)", desk_id, desk_id)[0]


# ---- a run ----

class Run:
    """Desk b is written down; a is its peer."""

    def __init__(self, rng):
        self.rng, self.n = rng, 0
        self.root = tmp("power")
        self.a = Desk("310105")
        self.b = Desk.__new__(Desk)
        b = self.b
        b.id, b.home, b.server = "330100", self.root / "desk", None
        b.port = free_port()
        b.env = {"XDG_STATE_HOME": str(self.root / "state")}
        b.must("init", b.id, "--listen", f"127.0.0.1:{b.port}")
        pair(self.a, b)
        self.log = Log(self.root)
        self.clean = dict(b.env)
        b.env.update(self.log.env())

    def act(self, *args, may_fail=False):
        """An act of b: what it says is done is promised."""
        p = self.b.run(*args)
        if p.returncode == 0:
            epoch, k = own_k(self.b.home, self.b.id)
            self.log.mark(promise="own", epoch=epoch, k=k)
            if "--draft" in args:
                doc = p.stdout.strip().splitlines()[-1]
                self.log.mark(promise="draft", id=doc)
        elif not may_fail:
            raise RuntimeError(f"{args}: {p.returncode} {p.stderr}")
        return p.stdout.strip().splitlines()[-1] if p.stdout.strip() else ""

    def notice(self, **more):
        self.n += 1
        args = ["new", "clue", "--to", self.b.id, "--set",
                f"title=n{self.n}"]
        if self.n % 4 == 1:
            photo = tmp("photo") / "p.bin"
            photo.write_bytes(self.rng.randbytes(30_000 + self.n))
            args += ["--attach", photo]
        self.a.must(*args)

    def arrived(self):
        return query(self.b.home, "SELECT count(*) FROM event WHERE source ="
                     " ? AND type = 'issue'", self.a.id)[0][0] == self.n

    def settled(self):
        return (self.arrived()
                and self.a.json("peer", "list")[0]["queued"] == 0
                and self.b.json("peer", "list")[0]["queued"] == 0)

    def round(self):
        a, b, rng = self.a, self.b, self.rng
        b.serve()
        for _ in range(3):
            self.notice()
        wait_for(self.arrived, 30, "the notices")
        rows = [r["id"] for r in b.json("list", "--box", "in")]
        self.act("sign", rng.choice(rows), may_fail=True)  # signed before
        self.act("new", "clue", "--to", a.id, "--set", "title=回")
        self.act("new", "clue", "--to", a.id, "--set", "title=稿", "--draft")
        # a sync fails while notices come, and while an officer acts
        self.log.fail_syncs(rng.choice((1, 1, 2, 3)))
        self.notice()
        wait_for(lambda: self.log.syncs_to_fail() == 0, 30, "a failed sync")
        wait_for(self.arrived, 60, "the notice after a failed sync")
        self.act("new", "clue", "--to", a.id, "--set", "title=又")
        b.server.kill()
        self.log.fail_syncs(1)
        self.act("new", "clue", "--to", a.id, "--set", "title=拒",
                 may_fail=True)
        self.log.fail_syncs(0)
        self.act("new", "clue", "--to", a.id, "--set", "title=成")
        self.notice()
        b.serve()
        wait_for(self.arrived, 30, "the notices")
        if rng.random() < 0.7:
            b.stop()  # with a checkpoint
        else:
            b.server.kill()

    def all(self, rounds):
        self.a.serve()
        for _ in range(rounds):
            self.round()


# ---- what is found after a cut ----

def found(run, home):
    """The desk on the machine that was cut off."""
    d = Desk.__new__(Desk)
    d.id, d.home, d.server, d.port = run.b.id, home / "desk", None, run.b.port
    d.env = {"XDG_STATE_HOME": str(home / "state")}
    return d


def looked_at(run, number, mode, files, told, starts):
    home = tmp("cut")
    try:
        write_image(files, str(run.root), home)
        wrong = list(wrong_with(run, home, told))
        if starts:  # live.db is never synced, and made anew when it must be
            d = found(run, home)
            d.serve()
            d.must("peer", "list")
            if d.stop() != 0:
                wrong.append("serve on it: " + "\n".join(d.server.lines))
        return [f"record {number}, {mode}: {x}" for x in wrong]
    finally:
        shutil.rmtree(home)


def wrong_with(run, home, told):
    desk, me = home / "desk", run.b.id
    p = found(run, home).run("verify")
    if p.returncode != 0:
        yield f"verify: {p.returncode} {p.stdout}{p.stderr}"
        return
    for key, value in told.items():
        if key[0] == "receipt" and key[1] == me:
            have = query(desk, "SELECT count(*) FROM frame_in WHERE peer = ?"
                         " AND epoch = ? AND lane = ? AND seq <= ?", key[2],
                         key[3], {"urgent": 0, "plain": 1}[key[4]], value)
            if have[0][0] != value:
                yield f"receipt for {value} of {key}, here {have}"
        elif key[0] == "event" and key[1] == me:
            have = query(desk, "SELECT max(k) FROM event WHERE source = ? AND"
                         " epoch = ?", me, key[2])[0][0] or 0
            if have < value:
                yield f"sent its event {value}, holds {have}"
        elif key == ("promise", "own"):
            have = own_k(desk, me)
            if tuple(have) < (value["epoch"], value["k"]):
                yield f"an act was done with {value}, here {have}"
        elif key == ("promise", "draft"):
            if not query(desk, "SELECT 1 FROM draft WHERE id = ?",
                         value["id"]):
                yield f"draft {value['id']} is lost"
    epoch, k = own_k(desk, me)
    for mark in (home / "state").rglob("*.mark"):
        try:
            m = json.loads(mark.read_text())
        except ValueError:
            continue  # unreadable: the folder stands alone
        if (m["epoch"], m["k"]) > (epoch, k):
            yield f"the mark is ahead: {m}, here {k}"


@test
def every_promise_holds_after_any_cut():
    ok(PRELOAD.exists(), "powerlog.so is built", "make check-build")
    rng = random.Random(SEED)
    run_ = Run(rng)
    run_.all(ROUNDS)
    run_.a.stop()  # it knows what the machine that is cut off does not
    disk = Replay(run_.log)
    wrong, n, told = [], 0, {}
    gate = threading.Semaphore(8)  # images in memory

    def look(cut, starts):
        try:
            return looked_at(run_, *cut, starts)
        finally:
            gate.release()

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        jobs = []
        for cut in disk.cuts(CUTS, rng):
            gate.acquire()
            told = cut[3]
            # one at a time listens on the port
            jobs.append(pool.submit(look, cut, n % STARTS == STARTS // 2))
            n += 1
        for j in jobs:
            wrong += j.result()
    ok(any(k[0] == "receipt" for k in told)
       and any(k[0] == "event" for k in told), "receipts and events were told",
       told)
    ok(wrong == [], f"{n} cuts of a run of {disk.n} records, seed {SEED}: "
       "verified, every receipt, event and act covered",
       "\n".join(wrong[:20]) + f"\n{len(wrong)} in all")


def untold(run):
    """Desk b, killed while it knows of receipts that no sync covers yet, and
    the image of that; None when a sync came first."""
    a, b = run.a, run.b
    b.serve()
    before = query(b.home, "SELECT count(*) FROM receipt_in")[0][0]
    run.act("new", "clue", "--to", a.id, "--set", "title=收")
    wait_for(lambda: query(b.home, "SELECT count(*) FROM receipt_in")[0][0]
             > before, 20, "a receipt", every=0.002)
    b.server.kill()
    disk = Replay(run.log)
    for r in disk.records():
        disk.step(r)
    home = tmp("untold")
    write_image(disk.image("drop", run.rng), str(run.root), home)
    lost = (query(home / "desk", "SELECT count(*) FROM receipt_in")
            != query(b.home, "SELECT count(*) FROM receipt_in"))
    return home if lost else None


@test
def a_receipt_that_was_not_waited_for_comes_again():
    run_ = Run(random.Random(SEED))
    run_.a.serve()
    home = None
    for _ in range(6):
        home = home or untold(run_)
    ok(home, "a receipt taken without waiting for the disk is lost")
    d = found(run_, home)
    d.serve()
    wait_for(lambda: all(p["queued"] == 0 for x in (d, run_.a)
                         for p in x.json("peer", "list")), 30,
             "the receipts come again with the states")
    sent = [r["title"] for r in d.json("list", "--box", "out")]
    equal(len(run_.a.json("list", "--box", "in")), len(sent),
          "each notice is at the peer once")
    equal((query(d.home, "SELECT count(*) FROM epoch")[0][0],
           query(d.home, "SELECT count(*) FROM fork")[0][0]), (1, 0),
          "and nothing looks like a copy put back")
    d.stop()
    run_.a.stop()
    for x in (d, run_.a):
        p = x.run("verify")
        equal(p.returncode, 0, f"{x.id} verifies: {p.stdout.strip()}")


main()
