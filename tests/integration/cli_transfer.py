"""Import and export at the command line: real records, bad rows, both ways."""
from tap import *

a = Desk("310105")
b = Desk("330100")
a.trust(b)
b.trust(a)
work = tmp("import")
MAP = work / "m.map"
MAP.write_text("title = 线索 {id}\nfacts <- text\n", encoding="utf-8")
HEAD = "id,text\n"


def csv(name, text, encoding="utf-8"):
    path = work / name
    path.write_bytes(text.encode(encoding))
    return path


def imp(desk, path, *args):
    return desk.run("--lang", "en", "import", "clue", path, "--map", MAP,
                    "--to", "330100" if desk is a else "310105", *args)


def facts(desk, issued=False):
    return {desk.json("show", r["id"])[0]["fields"].get("facts")
            for r in desk.json("list") if not (issued and r["draft"])}


@test
def real_records_become_notices():
    path = TOP / "db/demo/border_inspection_failures_zh.csv"
    m = TOP / "db/demo/border_failures.map"
    args = ("import", "clue", path, "--map", m, "--to", "330100", "--json")
    p = a.run(*args, "--dry-run")
    equal(p.returncode, 0, "a dry run")
    equal(len(a.json("list")), 0, "makes nothing")
    report = json.loads(a.must(*args, "--issue"))
    equal((report["rows"], report["made"], report["rejected"]), (22, 22, 0),
          "every record is a notice")
    rows = a.json("list")
    equal(len(rows), 22, "and listed")
    ok(all(r["number"] and r["urgency"] == "加急" for r in rows),
       "issued with a number")
    report = json.loads(a.must(*args, "--issue"))
    equal((report["made"], report["known"]), (0, 22),
          "the same file again makes nothing")


@test
def other_encodings_are_told_apart():
    n = len(a.json("list"))
    for i, (encoding, mark) in enumerate((("utf-8", ""), ("utf-8", "\ufeff"),
                                          ("gb18030", ""))):
        path = csv(f"e{i}.csv", mark + HEAD + f"x{i},假冒运动鞋{i}号\n",
                   encoding)
        equal(imp(a, path).returncode, 0, f"{encoding} {mark!r}")
    equal(len(a.json("list")), n + 3, "each made a draft")
    ok({"假冒运动鞋0号", "假冒运动鞋1号", "假冒运动鞋2号"} <= facts(a),
       "with the text as it was")


@test
def bad_rows_are_told_and_kept_apart():
    n = len(a.json("list"))
    m = work / "when.map"
    m.write_text("title = t {id}\nwhen <- day\n", encoding="utf-8")
    path = csv("bad.csv", "id,day\n1,2026-01-05\n2,2026-02-30\n"
               "3,2026-01-06\n4,\"x\ny\"\n")
    p = a.run("--lang", "en", "import", "clue", path, "--map", m, "--to",
              "330100")
    equal(p.returncode, 1, "exit 1 when a row was rejected")
    contains(p.stderr, f"{path}:3:", "the line is named")
    contains(p.stderr, f"{path}:5:", "and the next")
    rejected = work / "bad.rejected.csv"
    equal(rejected.read_text(encoding="utf-8").splitlines()[:2],
          ["id,day", "2,2026-02-30"], "bad rows as they were")
    equal(len(a.json("list")), n + 2, "the good ones are kept")


@test
def files_and_maps_that_are_no_use():
    cases = [(work / "nosuch.csv", MAP), (work, MAP),
             (csv("ok.csv", HEAD + "1,a\n"), work / "nosuch.map"),
             (csv("bin.csv", "id,text\n") and work / "bin.csv",
              csv("bad.map", "title\n")),
             (csv("ok2.csv", HEAD + "1,a\n"),
              csv("bad2.map", "nosuchfield <- text\n")),
             (csv("ok3.csv", HEAD + "1,a\n"),
              csv("bad3.map", "title <- nosuchcolumn\n"))]
    n = len(a.json("list"))
    for path, m in cases:
        p = a.run("--lang", "en", "import", "clue", path, "--map", m, "--to",
                  "330100")
        ok(p.returncode in (1, 2, 3) and p.stderr.strip(),
           f"refused: {path.name} by {m.name}", p.stderr)
    equal(len(a.json("list")), n, "nothing was made")


@test
def export_comes_back_elsewhere():
    for fmt in ("ndjson", "csv"):
        out = work / f"all.{fmt}"
        out.write_text(a.must("export", "clue", "--format", fmt),
                       encoding="utf-8")
        c = Desk("320500" if fmt == "csv" else "340100")
        c.trust(a, b)
        p = c.run("import", "clue", out, "--to", "330100")
        equal(p.returncode, 0, f"{fmt} is taken back")
        if p.returncode != 0:
            diag(p.stderr)
        ok(facts(c) == facts(a, issued=True), f"{fmt}: the same facts")
        want = sorted(r["title"] for r in a.json("list")
                      if not r["draft"])
        ok(sorted(r["title"] for r in c.json("list")) == want,
           f"{fmt}: the same titles")


@test
def formulas_are_neutralised():
    a.new(to=[b], title="=1+1")
    out = a.must("export", "clue", "--format", "csv")
    ok(not any(cell.startswith(("=1", "\"=1")) for line in out.splitlines()
               for cell in line.split(",")), "no cell starts a formula")


@test
def they_verify():
    equal(a.run("verify").returncode, 0, "the desk verifies afterwards")


main()
