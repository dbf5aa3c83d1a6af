"""EIO and ENOSPC at each call that writes, syncs, renames, removes or makes a
file: the act ends with 0 or 3, says why in one line, and with 3 nothing of it
is there; the desk verifies.

    io_errors.py [--full [N]]   every call of every act, or N of them spread
                                over all, each with both; make check-io
"""
from tap import *

sys.path.append(str(TOP / "tests/fault"))
from points import *  # noqa: E402

FULL = "--full" in sys.argv
N = int(sys.argv[-1]) if sys.argv[-1].isdigit() else 0 if FULL else 10
QUICK = [
    "new", "new with attachment", "draft", "sign", "revise", "attach",
    "bundle out", "bundle in", "evidence"]


def failing(acts, name, point, error, when=None):
    t = acts.at(name, point, f"error={error}", when)
    try:
        wrong = []
        if t.status not in (0, 3):
            wrong.append(f"ended with {t.status}: {t.err}")
        if t.status != 0 and not t.one_line():
            wrong.append(f"not one line: {t.err}")
        if "not an error" in t.err:
            wrong.append(f"no reason: {t.err}")
        wrong += acts.left(name, t, t.status == 0, point)
        if t.shape() is not None:
            p = acts.deltadesk(t.root, "verify")
            if p.returncode != 0:
                wrong.append(f"verify: {p.stdout}{p.stderr}")
        return [f"{error}: {x}" for x in wrong]
    finally:
        shutil.rmtree(t.root)


@test
def at_every_call():
    if not need_strace():
        return
    acts = Acts()
    names = list(acts.acts) if FULL else QUICK
    for error, shift in (("EIO", 0), ("ENOSPC", 1)):
        trials = sample(acts, names[shift:] + names[:shift], N)
        wrong = each(trials, lambda name, p: failing(acts, name, p, error))
        equal(wrong, [], f"{error} at {len(trials)} calls of "
              f"{len({t[0] for t in trials})} acts: all or nothing, verified")


@test
def a_sync_that_failed_is_no_act():
    """What was refused does not come back when the log is read again."""
    if not need_strace():
        return
    acts = Acts()
    names = (list(acts.acts) if FULL and N == 0
             else ["new", "sign", "bundle out"])
    trials = [(n, p) for n in names for p in acts.points(n)
              if p.call in ("fdatasync", "fsync")]
    wrong = each(trials, lambda name, p: failing(acts, name, p, "EIO"))
    equal(wrong, [], f"{len(trials)} syncs that failed: all or nothing")
    wrong = each(trials, lambda name, p: failing(acts, name, p, "EIO",
                                                 f"{p.number}+"))
    equal(wrong, [], "and when all after it fail, too")


main()
