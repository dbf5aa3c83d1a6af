"""Bundles on media: two desks without any line do all that a line does; what
is not a peer's whole, signed bundle to this desk is refused; and a line that
comes later goes on from the same cursors."""
import hashlib
import json as js
import os
import random
import sqlite3
import stat
from datetime import datetime, timedelta, timezone

from tap import *

KINDS = TOP / "tests" / "data" / "kinds"
SHANGHAI = timezone(timedelta(hours=8))
MEDIA = tmp("media")
_n = 0


def write(a, b, *options):
    """A new bundle of a for b; its path."""
    global _n
    _n += 1
    path = MEDIA / f"{_n}.bundle"
    a.must("bundle", "out", b.id, path, *options)
    return path


def read(b, path, input=None):
    """What was read, by --json."""
    return b.json("bundle", "in", path, input=input)[0]


def carry(a, b, *options):
    return read(b, write(a, b, *options))


def offline_pair():
    a, b = Desk("310105", listen=False), Desk("330100", listen=False)
    pair(a, b)
    return a, b


def state(desk, doc):
    return desk.json("show", doc)[0]["state"]


def cursors(desk):
    with sqlite3.connect(desk.home / "desk.db") as db:
        return db.execute("SELECT dir, peer, lane, seq FROM cursor"
                          " ORDER BY 1, 2, 3").fetchall()


def events(desk):
    with sqlite3.connect(desk.home / "desk.db") as db:
        return db.execute("SELECT count(*) FROM event").fetchone()[0]


def verified(*desks):
    for d in desks:
        p = d.run("verify")
        equal(p.returncode, 0, f"{d.id} verifies: {p.stdout.strip()}")


def a_file(seed, size=300_123):
    path = tmp("file") / "现场 照片.jpg"
    path.write_bytes(random.Random(seed).randbytes(size))
    return path


def stored(desk, path):
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    f = desk.home / "blobs" / digest[:2] / digest
    return f.exists() and f.read_bytes() == path.read_bytes()


def clue(a, b, *args):
    return a.must("new", "clue", "--to", b.id, "--set", "title=介质",
                  *args).strip().splitlines()[-1]


@test
def a_whole_notice():
    a, b = offline_pair()
    photo = a_file(1)
    doc = clue(a, b, "--attach", photo)
    path = write(a, b)
    equal(stat.S_IMODE(path.stat().st_mode), 0o600, "the file is its owner's")
    equal([p.name for p in MEDIA.iterdir() if p.name.startswith("1.bundle")],
          ["1.bundle"], "nothing lies beside it")
    got = read(b, path)
    equal((got["state"], got["new"], got["attachments"]), ("done", 3, 1),
          "frames and attachment are read")
    ok(stored(b, photo), "the attachment is here")
    equal(list((b.home / "bundles").iterdir()), [], "the spool is empty")
    b.must("sign", doc)
    b.must("move", doc, "accept")
    carry(b, a)
    party = a.json("show", doc)[0]["parties"][0]
    equal(party["state"], "accepted", "the sender sees what was done")
    b.must("assign", doc, b.json("officer", "list")[0]["id"])
    b.must("move", doc, "verify")
    b.must("move", doc, "feed_back", "--set", "result=未查实")
    carry(b, a)
    party = a.json("show", doc)[0]["parties"][0]
    equal(party["state"], "fed_back", "and the feedback")
    ok(party["stored_at"], "and when it was stored")
    equal(a.json("peer", "list")[0]["queued"], 0, "nothing waits for it")
    equal(carry(a, b)["frames"], 0, "what is acknowledged is not sent again")
    rows = a.json("bundle", "list")
    equal([r["direction"] for r in rows], ["out", "in", "in", "out"],
          "the history has them")
    verified(a, b)


@test
def again_and_out_of_order():
    a, b = offline_pair()
    docs = [clue(a, b)]
    first = write(a, b)
    docs.append(clue(a, b))
    second = write(a, b)
    equal(read(b, second)["new"], 4, "the later one has all of both")
    late = read(b, first)
    equal((late["state"], late["new"]), ("done", 0), "the earlier adds nothing")
    again = read(b, second)
    equal((again["new"], again["before"]), (0, True), "twice is once")
    equal(sorted(r["id"] for r in b.json("list")), sorted(docs), "each once")
    back = write(b, a)
    read(a, back)
    docs.append(clue(a, b))
    third = write(a, b)
    read(a, back)
    equal(a.json("peer", "list")[0]["queued"], 1,
          "an old receipt takes nothing back")
    equal(read(b, third)["frames"], 1, "only what was not acknowledged")
    verified(a, b)


@test
def served_or_not():
    a, b = offline_pair()
    b.server = Proc(DELTADESK, "--desk", b.home, "serve", env=b.env)
    b.server.wait_line("serving")
    doc = clue(a, b)
    equal(carry(a, b)["new"], 3, "the serving process reads it")
    equal(state(b, doc), "stored", "it is here")
    b.must("sign", doc)
    back = write(b, a)
    b.stop()
    equal(read(a, back)["state"], "done", "a command reads it where none does")
    # handed in, and the reader ends before it read
    clue(a, b)
    path = write(a, b)
    piped = b.json("bundle", "in", "-", input=path.read_bytes())[0]
    equal(piped["new"], 1, "from standard input")
    p = a.run("bundle", "out", b.id, "-")
    ok(p.stdout_bytes.startswith(b'{"deltadesk":"bundle"'),
       "to standard output")
    verified(a, b)


@test
def its_reader_killed():
    a, b = offline_pair()
    b.server = Proc(DELTADESK, "--desk", b.home, "serve", env=b.env)
    b.server.wait_line("serving")
    doc = clue(a, b)
    path = write(a, b)
    b.server.signal(signal.SIGSTOP)
    command = Proc(DELTADESK, "--desk", b.home, "bundle", "in", path)
    wait_for(lambda: any(r["state"] == "waiting"
                         for r in b.json("bundle", "list")), 10, "handed in")
    command.kill()
    b.server.kill()
    path.unlink()
    equal(b.json("list"), [], "nobody read it")
    b.server = Proc(DELTADESK, "--desk", b.home, "serve", env=b.env)
    b.server.wait_line("serving")
    wait_for(lambda: b.json("bundle", "list")[0]["state"] == "done", 10,
             "read by the next")
    equal([r["id"] for r in b.json("list")], [doc], "what was handed in is read")
    left = b.home / "bundles" / "01a21c8c-0000-7000-8000-000000000000"
    left.write_bytes(b"x")
    b.stop()
    os.utime(left, (1, 1))
    b.server = Proc(DELTADESK, "--desk", b.home, "serve", env=b.env)
    b.server.wait_line("serving")
    ok(not left.exists(), "a copy that nobody waits for is swept away")
    b.stop()
    verified(a, b)


@test
def no_attachments_now():
    a, b = offline_pair()
    photo = a_file(2)
    doc = clue(a, b, "--attach", photo)
    equal(carry(a, b, "--no-attachments")["attachments"], 0, "left at home")
    equal(b.json("show", doc)[0]["attachments"][0]["here"], False, "not here")
    carry(b, a)
    equal(carry(a, b)["attachments"], 1, "the answer asked for it")
    ok(stored(b, photo), "it is here")
    photo = a_file(3, 3 * 1024 * 1024)
    clue(a, b, "--attach", photo)
    small = write(a, b, "--max", 1)
    ok(small.stat().st_size <= 1024 * 1024, "not above the size asked for")
    equal(read(b, small)["new"], 1, "the frames fit")
    carry(b, a)
    carry(a, b)
    ok(stored(b, photo), "the rest came with the next")
    verified(a, b)


@test
def what_is_refused():
    a, b = offline_pair()
    c = Desk("320500", listen=False)
    pair(a, b, c)
    clue(a, b, "--attach", a_file(4))
    good = write(a, b).read_bytes()
    before = (events(b), cursors(b))
    bad = MEDIA / "bad"

    def refuse(data, text, status=None, desk=b):
        bad.write_bytes(data)
        p = desk.run("bundle", "in", bad)
        ok(p.returncode in ((1, 3, 4) if status is None else (status,))
           and p.stderr.count("\n") == 1, f"{text}: {p.stderr.strip()}",
           p.returncode)

    rnd = random.Random(5)
    for at in [0, 1, 60, len(good) // 2, len(good) - 2, len(good) - 1]:
        refuse(good[:at], f"cut after {at}")
    flips = [5, 70, 200, 2000, 5000, 20_000, 200_000, len(good) - 300,
             len(good) - 1] + [rnd.randrange(len(good)) for _ in range(15)]
    for at in flips:
        refuse(good[:at] + bytes([good[at] ^ 1]) + good[at + 1:],
               f"byte {at} changed")
    refuse(good + b"\n", "something follows")
    refuse(good + good, "twice in one file")
    refuse(b"", "empty")
    refuse(os.urandom(100_000), "noise")
    refuse(b'{"deltadesk":"bundle","format":2}\n', "a newer format")
    refuse(good, "another desk's", 1, desk=c)
    refuse(good, "its maker's own", 1, desk=a)
    for name, make in (("link", lambda p: p.symlink_to(bad)),
                       ("pipe", lambda p: os.mkfifo(p)),
                       ("folder", lambda p: p.mkdir())):
        path = MEDIA / name
        make(path)
        p = b.run("bundle", "in", path)
        equal(p.returncode, 3, f"a {name} is not read: {p.stderr.strip()}")
    # parts of one bundle in another: each is signed, the whole is not
    other = write(a, b).read_bytes()
    refuse(good[:5000] + other[5000:], "two bundles mixed")
    equal((events(b), cursors(b)), before, "nothing of all that was taken")
    equal(list((b.home / "bundles").iterdir()), [], "no file stayed")
    b.must("peer", "revoke", a.id)
    refuse(good, "of a revoked peer", 1)
    p = b.run("bundle", "out", a.id, MEDIA / "none")
    equal(p.returncode, 1, f"none for a revoked peer: {p.stderr.strip()}")
    ok(not (MEDIA / "none").exists(), "no file")
    b.trust(a)
    bad.write_bytes(good)
    equal(read(b, bad)["state"], "done", "the good one is still good")
    p = a.run("bundle", "out", b.id, bad)
    equal(p.returncode, 1, f"no file is written over: {p.stderr.strip()}")
    verified(a, b)


@test
def who_may():
    a, b = offline_pair()
    a.must("officer", "add", "adm", "管", "--roles", "administrator")
    a.must("officer", "add", "aud", "审", "--roles", "auditor")
    a.must("officer", "add", "dut", "值", "--roles", "duty")
    for who in ("adm", "aud"):
        p = a.run("--officer", who, "bundle", "out", b.id, MEDIA / who)
        equal(p.returncode, 1, f"{who} may not: {p.stderr.strip()}")
    a.must("--officer", "dut", "bundle", "out", b.id, MEDIA / "dut")
    b.must("bundle", "out", a.id, MEDIA / "back")
    a.must("--officer", "dut", "bundle", "in", MEDIA / "back")
    acts = [(r["officer"], r["act"], r["subject"])
            for r in a.json("--officer", "aud", "audit")]
    for act in ("bundle-out", "bundle-in"):
        ok(("dut", act, b.id) in acts, f"{act} stands in the audit trail",
           acts)


def raid(a, b, seconds):
    at = datetime.now(SHANGHAI) + timedelta(seconds=seconds)
    return a.new("raid", to=[b], title="检查", target="虬江路1188号",
                 h_hour=at.isoformat(timespec="milliseconds"))


def target(desk, doc):
    return desk.json("show", doc)[0]["fields"].get("target", "")


@test
def reveal_when_its_hour_comes():
    a, b = offline_pair()
    for d in (a, b):
        d.must("kind", "add", str(KINDS / "raid.json"))
    doc = raid(a, b, 4)
    early = write(a, b)
    ok("虬江路".encode() not in early.read_bytes(), "not before its hour")
    read(b, early)
    equal(target(b, doc), "", "the party has the seal")
    time.sleep(4.5)
    equal(carry(a, b)["state"], "done", "nobody served when it came")
    equal(target(b, doc), "虬江路1188号", "the reveal came by bundle")
    verified(a, b)


@test
def reveal_earlier_by_the_lead():
    a, b = offline_pair()
    for d in (a, b):
        d.must("kind", "add", str(KINDS / "raid.json"))
    doc = raid(a, b, 86400)
    carry(a, b)
    equal(target(b, doc), "", "sealed")
    a.must("move", doc, "disclose")
    carry(a, b)
    equal(target(b, doc), "虬江路1188号", "the lead opened it before")
    verified(a, b)


@test
def then_the_line():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    docs = [clue(a, b) for _ in range(3)]
    carry(a, b)
    b.must("sign", docs[0])
    docs.append(clue(a, b))
    half = write(a, b)
    a.serve()
    b.serve()
    wait_for(lambda: len(b.json("list")) == 4, 20, "the fourth by line")
    wait_for(lambda: a.json("peer", "list")[0]["queued"] == 0, 20, "receipts")
    n = events(b)
    equal(read(b, half)["new"], 0, "the bundle beside the line adds nothing")
    carry(b, a)
    docs.append(clue(a, b))
    wait_for(lambda: len(b.json("list")) == 5, 20, "the line goes on")
    equal(events(b), n + 1, "nothing doubled")
    equal(sorted(r["id"] for r in b.json("list")), sorted(docs), "each once")
    for d in (a, b):
        wait_for(lambda: d.json("peer", "list")[0]["state"] == "up", 10,
                 "the link is sound")
        bad = [x for x in d.server.lines if "link=flow: " in x
               or "link=state: " in x]
        equal(bad, [], f"{d.id}: no link fell over a bundle")
    for d in (a, b):
        d.stop()
    verified(a, b)


@test
def large():
    a, b = offline_pair()
    with open(tmp("big") / "big.bin", "wb") as f:
        chunk = random.Random(6).randbytes(1024 * 1024)
        for i in range(96):
            f.write(i.to_bytes(4, "big") + chunk)
    big = pathlib.Path(f.name)
    clue(a, b, "--attach", big)
    path = write(a, b)

    def peak(*argv):
        p = subprocess.run(["/usr/bin/env", "python3", "-c",
                            "import resource,subprocess,sys;"
                            "subprocess.run(sys.argv[1:],check=True,"
                            "stdout=subprocess.DEVNULL);"
                            "print(resource.getrusage("
                            "resource.RUSAGE_CHILDREN).ru_maxrss)",
                            DELTADESK, *map(str, argv)],
                           capture_output=True, text=True)
        return int(p.stdout or -1)

    out = peak("--desk", a.home, "bundle", "out", b.id, MEDIA / "large")
    into = peak("--desk", b.home, "bundle", "in", path)
    ok(0 < out < 64 * 1024, f"written in {out} KiB of memory")
    ok(0 < into < 64 * 1024, f"read in {into} KiB of memory")
    ok(stored(b, big), "96 MiB are here")


main()
