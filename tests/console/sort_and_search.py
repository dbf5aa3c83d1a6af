#!/usr/bin/env python3
"""Lists in the order of a column, searched in the grammar of filters."""
import re

from tap import *
from screen import Screen

N = 130


def titles(text):
    return [x for line in text.splitlines() for x in line.split("│")[0].split()
            if x.startswith("线索") and x[2:].isdigit()]


def a_desk():
    d = Desk("310105", listen=False)
    p = Desk("330100", listen=False)
    pair(d, p)
    rows = "title,to,urgency\n" + "".join(
        f"线索{(i * 37) % N},330100,{('平件', '加急', '特急')[i % 3]}\n"
        for i in range(N))
    path = tmp("csv") / "x.csv"
    path.write_text(rows, encoding="utf-8")
    d.must("import", "clue", path, "--issue")
    return d


def sort_by(s, label):
    s.keys("S")
    at = re.compile(rf"│ [> ] (\w) {label}")
    s.keys(at.search(s.wait(lambda t: at.search(t))).group(1))


@test
def sorted_by_columns():
    d = a_desk()
    for cols, rows in ((80, 24), (160, 45)):
        s = Screen(DELTADESK, "--desk", d.home, "--lang", "zh", cols=cols,
                   rows=rows)
        s.wait("[1 值班]")
        s.keys("2")
        s.wait("新的在前")
        sort_by(s, "标题")
        s.wait("排序: 标题 ^")
        text = s.wait(lambda t: titles(t)[:1] == ["线索0"])
        equal(titles(text)[:5], [f"线索{i}" for i in range(5)],
              f"by value of the numbers in it, {cols} wide")
        contains(text, "标题^", "the column shows which way")
        s.keys("G")
        s.wait(f"线索{N - 1}")
        for _ in range(6):
            s.keys("PgUp")
        s.keys("g", "g")
        s.wait(lambda t: titles(t)[:1] == ["线索0"])
        seen = []
        for _ in range(14):
            for t in titles(s.text()):
                if t not in seen:
                    seen.append(t)
            s.keys("PgDn")
            time.sleep(0.08)
        s.wait(f"线索{N - 1}")
        for t in titles(s.text()):
            if t not in seen:
                seen.append(t)
        equal(sorted(seen), sorted(f"线索{i}" for i in range(N)),
              "no row is left out, page after page")
        sort_by(s, "标题")
        s.wait("排序: 标题 v")
        s.wait(lambda t: titles(t)[:1] == [f"线索{N - 1}"])
        ok(True, "the same again: the other way")
        sort_by(s, "发文字号")
        s.wait("排序: 发文字号 ^")
        s.wait(lambda t: any(x.startswith(">") and "〕1号" in x
                             for x in t.splitlines()))
        ok(True, "numbers by value")
        sort_by(s, "清单原序")
        s.wait("新的在前")
        s.close()


@test
def searched_as_filters_are():
    d = a_desk()
    s = Screen(DELTADESK, "--desk", d.home, "--lang", "zh")
    s.wait("[1 值班]")
    s.keys("2")
    s.wait("新的在前")
    sort_by(s, "标题")
    s.wait("排序: 标题 ^")
    s.keys("/")
    s.type("线索77")
    s.keys("Enter")
    s.wait(lambda t: any(x.startswith(">") and "线索77" in x
                         for x in t.splitlines()))
    ok("\x1b[1m线索77" in s.ansi() or "1m线索77" in s.ansi().replace("\x1b[", ""),
       "found, and marked where it stands")
    s.keys("/")
    s.wait("查找: 线索77")
    s.keys(*["BSpace"] * 4)
    s.type("紧急=特急")
    s.keys("Enter")
    s.wait(lambda t: any(x.startswith(">") and "特急" in x
                         for x in t.splitlines()))
    ok(True, "conditions of a filter are searched for too")
    s.keys("n")
    s.wait(lambda t: any(x.startswith(">") and "特急" in x
                         for x in t.splitlines()))
    s.close()


@test
def the_filter_completes_itself():
    d = a_desk()
    for cols, rows in ((80, 24), (160, 45)):
        s = Screen(DELTADESK, "--desk", d.home, "--lang", "zh", cols=cols,
                   rows=rows)
        s.wait("[1 值班]")
        s.keys("2")
        s.wait("新的在前")
        s.keys("f")
        s.wait("筛选")
        s.type("zt")                 # first letters of 状态
        s.wait("> 状态=")
        s.keys("Tab")
        text = s.wait("状态=草拟")
        contains(text, "draft", "values with what they are, at once")
        s.type("yf")
        s.wait("> 状态=已发")
        s.keys("Tab")
        s.wait(lambda t: "状态=已发 " in t.splitlines()[-2]
               or "状态=已发" in t.splitlines()[-2])
        s.type("jinji=")
        s.keys(*["BSpace"] * 6)
        s.type("紧急=t")
        s.wait("> 紧急=特急")
        s.keys("Tab", "Enter")
        s.wait("筛选: 状态=已发 紧急=特急")
        s.wait(lambda t: "加急" not in t and "线索" in t)
        ok(True, f"both conditions hold at {cols}")
        s.keys("f")
        s.wait("状态=已发 紧急=特急")
        s.type("期限=gar")
        text = s.wait("不是")
        ok(True, "what is wrong is said while it is typed")
        s.keys("Escape")
        s.wait("筛选: 状态=已发 紧急=特急")
        s.close()


main()
