"""Descriptors and memory run out under a serving desk: callers wait at the
door, nothing spins, nothing that was acknowledged is lost, and all goes on
when there is some again."""
import resource
import socket
import sys

from tap import *
from wire import curl, pem

sys.path.insert(0, str(TOP / "tests" / "fault"))
from h2raw import *

host, honest, mallory = Desk("310105"), Desk("320500"), Desk("330100")
pair(host, honest)
pair(host, mallory)


def serve(*limits):
    host.server = Proc("prlimit", *limits, DELTADESK, "--desk", host.home,
                       "serve")
    host.server.wait_line(r"listening on", 20)


def cpu_seconds():
    with open(f"/proc/{host.server.pid}/stat", encoding="utf-8") as f:
        words = f.read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def is_quiet(text, seconds=2):
    began = cpu_seconds()
    time.sleep(seconds)
    used = (cpu_seconds() - began) / seconds
    ok(used < 0.10 * max(1, SLOW), f"{text}: {100 * used:.1f} % of a "
       "processor")


_n = [0]


def notice():
    _n[0] += 1
    return honest.new(to=[host], title=f"件{_n[0]}")


def arrives(doc, text, timeout=20):
    wait_for(lambda: host.run("show", doc).returncode == 0, timeout, text,
             every=0.2)
    ok(True, text)


def callers(n):
    socks = []
    for _ in range(n):
        s = socket.create_connection(("127.0.0.1", host.port), 5,
                                     ("127.0.0.2", 0))
        socks.append(s)
    return socks


@test
def few_descriptors_from_the_start():
    serve("--nofile=96:96")
    honest.serve()
    arrives(notice(), "a notice with 96 descriptors")
    socks = callers(150)
    is_quiet("150 strangers wait")
    arrives(notice(), "a notice arrives beside them")
    equal(host.run("new", "clue", "--to", honest.id, "--set",
                   "title=own").returncode, 0, "own acts go on")
    for s in socks:
        s.close()
    equal(curl(mallory, host, "/v1/desk").status, 200,
          "a new caller is served afterwards")
    equal(host.stop(), 0, "serve ends well")


@test
def none_left():
    serve()
    arrives(notice(), "a notice before")
    pid = host.server.pid
    top = 32
    try:
        top = max(int(x) for x in os.listdir(f"/proc/{pid}/fd"))
    except PermissionError:
        diag("whose descriptors may not be listed: 32 is taken")
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE, (top + 3, 4096))
    socks = callers(60)
    local = []
    for _ in range(5):
        u = socket.socket(socket.AF_UNIX)
        u.settimeout(2)
        u.connect(str(host.home / "ops.sock"))
        local.append(u)
    is_quiet("with no descriptor left and callers at both doors")
    ok(host.server.alive(), "serve lives")
    resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
    for s in socks + local:
        s.close()
    wait_for(lambda: curl(mallory, host, "/v1/desk").status == 200, 20,
             "a new caller", every=0.5)
    ok(True, "with some again callers are served")
    arrives(notice(), "and notices arrive")
    equal(host.stop(), 0, "serve ends well")


@test
def memory():
    if SANITIZED:
        return diag("a sanitizer needs all addresses for itself")
    serve()
    docs = [notice() for _ in range(3)]
    for doc in docs:
        arrives(doc, "a notice is here")
    def connect():
        return Line(("127.0.0.1", host.port),
                    (pem(mallory, "CERTIFICATE"), pem(mallory, "PRIVATE KEY")))

    def flood(lines):
        for line in lines:
            for s in range(1, 16, 2):
                line.send(headers(s, "POST", "/v1/inbox", end=False))
            for _ in range(60):
                for s in range(1, 16, 2):
                    line.send(frame(DATA, 0, s, b"x" * 16000))
                line.drain(0)
            line.close()

    def begun():
        lines = [connect() for _ in range(4)]
        for line in lines:
            line.hello()
        return lines

    def is_over():
        end = time.monotonic() + 3
        while host.server.alive() and time.monotonic() < end:
            time.sleep(0.05)
        return not host.server.alive()

    lines = begun()
    with open(f"/proc/{host.server.pid}/statm", encoding="utf-8") as f:
        size = int(f.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.prlimit(host.server.pid, resource.RLIMIT_AS, (size, size))
    flood(lines)
    # what the allocator still had may have been enough
    for _ in range(8):
        if is_over():
            break
        try:
            flood(begun())
        except OSError:  # it ends meanwhile
            pass
    equal(host.server.wait(), 3, "without memory it ends with 3")
    contains("\n".join(host.server.lines), "out of memory", "and says why")
    late = notice()
    serve()
    arrives(late, "started again it takes what came meanwhile", 60)
    for doc in docs:
        equal(host.run("show", doc).returncode, 0, "and lost nothing")
    equal(host.stop(), 0, "serve ends well")
    honest.stop()
    v = host.run("verify")
    equal(v.returncode, 0, f"the desk verifies: {v.stdout.strip()}")


main()
