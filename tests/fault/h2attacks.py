"""Attacks on an HTTP/2 server by a caller who may be there: each a function of
connect(), which opens a Line, and of a budget (how often at most). It returns
when the other side has ended it, or the budget is used up:

    'ended N'    the connection was ended after N rounds
    'refused'    streams were refused or reset, the connection lives
    'suffered'   all of it was taken

What it keeps open for the memory to be looked at is in the list `held`.
"""
import struct
import time

from h2raw import *

BATCH = 50
ATTACKS = {}
held = []


def attack(name, ends=True):
    """ends: the connection must be ended within the budget."""
    def keep(fn):
        ATTACKS[name] = (fn, ends)
        return fn
    return keep


def release():
    while held:
        held.pop().close()


def _rounds(line, make, budget, read=True):
    """make(i) gives the bytes of round i."""
    for at in range(0, budget, BATCH):
        if not line.send(*(make(i) for i in range(at, at + BATCH))):
            return f"ended {at + BATCH}"
        if read:
            line.drain(0)
        if line.closed:
            return f"ended {at + BATCH}"
    line.drain(0.3)
    return f"ended {budget}" if line.closed else "suffered"


def _flood(make, before=b"", read=True, budget=20000):
    def run(connect, n=budget):
        with connect() as line:
            line.hello()
            line.send(before)
            return _rounds(line, make, n, read)
    return run


OPEN = headers(1, "POST", "/v1/inbox", end=False)

attack("rapid reset")(_flood(
    lambda i: headers(2 * i + 1) + rst(2 * i + 1)))
attack("rapid reset, unread")(_flood(
    lambda i: headers(2 * i + 1) + rst(2 * i + 1), read=False))
attack("made resets: window")(_flood(
    lambda i: headers(2 * i + 1, "POST", "/v1/inbox", end=False) +
    window(2 * i + 1, 0x7fffffff)))
attack("made resets: bad requests")(_flood(
    lambda i: frame(HEADERS, 5, 2 * i + 1, NO_TABLE + field(":path", "/"))))
attack("made resets: body too short")(_flood(
    lambda i: headers(2 * i + 1, "POST", "/v1/inbox", ("content-length", "9"),
                      end=False) + frame(DATA, 1, 2 * i + 1, b"x" * 8)))
attack("PING")(_flood(lambda i: frame(PING, 0, 0, bytes(8))))
attack("PING, unread")(_flood(lambda i: frame(PING, 0, 0, bytes(8)),
                              read=False))
attack("PING ACK")(_flood(lambda i: frame(PING, ACK, 0, bytes(8))))
attack("SETTINGS")(_flood(lambda i: settings((4, 65535))))
attack("SETTINGS, unread")(_flood(lambda i: settings(), read=False))
attack("SETTINGS ACK")(_flood(lambda i: frame(SETTINGS, ACK)))
attack("PRIORITY")(_flood(
    lambda i: frame(PRIORITY, 0, 2 * i + 1, bytes(5))))
attack("unknown frames")(_flood(lambda i: frame(0x77, 0, 0, b"abc")))
attack("large unknown frames")(_flood(
    lambda i: frame(0x77, 0, 0, bytes(16384)), budget=2000))
attack("empty DATA")(_flood(lambda i: frame(DATA, 0, 1), OPEN))
attack("DATA of padding alone")(_flood(
    lambda i: frame(DATA, PADDED, 1, b"\xff" + bytes(255)), OPEN))
attack("DATA of one byte")(_flood(lambda i: frame(DATA, 0, 1, b"x"), OPEN))
attack("WINDOW_UPDATE")(_flood(lambda i: window(0, 1)))
attack("CONTINUATION, empty")(_flood(
    lambda i: frame(CONT, 0, 1), headers(1, flags=0)))
attack("CONTINUATION, full")(_flood(
    lambda i: frame(CONT, 0, 1, field("a", "b" * 100) * 150),
    headers(1, flags=0), budget=1000))
attack("trailers")(_flood(
    lambda i: frame(HEADERS, 4, 1, field("a", "b")), OPEN))
attack("DATA after the end")(_flood(
    lambda i: frame(DATA, 0, 1, bytes(100)), headers(1)))


@attack("HPACK bomb")
def hpack_bomb(connect, n=100):
    """One long field put in the table and named 4,000 times a block."""
    with connect() as line:
        line.hello()
        body = (head() + b"\x40" + text("x") + text("v" * 3900) +
                b"\xbe" * 4000)
        return _rounds(line, lambda i: frame(HEADERS, 5, 2 * i + 1, body), n)


@attack("header list of 15 KiB fields", ends=False)
def long_fields(connect, n=40):
    with connect() as line:
        line.hello()
        body = head() + field("a", "b" * 12000)
        more = field("c", "d" * 12000)
        return _answers(line, n, lambda i: frame(
            HEADERS, 1, i, body) + frame(CONT, 4, i, more))


@attack("header list of 4,000 small fields", ends=False)
def small_fields(connect, n=40):
    with connect() as line:
        line.hello()
        body = head() + field("", "") * 4000
        return _answers(line, n, lambda i: frame(HEADERS, 5, i, body))


def _answers(line, n, make):
    """n requests, each answered or refused before the next."""
    for i in range(n):
        s = 2 * i + 1
        line.send(make(s))
        line.until(lambda: line.of(RST, s) or line.status(s), 2)
        if line.closed:
            return f"ended {i}"
        if line.status(s) and line.status(s) < 300:
            return "suffered"
        line.frames.clear()
    return "refused"


@attack("streams without end", ends=False)
def many_streams(connect, n=3000):
    line = connect()
    held.append(line)
    line.hello()
    return _rounds(line, lambda i: headers(2 * i + 1, "POST", "/v1/inbox",
                                           end=False), n)


@attack("requests unread", ends=False)
def requests_unread(connect, n=10000):
    line = connect()
    held.append(line)
    line.hello()
    return _rounds(line, lambda i: headers(2 * i + 1), n, read=False)


@attack("window 0", ends=False)
def window_zero(connect, n=64):
    """Answers that nobody takes, on as many connections as there may be."""
    for _ in range(8):
        line = connect()
        held.append(line)
        line.hello((4, 0))
        for i in range(n):
            line.send(headers(2 * i + 1))
        line.drain(0.1)
    return "suffered"


@attack("body without a line's end", ends=False)
def endless_line(connect, n=400):
    with connect() as line:
        line.hello()
        line.send(OPEN)
        for i in range(n):
            if not line.send(frame(DATA, 0, 1, b"x" * 16000)):
                return f"ended {i}"
            line.drain(0)
            if line.status(1) or line.of(RST, 1) or line.closed:
                return "refused"
        return "suffered"


@attack("body above its limit", ends=False)
def endless_body(connect, n=400):
    with connect() as line:
        line.hello()
        line.send(headers(1, "PUT", "/v1/desk", end=False))
        for i in range(n):
            if not line.send(frame(DATA, 0, 1, b" " * 16000)):
                return f"ended {i}"
            line.drain(0)
            if line.status(1) or line.of(RST, 1) or line.closed:
                return "refused"
        return "suffered"


@attack("bodies left half-way", ends=False)
def half_bodies(connect, n=60):
    """Of every resource that takes one, as much as it will keep."""
    for _ in range(8):
        line = connect()
        held.append(line)
        line.hello()
        s = 1
        for method, path in (("POST", "/v1/inbox"), ("PUT", "/v1/desk"),
                             ("POST", "/v1/returns"),
                             ("PUT", "/v1/outbox/receipt")):
            for _ in range(8):
                line.send(headers(s, method, path, end=False))
                s += 2
        for _ in range(n):
            for i in range(1, s, 2):
                line.send(frame(DATA, 0, i, b"x" * 4000))
            line.drain(0)
    return "suffered"
