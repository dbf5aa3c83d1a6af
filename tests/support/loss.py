"""Desks that are lost and put back: what the drills of the restore share."""
import hashlib
import json as js
import random
import shutil
import sqlite3

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


def shown(row):
    """What every desk of a document must show alike, and where the parties
    stand (a party knows of itself alone in this kind)."""
    return ((row["title"], row["number"], row["owner"], row["urgency"]),
            {p["desk"]: p["state"] for p in row["parties"]})


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
        wait_for(look, 60, "all is back", 0.2)
    except TimeoutError:
        pass


def proven(desk, events, docs, *others):
    have = own_events(desk)
    equal(len(set(events) - set(have)), 0, "all that it had signed is back")
    ok(all(have[d] == v for d, v in events.items() if d in have),
       "with the original bytes and signatures")
    rows = {d.id: {r["id"]: r for r in d.json("list")}
            for d in (desk, *others)}
    bad = [doc for doc in docs if not alike(
        {d: shown(r[doc]) for d, r in rows.items() if doc in r})]
    equal(bad, [], f"{len(docs)} documents look the same everywhere")
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
    wait_for(lambda: settled(a, b, c), 30, "all told", 0.2)
    a.must("sign", docs[1])
    b.must("sign", docs[0])
    b.must("move", docs[0], "accept")
    a.must("remark", docs[0], f"话{n}")
    wait_for(lambda: settled(a, b, c), 30, "all told", 0.2)
    return docs, hashlib.sha256(photo.read_bytes()).hexdigest()


def serve(*desks):
    for d in desks:
        d.serve()
