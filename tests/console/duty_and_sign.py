#!/usr/bin/env python3
"""The first journey: a notice arrives, three keys later it is signed for and
assigned, and the sender sees it. In Chinese and English, at 80x24."""
import unicodedata

from tap import *
from screen import Screen


def cols(line):
    return sum(0 if unicodedata.combining(c) else
               2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in line)


def fits(s, width, what):
    lines = s.text().splitlines()
    wide = [x for x in lines if cols(x) > width]
    ok(not wide and "\ufffd" not in s.text(), f"{what}: no row is too wide",
       "\n".join(wide))


def two_desks():
    a = Desk("310105", "--name", "长宁")
    b = Desk("330100", "--name", "杭州")
    pair(a, b)
    a.serve()
    b.serve()
    return a, b


def waiting(d):
    return [r for r in d.json("list", "clue", "--box", "in")
            if r["state"] == "stored"]


@test
def signed_in_three_keys():
    a, b = two_desks()
    s = Screen(DELTADESK, "--desk", a.home, env={"LANG": "C.UTF-8"})
    s.wait("本台没有待办")
    s.keys("2")                      # the officer is on another screen
    s.wait("[2 线索通报]")
    doc = b.new(to=[a], title="假冒注册商标箱包仓储,疑似跨区发货",
                urgency="特急")
    text = s.wait("按 a 跳到")
    contains(text, "新到 1 条(特急) 杭州: 假冒注册商标箱包仓储", "it is announced")
    contains(text, "待签1", "and counted in the top line")
    s.keys("a")
    text = s.wait("[1 值班]")
    ok(any(x.startswith(">") and "待签收" in x and "杭州" in x
           for x in text.splitlines()), "a goes to it", text)
    fits(s, 80, "duty list")
    s.keys("s")
    s.wait("签收并分办")
    fits(s, 80, "box")
    s.keys("s")                      # the key that began does not confirm
    time.sleep(0.3)
    contains(s.text(), "签收并分办", "the key that opens the box does not confirm")
    equal(len(waiting(a)), 1, "nothing is signed yet")
    s.keys("Enter")
    text = s.wait("已签收, 分办给")
    equal(waiting(a), [], "the third key signs")
    wait_for(lambda: b.json("show", doc)[0]["parties"][0]["state"] == "signed",
             what="receipt at the sender")
    row = b.json("show", doc)[0]
    ok(row["parties"][0]["signed_at"], "the sender sees who signed and when")
    s.keys("Enter")
    text = s.wait("经过")
    contains(text, "收文回执", "the detail has the receipt ladder")
    contains(text, "签收时限", "and the clocks")
    contains(text, "双方约定", "with the article they come from")
    fits(s, 80, "detail")
    s.close()


@test
def english_has_no_chinese_labels():
    a, b = two_desks()
    s = Screen(DELTADESK, "--desk", a.home, "--lang", "en")
    s.wait("nothing waits for this desk")
    b.new(to=[a], title="Counterfeit bags")
    s.wait("a goes there")
    s.keys("a", "s")
    text = s.wait("sign for and assign")
    chinese = [c for c in text if "\u4e00" <= c <= "\u9fff"]
    # the number of the notice is Chinese text of the sender
    ok(set(chinese) <= set("浙杭打假通〔〕号"), "labels are English", text)
    s.keys("y")
    s.wait("signed for and assigned to")
    s.keys("?")
    s.wait("keys of this screen")
    contains(s.wait("sign for it and assign it"), "sign for it and assign it",
             "help comes from the key map")
    s.type("feed")
    text = s.wait(lambda t: "feed the result back" in t and "one line up" not in t)
    s.keys("Escape")
    s.wait("[1 duty]")
    fits(s, 80, "English duty list")
    s.close()


@test
def refused_in_words():
    a, b = two_desks()
    doc = b.new(to=[a], title="线索")
    wait_for(lambda: waiting(a), what="arrival")
    s = Screen(DELTADESK, "--desk", a.home)
    s.wait("> 待签收")
    s.keys("r")
    s.wait("现在不能反馈")
    s.keys("m")
    text = s.wait("办理")
    contains(text, "只能在“", "a move that is not possible says why")
    s.keys("5")
    s.wait("只能在“")
    s.keys("Escape")
    s.keys("s")
    s.wait("签收并分办")
    a.must("move", doc, "sign")      # someone else is faster
    s.keys("Enter")
    s.wait(lambda t: "已签收" in t and "签收并分办" not in t)
    equal(len([e for e in a.json("events", doc) if "sign" in json.dumps(e)
               and e.get("type", "").endswith("move")]), 1,
          "it is signed for once")
    s.close()


main()
