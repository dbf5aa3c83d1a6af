#!/usr/bin/env python3
"""What others on the machine get: nothing. Modes under any umask, links that
somebody planted, a folder or key left open, another user, core files; and no
secret in anything that is put out, started, logged, carried or kept."""
# run: timeout=300
import base64
import getpass
import shutil
import stat

from screen import Screen
from tap import *

PIN = "739155"
PASS = "staple battery horse 7"
OTHER = 54321  # a user id that nobody has


def modes(home):
    """What in a folder is open to others, or is not a file or folder."""
    found = []
    for f in [home, *home.rglob("*")]:
        st = f.lstat()
        if stat.S_IMODE(st.st_mode) & 0o077 or stat.S_ISLNK(st.st_mode):
            found.append((f.name, oct(st.st_mode)))
    return found


def under(umask, home, *words, **kw):
    old = os.umask(umask)
    try:
        return run("--lang", "en", "--desk", home, *words, **kw)
    finally:
        os.umask(old)


@test
def nothing_is_open_under_any_umask():
    peer = Desk("330100")
    card = peer.must("card")
    for umask in (0o000, 0o077, 0o777):
        top = tmp("mode")
        home, port = top / "desk", free_port()
        (top / "a.txt").write_text("附件")
        state = {"XDG_STATE_HOME": str(top / "state")}
        out = [under(umask, home, *w, env=state, **kw) for w, kw in (
            (("init", "310105", "--listen", f"127.0.0.1:{port}"), {}),
            (("peer", "trust", "-"), {"input": card}),
            (("new", "clue", "--to", "330100", "--set", "title=t", "--attach",
              top / "a.txt"), {}),
            (("backup", top / "b.tar", "--no-keys"), {}),
            (("bundle", "out", "330100", top / "c.bundle"), {}))]
        doc = out[2].stdout.strip().splitlines()[-1]
        out.append(under(umask, home, "evidence", doc, top / "e"))
        equal([p.stderr for p in out if p.returncode], [],
              f"umask {umask:03o}: every act goes")
        old = os.umask(umask)
        try:
            s = Proc(DELTADESK, "--desk", home, "serve", env=state)
        finally:
            os.umask(old)
        s.wait_line("listening on")
        found = modes(home) + modes(top / "e") + modes(top / "state")
        for name in ("b.tar", "c.bundle"):
            mode = stat.S_IMODE((top / name).stat().st_mode)
            if mode & 0o077:
                found.append((name, oct(mode)))
        s.stop()
        equal(found, [], f"umask {umask:03o}: all of it is 0700 and 0600")


@test
def what_was_left_open_is_closed_or_refused():
    d = Desk("310105")
    d.home.chmod(0o777)
    d.must("list")
    equal(stat.S_IMODE(d.home.stat().st_mode), 0o700,
          "a folder left open is closed by the next command")
    for name in ("seal.pem", "tls-key.pem"):
        (d.home / name).chmod(0o644)
        p = d.run("--lang", "en", "serve", timeout=20)
        mode = stat.S_IMODE((d.home / name).stat().st_mode)
        ok(p.returncode == 3 or mode == 0o600, f"{name}: an open key is "
           "refused, or closed", f"{p.returncode} {mode:o} {p.stderr}")
        (d.home / name).chmod(0o600)


@test
def links_are_not_followed():
    top = tmp("links")
    peer = Desk("330100")
    good = Desk("310105")
    good.trust(peer)
    doc = good.new(to=[peer], title="t")
    kept = top / "kept"
    shutil.copytree(good.home, kept)

    def planted(name, command, *, target="file"):
        """A link of that name in the desk's folder, or at a path given."""
        home = tmp("planted") / "desk"
        shutil.copytree(kept, home)
        victim = top / f"victim-{name.replace('/', '-')}"
        if target == "file":
            victim.write_text("untouched")
        else:
            victim.mkdir()
        link = home / name
        if link.is_dir() and not link.is_symlink():
            shutil.rmtree(link)
        link.unlink(missing_ok=True)
        link.symlink_to(victim)
        p = run("--lang", "en", "--desk", home,
                *[str(w).replace("HOME", str(home)) for w in command],
                timeout=20)
        same = (victim.read_text() == "untouched" if target == "file"
                else not list(victim.iterdir()))
        ok(same, f"{name}: what a planted link points to is left alone "
           f"(exit {p.returncode})", p.stderr)
        return p

    (top / "a.txt").write_text("附件")
    issue = ("new", "clue", "--to", "330100", "--set", "title=t")
    planted("wake", issue)
    planted("live.db", issue)
    planted("desk.db-turn", issue)
    planted("blobs", (*issue, "--attach", top / "a.txt"), target="dir")
    planted("exchange.lock", ("verify",))
    planted("out.tar", ("backup", "HOME/out.tar", "--no-keys"))
    planted("out.bundle", ("bundle", "out", "330100", "HOME/out.bundle"))
    planted("folder", ("evidence", doc, "HOME/folder"), target="dir")
    p = planted("seal.pem", issue)
    equal(p.returncode, 3, "a link in place of the key is refused: exit 3")
    secret = top / "secret"
    secret.write_text("not for the desk")
    (top / "linked.txt").symlink_to(secret)
    p = good.run("--lang", "en", *issue, "--attach", top / "linked.txt")
    equal(p.returncode != 0, True, "an attachment that is a link is refused")


@test
def another_user_gets_nothing():
    if os.geteuid() != 0:
        skip("another user", "only root can be another user")
        return
    d = Desk("310105")
    peer = Desk("330100")
    d.trust(peer)
    d.new(to=[peer], title="t")
    bin_ = tmp("bin")
    bin_.chmod(0o755)
    # the tests' own folders are 0700: only the desk's modes shall keep him out
    for f in {*d.home.parents, *bin_.parents}:
        if f.name.startswith(("dd-", "ddtest-")):
            f.chmod(0o755)
    shutil.copy(DELTADESK, bin_ / "deltadesk")
    home = tmp("other")
    os.chown(home, OTHER, OTHER)

    def other(*argv):
        return subprocess.run(
            ["setpriv", f"--reuid={OTHER}", f"--regid={OTHER}",
             "--clear-groups", *map(str, argv)], capture_output=True,
            env=environ({"HOME": str(home), "XDG_STATE_HOME": str(home)}),
            stdin=subprocess.DEVNULL, timeout=60 * SLOW, cwd="/", text=True)

    program = bin_ / "deltadesk"
    equal(other(program, "--help").returncode, 0, "it can be run by him")
    for words in (["list"], ["show", "x"], ["card"], ["verify"], ["serve"],
                  ["new", "clue"], ["officer", "list"], ["peer", "list"],
                  ["backup", home / "b"], ["authorized-keys"], ["audit"],
                  ["search", "t"], ["set"], ["feed"]):
        p = other(program, "--lang", "en", "--desk", d.home, *words)
        equal((p.returncode, p.stdout), (3, ""),
              f"'{words[0]}' as another user: exit 3, nothing said")
    files = [d.home, *d.home.rglob("*")]
    readable = [f.name for f in files
                if other("test", "-r", f).returncode == 0
                or other("ls", f).returncode == 0]
    equal(readable, [], f"none of {len(files)} files and folders is his to "
          "read")
    d.home.chmod(0o777)  # somebody opened it: the folder is still not his
    p = other(program, "--lang", "en", "--desk", d.home, "list")
    equal((p.returncode, p.stdout), (3, ""), "nor when the folder is open")
    contains(p.stderr, "another user", "and it says why")
    d.home.chmod(0o700)


def forms(data):
    """Raw bytes as they might stand in a text."""
    return {data, data.hex().encode(), data.hex().upper().encode(),
            base64.b64encode(data).rstrip(b"="),
            ":".join(f"{b:02x}" for b in data).encode()}


def secrets_of(desk):
    """Everything that opens something: private keys in their forms."""
    found = {}
    for name in ("seal.pem", "tls-key.pem"):
        path = desk.home / name
        text = path.read_text()
        body = "".join(x for x in text.splitlines() if "-----" not in x)
        der = base64.b64decode(body)
        out = subprocess.run(["openssl", "pkey", "-in", path, "-text",
                              "-noout"], capture_output=True, text=True,
                             check=True).stdout
        priv = re.search(r"priv:\n((?:\s+[0-9a-f:]+\n)+)", out).group(1)
        number = bytes.fromhex(re.sub(r"[^0-9a-f]", "", priv))[-32:]
        for form in forms(number) | {der}:
            found[form] = name
        # the line of the PEM that holds the number
        found[body[24:64].encode()] = name
    found[PIN.encode()] = "PIN"
    found[PASS.encode()] = "passphrase"
    return found


@test
def no_secret_is_put_out_kept_or_told():
    for signature in ("sm2-sm3", "ed25519"):
        search_for_secrets(signature)


def search_for_secrets(signature):
    d = Desk("310105", "--signature", signature)
    peer = Desk("330100")
    pair(d, peer)
    top = tmp("out")
    phrase = tmp("phrase") / "p"
    phrase.write_text(PASS + "\n")
    phrase.chmod(0o600)
    d.serve()
    peer.serve()
    doc = d.new(to=[peer], title="t")
    wait_for(lambda: peer.json("list"), 20, "arrival")
    d.must("officer", "add", "shen", "审", "--roles", "auditor")
    secrets = secrets_of(d)
    seen = {}  # where: bytes

    s = Screen(DELTADESK, "--desk", d.home, "--officer", getpass.getuser())
    s.wait("[1")
    for asks in ("新口令:", "再输一次:"):
        if asks == "新口令:":
            s.keys("@")
        s.wait(asks)
        s.type(PIN)
        seen["screen " + asks] = s.wait("******").encode()
        s.keys("Enter")
    s.wait("已设定")
    for pid in processes_with(str(d.home)):
        for what in ("cmdline", "environ"):
            seen[f"/proc/{pid}/{what}"] = pathlib.Path(
                f"/proc/{pid}/{what}").read_bytes()
    s.close()
    for i, words in enumerate([
            ["card"], ["--json", "card"], ["list", "--json"], ["show", doc],
            ["show", doc, "--json"], ["verify"], ["doctor"], ["set", "--json"],
            ["--json", "peer", "list"], ["officer", "list", "--json"],
            ["--officer", "shen", "audit", "--json"], ["feed"],
            ["evidence", doc, top / "e"],
            ["bundle", "out", peer.id, top / "b"],
            ["backup", top / "k.tar", "--passphrase-file", phrase],
            ["backup", "--check", top / "k.tar"],
            ["backup", top / "n.tar", "--no-keys"],
            ["backup", top / "x.tar", "--passphrase-file", top / "none"],
            ["restore", top / "k.tar", "--passphrase-file", top / "none"]]):
        p = d.run(*words)
        seen[f"output of {words[0]} {i}"] = p.stdout_bytes + p.stderr.encode()
    seen["log of serve"] = "\n".join(d.server.lines).encode()
    d.stop()
    for f in [*d.home.rglob("*"), *top.rglob("*"), *peer.home.rglob("*")]:
        if f.is_file() and f.parent / f.name not in (
                d.home / "seal.pem", d.home / "tls-key.pem"):
            seen[str(f.name)] = seen.get(str(f.name), b"") + f.read_bytes()
    peer.stop()
    told = [(where, what) for where, data in seen.items()
            for form, what in secrets.items() if form in data]
    equal(told, [], f"{signature}: no private key, passphrase or PIN in "
          f"{len(seen)} outputs, files and processes")
    own = (d.home / "seal.pem").read_bytes() + (
        d.home / "tls-key.pem").read_bytes()
    equal({w for f, w in secrets.items() if f in own},
          {"seal.pem", "tls-key.pem"}, "(the search finds them where they are)")


@test
def commands_leave_no_core_file():
    d = Desk("310105")
    s = d.serve()
    c = Screen(DELTADESK, "--desk", d.home)
    c.wait("[1")
    for pid in processes_with(str(d.home)):
        limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
        name = pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
        if name == "deltadesk":
            ok(re.search(r"Max core file size\s+0\s+0\s", limits),
               "a process of the desk leaves no core file", limits)
    c.close()
    d.stop()


main()
