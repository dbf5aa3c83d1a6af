#!/usr/bin/env python3
"""Groups of addressees in a form: found by initials, pinyin or Chinese, at once
the desks that they have, each of which can be taken out."""
from tap import *
from screen import Screen

PEERS = ("310118", "310101-gaj", "320584", "330100")


def composing(lang="zh", cols=80, rows=24, group=True):
    a = Desk("310105", listen=False)
    for i in PEERS:
        a.trust(Desk(i, listen=False))
    if group:
        a.must("group", "set", "重点市场", "320584", "330100")
    s = Screen(DELTADESK, "--desk", a.home, "--lang", lang, cols=cols,
               rows=rows)
    s.wait("[1 ")
    s.keys("2", "c")
    s.wait("线索通报]" if lang == "zh" else "clue notice]")
    return a, s


def addressed(a, title):
    """Addressees of the draft of that title."""
    got = [r for r in a.json("list", "clue") if r["title"] == title]
    return a.json("show", got[0]["id"])[0] if got else None


@test
def a_group_becomes_its_desks():
    for lang, cols, rows in (("zh", 80, 24), ("en", 160, 45)):
        a, s = composing(lang, cols, rows)
        s.keys("Space")
        said = "4 个单位" if lang == "zh" else "group of 4 desks"
        text = s.wait(said)
        contains(text, "全部" if lang == "zh" else "all peers",
                 "groups are offered where nothing was typed")
        s.keys("Escape")
        s.type("zdsc")
        s.wait("重点市场")
        s.keys("1")
        text = s.wait("320584 330100")
        s.type("qb")
        s.wait(said)
        s.keys("1")
        text = s.wait(lambda t: all(p in t.replace("\n", " ")
                                    for p in PEERS[2:]) and
                      ("4 个单位:" if lang == "zh" else "4 desks:") in t)
        contains(text, "2 个单位" if lang == "zh" else "2 desks added",
                 "those that stand there already are not named twice")
        s.keys("BSpace")
        text = s.wait("3 个单位:" if lang == "zh" else "3 desks:")
        s.keys("C-k")
        s.wait("去掉" if lang == "zh" else "take out")
        s.type("320584")
        s.keys("Enter")
        s.wait(lambda t: ("3 个单位:" if lang == "zh" else "3 desks:")
               not in t and "320584" not in t)
        ok(True, f"a desk is taken out by a key, or chosen from a list {lang}")
        s.keys("C-z")
        s.wait("3 个单位:" if lang == "zh" else "3 desks:")
        ok(True, "and comes back by undo")
        s.close()


@test
def what_is_drafted_is_the_desks():
    a, s = composing()
    s.type("上海")                     # typed out, no pick taken
    s.keys("Escape", "Tab")
    s.wait("310101-gaj 310118")
    s.keys("Tab")
    s.type("范围不变")
    s.keys("Tab")
    doc = wait_for(lambda: addressed(a, "范围不变"), what="the draft")
    c = Desk("310110", listen=False)
    a.trust(c)
    s.keys("C-x")
    s.wait("y 或 Enter")
    s.keys("y")
    s.wait("已签发")
    got = a.json("show", doc["id"])[0]
    equal(sorted(p["desk"] for p in got["parties"]), ["310101-gaj", "310118"],
          "a desk trusted meanwhile is not added to the group's draft")
    s.close()


main()
