#!/usr/bin/env python3
# run: timeout=300
"""The screen of peers: three words for three troubles, the queue item by
item, the log of a link."""
from screen import Screen
from tap import *
from wire import watch


def shown(text, name):
    return next((x for x in text.split("\n")[2:] if x[2:].startswith(name)),
                "")


def link(text):
    """The word that stands for the link of the one peer."""
    words = shown(text, "杭州").split()
    return words[2] if len(words) > 2 else ""


def at(path, hour):
    new = path.with_suffix(".new")
    new.write_text(hour)
    new.rename(path)


@test
def cut_off_then_the_queue_and_the_log():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    b.serve()
    a.new(to=[b], title="先到的线索")
    s = Screen(DELTADESK, "--desk", a.home)
    s.wait("链路:通1")
    s.keys("7")
    text = s.wait(lambda t: link(t) == "通")
    contains(text, "证书", "days that the certificate has left")
    contains(shown(text, "杭州"), "天", "are counted")
    s.wait(lambda t: "#" in shown(t, "杭州") and "#0" not in shown(t, "杭州"))
    ok(True, "what the peer holds is said")
    b.stop()
    text = s.wait(lambda t: link(t) == "断", timeout=40)
    contains(text, "断开于", "a link that is down says since when")
    text = s.wait("该端口无人应答", timeout=40)
    ok("refused" not in text, "why and what to do, in Chinese", text)
    a.new(to=[b], title="断线后的线索")
    s.wait("件对端未确认")
    s.keys("Enter")
    text = s.wait("[待发 杭州]")
    contains(text, "以作出时刻为准", "which clock counts is said")
    row = next(x for x in text.split("\n") if "断线后的线索" in x)
    contains(row, "发出", "the act that waits")
    contains(row, "刚才", "and since when")
    ok("先到的线索" not in text, "what has arrived is not in it", text)
    s.keys("Enter")
    s.wait("收文回执")
    ok(True, "Enter opens the document")
    s.keys("q", "q", "l")
    text = s.wait("[链路日志 杭州]")
    ok(" 断 " in text, "the log has the cut")
    ok(any(x.split()[2:3] == ["通"] for x in text.split("\n")),
       "and what was before", text)
    contains(text, "交换启动", "and since when this desk serves")
    b.serve()
    s.keys("R")
    s.wait(lambda t: t.split("\n")[3].split()[3:4] == ["通"],
           timeout=40)
    ok(True, "tried again by a key, the newest row says that it is up")
    s.keys("q")
    s.wait("待发0")
    s.close()


@test
def not_taking_and_unopened_have_words_of_their_own():
    path = tmp("clock") / "now"
    at(path, "2026-09-21T08:00:00+08:00")
    env = {"DELTADESK_TEST_NOW": f"@{path}"}
    a, b = Desk("310105", env=env), Desk("330100", env=env)
    pair(a, b)
    a.serve()
    b.serve()
    a.new(to=[b], title="存着的线索")
    s = Screen(DELTADESK, "--desk", a.home, env=env)
    s.wait("链路:通1")
    s.wait("待发0")
    s.keys("7")
    s.wait(lambda t: link(t) == "通")
    at(path, "2026-09-23T08:00:00+08:00")
    text = s.wait(lambda t: link(t) == "存而未签")
    contains(text, "无人签收", "a sentence says what it means")
    b.stop()
    for lane in ("urgent", "plain"):
        watch(b, a, lane)
    s.wait(lambda t: link(t) in ("通", "存而未签"), timeout=30)
    a.new(to=[b], title="取不走的线索")
    at(path, "2026-09-23T08:05:00+08:00")
    text = s.wait(lambda t: link(t) == "不取件")
    contains(text, "没有确认任何一件", "and another of what is not taken")
    s.close()
    s = Screen(DELTADESK, "--desk", a.home, "--lang", "en", cols=160, rows=45,
               env=env)
    s.wait("[1 duty]")
    s.keys("7")
    text = s.wait(" cert ")
    ok(all(len(x) <= 160 for x in text.split("\n")), "it fits", text)
    s.keys("Enter")
    text = s.wait("[queue to Hangzhou]")
    contains(text, "取不走的线索", "the queue in English and wide")
    s.close()


main()
