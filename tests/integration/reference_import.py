"""Reference tables: a new edition is checked as a whole, kept beside the old
ones, and counted with by every process; dates in events never change."""
import datetime
import hashlib
import sqlite3

from tap import *

BUILT_IN = TOP / "db" / "reference"
NEXT_YEAR = """2027-01-01,holiday,元旦
2027-02-05,holiday,春节
2027-02-08,holiday,春节
2027-02-09,holiday,春节
2027-02-10,holiday,春节
2027-02-20,workday,春节
2027-10-01,holiday,国庆节
"""


def holidays(more=NEXT_YEAR):
    return (BUILT_IN / "holidays.csv").read_text("utf-8") + more


def write(text, name="t.csv"):
    path = tmp("ref") / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def in_force(d, name):
    return [r for r in d.json("reference", "list")
            if r["name"] == name and r["in_force"]][0]


@test
def built_in_tables_are_shown():
    d = Desk("310105")
    rows = d.json("reference", "list")
    names = {r["name"] for r in rows}
    ok({"divisions", "units", "holidays", "products", "campaigns", "phrases",
        "laws", "workpoints"} <= names, f"all tables are there: {names}")
    ok(all(r["in_force"] and r["at"] is None for r in rows),
       "those built in are in force")
    text = (BUILT_IN / "divisions.csv").read_bytes()
    p = d.run("reference", "show", "divisions")
    equal(p.stdout_bytes, text, "show gives the very bytes")
    equal(in_force(d, "divisions")["digest"], hashlib.sha256(text).hexdigest(),
          "list gives their digest")
    equal(d.json("reference", "show", "divisions")[0]["name"], "上海市",
          "and rows as JSON")
    for words in (["show", "nope"], ["import", "nope", "/dev/null"]):
        p = d.run("--lang", "en", "reference", *words)
        equal(p.returncode, 1, f"{words[0]}: no such table")
        contains(p.stderr, "divisions", "and the sentence names those there")


@test
def every_built_in_table_passes_its_own_check():
    d = Desk("310105")
    for path in sorted(BUILT_IN.glob("*.csv")):
        out = d.must("--lang", "en", "reference", "import", path.stem, path)
        contains(out, "in force already", f"{path.stem} is the same")
    equal([r for r in d.json("reference", "list") if not r["in_force"]], [],
          "so no version was made")


@test
def wrong_rows_are_named_and_nothing_is_written():
    d = Desk("310105")
    cases = [
        ("divisions", lambda s: s.replace("310101,黄浦区", "31010,黄浦区", 1),
         ":3: code '31010'", "six digits"),
        ("divisions", lambda s: s.replace(",county,310000,", ",village,310000,", 1),
         ":3: level", "level"),
        ("divisions", lambda s: s + "330101,甲区,甲,county,999999,330000,j,j,j,j,\n",
         ":351: parent '999999'", "a parent that is there"),
        ("divisions", lambda s: s.replace("310104,", "310101,", 1),
         "is there twice", "a code once"),
        ("divisions", lambda s: s.replace("huangpu,hp", "黄浦,hp", 1),
         ":3: pinyin", "pinyin in letters"),
        ("holidays", lambda s: s.replace("2019-01-01", "2019-02-30", 1),
         ":2: day '2019-02-30'", "an existing date"),
        ("holidays", lambda s: s.replace(",holiday,元旦", ",feast,元旦", 1),
         ":2: kind", "holiday or workday"),
        ("holidays", lambda s: s + "2026-01-01,holiday,元旦\n",
         "is there twice", "a day once"),
        ("holidays", lambda s: s + "2028-01-01,holiday,元旦\n",
         "2027 has no rows", "no year left out"),
        ("holidays", lambda s: "day,kind,name\n" + NEXT_YEAR,
         "2019 to 2026", "no year lost"),
        ("holidays", lambda s: s.replace("day,kind,name", "day,name,kind", 1),
         ":1: the first line must be: day,kind,name", "the columns"),
        ("holidays", lambda s: s + '2027-01-01,"holiday,元旦\n',
         "quot", "a quote that closes"),
        ("units", lambda s: s.replace("310105-xcb", "Changning", 1),
         ":2: desk_id", "desk ids"),
        ("units", lambda s: s.replace(",310105,xcb", ",310199,xcb", 1),
         "no code of table divisions", "a seat that is a division"),
        ("phrases", lambda s: s.replace("clue,refuse", "clue,re\u202efuse", 1),
         "control character", "no bidi character"),
        ("products", lambda s: s.replace("服装鞋帽", "", 1),
         ":2: name is empty", "a name"),
        ("laws", lambda s: s.replace("2020-08-07", "7 August", 1),
         ":2: effective", "a date"),
        ("workpoints", lambda s: "no,chapter,title,summary,lead_units,"
         "coop_units,kinds\n", "no row", "at least one row"),
        ("campaigns", lambda s: s + "x,y\n", "2 columns instead of 6",
         "all columns"),
    ]
    for name, spoil, says, what in cases:
        text = (BUILT_IN / f"{name}.csv").read_text("utf-8")
        path = write(spoil(text))
        p = d.run("--lang", "en", "reference", "import", name, path)
        equal(p.returncode, 1, f"{name}: {what}: refused")
        contains(p.stderr, says, "and the row is named")
        contains(p.stderr, "nothing was changed", "with what became of it")
    p = d.run("reference", "import", "holidays", write(b"\xff\xff\x00\x01"))
    equal(p.returncode, 1, "bytes that are no text are refused")
    p = d.run("reference", "import", "holidays", "/nowhere")
    equal(p.returncode, 1, "and a file that is not there")
    equal([r for r in d.json("reference", "list") if not r["in_force"]], [],
          "nothing was written in all this")


@test
def a_new_year_changes_what_clocks_show():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.new("clue", [b], title="年初到期")
    # by working days, as the desk counts them before and after
    words = ["deadline", "2027-02-03T10:00:00+08:00", "5", "working_day"]
    before = a.json(*words)[0]
    equal(before["assumed"], True, "2027 is not published: weekends only")
    equal(before["strict"][:10], "2027-02-10", "five weekdays")
    path = write(holidays())
    out = a.must("--lang", "en", "reference", "import", "holidays", path,
                 "--edition", "国务院办公厅通知2027")
    contains(out, "296 rows of holidays", "the table comes into force")
    after = a.json(*words)[0]
    equal((after["strict"][:10], after["assumed"]), ("2027-02-16", False),
          "with the holidays")
    r = in_force(a, "holidays")
    equal((r["edition"], r["rows"]), ("国务院办公厅通知2027", 296),
          "list names the edition")
    rows = [x for x in a.json("reference", "list") if x["name"] == "holidays"]
    equal([x["in_force"] for x in rows], [True, False],
          "the one before is kept")
    equal(a.run("verify").returncode, 0, "projections are as the table says")
    with sqlite3.connect(a.home / "desk.db") as db:
        acts = [r[0] for r in db.execute(
            "SELECT detail FROM audit WHERE act = 'reference'")]
        equal(acts, ["holidays 国务院办公厅通知2027"], "it is in the audit")
        for sql in ("DELETE FROM reference", "UPDATE reference SET edition=''"):
            try:
                db.execute(sql)
                ok(False, f"{sql} is refused")
            except sqlite3.IntegrityError:
                ok(True, f"{sql} is refused")


@test
def a_serving_process_counts_with_it_too():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    ids = [a.new("clue", [b], title=f"线索{i}") for i in range(150)]
    b.serve()
    a.serve()
    wait_for(lambda: len(b.json("list")) == 150, 30, what="150 arrive")
    # make every coming weekday of two months a day off at the receiver
    rows = ""
    text = (BUILT_IN / "holidays.csv").read_text("utf-8")
    have = {line.split(",")[0] for line in text.splitlines()}
    start = datetime.date.today()
    for i in range(60):
        one = (start + datetime.timedelta(days=i)).isoformat()
        if one not in have:
            rows += f"{one},holiday,试\n"
    years = sorted({int(x[:4]) for x in have if x[:1].isdigit()} |
                   {int(r[:4]) for r in rows.split()})
    for y in range(years[0], years[-1]):
        if not any(str(y) == r[:4] for r in list(have) + rows.split()):
            rows += f"{y}-01-01,holiday,试\n"

    def due(d):
        return {i: c["due_at"] for i in ids[:3]
                for c in d.json("show", i)[0]["clocks"]
                if c["unit"] == "working_day"}

    for i in ids[:3]:
        b.must("sign", i)
    before = due(b)
    ok(len(before) == 3, f"working-day clocks run: {before}")
    b.must("reference", "import", "holidays", write(text + rows))
    after = due(b)
    ok(all(after[i] > before[i] for i in before),
       f"they show later dates: {after}")
    equal(b.run("verify").returncode, 0, "every projection was made anew")
    a.new("clue", [b], title="之后")
    wait_for(lambda: len(b.json("list")) == 151, 30, what="one more")
    p = b.run("verify")
    equal(p.returncode, 0,
          f"what serve stores now is counted with it too: {p.stdout}")
    with sqlite3.connect(b.home / "desk.db") as db:
        equal(db.execute("SELECT count(*) FROM refold").fetchone()[0], 0,
              "nothing is left to do")


@test
def tables_are_used_for_picks_and_checks():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    new = ["--lang", "en", "new", "clue", "--to", b.id, "--set", "title=甲"]
    p = a.run(*new, "--set", "place_code=310199")
    equal(p.returncode, 1, "a code that GB/T 2260 lacks is refused")
    contains(p.stderr, "310199", "by name")
    equal(a.run(*new, "--set", "place_code=310199", "--insist").returncode, 0,
          "kept when one insists")
    equal(a.run(*new, "--set", "place_code=310101").returncode, 0,
          "a known one is fine")
    text = (BUILT_IN / "divisions.csv").read_text("utf-8")
    a.must("reference", "import", "divisions", write(
        text + "310199,虚构区,虚构,county,310000,310000,xugou,xg,xugouqu,xgq,\n"))
    equal(a.run(*new, "--set", "place_code=310199").returncode, 0,
          "and known once the table has it")
    # GB18030 with CRLF, as a spreadsheet here saves it
    gb = text.replace("\n", "\r\n").encode("gb18030")
    a.must("reference", "import", "divisions", write(gb))
    equal(a.run(*new, "--set", "place_code=310199").returncode, 1,
          "the older table again: unknown again")


@test
def only_an_administrator():
    a = Desk("310105")
    a.must("officer", "add", "li", "李", "--roles", "duty,coordinator")
    p = a.run("--lang", "en", "--officer", "li", "reference", "import",
              "holidays", write(holidays()))
    equal(p.returncode, 1, "a duty officer may not")
    contains(p.stderr, "administrator", "and is told who may")
    equal(a.run("--officer", "li", "reference", "show",
                "laws").returncode, 0, "but may look")
    for bad in ("", "a\nb", "x" * 121, "a\u202eb"):
        p = a.run("reference", "import", "holidays", write(holidays()),
                  "--edition", bad)
        ok(p.returncode in (1, 2), f"edition {bad[:4]!r} is refused")


main()
