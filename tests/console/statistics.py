#!/usr/bin/env python3
# run: timeout=300
"""The screen of statistics: bars beside their numbers, months, quarters and
years, the documents behind each figure, the table as CSV."""
import csv
import io
import re

from screen import Screen
from tap import *

NOW = {"DELTADESK_TEST_NOW": "2026-06-12T10:00:00+08:00"}


def a_desk():
    d = Desk("310105", env={"DELTADESK_TEST_NOW": "2026-06-10T09:00:00+08:00"})
    other = Desk("330100")
    pair(d, other)
    for i in range(8):
        d.new(to=[other], title=f"线索{i}", platform="某宝")
    d.new(to=[other], title="别处的线索", platform="另宝")
    return d


def table(text):
    """value: [figures], bar"""
    rows = {}
    for line in text.split("\n")[3:]:
        m = re.match(r"[> ] (\S+)\s+([#=!]*)((?:\s+[\d-]+){6})\s*$", line)
        if m:
            rows[m[1]] = [int(x.replace("-", "-1")) for x in m[3].split()], m[2]
    return rows


@test
def bars_periods_and_what_is_behind():
    d = a_desk()
    s = Screen(DELTADESK, "--desk", d.home, env=NOW)
    s.wait("1 值班")
    s.keys("8")
    text = s.wait("2026-01 至 2026-06")
    figures, bar = table(text)["2026-06"]
    equal(figures[:2], [9, 9], "counted")
    equal(set(bar), {"="}, "what is in hand has its sign")
    for _ in range(12):
        if "按 平台" in s.text():
            break
        s.keys("Tab")
        s.wait("按 ")
    text = s.wait("某宝")
    rows = table(text)
    ok(len(rows["某宝"][1]) > 4 * len(rows["另宝"][1]) > 0,
       "the bars are as long as the numbers are large", rows)
    ok(rows["某宝"][0][1:] == [-1] * 5, "documents are counted alone", rows)
    s.keys("m")
    s.wait("2026-06 至 2026-06")
    s.keys("[")
    s.wait("2026-05 至 2026-05")
    s.wait("这些月份没有统计")
    ok(True, "a month before, with nothing")
    s.keys("]", "b")
    s.wait("2026-04 至 2026-06")
    s.keys("]")
    s.wait("2026-07 至 2026-09")
    s.keys("[", "y")
    s.wait("2026-01 至 2026-12")
    ok(True, "quarter and year")
    s.wait("某宝")
    s.keys("G", "Enter")
    s.wait("件数")
    s.keys("1")
    text = s.wait("1/8")
    contains(text, "线索0", "the documents behind it, as many as it said")
    ok("别处" not in text, "and no other", text)
    s.keys("q", "e")
    s.wait("已写出")
    files = list((d.home / "files" / "root").iterdir())
    equal([f.suffix for f in files], [".csv"], "one file")
    lines = list(csv.reader(io.StringIO(files[0].read_text())))
    want = d.must("stats", "--by", "platform", "--csv", env=NOW)
    equal(files[0].read_text(), want, "as the command writes it")
    ok(["某宝", "某宝", "docs", "8"] in lines, "with the figure", lines)
    s.close()


@test
def the_report_on_the_screen_and_as_a_file():
    d = a_desk()
    for lang, word, cols, rows in (("zh", "统计报告", 80, 24),
                                   ("en", "Statistics report", 160, 45)):
        s = Screen(DELTADESK, "--desk", d.home, "--lang", lang, cols=cols,
                   rows=rows, env=NOW)
        s.wait("1 ")
        s.keys("8")
        s.wait("2026-01")
        s.keys("P")
        text = s.wait(word)
        ok("2026年01月" in text or "2026-01" in text,
           "the months of the screen", text)
        s.keys("w")
        s.wait("已写出" if lang == "zh" else "written")
        s.close()
    files = {f.name for f in (d.home / "files" / "root").iterdir()}
    ok(any(f.startswith("统计 202601-202606.") for f in files)
       and any(f.startswith("statistics 202601-202606.") for f in files),
       "written into the exchange folder", files)


@test
def english_and_narrow():
    d = a_desk()
    for cols, rows in ((80, 24), (160, 45), (60, 16)):
        s = Screen(DELTADESK, "--desk", d.home, "--lang", "en", cols=cols,
                   rows=rows, env=NOW)
        s.wait("1 duty")
        s.keys("8")
        text = s.wait("2026-01 to 2026-06")
        m = re.search(r"2026-06\s+([=#!]*)\s+9\s", text)
        ok(m, f"the number stands whole at {cols} columns", text)
        equal(bool(m and m[1]), cols >= 80, "a bar where there is room for it")
        ok(cols >= 80 or "taken back 0" in text,
           "what has no column stands under the table", text)
        s.close()


@test
def words_before_bars():
    """A name of a kind stands whole; a screen reader is given no bars."""
    d = a_desk()
    d.must("new", "call", "--set", "title=来电", "--set", "content=x",
           "--set", "at=2026-06-10 09:00")
    for more in ((), ("--reader",)):
        s = Screen(DELTADESK, "--desk", d.home, "--lang", "en", "console",
                   *more, env=NOW)
        s.wait("1 duty")
        s.keys("8")
        s.wait("2026-01 to 2026-06")
        for _ in range(12):
            if "by kind" in s.settled():
                break
            s.keys("Tab")
        text = s.settled()
        row = next((x for x in text.split("\n") if "telephone" in x), "")
        ok(re.search(r"telephone record\s", row), "the kind's name is whole",
           text)
        equal(bool(re.search(r"[#=!]+\s+\d", text)) or "# done" in text,
              not more, f"bars {' '.join(more)}")
        s.close()


main()
