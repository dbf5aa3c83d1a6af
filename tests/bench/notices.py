"""One notice and its receipt; many, one after another; consoles watching."""
import rivals
from sizes import SIZE
from table import NOT_INSTALLED, at_least, at_most, row, within
from watchers import Watchers
from world import ALGORITHMS, Pair, desk, floor_in_folder


def one(signature, name):
    raw, signed, sync, ours, late = [], [], [], [], []
    with Pair(signature) as (a, b):
        for _ in range(SIZE.rounds):
            f = floor_in_folder("notice", signature, SIZE.notices)
            d = desk("notice", a.folder, b.id, SIZE.notices)
            raw.append(f["raw_p50_ms"])
            signed.append(f["signed_p50_ms"])
            ours.append(d["p50_ms"])
            late.append(d["p99_ms"])
            if postgres := rivals.postgres():
                sync.append(postgres.one_by_one(SIZE.notices))
    row(f"one notice to its receipt, {name}", "ms", ours, raw)
    row("  beside the same signed, without TLS or JSON", "ms", ours, signed,
        at_most(1.5), "signed floor")
    row("  beside PostgreSQL waiting for its subscriber", "ms", ours,
        sync or NOT_INSTALLED, what="PostgreSQL")
    row(f"  99 of 100 within, {name}", "ms", late, goal=within(15))


def sustained(signature, name):
    raw, queued, mailed, ours = [], [], [], []
    with Pair(signature) as (a, b):
        for _ in range(SIZE.rounds):
            raw.append(floor_in_folder("sustained",
                                       SIZE.sustained)["notices_per_s"])
            ours.append(desk("sustained", a.folder, b.id,
                             SIZE.sustained)["notices_per_s"])
            if postgres := rivals.postgres():
                queued.append(postgres.one_after_another(SIZE.sustained))
            if postfix := rivals.postfix():
                mailed.append(postfix.one_after_another(
                    max(SIZE.sustained // 5, 1)))
    row(f"single notices sustained, {name}", "/s", ours, raw)
    row("  beside PostgreSQL, nobody waiting", "/s", ours,
        queued or NOT_INSTALLED,
        at_least(1) if signature == "ed25519" else None, "PostgreSQL")
    row("  beside postfix to Maildir", "/s", ours,
        mailed or NOT_INSTALLED, at_least(20), "postfix")


def watched():
    """The receiver's consoles all show what arrives."""
    alone, ours = [], []
    with Pair("ed25519") as (a, b):
        for _ in range(SIZE.rounds):
            alone.append(desk("notice", a.folder, b.id,
                              SIZE.notices)["p50_ms"])
            with Watchers(b.folder, SIZE.consoles):
                ours.append(desk("notice", a.folder, b.id,
                                 SIZE.notices)["p50_ms"])
    row(f"one notice, {SIZE.consoles} consoles watching", "ms", ours, alone,
        at_most(2), "nobody watching")


def run():
    for signature, name in ALGORITHMS:
        one(signature, name)
    for signature, name in ALGORITHMS:
        sustained(signature, name)
    watched()
