#!/usr/bin/env python3
# run: alone
"""What a key costs on the line at 80x24: never the whole screen again."""
from tap import *
from recorder import Recorder

TITLES = ("假冒注册商标箱包仓储", "假冒化妆品源头协查(批次A{})",
          "假冒伪劣商品线索:仓储地址在我区", "电商平台售假店铺线索",
          "寄递渠道协查(沪A/浙F 面单号)", "联合执法行动征集:箱包市场",
          "农资假种来源核查", "假冒注册商标汽配批发店")
CLEAR = b"\x1b[2J"


def fill(d, to, count, word=""):
    """Many documents by one command."""
    path = tmp("many") / "many.ndjson"
    path.write_text("".join(
        json.dumps({"title": word + TITLES[i % 8].format(i),
                    "facts": f"线索事实{i}。"}, ensure_ascii=False) + "\n"
        for i in range(count)))
    d.must("import", "clue", path, "--to", to.id, "--issue")


@test
def a_key():
    d, peer = Desk("310105", listen=False), Desk("330100", listen=False)
    pair(d, peer)
    fill(d, peer, 200)
    for term in ("xterm-256color", "screen", "tmux-256color", "linux",
                 "vt100"):
        r = Recorder(DELTADESK, "--desk", d.home,
                     env={"TERM": term, "DELTADESK_TEST_NOW":
                          "2026-11-23T14:32:00+08:00"})
        r.until("值班")
        r.press("2", 2)             # what the link's state costs is told once
        r.press("jk")
        moves = [r.press("j") for _ in range(10)]
        ok(max(map(len, moves)) <= 25, f"{term}: a move in the page <= 25",
           [(len(m), m) for m in moves])
        for _ in range(12):
            r.press("j", 0.02)
        lines = [r.press("j") for _ in range(8)]
        # a VT100 cannot insert lines: two scrolling regions instead
        goal = 155 if term == "vt100" else 120
        ok(max(map(len, lines)) <= goal,
           f"{term}: a line scrolled <= {goal}", [(len(x), x) for x in lines])
        pages = [r.press("\x04") for _ in range(4)]
        ok(max(map(len, pages)) <= 1500, f"{term}: a page <= 1500",
           [len(x) for x in pages])
        ok(not any(CLEAR in x for x in moves + lines + pages),
           f"{term}: and none clears the screen")
        whole = r.press("\x0c")
        ok(len(whole) > 1000 and b"\x1b[J" in whole or CLEAR in whole,
           f"{term}: but C-l sends all of it", len(whole))
        equal(r.end(), 0, f"{term}: and it ends")


@test
def nothing_while_idle():
    d = Desk("310105", listen=False)
    r = Recorder(DELTADESK, "--desk", d.home)
    r.until("[1 ")
    r.quiet(2, 20)
    r.forget()
    end = time.monotonic() + 20
    while time.monotonic() < end:
        r.pump(end - time.monotonic())
    ok(len(r.out) <= 40, "20 seconds cost no more than the minute", r.out)
    r.end()


@test
def what_arrives():
    a, b = Desk("310105"), Desk("330100")
    pair(a, b)
    a.serve()
    b.serve()
    b.new(to=[a], title="第一件")
    wait_for(lambda: a.json("list", "clue", "--box", "in"))
    r = Recorder(DELTADESK, "--desk", a.home)
    r.until("第一件")
    r.quiet(1.5)
    r.forget()
    b.new(to=[a], title="嘉善: 假冒化妆品源头协查")
    r.until("假冒化妆品")
    r.quiet(1.5)
    ok(len(r.out) <= 200, "a notice that arrives <= 200", (len(r.out), r.out))
    b.stop()
    fill(b, a, 500)
    r.quiet(1.5)
    r.forget()
    b.serve()
    times = []
    seen = 0

    def watch():
        nonlocal seen
        r.pump(0.01)
        if len(r.out) > seen:
            if not times or time.monotonic() - times[-1] > 0.01:
                times.append(time.monotonic())
            seen = len(r.out)
        return len(times) > 1 and time.monotonic() - times[-1] > 3
    wait_for(watch, 60, "the end of the burst", every=0)
    equal(len(a.json("list", "clue", "--box", "in")), 502,
          "all of the burst arrived")
    most = max(sum(1 for u in times if t <= u < t + 1) for t in times)
    ok(most <= 10, "and was drawn at most ten times a second",
       (most, len(times)))
    ok(len(r.out) <= 1500 + 200 * len(times),
       "the list once, else each time for the price of one notice",
       (len(r.out), len(times)))
    ok(CLEAR not in r.out, "without clearing the screen")
    r.end()


main()
