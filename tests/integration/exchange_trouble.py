"""What a peer must not do, and what a line may do: forks stop the link, a
revoked desk is cut, cut lines lose nothing, a full disk makes peers wait."""
import base64

from cutproxy import CutProxy
from tap import *
from wire import *


def held(n):
    """Desks a and b; n notices of a that b does not hold; b serves alone."""
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    for i in range(n):
        a.new(to=[b], title=f"n{i}")
    epoch = curl(b, a, "/v1/desk").json()["epoch"]
    lanes = [[json.loads(x) for x in outbox(b, a, epoch, lane).body
              .splitlines()] for lane in ("urgent", "plain")]
    a.stop()
    b.serve()
    return a, b, epoch, lanes


def verified(*desks):
    for d in desks:
        p = d.run("verify")
        equal(p.returncode, 0, f"{d.id} verifies: {p.stdout.strip()}")


@test
def a_fork_stops_the_link():
    a, b, epoch, (urgent, plain) = held(2)
    equal(post(a, b, urgent).status, 200, "the card")
    equal(post(a, b, plain).status, 200, "two notices")
    first = plain[1]["event"]
    event = json.loads(base64.b64decode(first["payload"]))
    event["data"]["fields"]["title"] = "another story"
    other = sign(a, EVENT, json.dumps(event).encode(),
                 first["signatures"][0]["keyid"])
    equal(first["signatures"][0]["keyid"], key_id(a),
          "a key's id is the digest of its public key")
    post(a, b, [follow(plain[-1], other)])
    r = wait_for(lambda: (lambda x: x if x.status == 409 else None)(
        outbox(a, b, curl(a, b, "/v1/desk").json()["epoch"], "plain")), 5,
        "the stop")
    equal(r.problem(), (409, "fork"), "no frames go out to a forked desk")
    equal(post(a, b, plain).problem(), (409, "fork"), "none come in")
    equal(curl(a, b, "/v1/desk").status, 200, "states are still exchanged")
    b.server.wait_line(r"peer=310105 fork=found", 5)
    ok(b.server.alive(), "serve goes on")
    b.stop()
    verified(b)


@test
def an_event_of_another_desk_in_its_place():
    """A frame on a's channel that claims to come from c."""
    a, b, epoch, (urgent, plain) = held(1)
    c = Desk("320500")
    pair(b, c)
    post(a, b, urgent)
    post(a, b, plain)
    event = json.loads(base64.b64decode(plain[1]["event"]["payload"]))
    event["source"] = c.id
    event["id"] = event["id"][:-4] + "ffff"
    forged = sign(a, EVENT, json.dumps(event).encode(), key_id(a))
    r = post(a, b, [follow(plain[-1], forged)])
    equal(r.status, 200, "the channel moves on")
    equal(r.payload()["quarantined"], [len(plain) + 1], "it is kept apart")
    equal(len(b.json("list")), 1, "no document of it")
    b.stop()
    verified(b)


@test
def a_receipt_beyond_what_was_sent():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    a.new(to=[b], title="n")
    epoch = curl(b, a, "/v1/desk").json()["epoch"]
    b_epoch = "01a20af1-ea57-7000-b81b-0fdc788806ef"
    state = {"card": None, "versions": [1], "limits": {}, "time":
             "2026-11-24T08:00:00+08:00", "epoch": b_epoch,
             "you": {"epoch": epoch}, "n": 1, "restoring": False, "out": [],
             "in": [], "give": [], "serial_high": 0}
    r = curl(b, a, "/v1/desk", "PUT", json.dumps(state).encode())
    equal(r.status, 200, "a stranger's state is taken")
    equal([x["lane"] for x in r.json()["out"]], ["urgent", "plain"],
          "and answered with the ends of the channels")
    end = r.json()["out"][1]

    def receipt(seq, chain, n):
        o = {"from": b.id, "to": a.id, "epoch": epoch, "lane": "plain",
             "seq": seq, "chain": chain, "n": n, "time":
             "2026-11-24T08:00:01+08:00", "wants": [], "quarantined": [],
             "released": []}
        return json.dumps(sign(b, RECEIPT, json.dumps(o).encode(),
                               key_id(b))).encode()

    def put(body):
        return curl(b, a, "/v1/outbox/receipt", "PUT", body)

    equal(put(receipt(99, end["chain"], 5)).problem(), (409, "chain"),
          "a receipt above the end is no progress")
    equal(put(receipt(end["seq"], "0" * 64, 6)).problem(), (409, "chain"),
          "nor is one of another chain")
    good = receipt(end["seq"], end["chain"], 7)
    broken = json.loads(good)
    sig = bytearray(base64.b64decode(broken["signatures"][0]["sig"]))
    sig[-1] ^= 1
    broken["signatures"][0]["sig"] = base64.b64encode(bytes(sig)).decode()
    equal(put(json.dumps(broken).encode()).problem(), (422, "signature"),
          "nor is one with a bad signature")
    equal(a.json("peer", "list")[0]["queued"] > 0, True, "all is still owed")
    equal(put(good).status, 200, "a good one, signed by stock openssl")
    equal(curl(b, a, "/v1/desk", "PUT", json.dumps(state).encode()).status,
          200, "the same state again")
    state["n"] = 0
    equal(curl(b, a, "/v1/desk", "PUT", json.dumps(state).encode()).problem(),
          (409, "stale"), "an older state is refused")
    a.stop()
    verified(a)


@test
def cut_lines_lose_nothing():
    a, b = Desk("310105"), Desk("330100", listen=False)
    pair(a, b)
    proxy = CutProxy(a.port)
    b.must("peer", "set", a.id, "--address", f"127.0.0.1:{proxy.port}")
    a.serve()
    b.server = Proc(DELTADESK, "--desk", b.home, "serve", env=b.env)
    for i in range(60):
        a.new(to=[b], title=f"a{i}")
        b.new(to=[a], title=f"b{i}")
        if i % 10 == 5:
            proxy.cut()
    wait_for(lambda: len(b.json("list", "--box", "in")) >= 60 and
             len(a.json("list", "--box", "in")) >= 60, 40, "all notices")
    for d, mark in ((a, "b"), (b, "a")):
        equal(sorted(r["title"] for r in d.json("list", "--box", "in")),
              sorted(f"{mark}{i}" for i in range(60)),
              f"{d.id} holds each once")
    a.stop()
    b.stop()
    verified(a, b)
    proxy.close()


@test
def three_desks_and_a_relay():
    """b's signature reaches the other party by way of the owner, or not at
    all where the kind does not show it; every desk agrees and verifies."""
    a, b, c = Desk("310105"), Desk("330100"), Desk("320500")
    pair(a, b, c)
    for d in (a, b, c):
        d.serve()
    doc = a.new(to=[b, c], title="three")
    for d in (b, c):
        wait_for(lambda: d.json("list"), 20, "the notice")
        d.must("move", doc, "sign")
    wait_for(lambda: sum(1 for p in a.json("list")[0]["parties"]
                         if p["signed_at"]) == 2, 20, "both signatures")
    ok(True, "the owner has both signatures")
    a.must("revise", doc, "--set", "title=revised")
    for d in (b, c):
        wait_for(lambda: d.json("list")[0]["title"] == "revised", 20,
                 "the revision")
    ok(True, "both parties have the revision")
    for d in (a, b, c):
        d.stop()
    verified(a, b, c)


@test
def a_full_disk_makes_peers_wait():
    if os.geteuid() != 0:
        skip("a disk of 48 MB", "needs root to mount one")
        return
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    small = tmp("small")
    p = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs",
                        str(small)], capture_output=True)
    if p.returncode != 0:
        skip("a disk of 48 MB", "cannot mount here")
        return
    try:
        shutil.copytree(b.home, small / "desk")
        b.home = small / "desk"
        space = os.statvfs(small)
        with open(small / "filler", "wb") as f: # but for one MiB of it
            f.write(bytes(space.f_bavail * space.f_frsize - (1 << 20)))
        b.serve()
        r = post(a, b, [b"{}"])
        equal(r.problem(), (503, "disk-full"), "frames are refused")
        equal(curl(a, b, "/v1/desk").status, 200, "states are exchanged")
        p = b.run("new", "clue", "--to", a.id, "--set", "title=own")
        equal(p.returncode, 0, "own acts go on")
        b.stop()
        verified(b)
    finally:
        b.stop()
        subprocess.run(["umount", str(small)])


main()
