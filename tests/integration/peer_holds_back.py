"""A peer that reads next to nothing of what it asked for and gives no receipts:
what waits for it stays in the database, not in memory, others are served
meanwhile, and it is counted as not delivered."""
import json as js

from tap import *
from wire import watch

N, FACTS = 250, "涉案物品照片说明" * 2500     # 60 kB each
GROWTH_MAX = 8 * 1024 * 1024


def rss(desk):
    with open(f"/proc/{desk.server.pid}/statm") as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def frames(desk, to):
    return desk.rows("SELECT count(*) FROM frame_out WHERE peer = ?",
                     to.id)[0][0]


@test
def it_waits_in_the_database():
    a, b, c = Desk("310105"), Desk("330100"), Desk("320500")
    pair(a, b, c)
    a.serve()
    c.serve()
    for lane in ("urgent", "plain"):
        watch(b, a, lane, rate=100)
    a.new(to=[b], title="first")
    wait_for(lambda: [r for r in a.json("peer", "list")
                      if r["desk"] == b.id and r["state"] == "up"], 20,
             "its watch")
    began = rss(a)
    path = tmp("import") / "n.ndjson"
    path.write_text("".join(js.dumps({"title": f"n{i}", "facts": FACTS})
                            + "\n" for i in range(N)))
    a.must("import", "clue", path, "--to", b.id, "--issue")
    wait_for(lambda: frames(a, b) > N, 30, "frames")
    time.sleep(2)
    bytes_ = N * len(FACTS.encode())
    grown = rss(a) - began
    if not SANITIZED:
        ok(grown < GROWTH_MAX,
           f"{bytes_ >> 20} MB wait for it and not in memory",
           f"{grown / 2**20:.1f} MB")
    diag(f"{bytes_ / 2**20:.1f} MB wait, memory grew by "
         f"{grown / 2**20:.1f} MB")
    row = [r for r in a.json("peer", "list") if r["desk"] == b.id][0]
    # who does not read does not answer either: his line may be down by now
    equal((row["queued"] > N, bool(row["oldest_queued_at"])), (True, True),
          "all of it is owed")
    a.new(to=[c], title="for another")
    wait_for(lambda: c.json("list"), 20, "another's notice")
    ok(True, "others are served meanwhile")
    a.stop()
    c.stop()


main()
