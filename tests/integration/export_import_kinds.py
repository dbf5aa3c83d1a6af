"""Out of one desk and into another, for every kind: NDJSON and CSV give the
same content byte for byte; spreadsheets get what they need and no formula."""
import csv
import io
import sqlite3

from tap import *

SAMPLES = TOP / "tests" / "data" / "samples"
CONTACT = {"office": "综合科", "phone": "021-00000000"}
PARTY = {"name": "虚构商贸有限公司", "credit_code": "91350100M000100Y43"}
GOODS = {"name": "=1+1", "brand": "@SUM(A1)", "quantity": 0.1, "unit": "件",
         "value_yuan": 1999.99}
# kinds of which there are no samples: one document with the odd characters
WRITTEN = {
    "assist": {"title": "-协助, \"引号\"\t制表", "type": "协助调查",
               "questions": "第一行\n第二行\r\n'=不是公式\n",
               "party_concerned": PARTY, "samples": [GOODS],
               "contact": CONTACT},
    "destruction": {
        "title": "+销毁", "decision": {"sort": "行政处罚决定书",
                                     "number": "沪长市监罚〔2026〕3号"},
        "service_mode": "直接送达", "served_on": "2026-09-03",
        "decision_items": [GOODS], "items": [GOODS, GOODS],
        "waste": "一般固废", "method": "粉碎", "unit": {"name": "𠮷处置"},
        "case_officers": [{"cert_no": "1"}, {"cert_no": "2"}],
        "contact": CONTACT},
    "penalty": {"title": "'+处罚公示", "decision_no": "1号",
                "decided_on": "2026-09-01", "party_concerned": PARTY,
                "registered_in": None, "facts": "销售侵权商品",
                "penalties": [{"type": None, "amount": 5000}],
                "contact": CONTACT},
    "resource": {"title": "𠮷检测中心", "type": None, "ability": "食品\n药品",
                 "contact": CONTACT},
    "call": {"title": "''=电话", "urgency": "平件", "direction": None,
             "at": "2026-11-26T21:05:00+08:00", "content": "内容"},
    "risk": {"title": "风险点", "sort": None, "name": "某市场", "level": None,
             "facts": "多次查获"},
    "handover": {"title": "交接", "since": "2026-11-26T20:00:00+08:00",
                 "until": "2026-11-27T08:00:00+08:00", "leaver": "root",
                 "counts": {"came": 1, "late": 0},
                 "open": [{"title": "某件", "late": True},
                          {"title": "另件", "late": False}]},
}
a = Desk("310105")
work = tmp("io")


def choices(kind):
    """The closed lists of a kind: where WRITTEN says None, the first."""
    spec = json.loads((TOP / "db" / "kinds" / f"{kind}.json").read_text())
    out = {}
    for f in spec["fields"]:
        for g in [f] + f.get("columns", []):
            if isinstance(g.get("pick"), list):
                one = g["pick"][0]
                out[g["name"]] = one["code"] if isinstance(one, dict) else one
    return out


def filled(kind, fields):
    pick = choices(kind)

    def fill(v, name=None):
        if isinstance(v, dict):
            return {k: fill(x, k) for k, x in v.items()}
        if isinstance(v, list):
            return [fill(x) for x in v]
        return pick[name] if v is None else v
    return fill(fields)


def fields_of(out):
    """The bytes of each line's content."""
    return sorted(line[line.index(b'"fields":'):] for line in
                  out.split(b"\n") if line)


def export(desk, *args):
    p = desk.run("export", *args)
    if p.returncode != 0:
        raise RuntimeError(p.stderr)
    return p.stdout_bytes


def bring(desk, kind, path):
    p = desk.run("import", kind, path)
    return equal(p.returncode, 0, f"{kind} {path.suffix} comes in",) or \
        diag(p.stderr)


def fill_desk():
    for kind in ("action", "result", "transfer", "conference"):
        a.must("import", kind, SAMPLES / f"{kind}s.ndjson", "--to", "330100")
    a.must("import", "clue", TOP / "db" / "demo" / "clues.ndjson", "--to",
           "330100")
    for kind, fields in WRITTEN.items():
        path = work / "one.json"
        path.write_text(json.dumps(filled(kind, fields)))
        to = [] if kind in ("call", "risk", "handover", "resource") else \
            ["--to", "330100", "--cc", "320500"]
        a.must("new", kind, "--draft", "--insist", *to, "--file", path)


@test
def every_kind_there_and_back():
    fill_desk()
    kinds = sorted({json.loads(p.read_text())["kind"]  # clue-1: kind clue
                    for p in (TOP / "db" / "kinds").glob("*.json")})
    for kind in kinds:
        out = export(a, kind, "--format", "ndjson", "--drafts")
        n = len(fields_of(out))
        ok(n > 0, f"{kind}: {n} documents go out")
        for form in ("ndjson", "csv"):
            b = Desk("330100")
            path = work / f"{kind}.{form}"
            path.write_bytes(export(a, kind, "--format", form, "--drafts"))
            bring(b, kind, path)
            back = export(b, kind, "--format", "ndjson", "--drafts")
            equal(fields_of(back), fields_of(out),
                  f"{kind} by {form}: the content is the same, byte for byte")
            again = export(b, kind, "--format", form, "--drafts")
            c = Desk("320500")
            path.write_bytes(again)
            bring(c, kind, path)
            equal(fields_of(export(c, kind, "--format", "ndjson",
                                   "--drafts")), fields_of(out),
                  f"{kind} by {form}: and after a second time")
    everything = export(a, "--format", "ndjson", "--drafts")
    equal({json.loads(x)["kind"] for x in everything.split(b"\n") if x},
          set(kinds), "without a kind all kinds go out")


@test
def nothing_is_a_formula():
    for kind in ("assist", "clue", "destruction"):
        for more in ((), ("--bom",), ("--rows", {"assist": "samples",
                                                 "clue": "goods",
                                                 "destruction": "items"}
                                      [kind])):
            out = export(a, kind, "--format", "csv", "--drafts", *more)
            equal(out[:3] == b"\xef\xbb\xbf", more == ("--bom",),
                  f"{kind} {more}: the mark is there when asked for")
            text = out.decode("utf-8-sig")
            cells = [x for row in csv.reader(io.StringIO(text, newline=""))
                     for x in row]
            bad = [x for x in cells if x[:1] in tuple("=+-@\t\r\n")
                   and not x[1:2].isdigit()]
            equal(bad, [], f"{kind} {more}: no cell starts a formula")
            ok(text.endswith("\r\n"), "rows end as RFC 4180 says")


@test
def a_row_for_each_of_a_list():
    out = export(a, "destruction", "--format", "csv", "--drafts", "--rows",
                 "items").decode()
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    equal([r["items.quantity"] for r in rows], ["0.1", "0.1"],
          "two items, two rows, numbers as people write them")
    equal({r["title"] for r in rows}, {"'+销毁"},
          "with the document's own columns beside")
    p = a.run("--lang", "en", "export", "destruction", "--format", "csv",
              "--rows", "title")
    equal(p.returncode, 1, "a field that is no list is refused")
    for words in (["--format", "ndjson", "--bom"],
                  ["--format", "ndjson", "--rows", "items"],
                  ["--format", "xml"]):
        equal(a.run("export", "destruction", *words).returncode, 2,
              f"{words} is wrong usage")


@test
def what_stays_at_home():
    b = Desk("330100")
    pair(a, b)
    path = work / "informant.json"
    path.write_text(json.dumps({
        "title": "举报", "informant": {
            "kind": "实名举报", "name": "不可外泄人", "phone": "13900000000",
            "name_masked": "不**", "phone_masked": "139****0000"}}))
    a.must("new", "clue", "--to", b.id, "--file", path)
    a.must("new", "clue", "--to", b.id, "--file", path, "--draft")
    for form in ("csv", "ndjson"):
        out = export(a, "clue", "--format", form, "--drafts").decode()
        ok("不可外泄人" not in out and "13900000000" not in out,
           f"{form}: no informant leaves")
        equal(out.count("139****0000"), 2, "but the masked form does")
        out = export(a, "clue", "--format", form, "--drafts",
                     "--confidential").decode()
        equal(out.count("不可外泄人"), 2, f"{form}: asked for, it does")
    with sqlite3.connect(a.home / "desk.db") as db:
        rows = db.execute("SELECT act, detail FROM audit WHERE act LIKE "
                          "'export%' AND detail = 'clue' ORDER BY n DESC "
                          "LIMIT 2").fetchall()
        equal(rows[0], ("export confidential", "clue"),
              "the audit says that it did")
        equal(rows[1], ("export", "clue"), "and what left without")
    a.must("officer", "add", "audi", "审计", "--roles", "auditor")
    equal(a.run("--officer", "audi", "export", "clue", "--format",
                "csv").returncode, 1, "an auditor exports nothing")


@test
def real_alerts():
    """7,000 real records are judged in seconds, each bad one by its line."""
    a2 = Desk("310105")
    src = TOP / "tests" / "data" / "rasff_notifications.csv"
    m = TOP / "tests" / "data" / "rasff.map"
    words = ["import", "clue", src, "--map", m, "--to", "330100"]
    start = time.monotonic()
    p = a2.run(*words, "--dry-run", "--json", timeout=120)
    took = time.monotonic() - start
    equal(p.returncode, 0, p.stderr.strip()[:300] or "all 7,000 are good")
    report = json.loads(p.stdout)
    equal((report["rows"], report["rejected"]), (7000, 0), "every row read")
    ok(took < 10 * SLOW, f"in {took:.1f} s")
    lines = src.read_text("utf-8").splitlines(True)
    # two rows spoilt; the others are as they were
    lines[4999] = lines[4999].replace("2024-", "2024-13-", 1) \
        if "2024-" in lines[4999] else lines[4999].replace("2025-", "2025-13-",
                                                           1)
    lines[6999] = lines[6999].rstrip("\n") + ",more\n"
    bad = work / "rasff.csv"
    bad.write_text("".join(lines), "utf-8")
    p = a2.run("--lang", "en", "import", "clue", bad, "--map", m, "--to",
               "330100", "--dry-run", timeout=120)
    equal(p.returncode, 1, "two spoilt rows")
    told = [x for x in p.stderr.splitlines() if str(bad) + ":" in x]
    equal([x.split(":")[1] for x in told], ["5000", "7000"],
          "are named by their lines, and no other is")
    equal(a2.json("list"), [], "a dry run writes nothing")


main()
