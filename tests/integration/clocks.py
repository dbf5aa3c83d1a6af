"""Clocks that are wrong or jump while desks exchange: it goes on, deadlines
are the same at both, nothing spins, a skew is told, and a certificate that a
clock takes for expired is named in words at both ends.

    clocks.py          every hour on one link that stays up
    clocks.py --full   and each once more with links that begin at that hour
"""
# run: timeout=180
import datetime

from tap import *

LIB = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"
FULL = "--full" in sys.argv
GOES_ON = 15
HOUR, DAY = 3600, 86400


def away(text):
    """Seconds from now to a moment."""
    at = datetime.datetime.fromisoformat(text + "+00:00")
    return round(at.timestamp() - time.time())


HOURS = [("two hours ahead", 2 * HOUR), ("two hours behind", -2 * HOUR),
         ("a day ahead", DAY), ("a day behind", -DAY),
         ("1990", away("1990-01-01T00:00:00")),
         ("2001", away("2001-09-09T01:46:30")),
         ("a leap second", away("2016-12-31T23:59:57")),
         ("31 December", away("2026-12-31T15:59:57")),
         ("2038", away("2038-01-19T03:14:05")),
         ("in twenty years", 20 * 365 * DAY), ("right again", 0)]
EARLY = -2 * 365 * DAY      # before the kinds that the program brings


def machine(desk_id):
    """A desk whose clock is as far off as its file says, from now on."""
    d = Desk(desk_id, env={"XDG_STATE_HOME": str(tmp("state"))})
    d.clock = d.home / "clock"
    d.clock.write_text("+0")
    d.clock.chmod(0o600)
    d.env.update({"LD_PRELOAD": LIB, "FAKETIME_TIMESTAMP_FILE": str(d.clock),
                  "FAKETIME_NO_CACHE": "1",
                  "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                  "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")
                  + ":verify_asan_link_order=0"})
    return d


def jump(desk, seconds):
    new = desk.home / "clock.new"
    new.write_text(f"{seconds:+d}")
    new.chmod(0o600)
    new.replace(desk.clock)


def holds(desk, doc):
    return desk.rows("SELECT 1 FROM doc WHERE uuid = ?",
                 doc.split("/")[-1])


def cpu(proc):
    """Processor seconds of a process so far."""
    with open(f"/proc/{proc.pid}/stat") as f:
        v = f.read().rsplit(") ", 1)[1].split()
    return (int(v[11]) + int(v[12])) / os.sysconf("SC_CLK_TCK")


def both_ways(a, b, what, early=False):
    """One notice each way; how long until both are there. early: a's clock
    stands before its kinds were in force, so that it only receives."""
    docs = [(a, b.new(to=[a], title=what))]
    if not early:
        docs.append((b, a.new(to=[b], title=what)))
    began = time.monotonic()
    try:
        wait_for(lambda: all(holds(d, x) for d, x in docs), GOES_ON, what)
        return time.monotonic() - began
    except TimeoutError:
        return None


def due(desk):
    """Of every document: when the party that has to act has to."""
    return {r["id"]: r["due_at"] for r in desk.json("list")}


def flowing(a, b):
    return all(r["state"] == "up" for d in (a, b)
               for r in d.json("peer", "list"))


def again(*desks):
    for d in desks:
        d.stop()
    for d in desks:
        d.serve()


@test
def jumps():
    global a, b
    a, b = machine("310105"), machine("330100")
    pair(a, b)
    again(a, b)
    wait_for(lambda: flowing(a, b), 20, "the link")
    began, before = time.monotonic(), cpu(a.server) + cpu(b.server)
    for name, seconds in HOURS:
        jump(a, seconds)
        early = seconds < EARLY
        if early:
            p = a.run("new", "clue", "--to", b.id, "--set", "title=x",
                      "--lang", "en")
            ok(p.returncode == 1 and "in force" in p.stderr,
               f"{name}: an act is refused in words", p.stderr)
        took = both_ways(a, b, name, early)
        ok(took is not None, f"{name}: the exchange goes on within "
           f"{GOES_ON} s")
    spent = cpu(a.server) + cpu(b.server) - before
    ok(spent < (time.monotonic() - began) * SLOW, "and nothing spins",
       f"{spent:.1f} s of the processor")
    diag(f"{spent:.1f} s of the processor in "
         f"{time.monotonic() - began:.1f} s")


@test
def deadlines():
    """A signature says when its desk had stored the document: from then on
    both reckon alike, whatever their clocks showed."""
    mine, theirs = due(a), due(b)
    equal(sorted(mine), sorted(theirs), f"{len(mine)} documents at both")
    ok(all(theirs[r["id"]] for r in b.json("list", "--box", "in")),
       "every notice that came has a deadline", theirs)
    for d in (a, b):
        for r in d.json("list", "--box", "in"):
            d.must("move", r["id"], "sign")
    wait_for(lambda: all(d.rows("SELECT count(*) FROM event WHERE type ="
                               " 'move'")[0][0] == len(mine)
                         for d in (a, b)), 30, "signatures")

    def clocks(desk):
        return {r["id"]: [(c["desk"], c["name"], c["due_at"], c["state"])
                          for c in desk.json("show", r["id"])[0]["clocks"]]
                for r in desk.json("list")}
    mine, theirs = clocks(a), clocks(b)
    equal(mine, theirs, f"{sum(map(len, mine.values()))} deadlines are the "
          "same at both desks")


@test
def a_skew_is_told():
    for seconds, words in ((2 * HOUR, "ahead"), (-2 * HOUR, "behind")):
        jump(a, seconds)
        wait_for(lambda: re.search(rf"310105 is 7[12]\d\d s {words}",
                                   b.run("doctor", "--lang", "en").stdout),
                 20, f"b tells that a's clock is {words}", 0.5)
        ok(True, f"b tells that a's clock is two hours {words}, while the "
           "link stays up")
    ok(both_ways(a, b, "skewed") is not None, "the exchange goes on")


@test
def begins_at_any_hour():
    """Links that begin while the clock is wrong, within a certificate's
    time."""
    if not FULL:
        return
    for name, seconds in HOURS:
        if abs(seconds) > 9 * 365 * DAY:
            continue
        jump(a, seconds)
        again(a, b)
        ok(both_ways(a, b, f"{name}, begun") is not None,
           f"{name}: a link begins and goes on")
    equal(due(a), due(b), "deadlines are the same at both desks")


@test
def an_expired_certificate():
    jump(a, 20 * 365 * DAY)
    again(a, b)
    def told(desk, words):
        return any(re.search(words, r["note"] or "")
                   for r in desk.json("peer", "list"))
    wait_for(lambda: told(a, "对端证书已过期|the peer's certificate has exp"),
             40, "a says why")
    ok(True, "the desk that finds a certificate expired says so")
    wait_for(lambda: told(b, "本台证书已到期|our certificate has expired"), 40,
             "b says why")
    ok(True, "and so does the other, and what to do")
    equal([r["cert_days"] < 0 for r in a.json("peer", "list")], [True],
          "the list counts the days")
    jump(a, 0)
    again(a, b)
    ok(both_ways(a, b, "after all") is not None, "with the right hour it "
       "goes on")
    for d in (a, b):
        d.stop()
        p = d.run("verify")
        equal(p.returncode, 0, f"{d.id} verifies: {p.stdout.strip()}")


main()
