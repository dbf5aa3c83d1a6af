"""A desk with many live peers: stub peers in one process beside it."""
import time

import rivals
from sizes import SIZE
from table import NOT_INSTALLED, at_most, row, within
from world import ALGORITHMS, Served, floor, new_folder, tool

IDLE_MS = min(SIZE.idle_s, 5) * 1000


def live(signature):
    """Everything about them once; the rounds are in it."""
    a = Served("310105", signature)
    keys = new_folder()
    tool("stub", "enrol", a.folder, SIZE.peers, keys, signature)
    a.start()
    try:
        time.sleep(0.5)
        return tool("stub", "live", a.folder, SIZE.peers, keys, signature,
                    a.pid, SIZE.rounds, IDLE_MS)
    finally:
        a.stop()


def connections():
    """A connection of the bare libraries, of nghttpd, of the desk."""
    bare, rival, ours, all_, after, idle = [], [], [], [], [], []
    for _ in range(SIZE.rounds):
        bare.append(floor("hold", SIZE.peers)["kb_each"])
        if figure := rivals.nghttpd(SIZE.peers):
            rival.append(figure["kb_each"])
        d = live("ed25519")
        ours.append(d["kb_each"])
        all_.append(d["pss_mb"])
        after.append(d["pss_after_mb"])
        idle.append(d["idle_cpu_percent"])
    row(f"{SIZE.peers} live peers: memory of one", "KB", ours, bare,
        what="bare TLS and HTTP/2")
    row("  beside nghttpd", "KB", ours, rival or NOT_INSTALLED, at_most(1),
        "nghttpd")
    row("  memory of the serving process", "MB", all_, goal=within(30))
    row("  and after each has sent and got some", "MB", after,
        goal=within(30))
    row("  processor when nothing happens", "%", idle, goal=within(1))


def fan(signature, name, goal_ms):
    """To all of them, and from all of them at once."""
    verify = []
    d = live(signature)
    for _ in range(SIZE.rounds):
        per_s = floor("verify", signature, 2000)["verifies_per_s"]
        verify.append(SIZE.peers / per_s * 1000)
    out, back = d["one_to_all"], d["all_to_one"]
    row(f"one notice to all {SIZE.peers}, last receipt, {name}", "ms",
        [r["all_ms"] for r in out], verify, within(goal_ms),
        "raw verify of the receipts")
    row("  the commit before it, with all the frames", "ms",
        [r["commit_ms"] for r in out])
    row("  processor time of the desk", "ms", [r["cpu_ms"] for r in out])
    row(f"one from each of {SIZE.peers} at once, {name}", "ms",
        [r["all_ms"] for r in back], verify, what="raw verify")
    row("  half of them answered within", "ms",
        [r["half_ms"] for r in back])
    row("  processor time of the desk", "ms", [r["cpu_ms"] for r in back])


def run():
    connections()
    for (signature, name), goal_ms in zip(ALGORITHMS, (150, 400)):
        fan(signature, name, goal_ms)
