#!/usr/bin/env python3
"""交接班 between two officers, each in his own session: the roster with its
holidays and deputies, a line for the log, a telephone record of a document,
the sheet handed over in one session and taken over in the other, the gap
between shown, and what came since one's last shift."""
import unicodedata

from course import *
from screen import Screen
from tap import *

c = Course("310105", "330100", now="2026-09-30T20:00:00+08:00")
a, b = c.desks
officers(a, "wang:duty", "li:duty", "zhao:duty", "sun:approver")
roster = tmp("roster") / "roster.csv"
roster.write_text(
    "日期,班次,值班员,电话,副班,带班领导,领导电话,起,止,备注\n"
    "2026-09-30,夜班,wang,021-00000001,zhao,赵局,021-00000009,20:00,08:00,\n"
    "2026-10-01,白班,li,021-00000002,zhao,赵局,021-00000009,08:00,20:00,"
    "换班\n")


def screen(who, lang="zh", **kw):
    s = Screen(DELTADESK, "--desk", a.home, "--officer", who, "--lang",
               lang, env=a.env, **kw)
    s.wait("[1 ")
    return s


def fits(s, cols=80):
    for line in s.text().splitlines():
        n = sum(2 if unicodedata.east_asian_width(ch) in "WF" else 1
                for ch in line)
        ok(n <= cols, "within its columns", line)


def at(now):
    """The hour, and the serving process has seen it."""
    c.at(now)
    wait_for(lambda: not [r for r in a.json("duty")
                          if r.get("what") == "stopped"], 30, "the beat")


def choose(s, words):
    """That line of the menu of shifts."""
    s.keys("H")
    text = s.wait(words)
    line = [t for t in text.splitlines() if words in t][-1]
    s.keys(line[line.index(words) - 2])


@test
def evening():
    c.settle()
    a.must("shift", "roster", roster)
    s = screen("wang")
    s.keys("Escape")
    choose(s, "开始值班")
    s.wait("[1 值班:wang]")
    b.new(to=[a], title="假冒电池")
    c.settle()
    s.wait("假冒电池")

    s.keys("Enter")
    s.wait("主送")
    s.keys("D")
    text = s.wait("新建 电话记录")
    contains(text, "2026-09-30 20:00", "the hour is filled in")
    ok([t for t in text.splitlines() if "相关文件" in t and "假冒电池" in t],
       "and the document", text)
    s.type("询问进展")
    s.keys("Escape")
    s.wait("草稿已留")
    s.keys("q")

    choose(s, "值班日志")
    s.wait("[值班日志]")
    s.keys("i")
    s.wait("日志内容")
    s.type("接12345来电")
    s.keys("Enter")
    text = s.wait("接12345来电")
    contains(text, "wang", "who wrote it")
    fits(s)
    s.keys("P")
    text = s.wait("+---")
    contains(text, "接12345来电", "the log as a paper")
    fits(s)
    s.keys("q", "q")

    choose(s, "值班表")
    text = s.wait("国庆")
    fits(s)
    contains(text, "*09-30", "who is on duty now is marked")
    contains(text, "021-00000001", "with the telephone")
    contains(text, "021-00000009", "that of the leader too")
    contains(text, "zhao", "and the deputy")
    ok("09-28" in text and "10-11" in text, "two weeks, day by day", text)
    s.keys("]")
    s.wait("10-18")
    s.keys("[", "[")
    s.wait("09-21")
    s.keys("t")
    s.wait("*09-30")
    s.close()


@test
def hand_over_in_two_sessions():
    at("2026-10-01T08:00:00+08:00")
    s, t = screen("wang"), screen("li", "en")
    t.keys("Escape")
    choose(s, "交班 ")
    s.wait("交给")
    text = s.text()
    line = [x for x in text.splitlines() if " li " in x][0]
    s.keys(line.split()[1])
    s.wait("给接班人的话")
    s.type("电池一件待签收")
    s.keys("Enter")
    text = s.wait("待接班")
    contains(text, "wang", "who leaves")
    fits(s)
    s.keys("PageDown")
    s.wait("假冒电池")             # what is open stands on the sheet
    fits(s)
    t.wait("[1 duty:wang]")       # until he signs

    at("2026-10-01T08:16:00+08:00")
    s.keys("q")
    text = s.wait("未交接班", timeout=70)
    contains(text, "赵局", "the leader is named")
    t.wait("no hand-over", timeout=70)
    choose(t, "take over item by item")
    t.wait("confirmed 0 of 1")
    t.keys("s")
    t.wait("not confirmed yet")
    t.keys("i")
    t.wait("remark on this item")
    t.type("no enclosure")
    t.keys("Enter")
    text = t.wait("confirmed 1 of 1")
    contains(text, "[x]", "ticked")
    fits(t)
    t.keys("s")
    t.wait("taken over")
    t.keys("q")
    text = t.wait("[1 duty:li]")
    ok("no hand-over" not in text, "the gap is over", text)
    fits(t)
    text = s.wait("[1 值班:li]")
    s.close()
    t.close()
    equal(a.json("shift", "list")[0]["officer"], "li", "li is on duty")


@test
def since_the_last_shift():
    b.new(to=[a], title="假冒白酒")
    c.settle()
    at("2026-10-01T12:00:00+08:00")
    s = screen("wang")
    text = s.wait("自上次值班")
    contains(text, "收到 1 件", "what came meanwhile")
    s.keys("Y")
    text = s.wait("假冒白酒")
    contains(text, "自上次值班以来", "on a screen of its own")
    fits(s)
    s.keys("[")
    s.wait("当班: li")
    s.keys("[")
    text = s.wait("当班: wang")
    contains(text, "接12345来电", "the log of the shift before")
    s.keys("[")
    s.wait("此前没有班次")
    s.close()
    text = a.must("--officer", "wang", "shift", "log", "--back", "1",
                  "--print")
    contains(text, "接12345来电", "printed")
    ok("假冒白酒" not in text, "of that shift alone", text)
    contains(a.must("--officer", "wang", "shift", "log", "--mine"),
             "假冒白酒", "from the command line too")


@test
def in_his_place():
    at("2026-10-01T20:05:00+08:00")
    a.must("officer", "disable", "li")
    s = screen("sun")
    s.keys("Escape")
    s.wait("已停用")
    choose(s, "代为交班")
    s.wait("原因")
    s.type("已调离")
    s.keys("Enter")
    s.wait("交给")
    s.keys("Enter")
    text = s.wait("逾期 1/1 假冒电池")
    s.type("人员调离")
    s.keys("Enter")
    s.wait("给接班人的话")
    s.keys("Enter")
    text = s.wait("待接班")
    contains(text, "已调离", "why stands on the sheet")
    fits(s)
    s.close()
    a.must("--officer", "zhao", "shift", "take")
    equal(a.json("shift", "list")[0]["officer"], "zhao", "taken over")


main()
