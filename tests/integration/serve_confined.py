"""serve locks itself down once it listens, and the exchange goes on so."""
import ctypes
import errno
import pathlib
import platform
import re
import struct

from tap import *


def status(pid, path="status"):
    text = pathlib.Path(f"/proc/{pid}/{path}").read_text()
    return dict(re.split(r":\s*|\s{2,}", line, maxsplit=1)
                for line in text.splitlines() if re.search(r":|\s{2}", line))


@test
def proc_shows_it():
    a = Desk("310105")
    a.serve()
    pid = a.server.pid
    threads = list(pathlib.Path(f"/proc/{pid}/task").iterdir())
    ok(len(threads) > 1, f"{len(threads)} threads")
    for t in threads:
        s = dict(line.split(":\t", 1) for line in
                 (t / "status").read_text().splitlines() if ":\t" in line)
        equal((s["Seccomp"], s["NoNewPrivs"]), ("2", "1"),
              f"thread {t.name} has the filter and gains nothing")
    limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
    ok(re.search(r"Max core file size\s+0\s+0\s", limits), "no core file",
       limits)
    m = re.search(r"Max open files\s+(\d+)\s+(\d+)", limits)
    ok(int(m.group(2)) <= 4096, "descriptors are limited", m.group(0))
    owner = pathlib.Path(f"/proc/{pid}/maps").stat().st_uid
    equal(owner, 0, "not dumpable: its memory is root's to see")
    a.stop()


@test
def the_exchange_goes_on():
    a, b = Desk("310105"), Desk("330100")
    spool, mark = tmp("spool"), tmp("mark")
    a.must("set", "spool", spool)
    a.must("set", "mark", mark)
    pair(a, b)
    # by name: the resolver works without local sockets
    a.must("peer", "set", b.id, "--address", f"localhost:{b.port}")
    b.must("peer", "set", a.id, "--address", f"localhost:{a.port}")
    a.serve()
    b.serve()
    doc = a.new(to=[b], title="虚构")
    wait_for(lambda: b.json("list"), 20, "the notice")
    b.must("move", doc, "sign")
    wait_for(lambda: a.json("list")[0]["parties"][0]["signed_at"], 20,
             "the answer")
    ok(True, "a notice and its answer pass")
    ok(list(mark.iterdir()), "the mark outside the folder is written")
    equal([x for x in a.server.lines if "Landlock" in x], [],
          "this kernel has Landlock")
    for d in (a, b):
        equal(d.stop(), 0, f"{d.id} ends in order")
        equal(d.run("verify").returncode, 0, f"{d.id} verifies")


def without_seccomp():
    """As where another program's rules forbid it: its call is refused."""
    call = {"x86_64": 317, "aarch64": 277}[platform.machine()]
    steps = [(0x20, 0, 0, 0),  # load the call's number
             (0x15, 0, 1, call),
             (0x06, 0, 0, 0x00050000 | errno.EACCES),
             (0x06, 0, 0, 0x7fff0000)]
    code = ctypes.create_string_buffer(
        b"".join(struct.pack("=HBBI", *s) for s in steps))
    program = struct.pack("@HP", len(steps), ctypes.addressof(code))
    libc = ctypes.CDLL(None)
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, program, 0, 0):
        os._exit(99)


@test
def without_the_filter_it_does_not_serve():
    d = Desk("310105")
    p = subprocess.run([DELTADESK, "--desk", d.home, "--lang", "en", "serve"],
                       env=environ(), capture_output=True, text=True,
                       timeout=60 * SLOW, preexec_fn=without_seccomp)
    equal((p.returncode, p.stdout), (3, ""), "exit 3, it never listened")
    contains(p.stderr, "cannot be locked down", "and says why")
    equal(p.stderr.strip().count("\n"), 0, "in one line")
    d.serve()
    equal(d.stop(), 0, "the desk is as before")


main()
