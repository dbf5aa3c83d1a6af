#!/usr/bin/env python3
# run: timeout=300
"""Screens beside lists and forms: kinds that arrive unknown, rows with tracks,
statistics, the audit trail, shifts and papers."""
from kind_menu import *
from screen import Screen

KIND = TOP / "tests" / "data" / "kinds" / "market_check.json"


def two():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    b.serve()
    return a, b


@test
def a_kind_that_is_not_here_yet():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.must("kind", "add", KIND)
    a.serve()
    b.serve()
    s = Screen(DELTADESK, "--desk", b.home)
    s.wait("[1 值班]")
    a.must("new", "market_check", "--to", "330100", "--set", "title=城东联查",
           "--set", "meets_at=2026-12-01 20:30", "--set", "shops.0.name=甲店")
    text = s.wait("城东联查")
    contains(text, "未知种类", "what is not installed is listed and says so")
    s.keys("Enter")
    text = s.wait("未装此种类")
    contains(text, "meets_at", "its content stands there as it came")
    contains(text, "甲店", "all of it")
    s.keys("m")
    s.wait("没有可办的事项")
    ok(True, "it waits for the kind")
    s.keys("q")
    b.must("kind", "add", KIND)
    s.wait("待确认")
    ok(True, "a kind installed meanwhile is known to an open console")
    choose(s, "市场联查", "0")
    s.wait("[市场联查]")
    s.keys("Enter")
    s.wait("集合时间")
    s.keys("m")
    s.wait("1 确认参加")
    ok(True, "and can be handled")
    s.close()


@test
def rows_with_tracks():
    a, b = two()
    doc = b.must("new", "conference", "--to", "310105",
                 "--set", "title=四季度联席会议", "--set",
                 "meets_at=2026-12-03 14:00", "--set", "resolutions.0.no=1",
                 "--set", "resolutions.0.text=督促平台下架", "--set",
                 "resolutions.0.owner_desk=310105", "--set",
                 "resolutions.0.due_on=2026-12-20").strip().split("\n")[-1]
    s = Screen(DELTADESK, "--desk", a.home)
    s.wait("四季度联席会议")
    s.keys("Enter")
    text = s.wait(lambda t: "议定任务" in t and "办理中" in t)
    contains(text, "督促平台下架", "the tasks stand in the detail")
    contains(text, "办理中", "each with where it is")
    choose(s, "报告进展")
    s.wait("[报告进展")
    s.type("已约谈平台")
    s.keys("C-x")
    wait_for(lambda: [t for t in a.json("show", doc)[0]["timeline"]
                      if "已约谈" in (t["text"] or "")], what="progress")
    ok(True, "a row is moved from its menu entry")
    s.close()


@test
def figures_open_their_documents():
    a, b = two()
    for i in range(3):
        a.new(to=[b], title=f"线索{i}", urgency="特急" if i else "平件")
    s = Screen(DELTADESK, "--desk", a.home)
    s.wait("[1 值班]")
    s.keys("8")
    text = s.wait("[8 统计]")
    contains(text, "件数", "a table of figures")
    s.keys("Enter")
    text = s.wait("1 件数")
    contains(text, "3", "the figures of a row are offered")
    s.keys("1")
    text = s.wait("线索2")
    ok(all(f"线索{i}" in text for i in range(3)),
       "and open the documents behind them", text)
    s.keys("Enter")
    s.wait("收文回执")
    s.keys("q", "q", "Tab")
    s.wait("[8 统计]")
    s.keys("r")
    s.wait("[风险研判]")
    ok(True, "hints of growth are a key away")
    s.close()


@test
def who_audits_and_who_hands_over():
    a, b = two()
    a.new(to=[b], title="线索")
    a.must("officer", "add", "shen", "审计员", "--roles", "auditor")
    a.must("officer", "add", "li", "李敏", "--roles", "duty")
    s = Screen(DELTADESK, "--desk", a.home, "--officer", "shen")
    s.wait("[9 审计]")
    text = s.wait("签发")
    contains(text, "root", "the trail names who acted")
    s.keys("f")
    s.wait("筛选")
    s.type("by=root act=issue")
    s.keys("Enter")
    s.wait("by=root act=issue")
    ok(True, "it is filtered by officer and act")
    s.close()
    s = Screen(DELTADESK, "--desk", a.home)
    s.wait("[1 值班]")
    choose(s, "开始值班", "H")
    s.wait("你已开始值班")
    choose(s, "交班", "H")
    choose_entry(s, "李敏")
    s.wait("给接班人的话")
    s.type("注意电池案")
    s.keys("Enter")
    s.wait("已交班")
    text = s.wait("待接班")
    ok(True, "the sheet is composed and shown")
    t = Screen(DELTADESK, "--desk", a.home, "--officer", "li")
    t.wait("[1 值班:root]")  # who is on duty stands in the head
    choose(t, "接班", "H")
    t.wait("已接班")
    ok(True, "and taken over by the other in his own session")
    s.close()
    t.close()


@test
def a_paper_is_read_and_written():
    a, b = two()
    a.new(to=[b], title="假冒箱包线索")
    s = Screen(DELTADESK, "--desk", a.home)
    s.wait("[1 值班]")
    s.keys("2", "Enter")
    s.wait("收文回执")
    s.keys("P")
    text = s.wait("[公文]")
    contains(text, "假冒箱包线索", "the official paper as text")
    s.keys("w")
    s.wait("已写出")
    files = list((a.home / "files" / "root").iterdir())
    equal(len(files), 1, "written into the officer's own folder")
    equal(oct((a.home / "files" / "root").stat().st_mode & 0o777), "0o700",
          "which nobody else reads")
    s.close()


main()
