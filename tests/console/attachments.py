#!/usr/bin/env python3
"""Attachments chosen in the officer's exchange folder: for an issued document
and in the form of a new one. Names there are hostile, links lead outside."""
import os
import signal

from tap import *
from kind_menu import go
from screen import Screen

PNG = (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (640).to_bytes(4, "big") +
       (480).to_bytes(4, "big") + b"\x08\x02\0\0\0")


def desk():
    a = Desk("310105", listen=False)
    a.trust(Desk("330100", listen=False))
    officer = a.json("officer", "list")[0]["id"]
    folder = a.home / "files" / officer
    folder.mkdir(parents=True, mode=0o700)
    outside = tmp("outside") / "secret.txt"
    outside.write_text("not of this folder")
    (folder / "报告.pdf").write_bytes(b"%PDF-1.4 " + b"x" * 9000)
    (folder / "现场.png").write_bytes(PNG + b"\0" * 5000)
    (folder / "b list.csv").write_text("a,b\n1,2\n")
    (folder / ("长" * 40 + "第二册.txt")).write_text("long")
    (folder / "link.txt").symlink_to(outside)
    (folder / "sub").mkdir()
    os.mkfifo(folder / "pipe.txt")
    (folder / "\x1b]0;evil\x07\u202e.txt").write_text("hostile")
    with open(folder / "huge.bin", "wb") as f:
        f.truncate(2 * 1024 ** 3 + 1)
    os.utime(folder / "报告.pdf", (1790000000, 1790000000))
    return a, folder


def console(a, lang="zh", cols=80, rows=24, *words):
    s = Screen(DELTADESK, "--desk", a.home, "--lang", lang, "console",
               *words, cols=cols, rows=rows)
    s.wait("[1 ")
    return s


def files_of(a, doc):
    return a.json("show", doc)[0]["attachments"]


def line_of(text, part):
    return next(x for x in text.splitlines() if part in x)


@test
def chosen_for_an_issued_document():
    for lang, cols, rows, words in (("zh", 80, 24, ("--confined",)),
                                    ("en", 160, 45, ())):
        a, folder = desk()
        doc = a.new("clue", to=["330100"], title="要加附件")
        s = console(a, lang, cols, rows, *words)
        s.keys("2")
        s.wait("要加附件")
        s.keys("Enter")
        s.wait("要加附件")
        s.keys("A")
        text = s.wait("报告.pdf")
        contains(line_of(text, "现场.png"), "PNG 640x480", "its sort")
        contains(line_of(text, "报告.pdf"), "8K", "its size")
        contains(text, "..第二册.txt",
                 "a name too long for its column keeps its end")
        contains(line_of(text, "报告.pdf"), "PDF", "told by its bytes")
        contains(line_of(text, "报告.pdf"), "09-21", "its date")
        link = line_of(text, "link.txt")
        contains(link, "不跟随链接" if lang == "zh" else "not followed",
                 "a link says that it is none")
        contains(text, "<1B>]0;evil<07><U+202E>",
                 "a hostile name is shown by visible marks")
        s.type("bg")
        s.wait(lambda t: "报告.pdf" in t and "现场.png" not in t)
        ok(True, "typing narrows, by initials too")
        s.keys("Space")
        s.keys("BSpace", "BSpace")
        s.wait("现场.png")
        s.type("list")
        s.wait(lambda t: "b list.csv" in t and "现场.png" not in t)
        s.keys("Space")
        s.wait("已选: 2" if lang == "zh" else "marked: 2")
        s.keys("BSpace", "BSpace", "BSpace", "BSpace")
        s.type("link")
        s.wait(lambda t: "link.txt" in t and "现场.png" not in t)
        s.keys("Space")
        s.wait("不跟随链接" if lang == "zh" else "not followed")
        s.keys("Enter")
        s.wait("已附: 2" if lang == "zh" else "attached: 2")
        equal(sorted(f["name"] for f in files_of(a, doc)),
              ["b list.csv", "报告.pdf"], "the marked ones go, no link")
        equal(len([e for e in a.json("events", doc)
                   if e["type"].endswith("revise")]), 1,
              "in one revision")
        s.close()


@test
def what_cannot_be_attached():
    a, folder = desk()
    doc = a.new("clue", to=["330100"], title="t")
    s = console(a)
    s.keys("2", "Enter")
    s.wait("线索")
    s.keys("A")
    s.wait("报告.pdf")
    for name, says in (("link", "不跟随链接"), ("pipe", "不是普通文件"),
                       ("sub", "文件夹"), ("huge", "2 GiB")):
        s.type(name)
        s.wait(lambda t: name in t and "现场.png" not in t)
        s.keys("Enter")
        contains(s.wait(says), name, f"{name} is refused with its reason")
        s.keys(*["BSpace"] * len(name))
        s.wait("现场.png")
    # a file becomes a link while the list is open
    target = folder / "b list.csv"
    s.type("list")
    s.wait(lambda t: "b list.csv" in t and "现场.png" not in t)
    target.unlink()
    target.symlink_to("/etc/passwd")
    s.keys("Enter")
    text = s.wait("链接")
    equal(files_of(a, doc), [], "nor is what became a link meanwhile")
    s.close()


def composing(a, lang="zh", cols=80, rows=24):
    s = console(a, lang, cols, rows)
    s.keys("2", "c")
    s.wait("线索通报]" if lang == "zh" else "clue notice]")
    s.keys("Tab", "Tab")
    s.type("带附件")
    s.keys("Tab")
    return s


@test
def in_the_form_and_after_a_kill():
    for lang, cols, rows in (("zh", 80, 24), ("en", 160, 45)):
        a, folder = desk()
        s = composing(a, lang, cols, rows)
        go(s, "添加附件" if lang == "zh" else "attach files")
        s.keys("Enter")
        s.wait("报告.pdf")
        s.type("pdf")
        s.keys("Space")
        s.keys("BSpace", "BSpace", "BSpace")
        s.type("png")
        s.wait(lambda t: "报告.pdf" not in t)
        s.keys("Space", "Enter")
        s.wait(lambda t: "报告.pdf  8K" in t and "现场.png  " in t)
        ok(True, "they stand in the form with their sizes")
        # a change of the file afterwards changes nothing
        (folder / "报告.pdf").write_bytes(b"other")
        os.kill(s.pid(), signal.SIGKILL)
        s.close()
        s = console(a, lang, cols, rows)
        s.keys("2")
        s.wait("带附件")
        s.keys("Enter")
        s.wait("线索通报]" if lang == "zh" else "clue notice]")
        go(s, "报告.pdf")
        contains(s.text(), "报告.pdf  8K", "a killed console costs none")
        s.keys("BTab")
        s.wait(lambda t: any(x.startswith(">") and "现场.png" in x
                             for x in t.splitlines()))
        s.keys("C-k")
        s.wait(lambda t: "现场.png" not in t)
        doc = a.json("list", "clue")[0]["id"]
        equal([(f["name"], f["size"]) for f in files_of(a, doc)],
              [("报告.pdf", 9009)], "one is taken out by a key")
        s.close()


@test
def locked_down_and_on_a_draft():
    a, folder = desk()
    s = console(a, "zh", 80, 24, "--confined")
    s.wait("deltadesk serve")        # said once, over other messages
    s.keys("2", "c")
    s.wait("线索通报]")
    s.keys("Tab", "Tab")
    s.type("锁定台")
    s.keys("Tab")
    go(s, "添加附件")
    s.keys("Enter")
    text = s.wait("报告.pdf")
    ok("别处的文件" not in text, "a locked down console offers no path")
    s.type("png")
    s.wait(lambda t: "报告.pdf" not in t)
    s.keys("Enter")
    s.wait("现场.png  4K")
    s.keys("Escape")
    s.wait("待发出的草稿")
    s.keys("A")
    s.wait("报告.pdf")
    s.type("png")
    s.wait(lambda t: "报告.pdf" not in t)
    s.keys("Enter")
    s.wait("已有")
    ok(True, "the same name twice is refused")
    s.keys("A")
    s.wait("报告.pdf")
    s.type("pdf")
    s.wait(lambda t: "现场.png" not in t)
    s.keys("Enter")
    doc = a.json("list", "clue")[0]["id"]
    wait_for(lambda: sorted(f["name"] for f in files_of(a, doc)) ==
             ["报告.pdf", "现场.png"], what="the second file")
    ok(True, "a draft in the list takes one too")
    s.close()


@test
def another_officer_attaches_and_issues():
    a, folder = desk()
    s = composing(a)
    go(s, "添加附件")
    s.keys("Enter")
    s.wait("报告.pdf")
    s.type("pdf")
    s.wait(lambda t: "现场.png" not in t)
    s.keys("Enter")
    s.wait("报告.pdf  8K")
    doc = a.json("list", "clue")[0]["id"]
    a.must("attach", doc, folder / "现场.png")
    s.keys("BTab", "BTab")           # product category is picked
    go(s, "网址", "BTab")
    s.type("https://example.com/a ")
    go(s, "添加附件")
    contains(s.wait("现场.png  4K"), "报告.pdf  8K",
             "what the other attached stands in the form too")
    a.must("revise", doc, "--to", "330100")
    a.must("issue", doc)
    go(s, "网址", "BTab")
    s.type("b ")
    go(s, "添加附件")
    text = s.wait("请重新添加")
    ok("报告.pdf" not in text, "a draft of its own has not got them, and says "
       "so at their line")
    equal(len(files_of(a, doc)), 2, "they went with the other")
    s.close()


@test
def a_file_that_vanishes_costs_nothing():
    a, folder = desk()
    s = composing(a)
    go(s, "添加附件")
    s.keys("Enter")
    s.wait("报告.pdf")
    s.type("pdf")
    s.wait(lambda t: "现场.png" not in t)
    (folder / "报告.pdf").unlink()
    s.keys("Enter")
    text = s.wait("没有这个文件")
    contains(text, "报告.pdf", "the error names the file, at its line")
    doc = wait_for(lambda: [r for r in a.json("list", "clue")
                            if r["title"] == "带附件"],
                   what="the draft")[0]["id"]
    equal(files_of(a, doc), [], "what was typed is there, the file is not")
    s.keys("Enter")
    s.wait("现场.png")
    s.type("png")
    s.keys("Enter")
    s.wait("现场.png  4K")
    # gone after it was attached: it is in the desk
    (folder / "现场.png").unlink()
    for _ in range(40):
        s.keys("BTab")
    s.type("hz")
    s.wait("1 杭州")
    s.keys("1")
    s.wait("330100")
    s.keys("C-x")
    s.wait("y 或 Enter")
    s.keys("y")
    s.wait("已签发")
    equal([f["name"] for f in files_of(a, doc)], ["现场.png"],
          "a file that vanishes before the issue goes with it")
    s.close()


main()
