"""A disk that fills under a serving desk: peers are told to wait first, own
acts go on, from the spare when nothing is left, then each is refused in one
line; serve lives through it, killed and started again too, and all goes on by
itself when there is room. And a peer that brings too much in a day waits while
others do not. --full (make check-disk) fills five times.

It mounts a small tmpfs in a mount namespace of its own.
"""
import shutil
import signal
import sys

from stranger import *
from tap import *

if os.environ.get("FULL_DISK_INSIDE") is None and \
        subprocess.run(["unshare", "-m", "true"], check=False,
                       capture_output=True).returncode == 0:
    os.environ["FULL_DISK_INSIDE"] = "1"
    os.execvp("unshare", ["unshare", "-m", sys.executable, *sys.argv])

FULL = "--full" in sys.argv
MIB = 1 << 20
SIZE = 48 * MIB
SHARE = SIZE // 100 * 5
disk = tmp("small")
mounted = os.environ.get("FULL_DISK_INSIDE") and subprocess.run(
    ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs",
     str(disk)], capture_output=True, check=False).returncode == 0


def space():
    s = os.statvfs(disk)
    return s.f_bavail * s.f_frsize


def fill(leave=0):
    """Another program takes all space but `leave` bytes."""
    with open(disk / "filler", "ab", buffering=0) as f:
        for size in (MIB, 4096):
            try:
                while space() - size >= leave:
                    f.write(b"x" * size)
            except OSError:
                pass


def unfill():
    os.unlink(disk / "filler")


def cpu_of(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
        words = f.read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def row(d, other):
    return [r for r in d.json("peer", "list") if r["desk"] == other.id][0]


def is_short(note):
    """In the language of the service."""
    return "磁盘空间不足" in (note or "") or "short of disk" in (note or "")


def retry_after(answer_of):
    p = subprocess.run(answer_of, capture_output=True, check=False)
    m = re.search(rb"(?i)retry-after: *(\d+)", p.stdout)
    return int(m.group(1)) if m else None


def push_argv(as_desk, to, body):
    return ["curl", "-sS", "-k", "-i", "--http2", "--tlsv1.3", "--cert",
            str(as_desk.home / "tls-cert.pem"), "--key",
            str(as_desk.home / "tls-key.pem"), "-X", "POST", "-d", body,
            f"https://127.0.0.1:{to.port}/v1/inbox"]


if mounted:
    host = Desk.__new__(Desk)
    host.id, host.home, host.env, host.server = ("310105", disk / "desk", {},
                                                 None)
    host.port = free_port()
    host.must("init", host.id, "--listen", f"127.0.0.1:{host.port}")
    honest = Desk("320500")
    sender = Desk("330100", "--signature", "ed25519")
    pair(host, honest)
    pair(host, sender)
    stranger = Stranger(sender, host)
    host.serve()
    honest.serve()
    first = honest.new(to=[host], title="先")
    wait_for(lambda: host.run("show", first).returncode == 0, 20, "the first")


def own():
    return host.run("--lang", "en", "new", "clue", "--to", honest.id,
                    "--set", "title=own")


_acts = [0]


def act():
    _acts[0] += 1
    return host.run("--lang", "en", "remark", first, f"own {_acts[0]}")


@test
def the_disk_fills_slowly():
    if not mounted:
        return skip("a full disk", "mounting is not allowed here")
    spare = host.home / "spare"
    wait_for(spare.exists, 5, "the spare")
    wait_for(lambda: spare.stat().st_blocks * 512 >= SHARE - 8192, 5, "whole")
    ok(spare.stat().st_size <= SHARE and spare.stat().st_mode & 0o77 == 0,
       f"a spare of {spare.stat().st_size} bytes is kept, 5 % at most, 0600")
    fill(SHARE - 300000)
    host.server.wait_line("disk space is short")
    r = stranger.post(b"{}\n")
    equal(r.problem(), (503, "disk-full"), "a peer is told to come again")
    equal(retry_after(push_argv(sender, host, "{}")), 30, "in 30 seconds")
    equal(act().returncode, 0, "an own act is taken")
    late = honest.new(to=[host], title="迟")
    wait_for(lambda: is_short(row(honest, host)["note"]), 30,
             "the sender's reason", every=0.5)
    ok(row(honest, host)["queued"] > 0, "its peer shows that it waits, and why")
    p = host.run("--lang", "en", "doctor")
    ok(p.returncode == 3 and "peers are told to wait" in p.stdout,
       "doctor says so", p.stdout)
    contains(host.must("--lang", "en", "duty"), "make room",
             "so does the duty list")
    ok(host.run("show", late).returncode != 0, "nothing of it came in")


def counted_until_refused():
    n = 0
    while n < 400:
        p = act()
        if p.returncode != 0:
            ok(p.returncode == 3 and len(p.stderr.strip().splitlines()) == 1
               and "space" in p.stderr, "then each is refused in one line",
               f"{p.returncode} {p.stderr}")
            return n
        n += 1
        fill()  # whoever fills it takes what is given back, too
    return n


@test
def nothing_is_left():
    if not mounted:
        return
    for time_ in range(5 if FULL else 1):
        if not (disk / "filler").exists():
            fill()
        fill()
        equal(space() < 8192, True, "the disk is full")
        n = counted_until_refused()
        ok(n >= 3, f"{n} own acts were taken from the spare")
        ok(host.server.alive(), "serve lives")
        began = cpu_of(host.server.pid)
        seconds = 10 if FULL else 3
        time.sleep(seconds)
        used = (cpu_of(host.server.pid) - began) / seconds
        ok(used < 0.10, f"with {100 * used:.1f} % of a processor")
        host.server.kill()
        host.server = Proc(DELTADESK, "--desk", host.home, "serve")
        host.server.wait_line(r"listening on", 20)
        ok(True, "killed and started again on the full disk, it serves")
        equal(host.run("list").returncode, 0, "all can be read")
        r = stranger.post(b"{}\n")
        equal(r.problem()[0], 503, "peers wait")
        titled = honest.new(to=[host], title=f"满{time_}")
        time.sleep(1)
        ok(host.run("show", titled).returncode != 0, "and their notices")
        unfill()
        began = time.monotonic()
        wait_for(lambda: host.run("show", titled).returncode == 0, 60,
                 "recovery", every=0.3)
        ok(True, "with room again it goes on by itself, in "
           f"{time.monotonic() - began:.1f} s")
        equal(act().returncode, 0, "own acts too")
        wait_for(lambda: (host.home / "spare").stat().st_size > SHARE // 2,
                 10, "the spare made whole again")
        wait_for(lambda: row(honest, host)["queued"] == 0, 60, "no queue")
        wait_for(lambda: not is_short(row(honest, host)["note"]), 40,
                 "the note gone")
    v = host.run("verify")
    equal(v.returncode, 0, f"the desk verifies: {v.stdout.strip()}")
    texts = [e.get("text") or e.get("data", {}).get("text")
             for e in host.json("events", first)]
    texts = [t for t in texts if t]
    equal(len(texts), len(set(texts)), "no act is there twice")


@test
def a_peer_that_brings_too_much():
    if not mounted:
        return
    host.must("set", "peer_quota", "1")
    host.stop()
    host.serve()
    equal(stranger.push(stranger.card_frame()).status, 200, "its card comes")
    r = None
    for i in range(12):
        e = stranger.issue(f"n{i}")
        e["data"]["fields"]["facts"] = "事" * 60000
        r = stranger.push(stranger.frame(stranger.envelope(dump(e))))
        if r.status != 200:
            break
    equal(r.problem(), (503, "quota"), f"after {i} notices of 180 kB it waits")
    ok(4 <= i <= 8, "a MiB was taken, and little more")
    s = retry_after(push_argv(sender, host, "{}"))
    ok(s is not None and 3500 < s <= 3600, f"for an hour at first: {s} s")
    ok(any("peer_quota" in x for x in host.server.lines), "the log names the "
       "setting")
    doc = honest.new(to=[host], title="照收")
    wait_for(lambda: host.run("show", doc).returncode == 0, 20, "the other's")
    ok(True, "what another peer sends arrives")
    host.must("set", "peer_quota", "0")
    host.stop()
    host.serve()
    equal(stranger.push(stranger.frame(stranger.envelope(dump(
        stranger.issue("z"))))).problem()[0], 409,
        "with more allowed it is taken again (a frame is missing)")
    equal(host.stop(), 0, "serve ends well")
    honest.stop()
    equal(host.run("verify").returncode, 0, "the desk verifies")


try:
    main()
finally:
    if mounted:
        subprocess.run(["umount", "-l", str(disk)], check=False)
