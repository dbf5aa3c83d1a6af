#!/usr/bin/env python3
"""Composing and issuing a clue from a form, without an input method."""
from tap import *
from screen import Screen


@test
def composed_and_issued():
    a = Desk("310105")
    b = Desk("330100")
    pair(a, b)
    a.serve()
    b.serve()
    s = Screen(DELTADESK, "--desk", a.home)
    s.wait("[1 值班]")
    s.keys("2", "c")
    s.wait("[新建 线索通报]")
    s.keys("C-x")
    text = s.wait("至少填一个主送单位")
    contains(text, "必填", "what is missing stands beside its field")
    s.type("hz")
    s.wait("1 杭州")
    s.keys("1")
    s.wait("330100")
    s.keys("Tab", "Tab")
    s.type("假冒注册商标的电池批发线索")
    s.keys("Tab")
    text = s.wait("草稿已存")
    drafts = wait_for(lambda: [r for r in a.json("list", "clue")
                               if r["title"] == "假冒注册商标的电池批发线索"])
    ok(drafts, "the draft saved itself at the field's end")
    s.keys("Tab")
    s.keys("b")
    s.wait("[b]加急")
    s.keys("Tab", "Tab", "Tab")      # mode, name of the party: credit code
    s.type("91310115MA1H8R7C6D")
    s.keys("Tab")
    s.wait("7")
    for _ in range(2):
        s.keys("BTab")
    s.type("上海测试商贸有限公司")
    s.keys("C-x")
    text = s.wait("签发")
    s.wait("y 或 Enter")
    equal(b.json("list", "clue"), [], "nothing is issued before the answer")
    s.keys("y")
    s.wait("已签发")
    got = wait_for(lambda: b.json("list", "clue"), what="arrival")
    equal(got[0]["title"], "假冒注册商标的电池批发线索", "it arrives")
    fields = b.json("show", got[0]["id"])[0]["fields"]
    equal(fields["urgency"], "加急", "with what was chosen by a letter")
    equal(fields["party_concerned"]["name"], "上海测试商贸有限公司",
          "and what was typed")
    equal(fields["party_concerned"]["credit_code"], "91310115MA1H8R7C6D",
          "a doubtful credit code is kept when the officer insists")
    s.close()


@test
def a_draft_is_found_again():
    a = Desk("310105", listen=False)
    s = Screen(DELTADESK, "--desk", a.home, "--lang", "en")
    s.wait("[1 duty]")
    s.keys("2", "c")
    s.wait("clue notice]")
    s.keys("Tab", "Tab")
    s.type("half done")
    s.keys("Escape")
    s.wait("the draft is kept")
    s.wait(lambda t: "> draft" in t and "half done" in t)
    s.keys("Enter")
    text = s.wait("clue notice]")
    contains(text, "half done", "what was typed is there again")
    s.keys("Escape")
    s.keys("X")
    s.wait("drop the draft")
    s.keys("y")
    s.wait("the draft is gone")
    s.wait("none yet; c composes one")
    ok(True, "and dropped only after an answer")
    s.close()


@test
def a_draft_outlives_its_console():
    a = Desk("310105", listen=False)
    s = Screen(DELTADESK, "--desk", a.home, "--lang", "en")
    s.wait("[1 duty]")
    s.keys("2", "c")
    s.wait("clue notice]")
    s.type("nobody")                 # no desk's id
    s.keys("Tab", "Tab")
    s.type("never left")
    wait_for(lambda: [r for r in a.json("list", "clue")
                      if r["title"] == "never left"],
             what="a save in the field")
    ok(True, "a field that is not left yet is saved when the officer pauses, "
             "a mistyped addressee notwithstanding")
    s.close()


@test
def an_action_is_found_by_its_ascii_name():
    a = Desk("310105", listen=False)
    s = Screen(DELTADESK, "--desk", a.home)
    s.wait("[1 值班]")
    s.keys(":")
    s.wait("命令")
    s.type("compose")
    text = s.wait(lambda t: "compose" in t and "帮助      " not in t)
    contains(text, "新建", "no input method is needed for the commands")
    s.close()


@test
def a_paste_is_text_never_commands():
    a = Desk("310105", listen=False)
    s = Screen(DELTADESK, "--desk", a.home, "--lang", "en")
    s.wait("[1 duty]")
    paste = "Qy\nscp\n"
    s._tmux("set-buffer", paste)
    s._tmux("paste-buffer", "-p")
    time.sleep(0.5)
    contains(s.text(), "[1 duty]", "a paste on a list does nothing")
    s.keys("2", "c")
    s.wait("clue notice]")
    s.keys("Tab", "Tab")
    s._tmux("set-buffer", "two\nlines")
    s._tmux("paste-buffer", "-p")
    s.wait("two lines")
    ok(True, "and in a field of one line it is one line")
    s.close()


main()
