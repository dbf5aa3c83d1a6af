"""Whether processes are at rest: all that was asked of them is done, however
slow the machine, for every thread of theirs sleeps and none has woken. What a
timer brings later is not foreseen.

    doings(pids), looks() times alike with LOOK_S between
"""
import os

from tap import running

LOOK_S = 0.02


def looks():
    """How many looks alike it takes: what was written to a terminal is handed
    on by a thread of the kernel, which waits for its turn like any other."""
    return 2 + int(os.getloadavg()[0] / (os.cpu_count() or 1))


def family(pid):
    """The process and those that it started."""
    found = [pid]
    for p in found:
        try:
            with open(f"/proc/{p}/task/{p}/children") as f:
                found += map(int, f.read().split())
        except OSError:
            pass
    return found


def doings(*pids):
    """How often each thread of theirs, and of the services of this test, has
    slept so far; None while one is at work or waits for a disk."""
    done = []
    for pid in [*pids, *running()]:
        try:
            threads = os.listdir(f"/proc/{pid}/task")
        except OSError:         # it ended
            continue
        for t in threads:
            try:
                with open(f"/proc/{pid}/task/{t}/status") as f:
                    text = f.read()
            except OSError:
                return None
            if "\nState:\tR" in text or "\nState:\tD" in text:
                return None
            done.append((t, text[text.index("\nvoluntary"):]))
    return done
