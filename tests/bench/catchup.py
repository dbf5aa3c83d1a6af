"""Whole again after an outage: how fast, at what cost to each side, and how
soon what is urgent stands on the screen."""
import re
import sqlite3
import time

import rivals
import world
from recorder import Recorder
from sizes import SIZE
from table import NOT_INSTALLED, at_least, row, within
from world import ALGORITHMS, desk, floor, floor_in_folder, pair

# no character of one where the other has it: only what differs is sent
WAITED, FRESH = "急件先到", "在途拦截"


def outage(signature, mix):
    """A desk that owes everything, its peer, and what filling it cost."""
    a, b = pair(signature)
    filled = desk("fill", a.folder, b.id, SIZE.events, mix)
    return a, b, filled


def whole(signature, name):
    figures = {k: [] for k in ("insert", "verify", "once", "ours", "in", "out",
                               "raw", "found")}
    for _ in range(SIZE.rounds):
        a, b, _ = outage(signature, "clue")
        insert = floor_in_folder("insert", SIZE.events, 512)
        verify = floor("verify", signature, min(SIZE.events, 4000))
        a.start()
        b.start()
        took = desk("await", a.folder, b.id)["ms"] / 1000
        began = time.monotonic()
        world.wait_until(lambda: waiting(b) == 0, 300)
        figures["found"].append(took + time.monotonic() - began)
        events = SIZE.events / 1e6
        figures["in"].append(world.cpu_s(b.pid) / events)
        figures["out"].append(world.cpu_s(a.pid) / events)
        figures["raw"].append(insert["cpu_us"] + verify["cpu_us"])
        figures["insert"].append(insert["rows_per_s"])
        figures["verify"].append(verify["verifies_per_s"])
        figures["ours"].append(SIZE.events / took)
        if postgres := rivals.postgres():
            figures["once"].append(postgres.all_at_once(SIZE.events))
        a.stop()
        b.stop()
    fast = signature == "ed25519"
    row(f"catch-up of {SIZE.events}, {name}", "ev/s", figures["ours"],
        figures["insert"], at_least(0.6) if fast else None, "raw insert")
    row("  beside raw verify on all cores", "ev/s", figures["ours"],
        figures["verify"], None if fast else at_least(0.55), "raw verify")
    row("  the same until search finds all of it", "ev/s",
        [SIZE.events / s for s in figures["found"]], figures["insert"],
        what="raw insert")
    row("  beside PostgreSQL, one transaction", "ev/s", figures["ours"],
        figures["once"] or NOT_INSTALLED, what="PostgreSQL")
    row("  processor time of the receiver, an event", "us", figures["in"],
        figures["raw"], what="raw insert and verify")
    row("  processor time of the sender, an event", "us", figures["out"])


def urgent_on_screen():
    """Two ways in: it waited with all the rest, or comes in the middle."""
    waited, fresh = [], []
    for _ in range(SIZE.rounds):
        a, b, _ = outage("ed25519", "plain")
        issue(a, b, WAITED)
        b.start()
        console = Recorder(world.DELTADESK, "--desk", b.folder)
        console.until("[1 ")
        a.start()
        began = time.monotonic()
        waited.append(seen(console, WAITED, began))
        world.wait_until(lambda: held(b) > SIZE.events // 10)
        began = time.monotonic()
        issue(a, b, FRESH)
        fresh.append(seen(console, FRESH, began))
        console.end()
        a.stop()
        b.stop()
    row("catch-up: urgent on the screen after the start", "ms", waited,
        goal=within(1000))
    row("  one that is issued in the middle of it", "ms", fresh,
        goal=within(1000))


def issue(a, b, title):
    world.program(a.folder, "new", "clue", "--to", b.id, "--set",
                  f"title={title}", "--set", "urgency=特急", "--set",
                  "facts=在途货物,请即拦截。")


def waiting(b):
    """Documents that the full text index does not have yet."""
    with sqlite3.connect(f"file:{b.folder}/desk.db?mode=ro", uri=True) as db:
        return db.execute("SELECT count(*) FROM index_later").fetchone()[0]


def held(b):
    with sqlite3.connect(f"file:{b.folder}/desk.db?mode=ro", uri=True) as db:
        return db.execute("SELECT max(row) FROM event").fetchone()[0] or 0


def seen(console, text, began):
    """Milliseconds until the text came by on the terminal."""
    end = began + 60
    while text not in plain(console.out):
        if time.monotonic() > end or not console.pump(0.1):
            raise SystemExit(f"bench: {text} never came on the screen")
    return (console.last - began) * 1000


def plain(out):
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "",
                  out.decode("utf-8", "replace"))


def run():
    for signature, name in ALGORITHMS:
        whole(signature, name)
    urgent_on_screen()
