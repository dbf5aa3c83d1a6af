#!/usr/bin/env python3
"""Beside the documents that wait: a silent peer, a notice that lies unopened
and a service that is down stand under the duty list, and on a screen of their
own with what is late."""
from course import *
from screen import Screen
from tap import *

c = Course("310105", "330100", now="2026-09-01T09:00:00+08:00")
a, b = c.desks


def screen(**kw):
    return Screen(DELTADESK, "--desk", a.home, env=a.env, **kw)


@test
def unopened_and_late():
    doc = a.new(to=[b], title="假冒电池")
    c.settle()
    s = screen()
    s.wait("值班")
    ok("! " not in s.text(), "nothing to be told yet", s.text())
    c.at("2026-09-03T09:00:00+08:00")
    s.close()
    s = screen()
    text = s.wait("未签收")
    contains(text, "杭州", "at whom")
    s.keys("!")
    text = s.wait("告警")
    contains(text, "逾期", "late on the screen of all")
    contains(text, "假冒电池", "with its title")
    s.keys("G", "Enter")
    s.wait("杭州")
    s.close()


@test
def silent_peer():
    a.must("set", "silent_minutes", "1")
    c.cut(b)
    c.at("2026-09-03T11:00:00+08:00", settle=False)
    s = Screen(DELTADESK, "--desk", a.home, "--lang", "en", cols=160,
               rows=45, env=a.env)
    s.wait("! nothing heard of Hangzhou")
    s.keys("!")
    s.wait("silent")
    s.keys("G", "Enter")
    s.wait("[7 ")
    s.close()


main()
