#!/usr/bin/env python3
"""Texts: words, undo, paste, find, slots of phrases, checks while typing."""
from tap import *
from screen import Screen


def form(lang="zh", **kw):
    a = Desk("310105", listen=False)
    s = Screen(DELTADESK, "--desk", a.home, "--lang", lang, **kw)
    s.wait("[1 值班]" if lang == "zh" else "[1 duty]")
    s.keys("2", "c")
    s.wait("[新建 线索通报]" if lang == "zh" else "[new: clue notice]")
    return a, s


def line(s, part):
    return next((l for l in s.text().splitlines() if part in l), "")


def to(s, label):
    """Down to the field of that label."""
    for _ in range(60):
        if any(l.startswith(">") and label in l
               for l in s.text().splitlines()):
            return
        before = s.text()
        s.keys("Tab")
        wait_for(lambda: s.text() != before)
    raise AssertionError("no field " + label)


def paste(s, text):
    s._tmux("set-buffer", text)
    s._tmux("paste-buffer", "-p", "-r")


def caret(s):
    x, y = s._tmux("display", "-p", "#{cursor_x} #{cursor_y}").split()
    return int(x), int(y)


@test
def words_and_undo():
    a, s = form()
    to(s, "标题")
    s.type("one two three")
    wait_for(lambda: "one two three" in s.text())
    s.keys("C-o", "C-o")
    s.type("X")
    wait_for(lambda: "one Xtwo three" in s.text())
    s.keys("C-Left")
    s.type("Y")
    wait_for(lambda: "one YXtwo three" in s.text())
    s.keys("C-Right")
    s.type("Z")
    wait_for(lambda: "one YXtwo Zthree" in s.text())
    for want in ("one YXtwo three", "one Xtwo three", "one two three",
                 "one two ", "one ", ""):
        s.keys("C-z")
        wait_for(lambda: line(s, "标题").rstrip().endswith(
            "  " + want.strip()) or not want)
    s.keys("C-z")
    s.wait("没有可撤销的")
    s.keys("C-y", "C-y", "C-y")
    wait_for(lambda: "one two three" in s.text())
    ok(True, "words are steps of undo, and come again")


@test
def a_paste_is_kept_whole():
    a, s = form()
    to(s, "线索事实")
    text = "\n".join(f"第{i}行 假冒电池abc" + "长" * 40 for i in range(30))
    paste(s, text + "\x1b[31m\x07")
    s.wait("去掉 2 个控制字符")
    s.keys("Tab")
    s.wait("草稿已存")
    d = wait_for(lambda: a.json("list", "clue"))[0]
    shown = json.loads(a.must("show", d["id"], "--json"))
    equal(shown["fields"]["facts"], text + "[31m",
          "thirty lines come as thirty lines, without what is not seen")
    s.keys("BTab", "C-z")
    wait_for(lambda: "第29行" not in s.text())
    s.keys("C-y")
    s.wait("第29行")
    wide = [l for l in s.text().splitlines() if "长" in l]
    ok(wide and all(len(l.encode("gb18030")) <= 80 for l in wide),
       "lines are wrapped by columns")


@test
def the_caret_is_where_the_text_goes():
    a, s = form("en")
    to(s, "facts")
    x0, y0 = caret(s)
    width = 80 - x0 - 2
    s.type("长" * (width // 2))
    time.sleep(0.5)
    x, y = caret(s)
    ok((x, y) == (x0 + width // 2 * 2, y0), "behind the last on the line")
    s.type("长")
    wait_for(lambda: caret(s) == (x0 + 2, y0 + 1))
    s.keys("Up")
    wait_for(lambda: caret(s) == (x0 + 2, y0))
    s.keys("Down")
    wait_for(lambda: caret(s) == (x0 + 2, y0 + 1))
    ok(True, "up and down go by lines as they are seen")


@test
def words_are_found():
    a, s = form()
    to(s, "线索事实")
    paste(s, "甲店\n乙店有货\n丙店")
    s.wait("丙店")
    s.keys("C-f")
    s.wait("查找:")
    s.type("乙店")
    s.keys("Enter")
    time.sleep(0.3)
    s.type("(见附件)")
    wait_for(lambda: "(见附件)乙店" in s.text())
    s.keys("C-f", "C-u")
    s.type("丁店")
    s.keys("Enter")
    s.wait("本栏没有: 丁店")
    ok(True, "found, and not found")


@test
def slots_are_filled_in():
    a, s = form()
    to(s, "线索事实")
    paste(s, "请于{时限}内向{单位}反馈。")
    s.wait("请于{时限}内")
    s.type("三日")
    wait_for(lambda: "请于三日内向{单位}反馈" in s.text())
    s.keys("Tab")
    s.type("本局")
    wait_for(lambda: "请于三日内向本局反馈" in s.text())
    s.keys("C-z")
    wait_for(lambda: "向{单位}" in s.text())
    s.keys("C-x")
    s.wait("尚未填写: {单位}")
    ok(True, "a slot left open is told of")


@test
def checked_while_typed():
    a, s = form()
    text = s.wait("必填")
    contains(text, "必填 3/5", "what must still be given is counted")
    to(s, "统一社会信用代码")
    s.type("91310115MA1H8R7C6")
    s.wait("17/18")
    s.type("D")
    s.wait("校验位应为 7")
    s.keys("BSpace")
    s.type("7")
    s.wait("校验无误")
    s.keys("BSpace")
    s.type("%")
    s.wait("此处不能有 %")
    s.keys("BSpace")
    wait_for(lambda: "此处不能有" not in s.text())
    to(s, "行为时间")
    s.type("2026-1")
    wait_for(lambda: "6/10" in s.text())
    s.type("3-40")
    s.wait("应为存在的日期")
    s.keys("C-u")
    s.type("2026-11-24")
    s.wait("校验无误")


@test
def wide_and_english():
    a, s = form("en", cols=160, rows=45)
    to(s, "facts")
    paste(s, "{what} at {where}")
    s.wait("{what}")
    s.type("batteries")
    s.keys("Tab")
    s.type("the market")
    s.wait("batteries at the market")
    contains(s.text(), "23 characters", "the length of a long text is shown")


main()
