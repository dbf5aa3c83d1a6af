"""verify finds what was changed behind the program's back."""
import shutil
import sqlite3

from tap import *

d = Desk("310105")
peer = Desk("330100")
d.trust(peer)
folder = tmp("files")
(folder / "a.txt").write_text("附件内容")
doc = d.must("new", "clue", "--to", "330100", "--set", "title=核对",
             "--attach", folder / "a.txt").strip().splitlines()[-1]
d.must("remark", doc, "一")
good = tmp("good") / "copy"
shutil.copytree(d.home, good)


def tampered(sql=None, touch=None):
    home = tmp("tampered") / "copy"
    shutil.copytree(good, home)
    if sql:
        db = sqlite3.connect(home / "desk.db", isolation_level=None)
        for (name,) in db.execute("select name from sqlite_master where "
                                  "type = 'trigger'").fetchall():
            db.execute(f'drop trigger "{name}"')
        db.execute(sql)
        db.close()
    if touch:
        touch(home)
    p = run("--lang", "en", "--desk", home, "verify")
    return p


@test
def a_good_desk_verifies():
    equal(run("--desk", good, "verify").returncode, 0, "as it is")
    p = run("--desk", good, "verify", "--rebuild", "--json")
    equal(p.returncode, 0, "rebuilt")
    report = json.loads(p.stdout.splitlines()[-1])
    ok(report["events"] >= 3 and report["problems"] == 0, "with a report",
       report)


@test
def edits_are_found():
    cases = [
        "update event set raw = cast(replace(cast(raw as text), '核对',"
        " '改动') as blob)",
        "update event set sig = zeroblob(length(sig))",
        "delete from event where row = (select max(row) from event)",
        "update frame_out set chain = zeroblob(32)",
        "update audit set detail = 'other' where n = 1",
        "update doc set title = 'other'",
        "delete from doc",
        "update kind set bytes = cast(replace(cast(bytes as text), '签收',"
        " '收讫') as blob) where name = 'clue'",
        "update kind set bytes = (select bytes from kind where name = 'call'),"
        " digest = (select digest from kind where name = 'call')"
        " where name = 'risk'",
    ]
    for sql in cases:
        try:
            p = tampered(sql)
        except sqlite3.Error as e:
            diag(f"{sql}: {e}")
            ok(False, f"the edit could be made: {sql[:50]}")
            continue
        equal(p.returncode, 4, f"exit 4: {sql[:60]}")
        ok(len(p.stdout.splitlines()) >= 2, "and the row is named",
           p.stdout + p.stderr)


@test
def a_changed_attachment_is_found():
    def touch(home):
        blob = [f for f in (home / "blobs").rglob("*") if f.is_file()][0]
        blob.chmod(0o600)
        blob.write_bytes(b"x" + blob.read_bytes()[1:])
    equal(tampered(touch=touch).returncode, 4, "bytes changed")

    def drop(home):
        [f for f in (home / "blobs").rglob("*") if f.is_file()][0].unlink()
    equal(tampered(touch=drop).returncode, 4, "file taken away")


main()
