#!/usr/bin/env python3
# run: timeout=300
"""Two officers at one desk: each sees what the other has open; what both
change is lost to neither."""
import os
import signal
import time

from screen import Screen
from tap import *


def a_desk(roles="duty,reviewer,approver"):
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.must("officer", "add", "li", "李四", "--roles", roles)
    return a, b


def console(a, officer, *more):
    s = Screen(DELTADESK, "--desk", a.home, "--officer", officer, *more)
    s.wait("1 值班")
    return s


@test
def who_has_it_open_is_seen():
    a, b = a_desk()
    b.new(to=[a], title="来文甲")
    a.serve()
    b.serve()
    one = Screen(DELTADESK, "--desk", a.home)
    two = console(a, "li")
    one.wait("来文甲")
    one.keys("Enter")
    text = one.wait("可办:")
    ok("打开着" not in text and "正在修改" not in text, "nobody else", text)
    two.wait("来文甲")
    two.keys("Enter")
    text = two.wait("起打开着")
    ok("李四 " not in text[text.index("起打开着") - 20:],
       "the other is named, not oneself", text)
    one.wait("李四 ")
    ok(True, "and sees who came")
    two.keys("q")
    one.wait(lambda t: "起打开着" not in t)
    ok(True, "gone when it is closed")
    two.keys("Enter")
    one.wait("起打开着")
    two.close()
    one.wait(lambda t: "起打开着" not in t)
    ok(True, "and when the console ends")
    one.close()


@test
def who_writes_is_seen():
    a, b = a_desk()
    a.must("new", "clue", "--draft", "--to", b.id, "--set", "title=草稿甲")
    one = Screen(DELTADESK, "--desk", a.home)
    two = console(a, "li")
    one.wait("1 值班")
    for s in (one, two):
        s.keys("2")
        s.wait("草稿甲")
    two.keys("Enter")
    two.wait("必填")
    one.wait(lambda t: any(x.startswith(">@") for x in t.split("\n")))
    ok(True, "the list marks what the other writes")
    one.keys("Enter")
    text = one.wait("起正在修改")
    ok("李四" in text, "and the form says who does")
    two.wait("起正在修改")
    ok(True, "on both sides")
    two.keys("Escape")
    one.wait(lambda t: "起正在修改" not in t)
    ok(True, "until he is done")
    for s in (one, two):
        s.close()


def field(s, name):
    """Goes to that field of a form."""
    for _ in range(60):
        if any(x.startswith(">") and name in x for x in s.text().split("\n")):
            return
        s.keys("Tab")
        s.wait("必填")
    raise AssertionError(f"no field {name}:\n{s.text()}")


def open_draft(s, title="草稿甲"):
    s.keys("2")
    s.wait(title)
    s.keys("Enter")
    s.wait("必填")


def draft_of(a):
    return next(r for r in a.json("list", "clue") if r["draft"])


def fields_of(a):
    return a.json("show", draft_of(a)["id"])[0]["fields"]


@test
def different_fields_come_together():
    a, b = a_desk()
    a.must("new", "clue", "--draft", "--to", b.id, "--set", "title=草稿甲")
    one = console(a, "root")
    two = console(a, "li")
    open_draft(one)
    open_draft(two)
    field(one, "标题")
    one.type("加一")
    one.keys("Tab")
    wait_for(lambda: fields_of(a)["title"] == "草稿甲加一")
    field(two, "线索事实")
    two.type("另")
    text = two.wait("已并入")
    two.type("写的事实")
    two.keys("Tab")
    contains(text, "草稿甲加一", "the other's field is here")
    wait_for(lambda: fields_of(a).get("facts") == "另写的事实")
    equal(fields_of(a)["title"], "草稿甲加一", "and both are in the draft")
    for s in (one, two):
        s.close()


def both_wrote(a, b):
    a.must("new", "clue", "--draft", "--to", b.id, "--set", "title=草稿甲")
    one, two = console(a, "root"), console(a, "li")
    open_draft(one)
    open_draft(two)
    field(one, "线索事实")
    one.type("先写的事实")
    one.keys("Tab")
    wait_for(lambda: fields_of(a).get("facts") == "先写的事实")
    field(two, "线索事实")
    two.type("后写的事实")
    two.keys("Tab")
    return one, two


@test
def the_same_field_is_chosen():
    a, b = a_desk()
    one, two = both_wrote(a, b)
    text = two.wait("C-b 选定")
    contains(text, "后写的事实", "his own text stays")
    contains(text, "先写的事实", "the other's stands beside it")
    equal(fields_of(a)["facts"], "先写的事实", "and nothing was written over")
    two.keys("C-x")
    contains(two.wait("请逐处按"), "1 处 root 也改了",
             "it is not handed in before he has chosen; the other is named")
    two.keys("C-b")
    two.wait("两段都留")
    two.keys("3")
    two.wait(lambda t: "C-b 选定" not in t)
    wait_for(lambda: fields_of(a)["facts"] == "后写的事实\n先写的事实")
    ok(True, "both, as chosen")
    for s in (one, two):
        s.close()


@test
def a_locked_console_writes_nothing():
    a, b = a_desk()
    a.must("new", "clue", "--draft", "--to", b.id, "--set", "title=草稿甲")
    a.must("--officer", "li", "officer", "pin", input="739155\n")
    one, two = console(a, "root"), console(a, "li")
    open_draft(two)
    one.keys("2")
    one.wait(lambda t: any(x.startswith(">@") for x in t.split("\n")))
    two.keys("F9")
    two.wait("[已锁屏]")
    one.wait(lambda t: not any(x.startswith(">@") for x in t.split("\n")))
    ok(True, "who has locked his console is not shown as writing")
    two.type("739155")
    two.keys("Enter")
    two.wait("必填")
    one.wait(lambda t: any(x.startswith(">@") for x in t.split("\n")))
    ok(True, "and is again once it is open")
    for s in (one, two):
        s.close()


@test
def what_was_not_chosen_outlives_the_console():
    a, b = a_desk()
    one, two = both_wrote(a, b)
    two.wait("C-b 选定")
    wait_for(lambda: a.run("--officer", "li", "list").returncode == 0)
    time.sleep(1)
    os.kill(two.pid(), signal.SIGKILL)
    two.close()
    two = console(a, "li")
    open_draft(two)
    text = two.wait("C-b 选定")
    contains(text, "后写的事实", "his own text is here again")
    contains(text, "先写的事实", "beside the other's")
    field(two, "线索事实")
    two.keys("C-b")
    two.wait("用本人的")
    two.keys("1")
    wait_for(lambda: fields_of(a)["facts"] == "后写的事实")
    two.keys("Escape")
    two.close()
    two = console(a, "li")
    open_draft(two)
    ok("C-b 选定" not in two.wait("后写的事实"), "chosen once and for all")
    for s in (one, two):
        s.close()


@test
def a_draft_issued_meanwhile_costs_no_text():
    a, b = a_desk("duty")
    a.must("--officer", "li", "new", "clue", "--draft", "--to", b.id, "--set", "title=草稿甲",
           "--set", "facts=x")
    first = draft_of(a)["id"]
    two = console(a, "li")
    open_draft(two)
    a.must("--officer", "li", "issue", first)
    a.must("approve", first)
    field(two, "线索事实")
    two.type("补")
    two.wait("另存为草稿")
    two.type("充")
    two.keys("Tab")
    wait_for(lambda: any(r["draft"] for r in a.json("list", "clue")))
    contains(fields_of(a)["facts"], "补充", "it is a draft of its own")
    two.close()


@test
def a_draft_handed_in_meanwhile_costs_no_text():
    a, b = a_desk()
    a.must("new", "clue", "--draft", "--to", b.id, "--set", "title=草稿甲",
           "--set", "facts=x")
    two = console(a, "li")
    open_draft(two)
    a.must("issue", draft_of(a)["id"])  # waits for the other approver
    field(two, "线索事实")
    two.type("补充")
    two.keys("Tab")
    two.wait("请先退回")
    two.keys("Escape")
    two.close()
    two = console(a, "li")
    two.wait("写到一半")
    ok(True, "what he wrote is kept for him")
    a.must("--officer", "li", "reject", draft_of(a)["id"], "--note", "补")
    open_draft(two)
    two.wait("x补充")
    two.keys("Tab", "Tab")
    field(two, "线索事实")
    two.type("完")
    two.keys("Tab")
    wait_for(lambda: fields_of(a)["facts"].startswith("x补充"))
    ok(True, "and saved once it may be")
    two.close()


@test
def two_corrections():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    doc = a.new(to=[b], title="发出的线索", facts="原来的事实")
    two = console(a, "root")
    two.keys("2")
    two.wait("发出的线索")
    two.keys("Enter")
    two.wait("收文回执")
    two.keys("e")
    two.wait("[更正")
    field(two, "线索事实")
    two.keys("End")
    two.type("乙改")
    a.must("revise", doc, "--set", "facts=甲改的事实", "--set", "title=甲改的标题")
    two.keys("C-x")
    two.wait("不能删除")
    two.keys("y")
    text = two.wait("C-b 选定")
    contains(text, "甲改的事实", "the other's correction stands beside his")
    contains(text, "甲改的标题", "what he did not touch is taken")
    two.keys("C-b")
    two.wait("用本人的")
    two.keys("1")
    two.keys("C-x")
    two.wait("不能删除")
    two.keys("y")
    two.wait("已更正")
    shown = a.json("show", doc)[0]["fields"]
    equal((shown["title"], shown["facts"]), ("甲改的标题", "原来的事实乙改"),
          "his correction is one of the other's revision")
    two.close()


@test
def english_too():
    a, b = a_desk()
    doc = b.new(to=[a], title="来文甲")
    a.serve()
    b.serve()
    one = Screen(DELTADESK, "--desk", a.home, "--lang", "en", cols=60, rows=16)
    one.wait("来文甲")
    one.keys("Enter")
    two = console(a, "li")
    two.wait("来文甲")
    two.keys("Enter")
    one.wait("has it open since")
    ok(True, "in English at 60 columns")
    for s in (one, two):
        s.close()


main()
