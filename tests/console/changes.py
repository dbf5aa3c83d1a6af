#!/usr/bin/env python3
"""What a correction changed, field by field, and why a move is not possible."""
from tap import *
from screen import Screen


def a_desk():
    d = Desk("310105", "--name", "长宁", listen=False)
    p = Desk("330100", "--name", "杭州", listen=False)
    d.trust(p)
    doc = d.new(to=[p], title="假冒箱包仓储线索")
    d.must("revise", doc, "--set", "title=假冒电池仓储线索")
    d.must("revise", doc, "--set", "title=假冒电池仓储线索(二)",
           "--set", "urgency=特急")
    return d, doc


def opened(d, **kw):
    s = Screen(DELTADESK, "--desk", d.home, **kw)
    s.wait("[1 ")
    s.keys("2")
    s.wait("假冒电池")
    s.keys("Enter")
    return s


@test
def fields_old_and_new():
    d, doc = a_desk()
    for cols, rows in ((80, 24), (160, 45)):
        s = opened(d, cols=cols, rows=rows)
        s.wait("经过")
        s.keys("d")
        text = s.wait("第3版 对 第2版")
        contains(text, "+ 假冒电池仓储线索【(二)】", "what was added is marked")
        contains(text, "【特急】", "the other field too")
        s.keys("K")
        text = s.wait("第2版 对 第1版")
        contains(text, "- 假冒【箱包】仓储线索", "the words that went")
        contains(text, "+ 假冒【电池】仓储线索", "and those that came")
        ok("级别" not in text and "特急" not in text,
           "what is the same is not shown", text)
        s.keys("K")
        s.wait("没有更多版本")
        s.close()


@test
def one_version_and_the_timeline():
    d, doc = a_desk()
    s = opened(d, cols=160, rows=45)
    s.keys("G")
    text = s.wait("d 看改动")
    ok(True, "the timeline names the key")
    s.close()
    d.new(to=["330100"], title="只有一版")
    s = Screen(DELTADESK, "--desk", d.home, "--lang", "en")
    s.wait("[1 ")
    s.keys("2")
    s.wait("只有一版")
    s.keys("Enter")
    s.wait("sender")
    s.keys("d")
    s.wait("one version only")
    ok(True, "of one version it is said so")
    s.close()


@test
def why_not_now():
    a = Desk("310105", "--name", "长宁")
    b = Desk("330100", "--name", "杭州")
    pair(a, b)
    a.serve()
    b.serve()
    b.new(to=[a], title="来件")
    s = Screen(DELTADESK, "--desk", a.home, "--lang", "zh", rows=45)
    s.wait(lambda t: "来件" in t and ">" in t)
    s.keys("Enter")
    s.wait("发文字号")
    s.keys("G")
    text = s.wait("现在不能办, 原因")
    rest = text[text.index("现在不能办"):]
    ok(any("受理" in x and "只" in x for x in rest.splitlines()),
       "a move that is not possible stands there with its reason", rest)
    s.close()


main()
