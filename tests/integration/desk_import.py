"""Real records in, and out again: import by a map, twice, in several
encodings; bad rows beside; export to another desk."""
import csv
import io
import json

from tap import *

REAL = TOP / "db" / "demo"


def pair_of_desks():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    return a, b


@test
def real_records_once():
    a, b = pair_of_desks()
    words = ["import", "clue", REAL / "judgment_facts_ip.csv", "--map",
             REAL / "judgment_facts.map", "--to", b.id]
    p = a.run(*words, "--dry-run")
    equal(p.returncode, 0, "a dry run judges every row")
    equal(a.json("list"), [], "and writes nothing")
    p = a.run(*words, "--issue")
    equal(p.returncode, 0, "100 real records are issued")
    rows = a.json("list")
    equal(len(rows), 100, "each is a notice")
    equal(len({r["number"] for r in rows}), 100, "with a number of its own")
    a.must(*words, "--issue")
    equal(len(a.json("list")), 100, "the same file again makes nothing new")
    text = (REAL / "judgment_facts_ip.csv").read_text("utf-8")
    again = tmp("enc") / "gb.csv"
    again.write_bytes(text.encode("gb18030"))
    a.must("import", "clue", again, "--map", REAL / "judgment_facts.map",
           "--to", b.id, "--issue")
    equal(len(a.json("list")), 100, "nor do the same rows in GB18030")
    facts = a.json("show", rows[0]["id"])[0]["fields"]["facts"]
    ok(facts in text, "the facts are those of the record, letter by letter")
    p = a.run("verify")
    equal(p.returncode, 0, p.stdout.strip())


@test
def bad_rows_beside():
    a, b = pair_of_desks()
    folder = tmp("bad")
    src = folder / "in.csv"
    src.write_bytes("\ufefftitle,when\n好,2026-01-02\n坏,2026-02-30\n"
                    ",2026-01-02\n更好,2026-01-03\n".encode())
    p = a.run("--lang", "en", "import", "clue", src, "--to", b.id)
    equal(p.returncode, 1, "rejected rows: status 1")
    contains(p.stderr, f"{src}:3: when", "named by file, line and field")
    contains(p.stderr, f"{src}:4: title", "each of them")
    equal(sorted(r["title"] for r in a.json("list")), ["好", "更好"],
          "good rows are kept")
    bad = folder / "in.rejected.csv"
    equal(bad.read_text("utf-8"),
          "title,when\n坏,2026-02-30\n,2026-01-02\n", "bad ones lie beside")
    bad.write_text(bad.read_text("utf-8").replace("02-30", "02-28")
                   .replace("\n,", "\n补,"), "utf-8")
    equal(a.run("import", "clue", bad, "--to", b.id).returncode, 0,
          "mended, they come in")
    equal(len(a.json("list")), 4, "four drafts")
    for name, bytes_, says in [("none.csv", None, "no such file"),
                               ("in.txt", b"x", ".csv"),
                               ("bin.csv", b"\xff\xff\x00\x01", "UTF-8"),
                               ("empty.csv", b"", "empty"),
                               ("col.csv", b"title,colour\na,b\n",
                                "colour")]:
        if bytes_ is not None:
            (folder / name).write_bytes(bytes_)
        p = a.run("--lang", "en", "import", "clue", folder / name)
        equal(p.returncode in (1, 2), True, f"{name} is refused")
        contains(p.stderr, says, f"saying '{says}'")


@test
def out_and_in_again():
    a, b = pair_of_desks()
    a.must("import", "clue", REAL / "clues.ndjson", "--to", b.id)
    want = {}
    for r in a.json("list"):
        a.run("revise", r["id"], "--to", b.id)
        a.run("issue", r["id"])
    issued = [r for r in a.json("list") if r["state"] == "sent"]
    ok(len(issued) >= 10, f"{len(issued)} of the samples are issued")
    for r in issued:
        want[r["title"]] = a.json("show", r["id"])[0]["fields"]
    for form in ("csv", "ndjson"):
        c = Desk("320500")
        out = a.run("export", "clue", "--format", form).stdout_bytes
        path = tmp("out") / f"out.{form}"
        path.write_bytes(out)
        if form == "csv":
            cells = [c for row in csv.reader(io.StringIO(out.decode()))
                     for c in row]
            ok(not [c for c in cells if c[:1] in "=+-@\t" and c[:1] and
                    not c[1:2].isdigit()], "no cell starts a formula")
        p = c.run("import", "clue", path)
        equal(p.returncode, 0, f"{form} comes in: {p.stderr.strip()}")
        got = {}
        for r in c.json("list"):
            got[r["title"]] = c.json("show", r["id"])[0]["fields"]
        for fields in list(got.values()) + list(want.values()):
            fields.pop("informant", None)  # stays at home
        equal(got, want, f"the same fields come back from {form}")


main()
