#!/usr/bin/env python3
# run: timeout=300
"""Two officers at one desk: each sees what the other has open; what both
change is lost to neither."""
import os
import signal

from screen import Screen
from tap import *


def a_desk():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.must("officer", "add", "li", "李四", "--roles", "duty,reviewer,approver")
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
