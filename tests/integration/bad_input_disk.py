"""The disk says no: a full one, a folder that may not be written, a database
held by another. The act is refused in one line, nothing is half-written, and
all goes on when the disk does."""
import pwd
import resource
import shutil
import sqlite3

from stranger import *
from tap import *

peer = Desk("330100")
_mounts = []


def small_disk(kib):
    """A folder on a disk of so many KiB; None when this may not mount."""
    folder = tmp("disk")
    p = subprocess.run(["mount", "-t", "tmpfs", "-o",
                        f"size={kib}k,mode=700", "tmpfs", str(folder)],
                       capture_output=True)
    if p.returncode != 0:
        return None
    _mounts.append(folder)
    return folder


def unmount():
    for folder in _mounts:
        subprocess.run(["umount", "-l", str(folder)], capture_output=True)


def fill(folder, leave=0):
    """Takes all space but `leave` bytes."""
    path = folder / "filler"
    with open(path, "wb", buffering=0) as f:
        for size in (1 << 20, 4096, 1):
            try:
                while f.write(b"x" * size):
                    pass
            except OSError:
                pass
    if leave:
        os.truncate(path, max(0, path.stat().st_size - leave))
    return path


def one_line(p, status, text, part=None):
    ok(p.returncode == status, f"{text}: status {status}",
       f"{p.returncode}: {p.stderr}")
    lines = p.stderr.strip().splitlines()
    ok(len(lines) == 1, f"{text}: one line", p.stderr)
    if part:
        contains(p.stderr, part, f"{text}: says {part}")


def desk_on(folder, desk_id, *init):
    """A Desk whose data folder lies on `folder`."""
    d = Desk.__new__(Desk)
    d.id, d.home, d.env, d.server = desk_id, folder / "desk", {}, None
    d.port = free_port()
    d.must("init", desk_id, "--listen", f"127.0.0.1:{d.port}", *init)
    return d


def state_of(d):
    """What the desk says of itself: rows, blobs, files in its folder."""
    files = sorted(str(f.relative_to(d.home)) for f in d.home.rglob("*")
                   if f.is_file() and "desk.db" not in f.name)
    return [(r["id"], r["title"]) for r in d.json("list")], files


@test
def full_disk():
    folder = small_disk(8192)
    if folder is None:
        skip("a full disk", "mounting a small one needs root")
        return
    d = desk_on(folder, "310105")
    pair(d, peer)
    doc = d.new(to=[peer], title="在先")
    attachment = tmp("att") / "a.bin"
    attachment.write_bytes(os.urandom(300000))
    big = tmp("att") / "big.json"
    big.write_text(json.dumps({"facts": "x" * 100000}))
    acts = (("new", "clue", "--to", peer.id, "--set", "title=t", "--file",
             big),
            ("new", "clue", "--to", peer.id, "--set", "title=t", "--attach",
             attachment),
            ("new", "clue", "--to", peer.id, "--set", "title=t", "--draft",
             "--file", big),
            ("attach", doc, attachment),
            ("remark", doc, "y" * 100000))
    before = state_of(d)
    for leave in (0, 4096, 16384, 65536):
        filler = fill(folder, leave)
        for act in acts:
            p = d.run("--lang", "en", *act)
            one_line(p, 3, f"{act[0]} with {leave} bytes left")
        p = d.run("list")
        equal(p.returncode, 0, f"reading works with {leave} bytes left")
        filler.unlink()
        equal(state_of(d), before, "nothing was half-written")
    for act in acts:
        equal(d.run(*act).returncode, 0, f"with space again, {act[0]} works")
    equal(d.json("show", doc)[0]["attachments"][0]["size"], 300000,
          "the attachment is whole")
    v = d.run("verify")
    equal(v.returncode, 0, f"the desk verifies: {v.stdout.strip()}")


@test
def full_disk_of_a_receiver():
    folder = small_disk(100 << 10)
    if folder is None:
        skip("a receiver's full disk", "mounting a small one needs root")
        return
    d = desk_on(folder, "310105")
    sender = Desk("320500", "--signature", "ed25519")
    pair(d, sender)
    s = Stranger(sender, d)
    d.serve()
    first = s.push(s.card_frame())
    equal(first.status, 200, "the card comes in")
    frames = []
    for i in range(40):
        e = s.issue(f"n{i}")
        e["data"]["fields"]["facts"] = "事" * 20000
        frames.append(s.frame(s.envelope(dump(e))))
    filler = fill(folder)  # at once: it meets the end in its transaction
    r = s.push(*frames)
    equal(r.problem()[0], 503, "with no space a peer is told to come again")
    p = d.run("new", "clue", "--to", sender.id, "--set", "title=own")
    equal(p.returncode, 0, "and an own act has the spare")
    filler.unlink()
    filler = fill(folder, 4 << 20)
    d.server.wait_line("disk space is short")
    time.sleep(1.2)
    r = s.push(*frames)
    equal(r.problem()[0], 503, "with 4 MiB left it is told the same")
    p = d.run("new", "clue", "--to", sender.id, "--set", "title=own")
    equal(p.returncode, 0, "while own acts have the reserve")
    ok(d.server.alive(), "serve stays up")
    equal([r["title"] for r in d.json("list")], ["own", "own"],
          "nothing of the peer's came in")
    filler.unlink()
    r = wait_for(lambda: (lambda x: x if x.status == 200 else None)(
        s.push(*frames)), 30, "the push taken after space is back", every=1)
    equal(r.payload()["seq"], s.seq["plain"], "all is taken afterwards")
    equal(len(d.json("list")), 42, "each once")
    equal(d.stop(), 0, "serve ends well")
    v = d.run("verify")
    equal(v.returncode, 0, f"the desk verifies: {v.stdout.strip()}")


@test
def init_on_a_full_disk():
    folder = small_disk(256)
    if folder is None:
        skip("init on a full disk", "mounting a small one needs root")
        return
    home = folder / "desk"
    p = run("--lang", "en", "--desk", home, "init", "310105")
    one_line(p, 3, "init without space")
    ok(not home.exists(), "nothing is left of it",
       list(home.rglob("*")) if home.exists() else None)


def as_nobody():
    """For a child: a user whom the modes of files bind."""
    user = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)


def run_bound(d, *args):
    """As run(), as a user whom modes bind, when this is root; he may not
    reach the build folder, so he has a copy of the program."""
    program = d.home.parent / "deltadesk"
    if not program.exists():
        shutil.copy(DELTADESK, program)
        program.chmod(0o755)
    argv = [program, "--lang", "en", "--desk", str(d.home), "--officer",
            d.officer, *map(str, args)]
    p = subprocess.run(argv, capture_output=True, text=True, env=environ(),
                       preexec_fn=as_nobody if os.getuid() == 0 else None)
    return p


@test
def folder_that_may_not_be_written():
    d = Desk("310105")
    pair(d, peer)
    doc = d.new(to=[peer], title="只读")
    d.officer = d.json("officer", "list")[0]["id"]
    if os.getuid() == 0:
        user = pwd.getpwnam("nobody")
        for folder in d.home.parents: # the harness keeps its own closed
            if folder.stat().st_uid != 0 or folder.stat().st_mode & 0o001:
                break
            folder.chmod(0o711)
        for f in [d.home, *d.home.rglob("*")]:
            os.chown(f, user.pw_uid, user.pw_gid)
    before = {f: f.read_bytes() for f in d.home.rglob("*") if f.is_file()}
    modes = {f: f.stat().st_mode for f in [d.home, *d.home.rglob("*")]}
    for f in modes:
        f.chmod(0o500 if f.is_dir() else 0o400)
    try:
        for act in (("new", "clue", "--to", peer.id, "--set", "title=t"),
                    ("remark", doc, "x"), ("set", "bell", "off"),
                    ("serve",)):
            p = run_bound(d, *act)
            one_line(p, 3, f"{act[0]} in a read-only folder", str(d.home))
        p = run_bound(d, "list")
        ok(p.returncode in (0, 3) and len(p.stderr.splitlines()) <= 1,
           "list reads, or says why not in one line", p.stderr)
    finally:
        for f, mode in modes.items():
            f.chmod(mode)
    after = {f: f.read_bytes() for f in d.home.rglob("*") if f.is_file()}
    equal([str(f) for f in after if after[f] != before.get(f)], [],
          "no byte was changed")
    p = run_bound(d, "remark", doc, "x")
    equal(p.returncode, 0, f"writable again, it works {p.stderr}")
    equal(run_bound(d, "verify").returncode, 0, "the desk verifies")


@test
def folder_of_the_file_mounted_read_only():
    folder = small_disk(8192)
    if folder is None:
        skip("a disk mounted read-only", "needs root")
        return
    d = desk_on(folder, "310105")
    pair(d, peer)
    doc = d.new(to=[peer], title="只读")
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    for act in (("new", "clue", "--to", peer.id, "--set", "title=t"),
                ("remark", doc, "x"), ("serve",)):
        p = d.run("--lang", "en", *act)
        one_line(p, 3, f"{act[0]} on a read-only disk")
    subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
    equal(d.run("remark", doc, "x").returncode, 0, "writable, it works")
    equal(d.run("verify").returncode, 0, "the desk verifies")


@test
def database_held_by_another_while_a_peer_sends():
    d, sender = Desk("310105"), Desk("320500")
    pair(d, sender)
    d.serve()
    sender.serve()
    sender.new(to=[d], title="一")
    wait_for(lambda: len(d.json("list")) == 1, what="the first")
    db = sqlite3.connect(d.home / "desk.db", isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    sender.new(to=[d], title="二")
    p = d.run("--lang", "en", "remark", d.json("list")[0]["id"], "x")
    one_line(p, 3, "an act on a locked database", "locked")
    ok(d.server.alive(), "serve waits and lives")
    equal(len(d.json("list")), 1, "reading goes on")
    db.execute("ROLLBACK")
    db.close()
    wait_for(lambda: len(d.json("list")) == 2, 40, "the second, afterwards")
    equal(d.stop(), 0, "serve ends well")
    sender.stop()
    equal(d.run("verify").returncode, 0, "the desk verifies")


try:
    main()
finally:
    unmount()
