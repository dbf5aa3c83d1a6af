"""What the Python tests share: TAP lines, temporary folders, ports, processes.

    from tap import *

    @test
    def a_card_is_printed():
        d = Desk("310105")
        ok("310105" in d.run("card").stdout, "card names the desk")

    main()

A test is a function; each ok() is a line; an exception is a failure. All that
a test started is ended by its process id, and all folders removed, at the end.
To run one alone: PYTHONPATH=tests/support python3 tests/integration/x.py
"""
import atexit
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import traceback

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
DELTADESK = os.environ.get("DELTADESK", str(TOP / "deltadesk"))
# Built with the address sanitizer: its memory is the checker's own.
SANITIZED = b"__asan_init" in pathlib.Path(DELTADESK).read_bytes()
SLOW = float(os.environ.get("TEST_SLOW", "1"))

_n = _failed = 0
_tests = []
_dirs = []
_procs = []


# ---- results ----

def ok(good, text, note=None):
    """One TAP line; note is printed when it failed."""
    global _n, _failed
    _n += 1
    text = str(text).replace("#", "\\#").replace("\n", " ")
    print(f"{'ok' if good else 'not ok'} {_n} - {text}", flush=True)
    if not good:
        _failed += 1
        if note is not None:
            diag(note)
    return bool(good)


def equal(got, want, text):
    return ok(got == want, text, f"got:  {got!r}\nwant: {want!r}")


def contains(got, part, text):
    return ok(part in got, text, f"{part!r} not in:\n{got}")


def skip(text, reason):
    global _n
    _n += 1
    print(f"ok {_n} - {text} # SKIP {reason}", flush=True)


def diag(text):
    for line in str(text).splitlines():
        print("# " + line, flush=True)


def test(fn):
    """Register a test function; main() runs them in the order written."""
    _tests.append(fn)
    return fn


def main():
    for fn in _tests:
        try:
            fn()
        except Exception:  # a test may fail in any way; the others still run
            ok(False, f"{fn.__name__} ran to its end", traceback.format_exc())
    print(f"1..{_n}", flush=True)
    sys.exit(1 if _failed or _n == 0 else 0)


# ---- folders, ports, waiting ----

def tmp(name="t"):
    """A new empty folder, removed at the end (kept when TEST_KEEP is set)."""
    d = pathlib.Path(tempfile.mkdtemp(prefix=f"dd-{name}-"))
    _dirs.append(d)
    return d


_ports = set()


def free_port():
    """A loopback port that nobody listens on now; never the same one twice.
    Below those that the system hands to outgoing connections: one of these
    would take it as soon as the server is down for a while."""
    while True:
        port = random.SystemRandom().randrange(10000, 32000)
        if port in _ports:
            continue
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
        _ports.add(port)
        return port


def wait_for(fn, timeout=15, what="condition", every=0.05):
    """The first true value of fn(); TimeoutError after timeout seconds. It
    pauses as long as fn() takes: what starts a program to look would keep
    what it waits for from running."""
    end = time.monotonic() + timeout * SLOW
    while True:
        began = time.monotonic()
        value = fn()
        if value:
            return value
        now = time.monotonic()
        if now > end:
            raise TimeoutError(f"{what}: not within {timeout * SLOW:.0f} s")
        time.sleep(max(every, now - began))


def processes_with(text):
    """Ids of the processes that have the text on their command line."""
    found = []
    for p in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if text.encode() in p.read_bytes():
                found.append(int(p.parent.name))
        except OSError:  # it ended meanwhile
            pass
    return found


# ---- the program ----

def environ(extra=None):
    env = dict(os.environ)
    env.pop("DELTADESK_HOME", None)
    env.setdefault("LANG", "C.UTF-8")
    env.update(extra or {})
    return env


def run(*args, input=None, env=None, timeout=60, cwd=None, program=None):
    """Run ./deltadesk ARGS to its end: .returncode .stdout .stderr (text)."""
    data = input.encode() if isinstance(input, str) else input
    kw = {"stdin": subprocess.DEVNULL} if data is None else {"input": data}
    p = subprocess.run([program or DELTADESK, *map(str, args)],
                       capture_output=True, env=environ(env), cwd=cwd,
                       timeout=timeout * SLOW, **kw)
    p.stdout_bytes = p.stdout
    p.stdout = p.stdout.decode("utf-8", "replace")
    p.stderr = p.stderr.decode("utf-8", "replace")
    return p


def cpu_seconds(pid):
    """What a process and its threads took of the processors so far."""
    words = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1]
    user, system = words.split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


class Proc:
    """A process in the background; its output lines are kept in .lines."""

    def __init__(self, *argv, env=None, cwd=None):
        self.argv = [str(a) for a in argv]
        self.lines = []
        self.p = subprocess.Popen(self.argv, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT,
                                  env=environ(env), cwd=cwd)
        self.pid = self.p.pid
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        _procs.append(self)

    def _read(self):
        for raw in self.p.stdout:
            self.lines.append(raw.decode("utf-8", "replace").rstrip("\n"))

    def wait_line(self, pattern, timeout=15):
        """The match of the first output line that has the pattern."""
        def look():
            for line in list(self.lines):
                m = re.search(pattern, line)
                if m:
                    return m
            if self.p.poll() is not None:
                self._reader.join(2)
                if not any(re.search(pattern, x) for x in self.lines):
                    raise RuntimeError(
                        f"{self.argv} ended with {self.p.returncode}:\n"
                        + "\n".join(self.lines))
            return None
        return wait_for(look, timeout, f"line {pattern!r}")

    def alive(self):
        return self.p.poll() is None

    def signal(self, sig):
        if self.alive():
            self.p.send_signal(sig)

    def stop(self, timeout=10):
        """SIGTERM and wait; the exit status. SIGKILL when it hangs."""
        self.signal(signal.SIGTERM)
        try:
            status = self.p.wait(timeout * SLOW)
        except subprocess.TimeoutExpired:
            self.p.kill()
            self.p.wait()
            raise
        finally:
            self._reader.join(2)
        return status

    def kill(self):
        """SIGKILL, as if the power went."""
        if self.alive():
            self.p.kill()
        self.p.wait()
        self._reader.join(2)

    def wait(self, timeout=30):
        status = self.p.wait(timeout * SLOW)
        self._reader.join(2)
        return status


def query(file, name):
    """The statement of that name in db/query/FILE.sql."""
    text = (TOP / "db/query" / f"{file}.sql").read_text("utf-8")
    return re.search(rf"^-- name: {name}\n(.*?;)", text, re.M | re.S).group(1)


def running():
    """Ids of the processes in the background."""
    return [p.pid for p in _procs if p.alive()]


class Desk:
    """One desk in its own temporary folder, on loopback."""

    def __init__(self, desk_id, *init_args, listen=True, env=None):
        self.id = desk_id
        self.home = tmp(desk_id) / "desk"
        self.env = dict(env or {})
        self.server = None
        self.port = free_port() if listen else None
        args = ["init", desk_id]
        if listen:
            args += ["--listen", f"127.0.0.1:{self.port}"]
        self.must(*args, *init_args)

    def run(self, *args, input=None, timeout=60, env=None):
        return run("--desk", self.home, *args, input=input, timeout=timeout,
                   env={**self.env, **(env or {})})

    def must(self, *args, input=None, timeout=60, env=None):
        """Like run, but anything but exit status 0 raises; gives stdout."""
        p = self.run(*args, input=input, timeout=timeout, env=env)
        if p.returncode != 0:
            raise RuntimeError(f"deltadesk {' '.join(map(str, args))}: status "
                               f"{p.returncode}: {p.stderr}{p.stdout}")
        return p.stdout

    def json(self, *args, **kw):
        """The objects of a --json listing."""
        out = self.must(*args, "--json", **kw)
        return [json.loads(line) for line in out.split("\n") if line.strip()]

    def new(self, kind="clue", to=(), **fields):
        """Issue a document; its id."""
        args = ["new", kind, "--to", ",".join(
            t.id if isinstance(t, Desk) else t for t in to)]
        for name, value in fields.items():
            args += ["--set", f"{name}={value}"]
        return self.must(*args).strip().splitlines()[-1]

    def queues(self):
        """What waits for each peer, by the program's own question: a test
        that asks every few milliseconds does not start a program for it."""
        waiting = {}
        for peer, _lane, _epoch, last, held in self.rows(
                query("list", "count_queued"), None):
            waiting[peer] = waiting.get(peer, 0) + max(0, last - held)
        return waiting

    def rows(self, sql, *args):
        """What the replica answers; nothing is written."""
        db = sqlite3.connect(f"file:{self.home}/desk.db?mode=ro", uri=True,
                             timeout=10)
        try:
            return db.execute(sql, args).fetchall()
        finally:
            db.close()

    def trust(self, *others):
        """Trust the cards of other desks."""
        for o in others:
            self.must("peer", "trust", "-", input=o.must("card"))

    def serve(self, timeout=20):
        """Start serve and wait until it listens."""
        self.server = Proc(DELTADESK, "--desk", self.home, "serve",
                           env=self.env)
        self.server.wait_line(r"listening on (\S+)", timeout)
        return self.server

    def stop(self):
        if self.server:
            server, self.server = self.server, None
            return server.stop()
        return None


def pair(*desks):
    """Make every one of the desks trust every other."""
    for a in desks:
        a.trust(*[b for b in desks if b is not a])


@atexit.register
def _clean():
    for p in _procs:
        try:
            p.kill()
        except OSError:
            pass
    if not os.environ.get("TEST_KEEP"):
        for d in _dirs:
            shutil.rmtree(d, ignore_errors=True)


def _on_term(*_):
    sys.exit(143)


signal.signal(signal.SIGTERM, _on_term)
