"""Desks of the bench, its programs, and the processor time of a process."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from sizes import ARGS

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(ARGS.build).resolve()
WORK = pathlib.Path(tempfile.mkdtemp(prefix="deltadesk-bench-"))
DELTADESK = BUILD / "deltadesk"
os.environ["DELTADESK"] = str(DELTADESK)
ENV = dict(os.environ, HOME=str(WORK), XDG_STATE_HOME=str(WORK / "state"))
sys.path.insert(0, str(TOP / "tests" / "support"))

ALGORITHMS = (("ed25519", "Ed25519"), ("sm2-sm3", "SM2"))


def tool(name, *words):
    """What a program of the bench measured."""
    words = [str(w) for w in words]
    out = subprocess.run([str(BUILD / "tests" / "bench" / name), *words],
                         capture_output=True, text=True, env=ENV, check=False)
    if out.returncode != 0:
        sys.exit(f"bench: {name} {' '.join(words)}: {out.stderr.strip()}")
    return json.loads(out.stdout)


def desk(*words):
    return tool("desk", *words)


def floor(*words):
    return tool("floor", *words)


def floor_in_folder(*words):
    """The same, a folder for its files as its last word."""
    folder = new_folder()
    try:
        return tool("floor", *words, folder)
    finally:
        shutil.rmtree(folder)


def new_folder():
    return pathlib.Path(tempfile.mkdtemp(dir=WORK))


def program(folder, *words):
    out = subprocess.run([str(DELTADESK), "--desk", str(folder),
                          *map(str, words)], capture_output=True, text=True,
                         env=ENV, stdin=subprocess.DEVNULL, check=False)
    if out.returncode != 0:
        sys.exit(f"bench: {' '.join(map(str, words))}: {out.stderr.strip()}")
    return out.stdout


def cpu_s(pid):
    """Processor time of all threads that a process has now."""
    return sum(int(f.read_text().split()[0]) for f in
               pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


def memory_mb(pid, *names, file="status"):
    """Values of /proc/PID/status or smaps_rollup, in MB."""
    with open(f"/proc/{pid}/{file}", encoding="ascii") as f:
        found = {w[0][:-1]: int(w[1]) / 1024 for w in map(str.split, f)
                 if len(w) > 1 and w[0][:-1] in names}
    return [found[n] for n in names]


def stop(process):
    process.terminate()
    process.wait(30)


_serving = set()


class Served:
    """A desk of the bench and its serving process."""

    def __init__(self, desk_id, signature, folder=None):
        import tap
        self.id = desk_id
        self.folder = (folder or new_folder()) / desk_id
        self.process = None
        if not self.folder.exists():
            program(self.folder, "init", desk_id, "--signature", signature,
                    "--listen", f"127.0.0.1:{tap.free_port()}")

    @property
    def pid(self):
        return self.process.pid

    def trust(self, other):
        card = self.folder.parent / "card"
        card.write_text(program(other.folder, "card"))
        program(self.folder, "peer", "trust", card)

    def start(self):
        self.process = subprocess.Popen(
            [str(DELTADESK), "--desk", str(self.folder), "serve"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ENV,
            text=True)
        _serving.add(self.process)
        if not self.process.stdout.readline():
            sys.exit("bench: serve did not start")

    def stop(self):
        if self.process:
            _serving.discard(self.process)
            stop(self.process)
            self.process = None


def pair(signature):
    """Two desks that trust each other; nothing serves yet."""
    a, b = Served("310105", signature), Served("330100", signature)
    a.trust(b)
    b.trust(a)
    return a, b


class Pair:
    """with Pair("ed25519") as (a, b): both serve; a has nothing owed."""

    def __init__(self, signature):
        self.desks = pair(signature)

    def __enter__(self):
        for d in self.desks:
            d.start()
        desk("await", self.desks[0].folder, self.desks[1].id)
        return self.desks

    def __exit__(self, *_):
        for d in self.desks:
            d.stop()
            shutil.rmtree(d.folder.parent, ignore_errors=True)


def wait_until(fn, limit_s=60):
    end = time.monotonic() + limit_s
    while not fn():
        if time.monotonic() > end:
            sys.exit("bench: waited in vain")
        time.sleep(0.001)


def remove_all():
    for process in list(_serving):  # the bench was broken off
        stop(process)
    shutil.rmtree(WORK, ignore_errors=True)
