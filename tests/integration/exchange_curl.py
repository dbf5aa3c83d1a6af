"""A stranger's client: curl with the desk's own PEM files speaks the protocol,
and what is wrong is answered by problem+json with nothing changed."""
import base64

from tap import *
from wire import *


def held(n, chain):
    """Two desks that know each other, n notices of a for b not delivered."""
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    for i in range(n):
        a.new(to=[b], title=f"n{i}")
    epoch = curl(b, a, "/v1/desk").json()["epoch"]
    lanes = {}
    for lane in ("urgent", "plain"):
        r = curl(b, a, f"/v1/outbox?epoch={epoch}&lane={lane}&after=0")
        equal((r.status, r.type), (200, "application/x-ndjson"),
              f"the outbox of the {lane} lane is lines of JSON")
        lanes[lane] = r.body.splitlines()
        if chain:
            value = chain_start(a.id, b.id, epoch, lane)
            good = True
            for seq, line in enumerate(lanes[lane], 1):
                f = json.loads(line)
                value = chain_next(value, f["event"])
                good = good and (f["epoch"], f["lane"], f["seq"],
                                 f["chain"]) == (epoch, lane, seq,
                                                 value.hex())
            ok(good, f"each frame of the {lane} lane follows by its chain")
    return a, b, epoch, lanes


@test
def what_a_desk_says():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    r = curl(b, a, "/v1/desk")
    equal((r.status, r.type), (200, "application/json"), "GET /v1/desk")
    o = r.json()
    equal(o["versions"], [1], "it tells its protocol versions")
    equal(o["card"]["payloadType"], "application/vnd.deltadesk.card+json",
          "its card is an envelope")
    for name, value in (("line", 1 << 20), ("body", 16 << 20),
                        ("header_list", 16 << 10), ("json_depth", 32)):
        equal(o["limits"].get(name), value, f"it tells the limit {name}")
    equal(curl(b, a, "/v1/none").problem(), (404, "not-found"), "no such path")
    equal(curl(b, a, "/v1/desk", "DELETE").problem(), (405, "method"),
          "no such method")
    epoch = o["epoch"]
    for query, what in (
            ("", "no epoch"), ("epoch=x&lane=plain", "epoch is no UUID"),
            (f"epoch={epoch}&lane=fast", "no such lane"),
            (f"epoch={epoch}&lane=plain&after=-1", "after below zero"),
            (f"epoch={epoch}&lane=plain&after=9223372036854775808",
             "after beyond 2^63"),
            (f"epoch={epoch}&lane=plain&chain=zz", "chain is no digest")):
        equal(curl(b, a, "/v1/outbox?" + query).problem(),
              (400, "bad-request"), what)
    equal(curl(b, a, f"/v1/outbox?epoch={epoch}&lane=plain&after=99")
          .problem(), (409, "gap"), "after beyond the end")
    equal(curl(b, a, f"/v1/outbox?epoch={epoch}&lane=plain&after=0&chain="
               + "0" * 64).problem(), (409, "chain"), "another chain")
    equal(curl(b, a, "/v1/blobs/" + "0" * 64).problem(), (404, "not-found"),
          "an attachment that was never named")
    equal(curl(b, a, "/v1/outbox/receipt", "PUT", b"{}").problem()[0], 409,
          "a receipt before any state")


@test
def unknown_certificates_are_refused():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    d = tmp("cert")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                    str(d / "key.pem"), "-out", str(d / "cert.pem"), "-subj",
                    "/CN=330100"], check=True, capture_output=True)
    r = curl(b, a, "/v1/desk", cert=(d / "cert.pem", d / "key.pem"))
    ok(r.code != 0 and r.status == 0, "a certificate of the same name",
       f"{r.code} {r.status}")
    p = subprocess.run(["curl", "-sS", "-k", "--http2", "-m", "10",
                        f"https://127.0.0.1:{a.port}/v1/desk"],
                       capture_output=True)
    ok(p.returncode != 0 and not p.stdout, "no certificate at all")
    r = curl(b, a, "/v1/desk", extra=["--http1.1"])
    ok(r.status == 0, "HTTP/1.1 is not spoken")
    equal(curl(b, a, "/v1/desk").status, 200, "the one pinned still works")


@test
def pushes():
    a, b, epoch, lanes = held(4, True)
    a.stop()
    b.serve()

    def push(lines):
        return post(a, b, lines)

    urgent, plain = lanes["urgent"], lanes["plain"]
    r = push(plain[1:])
    equal(r.problem(), (409, "gap"), "frames without those before them")
    equal(r.json()["expected"], 1, "it tells the number expected")
    bad = json.loads(plain[0])
    bad["chain"] = "0" * 64
    equal(push([json.dumps(bad).encode()]).problem(), (409, "chain"),
          "a chain that does not follow")
    equal(push([plain[0], urgent[0]]).problem(), (400, "bad-request"),
          "two lanes in one push")
    deep = plain[0].replace(b'"event":', b'"x":' + b"[" * 40 + b"]" * 40
                            + b',"event":')
    for what, line in (
            ("no JSON", b"hello"), ("no object", b"[]"),
            ("names twice", plain[0].replace(b'"seq":1', b'"seq":1,"seq":1')),
            ("a number beyond 2^53",
             plain[0].replace(b'"seq":1', b'"seq":9007199254740993')),
            ("seq 0", plain[0].replace(b'"seq":1', b'"seq":0')),
            ("a negative seq", plain[0].replace(b'"seq":1', b'"seq":-1')),
            ("a lone surrogate",
             plain[0].replace(b'"seq":1', b'"seq":1,"x":"\\ud800"')),
            ("not UTF-8", plain[0].replace(b'"seq":1',
                                           b'"seq":1,"x":"\xff"'))):
        equal(push([line]).problem(), (400, "malformed"), what)
    equal(push([deep]).problem(), (413, "too-large"), "nested too deep")
    equal(push([b'{"x":"' + b"a" * (1 << 20) + b'"}']).problem(),
          (413, "too-large"), "a line above 1 MiB")
    equal(curl(a, b, "/v1/inbox", "POST", b"").problem(),
          (400, "bad-request"), "no frame at all")
    equal(b.json("list"), [], "nothing of all that came in")

    r = push(urgent)
    equal(r.status, 200, "the card first")
    r = push(plain)
    equal((r.status, r.type), (200, "application/json"), "the notices")
    receipt = json.loads(base64.b64decode(r.json()["payload"]))
    equal((receipt["seq"], receipt["chain"]),
          (len(plain), json.loads(plain[-1])["chain"]),
          "the receipt covers them")
    again = push(plain)
    equal(again.status, 200, "a duplicate is success")
    equal(json.loads(base64.b64decode(again.json()["payload"]))["seq"],
          len(plain), "and gets the current receipt")
    bad = json.loads(plain[2])
    bad["chain"] = "0" * 64
    equal(push([json.dumps(bad).encode()]).problem(), (409, "chain"),
          "a known number with another chain")
    o = curl(a, b, f"/v1/inbox/cursor?epoch={epoch}&lane=plain&seq=2").json()
    equal((o["seq"], o["chain"]), (len(plain), json.loads(plain[1])["chain"]),
          "how far the channel is held, and the chain at a number")
    r = curl(a, b, f"/v1/inbox?epoch={epoch}&lane=plain&after=1")
    equal(r.body.splitlines(), plain[1:], "a desk gets its own frames back")
    equal(len(b.json("list")), 4, "each notice once")
    equal(curl(a, b, "/v1/returns", "POST", plain[0]).problem(),
          (409, "not-restoring"), "returns that nobody asked for")
    b.stop()
    p = b.run("verify")
    equal(p.returncode, 0, f"the desk verifies: {p.stdout.strip()}")


@test
def a_bad_signature_is_kept_apart():
    a, b, epoch, lanes = held(2, False)
    a.stop()
    b.serve()
    curl(a, b, "/v1/inbox", "POST", b"\n".join(lanes["urgent"]) + b"\n")
    frames = [json.loads(x) for x in lanes["plain"]]
    sig = frames[1]["event"]["signatures"][0]  # the first is a's card
    raw = bytearray(base64.b64decode(sig["sig"]))
    raw[len(raw) // 2] ^= 1
    sig["sig"] = base64.b64encode(bytes(raw)).decode()
    body = b"".join(json.dumps(f).encode() + b"\n" for f in frames)
    r = curl(a, b, "/v1/inbox", "POST", body)
    receipt = json.loads(base64.b64decode(r.json()["payload"]))
    equal((r.status, receipt["seq"]), (200, len(frames)),
          "the channel moves on")
    equal(receipt["quarantined"], [2], "the receipt tells what is kept apart")
    equal(len(b.json("list")), 1, "only the good one is shown")
    b.stop()
    p = b.run("verify")
    equal(p.returncode, 0, f"the desk verifies: {p.stdout.strip()}")


@test
def a_watch_sends_what_comes_later():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    epoch = curl(b, a, "/v1/desk").json()["epoch"]
    p = Proc("curl", "-sS", "-k", "-N", "--http2", "--cert",
             pem(b, "CERTIFICATE"), "--key", pem(b, "PRIVATE KEY"),
             f"https://127.0.0.1:{a.port}/v1/outbox?epoch={epoch}&lane=plain"
             "&after=0&watch=1")
    time.sleep(0.5)
    equal(p.lines, [], "nothing yet")
    a.new(to=[b], title="later")
    m = p.wait_line('"seq":1', 3)
    ok(m, "a frame committed by another process comes at once")
    r = curl(b, a, f"/v1/outbox?epoch={epoch}&lane=plain&after=0&limit=1")
    equal(len(r.body.splitlines()), 1, "limit= holds")
    p.stop()


main()
