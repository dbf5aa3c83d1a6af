"""A disk that fills up at every possible write, a file system gone read-only:
the act is refused with one line, nothing is half-written, the desk verifies.
# run: alone
"""
import json
import os
import subprocess

from tap import *


def small_disk(size):
    """A file system of its own, or None where mounting is not allowed."""
    d = tmp("disk")
    p = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs",
                        str(d)], capture_output=True)
    return d if p.returncode == 0 else None


def unmount(d):
    subprocess.run(["umount", str(d)], capture_output=True, check=False)


def fill(d, leave):
    """Takes all room but `leave` bytes."""
    s = os.statvfs(d)
    size = max(0, s.f_bavail * s.f_frsize - leave)
    with open(d / "fill", "wb") as f:
        try:
            while size > 0:
                size -= f.write(b"\0" * min(size, 65536))
            f.flush()
        except OSError:
            pass


def on(disk, *words):
    return run("--lang", "en", "--desk", disk / "d", *words)


def prepared(disk):
    peer = Desk("330100")
    card = tmp("card") / "c"
    card.write_text(peer.run("card").stdout)
    p = on(disk, "init", "310105")
    if p.returncode == 0:
        p = on(disk, "peer", "trust", card)
    equal(p.returncode, 0, f"a desk on a small disk {p.stderr}")


@test
def full_at_any_write():
    disk = small_disk("8m")
    if disk is None:
        return skip("full disk", "mounting is not allowed here")
    try:
        prepared(disk)
        src = tmp("src") / "a.bin"
        made, odd = 0, []
        for leave in list(range(0, 200_000, 12_288)) + [400_000]:
            src.write_bytes(os.urandom(50_000))
            fill(disk, leave)
            p = on(disk, "new", "clue", "--to", "330100", "--set", "title=t",
                   "--attach", src)
            os.unlink(disk / "fill")
            made += p.returncode == 0
            if p.returncode not in (0, 3) or \
                    (p.returncode == 3 and "space" not in p.stderr):
                odd.append((leave, p.returncode, p.stderr))
            v = on(disk, "verify")
            if v.returncode != 0:
                odd.append((leave, "verify", v.stdout + v.stderr))
        equal(odd, [], "each act is done, or refused for want of space")
        ok(made >= 1, f"{made} found room")
        rows = on(disk, "list", "--json").stdout.splitlines()
        equal(len(rows), made, "what was refused left nothing")
        fill(disk, 0)
        p = on(disk, "list")
        equal(p.returncode, 0, "a full disk can still be read")
        p = on(disk, "note", json.loads(rows[0])["id"],
               "x")
        equal(p.returncode, 3, "and every other act is refused too")
        p = run("--lang", "en", "--desk", disk / "e", "init", "310104")
        equal(p.returncode, 3, "a new desk finds no room")
        equal(sorted(os.listdir(disk)), ["d", "fill"], "and leaves nothing")
    finally:
        unmount(disk)


@test
def read_only():
    disk = small_disk("8m")
    if disk is None:
        return skip("read-only disk", "mounting is not allowed here")
    try:
        prepared(disk)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        p = on(disk, "new", "clue", "--to", "330100", "--set", "title=t")
        equal(p.returncode, 3, "an act on a read-only desk: 3")
        contains(p.stderr.lower().replace("-", ""), "readonly", "and why")
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        equal(on(disk, "verify").returncode, 0, "it verifies afterwards")
    finally:
        unmount(disk)


main()
