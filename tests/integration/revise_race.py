"""Several processes correct one document or draft at once: nothing that was
saved is written over, and who came late is told by whom and when."""
from concurrent.futures import ThreadPoolExecutor

from tap import *

N = 6


def desk(*officers):
    """An issue needs no second officer where there is one only."""
    d, peer = Desk("310105", listen=False), Desk("330100", listen=False)
    d.trust(peer)
    for who, name in officers:
        d.must("officer", "add", who, name, "--roles", "duty,approver")
    (founder,) = [o for o in d.json("officer", "list")
                  if o["id"] not in dict(officers)]
    d.officers = [o[0] for o in officers] or [founder["id"]]
    d.names = [o[1] for o in officers] or [founder["name"]]
    return d


def draft(d):
    return d.must("--officer", d.officers[0], "new", "clue", "--to", "330100",
                  "--set", "title=稿", "--set", "goods.0.name=鞋",
                  "--draft").split()[-1]


def at_once(d, doc):
    """Each process writes a field of its own, so what one wrote and a later
    one lost would be missing at the end."""
    fields = ["facts", "request", "party_concerned.name", "goods.0.name",
              "goods.0.brand", "title"]
    with ThreadPoolExecutor(N) as pool:
        runs = list(pool.map(lambda f: d.run(
            "--lang", "en", "--officer",
            d.officers[fields.index(f) % len(d.officers)],
            "revise", doc, "--set", f"{f}=值{f}"), fields))
    return list(zip(fields, runs))


def reach(value, path):
    for step in path.split("."):
        value = value[int(step)] if step.isdigit() else value[step]
    return value


def nothing_is_lost(d, doc, what):
    runs = at_once(d, doc)
    done = [f for f, p in runs if p.returncode == 0]
    late = [p for f, p in runs if p.returncode != 0]
    ok(done, f"{what}: one at least is saved", [p.stderr for _, p in runs])
    shown = d.json("show", doc)[0]
    for field in done:
        equal(reach(shown["fields"], field), f"值{field}",
              f"{what}: {field}, which was saved, is there")
    ok(all(re.search(rf"by ({'|'.join(d.names)}) at \d\d-\d\d \d\d:\d\d", p.stderr)
           and p.stderr.count("\n") == 1 and p.returncode == 1 for p in late),
       f"{what}: who is late hears in a line from whom and when",
       [p.stderr for p in late])
    return len(late)


@test
def drafts_at_once():
    d = desk(("li", "李明"), ("wang", "王芳"))
    late = sum(nothing_is_lost(d, draft(d), "draft") for _ in range(3))
    ok(late, "and some were late", late)


@test
def documents_at_once():
    d = desk()
    late = 0
    for _ in range(3):
        doc = draft(d)
        d.must("issue", doc)
        late += nothing_is_lost(d, doc, "document")
    ok(late, "and some were late", late)
    d.must("verify")


def expects(d, doc, what):
    first, second, name = d.officers[0], d.officers[-1], d.names[-1]
    old = d.json("show", doc)[0]["revision"]
    d.must("--officer", second, "revise", doc, "--expect", old, "--set",
           "facts=一")
    now = d.json("show", doc)[0]["revision"]
    ok(old != now, f"a {what} has another revision after each")
    p = d.run("--lang", "en", "--officer", first, "revise", doc,
              "--expect", old, "--set", "facts=二")
    equal(p.returncode, 1, "with the old one it is refused")
    contains(p.stderr, f"by {name} at", "and it says by whom it was changed")
    p = d.run("--lang", "en", "--officer", first, "revise", doc, "--expect",
              "x", "--set", "facts=二")
    contains(p.stderr, "show --json", "what is none is told from it")
    equal(d.json("show", doc)[0]["fields"]["facts"], "一",
          "what was saved stays")
    d.must("--officer", first, "revise", doc, "--expect", now, "--set",
           "facts=三")
    equal(d.json("show", doc)[0]["fields"]["facts"], "三",
          "with the one that is, it is done")


@test
def expected_revision():
    d = desk(("li", "李明"), ("wang", "王芳"))
    doc = draft(d)
    expects(d, doc, "draft")
    equal(d.run("revise", doc, "--expect", "1").returncode, 2,
          "nothing to revise is wrong usage still")
    d = desk()
    doc = draft(d)
    d.must("issue", doc)
    expects(d, doc, "document")


main()
