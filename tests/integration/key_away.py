"""key rotate while a peer is away, of a desk that is not dialled, and by bundles:
the old certificate for those that have not got the card, and no longer."""
from keyring import *
from tap import *


@test
def a_peer_that_was_away():
    a, b, c = Desk("310105"), Desk("330100"), Desk("320500")
    pair(a, b, c)
    a.serve()
    b.serve()
    up(a, b)
    a.must("key", "rotate")
    wait_for(lambda: keys(a)["waiting"] == [c.id], 20, "one has it not")
    k = keys(a)
    ok(k["two_certificates"], "two certificates while one peer is away")
    p = a.run("key", "rotate", "--tls", "--lang", "en")
    equal(p.returncode, 1, "no second change of it meanwhile")
    contains(p.stderr, c.id, "who is waited for is named")
    up(a, b)
    ok(True, "the peer that has the card is linked by the new one")
    a.must("key", "rotate", "--seal")  # a second step that c has not seen
    # acts and receipts in between, so that its first state has new keys
    doc = a.new(to=[b, c], title="其间")
    wait_for(lambda: arrived(b, doc), 20, "arrival at the one")
    c.serve()
    wait_for(lambda: arrived(c, doc), 30, "arrival at the one who was away")
    wait_for(lambda: not keys(a)["two_certificates"], 30,
             "the old certificate is dropped")
    up(a, b, c)
    ok(True, "it followed over two rotations, by the old certificate")
    for d in (a, b, c):
        d.stop()
        verified(d, f"verify of {d.id}")


@test
def a_desk_that_is_not_dialled_and_bundles():
    a, b = Desk("310105", listen=False), Desk("330100")
    pair(a, b)
    b.serve()
    first = a.new(to=[b], title="一")
    serving = Proc(DELTADESK, "--desk", a.home, "serve")
    wait_for(lambda: arrived(b, first), 20, "arrival")
    a.must("key", "rotate")
    doc = a.new(to=[b], title="二")
    wait_for(lambda: arrived(b, doc), 30, "arrival by the new keys")
    wait_for(lambda: not keys(a)["two_certificates"], 30, "one certificate")
    ok(True, "a desk that only dials rotates too")
    serving.stop()
    b.stop()
    a.must("key", "rotate")
    third = a.new(to=[b], title="三")
    bundle = tmp("bundle") / "x.ddb"
    a.must("bundle", "out", b.id, bundle)
    p = b.run("bundle", "in", bundle)
    equal(p.returncode, 0, "a bundle signed with a key not seen before")
    ok(arrived(b, third), "and what is in it", p.stderr)
    back = tmp("bundle") / "y.ddb"
    b.must("bundle", "out", a.id, back)
    a.must("bundle", "in", back)
    ok(not keys(a)["waiting"], "its answer says that the card is there")
    ok(not keys(a)["two_certificates"], "so the old certificate is dropped")
    b.must("peer", "revoke", a.id)
    a.new(to=[b], title="四")
    again = tmp("bundle") / "z.ddb"
    a.must("bundle", "out", b.id, again)
    p = b.run("bundle", "in", again, "--lang", "en")
    ok(p.returncode != 0, "no bundle of a peer that was revoked", p.stdout)
    contains(p.stderr, "not a trusted peer", "and it says why")
    p = b.run("bundle", "out", a.id, tmp("b") / "q.ddb")
    ok(p.returncode != 0, "none for it either")
    verified(b, "what it signed before stays verifiable")


main()
