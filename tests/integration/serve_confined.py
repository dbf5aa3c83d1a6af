"""serve locks itself down once it listens, and the exchange goes on so."""
import pathlib
import re

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


main()
