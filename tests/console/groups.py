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
def found_by_letters():
    for lang, cols, rows in (("zh", 80, 24), ("en", 160, 45)):
        a, s = composing(lang, cols, rows)
        zh = lang == "zh"
        for typed, says in (("sh", "上海" if zh else "Shanghai"),
                            ("shanghai", "上海" if zh else "Shanghai"),
                            ("上海", "上海" if zh else "Shanghai"),
                            ("qb", "全部" if zh else "all peers"),
                            ("zhongdianshi", "重点市场"),
                            ("重点", "重点市场"),
                            ("qp", "青浦"), ("qingpu", "青浦"),
                            ("3101", "310101-gaj"), ("青浦", "青浦")):
            s.type(typed)
            text = s.wait(lambda t: any(says in x and "\u2502" in x
                                        for x in t.splitlines()))
            s.keys("Escape", *["BSpace"] * len(typed))
            s.wait(lambda t: "\u2502" not in t)
            ok(True, f"{typed} finds {says} ({lang} {cols}x{rows})")
        s.close()


@test
def groups_are_kept_in_the_console():
    for lang, cols, rows in (("zh", 80, 24), ("en", 160, 45)):
        zh = lang == "zh"
        a, s = composing(lang, cols, rows, group=False)
        s.type("hz")
        s.wait("1 杭州")
        s.keys("1")
        s.wait("330100")
        s.keys("C-v")
        s.wait("把这 1 个单位存为一个组" if zh else "keep this 1 desk")
        s.keys("1")
        s.wait("组名" if zh else "name of the group")
        s.type("310118")
        s.keys("Enter")
        s.wait("单位代号" if zh else "desk id")
        equal(len(a.json("group", "list")), 4, "a bad name keeps nothing")
        s.keys("C-v", "1")
        s.type("夜查")
        s.keys("Enter")
        s.wait("已存: 夜查" if zh else "kept: 夜查, 1 desk")
        got = a.json("group", "list")[-1]
        equal((got["name"], got["desks"]), ("夜查", ["330100"]), "it is kept")
        s.type("qp")
        s.wait("1 青浦")
        s.keys("1", "C-v", "1")
        s.type("夜查")
        s.keys("Enter")
        s.wait("替换这个组" if zh else "replace the group")
        equal(a.json("group", "list")[-1]["desks"], ["330100"],
              "not replaced before the answer")
        s.keys("y")
        s.wait("2 个单位" if zh else "2 desks")
        equal(a.json("group", "list")[-1]["desks"], ["330100", "310118"],
              "and then it is")
        s.keys("C-v", "2")
        s.wait("删去一个组" if zh else "forget a group")
        s.keys("y")
        s.wait("已删去" if zh else "forgotten")
        equal(len(a.json("group", "list")), 4, "and forgotten")
        # help without a function key, where nothing is typed
        s.keys("Tab", "Tab", "Tab")
        s.keys("?")
        contains(s.wait("C-v"), "存为一个组" if zh else "as a group",
                 "the keys of forms are listed")
        s.close()


@test
def many_peers():
    """A group of twenty: said with its count, sent to all of them."""
    a = Desk("310105", listen=False)
    ids = [f"3301{i:02}" for i in range(20)]
    for i in ids:
        a.trust(Desk(i, listen=False))
    s = Screen(DELTADESK, "--desk", a.home)
    s.wait("[1 值班]")
    s.keys("2", "c")
    s.wait("线索通报]")
    s.type("qb")
    s.wait("组: 20 个单位")
    s.keys("1")
    s.wait("20 个单位:")
    s.keys("Tab", "Tab")
    s.type("很多单位")
    s.keys("C-x")
    text = s.wait("y 或 Enter")
    contains(text, "20 个单位:", "the confirmation counts them")
    contains(text, "另 8 个", "and says that it names some of them")
    s.keys("y")
    s.wait("已签发")
    doc = addressed(a, "很多单位")
    equal(sorted(p["desk"] for p in doc["parties"]), ids, "all get it")
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
