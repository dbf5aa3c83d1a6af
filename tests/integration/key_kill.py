"""key rotate killed at its calls: the desk opens, its card and its keys are of one
time, it signs, and no file is left over.

    key_kill.py          short: each rename, the last syncs and unlinks
    key_kill.py --full   every call that opens, writes, syncs, renames, unlinks
"""
import json
import subprocess
import sys

from keyring import *
from tap import *

sys.path.append(str(TOP / "tests/fault"))
from points import environ as traced, need_strace

FULL = "--full" in sys.argv
STATE = tmp("state")


def calls_of(desk, name):
    """How often a rotation makes that call."""
    log = tmp("strace") / "log"
    subprocess.run(["strace", "-f", "-qq", "-o", str(log), "-e",
                    f"trace={name}", DELTADESK, "--desk", str(desk.home),
                    "key", "rotate", "--at-once"], capture_output=True,
                   env=traced(STATE), check=True)
    return sum(f"{name}(" in line for line in log.read_text().splitlines())


@test
def killed_at_each_step():
    if not need_strace():
        return
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    names = ["rename", "unlink", "fdatasync"]
    if FULL:
        names += ["openat", "fsync", "pwrite64"]
    killed = 0
    for name in names:
        n = calls_of(a, name)
        every = range(1, n + 1)
        if not FULL:
            every = list(every) if name == "rename" else list(every)[-2:]
        for when in every:
            number, print_ = keys(a)["card"], keys(a)["fingerprint"]
            p = subprocess.run(
                ["strace", "-f", "-qq", "-o", "/dev/null", "-e",
                 f"trace={name}", "-e",
                 f"inject={name}:signal=KILL:when={when}", DELTADESK,
                 "--desk", str(a.home), "key", "rotate", "--at-once"],
                capture_output=True, env=traced(STATE))
            if p.returncode == 0:
                continue
            killed += 1
            q = a.run("key", "show", "--json")
            if q.returncode != 0:
                ok(False, f"{name} {when}: the desk opens", q.stderr)
                return
            k = json.loads(q.stdout)
            whole = (k["card"] > number) == (k["fingerprint"] != print_)
            left = [f.name for f in a.home.glob("*.pem")
                    if f.name not in ("seal.pem", "tls-cert.pem",
                                      "tls-key.pem")]
            if k["two_certificates"]:
                left = [f for f in left if "tls-next" not in f]
            new = a.run("new", "clue", "--to", b.id, "--set", "title=x")
            if not whole or left or new.returncode != 0:
                ok(False, f"{name} {when}: whole", f"{k} {left} {new.stderr}")
                return
            if len(k["keys"]) > 12:  # a card holds sixteen
                a = Desk("310105")
                a.trust(b)
    ok(killed >= 5, f"{killed} kills, each left a whole desk that signs")
    verified(a, "and every signature is good")


main()
