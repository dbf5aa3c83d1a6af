#!/usr/bin/env python3
"""What is typed outlives the console: drafts, corrections, inputs of moves."""
import os
import pathlib
import signal

from tap import *
from screen import Screen

TITLE = "假冒注册商标的电池批发线索"


def console(d, lang="zh", **kw):
    s = Screen(DELTADESK, "--desk", d.home, "--lang", lang, **kw)
    s.wait("[1 值班]" if lang == "zh" else "[1 duty]")
    return s


def end(d, s, sig):
    """Ends the console as a crash or a lost line does."""
    for pid in processes_with(str(d.home)):
        words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if words[0].endswith(b"deltadesk") and b"serve" not in words:
            # a line that goes brings more than one
            while pathlib.Path(f"/proc/{pid}").exists():
                try:
                    os.kill(pid, sig)
                except ProcessLookupError:
                    break
    s.wait("exit status")
    s.close()


def two_desks():
    a = Desk("310105", listen=False)
    b = Desk("330100", listen=False)
    pair(a, b)
    return a


def issued(d):
    d.must("new", "clue", "--to", "330100", "--set", "title=" + TITLE,
           "--set", "facts=某市场三楼一商户公开批发假冒电池")
    return next(r for r in d.json("list", "clue") if r["title"] == TITLE)


def to_correction(s, lang="zh"):
    s.keys("2", "Enter")
    s.wait("收文回执" if lang == "zh" else "receipt")
    s.keys("e")
    return s.wait("[更正" if lang == "zh" else "[correct:")


def line(s, part):
    return next((l for l in s.text().splitlines() if part in l), "")


@test
def a_draft_outlives_kill_9():
    d = Desk("310105", listen=False)
    s = console(d)
    s.keys("2", "c")
    s.wait("[新建 线索通报]")
    s.keys("Tab", "Tab")
    s.type("假冒电池 第二批")
    s.wait("草稿已存")               # no field was left
    time.sleep(1.5)                  # what was typed last, a second after
    end(d, s, signal.SIGKILL)
    drafts = [r for r in d.json("list", "clue") if r["title"].startswith("假冒电池")]
    equal(len(drafts), 1, "the draft is there, saved while its field was open")
    s = console(d)
    s.keys("2")
    s.wait("假冒电池")
    s.keys("Enter")
    text = s.wait("[新建 线索通报]")
    contains(text, "假冒电池", "and opens as it was")


@test
def a_correction_outlives_kill_9():
    a = two_desks()
    issued(a)
    s = console(a)
    to_correction(s)
    s.keys("Tab", "Tab")
    s.type(" 已核实")
    s.wait("草稿已存")
    time.sleep(1.5)
    end(a, s, signal.SIGKILL)
    s = console(a)
    text = s.wait("写到一半")
    contains(text, "写到一半: 1", "login tells of it")
    text = to_correction(s)
    wait_for(lambda: TITLE + " 已核实" in s.text())
    contains(s.text(), "C-r", "what was written is there, and how to drop it")
    s.keys("C-r")
    s.wait("全部丢掉")
    s.keys("y")
    wait_for(lambda: "已核实" not in s.text())
    s.keys("Escape")
    s.wait("未做任何事")
    equal(a.json("list", "clue")[0]["title"], TITLE, "nothing was corrected")
    end(a, s, signal.SIGTERM)
    s = console(a)
    ok("写到一半" not in s.text(), "what was dropped is not told of")


@test
def a_lost_line_keeps_the_last_word():
    a = two_desks()
    issued(a)
    s = console(a, "en", cols=160, rows=45)
    to_correction(s, "en")
    s.keys("Tab", "Tab")
    s.type("x")
    s.wait("draft saved")
    s.type("yz")                     # and at once the line is lost
    wait_for(lambda: "xyz" in s.text())
    end(a, s, signal.SIGHUP)
    s = console(a, "en", cols=160, rows=45)
    s.wait("half written: 1")
    to_correction(s, "en")
    wait_for(lambda: TITLE + "xyz" in s.text())
    s.keys("C-x")
    s.wait("cannot be taken back")
    s.keys("y")
    wait_for(lambda: a.json("list", "clue")[0]["title"] == TITLE + "xyz")
    s.wait("corrected")
    end(a, s, signal.SIGTERM)
    s = console(a, "en")
    ok("half written" not in s.text(), "what was handed in is not kept")


main()
