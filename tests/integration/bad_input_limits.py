"""Over every limit that a person or a file can pass, in states where an act
is not possible, and a peer behind another certificate: one clear line,
nothing made, and the desk verifies."""
import base64

from tap import *

a, b, c = Desk("310105"), Desk("330100"), Desk("320500")
pair(a, b)
folder = tmp("files")


def refused(p, text, *parts, status=1):
    lines = p.stderr.strip().splitlines()
    ok(p.returncode == status and len(lines) == 1,
       f"{text}: refused with {status}, in one line",
       f"{p.returncode}: {p.stderr[:600]}")
    ok(not p.stdout.strip(), f"{text}: nothing printed", p.stdout[:200])
    for part in parts:
        contains(p.stderr, part, f"{text}: says {part}")


def en(desk, *words, **kw):
    return desk.run("--lang", "en", *words, **kw)


def new(*words, **kw):
    return en(a, "new", "clue", "--to", b.id, "--set", "title=t", *words,
              **kw)


def write(name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes)
                     else content.encode())
    return path


@test
def fields_over_their_limits():
    refused(new("--set", "title=" + "长" * 501), "a title of 501 characters",
            "title")
    equal(new("--set", "title=" + "长" * 500).returncode, 0, "500 are taken")
    n = len(a.json("list"))
    for text in ("0", "61", "-1", "1.5", "99999999999999999999", " 5"):
        refused(new("--set", f"feedback_days={text}"),
                f"feedback_days {text!r}", "feedback_days")
    for text in ("2026-02-30", "2026-13-01", "2026-00-10", "26-01-01",
                 "2026-1-1", "9999-12-31T23:59:60Z", "0000-01-01",
                 "2026-11-24x", "二〇二六年一月一日"):
        refused(new("--set", f"when={text}"), f"when {text}", "when")
    for text in ("1e999", "nan", "0x10", "一"):
        refused(new("--set", "goods.0.name=n", "--set",
                    f"goods.0.quantity={text}"), f"quantity {text}",
                "quantity")
    refused(new("--set", "goods.0.name=n", "--set", "goods.0.value_yuan=-1"),
            "a value below zero", "value_yuan")
    refused(new("--set", "goods.0.name=n", "--set",
                "goods.0.barcode=6901234567890"),
            "a barcode with a wrong check digit", "barcode")
    refused(new("--set", "goods.99999999.name=x"), "a row far away", "goods")
    refused(new("--set", "goods.x.name=x"), "a row that is no number")
    big = {"facts": "长" * 400000}
    refused(new("--file", write("big.json", json.dumps(big))),
            "fields of 1.2 MB")
    refused(new("--file", write("huge.json", b'{"facts":"' + b"x" * (40 << 20)
                                + b'"}')), "a file of 40 MB")
    refused(new("--file", write("bad.json", b'{"facts":"\xff\xfe"}')),
            "a file that is not UTF-8", "UTF-8")
    many = ",".join(f"{i:06d}" for i in range(400))
    refused(en(a, "new", "clue", "--to", many, "--set", "title=t"),
            "400 addressees")
    refused(en(a, "new", "clue", "--to", f"{b.id},{b.id}", "--set",
               "title=t"), "one desk twice", b.id)
    refused(en(a, "new", "clue", "--to", a.id, "--set", "title=t"),
            "oneself as addressee", a.id)
    equal(len(a.json("list")), n, "nothing was made")


@test
def attachments_over_their_limits():
    n = len(a.json("list"))
    words = []
    for i in range(101):
        words += ["--attach", write(f"a{i}", f"{i}")]
    refused(new(*words), "101 attachments", "100")
    sparse = folder / "sparse.bin"
    with open(sparse, "wb") as f:
        f.truncate((2 << 30) + 1)
    began = time.monotonic()
    refused(new("--attach", sparse), "an attachment above 2 GiB",
            "sparse.bin")
    ok(time.monotonic() - began < 5, "at once, by its size")
    sparse.unlink()
    os.mkfifo(folder / "pipe")
    os.symlink(folder / "a1", folder / "link")
    os.symlink("/nowhere", folder / "dangling")
    (folder / "dir").mkdir()
    for name in ("pipe", "link", "dangling", "dir", "none", "a1/x"):
        refused(new("--attach", folder / name), f"attachment {name}", name)
    refused(new("--attach", "/dev/zero"), "a device", "/dev/zero")
    refused(new("--attach", folder / "a1", "--attach", folder / "none"),
            "one good, one missing", "none")
    doc = a.json("list")[0]["id"]
    for name in ("pipe", "link", "dir", "none"):
        refused(en(a, "attach", doc, folder / name), f"attach {name}", name)
    equal(a.json("show", doc)[0]["attachments"], [], "nothing was attached")
    equal(len(a.json("list")), n, "nothing was made")


@test
def cards_that_are_none():
    good = b.must("card")
    env = json.loads(good)
    payload = base64.b64decode(env["payload"])

    def card(payload_):
        return json.dumps(dict(env, payload=base64.b64encode(
            payload_).decode()))
    for text, data, status in (
            ("not UTF-8", b"\xff\xfe", 1), ("no JSON", "x", 1),
            ("a list", "[]", 1), ("nothing", "", 1),
            ("above 64 KiB", "x" * 70000, 1),
            ("a name twice", good.replace('{"payload"', '{"payload":"",'
                                          '"payload"'), 1),
            ("no signature", json.dumps(dict(env, signatures=[])), 1),
            ("two signatures", json.dumps(dict(
                env, signatures=env["signatures"] * 2)), 1),
            ("an unknown key", json.dumps(dict(env, signatures=[dict(
                env["signatures"][0], keyid="0" * 64)])), None),
            ("another name in it", card(payload.replace(b"330100",
                                                        b"330109")), 4),
            ("a signature of another type", json.dumps(dict(
                env, payloadType="application/json")), 1)):
        p = en(c, "peer", "trust", "-", input=data)
        refused(p, f"a card: {text}",
                status=p.returncode if status is None and p.returncode in
                (1, 4) else status or 1)
    equal(c.json("peer", "list"), [], "nobody is trusted by that")
    refused(en(c, "peer", "trust", folder), "a folder as card", status=3)
    refused(en(c, "peer", "trust", folder / "none"), "no such card", "none")


@test
def acts_in_the_wrong_state():
    a.serve()
    b.serve()
    doc = a.new(to=[b], title="状态")
    wait_for(lambda: [r for r in b.json("list") if r["id"] == doc],
             what="arrival")

    def both():
        return [(d.json("show", doc)[0]["state"],
                 len(d.json("events", doc))) for d in (a, b)]
    before = both()
    for desk, words in (
            (a, ("sign", doc)), (a, ("move", doc, "close")),
            (a, ("move", doc, "nosuch")), (a, ("issue", doc)),
            (a, ("approve", doc)), (a, ("reject", doc, "--note", "x")),
            (a, ("ack-withdraw", doc)), (a, ("remind", doc, c.id)),
            (a, ("remind", doc, a.id)), (b, ("move", doc, "feed_back")),
            (b, ("move", doc, "close")), (b, ("ack-withdraw", doc)),
            (b, ("revise", doc, "--set", "title=x")),
            (b, ("withdraw", doc, "--note", "x")),
            (a, ("assign", doc, "nobody")),
            (a, ("assign", doc, a.json("officer", "list")[0]["id"], "--due",
                 "2020-01-01"))):
        refused(en(desk, *words), f"{desk.id} {' '.join(words[:1] + words[2:])}")
    equal(both(), before, "no event came of it")
    b.must("sign", doc)
    refused(en(b, "sign", doc), "signing twice")
    wait_for(lambda: a.json("show", doc)[0]["parties"][0]["signed_at"],
             what="the signature")
    a.must("withdraw", doc, "--note", "误发")
    refused(en(a, "withdraw", doc, "--note", "x"), "withdrawing twice")
    refused(en(a, "revise", doc, "--set", "title=x"), "revising what is"
            " withdrawn")
    wait_for(lambda: b.json("show", doc)[0]["withdrawn"], what="withdrawal")
    b.must("ack-withdraw", doc)
    refused(en(b, "ack-withdraw", doc), "acknowledging twice")
    b.stop()
    a.stop()


@test
def a_peer_behind_another_certificate():
    doc = a.new(to=[b], title="不给别人")
    c.serve()  # c answers where b should
    a.must("peer", "set", b.id, "--address", f"127.0.0.1:{c.port}")
    a.serve()
    row = wait_for(lambda: [r for r in a.json("peer", "list")
                            if r["desk"] == b.id and r["note"]],
                   20, "the line's reason")[0]
    ok(row["state"] != "up", f"the line does not come up: {row['state']}")
    ok("证书" in row["note"] or "certificate" in row["note"],
       f"its reason names the certificate: {row['note']}")
    time.sleep(2.5)
    ok(not a.json("show", doc)[0]["parties"][0]["stored_at"],
       "nothing counts as delivered")
    equal(c.json("list"), [], "and nothing went to the other desk")
    b.serve()
    a.must("peer", "set", b.id, "--address", f"127.0.0.1:{b.port}")
    wait_for(lambda: a.json("show", doc)[0]["parties"][0]["stored_at"], 30,
             "delivery once the right desk answers")
    ok(True, "the right desk gets it")
    for d in (a, b, c):
        d.stop()


@test
def all_verify():
    for d in (a, b, c):
        v = d.run("verify")
        equal(v.returncode, 0, f"{d.id} verifies: {v.stdout.strip()}")


main()
