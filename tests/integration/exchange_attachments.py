"""Attachments: fetched, uploaded to a desk that cannot fetch, and gone on with
after a cut; the bytes are those of the sender."""
import hashlib
import random

from cutproxy import CutProxy
from tap import *

SIZE = 6 * 1024 * 1024 + 321


def make_file(seed):
    path = tmp("file") / "证据 照片.jpg"
    path.write_bytes(random.Random(seed).randbytes(SIZE))
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def stored(desk, digest):
    return desk.home / "blobs" / digest[:2] / digest


def send(a, b, path):
    return a.must("new", "clue", "--to", b.id, "--set", "title=附件",
                  "--attach", path).strip().splitlines()[-1]


def wait_blob(desk, digest, timeout=40):
    try:
        wait_for(lambda: stored(desk, digest).exists(), timeout, "attachment")
    except TimeoutError:
        pass
    f = stored(desk, digest)
    got = hashlib.sha256(f.read_bytes()).hexdigest() if f.exists() else None
    equal(got, digest, f"{desk.id} has the bytes")


def finish(*desks):
    for d in desks:
        d.stop()
    for d in desks:
        p = d.run("verify")
        equal(p.returncode, 0, f"{d.id} verifies: {p.stdout.strip()}")


def shown(desk, doc):
    o = desk.json("show", doc)[0]
    return [(x["name"], x["here"]) for x in o["attachments"]]


@test
def fetched():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    b.serve()
    path, digest = make_file(1)
    doc = send(a, b, path)
    wait_blob(b, digest)
    equal(shown(b, doc), [("证据 照片.jpg", True)], "it is shown as here")
    finish(a, b)


@test
def uploaded_to_one_that_cannot_dial():
    a, b = Desk("310105", listen=False), Desk("330100")
    pair(a, b)
    b.serve()
    a.server = Proc(DELTADESK, "--desk", a.home, "serve", env=a.env)
    path, digest = make_file(2)
    send(a, b, path)
    wait_blob(b, digest)
    finish(a, b)


def through(proxy, dialler, other):
    dialler.must("peer", "set", other.id, "--address",
                 f"127.0.0.1:{proxy.port}")


@test
def fetch_goes_on_after_a_cut():
    a, b = Desk("310105"), Desk("330100", listen=False)
    pair(a, b)
    proxy = CutProxy(a.port)
    through(proxy, b, a)
    a.serve()
    b.server = Proc(DELTADESK, "--desk", b.home, "serve", env=b.env)
    proxy.cut_after(2 * 1024 * 1024)
    path, digest = make_file(3)
    doc = send(a, b, path)
    wait_for(lambda: b.json("list"), 20, "the notice before its attachment")
    equal(shown(b, doc)[0][1], False,
          "the notice is usable before its attachment is here")
    wait_for(lambda: proxy.cuts >= 2, 30, "two cuts")
    proxy.cut_after(None)
    wait_blob(b, digest)
    ok(proxy.passed < 2 * SIZE,
       f"it went on where it was cut ({proxy.passed} bytes passed)")
    finish(a, b)
    proxy.close()


@test
def upload_goes_on_after_a_cut():
    a, b = Desk("310105", listen=False), Desk("330100")
    pair(a, b)
    proxy = CutProxy(b.port)
    through(proxy, a, b)
    b.serve()
    a.server = Proc(DELTADESK, "--desk", a.home, "serve", env=a.env)
    proxy.cut_after(2 * 1024 * 1024)
    path, digest = make_file(4)
    send(a, b, path)
    wait_for(lambda: proxy.cuts >= 2, 30, "two cuts")
    proxy.cut_after(None)
    wait_blob(b, digest)
    ok(proxy.passed < 2 * SIZE,
       f"it went on where it was cut ({proxy.passed} bytes passed)")
    finish(a, b)
    proxy.close()


@test
def not_for_others():
    a, b, c = Desk("310105"), Desk("330100"), Desk("320500")
    pair(a, b, c)
    for d in (a, b, c):
        d.serve()
    path, digest = make_file(5)
    send(a, b, path)
    wait_blob(b, digest)

    def get(as_desk, part=None):
        argv = ["curl", "-sS", "-k", "--http2", "-o", "/dev/null", "-w",
                "%{http_code} %{size_download}", "--cert",
                str(next(as_desk.home.rglob("*tls*cert*.pem"))), "--key",
                str(next(as_desk.home.rglob("*tls*key*.pem")))]
        if part:
            argv += ["-r", part]
        p = subprocess.run(argv + [f"https://127.0.0.1:{a.port}/v1/blobs/"
                                   + digest], capture_output=True)
        return p.stdout.decode().split()

    equal(get(b), ["200", str(SIZE)], "the party may have it")
    equal(get(b, "10-19"), ["206", "10"], "a range of it")
    equal(get(b, f"{SIZE}-")[0], "416", "a range beyond it")
    equal(get(c)[0], "404", "another peer gets what looks like unknown")
    finish(a, b, c)


main()
