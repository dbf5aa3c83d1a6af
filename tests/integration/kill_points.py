"""Acts killed at each of their calls that write, sync, rename, remove or make a
file: what they did is there whole or not at all, the next command finds a desk
that verifies, with no repair in between, and the act can be done again.

    kill_points.py [--full]     every call of every act; make check-kill
"""
from tap import *

sys.path.append(str(TOP / "tests/fault"))
from points import *  # noqa: E402

FULL = "--full" in sys.argv
SHORT = 24
QUICK = [  # backup, restore and init take a second each
    "new", "new with attachment", "draft", "sign", "revise", "attach",
    "bundle out", "bundle in", "trust"]


def killed(acts, name, point):
    t = acts.at(name, point, "signal=KILL")
    try:
        if t.status not in KILLED:
            return [f"was not killed: {t.status} {t.err}"]
        wrong = acts.left(name, t, None)
        if t.shape() is not None:
            p = acts.deltadesk(t.root, "verify")
            if p.returncode != 0:
                wrong.append(f"verify: {p.stdout}{p.stderr}")
        p = acts.again(name, t.root)
        if p.returncode not in (0, 1):  # 1: it is done already
            wrong.append(f"again: {p.returncode} {p.stderr}")
        elif p.returncode == 0 and acts.acts[name][2] is TRUTH:
            wrong += acts.left(name, t, True)
        return wrong
    finally:
        shutil.rmtree(t.root)


@test
def at_every_call():
    if not need_strace():
        return
    acts = Acts()
    trials = sample(acts, list(acts.acts) if FULL else QUICK,
                    0 if FULL else SHORT)
    wrong = each(trials, lambda name, p: killed(acts, name, p))
    equal(wrong, [], f"{len(trials)} kills of "
          f"{len({t[0] for t in trials})} acts: all or nothing, verified")


main()
