"""One desk by its commands: reference numbers under several processes, bad
input with its answer, drafts and approval. After each the desk verifies."""
import concurrent.futures
import os
import re
import sqlite3

from tap import *


def pair_of_desks():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    return a, b


def verified(desk):
    p = desk.run("verify")
    equal(p.returncode, 0, f"{desk.id} verifies: {p.stdout.strip()}")


def refused(desk, says, *words, status=1):
    """One line on stderr that says what; nothing on stdout."""
    p = desk.run("--lang", "en", *words)
    lines = p.stderr.strip().splitlines()
    equal(p.returncode, status, f"{words[0]} is refused with {status}")
    contains(lines[-1] if lines else "", says, f"and says '{says}'")


@test
def numbers_never_repeat():
    a, b = pair_of_desks()

    def issue(i):
        return a.run("new", "clue", "--to", b.id, "--set", f"title=n{i}")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        done = list(pool.map(issue, range(24)))
    equal([p.returncode for p in done], [0] * 24, "24 notices are issued")
    numbers = [r["number"] for r in a.json("list")]
    serials = sorted(int(re.search(r"〕(\d+)号", n)[1]) for n in numbers)
    equal(serials, list(range(1, 25)), "serials 1 to 24, each once")
    refused(a, "given already", "set", "next_number", "clue 24")
    a.must("set", "next_number", "clue 100")
    a.must("new", "clue", "--to", b.id, "--set", "title=t")
    contains(a.json("list")[0]["number"], "〕100号", "a jump is kept")
    verified(a)


@test
def order_of_acts():
    """A desk's acts stand in its timeline as they were made, also where its
    clock goes back: here each process begins at the same hour anew."""
    d = Desk("310105", env={"DELTADESK_TEST_NOW": "2026-11-23T14:32:00+08:00"})
    d.trust(Desk("330100", listen=False))
    doc = d.new(to=["330100"], title="同一时刻")
    said = [f"第{i}条" for i in range(12)]
    for text in said:
        d.must("remark", doc, text)
    rows = d.json("show", doc)[0]["timeline"]
    equal([r["text"] for r in rows[1:]], said, "acts keep their order")


@test
def bad_input():
    a, b = pair_of_desks()
    folder = tmp("files")
    (folder / "real.txt").write_text("x")
    os.symlink(folder / "real.txt", folder / "link.txt")
    (folder / "back\\slash.txt").write_text("x")
    new = ["new", "clue", "--to", b.id, "--set", "title=t"]
    refused(a, "title", "new", "clue", "--to", b.id)
    refused(a, "addressee", "new", "clue", "--set", "title=t")
    refused(a, "340100", "new", "clue", "--to", "340100", "--set", "title=t")
    refused(a, "desk id", "new", "clue", "--to", "Hefei", "--set", "title=t")
    refused(a, "nofield", *new, "--set", "nofield=1")
    refused(a, "when", *new, "--set", "when=2026-02-30")
    refused(a, "7", *new, "--set", "party_concerned.name=n", "--set",
            "party_concerned.credit_code=91310115MA1H8R7C6D")
    refused(a, "title", *new, "--set", "title=" + "长" * 501)
    refused(a, "link", *new, "--attach", folder / "link.txt")
    refused(a, "regular file", *new, "--attach", folder)
    refused(a, "no such file", *new, "--attach", folder / "none")
    refused(a, "backslash", *new, "--attach", folder / "back\\slash.txt")
    refused(a, "no kind 'memo'", "new", "memo", "--to", b.id)
    equal(a.json("list"), [], "nothing of all that was kept")
    p = a.run("new", "clue", "--to", b.id, "--set", "title=t", "--insist",
              "--set", "party_concerned.name=n", "--set",
              "party_concerned.credit_code=91310115MA1H8R7C6D")
    equal(p.returncode, 0, "an officer may insist on a wrong check digit")
    doc = p.stdout.strip()
    refused(a, "no move", "move", doc, "fly")
    refused(a, "condition", "move", doc, "close")
    refused(a, "not withdrawn", "ack-withdraw", doc)
    refused(a, "no addressee", "remind", doc, "320500")
    refused(a, "no document", "show", "00000000")
    refused(a, "has passed", "assign", doc, a.json("show", doc)
            [0]["timeline"][0]["officer"], "--due", "2020-01-01")
    verified(a)


@test
def refusals_of_the_folder():
    a, b = pair_of_desks()
    p = a.run("--lang", "en", "init", "310105")
    equal(p.returncode, 1, "a second init is refused")
    contains(p.stderr, "not empty", "and says why")
    none = run("--lang", "en", "--desk", tmp("none") / "x", "list")
    equal(none.returncode, 3, "no desk there: 3")
    contains(none.stderr, "deltadesk init", "and says how to make one")
    db = sqlite3.connect(pathlib.Path(a.home) / "desk.db", timeout=1,
                         isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    p = a.run("--lang", "en", "new", "clue", "--to", b.id, "--set", "title=t")
    db.execute("ROLLBACK")
    db.close()
    equal(p.returncode, 3, "locked by another process: 3")
    contains(p.stderr, "locked", "and says so")
    verified(a)


@test
def drafts_and_approval():
    a, b = pair_of_desks()
    a.must("officer", "add", "liu", "刘", "--roles", "duty")
    p = a.run("--officer", "liu", "new", "clue", "--to", b.id, "--set",
              "title=t")
    doc = p.stdout.strip()
    equal(a.json("list")[0]["waiting_approval"], True, "it waits: 待批")
    refused(a, "approver", "--officer", "liu", "approve", doc)
    a.must("approve", doc)
    equal(a.json("list")[0]["state"], "sent", "approved, it is sent")
    draft = a.run("new", "clue", "--set", "title=d", "--draft").stdout.strip()
    refused(a, "addressee", "issue", draft)
    a.must("revise", draft, "--to", b.id)
    a.run("officer", "disable", "liu")
    a.must("issue", draft)
    verified(a)


main()
