#!/usr/bin/env python3
"""What a key costs on the line at 80x24: never the whole screen again."""
import select

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


def lines_scrolled(r, times):
    """To the last row of the page, then so many further."""
    for _ in range(40):
        r.press("j")
    return [r.press("j") for _ in range(times)]


@test
def a_key():
    """Rows with a deadline, one of them urgent in colour: the dearest."""
    d, peer = Desk("310105"), Desk("330100")
    pair(d, peer)
    d.serve()
    peer.serve()
    fill(peer, d, 120)
    wait_for(lambda: len(d.json("list", "clue", "--box", "in")) == 120, 60)
    d.stop()
    peer.stop()
    # idle all the while: see below; without rows that count minutes
    still = Recorder(DELTADESK, "--desk", Desk("320500", listen=False).home)
    still.until("[1 ")
    still.quiet(2, 20)
    still.forget()
    began = time.monotonic()
    for term in ("xterm-256color", "screen", "tmux-256color", "linux",
                 "vt100"):
        r = Recorder(DELTADESK, "--desk", d.home, env={"TERM": term})
        r.until("> ")
        r.press("2", 1)             # what the link's state costs is told once
        r.press("j")
        moves = [r.press("jk"[i % 2]) for i in range(6)] + \
            [r.press("j") for _ in range(4)]
        ok(max(map(len, moves)) <= 25, f"{term}: a move in the page <= 25",
           [(len(m), m) for m in moves])
        lines = lines_scrolled(r, 9)
        ok(max(map(len, lines)) <= 112, f"{term}: a line scrolled <= 112",
           [(len(x), x) for x in lines])
        moves = [r.press("k") for _ in range(4)]
        ok(max(map(len, moves)) <= 25,
           f"{term}: a move after it costs no more", moves)
        pages = [r.press("\x15\x04"[i % 2]) for i in range(4)]
        ok(max(map(len, pages)) <= 1500, f"{term}: a page <= 1500",
           [len(x) for x in pages])
        ok(not any(CLEAR in x for x in moves + lines + pages),
           f"{term}: and none clears the screen")
        whole = r.press("\x0c")
        ok(len(whole) > 1000 and b"\x1b[J" in whole or CLEAR in whole,
           f"{term}: but C-l sends all of it", len(whole))
        equal(r.end(), 0, f"{term}: and it ends")
    still.pump(max(began + 20 - time.monotonic(), 0))
    while still.pump(0) and select.select([still.fd], [], [], 0)[0]:
        pass
    minutes = 1 + int((time.monotonic() - began) // 60)
    ok(len(still.out) <= 40 * minutes, "idle <= 40 a minute",
       (minutes, still.out))
    still.end()


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
