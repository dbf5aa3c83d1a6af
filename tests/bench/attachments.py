"""A large attachment: how fast it comes in, in how much memory."""
import os
import sqlite3

import world
from sizes import SIZE
from table import at_least, row, within
from world import Pair, floor_in_folder, memory_mb

BYTES = SIZE.megabytes * 1024 * 1024


def newest(d, sql):
    with sqlite3.connect(f"file:{d.folder}/desk.db?mode=ro", uri=True) as db:
        return db.execute(sql, (BYTES,)).fetchone()[0]


def one_in(a, b):
    """Megabytes a second from the commit that named it until it is whole."""
    path = a.folder.parent / "evidence.bin"
    with open(path, "wb") as f:
        for _ in range(SIZE.megabytes):
            f.write(os.urandom(1024) * 1024)
    count = "SELECT count(*) FROM blob WHERE size = ?"
    before = newest(b, count)
    world.program(a.folder, "new", "clue", "--to", b.id, "--set",
                  "title=现场录像", "--set", "facts=见附件。", "--attach",
                  path)
    path.unlink()
    world.wait_until(lambda: newest(b, count) > before, 600)
    named = newest(a, "SELECT max(stored_at) FROM event WHERE ?1")
    whole = newest(b, "SELECT max(stored_at) FROM blob WHERE size = ?")
    return SIZE.megabytes / max(whole - named, 1) * 1000


def run():
    raw, ours, grown = [], [], []
    with Pair("ed25519") as (a, b):
        one_in(a, b)    # what the first one loads is no attachment's
        for _ in range(SIZE.rounds):
            raw.append(floor_in_folder("stream",
                                       SIZE.megabytes)["mb_per_s"])
            before, = memory_mb(b.pid, "VmRSS")
            ours.append(one_in(a, b))
            peak, = memory_mb(b.pid, "VmHWM")
            grown.append(max(peak - before, 0))
    row(f"an attachment of {SIZE.megabytes} MB in, digest and all", "MB/s",
        ours, raw, at_least(0.5), "raw TLS to a file")
    row("  memory of the receiver that it took", "MB", grown, goal=within(16))
