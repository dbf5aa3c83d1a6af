#!/usr/bin/env python3
"""Handling a notice by moves with forms, approval by another officer, the
links screen, and a console that keeps the exchange running."""
import signal

from tap import *
from screen import Screen


def two_desks(serve_a=True):
    a = Desk("310105")
    b = Desk("330100")
    pair(a, b)
    if serve_a:
        a.serve()
    b.serve()
    return a, b


def state(d, doc):
    return d.json("show", doc)[0]["state"]


def serving(d):
    """Process id of whoever holds the exchange of a desk, else 0."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = open(f"/proc/{pid}/cmdline", "rb").read().split(b"\0")
        except OSError:
            continue
        if b"serve" in words and str(d.home).encode() in words:
            return int(pid)
    return 0


@test
def handled_to_the_end():
    a, b = two_desks()
    for name, text in (("li", "李敏"), ("wang", "王芳")):
        a.must("officer", "add", name, text, "--roles", "duty")
    doc = b.new(to=[a], title="假冒电池")
    s = Screen(DELTADESK, "--desk", a.home)
    s.wait("> 待签收")
    s.keys("a", "s")
    s.wait("签收并分办")
    s.keys("Enter")
    s.wait("已签收, 分办给")
    s.keys("m")
    s.wait("1 受理")
    s.keys("1")
    wait_for(lambda: state(a, doc) == "accepted", what="accepted")
    ok(True, "a move without inputs is made from the list of moves")
    s.wait("已受理")
    s.keys("m")
    s.wait("1 开始核查")
    s.keys("1")
    s.wait("[开始核查]")
    s.keys("Enter")                  # a row for the first officer
    for initials, name in (("li", "李敏"), ("wa", "王芳")):
        s.wait("人员")
        s.type(initials)
        s.wait(f"1 {name}")
        s.keys("1")
        s.wait(f"= {name}")
        s.keys("Tab", "Enter")
    s.keys("C-k")                    # the third row was one too many
    s.keys("C-x")
    wait_for(lambda: state(a, doc) == "verifying", what="verifying")
    ok(True, "officers are picked by letters, rows added and dropped")
    s.wait("核查中")
    s.keys("r")
    s.wait("[反馈]")
    s.keys("C-x")
    s.wait("必填")
    s.type("查实, 已责令下架。")
    s.keys("C-x")
    s.wait("y 或 Enter")
    s.keys("y")
    wait_for(lambda: state(a, doc) == "fed_back", what="fed back")
    wait_for(lambda: b.json("show", doc)[0]["parties"][0]["state"]
             == "fed_back", what="feedback at the sender")
    ok(True, "the result is fed back to the sender")
    s.close()


@test
def a_digit_confirmation_wants_the_number():
    a, b = two_desks()
    doc = b.new(to=[a], title="x")
    wait_for(lambda: a.json("list", "clue", "--box", "in"))
    a.must("move", doc, "sign")
    s = Screen(DELTADESK, "--desk", a.home)
    s.wait("已签收")
    s.keys("m")
    s.wait("2 退回")
    s.keys("2")
    s.wait("[退回(不予受理)]")
    s.type("不属本单位管辖")
    s.keys("C-x")
    s.wait("输入 1 后按 Enter")
    s.keys("Enter")
    s.keys("9", "Enter")
    time.sleep(0.3)
    contains(s.text(), "输入 1 后按 Enter", "other digits do not confirm")
    s.keys("BSpace", "1", "Enter")
    wait_for(lambda: state(a, doc) == "refused", what="returned")
    ok(True, "the last digits of the number do")
    s.close()


@test
def links_say_what_is_true():
    a, b = two_desks()
    s = Screen(DELTADESK, "--desk", a.home)
    s.wait("链路:通1")
    s.keys("7")
    text = s.wait("交换服务运行中")
    ok(any(x.startswith(">") and "杭州" in x and "通" in x
           for x in text.splitlines()), "the peer is up", text)
    b.stop()
    text = s.wait("链路:通0断1", timeout=40)
    a.new(to=[b], title="to a desk that is away")
    s.wait("件对端未确认")
    ok("待发0" not in s.text(), "the top line counts what waits")
    ok(True, "a link that is down and what waits for it are shown")
    s.keys("2")
    text = s.wait("to a desk that is away")
    ok(any(x[1:2] == "~" for x in text.splitlines()
           if "to a desk that is away" in x), "~ marks what has not arrived",
       text)
    b.serve()
    s.wait("待发0", timeout=70)
    s.wait(lambda t: not any(x[1:2] == "~" for x in t.splitlines()))
    ok(True, "and goes when it has")
    s.close()


@test
def a_console_keeps_the_exchange_running():
    a, b = two_desks(serve_a=False)
    first = Screen(DELTADESK, "--desk", a.home)
    pid = wait_for(lambda: serving(a), 8, "serve by the first console")
    ok(pid, "a console starts the exchange when nobody has")
    second = Screen(DELTADESK, "--desk", a.home)
    second.wait("链路:通1", timeout=20)
    ok(serving(a) == pid, "a second console does not start another")
    os.kill(pid, signal.SIGKILL)
    began = time.monotonic()
    wait_for(lambda: serving(a) not in (0, pid), 10, "another one")
    took = time.monotonic() - began
    ok(took < 2.5 * SLOW, f"it is running again within two seconds ({took:.1f} s)")
    b.new(to=[a], title="after the change")
    second.wait("after the change", timeout=40)
    first.close()
    wait_for(lambda: serving(a), 10, "taken over")
    second.close()
    wait_for(lambda: not serving(a), 10, "end")
    ok(True, "and it ends with the last console")


main()
