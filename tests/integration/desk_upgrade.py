"""Desks of every released program open with everything in place; projections
made by other rules are made anew, also after a kill."""
import sqlite3
import tarfile

from tap import *


KEPT = {int(p.name.split("-")[2].split(".")[0]): p
        for p in (TOP / "tests/data").glob("desk-schema-*.tar.xz")}
NEWEST = max(int(p.name[:4]) for p in (TOP / "db/schema").glob("*.sql"))


def old_desk(schema=1):
    home = tmp("released") / "desk"
    with tarfile.open(KEPT[schema]) as t:
        t.extractall(home.parent, filter="data") if hasattr(
            tarfile, "data_filter") else t.extractall(home.parent)
    return home


def on(home, *args, status=0, officer="wang"):
    p = run("--lang", "en", "--desk", home, "--officer", officer, *args)
    if p.returncode != status:
        raise RuntimeError(f"{args}: {p.returncode}: {p.stderr}{p.stdout}")
    return p


def rows(home, sql):
    db = sqlite3.connect(home / "desk.db", isolation_level=None)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def listed(home, officer="wang"):
    out = on(home, "list", "--json", officer=officer).stdout
    return [json.loads(x) for x in out.splitlines()]


@test
def the_released_desk_is_taken_over():
    home = old_desk()
    equal(rows(home, "pragma user_version"), [(1,)], "it is of schema 1")
    docs = listed(home)
    equal(len(docs), 9, "all documents are listed")
    equal(rows(home, "select rules <> '', building from projected"), [(1, "")],
          "its projections were made anew")
    equal(len(on(home, "search", "线索3").stdout.splitlines()), 1,
          "and found by words")
    signed = [d for d in docs if d["state"] == "signed"]
    equal(len(signed), 1, "with their states")
    on(home, "verify")
    ok(True, "verify finds nothing")


@test
def desks_of_later_programs_too():
    """From the demo of each: cards of peers, papers that crossed, clocks."""
    for schema in sorted(KEPT)[1:]:
        home = old_desk(schema)
        equal(rows(home, "pragma user_version"), [(schema,)],
              f"a desk of schema {schema}")
        events = rows(home, "select digest, raw from event order by row")
        audit = rows(home, "select * from audit order by n")
        before = rows(home, "select uuid, owner, kind, version, number, title"
                      " from doc order by uuid")
        equal(len(listed(home, "root")), len(before), "all documents are listed")
        equal(rows(home, "pragma user_version"), [(NEWEST,)],
              "it is of the newest schema")
        equal(rows(home, "select digest, raw from event order by row"), events,
              "every signed byte is as it was")
        equal(rows(home, "select uuid, owner, kind, version, number, title"
                   " from doc order by uuid"), before, "every document is")
        equal(rows(home, "select * from audit order by n")[:len(audit)], audit,
              "and the audit")
        on(home, "new", "clue", "--to", "310105", "--set", "title=升级之后",
           officer="root")
        on(home, "verify", "--rebuild", officer="root")
        ok(True, "an officer goes on, verify --rebuild finds nothing")


@test
def what_other_rules_made_is_made_anew():
    home = old_desk()
    before = listed(home)
    done = rows(home, "select rules from projected")[0][0]
    for sql in ("delete from doc_party", "delete from doc_link",
                "delete from verdict", "update doc set title = 'x', box = 2",
                "delete from doc where id in (select id from doc "
                "order by id desc limit 3)",
                "update projected set rules = '0/' || rules"):
        rows(home, sql)
    equal(listed(home), before, "every row is as before")
    equal(rows(home, "select rules from projected"), [(done,)], "once")
    on(home, "verify")
    ok(True, "verify finds nothing")


@test
def a_rebuild_that_was_killed_goes_on():
    home = old_desk()
    before = listed(home)
    at = rows(home, "select min(row) from event where type = 'issue'")[0][0]
    rows(home, "update projected set building = rules, rules = '', "
         f"next_row = {at}")
    rows(home, "update doc set title = 'x'")
    after = listed(home)
    equal([d["title"] for d in after].count("x"), 1,
          "what was done before the kill is not done again")
    p = on(home, "verify", "--rebuild", status=4)
    contains(p.stdout, "table doc", "verify --rebuild finds the edit")
    equal(listed(home), before, "and mends it")
    on(home, "verify")


@test
def the_serving_process_does_it():
    home = old_desk()
    server = Proc(DELTADESK, "--desk", home, "serve", "--listen",
                  f"127.0.0.1:{free_port()}")
    server.wait_line("listening on")
    equal(rows(home, "select rules <> '', building from projected"), [(1, "")],
          "before it listens")
    server.stop()


main()
