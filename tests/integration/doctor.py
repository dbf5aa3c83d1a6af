"""deltadesk doctor: each thing that can be wrong is named with what to do."""
import re
import sqlite3

from tap import *


def findings(desk, *args, env=None):
    p = desk.run("doctor", "--json", *args, env=env)
    rows = [json.loads(line) for line in p.stdout.splitlines()]
    return p, rows


def worst(rows, check):
    order = ["ok", "heed", "wrong"]
    found = [r for r in rows if r["check"] == check]
    return max(found, key=lambda r: order.index(r["verdict"])) \
        if found else {"verdict": "none", "text": "", "advice": None}


def is_wrong(desk, check, part, text):
    p, rows = findings(desk, env={"DELTADESK_LANG": "en"})
    row = worst(rows, check)
    equal((p.returncode, row["verdict"]), (3, "wrong"), text)
    contains(row["text"], part, f"{text}: what")
    ok(row["advice"], f"{text}: what to do")
    equal(p.stderr.count("\n"), 1, f"{text}: one line on stderr")


@test
def a_desk_in_order():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    b.serve()
    wait_for(lambda: worst(findings(a)[1], "peer")["verdict"] == "ok", 20,
             "the link")
    p, rows = findings(a)
    equal(p.returncode, 0, "exit status 0")
    equal(p.stderr, "", "nothing on stderr")
    for check in ("folder", "files", "disk", "keys", "certificate",
                  "database", "card", "mark", "service", "peer", "locale"):
        equal(worst(rows, check)["verdict"], "ok", f"{check} is in order")
    ok(all(r["advice"] is None for r in rows if r["verdict"] == "ok"),
       "no advice where nothing is wrong")
    ok(all(r["advice"] for r in rows if r["verdict"] != "ok"),
       "advice wherever something is", rows)
    zh, en = a.must("doctor"), a.must("doctor", "--lang", "en")
    contains(zh, "正常  目录", "in Chinese")
    contains(en, "ok    folder", "in English")
    ok(not re.search("[\u4e00-\u9fff]", en), "without Chinese", en)
    equal(len([x for x in zh.splitlines() if not x.startswith("      ->")]),
          len(rows), "a line for each")
    b.stop()
    wait_for(lambda: worst(findings(a)[1], "peer")["verdict"] == "heed", 40,
             "the link to go")
    p, rows = findings(a)
    equal(p.returncode, 0, "a peer that is away is not wrong here")
    equal(worst(rows, "peer")["about"], "330100", "it is named")
    a.stop()
    is_wrong(a, "service", "", "no service")


@test
def a_folder_that_is_open():
    a = Desk("310105")
    before = (a.home / "desk.db").stat().st_mtime_ns
    (a.home / "seal.pem").chmod(0o640)
    is_wrong(a, "files", "seal.pem", "a key open to others")
    is_wrong(a, "keys", "seal.pem", "a key open to others, by name")
    equal((a.home / "seal.pem").stat().st_mode & 0o777, 0o640,
          "it mends nothing itself")
    p = a.run("list", "--lang", "en")
    equal(p.returncode, 3, "a desk whose key is open is not opened")
    contains(p.stderr, "seal.pem is open to others", "and says why")
    (a.home / "seal.pem").chmod(0o600)
    a.home.chmod(0o755)
    is_wrong(a, "folder", str(a.home), "the folder open to others")
    a.home.chmod(0o700)
    (a.home / "tls-key.pem").rename(a.home / "away.pem")
    (a.home / "tls-key.pem").symlink_to(a.home / "away.pem")
    is_wrong(a, "files", "tls-key.pem", "a link")
    is_wrong(a, "keys", "tls-key.pem", "a link is no key")
    (a.home / "tls-key.pem").unlink()
    is_wrong(a, "keys", "tls-key.pem", "no key")
    equal((a.home / "desk.db").stat().st_mtime_ns, before,
          "nothing was written")


@test
def no_desk_and_a_broken_one():
    p = run("--desk", tmp("none"), "doctor", "--json")
    equal(p.returncode, 3, "no desk there")
    contains(p.stdout, '"folder"', "is said of the folder")
    a = Desk("310105")
    db = a.home / "desk.db"
    with sqlite3.connect(db) as c:
        c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = db.read_bytes()
    with open(db, "r+b") as f:
        f.seek(5 * 8192)
        f.write(b"\xa5" * 4096)
    is_wrong(a, "database", "desk.db", "a damaged page")
    db.write_bytes(whole[:20000])
    is_wrong(a, "database", "desk.db", "a file cut short")
    db.write_bytes(b"not a database" * 100)
    is_wrong(a, "database", "desk.db", "a foreign file")
    db.write_bytes(whole)


@test
def keys_that_are_not_the_cards():
    a, b = Desk("310105"), Desk("330100")
    (a.home / "tls-cert.pem").write_bytes(
        (b.home / "tls-cert.pem").read_bytes())
    is_wrong(a, "card", "", "another desk's certificate")


@test
def clocks():
    a, b = Desk("310105"), Desk("330100")
    a.must("set", "sign_hours", "20")
    is_wrong_at(a, "2020-01-01T00:00:00+08:00", "clock")
    p, rows = findings(a, env={"DELTADESK_TEST_NOW":
                               "2036-10-01T00:00:00+08:00"})
    row = worst(rows, "certificate")
    equal(row["verdict"], "heed", "a certificate that ends in two months")
    ok(row["advice"], "with what to do")
    is_wrong_at(a, "2038-10-01T00:00:00+08:00", "certificate")
    # a peer whose clock is ten minutes ahead
    pair(a, b)
    ahead = time.time() + 600
    b.env["DELTADESK_TEST_NOW"] = time.strftime(
        "%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(ahead + 8 * 3600))
    a.serve()
    b.serve()
    wait_for(lambda: any("330100" in r["text"] for r in findings(a)[1]
                         if r["check"] == "clock"), 20, "the skew")
    p, rows = findings(a, "--lang", "en")
    row = [r for r in rows if "330100" in r["text"] and
           r["check"] == "clock"][0]
    equal(row["verdict"], "heed", "a peer's clock ahead")
    m = re.search(r"330100 is (\d+) s ahead", row["text"])
    ok(m and 560 < int(m.group(1)) < 640, "by how much", row["text"])
    a.stop()
    b.stop()


def is_wrong_at(desk, now, check):
    p, rows = findings(desk, env={"DELTADESK_TEST_NOW": now})
    equal((p.returncode, worst(rows, check)["verdict"]), (3, "wrong"),
          f"{check} at {now}")


@test
def an_older_schema_is_left_alone():
    a = Desk("310105")
    with sqlite3.connect(a.home / "desk.db") as db:
        newest = db.execute("PRAGMA user_version").fetchone()[0]
        db.execute(f"PRAGMA user_version = {newest - 1}")
    p, rows = findings(a)
    row = worst(rows, "database")
    equal(row["verdict"], "heed", "an older schema")
    with sqlite3.connect(a.home / "desk.db") as db:
        equal(db.execute("PRAGMA user_version").fetchone()[0], newest - 1,
              "it is not changed by looking")
        db.execute(f"PRAGMA user_version = {newest + 1}")
    is_wrong(a, "database", "desk.db", "a newer schema")


main()
