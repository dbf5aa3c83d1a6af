"""The file of a backup, and a desk made from one: with its keys or without,
before the list of peers is confirmed, and where a peer never answers."""
import stat

from loss import *


@test
def the_file():
    a = machine("310105")
    path = backup(a)
    equal(stat.S_IMODE(path.stat().st_mode), 0o600, "only its owner reads it")
    equal([p.name for p in path.parent.iterdir()], [path.name],
          "nothing lies beside it")
    out = tmp("tar")
    subprocess.run(["tar", "xf", path, "-C", out], check=True)
    p = subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=out)
    equal(p.returncode, 0, "stock tools open and check it")
    whole = path.read_bytes()
    for name in ("seal.pem", "tls-key.pem"):
        secret = (a.home / name).read_bytes().splitlines()[1]
        ok(secret not in whole, f"{name} is nowhere in clear")
        for word, status in ((PASS, 0), ("another passphrase", 1)):
            p = subprocess.run(["openssl", "pkey", "-in", out / name, "-noout",
                                "-passin", "pass:" + word],
                               capture_output=True)
            equal(min(p.returncode, 1), status, f"{name} under {word!r}")
    got = a.json("backup", path, "--check", "--passphrase-file",
                 passphrase(a))[0]
    equal((got["desk"], got["keys"]), ("310105", True), "--check tells what")
    equal([p.name for p in path.parent.iterdir()], [path.name],
          "--check leaves nothing beside it")
    equal(a.run("backup", path, "--no-keys").returncode, 1,
          "never over a file")
    equal(a.run("backup", path.parent / "x").returncode, 2,
          "keys are never kept in clear by accident")
    bare = backup(a, "--no-keys")
    ok(b"PRIVATE KEY" not in bare.read_bytes(), "left out on wish")
    for at in sorted(random.Random(5).sample(range(len(whole) - 1024), 10)):
        bad = bytearray(whole)
        bad[at] ^= 1 << (at % 8)
        (path.parent / "bad").write_bytes(bad)
        p = a.run("backup", path.parent / "bad", "--check")
        if p.returncode == 0:
            ok(False, f"a bit changed at {at} is found")
    for cut in (100, len(whole) // 2, len(whole) - 1):
        (path.parent / "bad").write_bytes(whole[:cut])
        if a.run("backup", path.parent / "bad", "--check").returncode == 0:
            ok(False, f"a file cut at {cut} is found")
    ok(True, "every changed bit and every cut was found")
    p = a.run("restore", path, "--passphrase-file", passphrase(a))
    equal(p.returncode, 1, "never into a folder with something in it")


@test
def a_peer_that_never_answers():
    a, b, c = three()
    serve(a, b)
    a.new(to=[b], title="前")
    wait_for(lambda: settled(a) or True, 5, "told")
    old = backup(a)
    lose(a)
    restore(a, old)
    a.serve()
    p = a.run("new", "clue", "--to", b.id, "--set", "title=等")
    doc = p.stdout.strip().splitlines()[-1]
    equal(a.run("peer", "override", c.id).returncode, 2,
          "an override says which number was the last")
    a.must("peer", "override", c.id, "--last-number", 300)
    wait_for(lambda: b.run("show", doc).returncode == 0, 20, "signed and sent")
    ok("301" in b.json("show", doc)[0]["number"], "numbers go on after it")
    a.stop()
    b.stop()


@test
def no_links_before_the_list_is_confirmed():
    a, b, c = three()
    serve(b, c)
    old = backup(a)
    lose(a)
    a.must("restore", old, "--passphrase-file", passphrase(a))
    a.must("peer", "revoke", c.id)
    a.serve()
    time.sleep(2)
    equal([p["desk"] for p in a.json("peer", "list")
           if p["state"] == "up"], [], "no link opens")
    a.must("peer", "confirm")
    wait_for(lambda: [p["state"] for p in a.json("peer", "list")
                      if p["desk"] == b.id] == ["up"], 20, "link")
    ok(True, "they open when it is")
    equal(a.run("peer", "confirm").returncode, 1, "once")
    for d in (a, b, c):
        d.stop()


@test
def without_keys():
    a, b, c = three()
    serve(a, b, c)
    docs, _ = work(a, b, c, 1)
    old = backup(a, "--no-keys")
    more, _ = work(a, b, c, 2)
    docs += more
    events = own_events(a)
    lose(a)
    a.must("restore", old, "--confirm-peers")
    a.serve()
    for d in (b, c):
        d.trust(a)
    wait_back(a, events, b, c)
    proven(a, events, docs, b, c)
    more, _ = work(a, b, c, 1)
    proven(a, events, docs + more, b, c)
    for d in (a, b, c):
        d.stop()


def carried(a, b):
    """A bundle of a, read by b."""
    path = tmp("media") / "bundle"
    a.must("bundle", "out", b.id, path)
    return b.json("bundle", "in", path)[0]


def offline(with_restore):
    a, b = (machine("310105", listen=False), machine("330100", listen=False))
    pair(a, b)
    docs = [a.new(to=[b], title="前"), b.new(to=[a], title="彼")]
    carried(a, b)
    carried(b, a)
    old = backup(a)
    copy = tmp("copy") / "desk"
    shutil.copytree(a.home, copy)
    docs += [a.new(to=[b], title=f"后{i}") for i in range(5)]
    a.must("sign", docs[1])
    docs.append(b.new(to=[a], title="彼后"))
    for _ in range(2):
        carried(a, b)
        carried(b, a)
    events = own_events(a)
    lose(a)
    if with_restore:
        restore(a, old)
    else:
        shutil.copytree(copy, a.home)
    return a, b, docs, events


@test
def over_media_alone():
    a, b, docs, events = offline(True)
    carried(a, b)
    p = a.run("new", "clue", "--to", b.id, "--set", "title=等")
    equal(p.returncode, 0, "an act is kept")
    carried(b, a)
    equal(waiting(a), 0, "one bundle each way ends the waiting")
    carried(a, b)
    carried(b, a)
    proven(a, events, docs + p.stdout.split()[-1:], b)


@test
def a_copy_put_back_over_media_alone():
    a, b, docs, events = offline(False)
    carried(b, a)
    equal(query(a, "SELECT count(*), max(why) FROM epoch")[0], (2, "peers"),
          "noticed from what the bundle says")
    for _ in range(2):
        carried(a, b)
        carried(b, a)
    equal(waiting(a), 0, "it waits for nobody any more")
    proven(a, events, docs, b)


main()
