"""A serve that is killed, or whose disk says no, at one call while notices
come and go: nothing that was acknowledged is lost or doubled, it goes on by
itself when the disk does, and a killed one starts again without repair.

    serve_faults.py [--full [SEED]]    make check-kill, make check-io
"""
import random

from tap import *

sys.path.append(str(TOP / "tests/fault"))
from points import *  # noqa: E402

FULL = "--full" in sys.argv
SEED = int(sys.argv[-1]) if sys.argv[-1].isdigit() else random.randrange(10**6)
KILLS, ERRORS = (150, 100) if FULL else (3, 3)
# How often each is called while a serve starts and takes some notices.
OFTEN = {"pwrite64": 160, "fdatasync": 9, "ftruncate": 3, "openat": 140,
         "write": 12, "unlink": 2, "rename": 2, "fsync": 4, "mkdir": 2}


class Pair:
    def __init__(self, rng):
        self.rng, self.n, self.slowest, self.work = rng, 0, 0.0, 0.0
        self.a, self.b = (Desk(i, env={"XDG_STATE_HOME": str(tmp("state"))})
                          for i in ("310105", "330100"))
        pair(self.a, self.b)
        self.a.serve()
        self.titles = {self.a: [], self.b: []}

    def serve_under(self, call, fault, when):
        """b, with the fault; -D makes the serve the child, not strace."""
        b = self.b
        b.server = Proc(
            "strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e",
            f"trace={call}", "-e", f"inject={call}:{fault}:when={when}",
            DELTADESK, "--desk", b.home, "serve",
            env={**b.env, "ASAN_OPTIONS": environ("")["ASAN_OPTIONS"]})

    def new(self, d, to):
        self.n += 1
        title = f"n{self.n}"
        args = ["new", "clue", "--to", to.id, "--set", f"title={title}"]
        if self.n % 5 == 0:
            photo = tmp("photo") / "p.bin"
            photo.write_bytes(self.rng.randbytes(20_000))
            args += ["--attach", photo]
        d.must(*args)
        self.titles[d].append(title)

    def traffic(self):
        for _ in range(2):
            self.new(self.a, self.b)
        self.new(self.b, self.a)

    def serve_again(self):
        began = time.monotonic()
        self.b.serve()
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.work = max(self.work, cpu_seconds(self.b.server.pid))

    def there(self):
        """What each holds of the other, as sent; and nothing on its way."""
        return (all(sorted(r["title"] for r in to.json("list", "--box", "in"))
                    == sorted(self.titles[d])
                    for d, to in ((self.a, self.b), (self.b, self.a)))
                and all(p["queued"] == 0 for d in (self.a, self.b)
                        for p in d.json("peer", "list")))

    def wrong(self):
        try:
            wait_for(self.there, 60, "all is there once", 0.1)
        except TimeoutError as e:
            return [str(e)]
        return []

    def verified(self):
        return [f"{d.id}: {p.stdout}{p.stderr}" for d in (self.a, self.b)
                for p in [d.run("verify")] if p.returncode != 0]


def ended(server, seconds):
    try:
        server.p.wait(seconds * SLOW)
    except subprocess.TimeoutExpired:
        return False
    return True


@test
def killed():
    if not need_strace():
        return
    p, wrong, kills = Pair(random.Random(SEED)), [], 0
    for i in range(KILLS):
        call = p.rng.choice(("pwrite64", "pwrite64", "fdatasync",
                             *OFTEN))
        at = p.rng.randint(1, OFTEN[call])
        p.serve_under(call, "signal=KILL", at)
        p.traffic()
        if ended(p.b.server, 1.0):
            kills += 1
        p.b.server.kill()
        p.serve_again()
        found = p.wrong()
        p.b.server.kill()  # between two calls, too
        wrong += [f"{call} {at}: {x}" for x in found + (
            p.verified() if i % 10 == 9 or found else [])]
        if found:
            break
    wrong += p.verified()
    equal(wrong, [], f"seed {SEED}: {kills} kills of serve at a call and "
          f"{KILLS} between, {p.n} notices there once, verified")
    if FULL:  # the clock tells of what else the machine does
        ok(p.work <= SLOW, f"listening again after at most {p.work:.2f} s of "
           f"a processor ({p.slowest:.2f} s by the clock)")
    p.a.stop()


@test
def disk_errors():
    if not need_strace():
        return
    p, wrong, ends = Pair(random.Random(SEED)), [], 0
    for i in range(ERRORS):
        # not write: it wakes the threads of the loop, too
        call = p.rng.choice(("pwrite64", "fdatasync", "fdatasync",
                             *(c for c in OFTEN if c != "write")))
        error = p.rng.choice(("EIO", "ENOSPC"))
        at = p.rng.randint(1, OFTEN[call])
        until = at + p.rng.choice((0, 0, 1, 3, 8))
        if call == "openat":  # the loader's are not the desk's
            at, until = (max(at, 75),) * 2
        p.serve_under(call, f"error={error}", f"{at}..{until}")
        p.traffic()
        if ended(p.b.server, 0.3):  # only when it could not start
            ends += 1
            lines = [x for x in p.b.server.lines if " exchange " not in x]
            if p.b.server.p.returncode != 3 or len(lines) > 2:
                wrong.append(f"{call} {at} {error}: ended with "
                             f"{p.b.server.p.returncode}: {lines}")
            p.serve_again()
        found = p.wrong()
        if not p.b.server.alive():
            found.append(f"serve is gone: {p.b.server.lines[-3:]}")
        p.b.server.kill()
        wrong += [f"{call} {at}..{until} {error}: {x}" for x in found + (
            p.verified() if i % 10 == 9 or found else [])]
        if found:
            break
    wrong += p.verified()
    equal(wrong, [], f"seed {SEED}: errors at {ERRORS} places of serve "
          f"({ends} kept it from starting), {p.n} notices there once, "
          "verified")
    p.a.stop()


@test
def a_disk_that_never_writes_again():
    """No spin, nothing acknowledged; all is there once it is another's."""
    if not FULL or not need_strace():
        return
    p = Pair(random.Random(SEED))
    for call, error, at in (("fdatasync", "EIO", 12),
                            ("pwrite64", "ENOSPC", 150)):
        p.serve_under(call, f"error={error}", f"{at}+")
        p.b.server.wait_line("listening on")
        for _ in range(6):
            p.new(p.a, p.b)
        before = cpu_seconds(p.b.server.pid)
        time.sleep(10)
        work = cpu_seconds(p.b.server.pid) - before
        ok(p.b.server.alive() and work < 1.0,
           f"{call} {error} for ten seconds: {work:.2f} s of a processor")
        ok(p.a.json("peer", "list")[0]["queued"] > 0,
           "the peer has no receipt")
        p.b.server.kill()
        p.b.serve()
        equal(p.wrong() + p.verified(), [], "then all is there once")
        p.b.server.kill()
    p.a.stop()


main()
