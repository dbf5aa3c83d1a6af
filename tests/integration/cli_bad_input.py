# run: timeout=300
"""Bad input at the command line: a clear answer, and the desk verifies."""
import resource
import sqlite3
import stat

from tap import *

d = Desk("310105")
peer = Desk("330100")
d.trust(peer)
base_id = d.new(to=[peer], title="底稿")


def en(*args, **kw):
    return d.run("--lang", "en", *args, **kw)


def new(*args, **kw):
    return en("new", "clue", "--to", "330100", "--set", "title=t", *args, **kw)


def count():
    return len(d.json("list"))


def refused(p, status, *parts):
    """Exit status, one line on stderr that has the parts; nothing printed."""
    name = " ".join(map(str, p.args[3:]))[:70]
    equal(p.returncode, status, f"status of: {name}")
    lines = p.stderr.strip().splitlines()
    equal(len(lines), 1, f"one line for: {name}")
    for part in parts:
        contains(p.stderr, part, f"it says {part}")


def verifies(text):
    p = d.run("verify")
    equal(p.returncode, 0, f"the desk verifies after {text}")


@test
def wrong_fields():
    n = count()
    refused(new("--set", "nosuch=1"), 1, "nosuch")
    refused(new("--set", "feedback_days=abc"), 1, "feedback_days")
    refused(new("--set", "when=2026-02-30"), 1, "when")
    refused(new("--set", "when=yesterday"), 1, "when")
    refused(new("--set", "urgency=soon"), 1, "urgency")
    refused(new("--set", "novalue"), 2, "--set")
    refused(en("new", "clue", "--to", "330100"), 1, "title")
    refused(en("new", "clue", "--set", "title=t"), 1)
    refused(en("new", "nosuch", "--to", "330100", "--set", "title=t"), 1,
            "nosuch", "clue")
    refused(new("--set", "title=" + "长" * 501), 1, "title")
    equal(count(), n, "nothing was made")


@test
def wrong_desks():
    n = count()
    refused(en("new", "clue", "--to", "999999", "--set", "title=t"), 1,
            "999999")
    refused(en("new", "clue", "--to", "../x", "--set", "title=t"), 1, "../x")
    refused(en("remind", base_id, "320500"), 1, "320500")
    refused(en("peer", "set", "320500", "--address", "127.0.0.1:1"), 1,
            "320500")
    refused(en("peer", "set", "330100", "--address", "nohost"), 1, "nohost")
    refused(en("peer", "revoke", "320500"), 1, "320500")
    equal(count(), n, "nothing was made")


@test
def credit_code_check_digit_is_told_and_kept_on_demand():
    good = "91330110MA00000000"
    p = new("--set", "party_concerned.name=x",
            "--set", f"party_concerned.credit_code={good[:-1]}I")
    equal(p.returncode, 1, "a code of a wrong shape is refused")
    digits = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = "91330110MA2000000"
    weight = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
    right = digits[-sum(digits.index(c) * w
                        for c, w in zip(body, weight)) % 31]
    wrong = digits[(digits.index(right) + 1) % 31]
    p = new("--set", "party_concerned.name=x",
            "--set", f"party_concerned.credit_code={body}{wrong}")
    refused(p, 1, right)
    p = new("--set", "party_concerned.name=x", "--insist",
            "--set", f"party_concerned.credit_code={body}{wrong}")
    equal(p.returncode, 0, "kept when the officer insists")


@test
def wrong_moves():
    refused(en("move", base_id, "nosuch"), 1, "nosuch")
    refused(en("sign", base_id), 1)
    refused(en("move", base_id, "close"), 1)
    refused(en("show", "nosuch"), 1, "nosuch")
    refused(en("show", "00000000-0000-7000-8000-000000000000"), 1)
    refused(en("withdraw", base_id), 2, "--note")
    refused(en("assign", base_id, "nobody"), 1, "nobody")
    refused(en("assign", base_id, "nobody", "--due", "2026-13-01"), 1)
    refused(en("--officer", "stranger", "remark", base_id, "x"), 1,
            "stranger")


@test
def text_that_is_no_utf8():
    p = subprocess.run([DELTADESK, "--desk", str(d.home), "new", "clue",
                        "--to", "330100", "--set", b"title=\xff\xfe"],
                       capture_output=True)
    equal(p.returncode, 1, "bytes in an argument")
    p = new("--file", "-", input=b'{"facts":"\xff"}')
    refused(p, 1, "UTF-8")


@test
def json_that_is_refused():
    n = count()
    cases = [b"[]", b"", b"{", b'{"facts":"a","facts":"b"}', b'{"facts":1e999}',
             b'{"feedback_days":9007199254740993}', b'{"facts":"\\ud800"}',
             b'{"facts":"\\u0000"}', b"\xef\xbb\xbf{}", b"{} x",
             b'{"facts":' + b"[" * 40 + b"]" * 40 + b"}",
             b'{"facts":NaN}', b'"x"', b"null"]
    for case in cases:
        p = new("--file", "-", input=case)
        equal(p.returncode, 1, f"refused: {case[:40]!r}")
        equal(p.stderr.strip().count("\n"), 0, f"one line: {case[:40]!r}")
    refused(new("--file", str(d.home) + "/nosuch.json"), 1, "nosuch.json")
    equal(count(), n, "nothing was made")


@test
def attachments_that_are_no_plain_files():
    folder = tmp("attach")
    (folder / "real").write_bytes(b"x")
    (folder / "link").symlink_to(folder / "real")
    os.mkfifo(folder / "fifo")
    n = count()
    for name in ("nosuch", "link", "fifo", "."):
        p = new("--attach", folder / name)
        equal(p.returncode in (1, 3), True, f"attachment {name} refused")
        contains(p.stderr, str(folder), f"the sentence names {name}")
    p = en("attach", base_id, folder / "nosuch")
    ok(p.returncode in (1, 3) and "nosuch" in p.stderr, "attach of nothing",
       p.stderr)
    equal(count(), n, "nothing was made")


@test
def cards_that_are_refused():
    good = peer.must("card")
    env = json.loads(good)
    import base64
    payload = bytearray(base64.b64decode(env["payload"]))
    payload[payload.index(b"330100")] ^= 1
    bad = dict(env, payload=base64.b64encode(payload).decode())
    refused(en("peer", "trust", "-", input=json.dumps(bad)), 4)
    sig = base64.b64decode(env["signatures"][0]["sig"])
    sig = sig[:-1] + bytes([sig[-1] ^ 1])
    bad = dict(env, signatures=[dict(env["signatures"][0],
                                     sig=base64.b64encode(sig).decode())])
    refused(en("peer", "trust", "-", input=json.dumps(bad)), 4)
    refused(en("peer", "trust", "-", input="{}"), 1)
    refused(en("peer", "trust", "-", input=""), 1)
    refused(en("peer", "trust", "-", input=d.must("card")), 1, "310105")
    refused(en("peer", "trust", "-", "--fingerprint", "00" * 32, input=good),
            1, "fingerprint")
    refused(en("peer", "trust", "/nosuch.card"), 1, "/nosuch.card")
    equal(en("peer", "trust", "-", input=good).returncode, 0,
          "the good one is taken again")


@test
def init_twice():
    refused(en("init", "310105"), 1, str(d.home))
    p = run("--lang", "en", "--desk", tmp("bad") / "x", "init", "31010x")
    equal(p.returncode, 2, "a desk id that is none")
    contains(p.stderr, "31010x", "is named")
    home = tmp("bad") / "y"
    p = run("--lang", "en", "--desk", home, "init", "310105", "--signature",
            "rsa")
    equal(p.returncode, 1, "an unknown algorithm")
    ok(not home.exists(), "nothing is left of a failed init")


@test
def modes_of_the_folder():
    home = tmp("mode") / "z"
    old = os.umask(0)
    try:
        p = run("--desk", home, "init", "310105")
    finally:
        os.umask(old)
    equal(p.returncode, 0, "init under umask 0")
    open_ones = [str(f) for f in [home, *home.rglob("*")]
                 if stat.S_IMODE(f.stat().st_mode) & 0o077]
    equal(open_ones, [], "nothing in the folder is open to others")


@test
def files_that_are_not_ours():
    for name, content in (("empty", b""), ("text", b"hello\n" * 500),
                          ("junk", bytes(range(256)) * 64)):
        home = tmp(name)
        (home / "desk.db").write_bytes(content)
        p = run("--lang", "en", "--desk", home, "list")
        equal(p.returncode, 3, f"{name}: exit 3")
        equal(p.stderr.strip().count("\n"), 0, f"{name}: one line")
        equal((home / "desk.db").read_bytes(), content, f"{name}: unchanged")
    home = tmp("foreign")
    db = sqlite3.connect(home / "desk.db")
    db.execute("create table x (y)")
    db.commit()
    db.close()
    before = (home / "desk.db").read_bytes()
    p = run("--lang", "en", "--desk", home, "list")
    equal(p.returncode, 3, "another program's database: exit 3")
    equal((home / "desk.db").read_bytes(), before, "unchanged")


@test
def newer_schema():
    home = tmp("newer") / "d"
    run("--desk", home, "init", "310105")
    db = sqlite3.connect(home / "desk.db")
    db.execute("pragma user_version = 32000")
    db.close()
    before = (home / "desk.db").read_bytes()
    p = run("--lang", "en", "--desk", home, "list")
    equal(p.returncode, 3, "made by a newer program: exit 3")
    contains(p.stderr, "newer", "says so")
    equal((home / "desk.db").read_bytes(), before, "unchanged")


@test
def locked_by_another():
    db = sqlite3.connect(d.home / "desk.db", isolation_level=None)
    db.execute("begin immediate")
    p = en("remark", base_id, "x", timeout=60)
    equal(p.returncode, 3, "a locked database: exit 3")
    contains(p.stderr, "locked", "says so")
    equal(en("list").returncode, 0, "reading goes on")
    db.execute("rollback")
    db.close()
    equal(en("remark", base_id, "x").returncode, 0, "and then writing")


def full(limit):
    def fn():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    return fn


@test
def full_disk():
    n = count()
    wal = (d.home / "desk.db-wal").stat().st_size
    folder = tmp("big")
    (folder / "big").write_bytes(os.urandom(1 << 20))
    for limit in (wal, wal + 5000, wal + 30000):
        p = subprocess.run(
            [DELTADESK, "--lang", "en", "--desk", str(d.home), "new", "clue",
             "--to", "330100", "--set", "title=full", "--set",
             "facts=" + "x" * 100000],
            capture_output=True, text=True, preexec_fn=full(limit))
        equal(p.returncode, 3, f"no space at {limit}: exit 3")
        equal(p.stderr.strip().count("\n"), 0, "one line")
    p = subprocess.run(
        [DELTADESK, "--lang", "en", "--desk", str(d.home), "new", "clue",
         "--to", "330100", "--set", "title=full", "--attach",
         str(folder / "big")],
        capture_output=True, text=True, preexec_fn=full(500000))
    equal(p.returncode, 3, "no space for an attachment: exit 3")
    equal(count(), n, "nothing was made")
    verifies("a full disk")


@test
def two_serves_and_a_port_in_use():
    a = Proc(DELTADESK, "--lang", "en", "--desk", d.home, "serve")
    a.wait_line("listening on")
    p = en("serve")
    refused(p, 3, str(a.pid))
    other = tmp("port") / "o"
    run("--desk", other, "init", "320500", "--listen", f"127.0.0.1:{d.port}")
    p = run("--lang", "en", "--desk", other, "serve")
    ok(p.returncode in (1, 3), "a port in use is refused", p.stderr)
    contains(p.stderr, str(d.port), "the sentence names the port")
    equal(a.stop(), 0, "serve ends well on SIGTERM")


@test
def a_pipe_that_closes():
    p = subprocess.run(f"'{DELTADESK}' --lang en --desk '{d.home}' list "
                       ">/dev/full", shell=True, capture_output=True,
                       text=True)
    equal(p.returncode, 3, "output that cannot be written: exit 3")
    equal(p.stderr.strip().count("\n"), 0, "one line")


@test
def numbers_never_repeat():
    procs = [Proc(DELTADESK, "--desk", d.home, "new", "clue", "--to",
                  "330100", "--set", f"title=n{i}") for i in range(12)]
    for x in procs:
        equal(x.wait(60), 0, "one of twelve writers at once")
    numbers = [r["number"] for r in d.json("list") if r["number"]]
    equal(len(numbers), len(set(numbers)), "no number was given twice")


@test
def it_verifies_in_the_end():
    verifies("all of this")


main()
