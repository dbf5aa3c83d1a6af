"""A certificate that runs out is told 60 days ahead, with the days and what to do:
among the escalations (the duty list's block), by doctor and /metrics; when it has
expired the link says so in words, and a rotation that a bundle carries mends it.
"""
import socket

from course import *
from keyring import *
from tap import *


def finding(desk, check):
    p = desk.run("doctor", "--json", "--lang", "en")
    return [r for r in map(json.loads, p.stdout.splitlines())
            if r["check"] == check]


def spooled(folder):
    return "\n".join(f.read_text() for f in sorted(folder.iterdir())
                     if not f.name.startswith("."))


def metric(desk, name):
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(desk.home / "ops.sock"))
        s.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n"
                  b"Connection: close\r\n\r\n")
        text = b""
        while piece := s.recv(65536):
            text += piece
    line = [x for x in text.decode().splitlines()
            if x.startswith("deltadesk_" + name)][0]
    return float(line.split()[-1])


@test
def sixty_days_ahead_and_after():
    c = Course("310105", "330100")
    a, b = c.desks
    folder = tmp("spool")
    a.must("set", "spool", folder)
    a.serve()
    b.serve()
    up(a, b)
    doc = a.new(to=[b], title="有效期内")
    wait_for(lambda: arrived(b, doc), 20, "arrival")
    time.sleep(0.5)
    ok("certificate" not in spooled(folder), "nothing is told ten years ahead")
    equal(finding(a, "certificate")[0]["verdict"], "ok", "and doctor is content")

    # certificates of 21 September 2026 end on 18 September 2036
    c.at("2036-08-01T08:00:00+08:00", settle=False)
    row = finding(a, "certificate")[0]
    equal(row["verdict"], "heed", "47 days before, doctor says so")
    contains(row["text"], "47 days", "with the days")
    contains(row["advice"], "key rotate --tls", "and what to do")
    row = [r for r in finding(a, "peer") if r["about"] == b.id][0]
    contains(row["text"], "47 days", "of the peer too")
    ok(46 * 86400 < metric(a, "certificate_expires_in_seconds") < 48 * 86400,
       "/metrics has it")
    wait_for(lambda: spooled(folder).count("47") >= 2, 30,
             "both certificates among the escalations")
    ok(True, "this desk's and the peer's are told beyond the duty list")

    a.must("key", "rotate", "--tls")
    wait_for(lambda: not keys(a)["two_certificates"], 60, "the change")
    equal(finding(a, "certificate")[0]["verdict"], "ok", "renewed")
    contains(keys(a)["tls_until"], "2046", "for ten years more")

    c.at("2036-10-01T08:00:00+08:00", settle=False)
    row = finding(b, "certificate")[0]
    equal(row["verdict"], "wrong", "the other one's has expired")
    a.stop()
    a.serve()
    wait_for(lambda: "expired" in " ".join(
        r["text"] + (r["advice"] or "") for r in finding(a, "peer")), 60,
        "the words")
    wait_for(lambda: "到期" in (link(a, b)["note"] or "") or
             "到期" in (link(b, a)["note"] or ""), 60, "the words at the link")
    ok(True, "the link says in words that it has expired")
    late = b.new(to=[a], title="到期之后")
    b.must("key", "rotate", "--tls", "--at-once")
    media = tmp("media") / "x.ddb"
    b.must("bundle", "out", a.id, media)
    a.must("bundle", "in", media)
    wait_for(lambda: arrived(a, late), 30, "the bundle")
    up(a, b)
    ok(True, "a bundle carries the new card, and the link is up again")


main()
