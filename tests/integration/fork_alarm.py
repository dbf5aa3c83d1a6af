"""Two signed events in one place: the link stops, the alarm names both hashes
and stands until an officer clears it with a reason; the proofs are evidence
that stock openssl checks; after that all goes on (THREATS P2, EXCHANGE 0.14).
"""
import sqlite3

from screen import Screen
from stranger import *
from tap import *

a = Desk("310105")
b = Desk("330100", "--signature", "ed25519")
c = Desk("320500")
pair(a, b)
pair(a, c)
p = Stranger(b, a)
a.serve()
c.serve()


def titles():
    return sorted(r["title"] for r in a.json("list"))


def digest(envelope):
    return hashlib.sha256(pae(envelope)).hexdigest()


def send(event):
    """The event's frame is pushed; (answer, the event's digest)."""
    e = p.envelope(dump(event))
    seq, chain = dict(p.seq), dict(p.chain)
    r = p.push(p.frame(e))
    if r.status != 200:  # its place is free still
        p.seq, p.chain, p.k = seq, chain, p.k - 1
    return r, digest(e)


def retitled(event, title, **fields):
    data = dict(event["data"], fields=dict(event["data"]["fields"],
                                           title=title))
    return dict(event, data=data, **fields)


def forks(*words):
    return a.json("fork", "list", *words)


def alarms():
    return [r for r in a.json("duty") if r.get("what") == "fork"]


def link(desk):
    return next(r for r in a.json("peer", "list") if r["desk"] == desk.id)


def stopped(desk):
    return link(desk)["state"] == "stopped"


hashes = {}


@test
def quiet_before():
    equal(p.push(p.card_frame()).status, 200, "the peer's card")
    equal(forks(), [], "no fork is listed")
    ok(a.must("fork", "list").strip(), "and it is said in words")
    equal(alarms(), [], "no alarm")
    equal(a.run("fork", "clear", b.id, "--note", "x").returncode, 1,
          "nothing to clear is refused")
    equal(a.run("fork", "evidence", b.id, tmp("e") / "x").returncode, 1,
          "nothing to prove is refused")


@test
def one_k_twice():
    first = p.issue("甲说")
    r, one = send(first)
    equal(r.status, 200, "the first event")
    r, two = send(retitled(first, "乙说", id=uuid7(),
                           subject=f"{b.id}/{uuid7()}"))
    equal(r.status, 200, "another one with its number: taken, since a proof "
          "is kept")
    hashes["k"] = [one, two]
    rows = forks()
    equal([(f["source"], f["same_id"], f["same_place"], f["k"], f["events"],
            f["cleared_by"]) for f in rows],
          [(b.id, False, True, first["k"], [one, two], None)],
          "the list names both hashes and what they share")
    told = a.must("fork", "list")
    ok(one in told and two in told, "in words too", told)
    equal([(r["desk"], one[:16] in r["words"], two[:16] in r["words"])
           for r in alarms()], [(b.id, True, True)],
          "the duty list has it with both hashes")
    shown = a.json("peer", "show", b.id)
    equal([n["detail"] for n in shown[1:] if n["notice"] == "fork"],
          [f"{one} {two}"], "peer show has both in full")
    equal(sorted(titles()), ["乙说", "甲说"], "both events stay")


@test
def consoles_show_it():
    one, two = (h[:12] for h in hashes["k"])
    s = Screen(DELTADESK, "--desk", a.home, "--lang", "en")
    s.wait(lambda t: "stopped" in t and one in t and two in t)
    ok(True, "the duty list has both hashes")
    s.keys("7")
    s.wait("[7 peers]")
    s.keys("j")  # the second of two
    text = s.wait(lambda t: "stopped: signed two" in t and one in t
                  and two in t)
    contains(text, "'fork clear' ends it", "so have the peers, with what "
             "to do")
    ok("kept apart and changed" not in text, "nothing was kept apart", text)
    s.close()  # it would start the service itself that stops next


@test
def the_link_is_stopped():
    wait_for(lambda: stopped(b), what="the list of peers says so")
    r, _ = send(p.issue("停住以后"))
    equal(r.problem(), (409, "fork"), "no further frames are taken")
    for lane in ("plain", "urgent"):
        r = curl(b, a, f"/v1/outbox?epoch={p.epoch}&lane={lane}")
        equal(r.problem(), (409, "fork"), f"none are given ({lane})")
    equal(curl(b, a, "/v1/desk").status, 200, "states are exchanged")
    a.new(to=[b], title="给乙的")
    c.new(to=[a], title="丙来的")
    wait_for(lambda: "丙来的" in titles(), what="a notice of another peer")
    ok(True, "another peer's channel goes on")
    equal(a.stop(), 0, "serve ends")
    a.serve()
    equal(len(alarms()), 1, "the alarm stands after a restart")
    equal(curl(b, a, f"/v1/outbox?epoch={p.epoch}&lane=plain").problem(),
          (409, "fork"), "and the link is stopped still")


def verify(out):
    return subprocess.run(["sh", str(out / "verify.sh")], capture_output=True,
                          text=True)


@test
def the_proofs_are_evidence():
    out = tmp("evidence") / "out"
    a.must("fork", "evidence", hashes["k"][0][:12], out)
    v = verify(out)
    ok(v.returncode == 0, "stock openssl verifies both", v.stdout + v.stderr)
    proofs = sorted(out.glob("fork-*.pae"))
    equal([hashlib.sha256(f.read_bytes()).hexdigest() for f in proofs],
          hashes["k"], "the two files are the two hashes of the alarm")
    contains((out / "verify.sh").read_text(), "check_both",
             "what they share is checked")
    for f in sorted(out.iterdir()):
        if f.name == "verify.sh":
            continue
        old = f.read_bytes()
        f.write_bytes(old[:-1] + bytes([old[-1] ^ 1]))
        ok(verify(out).returncode != 0, f"a changed byte of {f.name} is found")
        f.write_bytes(old)
    # a script that was told that one event is two finds that, too
    script = (out / "verify.sh").read_text()
    for end in ("pae", "sig"):
        one, two = sorted(out.glob(f"fork-*.{end}"))
        old = hashlib.sha256(two.read_bytes()).hexdigest()
        two.write_bytes(one.read_bytes())
        script = script.replace(old, hashlib.sha256(
            two.read_bytes()).hexdigest())
    (out / "verify.sh").write_text(script)
    v = verify(out)
    ok(v.returncode != 0 and "one event" in v.stdout,
       "one event twice proves nothing", v.stdout)
    ok(a.run("fork", "evidence", b.id, out).returncode == 1,
       "a folder that is there is refused")


@test
def only_some_may_clear_and_say_why():
    v = a.run("fork", "clear", b.id)
    ok(v.returncode == 2 and "--note" in v.stderr, "a reason is demanded",
       v.stderr)
    a.must("officer", "add", "li", "李", "--roles", "duty")
    v = a.run("--officer", "li", "fork", "clear", b.id, "--note", "x")
    ok(v.returncode == 1, "an officer without that right is refused", v.stderr)
    equal(a.run("fork", "clear", "0" * 16, "--note", "x").returncode, 1,
          "so is a hash that is none of them")
    equal(len(alarms()), 1, "the alarm stands")


@test
def cleared():
    contains(a.must("fork", "clear", hashes["k"][1][:12], "--note",
                    "电话核实：备份误启用"), "1", "cleared by one hash")
    equal(alarms(), [], "the alarm has ended")
    row = forks()[0]
    ok(row["cleared_by"] and row["cleared_why"] == "电话核实：备份误启用"
       and row["cleared_at"], "by whom, why and when", row)
    equal(row["events"], hashes["k"], "both hashes stay listed")
    db = sqlite3.connect(a.home / "desk.db")
    equal(db.execute("SELECT count(*) FROM audit WHERE act = 'fork-clear' AND"
                     " subject = ? AND detail LIKE '%备份误启用'",
                     (b.id,)).fetchone()[0], 1, "the audit trail has it")
    db.close()
    equal(a.run("fork", "clear", b.id, "--note", "x").returncode, 1,
          "it is cleared once")
    db = sqlite3.connect(a.home / "desk.db")
    try:
        db.execute("UPDATE fork SET cleared_why = 'x'")
        ok(False, "a cleared fork cannot be written over")
    except sqlite3.DatabaseError:
        ok(True, "a cleared fork cannot be written over")
    db.close()
    wait_for(lambda: send(p.issue("又通了"))[0].status == 200,
             what="frames are taken again")
    ok("又通了" in titles(), "and shown")
    epoch = curl(b, a, "/v1/desk").json()["epoch"]
    r = curl(b, a, f"/v1/outbox?epoch={epoch}&lane=plain&after=0")
    ok(r.status == 200 and b"event" in r.body, "what was issued meanwhile "
       "leaves", r.body[:300])


@test
def one_id_twice():
    first = p.issue("丁说")
    r, one = send(first)
    equal(r.status, 200, "an event")
    p.k += 1
    r, two = send(retitled(first, "戊说", k=p.k))
    equal(r.status, 200, "another one with its id")
    row = next(f for f in forks() if not f["cleared_by"])
    equal((row["same_id"], row["same_place"], row["id"], row["events"]),
          (True, False, first["id"], [one, two]), "is a fork anew")
    equal(len(alarms()), 1, "with its own alarm")
    out = tmp("evidence") / "all"
    a.must("fork", "evidence", b.id, out)
    v = verify(out)
    equal((v.returncode, len(list(out.glob("fork-*.pae")))), (0, 4),
          "the evidence of a desk has both forks")
    a.must("fork", "clear", b.id, "--note", "同一副本")
    equal(alarms(), [], "and is cleared by the desk's name")


@test
def all_of_it_verifies():
    equal(a.stop(), 0, "serve ends well")
    v = a.run("verify", "--rebuild")
    equal(v.returncode, 0, f"the desk verifies: {v.stdout.strip()}")


main()
