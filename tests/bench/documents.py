"""Questions of screens, and how they grow with what a desk holds."""
import json
import pathlib
import sqlite3
import subprocess
import time

import console
import world
from sizes import ARGS, SIZE
from table import at_least, at_most, no_less, row, within
from world import Served, desk, floor_in_folder, pair

# name of the figure, what it is, its bound beside bare tables
QUESTIONS = (("duty_p50_ms", "duty list of 40", within(0.1)),
             ("list_p50_ms", "a page of the list", None),
             ("list_back_p50_ms", "a page back", None),
             ("list_rare_p50_ms", "a kind that is not there", None),
             ("search1_p50_ms", "search, 1 character, newest 50", None),
             ("search1_p95_ms", "  95 of 100 within", within(1)),
             ("search2_p50_ms", "search, 2 characters, newest 50", within(2)),
             ("search2_p95_ms", "  95 of 100 within", within(10)),
             ("search4_p50_ms", "search, 4 characters, newest 50", None),
             ("counts_p50_ms", "counters", None),
             ("open_p50_ms", f"open one of {SIZE.opened} events", None),
             ("stats_p50_ms", "a year of statistics", within(300)))
# of those the bare FTS5 table that is searched alike
SEARCHES = ("search2_p50_ms", "search2_p95_ms")


def fill(folder_of, count):
    """A desk that issued so many, 40 of which wait for its officer."""
    rate = desk("fill", folder_of.folder, "330100", count,
                "clue")["rows_per_s"]
    with sqlite3.connect(folder_of.folder / "desk.db") as db:
        db.execute("UPDATE doc SET waits = 1, due_ms = issued_ms + 86400000"
                   " WHERE id % ? = 0", (max(count // 40, 1),))
    return rate


def filled(count):
    a, _ = pair("ed25519")
    return a, fill(a, count)


def million():
    """Filling it takes a quarter of an hour: it may be kept."""
    kept = ARGS.million and pathlib.Path(ARGS.million)
    if kept and (kept / "310105").exists():
        return Served("310105", "ed25519", kept)
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
    a = Served("310105", "ed25519", kept)
    b = Served("330100", "ed25519")
    a.trust(b)
    fill(a, SIZE.million)
    return a


def ask(a):
    answers = desk("query", a.folder)
    answers["stats_p50_ms"] = desk("stats", a.folder)["p50_ms"]
    answers["open_p50_ms"] = desk("open", a.folder, "330100",
                                  SIZE.opened)["p50_ms"]
    return answers


def run():
    """Beside bare tables; then at a tenth, the whole, and a million."""
    a, rate = filled(SIZE.documents)
    bare = floor_in_folder("insert", min(SIZE.documents, 20_000), 256)
    row("filling a desk, documents", "doc/s", [rate], [bare["rows_per_s"]],
        what="raw insert")
    raw = [floor_in_folder("query", SIZE.documents)
           for _ in range(SIZE.rounds)]
    counts = [SIZE.documents // 10, SIZE.documents]
    desks = [filled(counts[0])[0], a]
    if SIZE.million:
        counts.append(SIZE.million)
        desks.append(million())
    answers = [[ask(d) for d in desks] for _ in range(SIZE.rounds)]
    for key, name, goal in QUESTIONS:
        last = [r[-1][key] for r in answers]
        row(f"{name}, {counts[-1]}", "ms", last,
            [r[key] for r in raw if key in r], goal,
            f"bare table of {SIZE.documents}")
        if key in SEARCHES and len(counts) == 2:
            row("  beside the bare table", "ms", last, [r[key] for r in raw],
                at_most(1.5), "bare FTS5")
        for at in range(1, len(desks)):
            row(f"  {counts[at]} beside {counts[0]}", "ms",
                [r[at][key] for r in answers], [r[0][key] for r in answers],
                at_most(1.5), f"{counts[0]} documents")
    for d, count in zip(desks[1:], counts[1:]):
        console.times(d, count)
    rebuild(a, bare["rows_per_s"])
    correlation()
    clashes()


def rebuild(a, inserted):
    """Every projection of the filled desk made anew, search included."""
    took = []
    for _ in range(SIZE.rounds):
        with sqlite3.connect(a.folder / "desk.db") as db:
            db.execute("UPDATE projected SET rules = 'bench'")
        start = time.monotonic()
        world.program(a.folder, "list", "--since", "2099-01-01")
        took.append(SIZE.documents / (time.monotonic() - start))
    row("projections made anew, documents", "doc/s", took, [inserted],
        at_least(0.4), "raw insert")


def correlation():
    """What five shared values cost at arrival beside many that share them."""
    cost = {}
    for count in (SIZE.documents // 10, SIZE.documents,
                  *([SIZE.million] if SIZE.million else [])):
        cost[count] = []
        for _ in range(SIZE.rounds):
            a, b = pair("ed25519")
            d = desk("shared", a.folder, b.id, count)
            cost[count].append(max(d["shared_ms"] - d["plain_ms"], 0))
    first, *others = cost
    for count in others:
        row(f"correlation at arrival, {count} documents", "ms", cost[count],
            cost[first], within(1), f"{first} documents")


def clashes():
    a, b = pair("ed25519")
    desk("fill", a.folder, b.id, SIZE.actions, "action")
    found = [desk("clash", a.folder) for _ in range(SIZE.rounds)]
    row(f"clashes of one of {SIZE.actions} actions", "ms",
        [f["p50_ms"] for f in found], goal=within(10))
    row("  95 of 100 within", "ms", [f["p95_ms"] for f in found],
        goal=within(10))


def folds():
    """Kind by kind; the slowest one stands for all. Nothing of a database."""
    folded, whole = [], []
    for _ in range(SIZE.rounds):
        out = subprocess.run([str(world.BUILD / "tests/bench/fold"),
                              str(SIZE.folds)], capture_output=True,
                             text=True, check=True).stdout
        kinds = [json.loads(line) for line in out.splitlines()]
        folded.append(min(k["fold_per_s"] for k in kinds))
        whole.append(min(k["parse_fold_per_s"] for k in kinds))
    row("fold of parsed events, slowest kind", "ev/s", folded,
        goal=no_less(200_000))
    row("parse and fold, slowest kind", "ev/s", whole, goal=no_less(15_000))
