"""A stolen key, from outside: what the thief signs or shows after the rotation is
refused, older cards are too, a thief who was faster is got rid of by the
fingerprint; and a revoked peer is out on live links, at the door and on media."""
import re
import shutil
import sqlite3
import time
import uuid

from keyring import *
from tap import *
from wire import *

CARD = "application/vnd.deltadesk.card+json"


class Thief:
    """A copy of a desk's keys."""

    def __init__(self, desk):
        self.id, self.port = desk.id, desk.port
        self.home = tmp("thief")
        for f in desk.home.glob("*.pem"):
            shutil.copy(f, self.home / f.name)


class Newcomer:
    """A key of the thief's own."""

    def __init__(self):
        self.home = tmp("own")
        subprocess.run(["openssl", "ecparam", "-name", "SM2", "-genkey",
                        "-noout", "-out", str(self.home / "raw")], check=True,
                       capture_output=True)
        subprocess.run(["openssl", "pkcs8", "-topk8", "-nocrypt", "-in",
                        str(self.home / "raw"), "-out",
                        str(self.home / "seal.pem")], check=True,
                       capture_output=True)

    def spki(self):
        return subprocess.run(
            ["openssl", "pkey", "-in", str(self.home / "seal.pem"), "-pubout",
             "-outform", "DER"], check=True, capture_output=True).stdout


def payload(envelope):
    return json.loads(base64.b64decode(envelope["payload"]))


def newest_event(desk, source):
    """The row of the newest card event of source."""
    with sqlite3.connect(desk.home / "desk.db") as db:
        return json.loads(db.execute(
            "SELECT raw FROM event WHERE source = ? AND type = 'card' "
            "ORDER BY epoch DESC, k DESC", (source,)).fetchone()[0])


def forged(old, event, own, number, k, keep=True):
    """A card event by the stolen key: the card names the thief's own key."""
    card = payload(event["data"]["card"])
    mine = own.spki()
    digest = hashlib.sha256(mine).hexdigest()
    before = [dict(x) for x in card["keys"]]
    for x in before:
        if x["current"]:
            x.update(current=False, last_epoch=event["epoch"], last_k=k)
    card["keys"] = [{"id": digest, "alg": "sm2-sm3", "current": True,
                     "spki": base64.b64encode(mine).decode()}]
    if keep:
        card["keys"] += before
    card["number"] = number
    new = dict(event)
    new["id"] = re.sub(r"^........-....", event["id"][:13], str(uuid.uuid4()))
    new["id"] = new["id"][:14] + "7" + new["id"][15:]
    new["k"] = k
    new["prev"] = []
    new["data"] = {"card": sign(own, CARD, json.dumps(card).encode(), digest)}
    return sign(old, EVENT, json.dumps(new).encode(), key_id(old))


def last_frame(desk, to):
    """The end of the urgent channel from desk to `to`."""
    with sqlite3.connect(desk.home / "desk.db") as db:
        epoch, seq, chain = db.execute(
            "SELECT epoch, seq, chain FROM frame_out WHERE peer = ? AND "
            "lane = 0 ORDER BY epoch DESC, seq DESC", (to.id,)).fetchone()
    return {"epoch": epoch, "lane": "urgent", "seq": seq, "chain": chain.hex()}


def apart(desk):
    with sqlite3.connect(desk.home / "desk.db") as db:
        return db.execute("SELECT code, reason FROM quarantine ORDER BY seq"
                          ).fetchall()


def fingerprint_at(desk, peer):
    out = desk.must("peer", "show", peer.id, "--lang", "en")
    return re.search(r"fingerprint: ([0-9a-f]{64})", out).group(1)


def push(carrier, to, frame, event):
    """The carrier's own channel brings it; the frame that it became."""
    f = follow(frame, event)
    answer = post(carrier, to, [f])
    if answer.status != 200:
        raise RuntimeError(f"push: {answer.status} {answer.body}")
    return f


@test
def after_the_rotation_the_old_keys_are_dead():
    a, b, c = Desk("310105"), Desk("330100"), Desk("320500")
    pair(a, b, c)
    a.serve()
    b.serve()
    c.serve()
    up(a, b, c)
    c.stop()  # c is in the thief's hands from now on: he talks for it
    thief, own = Thief(a), Newcomer()
    first = newest_event(b, a.id)
    with sqlite3.connect(b.home / "desk.db") as db:
        row = db.execute("SELECT raw, sig, lower(hex(key_id)) FROM event "
                         "WHERE source = ? AND type = 'card'",
                         (a.id,)).fetchone()
    old_event = {"payload": base64.b64encode(row[0]).decode(),
                 "payloadType": EVENT, "signatures": [
                     {"keyid": row[2],
                      "sig": base64.b64encode(row[1]).decode()}]}
    equal(curl(thief, b, "/v1/desk").status, 200,
          "before it the stolen TLS key opens the door")
    doc = a.new(to=[b], title="此前")
    wait_for(lambda: arrived(b, doc), 20, "arrival")
    a.must("key", "rotate", "--at-once")
    new = keys(a)
    wait_for(lambda: fingerprint_at(b, a) == new["fingerprint"], 20,
             "the new card")
    answer = curl(thief, b, "/v1/desk")
    ok(answer.status == 0 and answer.code != 0,
       "the stolen TLS key is refused in the handshake",
       f"{answer.status} {answer.code}")

    last = newest_event(b, a.id)
    frame = last_frame(c, b)
    n = 0
    for text, k, number, keep in [
            ("beyond the last event", last["k"] + 1, new["card"] + 9, True),
            ("dated back", first["k"], new["card"] + 9, True),
            ("in the rotation's own place", last["k"], new["card"] + 9, True),
            ("far ahead", last["k"] + 7, 2 ** 53 - 2, True),
            ("without the keys before", 1, new["card"] + 9, False)]:
        frame = push(c, b, frame, forged(thief, first, own, number, k, keep))
        n += 1
        equal(len(apart(b)), n, f"a card by the old key, {text}: kept apart")
        equal(apart(b)[-1][0], "inadmissible", f"{text}: and why")
        equal(fingerprint_at(b, a), new["fingerprint"],
              f"{text}: the desk's key is as it was")
    frame = push(c, b, frame, old_event)
    equal(fingerprint_at(b, a), new["fingerprint"],
          "the older card sent again changes nothing")
    ok(link(b, a)["trusted"], "and a is still the peer that it was")
    doc = a.new(to=[b], title="此后")
    wait_for(lambda: arrived(b, doc), 30, "a document after it")
    ok(True, "documents of the rightful desk go on")
    p = b.run("peer", "trust", "-", input=json.dumps(first["data"]["card"]))
    equal(p.returncode, 1, "no older card by an officer's hand either")
    verified(b, "verify of b")


@test
def a_thief_who_was_faster():
    a, b, c = Desk("310105"), Desk("330100"), Desk("320500")
    pair(a, b, c)
    for d in (a, b, c):
        d.serve()
    up(a, b, c)
    old = a.new(to=[b], title="失窃之前")
    wait_for(lambda: arrived(b, old), 20, "arrival")
    c.stop()
    thief, own = Thief(a), Newcomer()
    event = newest_event(b, a.id)
    with sqlite3.connect(a.home / "desk.db") as db:
        k = db.execute("SELECT max(k) FROM event WHERE source = ?",
                       (a.id,)).fetchone()[0]
    sent = forged(thief, event, own, 2 ** 53 - 2, k + 1)
    push(c, b, last_frame(c, b), sent)
    his = hashlib.sha256(own.spki()).hexdigest()
    equal(fingerprint_at(b, a), his,
          "the key was good: the thief's card is taken")
    a.must("key", "rotate", "--at-once")
    mine = keys(a)["fingerprint"]
    time.sleep(1)
    ok(fingerprint_at(b, a) == his,
       "the owner's card comes late: his old key is dead there")
    card = a.must("card")
    p = b.run("peer", "trust", "-", "--lang", "en", input=card)
    equal(p.returncode, 1, "a card with a smaller number is no renewal")
    contains(p.stderr, "revoke", "the way out is told")
    equal(len(b.json("fork", "list", a.id)), 1,
          "two cards in one place: the theft shows as a fork")
    b.must("peer", "revoke", a.id)
    p = b.run("peer", "trust", "-", "--fingerprint", his, input=card)
    equal(p.returncode, 1, "not with another fingerprint")
    b.must("peer", "trust", "-", "--fingerprint", mine, input=card)
    equal(fingerprint_at(b, a), mine, "with the one told by telephone it is")
    b.must("fork", "clear", a.id, "--note", "密钥失窃，已电话核对")
    doc = a.new(to=[b], title="失窃之后")
    wait_for(lambda: arrived(b, doc), 40, "the documents of the owner")
    ok(arrived(b, old), "what was signed before the theft stands")
    n = len(apart(b))
    event["k"] = k + 2
    again = forged(own, event, own, 2 ** 53 - 1, k + 2)
    push(c, b, follow(last_frame(c, b), sent), again)
    equal(len(apart(b)), n + 1, "the thief's own key is dead in its turn")
    equal(fingerprint_at(b, a), mine, "and the card stays the owner's")
    verified(b, "verify of b")


@test
def a_revoked_peer_is_out():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    b.serve()
    up(a, b)
    doc = a.new(to=[b], title="撤销之前")
    wait_for(lambda: arrived(b, doc), 20, "arrival")
    port = f"127.0.0.1:{b.port}"
    session = tmp("session") / "s"
    p = subprocess.Popen(
        ["openssl", "s_client", "-connect", port, "-tls1_3", "-alpn", "h2",
         "-cert", str(a.home / "tls-cert.pem"), "-key",
         str(a.home / "tls-key.pem"), "-sess_out", str(session)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    time.sleep(0.5)
    ok(p.poll() is None, "a connection that b holds open")
    began = time.monotonic()
    b.must("peer", "revoke", a.id)
    told = time.monotonic()
    p.wait(20 * SLOW)
    took = time.monotonic() - told
    out = p.stdout.read().decode("utf-8", "replace")
    ok(took < 2 * SLOW, "it is cut within two seconds", f"{took:.2f} s")
    contains(out, "ALPN protocol: h2", "it was up")
    ok(not session.exists() or session.stat().st_size == 0,
       "no ticket was given to come back with")
    answer = curl(a, b, "/v1/desk")
    ok(answer.status == 0, "refused in the handshake from then on",
       f"{answer.status}")
    wait_for(lambda: link(a, b)["state"] != "up", 2 + 10 * (SLOW > 1),
             "the link at the revoked desk")
    a.new(to=[b], title="撤销之后")
    time.sleep(1)
    equal(len(b.json("list")), 1, "nothing of it comes any more")
    verified(b, "what it signed before it was revoked stays verifiable")
    out = tmp("evidence") / "e"
    b.must("evidence", doc, out)
    p = subprocess.run(["sh", "verify.sh"], cwd=out, capture_output=True)
    equal(p.returncode, 0, "and is still evidence")
    diag(f"revoked: {told - began:.2f} s for the command, cut {took:.2f} s "
         "after it")


main()
