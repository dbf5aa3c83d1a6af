"""One fault at one system call of one act, by strace.

    acts = Acts()                       # prepared folders, acts by name
    for point in acts.points("new"):    # each call that touches its files
        acts.at("new", point, "signal=KILL")
        acts.at("new", point, "error=EIO")

A trial copies the folders, runs the act with the fault, and says how it ended
and what the folders hold. strace counts calls of one name in one thread; the
acts write from one thread, so a call's number is the same in every run that
does the same work.
"""
import concurrent.futures
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile

import tap

CALLS = ("write", "pwrite64", "fdatasync", "fsync", "syncfs", "rename",
         "renameat2", "unlink", "ftruncate", "mkdir", "rmdir", "fallocate",
         "fchmod", "openat")
LINE = re.compile(r"^\d+ +(\w+)\((.*)$")
# What holds the truth; all else is made of it.
TRUTH = ("event", "frame_out", "frame_in", "cursor", "receipt_in",
         "receipt_out", "want", "quarantine", "fork", "epoch", "serial",
         "act_waiting", "card", "key", "peer", "officer", "audit", "draft",
         "setting", "kind", "import", "desk_group", "bundle", "reference")
BLOBS = ("blob", "blob_grant")
# Files that are made anew, or never looked into.
NO_TRUTH = re.compile(r"(-shm|-turn|/wake|/live\.db.*|/exchange\.lock)$")
# Under a name of its own until it is whole.
TEMPORARY = re.compile(r"\.[A-Za-z0-9]{6}(/|$)|\.new-[A-Za-z0-9]{6}/"
                       r"|/blobs/part/")
# A whole attachment that no document names; a spool that serve sweeps; the
# mark of an epoch that never was, which every later one is above.
HARMLESS = re.compile(r"/blobs/[0-9a-f]{2}/[0-9a-f]{64}$|/desk/bundles/"
                      r"|^/state/.*\.mark$")
PASS = "staple battery horse 3"


def need_strace():
    """A failure with its remedy where no process may be traced."""
    try:
        p = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "true"],
                           capture_output=True, text=True)
    except FileNotFoundError:
        tap.ok(False, "strace is installed",
               "install the Debian package strace (bootstrap check does)")
        return False
    return tap.ok(p.returncode == 0, "strace may trace a process",
                  f"{p.stderr.strip()}\nptrace is forbidden here: give the "
                  "container --cap-add SYS_PTRACE, or set "
                  "/proc/sys/kernel/yama/ptrace_scope to 1 or less")


def environ(state):
    # the leak checker traces its own process, which strace forbids it
    asan = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    return tap.environ({"XDG_STATE_HOME": str(state), "ASAN_OPTIONS": asan,
                        "TZ": "Asia/Shanghai"})


class Point:
    def __init__(self, call, number, what):
        self.call, self.number, self.what = call, number, what

    def __str__(self):
        return f"{self.call} {self.number} ({self.what})"


class Trial:
    """What an act under a fault left."""

    def __init__(self, status, err, root):
        self.status, self.err, self.root = status, err, root

    def one_line(self):
        """But for how far it is, where the machine is slow."""
        return len([x for x in self.err.strip().splitlines()
                    if not x.endswith(" %")]) == 1

    def shape(self):
        return shape(self.root / "desk")


def shape(home):
    """(rows of truth, rows of attachments); None where no desk is."""
    if not (home / "desk.db").exists():
        return None
    db = sqlite3.connect(f"file:{home}/desk.db?mode=ro", uri=True)
    try:
        have = {r[0] for r in db.execute("SELECT name FROM sqlite_schema")}
        count = {t: db.execute(f"SELECT count(*) FROM {t}").fetchone()[0]
                 for t in TRUTH + BLOBS if t in have}
    finally:
        db.close()
    return (tuple(count.get(t, 0) for t in TRUTH),
            tuple(count.get(t, 0) for t in BLOBS))


def files(root):
    """Names below a folder but for those that say nothing."""
    found = []
    for f in root.rglob("*"):
        name = "/" + str(f.relative_to(root))
        if f.is_file() and not NO_TRUTH.search(name):
            found.append(name)
    return set(found)


def alike(now, want, ahead):
    """Attachments are stored before what names them."""
    if now is None or want is None:
        return now is want
    return all(n == w or (t in ahead and n >= w)
               for t, n, w in zip(TRUTH, now[0], want[0]))


class Acts:
    """A desk with something of everything, and acts on copies of it."""

    def __init__(self):
        self.base = tap.tmp("base")
        self.acts = {}
        self._clean = {}
        self._prepare()

    # ---- what the acts act on ----

    def _desk(self, desk_id, root):
        d = tap.Desk.__new__(tap.Desk)
        d.id, d.home, d.server, d.port = desk_id, root / "desk", None, None
        d.env = {"XDG_STATE_HOME": str(root / "state")}
        return d

    def _carry(self, a, b, name):
        path = self.base / name
        a.must("bundle", "out", b.id, path)
        b.must("bundle", "in", path)

    def _prepare(self):
        here = self.base / "here"
        a, b = self._desk("310105", here), self._desk("330100",
                                                      self.base / "there")
        for d in (a, b):
            d.must("init", d.id, "--listen",
                   f"127.0.0.1:{tap.free_port()}")
        tap.pair(a, b)
        photo = here / "photo.bin"
        photo.write_bytes(bytes(range(256)) * 200)
        secret = here / "pass"
        secret.write_text(PASS + "\n")
        secret.chmod(0o600)
        mine = a.new(to=[b], title="发出的")
        draft = a.must("new", "clue", "--to", b.id, "--set", "title=草稿",
                       "--draft").strip().splitlines()[-1]
        theirs = b.new(to=[a], title="来文")
        self._carry(b, a, "first")
        self._carry(a, b, "second")
        b.new(to=[a], title="又一件")
        b.must("sign", mine)
        b.must("bundle", "out", a.id, here / "incoming")
        a.must("backup", here / "old.tar", "--passphrase-file", secret)
        third = self._desk("320500", self.base / "third")
        third.must("init", third.id)
        (here / "third.card").write_text(third.must("card"))
        (here / "in.csv").write_text("title,to\n甲,330100\n乙,330100\n")
        self._list(mine, draft, theirs, b)

    def _list(self, mine, draft, theirs, b):
        def act(name, *argv, loses=False, ahead=()):
            """loses: no desk is there before. ahead: tables of which a part
            may be there already when the act fails; all: whatever verifies,
            and the act once more makes it whole."""
            self.acts[name] = (argv, loses, ahead)

        act("new", "new", "clue", "--to", b.id, "--set", "title=t")
        act("new with attachment", "new", "clue", "--to", b.id, "--set",
            "title=t", "--attach", "{root}/photo.bin")
        act("draft", "new", "clue", "--to", b.id, "--set", "title=t",
            "--draft")
        act("issue", "issue", draft)
        act("sign", "sign", theirs)
        act("revise", "revise", mine, "--set", "title=改")
        act("attach", "attach", mine, "{root}/photo.bin")
        act("remark", "remark", mine, "话")
        act("withdraw", "withdraw", mine, "--note", "n")
        act("bundle out", "bundle", "out", b.id, "{root}/outgoing")
        act("bundle in", "bundle", "in", "{root}/incoming", ahead=TRUTH)
        act("backup", "backup", "{root}/new.tar", "--passphrase-file",
            "{root}/pass", ahead=("audit",))
        act("restore", "restore", "{root}/old.tar", "--passphrase-file",
            "{root}/pass", "--confirm-peers", loses=True)
        act("import", "import", "clue", "{root}/in.csv")
        act("import issued", "import", "clue", "{root}/in.csv", "--issue")
        act("init", "init", "310105", loses=True)
        act("trust", "peer", "trust", "{root}/third.card")
        act("revoke", "peer", "revoke", b.id)
        act("peer set", "peer", "set", b.id, "--address", "127.0.0.1:4433")
        act("officer", "officer", "add", "li", "李", "--roles", "duty")
        act("set", "set", "bell", "off")
        act("rebuild", "verify", "--rebuild")
        # who takes papers out is written down first
        act("print", "print", mine, "--pdf", "{root}/paper.pdf",
            ahead=("audit",))
        act("evidence", "evidence", mine, "{root}/evidence",
            ahead=("audit",))

    # ---- trials ----

    def copy(self, name):
        root = pathlib.Path(tempfile.mkdtemp(prefix="dd-trial-"))
        shutil.copytree(self.base / "here", root, dirs_exist_ok=True)
        if self.acts[name][1]:  # the desk is lost, or never was
            shutil.rmtree(root / "desk")
            shutil.rmtree(root / "state")
        return root

    def argv(self, name, root):
        return [tap.DELTADESK, "--lang", "en", "--desk", str(root / "desk"),
                *(str(a).format(root=root) for a in self.acts[name][0])]

    def deltadesk(self, root, *args):
        return subprocess.run([tap.DELTADESK, "--lang", "en", "--desk",
                               str(root / "desk"), *map(str, args)],
                              capture_output=True, text=True,
                              env=environ(root / "state"))

    def again(self, name, root):
        """The act without a fault."""
        return subprocess.run(self.argv(name, root), capture_output=True,
                              text=True, env=environ(root / "state"))

    def trace(self, name, *options):
        root = self.copy(name)
        p = subprocess.run(["strace", "-f", "-qq", *options,
                            *self.argv(name, root)], capture_output=True,
                           text=True, env=environ(root / "state"))
        return Trial(p.returncode, p.stderr, root)

    def points(self, name):
        """Each call that changes a file of this act."""
        log = self.base / "calls"
        t = self.trace(name, "-y", "-o", log, "-e",
                       "trace=" + ",".join(CALLS))
        if t.status != 0:
            raise RuntimeError(f"{name}: {t.status} {t.err}")
        self._clean[name] = (t.shape(), files(t.root))
        shutil.rmtree(t.root)
        seen, found = {}, []
        for line in log.read_text(errors="replace").splitlines():
            m = LINE.match(line)
            if not m or m[1] not in CALLS or "resumed" in line:
                continue
            key = (line.split()[0], m[1])
            seen[key] = seen.get(key, 0) + 1
            if m[2].startswith(("1<", "2<")):
                continue  # what it says
            if str(t.root) in m[2] and (m[1] != "openat" or "O_CREAT" in
                                        m[2]):
                what = re.sub(r"^.*?" + re.escape(str(t.root)), "", m[2])
                found.append(Point(m[1], seen[key],
                                   re.split(r"[>\",]", what)[0]))
        return found

    def left(self, name, trial, done, point=None):
        """What is wrong with what the folders hold; done: True, False or
        None when the act may be done or not."""
        _, loses, ahead = self.acts[name]
        whole = self._clean[name]
        base = self.base / "here"
        was = None if loses else shape(base / "desk")
        now, wrong = trial.shape(), []
        good = [x for x, may in ((was, done is not True),
                                 (whole[0], done is not False)) if may]
        if not any(alike(now, x, ahead) for x in good):
            wrong.append(f"rows are neither as before nor as after: {now}, "
                         f"not {good}")
        had = files(base)
        if loses:
            had = {f for f in had if not f.startswith(("/desk", "/state"))}
        more = files(trial.root) - had
        if done is not False:
            more -= whole[1]
        # killed, or not able to remove it: what it wrote under another name
        if done is None or (point and point.call in ("unlink", "rmdir")):
            more = {f for f in more if not TEMPORARY.search(f)}
        more = {f for f in more if not HARMLESS.search(f)}
        if more:
            wrong.append(f"files are left: {sorted(more)}")
        return wrong

    def at(self, name, point, fault, when=None):
        """The act with the fault at the point (when: more than that)."""
        return self.trace(
            name, "-o", "/dev/null", "-e", f"trace={point.call}", "-e",
            f"inject={point.call}:{fault}:when={when or point.number}")


KILLED = (-signal.SIGKILL, 128 + signal.SIGKILL)


def sample(acts, names, n):
    """(name, point) of every call of these acts; n: so many of them, spread
    over all; 0: all."""
    every = [(name, p) for name in names for p in acts.points(name)]
    if n == 0 or n >= len(every):
        return every
    return [every[i * len(every) // n] for i in range(n)]


def each(trials, fn):
    """fn(name, point) for each, two at a time; the sentences it gave."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda t: [f"{t[0]}, {t[1]}: {x}" for x in fn(*t)],
                         trials)
        return [x for one in found for x in one]
