#!/usr/bin/env python3
"""The console of who audits: the trail in words, found by a filter, its chain
checked from the screen."""
import sqlite3

from screen import Screen
from tap import *


def an_audited_desk():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    doc = a.new(to=[b], title="t")
    a.must("officer", "add", "shen", "审", "--roles", "auditor")
    return a, b, doc


@test
def reading_the_trail_leaves_no_refusal_in_it():
    a, b, _ = an_audited_desk()
    s = Screen(DELTADESK, "--desk", a.home, "--officer", "shen")
    s.wait("[9 审计]")
    s.wait("签发")
    ok(True, "it begins with the trail")
    a.must("officer", "add", "li", "李", "--roles", "duty")
    s.wait("添加人员")
    s.keys("q")
    rows = a.json("--officer", "shen", "audit")
    equal([r["act"] for r in rows if "refused" in r["act"]], [],
          "and no name in it is an attempt to read a document")


@test
def found_by_a_filter():
    a, b, doc = an_audited_desk()
    a.must("officer", "add", "li", "李四", "--roles", "duty,reviewer,approver")
    a.must("--officer", "li", "new", "clue", "--to", b.id, "--set",
           "title=乙", "--set", "facts=x", "--draft")

    def rows(*words):
        return [(r["act"], r["officer"]) for r in
                a.json("--officer", "shen", "audit", *words)]
    everything = rows()
    equal(rows("by=li"), [r for r in everything if r[1] == "li"], "by whom")
    equal(rows("经办=李四"), rows("by=li"), "by name and in Chinese")
    equal({r[0] for r in rows("act=签发")}, {"issue"}, "by the title of an act")
    equal(rows("act=issue"), rows("事项=签发"), "or its name")
    equal(rows(f"doc={doc}"), rows("--doc", doc), "on a document")
    equal(rows("time<1h"), everything, "within the last hour")
    equal(rows("time>1h"), [], "and nothing before")
    p = a.run("--officer", "shen", "audit", "act=飞")
    equal(p.returncode, 2, "an act that is none")
    contains(p.stderr, "飞", "is told")
    p = a.run("--officer", "shen", "audit", "colour=red")
    contains(p.stderr, "by act time doc", "and what there is")
    s = Screen(DELTADESK, "--desk", a.home, "--officer", "shen")
    s.wait("[9 审计]")
    s.keys("f")
    s.type("事项=qf")
    s.wait("签发")  # offered by its first letters
    s.keys("Tab", "Enter")
    text = s.wait("事项=签发")
    ok("添加人员" not in text and " 签发 " in text, "only that", text)
    s.keys("f")
    s.type(" 经办=li")
    s.wait(lambda t: "没有符合" in t or "1/1" in t)
    s.keys("Escape")
    text = s.wait(lambda t: "事项=签发" in t and "经办=li" not in t)
    ok(True, "Esc takes back what was typed")
    s.keys("\\")
    s.wait("添加人员")
    s.close()


def lengthen(desk, n):
    """A trail as of years; its hashes are none."""
    db = sqlite3.connect(desk.home / "desk.db")
    at, = db.execute("SELECT max(n) FROM audit").fetchone()
    db.executemany(
        "INSERT INTO audit (n, at, officer, act, subject, detail, hash)"
        " SELECT ?1, at + ?1, officer, 'look', '', ?2, hash"
        " FROM audit WHERE n = 1",
        [(at + i, "批次九〇七" if i == n - 12000 else f"row {i}")
         for i in range(1, n + 1)])
    db.commit()
    db.close()
    return at + n


@test
def tens_of_thousands_of_rows():
    a, _, _ = an_audited_desk()
    last = lengthen(a, 40000)
    for lang, size in (("zh", (80, 24)), ("en", (160, 45))):
        s = Screen(DELTADESK, "--desk", a.home, "--officer", "shen",
                   "--lang", lang, cols=size[0], rows=size[1])
        s.wait("1/500+")
        ok(True, "the newest are there, and it says that more follow")
        for to in ("1000/1000+", "1500/1500+"):
            s.keys("G")
            s.wait(to)
        s.keys("k")
        s.wait("1499/1500+")
        here = next(x for x in s.text().split("\n") if x.startswith(">"))
        head = s.text().split("\n")[1]
        a.must("officer", "add", "li" + lang, "李", "--roles", "duty")
        s.wait(lambda t: t.split("\n")[1] != head)
        ok(here in s.text(), "what is added at its top moves nothing deep"
           " down", s.text())
        s.keys("g", "g")
        s.wait("1/500+")
        contains(s.text(), "li" + lang, "and is there at the top")
        s.keys("/")
        s.type("九〇七")
        s.keys("Enter")
        s.wait("10500")
        s.keys("n")
        text = s.wait("批次九〇七")
        ok(any(x.split()[:2] == [">", str(last - 12000)] for x in text.split("\n")),
           "a word is found twelve thousand rows down", text)
        s.close()


@test
def the_chain_is_checked_from_the_screen():
    a, b, _ = an_audited_desk()
    s = Screen(DELTADESK, "--desk", a.home, "--officer", "shen")
    s.wait("未在本页核对")
    s.keys("v")
    s.wait("审计链完整")
    s.wait("核对无误")
    ok(True, "whole")
    db = sqlite3.connect(a.home / "desk.db")
    db.execute("DROP TRIGGER IF EXISTS audit_no_update")
    names = [r[0] for r in db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        " AND tbl_name = 'audit'")]
    for n in names:
        db.execute(f"DROP TRIGGER {n}")
    db.execute("UPDATE audit SET officer = 'li' WHERE n = 2")
    db.commit()
    db.close()
    s.keys("v")
    text = s.wait("链已断")
    contains(text, "断链", "the line over the table keeps saying so")
    s.keys("c")
    text = s.wait("[各链]")
    ok(any("杭州" in x and "#0" in x for x in text.split("\n")),
       "and the chain of each peer is listed", text)
    contains("\n".join(text.split("\n")[3:]), "审计第 2 行",
             "with every row that is wrong")
    s.keys("q")
    s.wait("[9 审计]")
    s.close()


@test
def a_forged_event_is_found_from_the_screen():
    a, b, doc = an_audited_desk()
    db = sqlite3.connect(a.home / "desk.db")
    for n, in db.execute("SELECT name FROM sqlite_master WHERE type ="
                         " 'trigger' AND tbl_name = 'event'").fetchall():
        db.execute(f"DROP TRIGGER {n}")
    db.execute("UPDATE event SET type = 'withdraw' WHERE type = 'issue'")
    db.commit()
    db.close()
    for lang, word in (("zh", "链已断"), ("en", "BROKEN")):
        s = Screen(DELTADESK, "--desk", a.home, "--officer", "shen",
                   "--lang", lang)
        s.wait("1/")
        s.keys("v")
        text = s.wait(word)
        contains(text.split("\n")[-3], "event", "what is wrong is said")
        s.keys("c")
        text = s.wait("[各链]" if lang == "zh" else "[chains]")
        contains("\n".join(text.split("\n")[3:]), "event", "and listed")
        s.close()


@test
def leaving_does_not_wait_for_a_check():
    a, _, _ = an_audited_desk()
    s = Screen(DELTADESK, "--desk", a.home, "--officer", "shen")
    s.wait("[9 审计]")
    s.keys("v", "Q")
    s.wait("离开")
    s.keys("y")
    s.wait("exit status 0")
    ok(True, "it ends")
    s.close()


main()
