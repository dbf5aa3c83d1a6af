#!/usr/bin/env python3
# run: timeout=400
"""A case transfer's course from the console alone: two officers report, the
head decides, it is sent, the police sign for it with two officers, ask for
more, and the case is filed; every date on both screens."""
from course import *
from kind_menu import *
from screen import Screen

HOUR = "2026-09-22T10:00:00+08:00"


def show(c, d, officer, **kw):
    return Screen(DELTADESK, "--desk", d.home, "--officer", officer,
                  env={"DELTADESK_TEST_NOW": f"@{c.hour}"}, **kw)


@test
def the_course_by_keys():
    c = Course("310105", "310105-gaj", "310105-jcy", now=HOUR)
    a, p, j = c.desks
    officers(a, "wang:duty", "li:coordinator", "zhao:head")
    officers(p, "chen:duty", "sun:duty", "qian:head")
    c.settle()                       # serve first: a console would start it
    s = show(c, a, "wang")
    s.wait("[1 值班]")
    s.keys("5", "c")
    s.wait("[新建 案件移送]")
    contains(s.text(), "主送(公安机关)", "the addressee is the police")
    s.type("310105-gaj")
    s.keys("Tab")
    s.type("310105-jcy")
    s.keys("Tab")
    s.type("销售假冒箱包案")
    s.keys("Tab", "Tab", "Tab", "Tab")
    s.keys("c")
    s.keys("Tab")
    s.wait("主送(接收机关)")
    ok(True, "another direction has another addressee")
    s.keys("Up", "a", "Tab")
    s.wait("主送(公安机关)")
    s.keys("Enter")                  # a case officer
    s.wait("执法证号")
    s.type("3101FICT001")
    s.keys("Tab")
    s.type("王某")
    s.keys("Tab", "Enter")
    s.type("3101FICT002")
    s.keys("Tab", "Tab", "Tab")
    for _ in range(4):               # the enclosures that must be there
        s.keys("a", "Tab")
    s.wait("[a]是")
    go(s, "涉嫌罪名")
    s.type("销售假冒注册商标的商品罪")
    go(s, "添加一条 涉案物品")
    s.keys("Enter")
    s.type("箱包")
    s.keys("C-x")
    s.wait("报负责人")
    text = s.text()
    contains(text, "同意移送", "the steps of the kind's course are offered")
    ok("发出移送" not in text.split("办理")[0], "it is not sent yet")
    s.keys(key_of(text, "报负责人"))
    s.wait("[报负责人]")
    s.keys("C-x")
    s.wait("须另一名人员共同签署")
    pick(s, "li", "li")
    s.keys("C-x")
    s.wait("y 或 Enter")
    s.keys("y")
    s.wait("已报负责人")
    doc = a.json("list", "transfer")[0]["id"]
    s.keys("Enter")
    text = s.wait("负责人决定")
    contains(text, "移送规定 5", "its clock runs, with its article")
    contains(text, "09-25", "and its date")

    h = show(c, a, "zhao")
    h.wait("销售假冒箱包案")
    choose(h, "同意移送")
    h.wait("[同意移送]")
    h.wait("理由")
    go(h, "理由")
    h.type("达到移送情形")
    h.keys("C-x")
    h.wait("y 或 Enter")
    h.keys("y")
    wait_for(lambda: a.json("show", doc)[0]["state"] == "decided",
             what="decided")
    ok(True, "the head decides on his own screen")

    s.wait("[案件移送]")
    choose(s, "发出")
    s.wait("y 或 Enter")
    s.keys("y")
    wait_for(lambda: a.json("show", doc)[0]["state"] == "sent", what="sent")
    c.settle()
    t = show(c, p, "chen")
    t.wait("销售假冒箱包案")
    t.keys("Enter")
    text = t.wait("移送规定 8")
    contains(text, "09-25 23:59", "the police see their strict date")
    contains(text, "09-28", "and the rolled one")
    t.keys("s")                      # sign: this kind asks for more than a box
    t.wait("[签回执]")
    t.keys("C-x")
    t.wait("须另一名人员共同签署")
    go(t, "共同签署")
    pick(t, "sun", "sun")
    t.keys("C-x")
    t.wait("y 或 Enter")
    t.keys("y")
    wait_for(lambda: p.json("show", doc)[0]["state"] == "receipted",
             what="receipt")
    ok(True, "two officers sign the receipt")
    c.settle()
    s.keys("G")
    s.wait("签回执")
    ok(True, "and the agency sees it")
    s.close()
    h.close()
    t.close()


main()
