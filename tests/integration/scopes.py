"""Kinds of other scopes between real desks: a register goes to every peer,
also to one trusted later; what is local leaves no desk."""
from tap import *

KINDS = TOP / "tests" / "data" / "kinds"


def titles(desk, kind):
    return sorted(r["title"] for r in desk.json("list", kind))


def wait_titles(desk, kind, want, text):
    try:
        wait_for(lambda: titles(desk, kind) == want, 20, kind)
    except TimeoutError:
        pass
    equal(titles(desk, kind), want, text)


def new(desk, kind, title):
    return desk.must("new", kind, "--set",
                     f"title={title}").strip().splitlines()[-1]


@test
def a_register_before_and_after_trust():
    a, b, c = Desk("310105"), Desk("330100"), Desk("320500")
    pair(a, b)
    for d in (a, b, c):
        d.must("kind", "add", str(KINDS / "entry.json"))
        d.serve()
    p = a.run("new", "entry", "--to", b.id, "--set", "title=t")
    equal(p.returncode, 1, "an entry is addressed to nobody")
    first = new(a, "entry", "先登记")
    wait_titles(b, "entry", ["先登记"], "the peer has it without being named")
    equal(titles(c, "entry"), [], "a stranger has not")
    pair(a, c)
    wait_titles(c, "entry", ["先登记"], "a peer trusted later has it too")
    new(a, "entry", "后登记")
    for d in (b, c):
        wait_titles(d, "entry", ["先登记", "后登记"], f"{d.id} has both")
    a.must("revise", first, "--set", "title=改过")
    a.must("move", first, "revoke")
    for d in (b, c):
        wait_for(lambda: d.json("show", first)[0]["state"] == "revoked", 20,
                 "the newest state")
        equal(d.json("show", first)[0]["title"], "改过",
              f"{d.id} shows the newest revision")
    p = b.run("remark", first, "话")
    equal(p.returncode, 1, "who has no part in it says nothing of it")
    b.must("note", first, "留意")
    contains(b.must("show", first), "留意", "but keeps notes of its own")
    for d in (a, b, c):
        equal(d.run("verify").returncode, 0, f"{d.id} verifies")


@test
def local_papers():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    for d in (a, b):
        d.must("kind", "add", str(KINDS / "paper.json"))
        d.serve()
    p = a.run("new", "paper", "--to", b.id, "--set", "title=t")
    equal(p.returncode, 1, "it takes no addressees")
    doc = new(a, "paper", "内部一件")
    a.must("move", doc, "close")
    equal(a.json("show", doc)[0]["state"], "closed", "it has its own course")
    mark = a.new(to=[b], title="之后")
    wait_for(lambda: [r for r in b.json("list") if r["id"] == mark], 20,
             "what came after it")
    equal(titles(b, "paper"), [], "it never left")
    ok(not any("内部一件".encode() in f.read_bytes()
               for f in b.home.rglob("*") if f.is_file()),
       "not a byte of it is at the peer")
    equal(a.run("verify").returncode, 0, "the desk verifies")


main()
