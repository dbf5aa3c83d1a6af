#!/usr/bin/env python3
"""The locked console: content away, counts and bell stay, the PIN opens it."""
import sqlite3
import threading

from screen import Screen
from tap import *

PIN = "739155"
SECRET = "假冒箱包一批"


def desks():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.must("officer", "add", "li", "李明", "--roles", "duty,approver")
    a.must("officer", "add", "shen", "审", "--roles", "auditor")
    return a, b


def locked(t):
    return "[已锁屏]" in t


def trail(a, *acts):
    return [(r["act"], r["detail"].replace("asserted ", "")) for r in
            a.json("--officer", "shen", "audit") if r["act"] in acts]


@test
def a_pin_is_set_and_opens():
    a, b = desks()
    s = Screen(DELTADESK, "--desk", a.home, "--officer", "li")
    s.wait("[1 值班]")
    s.keys("@")
    s.wait("新口令:")
    s.type("123456")
    t = s.wait("******")
    ok("123456" not in t, "what is typed is not shown", t)
    s.keys("Enter")
    s.wait("最先被猜到")
    ok(True, "a run is refused")
    for again, says in (("739156", "不一致"), (PIN, "已设定")):
        s.keys("@")
        s.wait("新口令:")
        s.type(PIN)
        s.keys("Enter")
        s.wait("再输一次:")
        s.type(again)
        s.keys("Enter")
        s.wait(says)
    ok(True, "and only what is typed twice is set")
    with sqlite3.connect(a.home / "desk.db") as db:
        (row,) = db.execute("SELECT method, length(salt), length(hash) "
                            "FROM officer_pin").fetchall()
    equal(row, ("scrypt N=32768 r=8 p=3", 16, 32), "kept as a slow hash")
    equal([f for f in a.home.rglob("*") if f.is_file()
           and PIN.encode() in f.read_bytes()], [], "and in no file as typed")
    s.keys("L")
    t = s.wait(locked)
    contains(t, "李明", "L locks, the officer's name stays")
    s.type("000000")
    s.keys("Enter")
    t = s.wait("口令不对")
    ok(locked(t), "a wrong PIN leaves it locked")
    s.type(PIN)
    s.keys("Enter")
    s.wait(lambda t: not locked(t))
    ok(True, "the right one opens it")
    equal(trail(a, "lock", "unlock", "wrong PIN", "pin set"),
          [("unlock", ""), ("wrong PIN", "unlock"), ("lock", "key"),
           ("pin set", "")], "all of it is in the trail")
    s.close()


@test
def content_is_away_while_locked():
    a, b = desks()
    a.serve()
    b.serve()
    b.new(to=[a], title=SECRET)
    a.must("--officer", "li", "officer", "pin", input=PIN + "\n")
    s = Screen(DELTADESK, "--desk", a.home, "--officer", "li")
    s.wait(SECRET)
    s.keys("L")
    t = s.wait(locked)
    ok(SECRET not in t, "no title is on the screen", t)
    contains(t, "待签1", "the count of what waits is")
    raw = tmp("raw") / "bytes"
    s._tmux("pipe-pane", "-o", f"cat >> {raw}")
    b.new(to=[a], title=SECRET + "二")
    t = s.wait("待签2", 30)
    wait_for(lambda: raw.exists() and b"\a" in raw.read_bytes(),
             what="the bell")
    ok(SECRET.encode() not in raw.read_bytes(), "it rings, and that is all")
    ok(SECRET not in t, "an arrival is counted, not shown", t)
    s.keys("2", "Enter", "q", "?")
    ok(locked(s.settled()), "keys of the screens below do nothing")
    s.resize(50, 10)
    s.resize(80, 24)
    t = s.wait(locked)
    ok(SECRET not in s.ansi(), "nor does a resize bring it back")
    s.keys("C-u")
    s.type("７３９１５５")  # an input method left on
    s.keys("Enter")
    s.wait(SECRET + "二")
    ok(True, "opened, the list is there with what came")
    s.keys("/")
    s.type("箱包")
    s.keys("F9")
    s.wait(locked)
    ok(True, "F9 locks out of a question")
    s.type(PIN)
    s.keys("Enter")
    s.wait("箱包")
    s.close()


@test
def a_draft_outlives_the_lock():
    a, b = desks()
    a.must("--officer", "li", "officer", "pin", input=PIN + "\n")
    s = Screen(DELTADESK, "--desk", a.home, "--officer", "li")
    s.wait("[1 值班]")
    s.keys("2", "c")
    s.wait("[新建 线索通报]")
    s.type("hz")
    s.wait("1 杭州")
    s.keys("1")
    s.wait("330100")
    s.keys("Tab", "Tab")
    s.type("half a tit")
    s.keys("F9")
    s.wait(locked)

    def saved():
        with sqlite3.connect(a.home / "desk.db") as db:
            return [r for r in db.execute("SELECT title FROM draft")
                    if "half a tit" in r[0]]
    wait_for(saved, what="the draft is saved")
    ok(True, "what was being typed is saved as the console locks")
    s.type(PIN)
    s.keys("Enter")
    s.wait("half a tit")
    s.type("le")
    s.wait("half a title")
    ok(True, "and goes on where it was")
    s.close()


@test
def guesses_grow_slow():
    a, b = desks()
    a.must("--officer", "li", "officer", "pin", input=PIN + "\n")
    p = a.run("--lang", "en", "--officer", "li", "officer", "pin",
              input="000001\n880022\n")
    equal(p.returncode, 1, "a wrong PIN changes nothing")
    s = Screen(DELTADESK, "--desk", a.home, "--officer", "li", cols=100)
    s.wait("[1 值班]")
    s.keys("L")
    s.wait(locked)
    for n in (2, 3):
        s.type("000001")
        s.keys("Enter")
        s.wait("口令不对")
        s.keys("C-u")
        s.wait(lambda t: "口令不对" not in t)
    s.type(PIN)
    s.keys("Enter")
    t = s.wait("秒后再试")
    ok(locked(t), "after three wrong ones even the right one waits")
    p = a.run("--lang", "en", "--officer", "li", "officer", "pin",
              input=f"{PIN}\n880022\n")
    contains(p.stderr, "try again in", "at every door")
    equal(len(trail(a, "wrong PIN")), 3, "the trail has each wrong one")
    time.sleep(5)
    s.keys("C-u")
    s.type(PIN)
    s.keys("Enter")
    s.wait(lambda t: not locked(t))
    ok(True, "then it opens")
    s.keys("L")
    s.wait(locked)
    p = a.run("--officer", "li", "officer", "pin", "--clear", "li")
    equal(p.returncode, 1, "an officer clears no PIN")
    a.must("officer", "pin", "--clear", "li")
    s.type(PIN)
    s.keys("Enter")
    t = s.wait("Ctrl-D")
    s.wait("重新登录")
    ok(locked(s.text()), "cleared by the administrator, it asks for a login")
    s.keys("C-d")
    s.wait("exit status 0")
    ok(True, "and can be left")
    equal(a.run("officer", "pin", "--clear", "li").returncode, 1,
          "there is none any more")
    s.close()


def idle_and_busy():
    """For a minute, beside all other tests here: one console left alone, one
    with a key every five seconds."""
    a, b = desks()
    a.must("set", "lock_minutes", "1")
    equal(a.run("set", "lock_minutes", "x").returncode, 1,
          "the setting is a number")
    a.must("--officer", "li", "officer", "pin", input=PIN + "\n")
    idle = Screen(DELTADESK, "--desk", a.home, "--officer", "li")
    busy = Screen(DELTADESK, "--desk", a.home)
    idle.wait("[1 值班]")
    busy.wait("[1 值班]")
    seen = {}

    def minute():
        start = time.monotonic()
        while time.monotonic() - start < 55:
            busy.keys("j")
            time.sleep(5)
            if locked(idle.text()):
                break
        seen["after"] = time.monotonic() - start
    t = threading.Thread(target=minute, daemon=True)
    t.start()
    return a, idle, busy, t, seen


@test
def without_a_pin_it_locks_too():
    a, idle, busy, minute, seen = MINUTE
    minute.join()
    ok(seen["after"] >= 50, "not before its time")
    idle.wait(locked, 30)
    ok(True, "a minute without a key locks it")
    ok(not locked(busy.text()), "with keys it stays open")
    equal(trail(a, "lock"), [("lock", "idle")], "the trail says why")
    busy.keys("L")
    t = busy.wait(locked)
    contains(t, "没有设口令", "without a PIN it locks and says what to do")
    busy.type("123456")
    busy.keys("Enter")
    ok(locked(busy.settled()), "and nothing opens it")
    busy.close()
    idle.close()


MINUTE = idle_and_busy()
main()
