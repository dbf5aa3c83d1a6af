#!/usr/bin/env python3
"""What an officer keeps for himself: the bell, filters by name, the tour; and
commands found by a part of their name."""
from tap import *
from screen import Screen


def a_desk():
    d = Desk("310105", listen=False)
    p = Desk("330100", listen=False)
    d.trust(p)
    for t in ("假冒箱包", "假冒电池"):
        d.must("new", "clue", "--to", "330100", "--set", f"title={t}")
    return d


@test
def the_tour_is_offered_once():
    d = a_desk()
    s = Screen(DELTADESK, "--desk", d.home, "--lang", "zh")
    text = s.wait("按 T 看五步导览")
    ok("1/5" not in text, "it never opens itself", text)
    s.keys("T")
    for step in range(1, 6):
        text = s.wait(f"{step}/5")
        ok(all(len(x) <= 80 for x in text.splitlines()) and "{" not in text
           and text.count("[?]") == (step == 5), f"step {step} has keys for its names", text)
        s.keys("Enter")
    s.wait(lambda t: "5/5" not in t)
    time.sleep(0.5)
    s.close()
    s = Screen(DELTADESK, "--desk", d.home, "--lang", "zh")
    s.wait("[1 值班]")
    time.sleep(0.5)
    ok("导览" not in s.text(), "whoever took it is not asked again", s.text())
    s.close()


@test
def the_tour_is_refused():
    d = a_desk()
    s = Screen(DELTADESK, "--desk", d.home, "--lang", "en", cols=160, rows=45)
    s.wait("T shows five steps")
    s.keys("Escape")
    s.wait(lambda t: "five steps" not in t)
    time.sleep(0.5)
    s.close()
    s = Screen(DELTADESK, "--desk", d.home, "--lang", "en")
    s.wait("[1 duty]")
    time.sleep(0.5)
    ok("five steps" not in s.text(), "whoever refuses is not asked again")
    s.close()


@test
def the_bell_is_remembered():
    d = a_desk()
    s = Screen(DELTADESK, "--desk", d.home, "--lang", "zh")
    s.wait("[1 值班]")
    s.keys("B")
    s.wait("已对你关闭响铃")
    s.close()
    s = Screen(DELTADESK, "--desk", d.home, "--lang", "zh")
    s.wait("[1 值班]")
    s.keys("B")
    s.wait("来件时响铃")
    ok(True, "off at the next login, and on again by the key")
    s.close()


@test
def filters_are_kept_by_name():
    d = a_desk()
    s = Screen(DELTADESK, "--desk", d.home, "--lang", "zh")
    s.wait("[1 值班]")
    s.keys("2")
    s.wait("假冒箱包")
    s.keys("F")
    s.wait("本清单没有保存的筛选")
    s.keys("f")
    s.type("箱包")
    s.wait(lambda t: "假冒电池" not in t)
    s.keys("Enter", "F")
    s.wait("保存当前筛选")
    s.keys("1")
    s.wait("筛选保存为")
    s.type("我的箱包")
    s.keys("Enter")
    s.wait("已保存为 我的箱包")
    s.close()
    s = Screen(DELTADESK, "--desk", d.home, "--lang", "zh")
    s.wait("[1 值班]")
    s.keys("2")
    s.wait("假冒电池")
    s.keys("F")
    text = s.wait("我的箱包")
    contains(text, "箱包", "name and text are offered at the next login")
    s.keys("1")
    text = s.wait(lambda t: "假冒电池" not in t)
    contains(text, "假冒箱包", "and the filter is in force")
    s.keys("f")
    s.type("x")
    s.keys("Escape")
    text = s.wait(lambda t: "筛选: 箱包" in t and "假冒箱包" in t)
    ok(True, "Esc leaves the filter as it was")
    s.keys("F")
    s.wait("删去一个")
    s.keys("3")
    s.wait("删去哪个")
    s.keys("1")
    s.wait("已删去: 我的箱包")
    s.close()


@test
def commands_are_found_by_parts():
    d = a_desk()
    s = Screen(DELTADESK, "--desk", d.home, "--lang", "zh")
    s.wait("[1 值班]")
    for typed in ("qxbj", "unm", "标记 取消"):
        s.keys(":")
        s.wait("命令")
        s.type(typed)
        s.wait(lambda t: any(x.startswith("│ > 取消标记") or
                             "> 取消标记" in x for x in t.splitlines()))
        s.keys("Escape")
        s.wait(lambda t: "> 取消标记" not in t)
    ok(True, "by initials, by the English name, by words in any order")
    for key in ("?", "F1"):
        s.keys(key)
        text = s.wait("本页")
        ok(text.index("签收") < text.index("各页通用")
           if "各页通用" in text else True, f"{key}: this screen's keys first")
        s.type("bjqx")
        s.keys("BSpace", "BSpace")
        s.wait("标记")
        s.keys("Escape")
        s.wait("[1 值班]")
    s.close()


main()
