"""The console on a terminal: time to its screens, bytes on the line."""
import json
import time

import world
from recorder import Recorder
from sizes import SIZE
from table import row, within
from world import Pair, desk, memory_mb

TITLES = ("假冒注册商标箱包仓储", "假冒化妆品源头协查(批次A{})",
          "假冒伪劣商品线索:仓储地址在我区", "电商平台售假店铺线索",
          "寄递渠道协查(沪A/浙F 面单号)", "联合执法行动征集:箱包市场")


def opened(a):
    return Recorder(world.DELTADESK, "--desk", a.folder)


def issue(a, to, titles):
    path = a.folder.parent / "many.ndjson"
    path.write_text("".join(
        json.dumps({"title": t, "facts": f"{t}的事实。"}, ensure_ascii=False)
        + "\n" for t in titles))
    world.program(a.folder, "import", "clue", path, "--to", to.id, "--issue")


def line():
    """What a key costs on the line at 80x24, Chinese rows."""
    with Pair("ed25519") as (a, b):
        # each its own: what came in before is not imported again
        issue(a, b, [TITLES[i % 6].format(i) + str(i)
                     for i in range(240 + 2 * SIZE.keys)])
        desk("await", a.folder, b.id)
        r = opened(a)
        r.until("[1 ")
        keys(r)
        idle(r)
        arrivals(r, a, b)
        r.end()


def keys(r):
    r.press("2", 2)
    r.press("jk")
    row("bytes of a move in the page", "B",
        [len(r.press("j")) for _ in range(10)], goal=within(25))
    for _ in range(12):
        r.press("j", 0.02)
    row("bytes of a line scrolled", "B",
        [len(r.press("j")) for _ in range(SIZE.keys)], goal=within(120))
    row("bytes of a page", "B", [len(r.press("\x04", 0.6)) for _ in range(8)],
        goal=within(1500))


def idle(r):
    r.press("1", 6)
    end = time.monotonic() + SIZE.idle_s
    while time.monotonic() < end:
        r.pump(end - time.monotonic())
    row(f"bytes of {SIZE.idle_s} idle seconds", "B", [len(r.forget())],
        goal=within(40))


def arrivals(r, a, b):
    sent = []
    for i in range(3):
        issue(b, a, [TITLES[i].format(i)])
        r.quiet(1.5)
        sent.append(len(r.forget()))
        r.press("j", 0.5)
    row("bytes of a notice that arrives", "B", sent, goal=within(200))


def burst():
    """Many arrive at once; an officer goes on reading."""
    with Pair("ed25519") as (a, b):
        issue(b, a, [TITLES[i % 6].format(i) + str(i) for i in range(60)])
        desk("await", b.folder, a.id)
        r = opened(a)
        r.until("> ")
        r.press("2", 1)
        took = []
        desk("fill", b.folder, a.id, SIZE.burst, "clue")
        end = time.monotonic() + 3
        while time.monotonic() < end:
            before = len(r.out)
            began = time.monotonic()
            r.write("j" if len(took) % 2 == 0 else "k")
            while len(r.out) == before and r.pump(0.5):
                pass
            took.append((time.monotonic() - began) * 1000)
            r.pump(0.03)
        desk("await", b.folder, a.id)
        moves = len(took) * 20
        row(f"a burst of {SIZE.burst} arrivals: a key's longest wait", "ms",
            [max(took)], goal=within(50))
        row("  bytes on the line, keys apart", "B",
            [max(len(r.forget()) - moves, 0)], goal=within(4000))
        r.end()


def times(a, count):
    a.start()
    first, late, whole, own = [], [], [], []
    for _ in range(SIZE.rounds):
        r = opened(a)
        r.until(b"> ")
        first.append((r.last - r.began) * 1000)
        took = []
        n = SIZE.keys
        for key in ["2"] + ["j"] * n + ["\x04"] * n + ["k"] * n + \
                ["\x15"] * n + ["1"] + ["j", "k"] * n:
            r.press(key, 0.03)
            took.append(r.took_ms())
        late.append(sorted(took)[len(took) * 99 // 100])
        for values, v in zip((whole, own),
                             memory_mb(r.pid, "VmRSS", "RssAnon")):
            values.append(v)
        r.end()
    a.stop()
    row(f"first screen, {count} documents", "ms", first, goal=within(80))
    row("  key to its frame, 99 of 100", "ms", late, goal=within(5))
    row("  console resident", "MB", whole, goal=within(25))
    row("  its own pages only", "MB", own)


def run():
    line()
    burst()
