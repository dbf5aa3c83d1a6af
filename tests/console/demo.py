# run: timeout=150
"""`demo` on a terminal: the console of 310105 with traffic still arriving."""
import glob
import tempfile

from screen import Screen
from tap import *


def left():
    return set(glob.glob(tempfile.gettempdir() + "/deltadesk-demo-*"))


def open_demo(known):
    s = Screen(DELTADESK, "demo", cols=80, rows=24)
    s.wait(lambda t: "值班" in t and "待签" in t, 60)
    mine = left() - known
    equal(len(mine), 1, "one folder is in use")
    return s


def waiting(text):
    return int(re.search(r"待签 ?(\d+)", text).group(1))


@test
def traffic_arrives_and_the_console_is_left():
    before = left()
    s = open_demo(before)
    first = waiting(s.text())
    s.wait(lambda t: waiting(t) > first, 20)
    ok(True, "a notice arrived while the console was open")
    s.keys("Q")
    last = s.wait(lambda t: "exit status" in t or "离开" in t, 10)
    if "exit status" not in last:
        s.keys("y")
    text = s.wait("exit status", 20)
    contains(text, "exit status 0", "it ends well")
    equal(left() - before, set(), "nothing is left behind")
    s.close()


@test
def a_hang_up_leaves_nothing():
    before = left()
    s = open_demo(before)
    s.close()
    wait_for(lambda: not left() - before, 20, "the folder to go")
    ok(True, "the folder is removed")
    equal(processes_with(tempfile.gettempdir() + "/deltadesk-demo-"), [],
          "no process is left")


main()
