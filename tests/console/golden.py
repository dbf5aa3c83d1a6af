#!/usr/bin/env python3
"""Whole screens as text, at a fixed time: every row where it should be."""
import unicodedata

from tap import *
from screen import Screen

NOW = "2026-11-23T14:32:00+08:00"


def cols(text):
    return sum(0 if unicodedata.combining(c) else
               2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in text)


def at(text, col):
    """The rest of a row from a column on; None inside a wide character."""
    x = 0
    for i, c in enumerate(text):
        if x == col:
            return text[i:]
        if x > col:
            return None
        x += cols(c)
    return ""


def a_desk():
    d = Desk("310105", listen=False, env={"DELTADESK_TEST_NOW": NOW})
    peer = Desk("330100", listen=False)
    d.trust(peer)
    d.must("new", "clue", "--to", "330100", "--set",
           "title=假冒注册商标箱包仓储,疑似跨区发货", "--set", "urgency=特急",
           "--set", "party_concerned.name=上海虚构箱包有限公司")
    d.must("new", "clue", "--to", "330100", "--draft", "--set",
           "title=电商平台售假店铺线索")
    return d


def show(d, *words, cols=80, rows=24):
    return Screen(DELTADESK, "--desk", d.home, *words, cols=cols, rows=rows,
                  env={"DELTADESK_TEST_NOW": NOW})


def rows_equal(got, want, what):
    """Row by row; a row of the golden text that ends in ... is a beginning."""
    got = got.split("\n")
    for i, line in enumerate(want.strip("\n").split("\n")):
        have = got[i].rstrip() if i < len(got) else ""
        if line.endswith("..."):
            good = have.startswith(line[:-3])
        else:
            good = have == line.rstrip()
        if not good:
            return ok(False, what, f"row {i}\nwant {line!r}\ngot  {have!r}\n"
                      + "\n".join(got))
    return ok(True, what)


LIST_ZH = """
[2 线索通报]...
全部, 新的在前                                                               2/2
  状态            剩余 级   标题                     当事人        发文字号
> 草稿                 平件 电商平台售假店铺线索
 ~已发                 特急 假冒注册商标箱包仓储,疑  上海虚构箱包  〔2026〕1号
"""

LIST_EN = """
[2 clue notice]...
all of them, newest first                                                    2/2
  state                   left level  title              party con number
> draft                        plain  电商平台售假店铺线
 ~sent                         URGENT 假冒注册商标箱包仓 上海虚构  〔2026〕1号
"""

BAR_ZH = ("s签收 p分办 r反馈 m办理 c新建 a最新 /检索 f筛选 ?帮助 o逾期 "
          ":命令 Q退出")


@test
def list_in_chinese_and_english():
    d = a_desk()
    s = show(d)
    s.wait("[1 值班]")
    s.keys("2")
    s.wait("[2 线索通报]")
    text = s.wait("〔2026〕1号")
    rows_equal(text, LIST_ZH, "80x24, Chinese")
    lines = text.rstrip("\n").split("\n")
    equal(lines[23].rstrip(), BAR_ZH, "the last row is the key bar")
    contains(lines[0], "14:3", "the clock ends the top line")
    equal(cols(lines[0].rstrip()), 80, "which is as wide as the screen")
    s.close()
    s = show(d, "--lang", "en")
    s.wait("[1 duty]")
    s.keys("2")
    s.wait("[2 clue notice]")
    rows_equal(s.wait("〔2026〕1号"), LIST_EN, "80x24, English")
    s.close()


@test
def columns_stand_under_their_heads():
    d = a_desk()
    for width, height in ((80, 24), (160, 45)):
        s = show(d, cols=width, rows=height)
        s.wait("[1 值班]")
        s.keys("2")
        text = s.wait("〔2026〕1号")
        lines = text.split("\n")
        head = next(x for x in lines if "发文字号" in x and "状态" in x)
        row = next(x for x in lines if "上海虚构" in x and "已发" in x)
        for word, value in (("状态", "已发"), ("级", "特急"),
                            ("标题", "假冒"), ("当事人", "上海虚构")):
            col = cols(head[:head.index(word)])
            part = at(row, col)
            ok(part is not None and part.startswith(value),
               f"{width}x{height}: {value} stands under {word}",
               f"{head}\n{row}")
        ok(all(cols(x) <= width for x in lines), f"{width}x{height}: fits")
        s.close()


@test
def wide_screen_has_preview_and_timeline():
    d = a_desk()
    s = show(d, cols=160, rows=45)
    s.wait("[1 值班]")
    s.keys("2", "j")
    text = s.wait("经过")
    contains(text, "收文回执", "the preview has receipts")
    contains(text, "上海虚构箱包有限公司", "and fields")
    s.keys("Tab")
    s.wait(lambda t: "收文回执" not in t)
    ok(True, "Tab puts it away")
    s.close()


main()
