"""Before a test is ordered the console shows which valid result is there; a
note that says why it will not do lets the officer go on."""
from screen import Screen
from tap import *

a, b = Desk("310105"), Desk("330100")
pair(a, b)
for d in (a, b):
    d.serve()
result = b.new("result", [a], **{
    "title": "关于运动鞋检验鉴定结果的通报", "report_no": "FICT-1",
    "lab.name": "虚构质检中心", "test_type": "鉴定", "product.name": "运动鞋",
    "conclusion": "假冒", "issued_on": "2026-09-18"})
clue = b.new("clue", [a], **{"title": "线索", "goods.0.name": "运动鞋"})
wait_for(lambda: len(a.json("list")) == 2, 20, "both")
a.must("sign", clue)
a.must("move", clue, "accept")


def verify_clock():
    return [c["state"] for c in a.json("show", clue)[0]["clocks"]
            if c["name"] == "verify"]


@test
def the_result_is_shown_first():
    s = Screen(DELTADESK, "--desk", a.home, "--lang", "zh")
    s.wait("值班")
    s.keys("2")
    s.wait("已受理")
    s.keys("Enter")
    s.wait("收文回执")
    s.keys("m")
    s.wait("2 暂停计时")
    s.keys("2")
    s.wait("(b)检验")
    s.keys("b")
    s.wait("[b]检验")
    s.keys("C-x")
    screen = s.wait("已有 1 份有效结果")
    contains(screen, a.json("results")[0]["number"], "by its number")
    equal(verify_clock(), ["running"], "nothing was suspended")
    s.type("另测pH值")
    s.keys("C-x")
    wait_for(lambda: verify_clock() == ["suspended"], 20, "suspended")
    ok(True, "with a note the clock stands still")
    s.close()
    for d in (a, b):
        d.stop()


main()
