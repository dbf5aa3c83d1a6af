"""key rotate while all serve: new keys, peers that follow by the new card, links
that stay, old events that stay verifiable, and who may do it."""
import sqlite3

from keyring import *
from tap import *


@test
def both_keys_while_all_serve():
    a, b, c = Desk("310105"), Desk("330100"), Desk("320500")
    pair(a, b, c)
    for d in (a, b, c):
        d.serve()
    up(a, b, c)
    before = a.new(to=[b, c], title="换钥之前")
    wait_for(lambda: arrived(b, before) and arrived(c, before), 20, "arrival")
    old = keys(a)
    old_cert = cert_digest(a, "tls-cert.pem")

    said = a.must("key", "rotate", "--lang", "en")
    new = keys(a)
    contains(said, new["fingerprint"], "the new fingerprint is told")
    contains(said, "backup", "and that a backup is due")
    ok(new["fingerprint"] != old["fingerprint"], "another signing key")
    ok(new["card"] > old["card"], "the card's number has risen")
    equal([k["current"] for k in new["keys"]], [True, False],
          "the old one is on the card, retired")
    wait_for(lambda: not keys(a)["waiting"], 20, "every peer has the card")
    wait_for(lambda: not keys(a)["two_certificates"], 20,
             "the old certificate is dropped")
    ok(cert_digest(a, "tls-cert.pem") != old_cert, "another certificate")
    equal([f.name for f in sorted(a.home.glob("*.pem"))],
          ["seal.pem", "tls-cert.pem", "tls-key.pem"], "no file is left over")
    for d in (b, c):
        contains(d.must("peer", "show", a.id, "--lang", "en"),
                 new["fingerprint"], f"{d.id} shows the new fingerprint")
    up(a, b, c)
    ok(a.server.alive(), "the same serve process all the while")

    after = a.new(to=[b, c], title="换钥之后")
    wait_for(lambda: arrived(b, after) and arrived(c, after), 20,
             "arrival after the rotation")
    b.must("move", after, "sign")
    wait_for(lambda: any(p["desk"] == b.id and p["signed_at"]
                         for p in a.json("show", after)[0]["parties"]), 20,
             "the answer")
    ok(True, "documents go both ways with the new keys")
    with sqlite3.connect(b.home / "desk.db") as db:
        got = {row[0] for row in db.execute(
            "SELECT lower(hex(key_id)) FROM event WHERE source = '310105' "
            "AND type = 'issue'")}
        held = db.execute("SELECT count(*) FROM quarantine").fetchone()[0]
    equal(got, {old["fingerprint"], new["fingerprint"]},
          "one issue was signed with each key")
    equal(held, 0, "nothing is in quarantine")
    out = tmp("evidence") / "e"
    a.must("evidence", before, out)
    p = subprocess.run(["sh", "verify.sh"], cwd=out, capture_output=True)
    equal(p.returncode, 0, "evidence of the old event by stock openssl")
    audit = a.json("audit", "--act", "key-rotate") \
        if a.run("audit", "--act", "key-rotate").returncode == 0 else None
    if audit is None:
        with sqlite3.connect(a.home / "desk.db") as db:
            audit = db.execute("SELECT officer, detail FROM audit WHERE act "
                               "= 'key-rotate'").fetchall()
    equal(len(audit), 1, "the rotation is in the audit trail")
    for d in (a, b, c):
        verified(d, f"verify of {d.id}")

    # back and forth between the algorithms, the signing key alone
    cert = cert_digest(a, "tls-cert.pem")
    for alg in ("ed25519", "sm2-sm3"):
        a.must("key", "rotate", "--seal", "--alg", alg)
        equal(keys(a)["keys"][0]["alg"], alg, f"{alg} now")
        doc = a.new(to=[b, c], title=alg)
        wait_for(lambda: arrived(b, doc) and arrived(c, doc), 20, alg)
    ok(cert_digest(a, "tls-cert.pem") == cert, "the certificate stayed")
    equal(len(keys(a)["keys"]), 4, "four keys on the card")
    for d in (a, b, c):
        d.stop()
        verified(d, f"verify of {d.id} after four keys")


@test
def who_may():
    a = Desk("310105")
    p = a.run("key", "rotate", "--alg", "ed25519", "--tls")
    equal(p.returncode, 2, "an algorithm is of the signing key")
    a.must("officer", "add", "zhang", "张", "--roles", "duty")
    p = a.run("--officer", "zhang", "key", "rotate", "--lang", "en")
    equal(p.returncode, 1, "a duty officer rotates no keys")
    contains(p.stderr, "administrator", "and is told who does")


main()
