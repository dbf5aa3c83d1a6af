"""The restore drill: a desk is lost and put back from an old backup, twice in a
row, killed half-way, on another machine or on this one, with its keys or
without, or just put back as a copy of its folder. Seen from outside: every desk
verifies, all show the same documents, what was issued after the backup is back
with its original signatures, no reference number was given twice."""
import hashlib
import json as js
import os
import random
import shutil
import sqlite3
import stat

from tap import *

PASS = "staple battery horse 3"


def machine(desk_id, *args, **kw):
    """A desk on a machine of its own: its state folder is not the others'."""
    return Desk(desk_id, *args, env={"XDG_STATE_HOME": str(tmp("state"))},
                **kw)


def three():
    desks = machine("310105"), machine("330100"), machine("320500")
    pair(*desks)
    return desks


def passphrase(desk):
    path = tmp("secret") / "pass"
    path.write_text(PASS + "\n")
    path.chmod(0o600)
    return path


def backup(desk, *options):
    path = tmp("backup") / "desk.tar"
    desk.must("backup", path, *(options or ("--passphrase-file",
                                            passphrase(desk))))
    return path


def restore(desk, path, *options):
    return desk.must("restore", path, *(options or (
        "--passphrase-file", passphrase(desk))), "--confirm-peers")


def lose(desk, state=True):
    """The machine is gone: folder and state folder."""
    if desk.server:
        desk.server.kill()
        desk.server = None
    shutil.rmtree(desk.home)
    if state:
        shutil.rmtree(desk.env["XDG_STATE_HOME"])


def query(desk, sql, *args):
    with sqlite3.connect(desk.home / "desk.db") as db:
        return db.execute(sql, args).fetchall()


def own_events(desk):
    """digest -> bytes and signature of what this desk ever signed and sent."""
    return {d: (raw, sig) for d, raw, sig in query(
        desk, "SELECT digest, raw, sig FROM event WHERE source = ?"
        " AND type NOT IN ('local', 'reveal', 'card')", desk.id)}


def shown(desk, doc):
    """What every desk of a document must show alike, and where the parties
    stand (a party knows of itself alone in this kind)."""
    v = desk.json("show", doc)[0]
    return ((v["title"], v["number"], v["owner"],
             js.dumps(v["fields"], sort_keys=True)),
            {p["desk"]: p["state"] for p in v["parties"]})


def alike(views):
    """The same content everywhere, each party's state as at the owner."""
    content, at_owner = views[next(iter(views.values()))[0][2]]
    return len(views) > 1 and all(
        c == content and states.get(d) == at_owner.get(d)
        for d, (c, states) in views.items())


def settled(*desks):
    return all(p["queued"] == 0 for d in desks for p in d.json("peer", "list"))


def waiting(desk):
    return query(desk, "SELECT count(*) FROM answer AS a JOIN epoch AS e"
                 " ON e.epoch = a.epoch WHERE e.closed IS NULL"
                 " AND a.state = 'waiting'")[0][0]


def wait_back(desk, events, *others):
    """All that it signed is here again, and nothing is on its way."""
    def look():
        return (not waiting(desk) and set(events) <= set(own_events(desk))
                and settled(desk, *others))
    try:
        wait_for(look, 60, "all is back")
    except TimeoutError:
        pass


def proven(desk, events, docs, *others):
    have = own_events(desk)
    equal(len(set(events) - set(have)), 0, "all that it had signed is back")
    ok(all(have[d] == v for d, v in events.items() if d in have),
       "with the original bytes and signatures")
    for doc in docs:
        views = {d.id: shown(d, doc) for d in (desk, *others)
                 if d.run("show", doc).returncode == 0}
        ok(alike(views), f"{doc[-4:]} looks the same everywhere", str(views))
    numbers = [js.loads(raw)["data"].get("number") for raw, in query(
        desk, "SELECT raw FROM event WHERE source = ? AND type = 'issue'",
        desk.id)]
    equal(len(numbers), len(set(numbers)), "no number was given twice")
    for d in (desk, *others):
        equal(query(d, "SELECT count(*) FROM fork")[0][0], 0,
              f"{d.id} sees no fork")
        p = d.run("verify")
        equal(p.returncode, 0, f"{d.id} verifies: {p.stdout.strip()}")


def work(a, b, c, n):
    """Something of every kind between the three; the documents."""
    docs = []
    for i in range(n):
        docs.append(a.new(to=[b, c], title=f"甲{n}-{i}"))
        docs.append(b.new(to=[a], title=f"乙{n}-{i}"))
    photo = tmp("file") / "照片.jpg"
    photo.write_bytes(random.Random(n).randbytes(60_000 + n))
    docs.append(a.must("new", "clue", "--to", b.id, "--set", f"title=图{n}",
                       "--attach", photo).strip().splitlines()[-1])
    wait_for(lambda: settled(a, b, c), 30, "all told")
    a.must("sign", docs[1])
    b.must("sign", docs[0])
    b.must("move", docs[0], "accept")
    a.must("remark", docs[0], f"话{n}")
    wait_for(lambda: settled(a, b, c), 30, "all told")
    return docs, hashlib.sha256(photo.read_bytes()).hexdigest()


def serve(*desks):
    for d in desks:
        d.serve()


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
    for at in sorted(random.Random(5).sample(range(len(whole) - 1024), 40)):
        bad = bytearray(whole)
        bad[at] ^= 1 << (at % 8)
        (path.parent / "bad").write_bytes(bad)
        p = a.run("backup", path.parent / "bad", "--check")
        if p.returncode == 0:
            ok(False, f"a bit changed at {at} is found")
    for cut in (100, 5000, len(whole) // 2, len(whole) - 1):
        (path.parent / "bad").write_bytes(whole[:cut])
        if a.run("backup", path.parent / "bad", "--check").returncode == 0:
            ok(False, f"a file cut at {cut} is found")
    ok(True, "every changed bit and every cut was found")
    p = a.run("restore", path, "--passphrase-file", passphrase(a))
    equal(p.returncode, 1, "never into a folder with something in it")


@test
def twice_in_a_row():
    a, b, c = three()
    serve(a, b, c)
    docs, _ = work(a, b, c, 2)
    old = backup(a)
    more, photo = work(a, b, c, 3)
    docs += more
    for i in (1, 2):
        events = own_events(a)
        lose(a)
        restore(a, old)
        ok(set(own_events(a)) < set(events), "the backup is older")
        a.serve()
        wait_back(a, events, b, c)
        proven(a, events, docs, b, c)
        wait_for(lambda: (a.home / "blobs" / photo[:2] / photo).exists(), 20,
                 "attachment")
        more, photo = work(a, b, c, 1)
        docs += more
    equal(query(a, "SELECT count(*) FROM epoch")[0][0], 3,
          "the lost epoch is known again, too")
    proven(a, own_events(a), docs, b, c)
    for d in (a, b, c):
        d.stop()


@test
def killed_half_way():
    a, b, c = three()
    serve(a, b, c)
    docs, _ = work(a, b, c, 1)
    old = backup(a)
    for i in range(60):
        docs.append(a.new(to=[b, c], title=f"多{i}"))
    wait_for(lambda: settled(a, b, c), 30, "all told")
    events = own_events(a)
    lose(a)
    for delay in (0.0, 0.03, 0.06, 0.1, 0.15, 0.25):
        p = Proc(DELTADESK, "--desk", a.home, "restore", old,
                 "--passphrase-file", passphrase(a), "--confirm-peers",
                 env=a.env)
        time.sleep(delay)
        p.kill()
        if (a.home / "desk.db").exists():
            break
        ok(not a.home.exists() or not list(a.home.iterdir()),
           f"killed after {delay} s nothing looks like a desk")
    if not (a.home / "desk.db").exists():
        restore(a, old)
    for i in range(8):
        a.serve()
        time.sleep(0.05 + 0.1 * i)
        a.server.kill()
        if i % 3 == 0:
            b.server.kill()
            b.serve()
    a.serve()
    wait_back(a, events, b, c)
    proven(a, events, docs[:4] + docs[-3:], b, c)
    for d in (a, b, c):
        d.stop()


@test
def acts_are_kept_until_all_answered():
    a, b, c = three()
    serve(a, b, c)
    docs, _ = work(a, b, c, 1)
    old = backup(a)
    docs.append(a.new(to=[b, c], title="其后"))
    wait_for(lambda: settled(a, b, c), 30, "all told")
    events = own_events(a)
    c.stop()
    lose(a)
    restore(a, old)
    a.serve()
    p = a.run("new", "clue", "--to", b.id, "--set", "title=恢复中")
    equal(p.returncode, 0, "an act is taken")
    doc = p.stdout.strip().splitlines()[-1]
    ok(p.stderr.strip() != "", "and it is told that it is not signed yet")
    time.sleep(1.5)
    equal(query(a, "SELECT count(*) FROM act_waiting")[0][0] > 0, True,
          "kept while one has not answered")
    equal(b.run("show", doc).returncode, 1, "nothing of it left")
    rows = {r["desk"]: r for r in a.json("peer", "list")}
    equal((rows[b.id]["answer"], rows[c.id]["answer"]),
          ("", "waiting"), "peer list tells on whom it waits")
    c.serve()
    wait_back(a, events, b, c)
    wait_for(lambda: b.run("show", doc).returncode == 0, 20, "signed and sent")
    equal(query(a, "SELECT count(*) FROM act_waiting")[0][0], 0,
          "nothing is kept any more")
    ok(b.json("show", doc)[0]["number"], "it got its number then")
    proven(a, events, docs + [doc], b, c)
    for d in (a, b, c):
        d.stop()


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


def put_back_a_copy(keep_mark):
    a, b, c = three()
    serve(a, b, c)
    docs, _ = work(a, b, c, 1)
    a.stop()
    copy = tmp("copy") / "desk"
    shutil.copytree(a.home, copy)
    a.serve()
    more, _ = work(a, b, c, 2)
    docs += more
    events = own_events(a)
    lose(a, state=not keep_mark)
    shutil.copytree(copy, a.home)
    return a, b, c, docs, events


@test
def a_copy_put_back_is_noticed_by_the_mark():
    a, b, c, docs, events = put_back_a_copy(True)
    p = a.run("new", "clue", "--to", b.id, "--set", "title=旧")
    equal(p.returncode, 0, "the first act is taken")
    docs.append(p.stdout.strip().splitlines()[-1])
    equal(query(a, "SELECT count(*), max(why) FROM epoch")[0], (2, "mark"),
          "a new epoch began before it")
    equal(query(a, "SELECT count(*) FROM act_waiting")[0][0] > 0, True,
          "it is not signed yet")
    a.serve()
    wait_back(a, events, b, c)
    wait_for(lambda: b.run("show", docs[-1]).returncode == 0, 20, "signed")
    proven(a, events, docs, b, c)
    for d in (a, b, c):
        d.stop()


@test
def a_copy_put_back_is_noticed_by_peers():
    a, b, c, docs, events = put_back_a_copy(False)
    a.serve()
    wait_back(a, events, b, c)
    equal(query(a, "SELECT count(*), max(why) FROM epoch")[0], (2, "peers"),
          "a new epoch began")
    more, _ = work(a, b, c, 1)
    proven(a, events, docs + more, b, c)
    for d in (a, b, c):
        d.stop()


main()
