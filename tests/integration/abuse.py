"""A hostile peer and strangers against a real serve: HTTP/2 floods and broken
frames, TLS games, slow lines, too many connections. Each ends its stream or
its connection, memory stays, and an honest peer's notice arrives meanwhile.

The short form sends each attack once; --full (make check-abuse) looks at each
one by itself: memory, the honest notice, the processor afterwards, and holds
the same broken frames against nghttpd, where that is installed.
"""
import socket
import ssl
import sys
import threading

from tap import *
from wire import curl, pem

sys.path.insert(0, str(TOP / "tests" / "fault"))
import h2attacks
import h2cases
from h2raw import *

FULL = "--full" in sys.argv
GROWTH_KIB = 16 << 10
# a sanitizer keeps what is freed: that is not the program's memory
os.environ["ASAN_OPTIONS"] = (os.environ.get("ASAN_OPTIONS", "") +
                              ":quarantine_size_mb=0")

host, honest = Desk("310105"), Desk("320500")
# Several, since one that was sent away has no room left for the next attack.
hostile = [Desk(f"3301{i:02}", listen=False) for i in range(1, 9)]
mallory = Desk("330100")
for d in (mallory, honest, *hostile):
    pair(host, d)
host.serve()
honest.serve()
ADDRESS = ("127.0.0.1", host.port)


def cert_of(d):
    return pem(d, "CERTIFICATE"), pem(d, "PRIVATE KEY")


CERT = cert_of(mallory)


def connect(cert=CERT):
    return Line(ADDRESS, cert)


def rss_kib():
    with open(f"/proc/{host.server.pid}/status", encoding="utf-8") as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1))


def cpu_seconds():
    with open(f"/proc/{host.server.pid}/stat", encoding="utf-8") as f:
        words = f.read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


_n = [0]


def notice():
    """Seconds from the issue at the honest peer to its row at the host."""
    _n[0] += 1
    title = f"诚{_n[0]}"
    began = time.monotonic()
    doc = honest.new(to=[host], title=title)
    issued = time.monotonic()
    wait_for(lambda: host.run("show", doc, "--json").returncode == 0, 20,
             "the honest notice")
    return time.monotonic() - issued, issued - began


def taken(fn, cert):
    """fn's outcome; a line that is refused at once is an end, too."""
    try:
        return fn(lambda: connect(cert))
    except (OSError, ssl.SSLError) as e:
        return f"ended at once: {e}"


notice()
wait_for(lambda: host.json("peer", "list")[0], 5, "peers")
for _ in range(10):
    with connect() as warm:
        warm.hello()
        warm.send(headers(1))
        warm.outcome()
BASE_KIB = rss_kib()


@test
def floods():
    worst = {"kib": 0, "notice": 0.0}
    for i, (name, (fn, ends)) in enumerate(h2attacks.ATTACKS.items()):
        said, cert = [], cert_of(hostile[i % len(hostile)])
        t = threading.Thread(target=lambda *a: said.append(taken(*a)),
                             args=(fn, cert))
        t.start()
        if FULL:
            time.sleep(0.05)
            late, _ = notice()
            worst["notice"] = max(worst["notice"], late)
            ok(late < 5, f"{name}: an honest notice within {late:.2f} s")
        t.join()
        kib = rss_kib() - BASE_KIB
        worst["kib"] = max(worst["kib"], kib)
        h2attacks.release()
        outcome = said[0]
        ok(outcome.startswith("ended") or not ends, f"{name}: {outcome}")
        if FULL:
            diag(f"{name}: {kib} KiB more than before all")
        if FULL:
            time.sleep(1)
            began = cpu_seconds()
            time.sleep(5)
            used = cpu_seconds() - began
            ok(used < 0.25, f"{name}: {used:.2f} s of processor in 5 s after")
    if not SANITIZED:
        ok(worst["kib"] < GROWTH_KIB,
           f"memory grew by {worst['kib']} KiB at most")
    late, _ = notice()
    ok(True, f"a notice arrives afterwards ({late:.2f} s; the slowest "
       f"meanwhile {worst['notice']:.2f} s)")
    ok(host.server.alive(), "serve lives")


@test
def broken_frames():
    # each case on a connection of its own: below the rate that a peer has
    bad = {}
    for name, must, bytes_ in h2cases.CASES:
        outcome = h2cases.put(connect, bytes_)
        if not h2cases.good(must, outcome):
            bad[name] = outcome
    worse = {n: o for n, o in bad.items() if n not in h2cases.NGHTTPD_MISSES}
    equal(worse, {}, f"{len(h2cases.CASES)} broken or odd frames end as RFC "
          "9113 asks, or as with nghttpd")
    ok(host.server.alive(), "serve lives")


@test
def the_same_frames_at_nghttpd():
    if not FULL:
        return
    program = shutil.which("nghttpd", path="/usr/sbin:/usr/bin")
    if program is None:
        diag("nghttpd (nghttp2-server) is not installed: not compared")
        return
    port = free_port()
    Proc(program, "-d", tmp("doc"), port, CERT[1], CERT[0])
    at = ("127.0.0.1", port)
    wait_for(lambda: socket.socket().connect_ex(at) == 0, 5, "nghttpd")
    misses = {name for name, must, bytes_ in h2cases.CASES
              if not h2cases.good(must, h2cases.put(lambda: Line(at), bytes_))}
    equal(misses, h2cases.NGHTTPD_MISSES, "nghttpd misses what was noted")


# ---- TLS ----

def refused(text, **how):
    """No HTTP/2 for such a caller: refused in the handshake or, TLS 1.3's
    client being done first, at its first word."""
    cert = how.pop("cert", CERT)
    try:
        with Line(ADDRESS, cert, **how) as line:
            line.send(PREFACE, settings(), headers(1))
            line.until(lambda: line.closed, 3)
            good = line.closed and not line.of(HEADERS)
            note = line.frames
    except (OSError, ssl.SSLError) as e:
        good, note = True, e
    ok(good, f"{text}: refused", note)


def stock_cert(days="10", key="ec"):
    """A certificate of stock openssl that is in no card."""
    d = tmp("cert")
    subprocess.run(["openssl", "req", "-x509", "-newkey", key, "-nodes",
                    "-subj", "/CN=330100", "-days", days, "-keyout",
                    str(d / "key"), "-out", str(d / "cert")] +
                   (["-pkeyopt", "ec_paramgen_curve:P-256"]
                    if key == "ec" else []), check=True, capture_output=True)
    return d / "cert", d / "key"


@test
def callers_that_may_not():
    refused("no certificate", cert=None)
    refused("an unknown certificate", cert=stock_cert())
    refused("the host's own certificate",
            cert=(pem(host, "CERTIFICATE"), pem(host, "PRIVATE KEY")))
    third = Desk("320100", listen=False)
    refused("a desk that is not trusted",
            cert=(pem(third, "CERTIFICATE"), pem(third, "PRIVATE KEY")))
    v12 = ssl.TLSVersion.TLSv1_2
    refused("TLS 1.2", oldest=v12, newest=v12)
    refused("no ALPN", alpn=())
    refused("http/1.1", alpn=("http/1.1",))
    refused("h2c and http/1.1", alpn=("h2c", "http/1.1"))
    a = curl(mallory, host, "/v1/desk", cert=CERT)
    equal(a.status, 200, "while a trusted certificate is served")
    ok(any("refused 127.0.0.1" in x for x in host.server.lines),
       "the log names callers that were sent away")


def s_client(*args, input=b""):
    return subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{host.port}",
         "-alpn", "h2", "-cert", str(CERT[0]), "-key", str(CERT[1]), *args],
        input=input, capture_output=True, timeout=30 * SLOW)


@test
def no_ticket_and_no_early_data():
    d = tmp("tls")
    p = s_client("-sess_out", str(d / "session"), "-msg",
                 input=PREFACE + settings())
    ok(b"NewSessionTicket" not in p.stdout, "no session ticket is given")
    ok(not (d / "session").exists() or not (d / "session").stat().st_size or
       b"Early data was not sent" in p.stdout, "no session to come back with")
    ok(b"Early data was accepted" not in p.stdout, "no early data is taken")
    p = s_client("-reconnect")
    ok(b"Reused" not in p.stdout, "no session is used again")
    p = s_client("-tls1_2")
    ok(b"Cipher is (NONE)" in p.stdout, "no TLS 1.2 for openssl either")


# ---- slow and many ----

def drip(first, pieces, seconds, tls=True):
    """How long a line lives that sends one of `pieces`, over and over, each
    half second."""
    if tls:
        line = connect(cert_of(hostile[-1]))
        sock = line.tls
    else:
        line = sock = socket.create_connection(ADDRESS)
    began, i = time.monotonic(), 0
    try:
        sock.sendall(first)
        while time.monotonic() - began < seconds:
            sock.settimeout(0.5)
            try:
                if sock.recv(65536) == b"":
                    break
            except TimeoutError:
                pass
            if pieces:
                sock.sendall(pieces[i % len(pieces)])
                i += 1
        else:
            return None
    except OSError:
        pass
    finally:
        line.close()
    return time.monotonic() - began


HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
SLOW_LINES = [
    ("a silent TCP connection", 10, (b"", [], False)),
    ("a TLS handshake by the byte", 10, (HELLO, [b"x"], False)),
    ("a preface by the byte", 10, (b"", [bytes([b]) for b in PREFACE * 9],
                                   True)),
    ("a silent TLS connection", 10, (b"", [], True)),
    ("a header block that goes on", 10,
     (PREFACE + settings() + headers(1, flags=0),
      [frame(CONT, 0, 1)], True)),
    ("a frame by the byte", 10,
     (PREFACE + settings(), [bytes([b]) for b in headers(1, flags=0)[:60]],
      True)),
]
LONG_LINES = [
    ("a connection without a stream", 60, (PREFACE + settings() +
                                           frame(SETTINGS, ACK), [], True)),
    ("a body that stops", 60, (PREFACE + settings() + h2attacks.OPEN, [],
                               True)),
]


LINES = SLOW_LINES + (LONG_LINES if FULL else [])
lived = {}


def begin_slow_lines():
    def one(name, limit, how):
        lived[name] = drip(how[0], how[1], limit + 25 * SLOW, how[2])
    threads = [threading.Thread(target=one, args=x) for x in LINES]
    for t in threads:
        t.start()
        time.sleep(0.02)
    return threads


@test
def a_thousand_idle_connections():
    socks, n = [], 1000 if FULL else 300
    try:
        for i in range(n):
            s = socket.create_connection(ADDRESS, 5, ("127.0.0.2", 0))
            socks.append(s)
        late, _ = notice()
        ok(True, f"an honest notice beside {n}: {late:.2f} s")
        a = curl(mallory, host, "/v1/desk", cert=CERT)
        equal(a.status, 200, "and a new caller of another address")

        def left():
            count = 0
            for s in socks:
                s.setblocking(False)
                try:
                    count += s.recv(1) != b""
                except BlockingIOError:
                    count += 1
                except OSError:
                    pass
            return count
        wait_for(lambda: left() <= 64, 20, "at most 64 left")
        ok(True, f"{left()} of {n} strangers are kept, 64 at most")
    finally:
        for s in socks:
            s.close()


@test
def eight_connections_of_a_peer():
    lines = []
    try:
        for _ in range(20):
            line = connect()
            line.hello()
            lines.append(line)
        for line in lines:
            line.drain(0.01)
        alive = sum(not line.closed for line in lines)
        ok(alive <= 8, f"{alive} of 20 connections of one peer are kept")
        ok(alive >= 6, "and no fewer than it may have, but for its own link")
    finally:
        for line in lines:
            line.close()
    wait_for(lambda: curl(mallory, host, "/v1/desk", cert=CERT).status == 200,
             10, "room again")
    ok(True, "when they are gone there is room again")


@test
def a_peer_that_reconnects_without_end():
    dials = len([x for x in host.server.lines if "link=dial" in x])
    began, done, n = time.monotonic(), 0, 600 if FULL else 100
    for _ in range(n):
        try:
            with connect() as line:
                line.hello()
                done += bool(line.of(SETTINGS))
        except (OSError, ssl.SSLError):
            pass
    seconds = time.monotonic() - began
    if FULL:
        ok(done <= 200 + 50 * (seconds + 1),
           f"{done} of {n} in {seconds:.1f} s: 200 at once and 50 a second")
    dials = len([x for x in host.server.lines if "link=dial" in x]) - dials
    ok(dials <= 5 * (seconds + 1), f"it made the host dial {dials} times")
    late, _ = notice()
    ok(True, f"an honest notice right after: {late:.2f} s")


@test
def slow_lines():
    for t in slow:
        t.join()
    for name, limit, _ in LINES:
        s = lived[name]
        ok(s is not None, f"{name}: ended after {s and round(s, 1)} s, "
           f"{limit} s being the limit")


@test
def afterwards():
    h2attacks.release()
    time.sleep(1)
    began = cpu_seconds()
    seconds = 5 if FULL else 2
    time.sleep(seconds)
    used = (cpu_seconds() - began) / seconds
    ok(used < 0.05 * max(1, SLOW), f"idle afterwards: {100 * used:.1f} % of a "
       "processor")
    if not SANITIZED:
        kib = rss_kib() - BASE_KIB
        ok(kib < GROWTH_KIB, f"memory at the end: {kib} KiB more")
    equal(host.stop(), 0, "serve ends well")
    honest.stop()
    v = host.run("verify")
    equal(v.returncode, 0, f"the desk verifies: {v.stdout.strip()}")


slow = begin_slow_lines()  # they last, beside all the rest
main()
