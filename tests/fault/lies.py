"""What the lying peer says, by family. Each lie is a Lie:

    apart   the envelope of one more frame: taken into the channel, and kept
            apart in quarantine with one of `want` as its code
    unfit   the same, kept as an event that has no effect (unfit or early)
    twice   the same, and nothing at all comes of it
    line    a push of its own: refused with one of `want` (status, code)
    ask     any request: answered with one of `want`

`make` is called with the peer when the lie is told, since it depends on what
was said before. Titles hold LIE, so that any effect is found by it.
"""
import base64
import json
from dataclasses import dataclass, field
from typing import Any, Callable

from lying_peer import *

LIE = "谎言"


@dataclass
class Lie:
    what: str
    how: str
    make: Callable
    want: Any = field(default_factory=set)


def text(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def cut(value, old, new):
    """The JSON text of a value with something other in it."""
    t = text(value).encode()
    assert old.encode() in t, (old, t)
    return t.replace(old.encode(), new if isinstance(new, bytes)
                     else new.encode(), 1)


# ---- 1: gaps, numbers, chains ----

def gaps(rng, _):
    def line(**lies):
        def make(p):
            at = p.place()
            f = p.frame(p.envelope(p.issue(LIE)))
            out = {k: (v(f) if callable(v) else v) for k, v in lies.items()}
            p.back_to(at)
            f.update(out)
            return [dump(f)]
        return make

    far = rng.randrange(2, 1 << 52)
    yield Lie("a gap", "line", line(seq=lambda f: f["seq"] + 1),
              {(409, "gap")})
    yield Lie("a far gap", "line", line(seq=lambda f: f["seq"] + far),
              {(409, "gap")})
    for n in (0, -1, -far, 1.0, 1.5, "1", True, None, [], 1 << 53 | 1,
              1 << 63, -(1 << 63), 1 << 64):
        yield Lie(f"seq {n!r}", "line", line(seq=n), {(400, "malformed")})
    yield Lie("another chain", "line",
              line(chain=lambda f: rng.randbytes(32).hex()), {(409, "chain")})
    yield Lie("the chain before", "line",
              line(chain=lambda f: "00" * 32), {(409, "chain")})
    yield Lie("a chain in capitals", "line",
              line(chain=lambda f: "AB" * 32),
              {(400, "malformed")})
    for c in ("", "00" * 31, "zz" * 32, 7, None, "00" * 33):
        yield Lie(f"chain {str(c)[:8]!r}", "line", line(chain=c),
                  {(400, "malformed")})


# ---- 2: replays ----

def replays(rng, _):
    def again(p):
        # the newest own frame that was taken, byte by byte
        return [p.last_line]

    def other_bytes(p):
        f = json.loads(p.last_line)
        f["event"] = p.envelope(p.issue(LIE))
        f["chain"] = rng.randbytes(32).hex()
        return [dump(f)]

    yield Lie("a frame again", "line", again, {(200, "")})
    yield Lie("its number with other bytes", "line", other_bytes,
              {(409, "chain")})
    yield Lie("an event again under a new number", "twice",
              lambda p: json.loads(p.last_line)["event"])

    def signed_anew(p):
        e = json.loads(p.last_line)["event"]
        return p.envelope(base64.b64decode(e["payload"]))
    yield Lie("an event again, signed anew", "twice", signed_anew)

    def unsigned(p):
        e = json.loads(p.last_line)["event"]
        return p.envelope(base64.b64decode(e["payload"]),
                          sig=rng.randbytes(64))
    yield Lie("an event again with a false signature", "twice", unsigned)


# ---- 3: epochs, lanes, counters ----

def epochs(rng, _):
    def line(**lies):
        def make(p):
            at = p.place()
            f = p.frame(p.envelope(p.issue(LIE)))
            p.back_to(at)
            f.update(lies)
            return [dump(f)]
        return make

    def two(p):
        at = p.place()
        a = p.frame(p.envelope(p.issue(LIE)))
        p.back_to(at)
        b = changed(a, epoch=uuid7())
        return [dump(dict(a, seq=a["seq"] + 2)), dump(b)]

    v4 = "0b4f7a3e-9f0a-4c3b-8d55-2f0f6f2f7a11"
    for e in ("", "x", v4.upper(), 7, None, "../../etc",
              v4.replace("-", "")):
        yield Lie(f"frame of epoch {e!r}", "line", line(epoch=e),
                  {(400, "malformed")})
    for lane in ("Urgent", "", "slow", 0, None):
        yield Lie(f"frame of lane {lane!r}", "line", line(lane=lane),
                  {(400, "malformed")})
    yield Lie("two channels in one push", "line", two,
              {(409, "gap"), (400, "bad-request")})
    for k in (0, -1, 1.5, "1", None, True, 1 << 53 | 1, 1 << 63):
        yield Lie(f"event of k {k!r}", "apart",
                  lambda p, k=k: p.envelope(p.issue(LIE, k=k)),
                  {"malformed"})
    for e in ("", "x", 7, None, "../../etc", v4.replace("-", "")):
        yield Lie(f"event of epoch {e!r}", "apart",
                  lambda p, e=e: p.envelope(p.issue(LIE, epoch=e)),
                  {"malformed"})


# ---- 4: another's track, moves that are not theirs ----

def tracks(rng, world):
    """world: own (subject, digest of its issue) where the peer is no party,
    shared where it is one."""
    for name in ("own", "shared"):
        subject, rev = world[name]
        for type_, data in (
                ("issue", lambda p: p.content(LIE)),
                ("revise", lambda p: p.content(LIE)),
                ("withdraw", lambda p: {"officers": p.officers(),
                                        "note": LIE}),
                ("remark", lambda p: {"officers": p.officers(),
                                      "text": LIE}),
                ("reveal", lambda p: {"officers": p.officers(),
                                      "field": "target",
                                      "salt": "00" * 32, "value": '"x"'})):
            yield Lie(f"{type_} of another's document ({name})",
                      "quiet" if type_ == "remark" and name == "shared"
                      else "unfit",
                      lambda p, t=type_, d=data, s=subject, r=rev: p.envelope(
                          p.event(t, d(p), subject=s, rev=r,
                                  prev=[r] if t != "remark" else [])))
        for track in ("owner", "party", "x", "", "rows:1", "rows:../x", 7):
            yield Lie(f"a move on track {track!r} ({name})", "either",
                      lambda p, t=track, s=subject, r=rev: p.envelope(
                          p.move("accept", subject=s, track=t, rev=r)),
                      {"malformed"})
        for move in ("conquer", "", "sign\x1b[2J", 7, None):
            yield Lie(f"the move {move!r} ({name})", "either",
                      lambda p, m=move, s=subject, r=rev: p.envelope(
                          p.move(m, subject=s, track="recipient", rev=r)),
                      {"malformed"})
        yield Lie(f"a move whose ancestor is not here ({name})", "unfit",
                  lambda p, s=subject, r=rev: p.envelope(
                      p.move("accept", subject=s, track="recipient", rev=r,
                             prev=[rng.randbytes(32).hex()])))
        yield Lie(f"a move at a revision that is not here ({name})", "unfit",
                  lambda p, s=subject: p.envelope(
                      p.move("accept", subject=s, track="recipient",
                             rev=rng.randbytes(32).hex())))
        yield Lie(f"a move without a revision ({name})", "either",
                  lambda p, s=subject: p.envelope(
                      p.move("accept", subject=s, track="recipient")),
                  {"malformed"})
    subject, rev = world["own"]
    yield Lie("adds itself as a party by a move", "unfit",
              lambda p: p.envelope(p.move("sign", subject=subject,
                                          track="recipient", rev=rev)))
    yield Lie("adds itself as a party by a revise", "unfit",
              lambda p: p.envelope(p.event(
                  "revise", p.content(LIE, to=[p.desk, p.to]),
                  subject=subject, prev=[rev], rev=rev)))
    yield Lie("a local event, which is never sent", "apart",
              lambda p: p.envelope(p.event("local", {"officers": []},
                                           subject=subject)),
              {"inadmissible", "malformed"})


# ---- 5: documents and subjects of others ----

def subjects(rng, world):
    for s in ("", "x", "/", "330100/", f"/{uuid7()}", f"330100/{uuid7()}/x",
              "../../etc/passwd", f"33010/{uuid7()}", f"330100-/{uuid7()}",
              f"330100-ABC/{uuid7()}", f"330100\u0000/{uuid7()}", 7, None, [],
              f"330100/{uuid7()} ", "330100/" + "0" * 36):
        yield Lie(f"subject {str(s)[:20]!r}", "apart",
                  lambda p, s=s: p.envelope(p.issue(LIE, subject=s)),
                  {"malformed"})
    for owner in (world["third"], world["to"], "999999"):
        yield Lie(f"a document of {owner}", "unfit",
                  lambda p, o=owner: p.envelope(
                      p.issue(LIE, subject=f"{o}/{uuid7()}")))
    yield Lie("takes over a third desk's document", "unfit",
              lambda p: p.envelope(p.issue(LIE, subject=world["thirds"])))
    for i in ("", "x", 7, None, "../x", uuid7() + "0"):
        yield Lie(f"id {i!r}", "apart",
                  lambda p, i=i: p.envelope(p.issue(LIE, id=i)),
                  {"malformed"})


# ---- 6: sources that are not the channel's desk ----

def sources(rng, world):
    for s in (world["third"], world["to"], "999999"):
        yield Lie(f"source {s}, signed with its own key", "apart",
                  lambda p, s=s: p.envelope(p.issue(
                      LIE, source=s, subject=f"{s}/{uuid7()}")),
                  {"unknown_key", "bad_signature"})
    for s in ("", "33010", "330100-ABC", 7, None, "330100\n"):
        yield Lie(f"source {s!r}", "apart",
                  lambda p, s=s: p.envelope(p.issue(LIE, source=s)),
                  {"malformed"})
    other = world["other"]  # a trusted peer, whose events it passes on
    yield Lie("another peer's event about that peer's document", "apart",
              lambda p: other.envelope(other.issue(LIE)), {"inadmissible"})
    ghost = Peer("999998")

    def ghost_event(p):
        ghost.to = p.to
        ghost.schema = p.schema
        return ghost.envelope(ghost.issue(LIE))
    yield Lie("a desk that nobody trusts, without its card", "apart",
              ghost_event, {"unknown_key", "inadmissible"})


# ---- 7: signatures and algorithms ----

def algorithms(rng, world):
    def signed(change):
        def make(p):
            payload = dump(p.issue(LIE))
            return change(p, payload, pae(EVENT, payload))
        return make

    def with_sig(fn):
        return signed(lambda p, b, m: p.envelope(b, sig=fn(p, m)))

    def flip(p, m):
        s = bytearray(p.key.sign(m))
        s[rng.randrange(len(s))] ^= 1 << rng.randrange(8)
        return bytes(s)

    cases = [
        ("one bit changed", flip),
        ("random bytes", lambda p, m: rng.randbytes(64)),
        ("cut short", lambda p, m: p.key.sign(m)[:-1]),
        ("a byte more", lambda p, m: p.key.sign(m) + b"\0"),
        ("of the payload without PAE",
         lambda p, m: p.key.sign(m[m.index(b"{"):])),
        ("of another message", lambda p, m: p.key.sign(m + b" ")),
        ("of another key", lambda p, m: type(p.key)().sign(m)),
        ("of the digest", lambda p, m:
         p.key.sign(hashlib.sha256(m).digest())),
        ("by an Ed25519 key", lambda p, m: Ed25519Key().sign(m)),
        ("by an SM2 key", lambda p, m: Sm2Key().sign(m)),
        ("ECDSA of P-256", lambda p, m: ec.generate_private_key(
            ec.SECP256R1()).sign(m, ec.ECDSA(hashes.SHA256()))),
        ("zeros", lambda p, m: bytes(64)),
        ("a pair of zeros", lambda p, m: der_pair(0, 0)),
        ("a pair of ones", lambda p, m: der_pair(1, 1)),
        ("the order twice", lambda p, m: der_pair(SM2_N, SM2_N)),
    ]
    if world["alg"] == "sm2-sm3":
        def pair(fn):
            return lambda p, m: fn(p, *p.key.numbers(m))

        def wide(n, pad=1):
            b = bytes(pad) + n.to_bytes(33, "big")
            return bytes([2, len(b)]) + b

        def seq(body):
            return bytes([0x30, len(body)]) + body
        cases += [
            ("SM2 with the empty signer id",
             lambda p, m: der_pair(*p.key.numbers(m, b""))),
            ("SM2 with another signer id",
             lambda p, m: der_pair(*p.key.numbers(m, b"8765432187654321"))),
            ("SM2 with s turned", pair(lambda p, r, s:
                                       der_pair(r, SM2_N - s))),
            ("SM2 with r + n", pair(lambda p, r, s: der_pair(r + SM2_N, s))),
            ("SM2 with s + n", pair(lambda p, r, s: der_pair(r, s + SM2_N))),
            ("SM2 with the two changed about",
             pair(lambda p, r, s: der_pair(s, r))),
            ("SM2 as 64 bytes", pair(lambda p, r, s: r.to_bytes(32, "big")
                                     + s.to_bytes(32, "big"))),
            ("DER with a leading zero",
             pair(lambda p, r, s: seq(wide(r) + der_int(s)))),
            ("DER of a long length", pair(
                lambda p, r, s: b"\x30\x81" + bytes([len(
                    der_int(r) + der_int(s))]) + der_int(r) + der_int(s))),
            ("DER of no end (BER)", pair(
                lambda p, r, s: b"\x30\x80" + der_int(r) + der_int(s)
                + b"\0\0")),
            ("DER with bytes behind it",
             pair(lambda p, r, s: der_pair(r, s) + b"\0")),
            ("DER with a third number",
             pair(lambda p, r, s: seq(der_int(r) + der_int(s)
                                      + der_int(1)))),
            ("DER with a negative number", pair(
                lambda p, r, s: seq(b"\x02\x20" + (r | 1 << 255).to_bytes(
                    32, "big") + der_int(s)))),
            ("DER as a SET", pair(lambda p, r, s:
                                  b"\x31" + der_pair(r, s)[1:])),
            ("ECDSA arithmetic on the SM2 key", lambda p, m: ecdsa_on_sm2(
                p.key, m)),
        ]
    else:
        cases += [
            ("Ed25519 with s + L", lambda p, m: plus_order(p.key.sign(m))),
            ("Ed25519 with a small point",
             lambda p, m: (b"\x01" + bytes(31)) + bytes(32)),
        ]
    for what, fn in cases:
        yield Lie(f"signature: {what}", "apart", with_sig(fn),
                  {"bad_signature"})
    yield Lie("a key that stands in no card", "apart",
              signed(lambda p, b, m: p.envelope(b, key=Ed25519Key())),
              {"unknown_key"})
    yield Lie("the key of the other algorithm under its id", "apart",
              signed(lambda p, b, m: p.envelope(
                  b, sig=(Sm2Key() if p.key.alg == "ed25519"
                          else Ed25519Key()).sign(m))), {"bad_signature"})

    def line(change):
        def make(p):
            at = p.place()
            f = p.frame(p.envelope(p.issue(LIE)))
            p.back_to(at)
            change(f["event"], f)
            return [dump(f)]
        return make

    def put(path, value):
        def change(e, f):
            at = e
            for name in path[:-1]:
                at = at[name]
            at[path[-1]] = value
        return change
    for what, change in (
            ("alg none", put(["alg"], "none")),
            ("an algorithm beside the signature",
             put(["signatures", 0, "alg"], "ed25519")),
            ("no signature", put(["signatures"], [])),
            ("an empty signature", put(["signatures", 0, "sig"], "")),
            ("signatures that are an object", put(["signatures"], {})),
            ("a signature that is text", put(["signatures", 0], "x")),
            ("a signature in hexadecimal",
             put(["signatures", 0, "sig"], "zz")),
            ("base64 without padding",
             put(["signatures", 0, "sig"], "AAAAAAA")),
            ("base64 for addresses", put(["signatures", 0, "sig"], "A-_A")),
            ("base64 with a blank", put(["signatures", 0, "sig"], "AA AA==")),
            ("base64 with loose bits", put(["signatures", 0, "sig"], "AB==")),
            ("a signature that is too long",
             put(["signatures", 0, "sig"], b64(bytes(200)))),
            ("a key id in capitals",
             put(["signatures", 0, "keyid"], "AB" * 32)),
            ("a key id that is a path",
             put(["signatures", 0, "keyid"], "../../seal.pem")),
            ("no key id", put(["signatures", 0, "keyid"], None)),
            ("a payload of no bytes", put(["payload"], "")),
            ("a payload that is an object", put(["payload"], {})),
            ("another payload type", put(["payloadType"], CARD)),
            ("a payload type in capitals",
             put(["payloadType"], EVENT.upper())),
            ("no payload type", put(["payloadType"], None))):
        yield Lie(f"envelope: {what}", "line", line(change),
                  {(400, "malformed"), (413, "too-large")}
                  if "too long" in what else {(400, "malformed")})

    def two(e, f):
        e["signatures"].append(dict(e["signatures"][0]))
    yield Lie("envelope: two signatures", "line", line(two),
              {(400, "malformed")})

    def more(e, f):
        f["extra"] = 1
    yield Lie("a frame with a member more", "line", line(more),
              {(400, "malformed")})


def ecdsa_on_sm2(key, message):
    """Plain ECDSA with SHA-256 on the curve of the SM2 key."""
    e = int.from_bytes(hashlib.sha256(message).digest(), "big")
    while True:
        k = secrets.randbelow(SM2_N - 1) + 1
        r = sm2_times(k)[0] % SM2_N
        s = pow(k, -1, SM2_N) * (e + r * key.d) % SM2_N
        if r and s:
            return der_pair(r, s)


def plus_order(sig):
    order = 2 ** 252 + 27742317777372353535851937790883648493
    s = int.from_bytes(sig[32:], "little") + order
    return sig[:32] + s.to_bytes(32, "little")


# ---- 8: digests, attachments, ranges ----

def attachments(rng, world):
    d = "sha256:" + "ab" * 32
    good = {"name": "a.txt", "digest": d, "size": 3, "type": "text/plain"}
    for what, change in (
            ("digest in capitals", {"digest": "sha256:" + "AB" * 32}),
            ("digest without its prefix", {"digest": "ab" * 32}),
            ("digest of another hash", {"digest": "md5:" + "ab" * 16}),
            ("digest that is a path", {"digest": "sha256:../../../etc/x"}),
            ("digest cut short", {"digest": d[:-1]}),
            ("size below zero", {"size": -1}),
            ("size of 2^60", {"size": 1 << 60}),
            ("size in words", {"size": "3"}),
            ("size above the limit", {"size": (2 << 30) + 1}),
            ("no digest", {"digest": None}),
            ("a name of 300 bytes", {"name": "n" * 300}),
            ("a name that is a path", {"name": "../../x"}),
            ("a name with an escape", {"name": "a\x1b]0;x\x07"}),
            ("a name of no bytes", {"name": ""}),
            ("a name that is a number", {"name": 7})):
        # the name is only ever text: such a document may be taken
        how = ("hidden" if what.startswith("a name that is a path")
               or "escape" in what else "either")
        yield Lie(f"attachment: {what}", how,
                  lambda p, c=change, t=LIE if how == "either" else "怪名":
                  p.envelope(p.event("issue", p.content(t, attachments=[
                          {k: v for k, v in {**good, **c}.items()
                           if v is not None}]))), {"malformed"})
    yield Lie("101 attachments", "either",
              lambda p: p.envelope(p.event("issue", p.content(
                  LIE, attachments=[dict(good, name=f"{i}") for i in
                                    range(101)]))), {"malformed"})
    for path in (rng.randbytes(32).hex(), "x", "", "..", "../desk.db",
                 "%2e%2e%2fdesk.db", rng.randbytes(32).hex().upper(),
                 world["blob"]):
        yield Lie(f"GET of a blob it was never sent: {path[:12]}", "ask",
                  lambda p, d=path: p.ask("GET", f"/v1/blobs/{d}"),
                  {(404, "not-found")})
        yield Lie(f"PUT of a blob nobody wants: {path[:12]}", "ask",
                  lambda p, d=path: p.ask("PUT", f"/v1/blobs/{d}", b"x"),
                  {(404, "not-found")})
    wanted = world["wanted"]  # (digest, size) of what the desk wants of it
    for what, head, body, want in (
            ("other bytes than the digest says", None, b"lie",
             {(422, "digest")}),
            ("no bytes", None, b"", {(422, "digest")}),
            ("from the middle", "bytes 5-6/9", b"ab", {(416, "range")}),
            ("backwards", "bytes 5-3/9", b"", {(400, "bad-request")}),
            ("below zero", "bytes -5--3/9", b"", {(400, "bad-request")}),
            ("behind the end", "bytes 9-9/9", b"x", {(400, "bad-request")}),
            ("of no end", "bytes 0-99999999999999999999/9", b"x",
             {(400, "bad-request")}),
            ("above the limit", f"bytes 0-0/{(2 << 30) + 1}", b"x",
             {(413, "too-large")}),
            ("in lines", "lines 0-0/9", b"x", {(400, "bad-request")}),
            ("in words", "x", b"x", {(400, "bad-request")}),
            ("of a total that it passes", "bytes 0-0/1", b"much more",
             {(422, "digest"), (400, "bad-request"), (413, "too-large")}),
            ("empty of an empty total", "bytes */0", b"",
             {(200, ""), (400, "bad-request"), (422, "digest")})):
        yield Lie(f"an attachment {what}", "ask",
                  lambda p, h=head, b=body: p.ask(
                      "PUT", f"/v1/blobs/{wanted}", b,
                      [("content-range", h)] if h else []), want)
    held = world["held"]  # one that the peer may have, of 1000 bytes
    for what, value, want in (
            ("behind the end", "bytes=1000-", {(416, "range")}),
            ("of its last 0 bytes", "bytes=-0", {(416, "range")}),
            ("far behind", "bytes=99999999999999-", {(416, "range")}),
            ("too large a number", "bytes=9999999999999999999999-",
             {(200, ""), (416, "range")}),
            ("of many parts", "bytes=" + ",".join(["0-0"] * 200),
             {(200, "")}),
            ("backwards", "bytes=9-3", {(200, "")}),
            ("below zero", "bytes=-5-3", {(200, "")}),
            ("in another unit", "pages=1-2", {(200, "")}),
            ("of no numbers", "bytes=a-b", {(200, "")})):
        yield Lie(f"a range {what}", "ask",
                  lambda p, v=value: p.ask("GET", f"/v1/blobs/{held}",
                                           headers=[("range", v)]), want)


# ---- 9: JSON ----

def strict(rng, _):
    title = f'"title":"{LIE}"'

    def payload(change):
        return lambda p: p.envelope(change(p))

    def in_title(new):
        return payload(lambda p: cut(p.issue(LIE), title, new))
    deep = rng.randrange(33, 200)
    for what, new in (
            ("a name twice", title + "," + title),
            ("a name twice, once spelt in escapes",
             title + ',"\\u0074itle":"x"'),
            ("1e999", title + ',"x":1e999'),
            ("-1e999", title + ',"x":-1e999'),
            ("2^53 + 1", title + ',"x":9007199254740993'),
            ("2^64", title + ',"x":18446744073709551616'),
            ("NaN", title + ',"x":NaN'),
            ("Infinity", title + ',"x":Infinity'),
            ("a leading zero", title + ',"x":01'),
            ("a plus sign", title + ',"x":+1'),
            ("a bare point", title + ',"x":.5'),
            ("a point at the end", title + ',"x":1.'),
            ("hexadecimal", title + ',"x":0x10'),
            ("a lone high surrogate", '"title":"\\ud800"'),
            ("a lone low surrogate", '"title":"\\udc00"'),
            ("surrogates the wrong way round", '"title":"\\udc00\\ud800"'),
            ("U+0000", '"title":"a\\u0000b"'),
            ("a bare control character", '"title":"a\x01b"'),
            ("a bare line end", '"title":"a\nb"'),
            ("a bare NUL", b'"title":"a\0b"'),
            ("an unknown escape", '"title":"\\x41"'),
            ("invalid UTF-8", b'"title":"\xff\xfe"'),
            ("an overlong slash", b'"title":"\xc0\xaf"'),
            ("a surrogate in UTF-8", b'"title":"\xed\xa0\x80"'),
            ("beyond U+10FFFF", b'"title":"\xf4\x90\x80\x80"'),
            ("UTF-8 cut short", b'"title":"\xe4\xb8"'),
            ("depth", title + ',"x":' + "[" * deep + "]" * deep),
            ("20,000 tokens", title + ',"x":[' + "1," * 20001 + "1]"),
            ("single quotes", title + ",'x':1"),
            ("a comment", title + ',/* x */"x":1'),
            ("a comma too much", title + ","),
            ("no comma", title + ' "x":1'),
            ("an unquoted name", title + ",x:1")):
        yield Lie(f"JSON: {what}", "apart", in_title(new), {"malformed"})
    for what, change in (
            ("a list", lambda t: b"[" + t + b"]"),
            ("a string", lambda t: b'"x"'),
            ("null", lambda t: b"null"),
            ("a byte order mark", lambda t: b"\xef\xbb\xbf" + t),
            ("UTF-16", lambda t: t.decode().encode("utf-16")),
            ("bytes behind it", lambda t: t + b"x"),
            ("a second object", lambda t: t + t),
            ("a NUL behind it", lambda t: t + b"\0"),
            ("cut short", lambda t: t[:rng.randrange(1, len(t))]),
            ("blanks alone", lambda t: b"   "),
            ("one byte changed to a quote", lambda t: t[:20] + b'"'
             + t[21:])):
        yield Lie(f"JSON: {what}", "apart",
                  payload(lambda p, c=change: c(dump(p.issue(LIE)))),
                  {"malformed"})
    for name in ("specversion", "id", "source", "type", "subject", "time",
                 "epoch", "k", "data"):
        yield Lie(f"no {name}", "apart",
                  payload(lambda p, n=name: dump({
                      k: v for k, v in p.issue(LIE).items() if k != n})),
                  {"malformed"})
    for name, value in (("specversion", "2.0"), ("specversion", 1),
                        ("type", "conquer"), ("type", ""), ("type", 7),
                        ("data", []), ("data", "x"), ("prev", "x"),
                        ("prev", [7]), ("prev", ["00"]),
                        ("prev", ["00" * 32] * 17), ("rev", "x"),
                        ("track", 7), ("starts", "yesterday")):
        yield Lie(f"{name} {str(value)[:12]!r}", "apart",
                  payload(lambda p, n=name, v=value: dump(changed(
                      p.issue(LIE), **{n: v}))), {"malformed"})

    def line(change):
        def make(p):
            at = p.place()
            f = p.frame(p.envelope(p.issue(LIE)))
            p.back_to(at)
            return [change(f)]
        return make
    for what, change, want in (
            ("no JSON", lambda f: b"hello", {(400, "malformed")}),
            ("a list", lambda f: b"[]", {(400, "malformed")}),
            ("a name twice", lambda f: cut(f, '"seq"', '"seq":1,"seq"'),
             {(400, "malformed")}),
            ("a byte order mark", lambda f: b"\xef\xbb\xbf" + dump(f),
             {(400, "malformed")}),
            ("bytes behind it", lambda f: dump(f) + b"x",
             {(400, "malformed")}),
            ("depth", lambda f: b"[" * 9000 + b"]" * 9000,
             {(413, "too-large")}),
            ("1 MiB", lambda f: b'{"x":"' + b"a" * (1 << 20) + b'"}',
             {(413, "too-large")}),
            ("invalid UTF-8", lambda f: cut(f, '"lane":"plain"',
                                            b'"lane":"\xff"'),
             {(400, "malformed")}),
            ("cut short", lambda f: dump(f)[:rng.randrange(2, 200)],
             {(400, "malformed")})):
        yield Lie(f"line: {what}", "line", line(change), want)


# ---- 10: cards ----

def cards(rng, world):
    def event(card=None, key=None, event_key=None, **fields):
        def make(p):
            c = card(p) if card else p.card()
            return p.envelope(p.card_event(
                p.card_envelope(c, key=key(p) if key else None), **fields),
                key=event_key(p) if event_key else None)
        return make

    def key_row(p, key, **lies):
        return {"id": key.id, "alg": key.alg, "spki": b64(key.spki),
                "current": True, **lies}
    fresh = Ed25519Key()
    for what, card in (
            ("of another desk", lambda p: p.card(desk=world["third"])),
            ("of the desk itself", lambda p: p.card(desk=p.to)),
            ("of no number", lambda p: p.card(number=0)),
            ("of a number below zero", lambda p: p.card(number=-5)),
            ("of number 2^53 + 1", lambda p: p.card(number=(1 << 53) + 1)),
            ("of format 2", lambda p: p.card(format=2)),
            ("without keys", lambda p: p.card(keys=[])),
            ("with two current keys", lambda p: p.card(
                keys=[key_row(p, p.key), key_row(p, fresh)])),
            ("with no current key", lambda p: p.card(keys=[key_row(
                p, p.key, current=False, last_epoch=p.epoch, last_k=1)])),
            ("with a false key id", lambda p: p.card(
                keys=[key_row(p, p.key, id="00" * 32)])),
            ("with the other algorithm", lambda p: p.card(keys=[key_row(
                p, p.key, alg="sm2-sm3" if p.key.alg == "ed25519"
                else "ed25519")])),
            ("with alg none", lambda p: p.card(
                keys=[key_row(p, p.key, alg="none")])),
            ("with a key that is none", lambda p: p.card(keys=[{
                "id": hashlib.sha256(b"x").hexdigest(), "alg": p.key.alg,
                "spki": b64(b"x"), "current": True}])),
            ("without a certificate", lambda p: p.card(tls=b64(b"x"))),
            ("with an address that is none", lambda p: p.card(
                addresses=["$(reboot):1"])),
            ("with a number of words", lambda p: p.card(number="7")),
            ("with 300 bytes of a name", lambda p: p.card(
                name_zh="n" * 300))):
        yield Lie(f"a card {what}", "apart", event(card),
                  {"malformed", "unknown_key", "bad_signature",
                   "inadmissible"})
    yield Lie("a card signed by a key that is not in it", "apart",
              event(key=lambda p: fresh), {"malformed", "bad_signature",
                                           "unknown_key", "inadmissible"})
    yield Lie("a card event by a key of no card", "apart",
              event(event_key=lambda p: fresh), {"unknown_key"})
    yield Lie("a new key that vouches for itself", "apart",
              event(lambda p: p.card(number=p.number + 5,
                                     keys=[key_row(p, fresh)]),
                    key=lambda p: fresh, event_key=lambda p: fresh),
              {"unknown_key", "inadmissible", "bad_signature"})
    yield Lie("a card event about another desk", "apart",
              event(subject=world["third"]), {"malformed", "inadmissible"})
    yield Lie("an older card", "card",
              event(lambda p: p.card(number=p.number - rng.randrange(
                  1, 10 ** 6), name_zh=LIE)))
    yield Lie("another card of the same number", "card",
              event(lambda p: p.card(name_zh=LIE)))
    old = world.get("retired")
    if old:
        yield Lie("a card by a key that was retired", "apart",
                  event(lambda p: p.card(number=p.number + 9, name_zh=LIE,
                                         keys=[key_row(p, old)]),
                        key=lambda p: old, event_key=lambda p: old),
                  {"inadmissible", "bad_signature", "unknown_key"})
        yield Lie("a notice by a key that was retired", "either",
                  lambda p: p.envelope(p.issue(LIE), key=old),
                  {"inadmissible", "bad_signature", "unknown_key"})


# ---- 11: times ----

def times(rng, world):
    for t in ("", "yesterday", "2026-02-30T08:00:00+08:00",
              "2026-13-01T00:00:00Z", "2026-01-01T25:00:00Z",
              "2026-01-01T00:61:00Z", "2026-01-01 00:00:00",
              "2026-01-01T00:00:00", 1795481212, None,
              "2026-01-01T00:00:00+99:99", "99999-01-01T00:00:00Z",
              "1969-12-31T23:59:59Z", "2026-01-01T00:00:00."):
        yield Lie(f"time {t!r}", "apart",
                  lambda p, t=t: p.envelope(p.issue(LIE, time=t)),
                  {"malformed"})
    for years in (-30, -3, 3, 30):
        yield Lie(f"{years} years off", "odd",
                  lambda p, y=years: p.envelope(p.issue(
                      "时间不实", time=instant(time.time()
                                           + y * 365.25 * 86400))))


# ---- 12: states and receipts ----

def states(rng, world):
    """world["out"]: (epoch, seq, chain) of the desk's channel to the peer."""
    epoch, seq, chain = world["out"]

    def receipt(want, what, seq_=seq, chain_=chain, **lies):
        return Lie(f"a receipt {what}", "ask",
                   lambda p: p.put_receipt(p.receipt(
                       epoch, "plain", seq_, chain_,
                       rng.randrange(1, 1 << 40), **lies)), want)
    yield receipt({(409, "chain")}, "above the end", seq + rng.randrange(
        1, 1 << 40))
    yield receipt({(409, "chain")}, "of another chain", seq,
                  rng.randbytes(32).hex())
    yield receipt({(422, "signature")}, "by another key", key=Ed25519Key())
    yield receipt({(400, "malformed"), (422, "signature")}, "to another desk",
                  to=world["third"])
    yield receipt({(400, "malformed"), (422, "signature")},
                  "of another desk", **{"from": world["third"]})
    for bad in (-1, 1.5, "1", None, 1 << 53 | 1):
        yield receipt({(400, "malformed")}, f"of seq {bad!r}", bad)
        yield Lie(f"a receipt of n {bad!r}", "ask",
                  lambda p, n=bad: p.put_receipt(p.receipt(
                      epoch, "plain", seq, chain, n)), {(400, "malformed")})
    yield receipt({(400, "malformed")}, "whose wants are no digests",
                  wants=["x"])
    for what, lies, want in (
            ("of no epoch", {"epoch": "x"}, {(400, "malformed")}),
            ("of no version", {"versions": []}, {(400, "bad-request")}),
            ("of version 99", {"versions": [99]}, {(400, "bad-request")}),
            ("of n below zero", {"n": -1}, {(400, "malformed")}),
            ("without you", {"you": None}, {(400, "malformed")}),
            ("with channels that are none", {"out": [7]},
             {(400, "malformed")}),
            ("with receipts that are none", {"in": ["x"]},
             {(400, "malformed")}),
            ("that wants back a lane that is none",
             {"give": [{"epoch": epoch, "lane": "x", "from": 0}]},
             {(400, "malformed")}),
            ("of no time", {"time": "x"}, {(400, "malformed")}),
            ("of 5,000 channels", {"out": [
                {"epoch": uuid7(), "lane": "plain", "seq": 1,
                 "chain": "00" * 32}] * 5000},
             {(413, "too-large"), (400, "malformed")})):
        yield Lie(f"a state {what}", "ask",
                  lambda p, s=lies: p.put_state(**s), want)
    yield Lie("a state older than one before", "ask",
              lambda p: p.put_state(n=1), {(409, "stale")})
    for path, want in (
            ("/v1/outbox", {(400, "bad-request")}),
            (f"/v1/outbox?epoch={epoch}&lane=x", {(400, "bad-request")}),
            (f"/v1/outbox?epoch={epoch}&lane=plain&after=-1",
             {(400, "bad-request")}),
            (f"/v1/outbox?epoch={epoch}&lane=plain&after={seq + 1}",
             {(409, "gap")}),
            (f"/v1/outbox?epoch={epoch}&lane=plain&after={seq}"
             f"&chain={'00' * 32}", {(409, "chain")}),
            (f"/v1/outbox?epoch={epoch}&lane=plain&watch=2",
             {(400, "bad-request")}),
            (f"/v1/inbox/cursor?epoch={epoch}&lane=plain&seq=9999",
             {(404, "not-found")}),
            ("/v1/nothing", {(404, "not-found")}),
            ("/v1/blobs", {(404, "not-found")}),
            ("/health", {(404, "not-found")}),
            ("/v1/../v1/desk", {(404, "not-found")})):
        yield Lie(f"GET {path[:40]}", "ask",
                  lambda p, t=path: p.ask("GET", t), want)
    for method in ("DELETE", "POST", "PATCH", "OPTIONS"):
        yield Lie(f"{method} /v1/desk", "ask",
                  lambda p, m=method: p.ask(m, "/v1/desk", b""),
                  {(405, "method")})
    yield Lie("frames given back that nobody asked for", "ask",
              lambda p: p.ask("POST", "/v1/returns", p.lines([])),
              {(409, "not-restoring")})


FAMILIES = [gaps, replays, epochs, tracks, subjects, sources, algorithms,
            attachments, strict, cards, times, states]
