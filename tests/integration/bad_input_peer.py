"""What a trusted but hostile peer may send, over real TLS and HTTP/2: it is
answered or kept apart with its reason, changes nothing, disturbs no other
channel, and the desk verifies afterwards."""
import sqlite3

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
own = a.new(to=[c], title="别人的文书")


def titles():
    return sorted(r["title"] for r in a.json("list"))


def quarantine():
    """seq -> code of what a keeps apart."""
    db = sqlite3.connect(f"file:{a.home}/desk.db?mode=ro", uri=True)
    rows = db.execute("SELECT seq, code, reason FROM quarantine").fetchall()
    db.close()
    ok(all(reason for _, _, reason in rows), "each has its reason in words")
    return {seq: code for seq, code, _ in rows}


def others_go_on(text):
    """A notice from c still arrives at a."""
    title = f"c {text}"
    c.new(to=[a], title=title)
    wait_for(lambda: title in titles(), what=f"c's notice after {text}")
    ok(True, f"another peer's channel goes on after {text}")


@test
def the_stranger_is_understood():
    r = p.push(p.card_frame(), p.frame(p.envelope(dump(p.issue("好的")))))
    equal((r.status, r.payload()["seq"]), (200, 2),
          "a notice that openssl signed is taken", )
    equal(r.payload()["quarantined"], [], "nothing kept apart")
    ok("好的" in titles(), "and is listed")


def text_of(e, old, new):
    text = dump(e)
    assert old in text
    return text.replace(old, new, 1)


@test
def events_kept_apart():
    before = titles()
    e = p.issue("坏的")
    good = dump(e)
    flipped = p.envelope(good)
    sig = bytearray(base64.b64decode(flipped["signatures"][0]["sig"]))
    sig[7] ^= 1
    flipped["signatures"][0]["sig"] = base64.b64encode(bytes(sig)).decode()
    other = p.envelope(good)
    other["payload"] = base64.b64encode(
        text_of(e, "坏的".encode(), "别的".encode())).decode()
    cases = [("a bad signature", flipped, "bad_signature"),
             ("bytes other than those signed", other, "bad_signature"),
             ("an unknown key", p.envelope(good, key_id="0" * 64),
              "unknown_key"),
             ("a source that is another desk",
              p.envelope(dump(p.issue("冒名", source=c.id,
                                      subject=f"{c.id}/{uuid7()}"))),
              "unknown_key")]
    title = '"title": "坏的"'.encode()
    for what, payload in (
            ("no object but a list", b"[]"),
            ("no object but a string", b'"x"'),
            ("no JSON", b"hello"),
            ("nested too deep", text_of(e, title, title + b', "x": '
                                        + b"[" * 40 + b"]" * 40)),
            ("names twice", text_of(e, title, title + b", " + title)),
            ("the id twice", text_of(e, b'"id": ', b'"id": "x", "id": ')),
            ("a number beyond 2^53",
             text_of(e, title, title + b', "feedback_days": 9007199254740993')),
            ("a number beyond a double", text_of(e, title,
                                                 title + b', "x": 1e999')),
            ("a lone surrogate", text_of(e, title, b'"title": "\\ud800"')),
            ("a surrogate pair the wrong way round",
             text_of(e, title, b'"title": "\\udc00\\ud800"')),
            ("a NUL", text_of(e, title, b'"title": "a\\u0000b"')),
            ("bytes that are no UTF-8",
             text_of(e, title, b'"title": "\xff\xfe"')),
            ("a mark before it", b"\xef\xbb\xbf" + good),
            ("bytes after it", good + b" x"),
            ("an unknown type", dump(p.issue("坏的", type="conquer"))),
            ("an id that is none", dump(p.issue("坏的", id="1"))),
            ("k below one", dump(p.issue("坏的", k=0))),
            ("a time that never was",
             dump(p.issue("坏的", time="2026-02-30T08:00:00+08:00"))),
            ("a subject that is none",
             dump(p.issue("坏的", subject="../../etc")))):
        cases.append((what, p.envelope(payload), "malformed"))
    frames, want = [], {}
    for what, envelope, code in cases:
        frames.append(p.frame(envelope))
        want[frames[-1]["seq"]] = (what, code)
    r = p.push(*frames)
    ok(r.status == 200, "the channel moves on over all of them", r.body)
    equal(r.payload()["seq"], p.seq["plain"], "to its end")
    equal(sorted(r.payload()["quarantined"]), sorted(want),
          "the receipt tells each that is kept apart")
    kept = quarantine()
    for seq, (what, code) in sorted(want.items()):
        equal(kept.get(seq), code, what)
    shown = a.json("peer", "show", b.id)
    equal(shown[0]["kept_apart"], len(want), "an officer is told how many")
    equal([n["notice"] for n in shown[1:]], ["quarantine"] * len(want),
          "and each with its reason")
    ok(all(n["detail"] for n in shown[1:]), "none without one", shown)
    equal(titles(), before, "no document came of it")
    r = p.push(p.frame(p.envelope(dump(p.issue("仍好的")))))
    equal(r.status, 200, "a good one after them")
    ok("仍好的" in titles(), "is taken")
    others_go_on("the quarantine")


@test
def signed_well_and_yet_not_theirs_to_say():
    view = a.json("show", own)[0]
    one = view["fields"]
    a_event = a.json("events", own)[0]
    subject = f"{a.id}/{own}"
    r = p.push(
        p.frame(p.envelope(dump(p.body(
            "move", {"officers": [], "move": "sign", "fields": {}},
            subject=subject, track="party", rev=a_event["digest"])))),
        p.frame(p.envelope(dump(p.issue("抢来的", subject=subject)))),
        p.frame(p.envelope(dump(p.body(
            "withdraw", {"officers": [], "text": "x"}, subject=subject,
            prev=[a_event["digest"]])))),
        p.frame(p.envelope(dump(p.issue(
            "第三方的", subject=f"{c.id}/{uuid7()}")))))
    equal(r.status, 200, "a stranger's acts on others' documents")
    now = a.json("show", own)[0]
    equal((now["fields"], now["state"], now["withdrawn"], now["parties"]),
          (one, view["state"], False, view["parties"]), "change nothing")
    ok("抢来的" not in titles() and "第三方的" not in titles(),
       "and make nothing", titles())


@test
def lines_that_are_no_frames():
    seq, chain = dict(p.seq), dict(p.chain)
    f = p.frame(p.envelope(dump(p.issue("不来"))))
    line = dump(f)
    for what, body, answer in (
            ("no JSON", b"hello\n", (400, "malformed")),
            ("no object", b"[]\n", (400, "malformed")),
            ("an unknown member", text_of(f, b'"seq"', b'"x": 1, "seq"'),
             (400, "malformed")),
            ("a name twice", text_of(f, b'"seq"', b'"seq": 1, "seq"'),
             (400, "malformed")),
            ("nested too deep", b"[" * 4000 + b"]" * 4000,
             (413, "too-large")),
            ("a line above 1 MiB", b'{"x":"' + b"a" * (1 << 20) + b'"}',
             (413, "too-large")),
            ("a gap", dump({**f, "seq": f["seq"] + 1}), (409, "gap")),
            ("seq 2^63", text_of(f, b'"seq": ', b'"seq": 9223372036854775808'
                                 b', "x": '), (400, "malformed")),
            ("another chain", dump({**f, "chain": "0" * 64}),
             (409, "chain")),
            ("an earlier number with other bytes",
             dump({**f, "seq": 2}), (409, "chain")),
            ("an event of no bytes", dump({**f, "event": p.envelope(b"")}),
             (400, "malformed")),
            ("a payload type of its own",
             dump({**f, "event": p.envelope(b"{}", "text/plain")}),
             (400, "malformed"))):
        r = p.post(body + b"\n")
        equal(r.problem(), answer, what)
    p.seq, p.chain = seq, chain
    r = p.post(b"".join([line] * 3))
    ok(r.status in (200, 400), "three objects on one line", r.status)
    ok("不来" not in titles() or r.status == 200, "are one frame or none")
    if r.status == 200:
        p.seq["plain"] += 1
        p.chain["plain"] = bytes.fromhex(f["chain"])
    others_go_on("broken lines")
    ok(a.server.alive(), "serve lives")


@test
def verified_before_the_fork():
    equal(a.run("verify").returncode, 0, "the desk verifies")


@test
def two_events_in_one_place_stop_the_link():
    first = p.issue("甲本")
    second = dict(first, data=dict(first["data"], fields=dict(
        first["data"]["fields"], title="乙本")))
    r = p.push(p.frame(p.envelope(dump(first))))
    equal(r.status, 200, "the first of them")
    r = p.push(p.frame(p.envelope(dump(second))))
    equal(r.status, 200, "the second, of the same id with other bytes")
    r = p.push(p.frame(p.envelope(dump(p.issue("停住以后")))))
    ok(r.status >= 400, "then no more frames are taken", r.status)
    ok("停住以后" not in titles(), "nothing of them is shown")
    db = sqlite3.connect(f"file:{a.home}/desk.db?mode=ro", uri=True)
    rows = db.execute("SELECT source, digest_a <> digest_b FROM fork"
                      " WHERE cleared_at IS NULL").fetchall()
    db.close()
    equal(rows, [(b.id, 1)], "both proofs are kept, one alarm stands")
    others_go_on("a fork")


@test
def all_of_it_verifies():
    equal(a.stop(), 0, "serve ends well")
    v = a.run("verify")
    equal(v.returncode, 0, f"the desk verifies: {v.stdout.strip()}")
    v = a.run("verify", "--rebuild")
    equal(v.returncode, 0, f"and rebuilds the same: {v.stdout.strip()}")
    equal(c.run("verify").returncode, 0, "so does the other peer")


main()
