"""A machine that loses its power, from the journal that powerlog.so writes.

    log = Log(folder)              # before the run: what is on the disk
    desk.env.update(log.env())     # its processes are written down
    ...
    disk = Replay(log)
    for image in disk.cuts(2000, random.Random(seed)):
        image.write(somewhere)     # what a machine would find after the cut

What is certain after a cut: what a sync that ended covers, that is what was
written to that file, or named in that folder, before the sync began. All else
is kept, dropped, reordered or torn at 512 bytes. A sync that failed leaves
what it should have written nowhere but in memory.
"""
import base64
import copy
import ctypes
import json
import mmap
import os
import pathlib
import re
import struct
import threading

import tap

HEAD = struct.Struct("=IIIIIIQq")
SECTOR = 512
PRELOAD = pathlib.Path(os.environ.get("TEST_BUILDDIR", tap.TOP)
                       ) / "tests/fault/powerlog.so"
PAYLOAD = re.compile(rb'"payload" ?: ?"([A-Za-z0-9+/=]+)"')
MODES = ("drop", "keep", "some", "torn", "first", "files")


class Log:
    """The journal of a run; `folder` holds nothing that is not on the disk
    when it begins."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.path = tap.tmp("powerlog") / "journal"
        self.path.touch(0o600)
        self.base = []  # (path, inode, bytes); None: a folder
        for f in sorted(self.folder.rglob("*")):
            if not f.name.endswith("-shm"):
                self.base.append((str(f), f.stat().st_ino, None if f.is_dir()
                                  else f.read_bytes()))
        ctl = self.path.with_name("journal.ctl")
        ctl.write_bytes(bytes(4))
        self._ctl = open(ctl, "r+b")
        self._map = mmap.mmap(self._ctl.fileno(), 4)
        self._lock = threading.Lock()

    def env(self):
        asan = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        return {"LD_PRELOAD": str(PRELOAD), "POWERLOG": str(self.path),
                "POWERLOG_ROOT": str(self.folder), "ASAN_OPTIONS": asan}

    def fail_syncs(self, n):
        """So many of the next syncs of a WAL fail."""
        ctypes.c_int.from_buffer(self._map).value = n

    def syncs_to_fail(self):
        return ctypes.c_int.from_buffer(self._map).value

    def mark(self, **what):
        """Something that was promised to somebody by now."""
        data = json.dumps(what).encode()
        with self._lock, open(self.path, "ab", buffering=0) as f:
            f.write(HEAD.pack(ord("M"), 0, 0, 0, len(data), 0, 0, 0) + data)


class File:
    def __init__(self, data=b""):
        self.disk = bytearray(data)
        self.open = []  # [(number, at, data or None for a new length)]


def put(data, at, new):
    if new is None:
        if at < len(data):
            del data[at:]
        else:
            data.extend(bytes(at - len(data)))
        return
    if at > len(data):
        data.extend(bytes(at - len(data)))
    data[at:at + len(new)] = new


class Replay:
    """The disk after each record."""

    def __init__(self, log):
        self.log = log
        self.root = str(log.folder)
        self.now = {}    # path -> File, None a folder; as processes see it
        self.disk = {}   # the same as it is certain
        self.names = []  # [(number, path, File, None or GONE)] not certain
        self.inode = {}
        self.begun = {}
        self.given = {}  # what was told: see tell()
        self.n = 0
        for path, ino, data in log.base:
            f = None if data is None else File(data)
            self.now[path] = self.disk[path] = f
            self.inode[ino] = path if data is None else f
        self.inode[os.stat(log.folder).st_ino] = self.root

    # ---- records ----

    def records(self):
        raw = self.log.path.read_bytes()
        at = 0
        while at + HEAD.size <= len(raw):
            op, pid, n1, n2, n, _, ino, off = HEAD.unpack_from(raw, at)
            at += HEAD.size
            path = raw[at:at + n1].decode()
            path2 = raw[at + n1:at + n1 + n2].decode()
            at += n1 + n2
            yield chr(op), pid, ino, off, path, path2, raw[at:at + n]
            at += n

    def name(self, path, f):
        """f: File, None for a folder, GONE."""
        if f is GONE:
            self.now.pop(path, None)
        else:
            self.now[path] = f
        self.names.append((self.n, path, f))

    def step(self, r):
        """Takes one record; true when it changed the disk or what is told."""
        op, pid, ino, off, path, path2, data = r
        self.n += 1
        if op == "c":
            f = self.inode[ino] = File()
            self.name(path, f)
        elif op in "wt":
            f = self.inode.get(ino)
            if not isinstance(f, File):
                return False
            f.open.append((self.n, off, data if op == "w" else None))
        elif op == "b":
            self.begun[pid, ino] = self.n
            return False
        elif op in "ef":
            self.sync(ino, self.begun.pop((pid, ino), self.n), op == "e")
        elif op == "m":
            self.name(path, None)
            self.inode[ino] = path
        elif op in "ud":
            self.name(path, GONE)
        elif op == "l":
            self.name(path2, self.now.get(path))
        elif op == "r":
            for old in [p for p in self.now
                        if p == path or p.startswith(path + "/")]:
                f = self.now[old]
                self.name(path2 + old[len(path):], f)
                self.name(old, GONE)
            for i, f in self.inode.items():
                if isinstance(f, str) and (f + "/").startswith(path + "/"):
                    self.inode[i] = path2 + f[len(path):]
        elif op == "s":
            return self.said(ino, data)
        elif op == "M":
            self.told(json.loads(data))
        return True

    def sync(self, ino, before, good):
        target = self.inode.get(ino)
        files = ([f for f in self.now.values() if f is not None]
                 if ino == 0 else [target] if isinstance(target, File)
                 else [])
        for f in files:
            rest = []
            for n, at, data in f.open:
                if n >= before:
                    rest.append((n, at, data))
                elif good:
                    put(f.disk, at, data)
                # else: in memory alone, and nobody will write it
            f.open = rest
        if not good or files and ino != 0:
            return
        rest = []
        for n, path, f in self.names:
            if n < before and (ino == 0 or os.path.dirname(path) == target):
                self.settle(path, f)
            else:
                rest.append((n, path, f))
        self.names = rest

    def settle(self, path, f):
        if f is GONE:
            self.disk.pop(path, None)
        else:
            self.disk[path] = f

    # ---- what others were told ----

    def said(self, connection, data):
        """Receipts and events in the plain bytes of a connection."""
        found = False
        for m in PAYLOAD.finditer(data):
            try:
                self.told(json.loads(base64.b64decode(m[1])))
                found = True
            except ValueError:
                pass
        return found

    def told(self, what):
        if {"from", "to", "epoch", "lane", "seq", "chain"} <= set(what):
            key = ("receipt", what["from"], what["to"], what["epoch"],
                   what["lane"])
            self.given[key] = max(self.given.get(key, 0), what["seq"])
        elif "source" in what and "k" in what:
            key = ("event", what["source"], what["epoch"])
            self.given[key] = max(self.given.get(key, 0), what["k"])
        elif "promise" in what:
            self.given[("promise", what["promise"])] = what

    # ---- cuts ----

    def image(self, mode, rng):
        """What the machine finds when the power goes now."""
        names = dict(self.disk)
        if mode == "keep":
            some = self.names
        elif mode == "drop":
            some = []
        elif mode == "first":
            some = self.names[:rng.randint(0, len(self.names))]
        else:
            some = [n for n in self.names if rng.random() < 0.5]
        for _, path, f in some:
            if f is GONE:
                names.pop(path, None)
            else:
                names[path] = f
        files = {}
        for path, f in names.items():
            if f is None:
                files[path] = None
            elif not path.endswith("-shm"):
                files[path] = self.content(f, mode, rng)
        return files

    def content(self, f, mode, rng):
        data = bytearray(f.disk)
        if mode == "drop" or not f.open:
            return data
        if mode == "files":  # one whole, another not at all
            mode = rng.choice(("drop", "keep"))
            if mode == "drop":
                return data
        last = rng.randint(0, len(f.open))
        for i, (_, at, new) in enumerate(f.open):
            if mode == "first" and i > last:
                break
            if mode in ("some", "torn") and rng.random() < 0.4:
                continue
            torn = mode == "torn" or (mode == "first" and i == last)
            if not torn or new is None:
                put(data, at, new)
                continue
            start = 0  # to the next sector of the disk, one by one
            while start < len(new):
                end = min(len(new), start + SECTOR - (at + start) % SECTOR)
                if rng.random() < 0.6:
                    put(data, at + start, new[start:end])
                start = end
        return data

    def cuts(self, n, rng):
        """n images, each (number, mode, files, what was told before). Every
        record is a place to cut; more than one image of one if n is more."""
        records = list(self.records())
        total = sum(1 for r in records if r[0] not in "bs")
        due = sorted(rng.random() * total for _ in range(n)) if n < total \
            else sorted(i % total + 0.5 for i in range(n))
        place = 0
        i = 0
        for r in records:
            self.step(r)
            if r[0] in "bs":
                continue
            place += 1
            while i < len(due) and due[i] < place:
                mode = MODES[i % len(MODES)]
                yield (self.n, mode, self.image(mode, rng),
                       copy.copy(self.given))
                i += 1


GONE = object()


def write_image(files, old_root, new_root):
    """The files of an image below another folder."""
    for path in sorted(files):
        to = pathlib.Path(str(new_root) + path[len(old_root):])
        data = files[path]
        if data is None:
            to.mkdir(mode=0o700, parents=True, exist_ok=True)
            continue
        to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        to.write_bytes(data)
        to.chmod(0o600)
