"""What an event takes on the disk, and what a year of a desk takes."""
import shutil
import sqlite3
import subprocess
import time

import world
from sizes import SIZE
from table import row, within
from world import desk, floor_in_folder, pair


def size_of(d):
    """Bytes in use, and by table or index, largest first."""
    with sqlite3.connect(d.folder / "desk.db") as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages, free, size = (db.execute(f"PRAGMA {name}").fetchone()[0]
                             for name in ("page_count", "freelist_count",
                                          "page_size"))
        parts = db.execute(
            "SELECT name, sum(pgsize) FROM dbstat GROUP BY name "
            "ORDER BY 2 DESC").fetchall()
    return (pages - free) * size, dict(parts)


def an_event():
    bare, out, arrived = [], [], []
    for _ in range(SIZE.rounds):
        bare.append(floor_in_folder("insert", SIZE.events,
                                    256)["bytes_per_row"])
        a, b = pair("ed25519")
        empty = size_of(a)[0]
        desk("fill", a.folder, b.id, SIZE.events, "clue")
        a.start()
        b.start()
        desk("await", a.folder, b.id)
        a.stop()
        b.stop()
        out.append((size_of(a)[0] - empty) / SIZE.events)
        arrived.append((size_of(b)[0] - empty) / SIZE.events)
    row("disk, an event with search, at its sender", "B", out, bare,
        within(3700), "raw row and FTS5")
    row("  at its receiver", "B", arrived, bare, within(3700),
        "raw row and FTS5")


def a_year():
    """SIZE.year notices with four remarks each; so many a year is what a busy
    district desk issues and gets."""
    a, b = pair("ed25519")
    desk("fill", a.folder, b.id, SIZE.year * 5, "lives")
    row(f"a year of {SIZE.year} notices, 5 events each", "MB",
        [size_of(a)[0] / 1e6])
    backup(a)


def backup(a):
    """Where this program can make one; beside a synced copy of the file."""
    if " backup" not in world.program(a.folder, "--help"):
        return
    copied, ours = [], []
    for at in range(SIZE.rounds):
        to = world.new_folder()
        size = (a.folder / "desk.db").stat().st_size / 1e6
        start = time.monotonic()
        subprocess.run(["dd", f"if={a.folder}/desk.db", f"of={to}/copy",
                        "bs=1M", "conv=fsync", "status=none"], check=True)
        copied.append(size / (time.monotonic() - start))
        start = time.monotonic()
        world.program(a.folder, "backup", "--no-keys",
                      to / f"{at}.backup")
        ours.append(size / (time.monotonic() - start))
        shutil.rmtree(to)
    row("backup of that desk", "MB/s", ours, copied, what="synced copy")


def run():
    an_event()
    a_year()
