"""kill -9 of either serve, again and again in a burst of notices: each is at
the receiver exactly once and both desks verify.

    exchange_kill.py [--full]    200 kills in 1,000 notices; make check-kill
"""
import random
import threading

from tap import *

FULL = "--full" in sys.argv
NOTICES, KILLS = (1000, 200) if FULL else (200, 14)


@test
def nothing_is_lost_or_doubled():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    b.serve()
    failed, slowest, work = [], 0.0, 0.0

    def write():
        for i in range(NOTICES):
            p = a.run("new", "clue", "--to", b.id, "--set", f"title=n{i}")
            if p.returncode != 0:
                failed.append(p.stderr)

    writer = threading.Thread(target=write)
    writer.start()
    for i in range(KILLS):
        d = (a, b)[i % 2]
        time.sleep(random.uniform(0.05, 0.4))
        d.server.kill()
        began = time.monotonic()
        d.serve()
        slowest = max(slowest, time.monotonic() - began)
        work = max(work, cpu_seconds(d.server.pid))
    writer.join()
    if FULL:  # the clock tells of what else the machine does
        ok(work <= SLOW, f"{KILLS} kills: listening again after at most "
           f"{work:.2f} s of a processor ({slowest:.2f} s by the clock)")
    equal(failed, [], "every notice was accepted while serve died")

    def all_there():
        return len(b.json("list", "--box", "in")) >= NOTICES

    try:
        wait_for(all_there, 60, "all notices")
    except TimeoutError:
        pass
    got = sorted(r["title"] for r in b.json("list", "--box", "in"))
    equal(len(got), NOTICES, "as many as were issued")
    equal(len(set(got)), NOTICES, "none twice")
    numbers = [r["number"] for r in a.json("list", "--box", "out")]
    equal(len(set(numbers)), NOTICES, "no reference number twice")
    try:
        wait_for(lambda: a.json("peer", "list")[0]["queued"] == 0, 30,
                 "receipts")
    except TimeoutError:
        pass
    equal(a.json("peer", "list")[0]["queued"], 0, "every receipt came back")
    a.stop()
    b.stop()
    for d in (a, b):
        p = d.run("verify")
        equal(p.returncode, 0, f"{d.id} verifies: {p.stdout.strip()}")


main()
