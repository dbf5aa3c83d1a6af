"""Two desks as real processes: both ways, either offline, either alone able to
dial; a desk is served once, on one port."""
import socket

from tap import *


def titles(desk, box="in"):
    return sorted(r["title"] for r in desk.json("list", "--box", box))


def wait_titles(desk, want, timeout=20):
    try:
        wait_for(lambda: titles(desk) == sorted(want), timeout, "notices")
    except TimeoutError:
        pass
    equal(titles(desk), sorted(want), f"{desk.id} holds each notice once")


def undelivered(desk, to):
    """Events that the peer has not receipted yet."""
    rows = [r for r in desk.json("peer", "list")
            if to.id in (r.get("desk"), r.get("id"))]
    return rows[0]["queued"]


def wait_receipts(desk, to, timeout=20):
    try:
        wait_for(lambda: undelivered(desk, to) == 0, timeout, "receipts")
    except TimeoutError:
        pass
    equal(undelivered(desk, to), 0, f"{desk.id} has every receipt of {to.id}")


def verified(*desks):
    for d in desks:
        p = d.run("verify")
        equal(p.returncode, 0, f"{d.id} verifies: {p.stdout.strip()}")


@test
def both_ways():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    b.serve()
    for i in range(3):
        a.new(to=[b], title=f"a{i}")
        b.new(to=[a], title=f"b{i}")
    wait_titles(b, ["a0", "a1", "a2"])
    wait_titles(a, ["b0", "b1", "b2"])
    wait_receipts(a, b)
    wait_receipts(b, a)
    equal(a.stop(), 0, "serve ends well when told to")
    b.stop()
    verified(a, b)


@test
def the_answer_comes_back():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    b.serve()
    doc = a.new(to=[b], title="notice")
    wait_titles(b, ["notice"])
    b.must("move", doc, "sign")
    wait_for(lambda: [p for r in a.json("list") for p in r["parties"]
                      if p["desk"] == b.id and p["signed_at"]], 20,
             "the signature at the owner")
    ok(True, "the owner sees who signed")


@test
def receiver_offline():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    for i in range(5):
        a.new(to=[b], title=f"n{i}")
    equal(undelivered(a, b) >= 5, True, "what was not receipted is counted")
    b.serve()
    wait_titles(b, [f"n{i}" for i in range(5)])
    wait_receipts(a, b)


@test
def sender_offline():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    b.serve()
    for i in range(5):
        a.new(to=[b], title=f"n{i}")
    a.serve()
    wait_titles(b, [f"n{i}" for i in range(5)])
    wait_receipts(a, b)


def one_way(a_listens):
    a = Desk("310105", listen=a_listens)
    b = Desk("330100", listen=not a_listens)
    pair(a, b)
    for d in (b, a):
        d.server = Proc(DELTADESK, "--desk", d.home, "serve", env=d.env)
    for i in range(4):
        a.new(to=[b], title=f"a{i}")
        b.new(to=[a], title=f"b{i}")
    wait_titles(b, [f"a{i}" for i in range(4)])
    wait_titles(a, [f"b{i}" for i in range(4)])
    wait_receipts(a, b)
    wait_receipts(b, a)
    a.stop()
    b.stop()
    verified(a, b)


@test
def only_the_receiver_can_be_dialled():
    one_way(False)


@test
def only_the_sender_can_be_dialled():
    one_way(True)


@test
def a_desk_is_served_once():
    a = Desk("310105")
    a.serve()
    p = a.run("serve")
    equal(p.returncode, 3, "the second serve is refused")
    contains(p.stderr, str(a.server.pid), "it names the holder's process")
    contains(p.stderr, "serve", "it names the holder's command")
    equal(len(p.stderr.strip().splitlines()), 1, "in one line")
    ok(a.server.alive(), "the first goes on")
    a.server.kill()
    a.serve()
    ok(True, "a lock whose holder was killed is free")


@test
def port_in_use():
    a = Desk("310105")
    with socket.socket() as s:
        s.bind(("127.0.0.1", a.port))
        s.listen(1)
        p = a.run("serve")
    equal(p.returncode, 3, "serve is refused")
    contains(p.stderr, str(a.port), "it names the port")
    equal(len(p.stderr.strip().splitlines()), 1, "in one line")


@test
def revoked_is_cut_within_two_seconds():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    b.serve()
    a.new(to=[b], title="before")
    wait_titles(b, ["before"])
    a.must("peer", "revoke", b.id)
    b.server.wait_line(r"peer=310105 (link=flow:|inbound=down)", 2)
    ok(True, "the live link is cut")
    b.new(to=[a], title="after")
    time.sleep(3)
    equal(titles(a), [], "nothing of a revoked desk comes in")
    verified(a, b)


main()
