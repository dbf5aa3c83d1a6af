"""Many notices through one pair of serves: memory does not grow with them,
descriptors stay as they are, and each notice arrives once.

    soak.py              a thousand
    soak.py --full [N]   N thousand (100)
"""
# run: timeout=180
import json as js
import sqlite3

from tap import *

FULL = "--full" in sys.argv
THOUSANDS = int((sys.argv[sys.argv.index("--full") + 1:] or ["100"])[0]) \
    if FULL else 1
CHUNK = 2500 if FULL else 250
GROWTH_MAX = 8 * 1024 * 1024
WARM = 4        # chunks until caches have their size


def proc(desk):
    """(resident bytes, descriptors) of its serve."""
    pid = desk.server.pid
    with open(f"/proc/{pid}/statm") as f:
        pages = int(f.read().split()[1])
    return (pages * os.sysconf("SC_PAGE_SIZE"),
            len(os.listdir(f"/proc/{pid}/fd")))


def count(desk):
    db = sqlite3.connect(f"file:{desk.home}/desk.db?mode=ro", uri=True,
                         timeout=30)
    try:
        return db.execute("SELECT count(*) FROM doc").fetchone()[0]
    finally:
        db.close()


def behind(desk):
    db = sqlite3.connect(f"file:{desk.home}/desk.db?mode=ro", uri=True,
                         timeout=30)
    try:
        return db.execute(
            "SELECT (SELECT sum(seq) FROM (SELECT max(seq) AS seq FROM"
            " frame_out GROUP BY peer, epoch, lane)) - (SELECT sum(seq) FROM"
            " cursor WHERE dir = 'out')").fetchone()[0]
    finally:
        db.close()


def issue(desk, to, first, n):
    path = tmp("import") / "notices.ndjson"
    with open(path, "w") as f:
        for i in range(first, first + n):
            f.write(js.dumps({"title": f"第{i}件", "facts": f"事实{i}" * 8,
                              "urgency": "平件"}, ensure_ascii=False) + "\n")
    desk.must("import", "clue", path, "--to", to.id, "--issue", timeout=600)
    path.unlink()


@test
def soak():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    b.serve()
    seen, sent = [], 0
    while sent < THOUSANDS * 1000:
        issue(a, b, sent, CHUNK)
        sent += CHUNK
        wait_for(lambda: count(b) == sent and behind(a) == 0, 120,
                 f"{sent} notices")
        seen.append((proc(a), proc(b)))
        if FULL and sent % 10000 == 0:
            diag(f"{sent}: " + ", ".join(
                f"{d.id} {rss / 2**20:.1f} MB {fds} fds"
                for d, (rss, fds) in zip((a, b), seen[-1])))
    time.sleep(2)
    seen.append((proc(a), proc(b)))
    equal((count(a), count(b)), (sent, sent),
          f"{sent} notices are at both desks, once")
    for i, d in enumerate((a, b)):
        warm = seen[min(WARM, len(seen) - 1) - 1][i]
        last = seen[-1][i]
        grown = last[0] - warm[0]
        ok(grown < GROWTH_MAX * (1 if SLOW == 1 else 4),
           f"{d.id}: memory grew by less than 8 MB",
           f"{grown / 2**20:.1f} MB")
        ok(max(s[i][1] for s in seen) <= warm[1] + 2,
           f"{d.id}: descriptors stay", [s[i][1] for s in seen])
        diag(f"{d.id}: {warm[0] / 2**20:.1f} MB, then "
             f"{last[0] / 2**20:.1f} MB; {last[1]} descriptors")
    a.stop()
    b.stop()


main()
