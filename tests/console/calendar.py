#!/usr/bin/env python3
# run: timeout=300
"""The calendar: month, week, lanes and agenda, of everything with hours."""
from screen import Screen
from tap import *

NOW = "2026-09-23T14:32:00+08:00"
ENV = {"DELTADESK_TEST_NOW": NOW}


def action(d, to, title, starts, ends, officers, mode="actual"):
    words = ["new", "action", "--to", to, "--set", f"title={title}", "--set",
             f"h_hour=2026-{starts}", "--set", f"ends_at=2026-{ends}", "--set",
             "code_name=清源", "--set", "target=虚构店", "--set",
             f"place={title[:2]}路", "--set", f"mode={mode}"]
    for i, o in enumerate(officers):
        words += ["--set", f"officers.{i}.cert_no={o}",
                  "--set", f"officers.{i}.name=王某"]
    return d.must(*words).strip().split("\n")[-1]


def a_desk():
    d = Desk("310105", listen=False, env=ENV)
    for other in ("330100", "320500"):
        d.trust(Desk(other, listen=False))
    action(d, "330100,320500", "箱包联合行动", "09-24 09:00", "09-25 17:00",
           ["3101FICT001", "3101FICT002"])
    action(d, "330100", "农资产品核查", "09-24 08:00", "09-24 12:00",
           ["3101FICT001", "3101FICT003"])
    action(d, "320500", "寄递渠道检查", "09-28 05:30", "09-28 09:30",
           ["3101FICT004", "3101FICT005"])
    d.must("new", "conference", "--to", "330100", "--set",
           "title=四季度联席会议", "--set", "convened_by=长宁", "--set",
           "meets_at=2026-10-10 14:00", "--set", "place=一号会议室", "--set",
           "resolutions.0.no=1", "--set", "resolutions.0.text=督促平台下架",
           "--set", "resolutions.0.owner_desk=330100", "--set",
           "resolutions.0.due_on=2026-12-20", "--set", "work_item=1")
    return d


def show(d, *words, cols=80, rows=24):
    s = Screen(DELTADESK, "--desk", d.home, *words, cols=cols, rows=rows,
               env=ENV)
    s.wait("1 ")
    s.keys("C")
    return s


def line(text, part):
    return next((x for x in text.split("\n") if part in x), "")


@test
def a_month_names_holidays_and_marks_clashes():
    d = a_desk()
    s = show(d)
    text = s.wait("[日程 月]")
    contains(text, "2026年09月", "it opens at this month")
    contains(text, ">[23]", "on today")
    contains(text, "25休", "a holiday is marked")
    contains(text, "20班", "and a day worked for it")
    contains(text, "!农资产品", "what clashes has its mark in its day")
    contains(text, "?寄递渠道", "and what nobody has answered another")
    s.keys("l")
    text = s.wait(">24")
    contains(text, "同时在", "the day under the cursor says what clashes")
    contains(text, "未复 杭州 苏州", "and who has not answered")
    s.keys("Enter")
    text = s.wait("[日程 议程]")
    ok("箱包联合行动" in text and "农资产品核查" in text
       and "寄递渠道" not in text, "several open as a list of that day", text)
    s.keys("j", "Enter")
    s.wait("清源")
    s.keys("q", "q")
    s.wait(">24")
    s.keys("j", "h", "h", "h")
    s.wait(">28")
    s.keys("Enter")
    text = s.wait("寄递渠道检查")
    s.wait("[联合执法]")
    ok(True, "a single one opens at once")
    s.keys("q", "]")
    text = s.wait("2026年10月")
    contains(text, "10班", "the next month")
    s.keys("[", "c")
    text = s.wait("只看冲突")
    ok("农资产品" in text and "寄递渠道" not in text,
       "a key shows clashes alone", text)
    s.keys("t")
    s.wait(">[23]")
    ok(True, "a key leads back to today")
    s.close()


@test
def a_week_has_hours():
    d = a_desk()
    s = show(d)
    s.wait("[日程 月]")
    s.keys("w")
    text = s.wait("[日程 周]")
    row = line(text, "\n09 ") or next(
        x for x in text.split("\n") if x.startswith("09"))
    contains(row, "+1", "two in one hour are counted")
    s.keys("l")
    s.wait("24")
    for _ in range(5):
        s.keys("k")
    text = s.wait("09:00 09-24")
    contains(text, "同时在", "the hour under the cursor says what clashes")
    s.keys("]")
    text = s.wait("2026-09-28")
    ok(any(x.startswith("05") and "寄递渠" in x for x in text.split("\n")),
       "what begins early is on the screen", text)
    s.close()


@test
def lanes_of_whatever_the_kinds_declare():
    d = a_desk()
    s = show(d)
    s.wait("[日程 月]")
    s.keys("g")
    text = s.wait("[日程 甘特]")
    own = line(text, ">长宁")
    contains(own, "XB", "in the morning it clashes, in the afternoon not")
    contains(line(text, " 杭州"), "X", "a party that is asked twice too")
    ok("?" in line(text, " 苏州"), "who has not answered has a question mark")
    contains(text, "农资产品核查", "letters are explained")
    s.keys("]")
    text = s.wait("2026-10-05")
    contains(line(text, ">长宁"), "A", "a meeting that holds no unit too")
    s.keys("[")
    s.wait("2026-09-21")
    s.keys("Tab")
    text = s.wait(" 3101FICT004")
    contains(line(text, "3101FICT001"), "X", "people have lanes")
    contains(line(text, "3101FICT002"), "B", "each its own")
    s.keys("l", "+")
    text = s.wait("2026-09-24 至 09-24")
    contains(line(text, "3101FICT001"), "AAXXXXXXBB",
             "an hour of a day")
    s.keys("-")
    s.wait("2026-09-21")
    s.keys("-")
    text = s.wait("11-01")
    ok(True, "from the hours of a day to six weeks")
    s.keys("c")
    text = s.wait("只看冲突")
    ok("3101FICT001" in text and "3101FICT004" not in text,
       "only lanes in which something clashes", text)
    s.close()


@test
def what_is_called_off_is_marked_and_holds_nobody():
    d = Desk("310105", listen=False, env=ENV)
    d.trust(Desk("330100", listen=False))
    off = action(d, "330100", "箱包联合行动", "09-24 09:00", "09-25 17:00",
                 ["3101FICT001", "3101FICT002"])
    drill = action(d, "330100", "夜间演练行动", "09-26 09:00", "09-26 12:00",
                   ["3101FICT001", "3101FICT002"], mode="exercise")
    action(d, "330100", "农资产品核查", "09-24 08:00", "09-24 12:00",
           ["3101FICT001", "3101FICT003"])
    for doc in (off, drill):
        d.must("move", doc, "cancel", "--set", "reason=目标已搬离")
    for lang, word, lanes, own in (
            ("zh", "已取消", "[日程 甘特]", ">长宁"),
            ("en", "called off", "[calendar lanes]", ">Changning")):
        s = show(d, "--lang", lang)
        s.wait("2026")
        s.keys("l")
        text = s.wait(">24")
        ok(any("箱包联合行动" in x and word in x for x in text.split("\n")),
           "the day says that it is called off", text)
        contains(text, "x箱包联合", "and the month marks it")
        s.keys("g")
        text = s.wait(lanes)
        text = s.wait("农资产品核查")
        ok("箱包联合" not in text and "夜间演练" not in text
           and "B" not in line(text, own) and "A" in line(text, own),
           "but it has no place in the lanes", text)
        s.keys("m")
        s.close()


@test
def both_sizes_both_languages_and_a_file():
    d = a_desk()
    s = show(d, "--lang", "en", cols=160, rows=45)
    text = s.wait("[calendar monthly]")
    contains(text, "25ho holiday", "English marks")
    contains(text, "!08:00 农资产品核查", "hours where there is room")
    s.keys("g")
    text = s.wait("[calendar lanes]")
    contains(text, "10-18", "four weeks where there is room")
    s.keys("A")
    s.wait("[calendar daily]")
    s.keys("q", "C")
    s.wait("[calendar daily]")
    ok(True, "the view last used opens again")
    s.keys("e")
    s.wait("calendar-2026")
    files = list((d.home / "files" / "root").iterdir())
    equal([f.suffix for f in files], [".ics"], "a calendar file is written")
    contains(files[0].read_text(), "BEGIN:VEVENT", "with events in it")
    s.close()


main()
