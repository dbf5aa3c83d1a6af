#!/usr/bin/env python3
"""Marks and what is done with all that is marked: one question that names
count and numbers and asks for digits; each document judged by itself."""
import json

from tap import *
from screen import Screen


def desks(n):
    a = Desk("310105", "--name", "长宁")
    b = Desk("330100", "--name", "杭州")
    pair(a, b)
    a.serve()
    b.serve()
    docs = [b.new(to=[a], title=f"线索{i}") for i in range(n)]
    wait_for(lambda: len(waiting(a)) == n, what="all are here")
    return a, b, docs


def waiting(d):
    return [r for r in d.json("list", "clue", "--box", "in")
            if r["state"] == "stored"]


def row(text, title):
    return next((x for x in text.splitlines() if title in x), "")


@test
def marked_and_signed_at_once():
    a, b, docs = desks(4)
    for size in ((80, 24), (160, 45)):
        s = Screen(DELTADESK, "--desk", a.home, "--lang", "zh",
                   cols=size[0], rows=size[1])
        s.wait(lambda t: "线索0" in t and "线索3" in t)
        s.keys("Space")
        text = s.wait("*1 ")
        ok(sum(x[1:2] == "*" for x in text.splitlines()) == 1,
           f"a mark stands before its row at {size[0]}", text)
        s.keys("U")
        s.wait(lambda t: "*1 " not in t)
        s.close()
    s = Screen(DELTADESK, "--desk", a.home, "--lang", "zh")
    s.wait(lambda t: "线索0" in t and "线索3" in t)
    s.keys("Space", "Space", "Space")
    s.wait("*3 ")
    s.keys("f")
    s.wait("筛选")
    s.type("线索9")
    s.wait("没有符合")
    s.keys("Escape")
    text = s.wait(lambda t: "*3 " in t and "线索0" in t)
    ok(sum(x[1:2] == "*" for x in text.splitlines()) == 3,
       "marks outlive a filter", text)
    s.keys("s")
    s.wait("分办给")
    s.keys("1")
    text = s.wait("3 件")
    for title in ("线索0", "线索1", "线索2"):
        contains(text.split("3 件")[1], title, f"{title} is named")
    s.keys("y")
    time.sleep(0.3)
    equal(len(waiting(a)), 4, "y does not confirm, nothing is signed")
    s.keys("3", "Enter")
    s.wait("3 件办完")
    wait_for(lambda: len(waiting(a)) == 1, what="three are signed")
    ok(True, "three are signed for by one question")
    ok("*" not in s.text().splitlines()[1], "done ones lose their marks")
    s.close()


@test
def those_that_refuse_are_told():
    a, b, docs = desks(3)
    s = Screen(DELTADESK, "--desk", a.home, "--lang", "en")
    s.wait(lambda t: "线索0" in t and "线索2" in t)
    a.must("sign", docs[1])
    s.wait(lambda t: "signed" in row(t, "线索1"))
    s.keys("2")                      # the list has all three
    s.wait("[2 clue notice]")
    s.keys("Space", "Space", "Space")
    s.wait("*3 ")
    s.keys("s")
    s.wait("assign to")
    s.keys("1")
    text = s.wait("all at once: 2")
    contains(text, "left out", "the one that cannot is left out, and said so")
    s.keys("2", "Enter")
    text = s.wait("not done")
    contains(row(text, "> not done"), "线索1", "told by its title")
    contains(text, "stay marked", "and stays marked")
    equal(len(waiting(a)), 0, "the others are done")
    s.keys("q")
    s.wait(lambda t: "*1 " in t)
    s.close()


@test
def one_move_for_all():
    a, b, docs = desks(2)
    for d in docs:
        a.must("sign", d)
    s = Screen(DELTADESK, "--desk", a.home, "--lang", "zh")
    s.wait(lambda t: "线索0" in t and "线索1" in t)
    s.keys("Space", "Space")
    s.wait("*2 ")
    s.keys("m")
    text = s.wait("一并办理")
    contains(text, "2/2", "how many may is said")
    s.keys("1")
    s.wait("2 件")
    s.keys("2", "Enter")
    s.wait("2 件办完")
    equal({r["state"] for r in a.json("list", "clue", "--box", "in")},
          {"accepted"}, "both are accepted")
    s.close()


@test
def one_form_for_all():
    a, b, docs = desks(3)
    for d in docs:
        a.must("sign", d)
    s = Screen(DELTADESK, "--desk", a.home, "--lang", "en")
    s.wait(lambda t: "线索0" in t and "线索2" in t)
    s.keys("Space", "Space")
    s.wait("*2 ")
    s.keys("m")
    s.wait("2 of 2, one form for all")
    s.keys("2")
    s.wait("[return (refuse)]")
    s.type("not our district")
    s.keys("C-x")
    s.wait("all at once: 2")
    s.keys("Escape")
    text = s.wait("nothing was done")
    contains(text, "not our district", "given up, what was typed stays")
    s.keys("C-x")
    s.wait("all at once: 2")
    s.keys("2", "Enter")
    s.wait("2 done: return (refuse)")
    rows = a.json("list", "clue", "--box", "in")
    equal(sorted(r["state"] for r in rows)[-1], "signed",
          "the one that was not marked is as it was")
    equal(sum(r["state"] == "signed" for r in rows), 1, "both are returned")
    told = [e for d in docs for e in json.dumps(a.json("show", d)).split("{")
            if "not our district" in e]
    ok(len(told) >= 2, "with the same reason", told)
    s.close()


main()
